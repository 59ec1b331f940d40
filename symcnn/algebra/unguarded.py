"""Conditions on later passes of a loop that hold in the first ones anyway: they are said without "if"."""

from collections.abc import Iterator, Sequence

from symcnn.algebra.conditions import Bound, Comparison, Condition, Guarded
from symcnn.algebra.polynomials import Poly
from symcnn.algebra.signs import smallest_input

MAX_PASSES = 64
"""Passes that are looked at one by one."""


def unguarded(conditions: Sequence[Condition]) -> list[Condition]:
    """Return conditions that say the same, with fewer guards.

    That H ≥ 2, that H ≥ 4 if n ≥ 2, and that H ≥ 2**n if n ≥ 3 is to say that
    H ≥ 2**n: the first two are what the last one says of n = 1 and n = 2.
    """
    return [c.inner if isinstance(c, Guarded) and _holds_before(c, conditions) else c for c in conditions]


def _holds_before(guarded: Guarded, conditions: Sequence[Condition]) -> bool:
    """Tell whether others require, with fewer passes, what a condition says of them."""
    line = smallest_input(guarded.count - guarded.least)
    if line is None or line[1] > MAX_PASSES:
        return False
    name, first = line
    for number in range(1, first):
        needed = _bound_at(guarded.inner, name, number)
        if needed is None or not any(
            known.symbol == needed.symbol and known.least >= needed.least
            for known in _bounds_at(conditions, name, number)
        ):
            return False
    return True


def _bounds_at(conditions: Sequence[Condition], name: str, number: int) -> Iterator[Bound]:
    for condition in conditions:
        inner: Condition | None = condition
        while isinstance(inner, Guarded):
            count = inner.at({name: number}).count
            inner = None if isinstance(count, Poly) or count < inner.least else inner.inner
        if inner is not None and (bound := _bound_at(inner, name, number)) is not None:
            yield bound


def _bound_at(condition: Condition, name: str, number: int) -> Bound | None:
    """Return what a condition says of another symbol where one is a number, if that is a bound."""
    if isinstance(condition, Bound):
        return condition
    if not isinstance(condition, Comparison) or condition.relation != "≥":
        return None
    at = condition.at({name: number})
    line = smallest_input(at.left - at.right)
    return Bound(condition.origin, condition.problem, *line) if line else None
