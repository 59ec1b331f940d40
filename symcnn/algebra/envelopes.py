"""Polynomials below and above a value on an interval, where plain ranges are too wide.

A range treats k**4 and k**3 as if they moved independently; here the value is
kept as a polynomial in the distance s from the interval's start, so that they
cancel. A floor is its argument less a rest; b**n is at least its series. A
polynomial in s without negative coefficients is not negative for s ≥ 0, which
is the proof for intervals without an end; on others the coefficients in
Bernstein's basis are that proof.
"""

from fractions import Fraction
from itertools import zip_longest
from math import comb, factorial
from typing import Final, NamedTuple

from symcnn.algebra.atoms import Atom, Exponential, Floor, Symbol, atom_value, symbol
from symcnn.algebra.bounds import Ranges
from symcnn.algebra.enclosure import Enclosure
from symcnn.algebra.polynomials import Monomial, Number, Poly, Value, is_whole, terms_of, total, value_of

Series = tuple[Number, ...]
"""Coefficients of a polynomial, from the constant on."""

MAX_DEGREE: Final = 40
"""The highest degree in one symbol of a value that is bounded by polynomials."""

SERIES_TERMS: Final = 9
"""Terms of the series of a power with a symbolic exponent."""

LN_2: Final = Fraction(69, 100)
"""Less than the natural logarithm of 2."""


class Envelope(NamedTuple):
    """A polynomial below a value and one above it; None where there is none."""

    below: Series | None
    above: Series | None


UNKNOWN: Final = Envelope(None, None)


class Envelopes:
    """Envelopes of values over an interval of one symbol.

    Args:
        name: the symbol.
        first: the start of the interval.
        last: its end, None if it has none.
        ranges: the ranges over it.
    """

    def __init__(self, name: str, first: int, last: int | None, ranges: Ranges) -> None:
        self.name, self.first, self.last, self.ranges = name, first, last, ranges

    def of(self, value: Value) -> Envelope:
        """Return polynomials in the distance from the start, below and above a value.

        >>> from symcnn.algebra.arithmetic import floor_div
        >>> half = floor_div(symbol("H"), 2)
        >>> Envelopes("H", 10, None, Ranges({"H": (10, None)})).of(half - symbol("H"))
        Envelope(below=(Fraction(-11, 2), Fraction(-1, 2)), above=(Fraction(-5, 1), Fraction(-1, 2)))
        """
        if not isinstance(value, Poly):
            return Envelope((value,), (value,))
        out = Envelope((), ())
        for monomial, c in value.terms.items():
            term = Envelope((1,), (1,))
            for atom, exponent in monomial:
                term = self._times(self._power(atom, exponent), term)
            term = self._times(Envelope((c,), (c,)), term)
            out = Envelope(_plus(out.below, term.below), _plus(out.above, term.above))
        return out

    def surely(self, series: Series | None, *, above: bool) -> bool:
        """Tell whether a polynomial is surely at least 0 on the interval, or above 0."""
        if series is None:
            return False
        known = series if self.last is None else _bernstein(series, self.last - self.first)
        if not above:
            return all(c >= 0 for c in known)
        # Between the ends of an interval, one positive coefficient is enough; at an end it is the end's.
        ends = known[:1] if self.last is None else known[:1] + known[-1:]
        return all(c >= 0 for c in known) and min(ends, default=0) > 0

    def _power(self, atom: Atom, exponent: int) -> Envelope:
        if exponent < 0 or exponent > MAX_DEGREE:
            return _constant(self.ranges.of(Poly({((atom, exponent),): 1})))
        factor = self._atom(atom)
        out = factor
        for _ in range(exponent - 1):
            out = self._times(factor, out)
        return out

    def _atom(self, atom: Atom) -> Envelope:
        if isinstance(atom, Symbol) and atom.name == self.name:
            line = (self.first, 1)
            return Envelope(line, line)
        if isinstance(atom, Floor) and not isinstance(atom.values()[1], Poly):
            top, bottom = atom.values()
            return self._floor(top, bottom)
        plain = _constant(self.ranges.of(Poly({((atom, 1),): 1})))
        if isinstance(atom, Exponential):
            base, exponent = atom.values()
            return self._exponential(base, exponent, plain)
        return plain

    def _floor(self, top: Value, bottom: Value) -> Envelope:
        assert not isinstance(bottom, Poly)
        inner = self.of(top)
        # An integer over m is at most (m − 1)/m above its floor, any other number less than 1.
        rest = Fraction(bottom - 1, bottom) if is_whole(top) and isinstance(bottom, int) else 1
        below, above = (_scaled(side, Fraction(1) / bottom) for side in inner)
        return Envelope(_plus(below, (-rest,)), above)

    def _exponential(self, base: Value, exponent: Value, plain: Envelope) -> Envelope:
        """Return b**n as at least b**first times its series in (n − first)·ln b."""
        if not isinstance(base, int) or base < 2 or exponent != symbol(self.name) or plain.below is None:
            return plain
        rate = LN_2 * (base.bit_length() - 1)
        series = (plain.below[0] * rate**i / factorial(i) for i in range(SERIES_TERMS))
        return Envelope(tuple(series), plain.above)

    def _times(self, one: Envelope, two: Envelope) -> Envelope:
        """Multiply; two inexact factors only where neither is negative."""
        if two.below == two.above:
            one, two = two, one
        if one.below == one.above and one.below is not None and two.below == two.above:
            exact = _product(one.below, two.below)
            return Envelope(exact, exact)
        if _is_positive(one.below):
            if _is_positive(two.below) or one.below == one.above:
                return Envelope(_product(one.below, two.below), _product(one.above, two.above))
        elif one.below == one.above and _is_positive(_scaled(one.below, -1)):
            return Envelope(_product(one.above, two.above), _product(one.below, two.below))
        return UNKNOWN


def _constant(enclosure: Enclosure) -> Envelope:
    below, above = (None if end is None else (end,) for end in enclosure)
    return Envelope(below, above)


def _plus(one: Series | None, two: Series | None) -> Series | None:
    if one is None or two is None:
        return None
    return tuple(a + b for a, b in zip_longest(one, two, fillvalue=0))


def _scaled(one: Series | None, factor: Number) -> Series | None:
    return None if one is None else tuple(c * factor for c in one)


def _product(one: Series | None, two: Series | None) -> Series | None:
    if one is None or two is None or len(one) + len(two) > MAX_DEGREE:
        return None
    out: list[Number] = [0] * max(len(one) + len(two) - 1, 0)
    for i, a in enumerate(one):
        for j, b in enumerate(two):
            out[i + j] += a * b
    return tuple(out)


def _is_positive(series: Series | None) -> bool:
    """Tell whether a polynomial is not negative for s ≥ 0, by its form."""
    return series is not None and all(c >= 0 for c in series)


def _bernstein(series: Series, width: int) -> Series:
    """Return the coefficients in Bernstein's basis on [0, width]; the polynomial lies between them."""
    degree = len(series) - 1
    scaled = [Fraction(c) * width**i / comb(degree, i) for i, c in enumerate(series)]
    return tuple(sum((comb(j, i) * scaled[i] for i in range(j + 1)), Fraction(0)) for j in range(degree + 1))


def without_largest(value: Value, name: str) -> Value | None:
    """Divide powers such as 3**n and 2**n by the largest of them, which leaves the sign.

    Returns:
        A value of the same sign, with 1 and (2/3)**n; None where there are not two of them.
    """
    rates: dict[Monomial, tuple[Number, Monomial]] = {}
    for monomial in terms_of(value):
        rate, rest = Fraction(1), list[tuple[Atom, int]]()
        for atom, exponent in monomial:
            base, raised = atom.arguments if isinstance(atom, Exponential) else (None, None)
            if isinstance(base, int) and base > 0 and raised == symbol(name):
                rate *= Fraction(base) ** exponent
            else:
                rest.append((atom, exponent))
        rates[monomial] = rate, tuple(rest)
    top = max((rate for rate, _ in rates.values()), default=1)
    if len({rate for rate, _ in rates.values() if rate > 1}) < 2:
        return None
    parts: list[Value] = []
    for monomial, c in terms_of(value).items():
        rate, rest = rates[monomial]
        power = 1 if rate == top else atom_value(Exponential(Fraction(rate) / top, symbol(name)))
        parts.append(value_of({rest: c}) * power)
    return total(parts)
