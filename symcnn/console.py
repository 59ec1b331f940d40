"""What the command line reads and prints, apart from its commands."""

import json
import sys
from collections.abc import Callable, Mapping, Sequence
from re import finditer
from shutil import get_terminal_size
from textwrap import fill
from typing import IO, TYPE_CHECKING, Any, Final

import click

from symcnn.errors import ArgumentError, LimitError, SymcnnError
from symcnn.limits import MAX_TEXT

if TYPE_CHECKING:
    from symcnn.algebra.polynomials import Number
    from symcnn.answers import Question

MAX_BYTES: Final = 4 * MAX_TEXT
"""Bytes that the longest architecture can have in UTF-8."""


def read_architecture(arch: str) -> str:
    """Return the text that ARCH names: itself, a file's (`@FILE`), or standard input's (`-`).

    Raises:
        ArgumentError: if a file cannot be read, or is no text.
        LimitError: if it is too long to be one architecture.
    """
    if arch != "-" and not arch.startswith("@"):
        return arch
    if arch == "@":
        raise ArgumentError("the name of a file is missing after @")
    path = arch.removeprefix("@")
    with opened(path) as file:
        try:
            data = file.read(MAX_BYTES + 1)
        except OSError as error:
            raise ArgumentError(f"cannot read {path}: {error.strerror or error}") from None
    if len(data) > MAX_BYTES:
        raise LimitError(f"an architecture has more than {MAX_TEXT:,} characters")
    try:
        return data.decode("utf-8-sig").strip()
    except UnicodeDecodeError:
        raise ArgumentError("the architecture is no UTF-8 text") from None


def opened(path: str) -> IO[bytes]:
    """Open a file to read its bytes; `-` is standard input.

    Raises:
        ArgumentError: if that fails.
    """
    if path == "-":
        if sys.stdin is None:  # pyright: ignore[reportUnnecessaryComparison] - it is None when it is closed
            raise ArgumentError("standard input is closed")
        return sys.stdin.buffer
    try:
        return open(path, "rb")
    except (OSError, ValueError) as error:
        raise ArgumentError(f"cannot read {path}: {getattr(error, 'strerror', None) or error}") from None


def ask(arch: str, size: str | None, definitions: Sequence[str], convention: str | None = None) -> "Question":
    """Return the question that ARCH, `--input`, `-D` and `--convention` ask.

    Raises:
        ArgumentError: if one of them cannot be read, or there is no such convention.
        NotationError: if the architecture is none.
    """
    from symcnn.answers import Question
    from symcnn.conventions import DEFAULT

    name = DEFAULT if convention is None else convention
    question = Question(read_architecture(arch), given_values(size, definitions), name)
    if entry := question.build:
        tool = question.convention.tool
        click.echo(f"note: what {tool} itself reads is {entry.name}, the network as built there", err=True)
    return question


def given_values(size: str | None, definitions: Sequence[str], option: str = "-D") -> "dict[str, Number]":
    """Return the values that `--input` and `-D`, or an option like it, give.

    Raises:
        ArgumentError: if one of them cannot be read.
    """
    from symcnn.pipeline import bound_values

    symbols: dict[str, object] = {}
    for definition in definitions:
        name, _, value = (part.strip() for part in definition.partition("="))
        if not (name and value):
            raise ArgumentError(f"{option} {definition} is no NAME=VALUE", hint=f"as in {option} n=9")
        if name in symbols:
            raise ArgumentError(f"{option} gives {name} twice")
        symbols[name] = value
    return bound_values(size, symbols)


def split_list(names: str | None) -> list[str]:
    """Return the names in a list separated by commas."""
    return [name.strip() for name in (names or "").split(",") if name.strip()]


def print_table(
    question: "Question",
    *,
    by: str = "item",
    form: str = "text",
    of: str | None = None,
    dtype: str = "float32",
    formulas: bool = False,
    closed: bool = False,
) -> None:
    """Print a network as a table.

    Args:
        question: the network and its values.
        by: `item` or `layer`.
        form: the format.
        of: the quantities, separated by commas.
        dtype: the type of an element, for memory.
        formulas: whether cells are closed forms in H, W, C instead of numbers.
        closed: whether closed forms are printed below.
    """
    from symcnn.answers import expanded
    from symcnn.render import renderer
    from symcnn.render.sheet import sheet
    from symcnn.table import COLUMNS

    write = renderer("table", form)
    forms = question.closed(dtype) if closed or formulas else None
    report = forms if formulas and forms else question.report(dtype)
    content = sheet(
        report if report.symbols else report.at(),
        by=by,
        columns=expanded(split_list(of)) or COLUMNS,
        closed=forms if closed else None,
    )
    if form == "text" and sys.stdout.isatty():
        from rich.console import Console

        click.echo(write(content, Console(highlight=False)), color=True)
    else:
        click.echo(write(content))


def for_terminal(text: str) -> str:
    """Wrap long lines between words where a terminal would wrap them within."""
    if not sys.stdout.isatty():
        return text
    width = max(get_terminal_size().columns, 20)
    return "\n".join(_wrapped(line, width) for line in text.split("\n"))


def _wrapped(line: str, width: int) -> str:
    if len(line) <= width:
        return line
    # What has columns goes on in its last one, if that leaves most of the width.
    columns = [gap.end() for gap in finditer(r"(?<=\S) {2,}", line)]
    further = len(line) - len(line.lstrip()) + 4
    indent = " " * (columns[-1] if columns and columns[-1] <= width // 3 else further)
    return fill(line, width, subsequent_indent=indent, break_long_words=False, break_on_hyphens=False)


def print_answer(
    answered: Callable[[], dict[str, Any]], lines: Callable[[dict[str, Any]], str], *, as_json: bool
) -> None:
    """Print an answer, in lines for people or as JSON; an error in JSON, too, with its exit code."""
    try:
        answer = answered()
    except SymcnnError as error:
        if not as_json:
            raise
        click.echo(json.dumps({"error": error.to_json()}))
        sys.exit(error.exit_code)
    click.echo(json.dumps(answer) if as_json else for_terminal(lines(answer)))


def answer_lines(answer: Mapping[str, Any]) -> str:
    """Write an answer for people: a line for each quantity."""
    size = "x".join(str(answer["input"][axis]) for axis in "HWC")
    symbols = "".join(f", {name} = {value}" for name, value in answer["symbols"].items())
    rows = [("input", size + symbols)]
    for name, value in answer.items():
        if name not in ("input", "symbols", "output", "convention"):
            shown = f"{value:,}" if isinstance(value, int) else "–" if value is None else str(value)
            rows.append((name.replace("_", " "), shown))
    channels, height, width = answer["output"]
    rows += [("output", f"{height}x{width}x{channels}"), ("convention", answer["convention"])]
    widest = max(len(name) for name, _ in rows)
    return "\n".join(f"{name:<{widest}}  {value}" for name, value in rows)
