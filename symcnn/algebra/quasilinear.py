"""Where a value of one integer symbol is 0 or not negative, found by trying numbers.

Of a sum of multiples of the symbol and of floors over integers, f(n + M) is
f(n) + R, so that the numbers of one period tell of all.
"""

from functools import cached_property
from math import lcm

from symcnn.algebra.atoms import symbols_of
from symcnn.algebra.conditions import Bound, Members, OnSymbol, Origin, Problem, Residues, number_at
from symcnn.algebra.polynomials import Value
from symcnn.algebra.ranges import Range, shortest
from symcnn.algebra.signs import period

MAX_TRIED = 10_000
"""Numbers that are tried to find where an inequality holds."""


class QuasiLinear:
    """A value f of one integer symbol with f(n + period) = f(n) + slope."""

    def __init__(self, name: str, value: Value, period: int) -> None:
        self.name = name
        self.value = value
        self.period = period
        self.slope = self.at(period) - self.at(0)

    def at(self, n: int) -> int:
        """Return f(n)."""
        return int(number_at(self.value, {self.name: n}))

    @cached_property
    def last(self) -> int:
        """The greatest number up to which f can be 0, or of another sign than from there on."""
        if self.slope == 0:
            return 0
        # f(n) = slope·n/period + (something periodic), and there the first part is small.
        spread = max(abs(self.at(n) * self.period - self.slope * n) for n in range(self.period))
        return spread // abs(self.slope) + 1

    def steps(self, allowed: Range) -> int:
        """Return how many numbers are tried to find where f is 0."""
        if allowed.members is not None:
            return len(allowed.members)
        return lcm(self.period, allowed.modulus) if self.slope == 0 else self.last

    def where_zero(self, allowed: Range, origin: Origin, problem: Problem) -> OnSymbol:
        """Say where f is 0 among some numbers: residues, or finitely many."""
        if allowed.members is not None:
            zeros = frozenset(n for n in allowed.members if self.at(n) == 0)
            return Members(origin, problem, self.name, zeros)
        if self.slope == 0:
            both = self.steps(allowed)
            residues = (r for r in range(both) if r % allowed.modulus in allowed.residues)
            zeros = frozenset(r for r in residues if self.at(r) == 0)
            return Residues(origin, problem, self.name, *shortest(both, zeros))
        zeros = frozenset(n for n in range(1, self.last + 1) if self.at(n) == 0)
        return Members(origin, problem, self.name, zeros)

    def where_natural(self, origin: Origin, problem: Problem) -> OnSymbol | None:
        """Say where f is at least 0; None if that is no bound, no residues and no members."""
        if self.slope == 0:
            residues = frozenset(r for r in range(self.period) if self.at(r) >= 0)
            return Residues(origin, problem, self.name, *shortest(self.period, residues))
        good = frozenset(n for n in range(1, self.last + 1) if self.at(n) >= 0)
        if self.slope < 0:
            return Members(origin, problem, self.name, good)
        least = self.last + 1 - len(good)
        return Bound(origin, problem, self.name, least) if min(good, default=least) >= least else None


def quasi_linear(value: Value) -> QuasiLinear | None:
    """Return a value as one of one integer symbol, None if it is not of that form.

    >>> from symcnn.algebra.arithmetic import modulo
    >>> from symcnn.algebra.atoms import symbol
    >>> line = quasi_linear(modulo(symbol("C"), 3) - 1)
    >>> line.period, line.slope, str(line.where_natural(Origin(), ""))
    (3, 0, 'C mod 3 != 0')
    """
    names = symbols_of(value)
    length = period(value) if len(names) == 1 else None
    return None if length is None else QuasiLinear(min(names), value, length)
