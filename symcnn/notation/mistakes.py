"""What the parser stumbled over, told as a mistake people make, with the repaired text."""

import re
from typing import Any, Final, cast

from lark import Token, UnexpectedInput, UnexpectedToken

from symcnn.errors import NotationError
from symcnn.notation.checks import meant
from symcnn.notation.pieces import Piece, piece_at
from symcnn.notation.rules import BEGIN, COUNT, END, OPERAND, OPERATOR, WIDTH, Rule
from symcnn.notation.scan import shown
from symcnn.source import Span

_ITEM_BEGINS: Final = {"", "COMMA", "SEMICOLON", "EQUAL", "LPAR", "LSQB", "BAR", "PLUS", "STAR", "USE"}
_OPERAND_ENDS: Final = {"NUMBER", "NAME", "RPAR", "END"}
_NEXT: Final = re.compile(r"\w+|->|\*\*|//|.", re.DOTALL)


def explain(text: str, error: UnexpectedInput, start: str) -> NotationError:
    """Return what to tell about lark's `error`.

    Args:
        text: the whole text.
        error: what lark raised.
        start: the start symbol that was asked for.
    """
    after, previous = _previous(error)
    here = _here(text, error)
    gap = Span(previous.end, previous.end) if previous else here
    piece = piece_at(text, _inside(text, previous or here), here.start, whole=start == "sum")
    for rule in _rules(after, piece):
        match = rule.pattern.search(piece.text)
        if match:
            return _told(rule, match, gap if rule.gap or here.start == here.end else here)
    character = text[here.start : here.start + 1]
    return NotationError(
        f"unexpected {shown(character)}", Span(here.start, here.start + len(character)), "remove it"
    )


def _inside(text: str, token: Span) -> int:
    """Return an offset that is in the same item as `token`."""
    return token.end if text.startswith((")", "]", "}"), token.start) else token.start


def _previous(error: UnexpectedInput) -> tuple[str, Span | None]:
    """Return the type of the last token, and its place; `END` for one that the parser has done with."""
    values: list[object] = cast("Any", error).interactive_parser.parser_state.value_stack
    if not values:
        return "", None
    token = values[-1]
    if not isinstance(token, Token):
        return "END", None
    return token.type, Span(token.start_pos or 0, token.end_pos or 0)


def _here(text: str, error: UnexpectedInput) -> Span:
    """Return the place of what the parser could not accept; an empty one at the end of the text."""
    # lark declares no type for the token of its error.
    if isinstance(error, UnexpectedToken) and cast("Token", error.token).type == "$END":  # pyright: ignore[reportUnknownMemberType]
        return Span(len(text), len(text))
    start = error.pos_in_stream or 0
    if text.startswith("->", start - 1):
        start -= 1
    match = cast("re.Match[str]", _NEXT.match(text, start))
    return Span(*match.span())


def _rules(after: str, piece: Piece) -> tuple[Rule, ...]:
    """Return the table for what belongs behind a token of the type `after`."""
    if piece.is_expression:
        return OPERATOR if after in _OPERAND_ENDS else OPERAND
    if after in _ITEM_BEGINS:
        return BEGIN
    return {"MINUS": WIDTH, "X": COUNT}.get(after, END)


def _told(rule: Rule, match: re.Match[str], span: Span) -> NotationError:
    hint = rule.hint
    if rule.instead is not None:
        text = match.string
        hint = meant(f"{text[: match.start()]}{match.expand(rule.instead)}{text[match.end() :]}".strip())
    return NotationError(rule.message.format(*match.groups()), span, hint)
