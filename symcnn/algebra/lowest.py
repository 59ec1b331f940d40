"""In which passes of a loop a value is least, as far as its form proves that."""

from fractions import Fraction
from math import floor
from typing import NamedTuple

from symcnn.algebra.atoms import Atom, Exponential, Symbol, symbol, symbols_of
from symcnn.algebra.evaluation import substitute
from symcnn.algebra.extremes import Surely
from symcnn.algebra.polynomials import Monomial, Poly, Value, denominator, is_whole, terms_of, total, value_of
from symcnn.algebra.signs import surely_at_least
from symcnn.algebra.sums import Passes

MAX_APART = 4
"""Passes, at the most, in which a bound is asked for one by one."""


class Needed(NamedTuple):
    """A value that is at least 0 in a pass, where the loop has at least so many passes."""

    excess: Value
    place: Value
    passes: int = 1


class _Line(NamedTuple):
    """start + slope*t, where t goes one way from pass to pass, and is never negative.

    Attributes:
        start: what does not depend on the pass.
        slope: what t is multiplied by.
        t: symbols and powers with the index.
        grows: whether t grows; else it shrinks.
    """

    start: Value
    slope: Value
    t: Monomial
    grows: bool

    @property
    def base(self) -> int:
        """The number whose power t is; 0 for other t."""
        atom, exponent = self.t[0]
        if not isinstance(atom, Exponential) or not len(self.t) == exponent == 1:
            return 0
        base, raised = atom.arguments
        return base if isinstance(base, int) and raised == symbol(min(symbols_of(raised))) else 0


def needed(passes: Passes, excess: Value, surely: Surely) -> list[Needed] | None:
    """Return what must be at least 0 so that a value is in every pass; None if nothing is proved.

    Args:
        passes: the passes; the index stands in the value.
        excess: the value.
        surely: tells whether a value is at least 0 in every pass.
    """
    line = _line(passes.index, excess)
    if line is not None:
        return _of_line(passes, excess, line, surely)
    change = _change(passes.index, excess)
    if surely(change):
        return [_at(passes, excess, passes.first)]
    if surely(-1 * change):
        return [_at(passes, excess, passes.last)]
    # What rises ever less, or falls ever more, is least at one of its ends.
    if surely(-1 * _change(passes.index, change)):
        return [_at(passes, excess, passes.first), _at(passes, excess, passes.last)]
    return None


def _change(index: str, value: Value) -> Value:
    return substitute(value, {index: symbol(index) + 1}) - value


def _at(passes: Passes, excess: Value, place: Value) -> Needed:
    return Needed(substitute(excess, {passes.index: place}), place)


def _line(index: str, value: Value) -> _Line | None:
    """Return a value as a + b*t, if its terms have the index in one and the same product t."""
    start: list[Value] = []
    slopes: dict[Monomial, list[Value]] = {}
    for monomial, c in terms_of(value).items():
        inside = tuple(part for part in monomial if index in part[0].symbols)
        rest = value_of({tuple(part for part in monomial if index not in part[0].symbols): c})
        (slopes.setdefault(inside, []) if inside else start).append(rest)
    if len(slopes) != 1:
        return None
    ((t, parts),) = slopes.items()
    way = _way(index, t)
    return _Line(total(start), total(parts), t, way > 0) if way else None


def _way(index: str, t: Monomial) -> int:
    """Tell whether a product grows (1) or shrinks (-1) with the index; 0 if that is open."""
    ratio, ways = Fraction(1), set[int]()
    for atom, exponent in t:
        if isinstance(atom, Exponential) and isinstance(base := atom.arguments[0], int) and base > 1:
            raised = atom.arguments[1]
            if raised == symbol(index):
                ratio *= Fraction(base) ** exponent
                continue
        ways.add(_way_of(index, atom) * ((exponent > 0) - (exponent < 0)))
    if ratio != 1:
        ways.add(1 if ratio > 1 else -1)
    return ways.pop() if len(ways) == 1 else 0


def _way_of(index: str, atom: Atom) -> int:
    """Return 1 for an atom that surely grows with the index, and is never below 0 or divided by; else 0."""
    if not isinstance(atom, Exponential):
        return int(isinstance(atom, Symbol))
    base, raised = atom.values()
    # An exponent is one term, a product of positive integers.
    plain = isinstance(raised, Poly) and all(isinstance(a, Symbol) for a in raised.atoms())
    return int(plain and index not in symbols_of(base) and surely_at_least(base, 1, lambda _: 1))


def _of_line(passes: Passes, excess: Value, line: _Line, surely: Surely) -> list[Needed]:
    """Tell which end of a + b*t decides: that is known where the sign of a or of b is."""
    first, last = _at(passes, excess, passes.first), _at(passes, excess, passes.last)
    low, high = (first, last) if line.grows else (last, first)
    if surely(line.slope):
        return [low]
    if surely(-1 * line.slope):
        return [high]
    # Where a ≤ 0 ≤ a + b*t for some t > 0, b is not negative, and the least t decides.
    if surely(-1 * line.start) and all(isinstance(atom, Exponential) for atom, _ in line.t):
        return [low]
    # Where a ≥ 0, it can only fail if b is negative, and at the greatest t first.
    if surely(line.start):
        return _one_by_one(passes, line) or [high]
    return [first, last]


def _one_by_one(passes: Passes, line: _Line) -> list[Needed] | None:
    """Say of a + b*r**i, where b is an integer, how small b may be in each pass, if that settles soon."""
    scale = denominator(line.slope)
    slope = scale * line.slope
    if not line.grows or not line.base or isinstance(line.start, Poly) or not is_whole(slope):
        return None
    out: list[Needed] = []
    for passed in range(MAX_APART):
        place = passes.first + passed
        spare = floor(Fraction(scale * line.start) / line.base**place)
        out.append(Needed(slope + spare, place, passed + 1))
        if spare == 0:
            return out
    return None
