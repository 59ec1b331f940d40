"""The conditions under which a network can be built, and how they are said.

A condition on one integer symbol is a bound, a set of residues, or a finite
set; all others are kept as a comparison or as "is an integer".
"""

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import Final

from symcnn.algebra.atoms import Differs, Reaches, as_atom, symbols_of
from symcnn.algebra.evaluation import substitute, substitute_all
from symcnn.algebra.polynomials import Number, Poly, Value, constant_of
from symcnn.algebra.powers import divides, spare_power, without_power
from symcnn.algebra.signs import largest_input, smallest_input, without_floor
from symcnn.algebra.wording import WORDS, Wording
from symcnn.errors import DivisionByZeroError
from symcnn.source import Span

Values = Mapping[str, Number]
"""Numbers by the canonical names of symbols."""


Problem = str | Callable[[Values], str]
"""What is wrong where a condition fails, at a point; made only when it is needed."""


def said(problem: Problem, values: Values) -> str:
    """Return the problem in words, at a point that may leave symbols open."""
    return problem if isinstance(problem, str) else problem(values)


@dataclass(frozen=True)
class Origin:
    """Where a condition comes from, for the error that names it.

    Attributes:
        span: the layer's place in the text.
        shape: channels, height and width of what reaches it.
        text: the text.
    """

    span: Span | None = None
    shape: tuple[Value, Value, Value] | None = None
    text: str = ""

    def at(self, given: Mapping[str, Value]) -> "Origin":
        """Put values in the place of symbols."""
        if self.shape is None:
            return self
        channels, height, width = (substitute(size, given) for size in self.shape)
        return replace(self, shape=(channels, height, width))

    def map_at(self, values: Values) -> str | None:
        """Return height × width of what reaches the layer, where the point gives it."""
        if self.shape is None or not symbols_of(*self.shape[1:]) <= values.keys():
            return None
        height, width = (number_at(extent, values) for extent in self.shape[1:])
        return f"{height}×{width}"


@dataclass(frozen=True)
class Condition(ABC):
    """Something that must hold.

    Attributes:
        origin: the layer that asks for it.
        problem: what is wrong where it does not hold.
    """

    origin: Origin = field(compare=False)
    problem: Problem = field(compare=False)

    def __getstate__(self) -> dict[str, object]:
        """Return what is pickled: what is wrong in words, since a function cannot be."""
        return {**self.__dict__, "problem": said(self.problem, {})}

    @property
    @abstractmethod
    def symbols(self) -> frozenset[str]:
        """The names of the symbols in it."""

    @abstractmethod
    def holds(self, values: Values) -> bool:
        """Tell whether it holds at a point that gives all its symbols."""

    def at(self, values: Values) -> "Condition":
        """Put in values for some of its symbols; a condition on one symbol has no part of them."""
        return self

    @abstractmethod
    def write(self, wording: Wording) -> str:
        """Say it in words or in LaTeX."""

    def __str__(self) -> str:
        return self.write(WORDS)


LISTED: Final = 3
"""Consecutive values of a symbol, but one, that are listed; more are said by the first and the last."""


@dataclass(frozen=True)
class Bound(Condition):
    """symbol ≥ least."""

    symbol: str
    least: int

    @property
    def symbols(self) -> frozenset[str]:
        return frozenset((self.symbol,))

    def holds(self, values: Values) -> bool:
        return values[self.symbol] >= self.least

    def write(self, wording: Wording) -> str:
        return f"{wording.symbol(self.symbol)}{wording.least}{self.least}"


@dataclass(frozen=True)
class AtMost(Condition):
    """symbol ≤ most."""

    symbol: str
    most: int

    @property
    def symbols(self) -> frozenset[str]:
        return frozenset((self.symbol,))

    def holds(self, values: Values) -> bool:
        return values[self.symbol] <= self.most

    def write(self, wording: Wording) -> str:
        return f"{wording.symbol(self.symbol)}{wording.most}{self.most}"


@dataclass(frozen=True)
class Residues(Condition):
    """symbol mod modulus is one of some residues."""

    symbol: str
    modulus: int
    residues: frozenset[int]

    @property
    def symbols(self) -> frozenset[str]:
        return frozenset((self.symbol,))

    def holds(self, values: Values) -> bool:
        return int(values[self.symbol]) % self.modulus in self.residues

    def write(self, wording: Wording) -> str:
        rest = f"{wording.symbol(self.symbol)}{wording.mod}{self.modulus}"
        others = self.modulus - len(self.residues)
        if 0 < others < len(self.residues):
            return rest + _not_among(frozenset(range(self.modulus)) - self.residues, wording)
        return rest + _among(self.residues, wording)


@dataclass(frozen=True)
class Members(Condition):
    """symbol is one of finitely many values."""

    symbol: str
    members: frozenset[int]

    @property
    def symbols(self) -> frozenset[str]:
        return frozenset((self.symbol,))

    def holds(self, values: Values) -> bool:
        return values[self.symbol] in self.members

    def write(self, wording: Wording) -> str:
        low, high = min(self.members, default=0), max(self.members, default=0)
        if high - low >= LISTED and high - low + 1 == len(self.members):
            return between(low, self.symbol, high, wording)
        return wording.symbol(self.symbol) + _among(self.members, wording)


def between(low: int, name: str, high: int, wording: Wording) -> str:
    """Say that a symbol has one of some consecutive values."""
    below = (str(low),) if low > 1 else ()
    return wording.most.join((*below, wording.symbol(name), str(high)))


def _not_among(numbers: frozenset[int], wording: Wording) -> str:
    if len(numbers) == 1:
        return f"{wording.differs}{min(numbers)}"
    return wording.none_of + wording.members(numbers)


def _among(numbers: frozenset[int], wording: Wording) -> str:
    return f" = {min(numbers)}" if len(numbers) == 1 else wording.one_of + wording.members(numbers)


OnSymbol = Bound | AtMost | Residues | Members
"""The conditions on one integer symbol."""


@dataclass(frozen=True)
class Comparison(Condition):
    """left ≥ right, or left = right, for any values."""

    left: Value
    relation: str
    right: Value

    @property
    def symbols(self) -> frozenset[str]:
        return symbols_of(self.left, self.right)

    def holds(self, values: Values) -> bool:
        try:
            left, right = number_at(self.left, values), number_at(self.right, values)
        except DivisionByZeroError:
            return False
        return left >= right if self.relation == "≥" else left == right

    def at(self, values: Values) -> "Comparison | AtMost":
        left, right = substitute(self.left, values), substitute(self.right, values)
        if self.relation == "≥" and (most := largest_input(without_power(left - right))):
            return AtMost(self.origin, self.problem, *most)
        return Comparison(self.origin, self.problem, left, self.relation, right)

    def write(self, wording: Wording) -> str:
        left, right = wording.value(self.left), wording.value(self.right)
        if (self.relation, self.right) == ("≥", 1) and isinstance(as_atom(self.left), Differs | Reaches):
            return wording.bare(left)
        if self.relation == "≥" and not isinstance(self.left, Poly):
            return right + wording.most + left
        return left + (wording.least if self.relation == "≥" else " = ") + right


@dataclass(frozen=True)
class Whole(Condition):
    """value is an integer."""

    value: Value

    @property
    def symbols(self) -> frozenset[str]:
        return symbols_of(self.value)

    def holds(self, values: Values) -> bool:
        try:
            return number_at(self.value, values).denominator == 1
        except DivisionByZeroError:
            return False

    def at(self, values: Values) -> "Whole | Comparison | AtMost":
        value = substitute(self.value, values)
        spare = spare_power(value)
        if spare is None:
            return Whole(self.origin, self.problem, value)
        if most := largest_input(spare):
            return AtMost(self.origin, self.problem, *most)
        most_of_all = constant_of(spare)
        return Comparison(self.origin, self.problem, most_of_all, "≥", most_of_all - spare)

    def write(self, wording: Wording) -> str:
        division = divides(self.value)
        if division is None:
            return wording.value(self.value) + wording.whole
        return wording.divides.join(map(wording.value, division))


@dataclass(frozen=True)
class Guarded(Condition):
    """A condition that matters only where a loop has at least so many passes."""

    count: Value
    least: int
    inner: Condition

    @property
    def symbols(self) -> frozenset[str]:
        return symbols_of(self.count) | self.inner.symbols

    def holds(self, values: Values) -> bool:
        return number_at(self.count, values) < self.least or self.inner.holds(values)

    def at(self, values: Values) -> Condition:
        count, always = substitute(self.count, values), Comparison(self.origin, self.problem, 0, "≥", 0)
        if not isinstance(count, Poly) and count < self.least:
            return always
        inner = self.inner.at(values)
        if not isinstance(count, Poly):
            return inner
        if inner.symbols <= values.keys():
            # What is asked for is known: if it does not hold, there must be fewer passes.
            fewer = Comparison(self.origin, self.problem, self.least - 1, "≥", count)
            return always if inner.holds(values) else fewer.at({})  # n ≤ 2, if the count is n
        return Guarded(self.origin, self.problem, count, self.least, inner)

    def write(self, wording: Wording) -> str:
        joined = wording.and_ if isinstance(self.inner, Guarded) else wording.given
        line = smallest_input(without_floor(self.count, self.least))
        count, least = (wording.symbol(line[0]), line[1]) if line else (wording.value(self.count), self.least)
        return self.inner.write(wording) + joined + f"{count}{wording.least}{least}"


def numbers_at(forms: Sequence[Value], values: Values) -> list[Number]:
    """Evaluate several values at a point that gives all their symbols."""
    numbers = substitute_all(forms, values)
    return [number for number in numbers if not isinstance(number, Poly)]


def number_at(value: Value, values: Values) -> int | Fraction:
    """Evaluate a value at a point that gives all its symbols.

    Raises:
        KeyError: if it does not.
    """
    number = substitute(value, values)
    if isinstance(number, Poly):
        raise KeyError(*sorted(symbols_of(number)))
    return number
