"""The piece of a text around a mistake: the item that a hint shows repaired."""

import re
from typing import Final, NamedTuple

from symcnn.notation.scan import open_brackets

REACH: Final = 60
"""Characters on each side that are searched for where the item begins and ends."""

_COMMENT: Final = re.compile(r"#[^\n]*")


class Piece(NamedTuple):
    """An item on one line with `¦` where the mistake is, and whether that is in an expression."""

    text: str
    is_expression: bool


def piece_at(text: str, before: int, place: int, *, whole: bool) -> Piece:
    """Return the piece around a mistake.

    Args:
        text: the whole text.
        before: where the last good token begins, or ends if it is a bracket; its item is part of the piece.
        place: where the mistake is.
        whole: whether the text is one expression.
    """
    text = _COMMENT.sub(lambda comment: " " * len(comment[0]), text)
    opened = open_brackets(text, place)
    outer = next((spot for spot in opened if text[spot] == "{" or _is_call(text, spot)), None)
    marks = ",;=|+*" if any(text[spot] == "[" for spot in opened) else ",;=|"
    begin = max(place - REACH, 0) if whole else _begin(text, before if outer is None else outer, marks)
    end = _end(text, place, sum(spot >= begin for spot in opened), marks)
    left, right = (re.sub(r"\s+", " ", part) for part in (text[begin:place], text[place:end]))
    return Piece(f"{left.lstrip()}¦{right.rstrip()}", whole or outer is not None)


def _is_call(text: str, spot: int) -> bool:
    return text[spot] == "(" and spot > 0 and (text[spot - 1].isalnum() or text[spot - 1] == "_")


def _begin(text: str, place: int, marks: str) -> int:
    """Return where the item that reaches to `place` begins."""
    depth = 0
    for at in range(place - 1, max(place - REACH, 0) - 1, -1):
        if text[at] in ")]}":
            depth += 1
        elif depth:
            depth -= text[at] in "([{"
        elif text[at] in "([{" or text[at] in marks:
            return at + 1
    return max(place - REACH, 0)


def _end(text: str, place: int, depth: int, marks: str) -> int:
    """Return where the item that goes on at `place`, `depth` brackets deep, ends."""
    for at in range(place, min(place + REACH, len(text))):
        if text[at] in "([{":
            depth += 1
        elif text[at] in ")]}":
            depth -= 1
            if depth < 0:
                return at
        elif depth == 0 and at > place and text[at] in marks:
            return at
    return min(place + REACH, len(text))
