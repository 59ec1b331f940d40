"""What is wished for in a network."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple


class Size(NamedTuple):
    """An input: channels, height and width."""

    C: int
    H: int
    W: int


@dataclass(frozen=True)
class Leaf:
    """A layer; each word reads of the wishes what it takes.

    Pairs are one value for the height and one for the width.
    """

    word: str
    size: tuple[int, int] = (3, 3)
    stride: tuple[int, int] = (1, 1)
    padding: tuple[int, int] | None = None
    dilation: tuple[int, int] = (1, 1)
    groups: int = 1
    width: int = 1
    flags: str = ""
    repeat: int = 1
    spelling: int = 0


@dataclass(frozen=True)
class Block:
    """Items put together; `how` names the method of `Writer` that writes it."""

    how: str
    bodies: "tuple[Plan, ...]"
    number: int = 1
    width: int = 1
    flags: str = ""


Plan = Sequence[Leaf | Block]
