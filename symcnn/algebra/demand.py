"""How layers state what they require: to requirements of a network or of a pass, with where it comes from."""

from typing import Protocol

from symcnn.algebra.arithmetic import differs
from symcnn.algebra.atoms import symbols_of
from symcnn.algebra.bounds import Ranges
from symcnn.algebra.conditions import Origin, Problem
from symcnn.algebra.extremes import pruned
from symcnn.algebra.polynomials import Poly, Value
from symcnn.algebra.signs import surely_positive
from symcnn.algebra.symbols import INDEX, is_rational

Guards = tuple[tuple[Value, int], ...]
"""Numbers of passes, each with how many there must be for a requirement to matter."""


class Recorder(Protocol):
    """What requirements can be stated to: those of a network, or of one pass of a loop."""

    def at_least(
        self, value: Value, bound: int, origin: Origin, problem: Problem, guards: Guards = ()
    ) -> None:
        """Require `value >= bound`."""
        ...

    def whole(self, value: Value, origin: Origin, problem: Problem, guards: Guards = ()) -> None:
        """Require that `value` is an integer."""
        ...

    def same(self, one: Value, two: Value, origin: Origin, problem: Problem, guards: Guards = ()) -> None:
        """Require `one = two`."""
        ...

    def surely(self, excess: Value) -> bool:
        """Tell whether `excess >= 0` follows from what is required."""
        ...

    def never_zero(self, difference: Value) -> bool:
        """Tell whether a difference is not 0 for any input, as far as its form shows."""
        ...

    def fork(self) -> "Recorder":
        """Return a copy to try something with."""
        ...


class Demand:
    """The requirements of one layer: those of the network, with its origin."""

    def __init__(self, requirements: Recorder, origin: Origin) -> None:
        self._requirements = requirements
        self._origin = origin

    def at_least(self, value: Value, bound: int, problem: Problem) -> None:
        """Require `value >= bound`."""
        self._requirements.at_least(value, bound, self._origin, problem)

    def whole(self, value: Value, problem: Problem) -> None:
        """Require that `value` is an integer."""
        self._requirements.whole(value, self._origin, problem)

    def nonzero(self, value: Value, problem: Problem) -> None:
        """Require that `value`, if it has symbols, is not 0."""
        if not isinstance(value, Poly) or surely_positive(value) or _is_reciprocal(value):
            return
        if not self._requirements.never_zero(value):
            self._requirements.at_least(differs((value,)), 1, self._origin, problem)

    def pruned(self, value: Value) -> Value:
        """Leave out of minima and maxima what in no pass of a loop they are."""
        inside = any(name.startswith(INDEX) for name in symbols_of(value))
        return pruned(value, self._surely) if inside else value

    def _surely(self, excess: Value) -> bool:
        """Tell whether a value is not negative in any pass, by its form or by the range of its parts."""
        if self._requirements.surely(excess):
            return True
        start = {name: 0 if is_rational(name) or name.startswith(INDEX) else 1 for name in symbols_of(excess)}
        least, _ = Ranges({name: (first, None) for name, first in start.items()}).of(excess)
        return least is not None and least >= 0

    def count(self, value: Value, what: str) -> None:
        """Require that `value` is an integer of at least 1."""
        shown = "" if isinstance(value, Poly) else f", but {value} is given"
        self.whole(value, f"{what} is an integer{shown}")
        if not surely_positive(value):
            self.at_least(value, 1, f"{what} is at least 1{shown}")

    def same(self, one: Value, two: Value, problem: Problem, guards: Guards = ()) -> None:
        """Require `one = two`."""
        self._requirements.same(one, two, self._origin, problem, guards)


def _is_reciprocal(value: Poly) -> bool:
    """Tell whether all of a value stands below the line, so that it is not 0."""
    return len(value.terms) == 1 and all(exponent < 0 for monomial in value.terms for _, exponent in monomial)
