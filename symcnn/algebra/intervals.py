"""Intervals of integers with a step, and of rationals: what sets of solutions are made of."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from itertools import count, pairwise, takewhile
from math import lcm

from symcnn.algebra.polynomials import Number, tidy
from symcnn.algebra.ranges import shortest

MAX_MODULUS = 4096
"""The longest period of a union of progressions that is brought into its shortest form."""

MAX_POINTS = 12
"""The most points that are shown as a set, one by one."""


@dataclass(frozen=True)
class Interval:
    """Numbers from `first` to `last` by steps, or all rationals in between.

    Attributes:
        first: the lower end.
        last: the upper end; None if there is none.
        step: from one member to the next; None where every rational is one.
        open_first, open_last: whether that end is itself left out.
    """

    first: Number
    last: Number | None
    step: Number | None = 1
    open_first: bool = False
    open_last: bool = False

    def __contains__(self, value: object) -> bool:
        """Tell whether a number is a member.

        >>> 224 in Interval(32, None, 32), 225 in Interval(32, None, 32)
        (True, False)
        """
        if not isinstance(value, int | Fraction) or isinstance(value, bool):
            return False
        if value < self.first or (self.open_first and value == self.first):
            return False
        if self.last is not None and (value > self.last or (self.open_last and value == self.last)):
            return False
        return self.step is None or (Fraction(value) - self.first) % self.step == 0

    @property
    def is_point(self) -> bool:
        """Whether there is one member."""
        return self.first == self.last

    def members(self) -> Iterator[Number]:
        """Return the members from the least on, of a point or an interval that has a step."""
        if self.is_point:
            return iter((self.first,))
        first, last, step = self.first, self.last, self.step
        assert step is not None
        values = (tidy(first + number * step) for number in count())
        return values if last is None else takewhile(lambda value: value <= last, values)

    def ends(self, name: str, least: Number) -> str:
        """Write the ends as an inequality; a lower end that the symbol's least value implies is left out.

        >>> Interval(224, 255).ends("H", 1), Interval(1, 18).ends("n", 1)
        ('224 ≤ H ≤ 255', 'n ≤ 18')
        """
        below = "" if self.first <= least else f"{self.first} {'<' if self.open_first else '≤'} "
        if self.last is None:
            return f"{name} {'>' if self.open_first else '≥'} {self.first}" if below else ""
        return f"{below}{name} {'<' if self.open_last else '≤'} {self.last}"

    def words(self, name: str, least: Number) -> str:
        """Write the interval as a condition on a symbol whose least value is given; "" if it is none."""
        if self.is_point:
            return f"{name} = {self.first}"
        if self.step is None or self.step == 1:
            return self.ends(name, least)
        form, first = self._form(name)
        ends = self.ends(name, first if self.last is None else least)
        return f"{form}, {ends}" if ends else form

    def _form(self, name: str) -> tuple[str, Number]:
        """Return how members are written, and the least positive number of that form."""
        assert self.step is not None
        rest = Fraction(self.first) % self.step
        if self.first.denominator == self.step.denominator == 1:
            return f"{name} mod {self.step} = {rest}", tidy(rest or Fraction(self.step))
        step = Fraction(self.step)
        top = "j" if step.numerator == 1 else f"{step.numerator}*j"
        written = f"{top}/{step.denominator}" if step.denominator > 1 else top
        return f"{name} = {f'{rest} + ' if rest else ''}{written}", tidy(rest or step)


def joined(intervals: Iterable[Interval]) -> tuple[Interval, ...]:
    """Return a union of disjoint progressions of integers in its simplest form.

    >>> joined([Interval(2, 8, 2), Interval(3, 9, 2), Interval(10, None)])
    (Interval(first=2, last=None, step=1, open_first=False, open_last=False),)
    """
    parts = list(intervals)
    modulus = lcm(*(int(part.step or 1) for part in parts))
    if 1 < modulus <= MAX_MODULUS:
        parts = list(_by_periods(parts, modulus))
    return tuple(_touching(sorted(parts, key=lambda part: (part.first, part.step or 0))))


def _by_periods(parts: list[Interval], modulus: int) -> Iterator[Interval]:
    """Cut progressions at the periods where one of them begins or ends, and put each stretch together."""
    pieces = (piece for part in parts for piece in _classes(part, modulus))
    fine = _merged(sorted(pieces, key=lambda piece: piece[:2]), modulus)
    cuts = {first // modulus for first, _ in fine}
    cuts |= {last // modulus + 1 for _, last in fine if last is not None}
    stretches: list[tuple[int, int | None]] = [*pairwise(sorted(cuts))]
    if fine and any(last is None for _, last in fine):
        stretches.append((max(cuts), None))
    for start, stop in stretches:
        inside = frozenset(
            first % modulus
            for first, last in fine
            if first // modulus <= start and (last is None or last // modulus >= start)
        )
        yield from _stretch(start, stop, modulus, inside)


def _merged(pieces: list[tuple[int, int, int | None]], modulus: int) -> list[tuple[int, int | None]]:
    """Join pieces, sorted by residue, that go on where the one before ends."""
    out: list[tuple[int, int | None]] = []
    for residue, first, last in pieces:
        before = out[-1] if out else (0, None)
        if before[1] is not None and before[0] % modulus == residue and before[1] + modulus == first:
            out[-1] = before[0], last
        else:
            out.append((first, last))
    return out


def _classes(part: Interval, modulus: int) -> Iterator[tuple[int, int, int | None]]:
    """Yield residue, first and last member of the progressions of a longer step that one is made of."""
    step = int(part.step or 1)
    for start in range(int(part.first), int(part.first) + modulus, step):
        if part.last is None:
            yield start % modulus, start, None
        elif start <= part.last:
            yield start % modulus, start, start + (int(part.last) - start) // modulus * modulus


def _stretch(start: int, stop: int | None, modulus: int, residues: frozenset[int]) -> Iterator[Interval]:
    """Yield what has some residues in the periods from `start` to before `stop`."""
    if stop == start + 1:
        yield from (Interval(start * modulus + r, start * modulus + r) for r in residues)
        return
    step, kept = shortest(modulus, residues)
    base = start * modulus
    for residue in kept:
        last = None if stop is None else stop * modulus - step + residue
        yield Interval(base + residue, last, step)


def _touching(parts: list[Interval]) -> list[Interval]:
    """Join neighbors that go on where the one before ends."""
    out: list[Interval] = []
    for part in parts:
        joined_part = _extended(out[-1], part) if out else None
        if joined_part is None:
            out.append(part)
        else:
            out[-1] = joined_part
    return out


def _extended(one: Interval, two: Interval) -> Interval | None:
    """Return two neighbors as one interval, if they are one."""
    if one.last is None or one.step is None or two.step is None:
        return None
    step = two.step if one.is_point and not two.is_point else one.step
    if not (two.is_point or two.step == step) or two.first != one.last + step:
        return None
    return Interval(one.first, two.last, step)
