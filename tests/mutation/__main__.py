"""Mutation testing: do the tests notice when the code is changed?

    python tests/mutation --sample 300              # 300 mutants, always the same ones
    python tests/mutation --sample 300 --seed 2     # others
    python tests/mutation --only symcnn/algebra/sums.py
    python tests/mutation                           # all of them, for days

Every mutant is one change of one module, by `operators.py`. It is shown to the tests that run what is
changed, one of each file after another, the quickest first; one that survives them is shown to tests of the
module, with hypothesis searching as in the gate. A mutant that does not end counts as killed. Results are
written line by line to `--log`, and what is there already is not tried again, so that a run can be stopped
and gone on with.
"""

import argparse
import json
import os
import random
import sys
import time
from collections import Counter
from collections.abc import Iterator
from math import sqrt
from pathlib import Path

# What stands beside this file, whose folder Python puts first.
import operators
import selection
import trial

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

PACKAGES = ("symcnn/algebra", "symcnn/layers", "symcnn/analyses")
FIRST = 20.0
"""Seconds of tests that a mutant is shown to, of those that run the line."""
THEN = 30.0
"""Seconds of tests of the module that a survivor is shown to."""
PREPARED = "click hypothesis lark rich.table sympy pytest _pytest.doctest".split()
"""What is imported once for all mutants: everything but the package itself."""


def sampled(only: str, seed: int, size: int | None) -> list[tuple[str, int]]:
    """Return files and numbers of mutants in an order by chance; larger samples begin with smaller ones."""
    files = sorted(p.relative_to(ROOT).as_posix() for d in PACKAGES for p in (ROOT / d).glob("*.py"))
    chosen = [
        (file, mutant.number)
        for file in files
        if file.startswith(only)
        for mutant in operators.mutants((ROOT / file).read_text())
    ]
    random.Random(seed).shuffle(chosen)
    return chosen[:size]


def tried(record: selection.Record, file: str, number: int, *, quick: bool = False) -> dict[str, object]:
    """Show one mutant to the tests; if it shall be quick, only to those that run what is changed."""
    source = (ROOT / file).read_text()
    mutant = next(m for m in operators.mutants(source) if m.number == number)
    name = file.removesuffix(".py").removesuffix("/__init__").replace("/", ".")
    finder = trial.Mutated(name, compile(mutant.code, str(ROOT / file), "exec"))
    start, result = time.monotonic(), trial.SURVIVED
    for names, profile in waves(record, file, mutant):
        if quick and profile == "ci":
            break
        # The profile of the gate draws ten times as many examples.
        expected = sum(record.seconds[n] for n in names) * (1 if profile == "mutation" else 6)
        result = trial.trial(finder, names, profile, 8 + 2.5 * expected)
        if result != trial.SURVIVED:
            break
    return {
        "file": file, "number": number, "line": mutant.lines[0], "kind": mutant.kind, "result": result,
        "seconds": round(time.monotonic() - start, 1), "before": mutant.before, "after": mutant.after,
    }  # fmt: skip


def control(record: selection.Record) -> None:
    """See that code without a change survives; otherwise every mutant would seem to be killed."""
    file = "symcnn/algebra/polynomials.py"
    code = compile((ROOT / file).read_text(), str(ROOT / file), "exec")
    tests = record.tests_of(file)[:200]
    result = trial.trial(trial.Mutated("symcnn.algebra.polynomials", code), tests, "mutation", 120)
    if result != trial.SURVIVED:
        raise SystemExit(f"without a change the tests fail: {result}")


def waves(record: selection.Record, file: str, mutant: operators.Mutant) -> Iterator[tuple[list[str], str]]:
    """Yield tests and the profile they are run in: few quick ones, those of the line, of the module."""
    tests: list[str] = []
    for first, last in (mutant.lines, mutant.statement):
        # Lines that are run by an import belong to no test.
        if not mutant.on_import and not tests:
            tests = record.tests_of(file, range(first, last + 1))
    everything = record.tests_of(file)
    tests = [
        name
        for group in selection.apart(tests or everything, file)
        for name in within(record, selection.mixed(group), FIRST / 2)
    ]
    yield tests[:60], "mutation"
    if rest := tests[60:]:
        yield rest, "mutation"
    yield within(record, selection.mixed(everything), THEN / 6), "ci"


def within(record: selection.Record, names: list[str], seconds: float) -> list[str]:
    """Return the first tests that take so long together, at least one."""
    chosen: list[str] = []
    for name in names:
        seconds -= record.seconds[name]
        if seconds < 0 and chosen:
            break
        chosen.append(name)
    return chosen


def interval(killed: int, number: int) -> tuple[float, float]:
    """Return Wilson's 95 % interval of a proportion."""
    z, p = 1.959964, killed / number
    middle, half = p + z * z / (2 * number), z * sqrt(p * (1 - p) / number + z * z / (4 * number * number))
    return (middle - half) / (1 + z * z / number), (middle + half) / (1 + z * z / number)


def report(results: list[dict[str, object]]) -> str:
    """Survivors one by one, then the score by package."""
    lines: list[str] = []
    survivors = [r for r in results if r["result"] == trial.SURVIVED]
    for r in sorted(survivors, key=lambda r: (r["file"], r["line"], r["number"])):
        lines.append(
            f"{r['file']}:{r['line']} #{r['number']} {r['kind']}\n  - {r['before']}\n  + {r['after']}"
        )
    of, alive = (Counter(str(Path(str(r["file"])).parent) for r in rs) for rs in (results, survivors))
    for package, number in sorted(of.items()):
        lines.append(f"{package}: {number - alive[package]} of {number} killed")
    killed, timeouts = len(results) - len(survivors), sum(r["result"] == trial.TIMEOUT for r in results)
    if results:
        low, high = interval(killed, len(results))
        share = f"{killed / len(results):.1%}, 95 % interval {low:.1%} to {high:.1%}"
        lines.append(f"all: {killed} of {len(results)} killed ({share}); {timeouts} of them did not end")
    return "\n".join(lines)


def main() -> None:
    parser = argparse.ArgumentParser("tests/mutation", description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--sample", type=int, metavar="N", help="how many mutants; all if not given")
    parser.add_argument("--seed", type=int, default=1, help="which ones (1)")
    parser.add_argument("--only", default="", metavar="PATH", help="only files whose path begins so")
    parser.add_argument("--numbers", default="", metavar="I,…", help="only these mutants, with --only FILE")
    parser.add_argument("--log", type=Path, default=Path("mutation.jsonl"), help="results (mutation.jsonl)")
    kept = "which tests run which lines; made if it is not there (mutation-tests.json)"
    parser.add_argument("--record", type=Path, default=Path("mutation-tests.json"), help=kept)
    parser.add_argument("--quick", action="store_true", help="leave out what survivors are shown to last")
    parser.add_argument("--again", action="store_true", help="try those that survived once more")
    asked = parser.parse_args()
    record = recorded(asked.record)
    done = [json.loads(line) for line in asked.log.read_text().splitlines()] if asked.log.exists() else []
    known = {(r["file"], r["number"]): r for r in done}
    for module in PREPARED:
        __import__(module)
    control(record)
    numbers = {int(n) for n in asked.numbers.split(",") if n}
    chosen = [m for m in sampled(asked.only, asked.seed, asked.sample) if not numbers or m[1] in numbers]
    for place, (file, number) in enumerate(chosen, 1):
        survived = known.get((file, number), {}).get("result") == trial.SURVIVED
        if (file, number) in known and not (survived and asked.again):
            continue
        result = tried(record, file, number, quick=asked.quick)
        known[file, number] = result
        with asked.log.open("a") as log:
            log.write(json.dumps(result, ensure_ascii=False) + "\n")
        print(
            f"{place}/{len(chosen)} {file}:{result['line']} {result['kind']}: {result['result']}", flush=True
        )
    print(report([known[m] for m in chosen]))


def recorded(path: Path) -> selection.Record:
    """Return what all tests run, from a file or, in a child process, from the tests themselves.

    The package must not be imported in this process, which the mutants' processes are copies of.
    """
    if not path.exists():
        child = os.fork()
        if not child:
            os.environ |= {"HYPOTHESIS_PROFILE": "mutation", "PYTHONPATH": str(ROOT)}
            selection.record(ROOT).save(path)
            sys.stdout.flush()
            os._exit(0)
        _, status = os.waitpid(child, 0)
        if status:
            raise SystemExit("the tests must pass before mutants are tried")
    return selection.Record.load(path)


if __name__ == "__main__":
    main()
