"""What has no formula to derive does not wait for sympy.

Importing sympy takes several times as long as all the rest, so whatever only
prints a version or a help text must not load it.
"""

import subprocess
import sys

import pytest

SLOW = {"sympy", "mpmath"}


def imported(*arguments: str) -> set[str]:
    """Run Python with `arguments`; return every module that it imported."""
    done = subprocess.run(
        [sys.executable, "-X", "importtime", *arguments],
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    timed = (line.rsplit("|", 1) for line in done.stderr.splitlines() if line.startswith("import time:"))
    return {name.strip() for _, name in timed}


def test_the_measure_sees_an_import() -> None:
    """Without this, the tests below would pass if the output could not be read."""
    modules = imported("-c", "import sympy")
    assert modules >= SLOW


@pytest.mark.parametrize(
    "arguments",
    [
        pytest.param(("-c", "import symcnn"), id="import"),
        pytest.param(("-m", "symcnn", "--version"), id="version"),
        pytest.param(("-m", "symcnn", "--help"), id="help"),
    ],
)
def test_start_up_does_not_import_sympy(arguments: tuple[str, ...]) -> None:
    modules = imported(*arguments)
    assert "symcnn" in modules
    assert not modules & SLOW
