"""Claims about values in one integer symbol: where they hold, by proof, interval by interval.

A claim is asked about a whole interval, and answers yes, no, or that it does
not know; then the interval is halved. Nothing is inferred from samples: "yes"
and "no" follow from ranges and envelopes of the value on that interval.
"""

from abc import ABC, abstractmethod
from collections.abc import Iterator
from dataclasses import dataclass
from math import lcm

from symcnn.algebra.atoms import Floor, RoundTo, Symbol, atom_value
from symcnn.algebra.bounds import Ranges
from symcnn.algebra.conditions import (
    AtMost,
    Bound,
    Comparison,
    Condition,
    Guarded,
    Members,
    Residues,
    Whole,
    number_at,
)
from symcnn.algebra.envelopes import Envelopes, without_largest
from symcnn.algebra.evaluation import substitute
from symcnn.algebra.polynomials import Number, Poly, Value, denominator, terms_of
from symcnn.algebra.powers import spare_power
from symcnn.algebra.signs import period
from symcnn.errors import DivisionByZeroError

Put = dict[str, Value]
"""What stands in the place of symbols, by their canonical names."""


class Claim(ABC):
    """Something that holds for some values of the unknown."""

    @abstractmethod
    def put(self, given: Put) -> "Claim":
        """Put values in the place of symbols."""

    @abstractmethod
    def holds(self, name: str, number: Number) -> bool:
        """Tell whether it holds at one value of the unknown, by exact evaluation."""


@dataclass(frozen=True)
class Sign(Claim):
    """value ≥ 0, value > 0, or value = 0."""

    value: Value
    relation: str

    def put(self, given: Put) -> "Sign":
        return Sign(substitute(self.value, given), self.relation)

    def holds(self, name: str, number: Number) -> bool:
        try:
            value = number_at(self.value, {name: number})
        except DivisionByZeroError:
            return False
        return value > 0 if self.relation == ">" else value == 0 if self.relation == "=" else value >= 0

    def negated(self) -> "Sign":
        """Return the opposite of an inequality."""
        return Sign(-1 * self.value, ">" if self.relation == "≥" else "≥")

    def verdict(self, name: str, first: int, last: int | None) -> bool | None:
        """Tell whether it holds on all of an interval, or nowhere on it; None if that is not proved."""
        if not isinstance(self.value, Poly):
            return self.holds(name, first)
        ranges = Ranges({name: (first, last)})
        low, high = ranges.of(self.value)
        if (low is not None and low > 0) or (high is not None and high < 0):
            return self.relation != "=" and low is not None and low > 0
        if low == high == 0:
            return self.relation != ">"
        if self.relation == "≥" and low == 0:
            return True
        if self.relation == ">" and high == 0:
            return False
        if first == last:
            return None
        envelopes = Envelopes(name, first, last, ranges)
        found = self._by_polynomials(self.value, envelopes)
        if found is None and last is None and (smaller := without_largest(self.value, name)) is not None:
            return self._by_polynomials(smaller, envelopes)
        return found

    def _by_polynomials(self, value: Value, envelopes: Envelopes) -> bool | None:
        below, above = envelopes.of(value)
        if self.relation == "=":
            apart = envelopes.surely(below, above=True) or envelopes.surely(_opposite(above), above=True)
            return False if apart else None
        if envelopes.surely(below, above=self.relation == ">"):
            return True
        return False if envelopes.surely(_opposite(above), above=self.relation == "≥") else None


def _opposite(series: tuple[Number, ...] | None) -> tuple[Number, ...] | None:
    return None if series is None else tuple(-c for c in series)


@dataclass(frozen=True)
class Periodic(Claim):
    """value is an integer whose rest modulo a number is one of some."""

    value: Value
    modulus: int = 1
    residues: frozenset[int] = frozenset((0,))

    def put(self, given: Put) -> "Periodic":
        return Periodic(substitute(self.value, given), self.modulus, self.residues)

    def holds(self, name: str, number: Number) -> bool:
        try:
            value = number_at(self.value, {name: number})
        except DivisionByZeroError:
            return False
        return value.denominator == 1 and value % self.modulus in self.residues

    def period(self) -> int | None:
        """Return a period in an integer unknown; None where the form shows none, 1 where it always holds."""
        if self.modulus == 1 and _surely_whole(self.value):
            return 1
        length = period_of(self.value)
        return None if length is None else length * self.modulus


def _surely_whole(value: Value) -> bool:
    """Tell whether a value is an integer by its form, as round_to(x, 8)/4 is."""
    for monomial, c in terms_of(value).items():
        for atom, exponent in monomial:
            step = atom.values()[1] if isinstance(atom, RoundTo) else 1
            if exponent < 0 or isinstance(step, Poly) or not (atom.whole or isinstance(atom, RoundTo)):
                return False
            c = c * step**exponent
        if c.denominator != 1:
            return False
    return True


def period_of(value: Value) -> int | None:
    """Return M so that a value in one integer symbol changes by an integer from x to x + M.

    >>> from symcnn.algebra.arithmetic import divide
    >>> from symcnn.algebra.atoms import symbol
    >>> period_of(divide(symbol("k") * symbol("k") + 1, 6))
    6
    """
    length = shared_period(value)
    # (a + M·t)**e and a**e have the same rest modulo M, for integers: so have terms over the denominator.
    return None if length is None else length * denominator(value)


def shared_period(value: Value) -> int | None:
    """Return M so that on each residue modulo M all floors of a value are polynomials.

    >>> from symcnn.algebra.arithmetic import floor_div
    >>> from symcnn.algebra.atoms import symbol
    >>> H = symbol("H")
    >>> shared_period(H * floor_div(H, 4) - floor_div(H + 1, 6))
    12
    """
    out = 1
    for atom in value.atoms() if isinstance(value, Poly) else ():
        if isinstance(atom, Floor):
            length = period(atom_value(atom))
            if length is None:
                return None
            out = lcm(out, length)
        elif not (isinstance(atom, Symbol) and atom.whole):
            return None
    negative = any(exponent < 0 for monomial in terms_of(value) for _, exponent in monomial)
    return None if negative else out


@dataclass(frozen=True)
class OneOf(Claim):
    """value is one of finitely many."""

    value: Value
    members: frozenset[int]

    def put(self, given: Put) -> "OneOf":
        return OneOf(substitute(self.value, given), self.members)

    def holds(self, name: str, number: Number) -> bool:
        return number_at(self.value, {name: number}) in self.members


@dataclass(frozen=True)
class Unless(Claim):
    """One claim holds where another one does not."""

    exception: Sign
    claim: Claim

    def put(self, given: Put) -> "Unless":
        return Unless(self.exception.put(given), self.claim.put(given))

    def holds(self, name: str, number: Number) -> bool:
        return self.exception.holds(name, number) or self.claim.holds(name, number)


def claims_of(condition: Condition, given: Put) -> Iterator[Claim]:
    """Yield what a condition of a domain says, with values in the place of symbols."""
    match condition:
        case Bound(symbol=name, least=least):
            yield Sign(given[name] - least, "≥")
        case AtMost(symbol=name, most=most):
            yield Sign(most - given[name], "≥")
        case Residues(symbol=name, modulus=modulus, residues=residues):
            yield Periodic(given[name], modulus, residues)
        case Members(symbol=name, members=members):
            yield OneOf(given[name], members)
        case Comparison(left=left, relation=relation, right=right):
            yield Sign(substitute(left - right, given), relation)
        case Whole(value=value):
            value = substitute(value, given)
            spare = spare_power(value)
            yield Periodic(value) if spare is None else Sign(spare, "≥")
        case Guarded(count=count, least=least, inner=inner):
            few = Sign(least - substitute(count, given), ">")
            yield from (Unless(few, claim) for claim in claims_of(inner, given))
        case _:
            raise TypeError(type(condition))
