"""The mutation testing itself: which changes are made, and that a change is noticed."""

import subprocess
import sys
from pathlib import Path

import pytest

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE))
try:
    import operators
    import selection
finally:
    sys.path.remove(str(HERE))


def changes(source):
    """What becomes of the last statement."""
    return [(m.kind, m.after) for m in operators.mutants(source)]


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("x = a < b", [("comparison", "x = a <= b")]),
        ("x = a < b is c", [("comparison", "x = a <= b is c"), ("comparison", "x = a < b is not c")]),
        ("x = a % b", [("arithmetic", "x = a // b")]),
        ("x += a", [("arithmetic", "x -= a"), ("statement left out", "pass")]),
        (
            "x = a and b",
            [("and, or", "x = a or b"), ("operand left out", "x = b"), ("operand left out", "x = a")],
        ),
        ("x = not a", [("sign left out", "x = a")]),
        ("x = 2", [("constant", "x = 3")]),
        ("x = True", [("constant", "x = False")]),
        ("x = 'a'", [("text", "x = 'XXa'")]),
        ("x = None", []),
        ("x = a if b else c", [("condition negated", "x = a if not b else c")]),
        ("x = [a for a in b if a]", [("filter left out", "x = [a for a in b]")]),
        ("x = min(a, key=b)", [("function", "x = max(a, key=b)"), ("argument left out", "x = min(a)")]),
        ("raise a", [("statement left out", "pass")]),
        ("def f():\n    return a", [("nothing returned", "return None")]),
        ("while a:\n    break", [("condition negated", "while not a:"), ("jump", "continue")]),
        ("match a:\n    case b if c:\n        pass", [("guard left out", "match a:")]),
        ('def f(a: "int" = b) -> "int":\n    """Text."""', []),
        ("if TYPE_CHECKING:\n    x = 2", []),
        ("Value = int | Poly", []),
        ("x = cast('int', a)", []),
        ("__all__ = ['a']", []),
        ("MAX_STEPS: Final = 2 * 3", []),
        ("x = zip(a, b, strict=True)", []),
        ("@cache\ndef f(): pass", []),
    ],
)
def test_changes(source, expected):
    assert changes(source) == expected


def test_the_tree_is_as_before_at_the_end():
    source = "def f(a, b):\n    return [x + 1 for x in a if x < b]"
    trees = [operators.ast.unparse(m.code) for m in operators.mutants(source)]
    assert len(trees) == len(set(trees)) == 5
    assert all(tree != source for tree in trees)


def test_lines_and_when_they_run():
    source = "LIMIT = 3\n\n\ndef f(a=1):\n    if (\n        a > LIMIT\n    ):\n        return 2"
    found = [(m.lines, m.statement, m.on_import) for m in operators.mutants(source)]
    assert found == [
        ((1, 1), (1, 1), True),
        ((4, 4), (4, 4), True),
        ((5, 7), (5, 7), False),
        ((6, 6), (5, 7), False),
        ((8, 8), (8, 8), False),
        ((8, 8), (8, 8), False),
    ]


def test_tests_of_the_package_are_seen_whatever_else_runs_the_line():
    names = ["tests/cli/a.py::x", "tests/layers/b.py::y", "symcnn/layers/a.py::x", "tests/layers/c.py::z"]
    own, others = selection.apart(names, "symcnn/layers/pools.py")
    assert own == ["tests/layers/b.py::y", "tests/layers/c.py::z"]
    assert others == ["tests/cli/a.py::x", "symcnn/layers/a.py::x"]


ZERO, EXAMPLE = "test_sums.py::test_zero", "small/sums.py::small.sums.double"
TRIAL = """
import sys
sys.path[:0] = [{here!r}, "."]
import trial
code = compile({code!r}, "small/sums.py", "exec")
print(trial.trial(trial.Mutated("small.sums", code), {tests!r}, "default", {seconds}))
"""
SUMS = '''
def double(x):
    """Double a number.

    >>> double(2)
    4
    """
    return 2 * x
'''
TESTS = "from small.sums import double\n\ndef test_zero():\n    assert double(0) == 0\n"


@pytest.mark.parametrize(
    ("code", "tests", "expected"),
    [
        (SUMS, [ZERO, EXAMPLE], "survived"),
        (SUMS.replace("2 * x", "x"), [ZERO], "survived"),
        (SUMS.replace("2 * x", "2 + x"), [ZERO], ZERO),
        # The example in the docstring of the changed module itself; pytest is given that file.
        (SUMS.replace("2 * x", "x"), [EXAMPLE], EXAMPLE),
        (SUMS.replace("def double", "def triple"), [ZERO], "test_sums.py cannot be imported"),
        (SUMS + "raise ValueError", [ZERO], "the tests cannot be run (status 256)"),
        (SUMS.replace("return", "while True: pass\n    return"), [ZERO], "timeout"),
    ],
)
def test_a_change_is_noticed(tmp_path, code, tests, expected):
    (tmp_path / "small").mkdir()
    (tmp_path / "small" / "__init__.py").touch()
    (tmp_path / "small" / "sums.py").write_text(SUMS)
    (tmp_path / "test_sums.py").write_text(TESTS)
    (tmp_path / "pytest.ini").write_text("[pytest]\naddopts = --import-mode=importlib\n")
    seconds = 5 if expected == "timeout" else 60
    program = TRIAL.format(here=str(HERE), code=code, tests=tests, seconds=seconds)
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=tmp_path, capture_output=True, encoding="utf-8", check=False
    )
    assert done.stdout.strip() == expected, done.stderr
