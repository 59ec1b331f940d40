"""Answering a file of questions, one JSON object a line, in constant memory."""

import json
from collections.abc import Iterator, Sequence
from typing import IO, Any, Final, cast

from symcnn.answers import Question
from symcnn.conventions import DEFAULT
from symcnn.errors import ArgumentError, LimitError, SymcnnError

MAX_LINE: Final = 8_000_000
"""Bytes of one line; longer ones are answered by an error, and skipped."""


class _Exact(str):
    """A number of the JSON text, kept as it was written, so that it stays exact."""

    __slots__ = ()


def answers(
    lines: IO[bytes], quantities: Sequence[str], dtype: str, convention: str = DEFAULT
) -> Iterator[str]:
    """Yield one line of JSON for each line read, in order, errors in their place."""
    for line in _lines(lines):
        try:
            answer = _answer(line, quantities, dtype, convention)
        except SymcnnError as error:
            answer = {"error": error.to_json()}
        yield json.dumps(answer)


def _lines(lines: IO[bytes]) -> Iterator[bytes | None]:
    """Yield the lines, None for one that is too long."""
    while line := _read(lines):
        if len(line) < MAX_LINE or line.endswith(b"\n"):
            yield line
            continue
        while line and not line.endswith(b"\n"):
            line = _read(lines)
        yield None


def _read(lines: IO[bytes]) -> bytes:
    """Read a line, at most `MAX_LINE` bytes of it.

    Raises:
        ArgumentError: if that fails.
    """
    try:
        return lines.readline(MAX_LINE)
    except OSError as error:
        raise ArgumentError(f"cannot read on: {error.strerror or error}") from None


def _answer(line: bytes | None, quantities: Sequence[str], dtype: str, convention: str) -> dict[str, Any]:
    if line is None:
        raise LimitError(f"a line is longer than {MAX_LINE:,} bytes")
    if not line.strip():
        raise ArgumentError("the line is empty")
    question = _object(line)
    arch = question.pop("arch", None)
    if isinstance(arch, _Exact) or not isinstance(arch, str):
        raise ArgumentError('a question has its architecture as text under "arch"')
    for name, value in question.items():
        if not isinstance(value, str):
            raise ArgumentError(f"{name} needs a number")
    return Question(arch, question, convention).answer(quantities, dtype)


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Make an object of its pairs, each key once."""
    out: dict[str, Any] = {}
    for name, value in pairs:
        if name in out:
            raise ArgumentError(f"{name} is given twice")
        out[name] = value
    return out


def _object(line: bytes) -> dict[str, Any]:
    try:
        question = json.loads(
            line.strip().decode("utf-8-sig"),
            parse_int=_Exact,
            parse_float=_Exact,
            parse_constant=_Exact,
            object_pairs_hook=_once,
        )
    except ArgumentError:
        raise
    except (ValueError, RecursionError) as error:
        raise ArgumentError(f"the line is no JSON: {error}") from None
    if not isinstance(question, dict):
        raise ArgumentError("a question is a JSON object")
    return cast("dict[str, Any]", question)
