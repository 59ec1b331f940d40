"""Running the command line in a process of its own."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
UNWANTED = frozenset({"COLUMNS", "LINES", "FORCE_COLOR", "NO_COLOR", "PYTHONIOENCODING", "PYTHONUTF8"})
"""Variables of whoever runs the tests that change how things are printed."""


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
