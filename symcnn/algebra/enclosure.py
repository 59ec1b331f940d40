"""Arithmetic of ranges, exact, with ends that may be missing."""

from collections.abc import Callable
from fractions import Fraction
from typing import Final

from symcnn.algebra.polynomials import Number, tidy

Enclosure = tuple[Number | None, Number | None]
"""A lower and an upper bound; None where there is none."""

EVERYTHING: Final[Enclosure] = (None, None)


def plus(one: Enclosure, two: Enclosure) -> Enclosure:
    """Add ranges."""
    return (
        None if one[0] is None or two[0] is None else one[0] + two[0],
        None if one[1] is None or two[1] is None else one[1] + two[1],
    )


def times(one: Enclosure, two: Enclosure) -> Enclosure:
    """Multiply ranges.

    >>> times((2, 3), (-1, None)), times((-1, 2), (-3, 4))
    ((-3, None), (-6, 8))
    """
    if one[0] is not None and one[0] >= 0:
        return _end(two[0], one, lower=True), _end(two[1], one, lower=False)
    if one[1] is not None and one[1] <= 0:
        return negative(times(negative(one), two))
    if (two[0] is not None and two[0] >= 0) or (two[1] is not None and two[1] <= 0):
        return times(two, one)
    if one[0] is None or one[1] is None or two[0] is None or two[1] is None:
        return EVERYTHING
    return min(one[0] * two[1], one[1] * two[0]), max(one[0] * two[0], one[1] * two[1])


def negative(one: Enclosure) -> Enclosure:
    """Return the range of the opposite."""
    return None if one[1] is None else -one[1], None if one[0] is None else -one[0]


def _end(end: Number | None, factor: Enclosure, *, lower: bool) -> Number | None:
    """Return the end of a product by a factor that is not negative."""
    if factor == (0, 0) or end == 0:
        return 0
    if end is None:
        return None
    # An end on the outer side of 0 grows with the factor, the other shrinks.
    by = factor[1] if (end < 0) == lower else factor[0]
    return None if by is None else end * by


def raised(base: Enclosure, exponent: int) -> Enclosure:
    """Raise a range to a power.

    >>> raised((-2, 3), 2), raised((2, None), -1)
    ((0, 9), (0, Fraction(1, 2)))
    """
    if exponent < 0:
        return inverse(raised(base, -exponent))
    if base[0] is not None and base[0] >= 0:
        return base[0] ** exponent, None if base[1] is None else base[1] ** exponent
    if base[1] is not None and base[1] <= 0:
        mirrored = raised(negative(base), exponent)
        return mirrored if exponent % 2 == 0 else negative(mirrored)
    ends = [None if end is None else end**exponent for end in base]
    if exponent % 2:
        return ends[0], ends[1]
    return 0, None if ends[0] is None or ends[1] is None else max(ends[0], ends[1])


def inverse(one: Enclosure) -> Enclosure:
    """Return the range of 1/x, which is everything where x may be 0."""
    if one[0] is not None and one[0] > 0:
        return 0 if one[1] is None else tidy(Fraction(1) / one[1]), tidy(Fraction(1) / one[0])
    if one[1] is not None and one[1] < 0:
        return negative(inverse(negative(one)))
    return EVERYTHING


def each(rule: Callable[[Number], Number], one: Enclosure) -> Enclosure:
    """Apply what never falls to both ends."""
    return None if one[0] is None else rule(one[0]), None if one[1] is None else rule(one[1])


def greatest(found: list[Enclosure]) -> Enclosure:
    """Return the range of the greatest of several values."""
    lows = [low for low, _ in found if low is not None]
    highs = [high for _, high in found if high is not None]
    return max(lows, default=None), max(highs) if len(highs) == len(found) else None
