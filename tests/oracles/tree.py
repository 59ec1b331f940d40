"""What the text says."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import NamedTuple

Values = Mapping[str, Fraction]
Expr = Callable[[Values], Fraction]


class Flag(NamedTuple):
    """`:gn8` is the flag gn of size 8."""

    name: str
    size: Expr | None = None


class Tail(NamedTuple):
    """What may follow an item: flags, one repeat, one tag."""

    flags: tuple[Flag, ...] = ()
    repeat: Expr | None = None
    tag: str | None = None


class Layer(NamedTuple):
    """A word of the vocabulary."""

    word: str
    size: tuple[Expr, ...]
    geometry: Mapping[str, tuple[Expr, ...]]
    width: Expr | None
    tail: Tail


class Argument(NamedTuple):
    """`s=2->1`: the value in the first repeat, and in the later ones."""

    name: str | None
    first: Expr
    then: Expr


class Call(NamedTuple):
    """A use of a definition."""

    name: str
    arguments: tuple[Argument, ...]
    tail: Tail


class Group(NamedTuple):
    """Items in parentheses."""

    items: "Items"
    tail: Tail


class Merge(NamedTuple):
    """Branches in brackets; with a leading operator, the first one is the identity."""

    operator: str
    leading: bool
    branches: tuple["Items", ...]
    tail: Tail


class Recall(NamedTuple):
    """`@a` as an item."""

    tag: str
    tail: Tail = Tail()


Item = Layer | Call | Group | Merge | Recall
Items = tuple[Item, ...]


class Definition(NamedTuple):
    """`name(p, q=1) = items;`."""

    parameters: tuple[tuple[str, Expr | None], ...]
    body: Items


@dataclass
class Program:
    """A whole text."""

    definitions: dict[str, Definition] = field(default_factory=dict)
    uses: dict[str, tuple[Flag, ...]] = field(default_factory=dict)
    pins: tuple[tuple[str, Expr], ...] = ()
    network: Items = ()
