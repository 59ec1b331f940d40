"""What the passes of a loop require, stated for all of them at once.

Extents grow or shrink with the pass, and so do channels, so that the first
and the last pass suffice; an integer in every pass is one in the first, and
by its step.
"""

from symcnn.algebra.atoms import Floor, symbol, symbols_of
from symcnn.algebra.conditions import Origin, Problem
from symcnn.algebra.demand import Guards, Recorder
from symcnn.algebra.divisibility import Integer, integers
from symcnn.algebra.evaluation import substitute
from symcnn.algebra.extremes import conjuncts, surely_reaches, surely_whole
from symcnn.algebra.lowest import Needed, needed
from symcnn.algebra.polynomials import Poly, Value
from symcnn.algebra.signs import without_floor
from symcnn.algebra.sums import Passes, direction
from symcnn.errors import UnsupportedError


class _InLoop:
    """What is known inside of a loop, which is what is known around it."""

    base: Recorder

    def surely(self, excess: Value) -> bool:
        """Tell whether `excess >= 0` follows from what is required around the loop."""
        return self.base.surely(excess)

    def never_zero(self, difference: Value) -> bool:
        """Tell whether a difference is not 0 for any input, as far as its form shows."""
        return self.base.never_zero(difference)


class GuardedRequirements(_InLoop):
    """The requirements of a pass that is written out, which matter if there are so many passes.

    Args:
        base: the requirements around the loop.
        guard: the number of passes, and how many there must be.
    """

    def __init__(self, base: Recorder, guard: tuple[Value, int]) -> None:
        self.base = base
        self.guard = guard

    def fork(self) -> "GuardedRequirements":
        """Return a copy to try something with."""
        return GuardedRequirements(self.base.fork(), self.guard)

    def at_least(
        self, value: Value, bound: int, origin: Origin, problem: Problem, guards: Guards = ()
    ) -> None:
        """Require `value >= bound` under the guard."""
        self.base.at_least(value, bound, origin, problem, (*guards, self.guard))

    def whole(self, value: Value, origin: Origin, problem: Problem, guards: Guards = ()) -> None:
        """Require that `value` is an integer under the guard."""
        self.base.whole(value, origin, problem, (*guards, self.guard))

    def same(self, one: Value, two: Value, origin: Origin, problem: Problem, guards: Guards = ()) -> None:
        """Require `one = two` under the guard."""
        self.base.same(one, two, origin, problem, (*guards, self.guard))


class PassRequirements(_InLoop):
    """The requirements of one pass, which stands for all passes of a loop.

    Args:
        base: the requirements around the loop.
        passes: the passes.
    """

    def __init__(self, base: Recorder, passes: Passes) -> None:
        self.base = base
        self.passes = passes

    def fork(self) -> "PassRequirements":
        """Return a copy to try something with."""
        return PassRequirements(self.base.fork(), self.passes)

    def surely(self, excess: Value) -> bool:
        """Tell whether `excess >= 0` follows in every pass from what is required around the loop."""
        return self.base.surely(self._shifted(excess))

    def _shifted(self, value: Value) -> Value:
        """Write a value with an index that starts at 0."""
        index, first = self.passes.index, self.passes.first
        if not first or index not in symbols_of(value):
            return value
        return substitute(value, {index: symbol(index) + first})

    def at_least(
        self, value: Value, bound: int, origin: Origin, problem: Problem, guards: Guards = ()
    ) -> None:
        """Require `value >= bound` in every pass."""
        for part in conjuncts(value - bound):
            for excess, place, passes in self._needed(part, origin):
                mine = guards if self._holds_before(excess, passes) else self._guards(guards, passes)
                self.base.at_least(
                    excess + bound, bound, origin.at({self.passes.index: place}), problem, mine
                )

    def whole(self, value: Value, origin: Origin, problem: Problem, guards: Guards = ()) -> None:
        """Require that `value` is an integer in every pass."""
        if surely_whole(self._shifted(value)):
            return
        parts = [Integer(value)]
        if self.passes.index in symbols_of(value):
            parts = integers(self.passes, value)
        if parts is None:
            raise UnsupportedError("a divisibility has no closed form over the passes of a loop", origin.span)
        for part, passes in parts:
            self.base.whole(part, origin, problem, self._guards(guards, passes))

    def same(self, one: Value, two: Value, origin: Origin, problem: Problem, guards: Guards = ()) -> None:
        """Require `one = two` in every pass."""
        if one == two:
            return
        if self.passes.index in symbols_of(one, two):
            raise UnsupportedError(
                "branches whose extents change from pass to pass have no closed form", origin.span
            )
        self.base.same(one, two, origin, problem, self._guards(guards))

    def _holds_before(self, excess: Value, passes: int) -> bool:
        """Tell whether a requirement holds anyway where the loop has fewer passes than matter to it.

        Then it needs no guard: what it says of fewer passes is required as it is.
        """
        count = self.passes.last + 1
        (name,) = symbols_of(count) if len(symbols_of(count)) == 1 else ("",)
        if count != symbol(name or "?"):
            return False
        return all(
            self.base.surely(without_floor(substitute(excess, {name: n}), 0))
            for n in range(1, self.passes.first + passes)
        )

    def _guards(self, guards: Guards, passes: int = 1) -> Guards:
        """Add that the loop has so many passes that are not written out, where it may have none."""
        if self.passes.first + passes <= 1:
            return guards
        return (*guards, (self.passes.last + 1, self.passes.first + passes))

    def _needed(self, excess: Value, origin: Origin) -> list[Needed]:
        """Return what must be at least 0 at the passes that suffice.

        Raises:
            UnsupportedError: if it is not known which passes suffice.
        """
        if self.passes.index not in symbols_of(excess):
            return [Needed(excess, self.passes.first)]
        if surely_reaches(excess, self.surely):
            return []
        found = needed(self.passes, excess, self.surely)
        if found is None and self._is_monotone(excess):
            way = direction(self.passes.index, excess)
            ends = (self.passes.first, self.passes.last)
            places = ends if way == 0 else ends[:1] if way > 0 else ends[1:]
            found = [Needed(substitute(excess, {self.passes.index: place}), place) for place in places]
        if found is None:
            raise UnsupportedError("a requirement has no closed form over the passes of a loop", origin.span)
        return found

    def _is_monotone(self, value: Value) -> bool:
        """Tell whether a value goes one way: the index stands once, in a floor."""
        holders = [
            (atom, exponent)
            for monomial in (value.terms if isinstance(value, Poly) else ())
            for atom, exponent in monomial
            if self.passes.index in atom.symbols
        ]
        return len(holders) == 1 and holders[0][1] == 1 and isinstance(holders[0][0], Floor)
