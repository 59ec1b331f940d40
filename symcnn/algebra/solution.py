"""All values of an unknown that satisfy what was asked: sets that can be read, walked and asked."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from heapq import merge

from symcnn.algebra.intervals import MAX_POINTS, Interval
from symcnn.algebra.polynomials import Number
from symcnn.algebra.symbols import is_rational
from symcnn.errors import UnsupportedError


@dataclass(frozen=True, repr=False)
class Solution:
    """All values of one symbol that satisfy some constraints, and the domain.

    It is true if there is one, knows its members (`in`), and lists them from
    the least on, lazily where they have no end.

    Attributes:
        unknown: the symbol.
        intervals: the values, as disjoint intervals with a step, by their first member.
        upto: the greatest value that was looked at, None if all were.

    >>> solution = Solution("n", (Interval(1, 18),))
    >>> str(solution), solution.largest, 19 in solution
    ('n ≤ 18', 18, False)
    """

    unknown: str
    intervals: tuple[Interval, ...]
    upto: Number | None = None

    @property
    def largest(self) -> Number | None:
        """The greatest value; None if there is none, or they have no end, or the end is left out."""
        if not self.intervals or any(part.last is None for part in self.intervals):
            return None
        last = max(self.intervals, key=lambda part: (part.last or 0, not part.open_last))
        return None if last.open_last else last.last

    @property
    def smallest(self) -> Number | None:
        """The least value; None if there is none, or the lower end is left out."""
        if not self.intervals or self.intervals[0].open_first:
            return None
        return self.intervals[0].first

    @property
    def is_bounded(self) -> bool:
        """Whether no value is greater than some number."""
        return all(part.last is not None for part in self.intervals)

    def __contains__(self, value: object) -> bool:
        return any(value in part for part in self.intervals)

    def __bool__(self) -> bool:
        return bool(self.intervals)

    def __iter__(self) -> Iterator[Number]:
        """Yield the values from the least on.

        Raises:
            UnsupportedError: if they are all rationals of an interval.
        """
        if any(part.step is None and not part.is_point for part in self.intervals):
            raise UnsupportedError(
                f"the values of {self.unknown} are all rationals of an interval",
                hint="ask for solution.intervals",
            )
        return merge(*(part.members() for part in self.intervals))

    def __str__(self) -> str:
        name, least = self.unknown, 0 if is_rational(self.unknown) else 1
        of = "" if self.upto is None else f" (of {name} ≤ {self.upto})"
        if not self.intervals:
            return f"no {name}{of}"
        words = [part.words(name, least) for part in self.intervals if not part.is_point]
        points = [str(part.first) for part in self.intervals if part.is_point]
        if len(points) == 1:
            words.append(f"{name} = {points[0]}")
        elif points:
            words.append(f"{name} in {{{', '.join(_shortened(points))}}}")
        return (" or ".join(_shortened(words)) or f"every {name}") + of

    def __repr__(self) -> str:
        return f"<solution: {self}>"


def _shortened(words: Sequence[str]) -> Sequence[str]:
    return words if len(words) <= MAX_POINTS else [*words[: MAX_POINTS - 4], f"… ({len(words)} in all)"]


Point = tuple[int, int]


@dataclass(frozen=True, repr=False)
class BoxSolution:
    """All points of a box of two symbols that satisfy some constraints, and the domain.

    Attributes:
        unknowns: the two symbols.
        box: their least and greatest values that were looked at.
        rows: for each value of the first symbol that has any, those of the second.

    >>> solution = BoxSolution(("n", "k"), ((1, 2), (1, 9)), ((1, (Interval(1, 3),)), (2, (Interval(1, 2),))))
    >>> len(solution), solution.front, (2, 3) in solution
    (5, ((2, 2), (1, 3)), False)
    """

    unknowns: tuple[str, str]
    box: tuple[Point, Point]
    rows: tuple[tuple[int, tuple[Interval, ...]], ...]

    @property
    def points(self) -> tuple[Point, ...]:
        """The points, in the order of the first symbol."""
        return tuple(self)

    @property
    def front(self) -> tuple[Point, ...]:
        """The largest points: any with more of one symbol has less of the other; the last row first."""
        out: list[Point] = []
        for row, intervals in reversed(self.rows):
            most = max(int(part.last or 0) for part in intervals)
            if not out or most > out[-1][1]:
                out.append((row, most))
        return tuple(out)

    def __iter__(self) -> Iterator[Point]:
        for row, intervals in self.rows:
            yield from ((row, int(n)) for n in merge(*(part.members() for part in intervals)))

    def __contains__(self, point: object) -> bool:
        match point:
            case (int() as one, int() as two):
                return any(one == row and any(two in part for part in parts) for row, parts in self.rows)
            case _:
                return False

    def __len__(self) -> int:
        return sum(1 for _ in self)

    def __bool__(self) -> bool:
        return bool(self.rows)

    def __str__(self) -> str:
        one, two = self.unknowns
        inside = " and ".join(
            f"{low} ≤ {n} ≤ {high}" for n, (low, high) in zip(self.unknowns, self.box, strict=True)
        )
        if not self.rows:
            return f"no ({one}, {two}) of {inside}"
        shown = ", ".join(_shortened([f"({n}, {k})" for n, k in self.front]))
        return f"{len(self)} of {inside}; the largest ({one}, {two}): {shown}"

    def __repr__(self) -> str:
        return f"<solution: {self}>"
