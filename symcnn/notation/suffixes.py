"""What stands behind an item: flags, one repeat, one tag, in that order."""

from dataclasses import dataclass
from typing import Final

from symcnn.errors import NotationError
from symcnn.notation.checks import meant, shortened
from symcnn.notation.expressions import Expression, Name, Number
from symcnn.notation.syntax import BARE, Bracket, Call, Flag, Group, Item, Recall, Word
from symcnn.source import Span


@dataclass(frozen=True, slots=True)
class Repeat:
    """`x3`: a count, its place with the `x`, and whether it is a name without braces."""

    count: Expression
    span: Span
    bare: bool


@dataclass(frozen=True, slots=True)
class Tag:
    """`@a` after an item."""

    name: str
    span: Span


Suffix = Flag | Repeat | Tag

_PLACES: Final = {Flag: 0, Repeat: 1, Tag: 2}
_SUBJECTS: Final = ("flags stand", "the repeat stands")
_BEFORE: Final = ("", "the repeat", "the tag")


def check_repeat(repeat: Repeat) -> None:
    """Refuse white space after the `x`, and a bare count that hides another repeat."""
    count = repeat.count
    if repeat.span.start + 1 != count.span.start:
        plain = repeat.bare or isinstance(count, Number)
        raise NotationError(
            "a repeat touches its x", count.span, meant(f"x{count}" if plain else f"x{{{count}}}")
        )
    if repeat.bare and isinstance(count, Name) and not BARE.fullmatch(count.name):
        message = f'the count "{shortened(count.name)}" may hide a repeat'
        raise NotationError(message, count.span, meant(f"x{{{count}}}"))


def ordered(body: Word | Call | Recall | Group | Bracket, suffixes: list[Suffix]) -> Item:
    """Return the item, if its suffixes are flags, one repeat, one tag, in that order."""
    flags = tuple(s for s in suffixes if isinstance(s, Flag))
    repeats = [s for s in suffixes if isinstance(s, Repeat)]
    tags = [s for s in suffixes if isinstance(s, Tag)]
    item = Item(
        body,
        flags,
        repeats[0].count if repeats else None,
        tags[0].name if tags else None,
        span=body.span.to(suffixes[-1].span),
    )
    if isinstance(body, Recall):
        repaired = Item(Group((Item(body),)), item.flags, item.repeat, item.tag)
        message = "a recalled tag takes no flags, repeat or tag"
        raise NotationError(message, suffixes[0].span.to(item.span), meant(repaired))
    if len(repeats) > 1:
        once = Item(body, flags, item.repeat)
        repaired = Item(Group((once,)), (), repeats[1].count, item.tag)
        raise NotationError("an item repeats once", repeats[1].span, meant(repaired))
    if len(tags) > 1:
        raise NotationError("an item has one tag", tags[1].span, meant(item))
    _check_order(item, suffixes)
    if repeats:
        _check_attachment(item, repeats[0])
    return item


def _check_order(item: Item, suffixes: list[Suffix]) -> None:
    last = 0
    for suffix in suffixes:
        place = _PLACES[type(suffix)]
        if place < last:
            raise NotationError(f"{_SUBJECTS[place]} before {_BEFORE[last]}", suffix.span, meant(item))
        last = place


def _check_attachment(item: Item, repeat: Repeat) -> None:
    """Refuse a repeat that touches a flag, or as a name a size."""
    if item.flags:
        if item.flags[-1].span.end == repeat.span.start:
            raise NotationError("a repeat after a flag needs a space", repeat.span, meant(item))
        return
    word = item.body
    if not isinstance(word, Word) or word.size is None or word.width is not None:
        return
    if word.span.end == repeat.span.start:
        message = "a repeat after a size needs a space, a second size needs braces"
        last = word.geometry[-1].value if word.geometry else word.size
        second = () if last.second is not None else (f"{word}x{{{repeat.count}}}",)
        raise NotationError(message, repeat.span, meant(item, *second))
