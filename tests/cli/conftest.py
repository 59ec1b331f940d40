"""Running the command line, in this process and in one of its own."""

import os
import subprocess
import sys
from dataclasses import dataclass
from io import BytesIO, TextIOWrapper
from pathlib import Path

import pytest

from symcnn.cli import main

ROOT = Path(__file__).parents[2]
UNWANTED = frozenset({"COLUMNS", "LINES", "FORCE_COLOR", "NO_COLOR", "PYTHONIOENCODING", "PYTHONUTF8"})
"""Variables of whoever runs the tests that change how things are printed."""


@dataclass(frozen=True)
class Done:
    """What a command left behind."""

    code: int
    out: str
    err: str


@pytest.fixture
def cli(capsysbinary, monkeypatch):
    """Run `symcnn` in this process: `cli("eval", "vgg16", stdin=b"")`."""

    def run(*arguments, stdin=b""):
        monkeypatch.setattr(sys, "stdin", TextIOWrapper(BytesIO(stdin), encoding="utf-8"))
        with pytest.raises(SystemExit) as left:
            main(list(arguments))
        out, err = capsysbinary.readouterr()
        return Done(left.value.code, out.decode("utf-8"), err.decode("utf-8"))

    return run


@pytest.fixture(scope="session")
def process():
    """Run `symcnn` in a process of its own, where the terminal and the pipes are real."""

    def run(*arguments, env=None, **options):
        inherited = {name: value for name, value in os.environ.items() if name not in UNWANTED}
        surroundings = {**inherited, "PYTHONPATH": str(ROOT), **(env or {})}
        command = [sys.executable, "-m", "symcnn", *arguments]
        options = {"capture_output": True, "timeout": 60, **options}
        return subprocess.run(command, check=False, env=surroundings, cwd=ROOT, **options)

    return run
