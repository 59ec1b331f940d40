"""Arithmetic of ranges: between which numbers a value lies while a symbol runs over an interval.

What grows with each of its parts has the ends of its range at the ends of the
interval, so that for sums of such atoms with non-negative coefficients a range
is exact, and is a proof: that is all that monotonicity is needed for.
"""

from collections import deque
from collections.abc import Callable, Iterator, Mapping
from fractions import Fraction
from math import ceil, floor
from typing import Final

from symcnn.algebra import arithmetic
from symcnn.algebra.atoms import (
    Atom,
    Ceil,
    Differs,
    Exponential,
    Floor,
    Greatest,
    Least,
    Maximum,
    Reaches,
    RoundTo,
    Summation,
    Symbol,
    Unit,
    symbols_of,
)
from symcnn.algebra.enclosure import (
    EVERYTHING,
    Enclosure,
    each,
    greatest,
    inverse,
    negative,
    plus,
    raised,
    times,
)
from symcnn.algebra.polynomials import MAX_BITS, Number, Poly, Value, terms_of, tidy

BRACKET: Final[Enclosure] = (0, 1)
"""The range of a bracket that is open."""

MAX_BLOCKS: Final = 100
"""Stretches of passes, of a sum without a closed form, that are looked at one by one."""


class Ranges:
    """The ranges of values over given ranges of their symbols.

    Args:
        given: a range for each symbol.
    """

    def __init__(self, given: Mapping[str, Enclosure]) -> None:
        self.given = dict(given)
        self._known: dict[Atom, Enclosure] = {}

    def of(self, value: Value) -> Enclosure:
        """Return a range that holds every value.

        >>> from symcnn.algebra.arithmetic import floor_div
        >>> from symcnn.algebra.atoms import symbol
        >>> Ranges({"H": (32, None)}).of(7 * floor_div(symbol("H"), 32) - 1)
        (6, None)
        """
        if not isinstance(value, Poly):
            return value, value
        out: Enclosure = (0, 0)
        for monomial, c in value.terms.items():
            term: Enclosure = (1, 1)
            for atom, exponent in monomial:
                term = times(term, raised(self._atom(atom), exponent))
            out = plus(out, times((c, c), term))
        return out

    def _atom(self, atom: Atom) -> Enclosure:
        known = self._known.get(atom)
        if known is None:
            known = self._known[atom] = (
                self.given[atom.name] if isinstance(atom, Symbol) else RULES[type(atom)](self, *atom.values())
            )
        return known

    def inside(self, index: Value, first: int, last: int | None) -> "Ranges":
        """Return the ranges within a loop whose index runs over an interval."""
        (name,) = symbols_of(index)
        return Ranges({**self.given, name: (first, last)})


def _floor(ranges: Ranges, top: Value, bottom: Value) -> Enclosure:
    # In ⌊(H + 2**n − 1)/2**n⌋ both grow with n; without the multiple of 2**n only one does.
    whole, top = _pulled(top, bottom)
    found = each(floor, times(ranges.of(top), inverse(ranges.of(bottom))))
    return plus((whole, whole), found)


def _pulled(top: Value, bottom: Value) -> tuple[int, Value]:
    """Split a numerator into a multiple of the denominator and the rest."""
    if not isinstance(bottom, Poly):
        return 0, top
    monomial, c = next(iter(bottom.terms.items()))
    times_ = floor(Fraction(terms_of(top).get(monomial, 0)) / c)
    return times_, top - times_ * bottom


def _ceil(ranges: Ranges, top: Value, bottom: Value) -> Enclosure:
    return each(ceil, times(ranges.of(top), inverse(ranges.of(bottom))))


def _least(ranges: Ranges, *values: Value) -> Enclosure:
    return negative(greatest([negative(ranges.of(v)) for v in values]))


def _greatest(ranges: Ranges, *values: Value) -> Enclosure:
    return greatest([ranges.of(v) for v in values])


def _round_to(ranges: Ranges, value: Value, step: Value) -> Enclosure:
    low, high = ranges.of(value)
    least, most = ranges.of(step)
    if least == most and least is not None and least > 0:
        # Rounding never falls as the value grows, and is never below the step.
        up, down = (None if x is None else _rounded(x, least) for x in (high, low))
        return least if down is None else down, up
    return least, None if high is None or most is None else max(high, 0) + most


def _rounded(value: Number, step: Number) -> Number:
    rounded = arithmetic.round_to(value, step)
    assert not isinstance(rounded, Poly)
    return rounded


def _power(ranges: Ranges, base: Value, exponent: Value) -> Enclosure:
    (least, most), (low, high) = ranges.of(base), ranges.of(exponent)
    if least is not None and least > 0 and most is not None and most < 1:
        return inverse(_power(ranges, Fraction(1) / most, exponent)) if least == most else EVERYTHING
    if least is None or least < 1:
        return EVERYTHING
    first = None if low is None else floor(low)
    last = None if high is None else ceil(high)
    bottom: Number | None = 0
    if first is not None:
        bottom = _lower_power(least if first >= 0 else most, first)
    return bottom, None if last is None else _upper_power(most if last > 0 else least, last)


def _lower_power(base: Number | None, exponent: int) -> Number:
    """Return a power, or less where it is too long to write; a base of None is beyond all numbers."""
    if base is None:
        return 0
    longest = MAX_BITS // _length(base)
    if exponent < -longest:
        return 0
    return tidy(Fraction(base) ** min(exponent, longest))


def _upper_power(base: Number | None, exponent: int) -> Number | None:
    if base is None or exponent * _length(base) > MAX_BITS:
        return None
    return tidy(Fraction(base) ** max(exponent, -(MAX_BITS // _length(base))))


def _length(base: Number) -> int:
    return base.numerator.bit_length() + base.denominator.bit_length() - 1


def _differs(ranges: Ranges, *differences: Value) -> Enclosure:
    found = [ranges.of(v) for v in differences]
    if any((low is not None and low > 0) or (high is not None and high < 0) for low, high in found):
        return 1, 1
    return (0, 0) if all(one == (0, 0) for one in found) else BRACKET


def _reaches(ranges: Ranges, excess: Value) -> Enclosure:
    low, high = ranges.of(excess)
    if low is not None and low >= 0:
        return 1, 1
    return (0, 0) if high is not None and high < 0 else BRACKET


def _unit(ranges: Ranges, value: Value) -> Enclosure:
    return ranges.of(value)


class _Loop:
    """The passes of a sum or a maximum: those that there are surely, and those that there may be."""

    def __init__(self, ranges: Ranges, index: Value, first: int, last: Value, value: Value) -> None:
        low, high = ranges.of(last)
        self.ranges, self.index, self.value = ranges, index, value
        self.first = first
        self.sure = first - 1 if low is None else max(first - 1, floor(low))
        self.last = None if high is None else max(first - 1, floor(high))

    def over(self, first: int, last: int | None) -> Enclosure:
        return self.ranges.inside(self.index, first, last).of(self.value)

    def blocks(self) -> Iterator[tuple[int, Enclosure]]:
        """Yield stretches of the sure passes: how many, and their range, exact as far as that is cheap."""
        left = MAX_BLOCKS
        queue = deque([(self.first, self.sure)] if self.sure >= self.first else [])
        while queue:
            first, last = queue.popleft()
            found = self.over(first, last)
            left -= 1
            if first == last or found[0] == found[1] is not None or left < len(queue):
                yield last - first + 1, found
            else:
                middle = (first + last) // 2
                queue += [(first, middle), (middle + 1, last)]

    def maybe(self) -> Enclosure | None:
        """Return the range of the passes that there may be; None if there are no such."""
        return None if self.last == self.sure else self.over(self.sure + 1, self.last)


def _sum(ranges: Ranges, index: Value, first: int, last: Value, value: Value) -> Enclosure:
    loop = _Loop(ranges, index, first, last, value)
    out: Enclosure = (0, 0)
    for number, found in loop.blocks():
        out = plus(out, times((number, number), found))
    if (open_ := loop.maybe()) is not None:
        more = None if loop.last is None else loop.last - loop.sure
        out = plus(out, times((0, more), open_))
    return out


def _maximum(ranges: Ranges, index: Value, first: int, last: Value, value: Value) -> Enclosure:
    loop = _Loop(ranges, index, first, last, value)
    # A maximum over no pass is 0.
    low, high = greatest([(0, 0), *(found for _, found in loop.blocks())])
    if (open_ := loop.maybe()) is not None:
        high = greatest([(low, high), open_])[1]
    return low, high


RULES: Final[Mapping[type[Atom], Callable[..., Enclosure]]] = {
    Floor: _floor,
    Ceil: _ceil,
    Least: _least,
    Greatest: _greatest,
    RoundTo: _round_to,
    Exponential: _power,
    Unit: _unit,
    Differs: _differs,
    Reaches: _reaches,
    Summation: _sum,
    Maximum: _maximum,
}
"""The range of each kind of atom, from those of its arguments."""
