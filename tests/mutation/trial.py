"""One mutant before some tests, in a child process with time and memory of its own."""

import os
import resource
import signal
import sys
import time
from importlib import import_module
from importlib.abc import MetaPathFinder
from importlib.machinery import PathFinder, SourceFileLoader
from types import CodeType

import pytest

MEMORY = 4 * 2**30
"""Bytes that a child may use."""

SURVIVED, TIMEOUT = "survived", "timeout"
"""Results besides the name of the test that failed."""


class Mutated(MetaPathFinder):
    """Lets one module be imported with other code."""

    def __init__(self, name: str, code: CodeType) -> None:
        self.name = name
        self.code = code

    def find_spec(self, fullname, path=None, target=None):
        """Find the module where it is, and load the other code from there."""
        if fullname != self.name:
            return None
        spec = PathFinder.find_spec(fullname, path, target)
        spec.loader = _Loader(fullname, spec.origin)
        spec.loader.code = self.code
        return spec


class _Loader(SourceFileLoader):
    code: CodeType

    def get_code(self, fullname):
        return self.code


class _Chosen:
    """Keeps the chosen tests, in the chosen order, and tells which one fails."""

    def __init__(self, names: list[str], told: int) -> None:
        self.order = {name: i for i, name in enumerate(names)}
        self.told = told

    def pytest_collection_modifyitems(self, config, items):
        items[:] = sorted((i for i in items if i.nodeid in self.order), key=lambda i: self.order[i.nodeid])

    def pytest_collectreport(self, report):
        if report.failed:
            os.write(self.told, f"{report.nodeid} cannot be imported".encode())

    def pytest_runtest_logreport(self, report):
        if report.failed:
            os.write(self.told, report.nodeid.encode())


def trial(finder: Mutated, names: list[str], profile: str, seconds: float) -> str:
    """Run tests with a module changed, until the first one fails.

    The package must not be imported yet: the child imports it anew, and only what it depends on is shared.

    Args:
        finder: finds the changed module.
        names: the tests, in the order in which they are run.
        profile: how hypothesis searches.
        seconds: after how long the mutant counts as one that does not end.

    Returns:
        The test that failed or what else went wrong, `TIMEOUT`, or `SURVIVED`.
    """
    read, write = os.pipe()
    child = os.fork()
    if not child:
        os.close(read)
        _child(finder, names, profile, write)
    os.close(write)
    status = _waited(child, seconds)
    told = os.read(read, 4096).decode("utf-8", "replace")
    os.close(read)
    if status is None:
        return TIMEOUT
    if status == 0:
        return SURVIVED
    return told or f"the tests cannot be run (status {status})"


def _child(finder: Mutated, names: list[str], profile: str, told: int) -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    os.setsid()
    null = os.open(os.devnull, os.O_RDWR)
    for stream in (0, 1, 2):
        os.dup2(null, stream)
    os.environ["HYPOTHESIS_PROFILE"] = profile
    files = list(dict.fromkeys(name.split("::")[0] for name in names))
    options = ["-x", "-q", "-p", "no:cacheprovider", "-p", "no:benchmark", "--doctest-modules"]
    # What is imported once for all mutants cannot have its assertions rewritten.
    options += ["-W", "ignore::pytest.PytestAssertRewriteWarning"]
    status = 1
    try:
        # Before pytest, which has a finder of its own for the files that it is given.
        sys.meta_path.insert(0, finder)
        import_module(finder.name)
        status = int(pytest.main([*options, *files], plugins=[_Chosen(names, told)]))
    finally:
        os._exit(status)


def _waited(child: int, seconds: float) -> int | None:
    """Return the exit status of a child; None if it had to be ended."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        done, status = os.waitpid(child, os.WNOHANG)
        if done:
            return status
        time.sleep(0.02)
    os.killpg(child, signal.SIGKILL)
    os.waitpid(child, 0)
    return None
