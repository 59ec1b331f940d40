"""Tensors in the network, and the names that a body sees."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import NamedTuple

from oracles.counts import MOST_DIGITS, Malformed, Refused
from oracles.tree import Expr, Flag, Values
from oracles.vocabulary import KINDS, SPECS, Spec
from oracles.windows import Grid, Window

Back = Callable[[int], Iterable[int]]


@dataclass(frozen=True)
class Axis:
    """One spatial axis of a tensor.

    Strides count from the last place where the extent was cut loose from the input (the frame): two strides
    can be compared only in one frame.
    """

    extent: int
    fixed: bool  # the same extent on every input
    frame: int
    stride: Fraction
    node: int

    @property
    def one(self) -> bool:
        """Is the extent 1 by construction, and not by chance?"""
        return self.fixed and self.extent == 1


class Tensor(NamedTuple):
    """A tensor's shape, and where its axes come from."""

    channels: int
    rows: Axis
    columns: Axis

    @property
    def axes(self) -> tuple[Axis, Axis]:
        """Both spatial axes."""
        return self.rows, self.columns

    @property
    def shape(self) -> tuple[int, int, int]:
        """Channels, height, width."""
        return self.channels, self.rows.extent, self.columns.extent


class Scope:
    """The names that a body sees: values, and tags."""

    def __init__(self, values: Values, outer: "Scope | None" = None) -> None:
        self.values = values
        self.outer = outer
        self.tags: dict[str, Tensor] = {}

    def recall(self, tag: str) -> Tensor:
        """The tensor with a tag."""
        scope: Scope | None = self
        while scope is not None:
            if tag in scope.tags:
                return scope.tags[tag]
            scope = scope.outer
        raise Malformed(f"no tensor is tagged {tag}")

    def tag(self, tag: str, tensor: Tensor) -> None:
        """Give a tensor a tag, once."""
        if tag in self.tags:
            raise Malformed(f"the tag {tag} stands twice")
        self.tags[tag] = tensor

    def whole(self, expr: Expr, least: int = 1) -> int:
        """The value of an expression that must be a whole number."""
        value = expr(self.values)
        if value.denominator != 1 or value < least:
            raise Refused(f"{value} is no whole number from {least} up")
        if value >= 10**MOST_DIGITS:
            raise Refused(f"a number has more than {MOST_DIGITS} digits")
        return int(value)


Style = dict[str, Flag]


def settle(flags: Iterable[Flag], taken: frozenset[str]) -> Style:
    """Which flag is on, for each kind: the last one wins, and `:noX` undoes `:X`."""
    style: Style = {}
    for flag in flags:
        plain = flag.name.removeprefix("no")
        if plain not in taken:
            raise Malformed(f"the flag {flag.name} does not belong here")
        if flag.size is not None and not SPECS.get(plain, Spec()).size:
            raise Malformed(f"the flag {flag.name} takes no size")
        kind = KINDS[plain]
        if plain in (flag.name, "bias"):
            style[kind] = flag
        elif kind in style and style[kind].name == plain:
            del style[kind]
    return style


class Kernel(NamedTuple):
    """A layer with weights, as far as its input has no say in it."""

    word: str
    c_out: int
    windows: Sequence[Window]
    groups: int
    style: Style
    scope: Scope


def cells(windows: Sequence[Window]) -> Grid:
    """The cells of a kernel."""
    return range(windows[0].k), range(windows[1].k)


def both(values: Sequence[int]) -> tuple[int, int]:
    """One value stands for both axes."""
    return values[0], values[-1]
