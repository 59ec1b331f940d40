"""What the characters of a text tell before any grammar: its size, its brackets, its alphabet."""

import re
from typing import Final

from symcnn.errors import LimitError, NotationError
from symcnn.limits import MAX_NESTING, MAX_TEXT
from symcnn.source import Span

_SPOT: Final = re.compile(r"#[^\n]*|[()\[\]{}]|-(?:\s*-)+|[^\x00-\x7f]")
_CLOSER: Final = {"(": ")", "[": "]", "{": "}"}
_LOOKALIKE: Final = str.maketrans("–—−‐‑·⋅∗•（）［］｛｝，；：｜＋＝＠÷", "-----****()[]{},;:|+=@/")


def scan(text: str) -> None:
    """Check size, balance, nesting and alphabet of `text` in one pass over it.

    Raises:
        LimitError: the text is too long, or its brackets or minus signs nest too deep.
        NotationError: a bracket is not balanced, or a character belongs to no name.
    """
    if len(text) > MAX_TEXT:
        raise LimitError(f"the text is longer than {MAX_TEXT:,} characters", Span(MAX_TEXT, MAX_TEXT + 1))
    opened: list[int] = []
    for match in _SPOT.finditer(text):
        spot = match[0]
        if spot in _CLOSER:
            opened.append(match.start())
            if len(opened) > MAX_NESTING:
                raise LimitError(f"brackets nest more than {MAX_NESTING} deep", Span(*match.span()))
        elif spot in ")]}":
            _close(text, opened, match.start())
        elif spot[0] == "-":
            if spot.count("-") > MAX_NESTING:
                raise LimitError(f"minus signs nest more than {MAX_NESTING} deep", Span(*match.span()))
        elif spot[0] != "#":
            _check_character(text, match.start())
    if opened:
        raise _unclosed(text, opened)


def open_brackets(text: str, end: int) -> list[int]:
    """Return where the brackets that are open at `end` stand, the outermost first."""
    opened: list[int] = []
    for match in _SPOT.finditer(text, 0, end):
        if match[0] in _CLOSER:
            opened.append(match.start())
        elif match[0] in ")]}":
            opened.pop()
    return opened


def _close(text: str, opened: list[int], place: int) -> None:
    closer, span = text[place], Span(place, place + 1)
    if not opened:
        raise NotationError(f'"{closer}" closes nothing', span, "remove it, or open the bracket before it")
    start = opened.pop()
    wanted = _CLOSER[text[start]]
    if closer != wanted:
        raise NotationError(
            f'"{text[start]}" is closed by "{closer}"',
            span,
            f"did you mean: {_tail(text[start:place])}{wanted}",
            (("opened here", Span(start, start + 1)),),
        )


def _unclosed(text: str, opened: list[int]) -> NotationError:
    start, end = opened[-1], len(text.rstrip())
    missing = "".join(_CLOSER[text[place]] for place in reversed(opened))
    return NotationError(
        f'"{text[start]}" is never closed',
        Span(start, start + 1),
        f"did you mean: {_tail(text[opened[0] : end])}{missing}",
        (("the text ends here", Span(end, end)),),
    )


def _check_character(text: str, place: int) -> None:
    character = text[place]
    if character.isalpha() or character.isspace() or character == "×":
        return
    span = Span(place, place + 1)
    meant = character.translate(_LOOKALIKE)
    if meant != character:
        raise NotationError(f'"{character}" is not written here as on paper', span, f"write: {meant}")
    raise NotationError(f"unexpected character {shown(character)}", span, "remove it")


def shown(character: str) -> str:
    r"""Return a character in quotes, or its code point where it cannot be seen.

    >>> print(shown("$"), shown("\0"), shown(""))
    "$" U+0000 end of the text
    """
    if not character:
        return "end of the text"
    return f'"{character}"' if character.isprintable() else f"U+{ord(character):04X}"


def _tail(text: str) -> str:
    return text if len(text) <= 60 else "…" + text[-59:]
