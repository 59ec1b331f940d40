"""What is known of a tensor while text is written."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple


@dataclass(frozen=True)
class Channels:
    """A number of channels: a sum of multiples of names, and a constant.

    A name that starts with `?` stands for a number that the text cannot name.
    """

    terms: Mapping[str, int] = field(default_factory=dict[str, int])
    constant: int = 0

    @property
    def written(self) -> bool:
        """Can the text state it?"""
        return not any(name.startswith("?") for name in self.terms)

    @property
    def least(self) -> int:
        """What it is at least, as every name is at least 1."""
        return sum(self.terms.values()) + self.constant

    def divisible(self, number: int) -> bool:
        """Is it a multiple of a number, whatever the names stand for?"""
        return not any(value % number for value in (*self.terms.values(), self.constant))

    def times(self, factor: int) -> "Channels":
        """A multiple of it."""
        terms = {name: value * factor for name, value in self.terms.items()}
        return Channels(terms, self.constant * factor)

    def over(self, divisor: int) -> "Channels":
        """A part of it."""
        terms = {name: value // divisor for name, value in self.terms.items()}
        return Channels(terms, self.constant // divisor)

    def plus(self, other: "Channels") -> "Channels":
        """The channels of a concatenation."""
        names = self.terms.keys() | other.terms.keys()
        terms = {name: self.terms.get(name, 0) + other.terms.get(name, 0) for name in sorted(names)}
        return Channels(terms, self.constant + other.constant)

    def put(self, values: "Mapping[str, Channels]") -> "Channels":
        """The same, with other channels for some names."""
        found = Channels({}, self.constant)
        for name, value in self.terms.items():
            found = found.plus(values.get(name, Channels({name: 1})).times(value))
        return found

    def __str__(self) -> str:
        parts = [name if value == 1 else f"{value}*{name}" for name, value in self.terms.items()]
        parts += [str(self.constant)] if self.constant or not parts else []
        return str(self.constant) if not self.terms else "{" + "+".join(parts) + "}"


class Scale(NamedTuple):
    """The extents of a tensor: equal scales have equal extents, on every input.

    They are those of `base`, divided by the strides and rounded up. A shortcut can follow strides, not bases.
    """

    base: str = ""
    rows: int = 1
    columns: int = 1

    @property
    def fixed(self) -> bool:
        """Are the extents the same for every input?"""
        return self.base.startswith(("1", "fixed"))

    def strided(self, rows: int, columns: int) -> "Scale":
        """What n ↦ ⌈n/s⌉ makes of it; ceilings of quotients nest."""
        return Scale(self.base, self.rows * rows, self.columns * columns)

    def moved(self, how: str) -> "Scale":
        """What anything else makes of it."""
        return Scale(f"{self.base}/{self.rows}x{self.columns}/{how}")

    def through(self, once: "Scale", how: str) -> "Scale":
        """What passes of a body make of it, the first of which is known."""
        return Scale(f"{once.base}/{how}") if once.fixed else self.moved(how)


class Tensor(NamedTuple):
    """What is known of a tensor."""

    channels: Channels
    scale: Scale = Scale()
