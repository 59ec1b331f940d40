"""Exact polynomials over atoms: the one number type behind every formula.

A `Value` is an integer, a fraction, or a `Poly`: a sum of rational
coefficients times powers of *atoms*. An atom is a symbol, or a floor, a
minimum and so on of other values (`atoms.py`). Addition and multiplication
take time linear in the terms they touch, where sympy would build a tree and
sort it each time.
"""

from collections.abc import Iterable, Mapping
from fractions import Fraction
from functools import lru_cache
from math import lcm, prod
from typing import TYPE_CHECKING, TypeAlias, cast

from symcnn.errors import LimitError
from symcnn.limits import MAX_DIGITS, MAX_TERMS

if TYPE_CHECKING:
    from symcnn.algebra.atoms import Atom

Number = int | Fraction
Monomial: TypeAlias = "tuple[tuple[Atom, int], ...]"
"""Atoms with their exponents (never 0), ordered by the atoms' serial numbers."""

TOO_LONG = 10**MAX_DIGITS
"""The least integer of more than `MAX_DIGITS` digits."""

MAX_BITS = TOO_LONG.bit_length()
"""Bits that an integer of `MAX_DIGITS` digits has at the most."""


class Poly:
    """A polynomial that is not a number; made by arithmetic, never changed.

    `==` compares the canonical forms. `+ - *` and `/` by a number stay here;
    for the other operations see `arithmetic.py`.
    """

    __slots__ = ("_hash", "terms")

    def __init__(self, terms: dict[Monomial, Number]) -> None:
        self.terms = terms
        self._hash: int | None = None

    def __add__(self, other: "Value") -> "Value":
        return self._plus(other, 1)

    __radd__ = __add__

    def __sub__(self, other: "Value") -> "Value":
        return self._plus(other, -1)

    def __rsub__(self, other: "Value") -> "Value":
        return (-1 * self) + other

    def _plus(self, other: "Value", times: int) -> "Value":
        terms = dict(self.terms)
        for monomial, coefficient in terms_of(other).items():
            terms[monomial] = terms.get(monomial, 0) + times * coefficient
        return value_of(terms)

    def __neg__(self) -> "Value":
        return -1 * self

    def __mul__(self, other: "Value") -> "Value":
        if not isinstance(other, Poly):
            if other == 1:
                return self
            return value_of({m: c * other for m, c in self.terms.items()})
        if len(self.terms) == 1 == len(other.terms):
            ((m1, c1),) = self.terms.items()
            ((m2, c2),) = other.terms.items()
            return value_of({join(m1, m2): c1 * c2})
        if len(self.terms) * len(other.terms) > MAX_TERMS:
            raise LimitError(f"an expression expands to more than {MAX_TERMS:,} terms")
        out: dict[Monomial, Number] = {}
        for m1, c1 in self.terms.items():
            for m2, c2 in other.terms.items():
                m = join(m1, m2)
                out[m] = out.get(m, 0) + c1 * c2
        return value_of(out)

    __rmul__ = __mul__

    def __eq__(self, other: object) -> bool:
        return self is other or (isinstance(other, Poly) and self.terms == other.terms)

    def __hash__(self) -> int:
        if self._hash is None:
            self._hash = hash(frozenset(self.terms.items()))
        return self._hash

    def __repr__(self) -> str:
        from symcnn.algebra.printing import text

        return text(self)

    def __reduce__(self) -> "tuple[object, ...]":
        # Serial numbers differ between processes, so the order of atoms is made anew.
        return (_rebuilt, (list(self.terms.items()),))

    def atoms(self) -> "set[Atom]":
        """Return the atoms of this level (not those inside of atoms)."""
        return {atom for monomial in self.terms for atom, _ in monomial}


Value = int | Fraction | Poly


def value_of(terms: dict[Monomial, Number]) -> Value:
    """Return the canonical value of a sum of terms: zeros dropped, numbers as numbers."""
    kept: dict[Monomial, Number] = {}
    for monomial, coefficient in terms.items():
        if coefficient:
            if type(coefficient) is Fraction and coefficient.denominator == 1:
                coefficient = coefficient.numerator
            kept[monomial] = coefficient
    if not kept:
        return 0
    if len(kept) == 1 and () in kept:
        return kept[()]
    return Poly(kept)


@lru_cache(maxsize=1 << 14)
def join(one: Monomial, two: Monomial) -> Monomial:
    """Multiply two monomials."""
    if not one:
        return two
    if not two:
        return one
    powers = dict(one)
    for atom, exponent in two:
        powers[atom] = powers.get(atom, 0) + exponent
    for bracket in [atom for atom in powers if atom.is_bracket]:
        # A bracket is 0 or 1, so that powers are it, and one that another implies adds nothing.
        powers[bracket] = 1
        if any(other is not bracket and other.is_bracket and other.implies(bracket) for other in powers):
            del powers[bracket]
    return ordered(powers.items())


def ordered(powers: "Iterable[tuple[Atom, int]]") -> Monomial:
    """Return a monomial from atoms with exponents in any order."""
    return tuple(sorted((p for p in powers if p[1]), key=lambda power: power[0].serial))


def total(values: Iterable[Value]) -> Value:
    """Add up values in time linear in their terms.

    >>> total([1, 2, 3])
    6
    """
    constant: Number = 0
    terms: dict[Monomial, Number] = {}
    for value in values:
        if not isinstance(value, Poly):
            constant += value
        elif terms:
            for monomial, coefficient in value.terms.items():
                terms[monomial] = terms.get(monomial, 0) + coefficient
        else:
            terms = dict(value.terms)
    if not terms:
        return tidy(constant)
    terms[()] = terms.get((), 0) + constant
    return value_of(terms)


def product(values: Iterable[Value]) -> Value:
    """Multiply values.

    >>> product([3, 3, 64])
    576
    """
    out: Value = 1
    for value in values:
        out = out * value
    return out


def tidy(number: Number) -> Number:
    """Return an integer where a fraction is one."""
    return number.numerator if number.denominator == 1 else number


def terms_of(value: Value) -> Mapping[Monomial, Number]:
    """Return the terms of any value; a number is its own constant term."""
    if isinstance(value, Poly):
        return value.terms
    return {(): value} if value else {}


def constant_of(value: Value) -> Number:
    """Return the constant term."""
    return terms_of(value).get((), 0)


def is_whole(value: Value) -> bool:
    """Tell whether a value is an integer by its form: integer terms of integer atoms."""
    if not isinstance(value, Poly):
        return value.denominator == 1
    return all(
        all(atom.whole and exponent > 0 for atom, exponent in monomial)
        and (c.denominator == 1 or (c * prod(a.multiple**e for a, e in monomial)).denominator == 1)
        for monomial, c in value.terms.items()
    )


def denominator(value: Value) -> int:
    """Return the least common denominator of the coefficients."""
    if not isinstance(value, Poly):
        return value.denominator
    return lcm(*(c.denominator for c in value.terms.values()))


def checked(value: Value) -> Value:
    """Return the value unless one of its integers is over the limit of digits.

    Raises:
        LimitError: if it is.
    """
    for number in (value,) if not isinstance(value, Poly) else value.terms.values():
        if abs(number.numerator) >= TOO_LONG or number.denominator >= TOO_LONG:
            raise LimitError(f"an integer has more than {MAX_DIGITS:,} digits")
    return value


def _rebuilt(terms: list[tuple[Monomial, Number]]) -> Value:
    return value_of({ordered(cast("Iterable[tuple[Atom, int]]", m)): c for m, c in terms})
