"""Inputs of a network at which a claimed formula has no value, though all that is counted has one there.

(H - 3)/(H - 3) is 1 as a form, and yet it is nothing at H = 3.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import islice, product
from typing import Final

from symcnn.algebra.atoms import symbols_of
from symcnn.algebra.conditions import AtMost, Bound, Comparison, Condition, Origin, number_at
from symcnn.algebra.domain import Domain
from symcnn.algebra.polynomials import Number, Poly, Value, is_whole
from symcnn.algebra.ranges import Range
from symcnn.algebra.requirements import ImpossibleError, Requirements
from symcnn.algebra.symbols import is_rational
from symcnn.errors import DivisionByZeroError, LimitError

Point = dict[str, Number]

TRIED: Final = 512
"""Points at which a formula is asked for a value."""

ORIGIN: Final = Origin()


def gap(domain: Domain, wanted: Sequence[Condition], divisors: Sequence[Value]) -> Point | None:
    """Return a point of a domain at which a formula has no value; None if there surely is none.

    Args:
        domain: the inputs of the network.
        wanted: the conditions under which the formula has a value,
        divisors: and what must not be 0, besides.

    Raises:
        LimitError: if neither is found out, or a number grows over the limit of digits.

    >>> from symcnn.algebra.atoms import symbol
    >>> gap(Domain(), [], [symbol("H") - 3])
    {'H': 3}
    """
    failing = [c for c in wanted if c not in domain.conditions]
    divisors = [d for d in divisors if isinstance(d, Poly)]
    names = domain.symbols.union(*(c.symbols for c in failing), symbols_of(*divisors))
    least: Point = {n: 1 if is_rational(n) else domain.ranges.get(n, Range()).least for n in sorted(names)}

    def has_value(point: Mapping[str, Number]) -> bool:
        try:
            return all(c.holds(point) for c in failing) and all(number_at(d, point) != 0 for d in divisors)
        except DivisionByZeroError:
            return False

    for require in _opposites(failing, divisors):
        trial = Requirements()
        for condition in domain.conditions:
            trial.state(condition)
        try:
            require(trial)
        except ImpossibleError:
            continue
        for point in (*_near(least, trial.domain()), *_few(least, domain)):
            if point in domain and not has_value(point):
                return point
        raise LimitError("whether the formula has a value at every input is not known")
    return None


def _opposites(
    conditions: Sequence[Condition], divisors: Sequence[Value]
) -> Iterator[Callable[[Requirements], object]]:
    """Yield for each thing that a formula asks for what is so where it does not hold."""
    for divisor in divisors:
        yield lambda r, d=divisor: r.same(d, 0, ORIGIN, "")
    for condition in conditions:
        match condition:
            case Bound(symbol=name, least=least):
                yield lambda r, n=name, m=least: r.state(AtMost(ORIGIN, "", n, m - 1))
            case Comparison(left=left, relation="≥", right=right) if is_whole(left - right):
                yield lambda r, excess=right - left - 1: r.at_least(excess, 0, ORIGIN, "")
            case _:
                yield lambda _: None


def _near(least: Point, domain: Domain) -> Iterator[Point]:
    near = domain.nearest({**dict.fromkeys(domain.symbols, 1), **least})
    if near is not None:
        yield near


def _few(least: Point, domain: Domain) -> Iterator[Point]:
    """Yield points near the least one."""
    side = max(2, int(TRIED ** (1 / max(len(least), 1))))
    for steps in islice(product(range(side), repeat=len(least)), TRIED):
        yield {n: value + step for (n, value), step in zip(least.items(), steps, strict=True)}
