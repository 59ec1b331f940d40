"""The command line: `symcnn ARCH`, and commands that ask for one thing each.

A command is a file in `symcnn/cli/commands`, found by its name. What needs the
algebra is imported where it is used, so that `--help`, `--version` and
completion are quick.
"""

from symcnn.cli.group import app
from symcnn.cli.running import main

__all__ = ["app", "main"]
