"""Streams that are closed, full or narrow."""

import errno
import os
import sys
from io import StringIO
from types import SimpleNamespace

import pytest

# --- Streams -------------------------------------------------------------------------------------


class Failing(StringIO):
    """A stream that cannot be written."""

    def __init__(self, number):
        super().__init__()
        self.number = number

    def write(self, _):
        raise OSError(self.number, os.strerror(self.number))


@pytest.fixture
def redirected(monkeypatch):
    """Return which descriptors were sent to nowhere, without sending those of the tests there."""
    found = []

    def note(source, target):
        os.close(source)
        found.append(target)

    # Only for the command line: pytest itself redirects as well.
    monkeypatch.setattr("symcnn.cli.running.os", SimpleNamespace(**{**vars(os), "dup2": note}))
    return found


def test_a_reader_that_has_gone_is_no_error(cli, monkeypatch, redirected):
    monkeypatch.setattr(sys, "stdout", Failing(errno.EPIPE))
    done = cli("lenet5")
    assert (done.code, done.err, redirected) == (0, "", [1])


def test_a_full_disk_is_an_error(cli, monkeypatch, redirected):
    monkeypatch.setattr(sys, "stdout", Failing(errno.ENOSPC))
    done = cli("eval", "lenet5", "--json")
    said = "error: cannot write: No space left on device\n"
    assert (done.code, done.err, redirected) == (2, said, [1])


def test_a_closed_output_is_an_error_before_anything_is_done(cli, monkeypatch):
    monkeypatch.setattr(sys, "stdout", None)
    done = cli("derive", "lenet5")
    assert (done.code, done.err) == (2, "error: standard output is closed\n")


@pytest.mark.parametrize(
    ("arguments", "code"), [(("con3-8",), 2), (("vgg16", "--input", "1x1x1"), 3), (("eval", "--bogus"), 2)]
)
def test_an_error_that_nobody_can_read_keeps_its_code(cli, monkeypatch, redirected, arguments, code):
    monkeypatch.setattr(sys, "stderr", Failing(errno.ENOSPC))
    done = cli(*arguments)
    assert (done.code, done.out, redirected) == (code, "", [2])


# --- Long lines ----------------------------------------------------------------------------------


@pytest.fixture
def narrow(cli, monkeypatch):
    """Run `symcnn` as on a terminal of 50 columns."""

    def run(*arguments):
        monkeypatch.setenv("COLUMNS", "50")
        monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
        return cli(*arguments).out

    return run


@pytest.mark.parametrize("arguments", [("derive", "lenet5", "--of", "params,macs"), ("eval", "lenet5")])
def test_long_lines_are_wrapped_at_blanks(cli, narrow, arguments):
    whole = cli(*arguments).out
    wrapped = narrow(*arguments)
    assert wrapped.split() == whole.split()
    assert max(map(len, whole.splitlines())) > 250
    assert max(map(len, wrapped.splitlines())) <= 50


def test_what_goes_on_is_indented_below_its_line(narrow):
    lines = narrow("derive", "vgg16").splitlines()
    assert lines[:2] == [
        "params of conv3-64x2, pool, conv3-128x2, pool,",
        "    conv3-256x3, pool, conv3-512x3, pool,",
    ]
    assert "  576*C  from conv3-64x2: 576*C" in lines
    place = next(i for i, line in enumerate(lines) if line.startswith("  35,595,368  from"))
    assert all(line.startswith("      ") for line in lines[place + 1 : place + 4])


def test_a_word_that_is_wider_than_the_terminal_stays_whole(narrow):
    word = "conv3-" + "9" * 60
    assert word in [line.strip() for line in narrow("derive", f"{word}, relu, pool").splitlines()]


@pytest.mark.parametrize("form", ["latex", "markdown", "json", "python"])
def test_what_other_programs_read_is_not_wrapped(cli, narrow, form):
    whole = cli("derive", "vgg16", "--format", form).out
    assert narrow("derive", "vgg16", "--format", form) == whole
    assert narrow("table", "vgg16", "--format", "csv") == cli("table", "vgg16", "--format", "csv").out


def test_json_of_eval_is_not_wrapped(narrow):
    assert narrow("eval", "vgg16", "--json").count("\n") == 1
