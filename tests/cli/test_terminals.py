"""Real terminals, pipes and encodings: each in a process of its own."""

import os
import re
import signal
import struct
import subprocess
import sys
import threading
import time
from contextlib import suppress
from functools import cache
from pathlib import Path

import pytest

posix = pytest.mark.skipif(
    sys.platform == "win32", reason="there are no pseudo-terminals and no such signals"
)
ROOT = Path(__file__).parents[2]
ENCODINGS = {
    "ascii": {"PYTHONIOENCODING": "ascii"},
    "C": {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"},
    "cp1252": {"PYTHONIOENCODING": "cp1252"},
}


@pytest.fixture(scope="session")
def on_terminal(process):
    """Return what a command prints on a terminal of some columns, run once for all who ask."""

    @cache
    def run(*arguments, columns, **env):
        return printed(process, arguments, columns, env)

    return run


def printed(process, arguments, columns, env):
    """Run a command on a terminal of some columns."""
    import fcntl
    import pty
    import termios

    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 50, columns, 0, 0))
    env = {"TERM": "xterm", **env}
    done = process(*arguments, env=env, capture_output=False, stdin=theirs, stdout=theirs, stderr=theirs)
    os.close(theirs)
    chunks = []
    with suppress(OSError):  # Linux ends a terminal that nobody holds with an error
        while chunk := os.read(ours, 65536):
            chunks.append(chunk)
    os.close(ours)
    return done.returncode, b"".join(chunks).decode().replace("\r\n", "\n")


def plain(text):
    """Return text without what colors it."""
    return re.sub(r"\x1b\[[0-9;]*m", "", text)


# --- Width ---------------------------------------------------------------------------------------


@posix
@pytest.mark.parametrize(
    ("columns", "kept", "left_out"),
    [
        (40, "item output params", "MACs, activations"),
        (60, "item output params MACs", "activations"),
        (200, "item output params MACs activations", ""),
    ],
)
def test_numbers_are_left_out_but_never_cut(on_terminal, columns, kept, left_out):
    code, text = on_terminal("vgg16", columns=columns)
    lines = plain(text).splitlines()
    assert code == 0
    assert lines[0].split() == kept.split()
    total = next(line for line in lines if line.startswith("total")).split()
    assert total[1:] == ["138,357,544", "15,470,264,320", "15,087,080"][: len(kept.split()) - 2]
    assert "…" not in text
    said = " ".join(plain(text).split())
    assert (f"left out for want of width: {left_out} " in said) == bool(left_out)


@posix
@pytest.mark.parametrize("columns", [40, 60])
def test_notes_are_wrapped_at_blanks(on_terminal, columns):
    _, text = on_terminal("vgg16", columns=columns)
    notes = plain(text).split("\n\n", 1)[1].splitlines()
    # A term of a formula stays in one piece, even where that is wider than the terminal.
    assert all(len(line) <= columns or " " not in line[13:] for line in notes)


@posix
@pytest.mark.parametrize(("columns", "options"), [(20, ()), (60, ("--formulas",))])
def test_the_first_column_is_not_cut_either(on_terminal, columns, options):
    _, text = on_terminal("table", "vgg16", *options, columns=columns)
    assert "…" not in text
    assert "conv3-64x2" in text


@posix
def test_derivations_are_wrapped_at_blanks(on_terminal):
    code, text = on_terminal("derive", "lenet5", columns=50)
    assert code == 0
    assert all(len(line) <= 50 for line in text.splitlines())
    # 150·1 + 13556 + 1920·(20 // 4)·(20 // 4), since floor((28 - 8)/4) = 5
    assert "at 28×28×1: 1920·5·5 + 150·1 + 13556 = 61,706\n" in text
    start = "convention: symcnn: params = trainable (weights,\n    biases, normalization scale and shift),\n"
    assert start in text


@posix
def test_answers_are_wrapped_at_blanks(on_terminal, process):
    code, text = on_terminal("eval", "lenet5", columns=30)
    assert code == 0
    assert all(len(line) <= 30 for line in text.splitlines())
    assert text.split() == process("eval", "lenet5").stdout.decode().split()


@posix
def test_what_has_columns_goes_on_in_the_last_one(on_terminal):
    _, text = on_terminal("eval", "lenet5", columns=80)
    convention = text.splitlines()[-5:]
    assert convention[0].startswith("convention     symcnn: params")
    assert {len(line) - len(line.lstrip()) for line in convention[1:]} == {len("convention     ")}


@posix
def test_code_on_a_terminal_is_code(on_terminal):
    """A line that is broken for the eye would be no Python, where it is copied from the screen."""
    code, text = on_terminal("derive", "vgg16", "--format", "python", columns=40)
    space = {}
    exec(text, space)
    assert (code, space["params"](C=3, H=224, W=224)) == (0, 138357544)


@posix
def test_a_terminal_has_bold_headings_and_others_have_none(on_terminal, process):
    _, colored = on_terminal("lenet5", columns=100)
    _, dumb = on_terminal("lenet5", columns=100, TERM="dumb")
    assert "\x1b[1m" in colored
    assert "\x1b" not in dumb
    assert "\x1b" not in process("lenet5").stdout.decode()


@posix
def test_no_color_means_no_colors(on_terminal):
    _, text = on_terminal("lenet5", columns=100, NO_COLOR="1")
    codes = {int(n) for group in re.findall(r"\x1b\[([0-9;]*)m", text) for n in group.split(";") if n}
    assert not codes & {*range(30, 50), *range(90, 108)}


# --- Encodings -----------------------------------------------------------------------------------


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_no_encoding_of_the_output_is_too_narrow(process, encoding):
    """What it lacks is written by its code; ASCII is taken for a slip in the settings, and UTF-8 written."""
    done = process("derive", "conv3-{32*alpha}, pool", env=ENCODINGS[encoding])
    assert (done.returncode, done.stderr) == (0, b"")
    domain, size = "valid for H, W ≥ 2 and 32*α integer\n", "\ninput: 224×224×3\n"
    written = "cp1252" if encoding == "cp1252" else "utf-8"
    for words in (domain, size):
        assert words.encode(written, errors="backslashreplace") in done.stdout


def test_an_encoding_that_is_wide_enough_escapes_nothing(process):
    done = process("derive", "conv3-{32*alpha}, pool", env={"PYTHONIOENCODING": "utf-8"})
    assert "valid for H, W ≥ 2 and 32*α integer".encode() in done.stdout


def test_no_encoding_is_too_narrow_for_an_error(process):
    done = process("conv3-{β}:ψ", env=ENCODINGS["cp1252"])
    assert done.returncode == 2
    assert done.stderr.startswith(b"error: ")
    assert rb"conv3-{\u03b2}:\u03c8" in done.stderr


# --- Pipes ---------------------------------------------------------------------------------------


def first_line(process, *arguments, stdin=None):
    """Read one line of the output, close the pipe, and return the code and what was said."""
    ours, theirs = os.pipe()
    with os.fdopen(ours, "rb") as reader:
        seen = []
        thread = threading.Thread(target=lambda: (seen.append(reader.readline()), reader.close()))
        thread.start()
        options = {"capture_output": False, "stdout": theirs, "stderr": subprocess.PIPE, "input": stdin}
        done = process(*arguments, **options)
        os.close(theirs)
        thread.join()
    return done, seen[0]


@posix
@pytest.mark.parametrize(
    ("arguments", "stdin"),
    [(("eval", "--batch", "-"), b'{"arch":"pool"}\n' * 500), (("zoo",), b"")],
)
def test_a_reader_that_leaves_early_is_no_error(process, arguments, stdin):
    done, seen = first_line(process, *arguments, stdin=stdin)
    assert seen.endswith(b"\n")
    assert (done.returncode, done.stderr) == (0, b"")


@posix
@pytest.mark.parametrize("arguments", [("--help",), ("derive", "vgg16")])
def test_a_reader_that_was_never_there_is_no_error_either(process, arguments):
    ours, theirs = os.pipe()
    os.close(ours)
    done = process(*arguments, capture_output=False, stdout=theirs, stderr=subprocess.PIPE)
    os.close(theirs)
    assert (done.returncode, done.stderr) == (0, b"")


@posix
@pytest.mark.parametrize(
    ("shell", "code", "said"),
    [
        ("symcnn - <&-", 2, "error: standard input is closed\n"),
        ("symcnn derive lenet5 >&-", 2, "error: standard output is closed\n"),
        ("symcnn lenet5 >&- 2>&-", 2, ""),
        ("symcnn vgg16 --input 1x1x1 2>&-", 3, ""),
    ],
)
def test_a_closed_stream_is_said_in_a_line(process, shell, code, said):
    script = shell.replace("symcnn", f"'{sys.executable}' -m symcnn")
    done = subprocess.run(["sh", "-c", script], capture_output=True, timeout=60, check=False, cwd=ROOT)
    assert (done.returncode, done.stdout, done.stderr.decode()) == (code, b"", said)


@posix
@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="there is no /dev/full")
def test_a_full_disk_is_said_in_a_line(process):
    with open("/dev/full", "wb") as full:
        done = process("vgg16", capture_output=False, stdout=full, stderr=subprocess.PIPE)
        unheard = process("con3-8", capture_output=False, stdout=subprocess.PIPE, stderr=full)
    assert (done.returncode, done.stderr) == (2, b"error: cannot write: No space left on device\n")
    assert (unheard.returncode, unheard.stdout) == (2, b"")


@pytest.fixture
def interruptible():
    """Let a child hear interrupts, although what runs in the background may be deaf to them."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@posix
@pytest.mark.usefixtures("interruptible")
def test_an_interrupt_of_a_batch_keeps_what_was_answered():
    command = [sys.executable, "-m", "symcnn", "eval", "--batch", "-"]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    with subprocess.Popen(command, **pipes) as running:
        running.stdin.write(b'{"arch": "lenet5"}\n')
        running.stdin.flush()
        answer = running.stdout.readline()
        time.sleep(0.05)
        running.send_signal(signal.SIGINT)
        _, said = running.communicate(timeout=30)
    assert b'"params": 61706' in answer
    assert (running.returncode, said) == (130, b"\n")
