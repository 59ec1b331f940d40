"""ARCH may be a file or standard input."""

import errno
import json
import os
import sys
from io import BytesIO
from types import SimpleNamespace

import pytest

from symcnn.cli import main
from symcnn.console import MAX_BYTES, ask
from symcnn.errors import ArgumentError


def params(done):
    return json.loads(done.out)["params"]


def test_a_file_is_read(cli, tmp_path):
    path = tmp_path / "net.cnn"
    path.write_text("# a comment\nconv3-8,\nfc10\n", encoding="utf-8")
    direct = cli("eval", "conv3-8, fc10", "--json")
    assert params(cli("eval", f"@{path}", "--json")) == params(direct)


def test_standard_input_is_read(cli):
    assert params(cli("eval", "-", "--json", stdin=b"conv3-8")) == 224


@pytest.mark.parametrize("arch", ["-", "@-"])
def test_a_byte_order_mark_and_line_ends_of_windows_do_no_harm(cli, arch):
    assert params(cli("eval", arch, "--json", stdin=b"\xef\xbb\xbfconv3-8,\r\nrelu\r\n")) == 224


def test_a_file_may_name_a_network_of_the_zoo(cli):
    assert params(cli("eval", "-", "--json", stdin=b"lenet5\n")) == 61706


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"\xff\xfe\x00", "the architecture is no UTF-8 text"),
        (b"\x7fELF\x02\x01\x01\x00\xb0", "the architecture is no UTF-8 text"),
        (b"conv3-8\x00", "U+0000"),
        (b"", "there is no network"),
        (b" " * (MAX_BYTES + 1), "an architecture has more than 1,000,000 characters"),
    ],
)
def test_content_that_is_no_architecture_is_refused(cli, tmp_path, content, said):
    path = tmp_path / "net.cnn"
    path.write_bytes(content)
    for done in (cli(f"@{path}"), cli("-", stdin=content)):
        assert done.code == 2
        assert said in done.err


@pytest.mark.parametrize("name", ["missing", ".", "\0"])
def test_a_file_that_cannot_be_read_is_refused(cli, tmp_path, name):
    for arguments in ([f"@{tmp_path}/{name}"], ["eval", "--batch", f"{tmp_path}/{name}"]):
        done = cli(*arguments)
        assert (done.code, done.out) == (2, "")
        assert done.err.startswith("error: cannot read ")


def test_a_name_is_missing_after_the_sign_of_a_file(cli):
    done = cli("@")
    assert (done.code, done.out, done.err) == (2, "", "error: the name of a file is missing after @\n")


def test_a_file_that_fails_while_it_is_read_is_refused(monkeypatch):
    class Failing(BytesIO):
        def read(self, *_):
            raise OSError(errno.EIO, os.strerror(errno.EIO))

    monkeypatch.setattr(sys, "stdin", SimpleNamespace(buffer=Failing()))
    with pytest.raises(ArgumentError, match="cannot read -: Input/output error"):
        ask("-", None, ())


@pytest.mark.parametrize("arguments", [["-"], ["@-"], ["eval", "--batch", "-"]])
def test_standard_input_that_is_closed_is_refused(monkeypatch, capsys, arguments):
    monkeypatch.setattr(sys, "stdin", None)
    with pytest.raises(SystemExit) as left:
        main(arguments)
    assert left.value.code == 2
    assert capsys.readouterr() == ("", "error: standard input is closed\n")
