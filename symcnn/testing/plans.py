"""What is wished for in a network, and which wishes a test allows."""

import re
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

    Pairs are one value for the height and one for the width. `symbol` is a
    width that is a symbol, if it is not empty.
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
    symbol: str = ""


@dataclass(frozen=True)
class Block:
    """Items put together; `how` names the method of `Writer` that writes it.

    `symbol` is a number of repeats that is a symbol, if it is not empty.
    """

    how: str
    bodies: "tuple[Plan, ...]"
    number: int = 1
    width: int = 1
    flags: str = ""
    symbol: str = ""


Plan = Sequence[Leaf | Block]

LOOPS = ("group", "call", "bare")
"""The blocks that repeat something."""

NEEDED = {
    "residual": "conv",
    "concat": "conv",
    "dense": "conv",
    "elementwise": "conv",
    "detour": "conv",
    "call": "conv",
    "excite": "conv gap gmp adapool dw relu sigmoid",
    "net": "conv pool deconv upsample",
    "pixelshuffle": "conv",
    "pixelunshuffle": "upsample",
}
"""The words that the writer may add to a wish to make it fit."""


@dataclass(frozen=True)
class Allowed:
    """What networks may be made of.

    Attributes:
        words: the words of layers, without aliases; None for all.
        branches: whether there are branches and tags.
        loops: whether anything is repeated.
        symbols: what widths and numbers of repeats may be, besides numbers.
        fitting: whether to leave out what few inputs fit.
    """

    words: frozenset[str] | None = None
    branches: bool = True
    loops: bool = True
    symbols: tuple[str, ...] = ()
    fitting: bool = True

    def word(self, word: str) -> bool:
        """Tell whether a layer may occur, with what the writer may add to it."""
        needed = {word, *NEEDED.get(word, "").split()}
        return self.words is None or needed <= self.words

    def way(self, how: str) -> bool:
        """Tell whether items may be put together so."""
        allowed = self.loops if how in LOOPS else self.branches
        return allowed and (self.words is None or {*NEEDED.get(how, "").split()} <= self.words)

    def flags(self, flags: str) -> bool:
        """Tell whether flags, or `use` with flags, name only layers that may occur."""
        if self.words is None:
            return True
        named = {re.sub(r"^no|\d+$", "", word) for word in re.findall(r"[a-z]+\d*", flags)}
        return named - {"use", "bias", "ceil", "same"} <= self.words
