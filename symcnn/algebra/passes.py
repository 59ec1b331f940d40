"""What the passes of a loop require, stated for all of them at once.

Extents grow or shrink with the pass, and so do channels, so that the first
and the last pass suffice; an integer in every pass is one in the first, and
by its step.
"""

from collections.abc import Iterator

from symcnn.algebra.arithmetic import is_whole
from symcnn.algebra.atoms import Exponential, Floor, Symbol, symbol, symbols_of
from symcnn.algebra.conditions import Origin, Problem
from symcnn.algebra.evaluation import substitute
from symcnn.algebra.polynomials import Poly, Value
from symcnn.algebra.requirements import Guards, Recorder
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

    def same(self, one: Value, two: Value, origin: Origin, problem: Problem, guards: Guards = ()) -> Value:
        """Require `one = two` under the guard, and return the simpler form."""
        return self.base.same(one, two, origin, problem, (*guards, self.guard))


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

    def at_least(
        self, value: Value, bound: int, origin: Origin, problem: Problem, guards: Guards = ()
    ) -> None:
        """Require `value >= bound` in every pass."""
        for end, place in self._ends(value, origin):
            mine = guards if self._holds_before(end, bound) else self._guards(guards)
            self.base.at_least(end, bound, place, problem, mine)

    def whole(self, value: Value, origin: Origin, problem: Problem, guards: Guards = ()) -> None:
        """Require that `value` is an integer in every pass."""
        if not is_whole(value):
            for part, passes in self._parts(value, origin):
                self.base.whole(part, origin, problem, self._guards(guards, passes))

    def same(self, one: Value, two: Value, origin: Origin, problem: Problem, guards: Guards = ()) -> Value:
        """Require `one = two` in every pass, and return the simpler form."""
        if one == two:
            return one
        if self.passes.index in symbols_of(one, two):
            raise UnsupportedError(
                "branches whose extents change from pass to pass have no closed form", origin.span
            )
        return self.base.same(one, two, origin, problem, self._guards(guards))

    def _holds_before(self, end: Value, bound: int) -> bool:
        """Tell whether a requirement on the last pass holds anyway where the loop has no passes.

        Then it needs no guard: the passes that are written out require as much.
        """
        count = self.passes.last + 1
        (name,) = symbols_of(count) if len(symbols_of(count)) == 1 else ("",)
        if count != symbol(name or "?"):
            return False
        return all(
            self.base.surely(without_floor(substitute(end, {name: n}), bound))
            for n in range(1, self.passes.first + 1)
        )

    def _guards(self, guards: Guards, passes: int = 1) -> Guards:
        """Add that the loop has so many passes that are not written out, where it may have none."""
        if self.passes.first + passes <= 1:
            return guards
        return (*guards, (self.passes.last + 1, self.passes.first + passes))

    def _ends(self, value: Value, origin: Origin) -> Iterator[tuple[Value, Origin]]:
        """Yield what a value is at the passes that suffice, with what reaches the layer there."""
        index = self.passes.index
        if index not in symbols_of(value):
            yield value, origin
            return
        if not self._is_monotone(value):
            raise UnsupportedError("a requirement has no closed form over the passes of a loop", origin.span)
        way = direction(index, value)
        ends: tuple[Value, Value] = (self.passes.first, self.passes.last)
        for end in ends if way == 0 else ends[:1] if way > 0 else ends[1:]:
            at: dict[str, Value] = {index: end}
            yield substitute(value, at), origin.at(at)

    def _is_monotone(self, value: Value) -> bool:
        """Tell whether a value goes one way: the index stands once, alone or in a floor or power."""
        holders = [
            (atom, exponent)
            for monomial in (value.terms if isinstance(value, Poly) else ())
            for atom, exponent in monomial
            if self.passes.index in atom.symbols
        ]
        return (
            len(holders) == 1
            and holders[0][1] == 1
            and isinstance(holders[0][0], Symbol | Floor | Exponential)
        )

    def _is_divided(self, value: Value) -> bool:
        """Tell whether a value is divided from pass to pass, so that the last decides."""
        monomials = list(value.terms) if isinstance(value, Poly) else []
        holders = [(a, e) for m in monomials for a, e in m if self.passes.index in a.symbols]
        return (
            len(monomials) == 1
            and len(holders) == 1
            and isinstance(holders[0][0], Exponential)
            and holders[0][1] < 0
        )

    def _parts(self, value: Value, origin: Origin) -> Iterator[tuple[Value, int]]:
        """Yield what must be integers so that a + b·i is one in every pass, and from how many passes on."""
        index = self.passes.index
        if index not in symbols_of(value):
            yield value, 1
            return
        if self._is_divided(value):
            yield substitute(value, {index: self.passes.last}), 1
            return
        start = substitute(value, {index: self.passes.first})
        step = substitute(value, {index: self.passes.first + 1}) - start
        if value - start != step * (symbol(index) - self.passes.first):
            raise UnsupportedError("a divisibility has no closed form over the passes of a loop", origin.span)
        yield start, 1
        yield step, 2
