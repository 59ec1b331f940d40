"""Which tests run which lines, and how long each takes: what a mutant is shown to first."""

import json
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import zip_longest
from pathlib import Path
from time import perf_counter

import coverage
import pytest

LEFT_OUT = ("tests/frameworks", "tests/mutation", "symcnn/frameworks", "symcnn/testing")
TESTS = ["tests", "symcnn", "--doctest-modules", *(f"--ignore={folder}" for folder in LEFT_OUT)]
"""The tests and the examples in docstrings.

The frameworks would take too long to import for each mutant, and the examples
of the testing kit shrink what they find, which is not done here.
"""


@dataclass(frozen=True)
class Record:
    """What one run of all tests showed.

    Attributes:
        seconds: how long each test takes.
        runs: by file and line, the tests that run it, as indices into `seconds`.
    """

    seconds: dict[str, float]
    runs: dict[str, dict[int, list[int]]]

    def tests_of(self, file: str, lines: Iterable[int] | None = None) -> list[str]:
        """Return the tests that run some lines of a file, or any of it, the quickest first."""
        names, by_line = list(self.seconds), self.runs.get(file, {})
        found = {i for line in (by_line if lines is None else lines) for i in by_line.get(line, ())}
        return sorted((names[i] for i in found), key=lambda name: (self.seconds[name], name))

    def save(self, path: Path) -> None:
        """Write it as JSON."""
        path.write_text(json.dumps({"seconds": self.seconds, "runs": self.runs}))

    @classmethod
    def load(cls, path: Path) -> "Record":
        """Read what `save` wrote."""
        data = json.loads(path.read_text())
        runs = {file: {int(k): v for k, v in lines.items()} for file, lines in data["runs"].items()}
        return cls(data["seconds"], runs)


def mixed(names: Iterable[str]) -> list[str]:
    """Return tests with one of each file after another, in the order in which they are within a file.

    Tests of one file are alike; of many that run a line, those of all files are to be among the first.
    """
    by_file: dict[str, list[str]] = defaultdict(list)
    for name in names:
        by_file[name.split("::")[0]].append(name)
    return [name for row in zip_longest(*by_file.values()) for name in row if name is not None]


def apart(names: Iterable[str], file: str) -> tuple[list[str], list[str]]:
    """Return the tests in the folder of a file's package, and the others.

    What all networks run is run by so many tests that few of them could be shown otherwise.
    """
    own: list[str] = []
    others: list[str] = []
    for name in names:
        (own if name.startswith(f"tests/{Path(file).parent.name}/") else others).append(name)
    return own, others


class _Watch:
    """Tells coverage which test is running, and how long it took."""

    def __init__(self, measured: coverage.Coverage) -> None:
        self.measured = measured
        self.seconds: dict[str, float] = {}

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_protocol(self, item):
        self.measured.switch_context(item.nodeid)
        start = perf_counter()
        result = yield
        self.seconds[item.nodeid] = round(perf_counter() - start, 4)
        return result


def record(root: Path) -> Record:
    """Run all tests once, with coverage by test.

    Raises:
        SystemExit: if a test fails: then no mutant can be told from the code as it is.
    """
    measured = coverage.Coverage(data_file=None, source=[str(root / "symcnn")], config_file=False)
    watch = _Watch(measured)
    measured.start()
    status = pytest.main(["-q", "-p", "no:cacheprovider", *TESTS], plugins=[watch])
    measured.stop()
    if status:
        raise SystemExit("the tests must pass before mutants are tried")
    data, numbers = measured.get_data(), {name: i for i, name in enumerate(watch.seconds)}
    runs: dict[str, dict[int, list[int]]] = {}
    for path in data.measured_files():
        lines = defaultdict(list)
        for line, names in data.contexts_by_lineno(path).items():
            lines[line] = sorted(numbers[name] for name in names if name in numbers)
        runs[Path(path).relative_to(root).as_posix()] = dict(lines)
    return Record(watch.seconds, runs)
