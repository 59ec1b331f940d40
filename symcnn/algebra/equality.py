"""Are two formulas equal on a domain? Proved by residue classes, refuted by a point.

⌊H/2⌋ + ⌊(H + 1)/2⌋ and H are two forms of one function. The answer is never a
guess: without a proof and without a counterexample it is None.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import chain, islice
from itertools import product as pairs
from math import ceil, prod

from symcnn.algebra.atoms import Symbol, as_atom, symbols_of
from symcnn.algebra.conditions import Comparison, number_at
from symcnn.algebra.domain import Domain
from symcnn.algebra.evaluation import substitute
from symcnn.algebra.polynomials import Number, Poly, Value, terms_of
from symcnn.algebra.ranges import Range
from symcnn.algebra.residues import MAX_CLASSES, Class, classes, counter, periods, settled, turns
from symcnn.algebra.symbols import is_rational
from symcnn.errors import SymcnnError

Point = dict[str, Number]

TRIED = 512
"""Points that are tried where there is no proof; fewer of long values."""

MAX_WORK = 500_000
"""Terms that are put into, in all classes, up to which a proof is tried."""

RATIONALS: Sequence[Number] = (1, *(Fraction(1, n) for n in (2, 3, 4, 8, 10, 16, 32)), Fraction(3, 4), 2, 3)
"""Values that are tried for a Greek symbol."""


@dataclass(frozen=True)
class Verdict:
    """Whether a value is 0 on all of a domain.

    Attributes:
        zero: True if that is proved, False if it is refuted, None if neither.
        point: where it is not 0.
        least: whether the point is known to be the least such one, in the order of the symbols' names.
        tried: where it is 0, if that is neither proved nor refuted.
    """

    zero: bool | None
    point: Point | None = None
    least: bool = False
    tried: tuple[Point, ...] = ()


def equal(one: Value, two: Value, domain: Domain | None = None) -> bool | None:
    """Tell whether two values are equal on a domain.

    Returns:
        None if that is not known.

    >>> from symcnn.algebra.arithmetic import floor_div
    >>> from symcnn.algebra.atoms import symbol
    >>> H = symbol("H")
    >>> equal(floor_div(H, 2) + floor_div(H + 1, 2), H), equal(floor_div(H, 2), floor_div(H, 3))
    (True, False)
    """
    return vanishes(one - two, domain or Domain()).zero


def vanishes(value: Value, domain: Domain) -> Verdict:
    """Tell whether a value is 0 on all of a domain, or where it is not."""
    value, replaced = _with_equations(value, domain)
    if value == 0 or not all(r.around(r.least) for r in domain.ranges.values()):
        return Verdict(zero=True)
    names = sorted(symbols_of(value))
    found = classes(value, domain)
    points = _some_points(value, domain, names)
    if found is not None and prod(map(len, found.values())) <= min(
        MAX_CLASSES, MAX_WORK // len(terms_of(value))
    ):
        left = list(_not_zero(value, names, found, {}))
        if not left:
            return Verdict(zero=True)
        least = [_least_point(rest, names, chosen) for chosen, rest in left]
        if verdict := _least_of_all(value, least, domain, replaced):
            return verdict
        points = chain((p for chosen, _ in left for p in _points_of(names, chosen)), points)
    return _by_trying(value, points, domain, replaced)


def _least_of_all(
    value: Value, points: Sequence[Point | None], domain: Domain, replaced: Mapping[str, Value]
) -> Verdict | None:
    """Return the verdict by the least point of each class where a value is not 0; None if none is known."""
    inside = [None if p is None else _in_domain(p, domain, replaced) for p in points]
    kept = [near for near in inside if near is not None and _is_zero(value, near) is False]
    if not kept:
        return None
    same = [
        p is not None and near is not None and p.items() <= near.items()
        for p, near in zip(points, inside, strict=True)
    ]
    rational = any(map(is_rational, symbols_of(value)))
    point = min(kept, key=lambda p: [p[n] for n in sorted(p)])
    return Verdict(zero=False, point=point, least=all(same) and not rational and not replaced)


def _by_trying(
    value: Value, points: Iterator[Point], domain: Domain, replaced: Mapping[str, Value]
) -> Verdict:
    """Return what some points show: that a value is not 0, or nothing."""
    equal_at: list[Point] = []
    for point in islice(points, max(8, min(TRIED, TRIED * 40 // len(terms_of(value))))):
        near = _in_domain(point, domain, replaced)
        zero = None if near is None else _is_zero(value, near)
        if zero is False:
            return Verdict(zero=False, point=near)
        equal_at += [near] if zero and near is not None and near not in equal_at else []
    return Verdict(zero=None, tried=tuple(equal_at))


def _with_equations(value: Value, domain: Domain) -> tuple[Value, dict[str, Value]]:
    """Put in what the domain says that a symbol is equal to, as in k = n."""
    replaced: dict[str, Value] = {}
    for condition in domain.general:
        if not isinstance(condition, Comparison) or condition.relation != "=":
            continue
        sides = [substitute(side, replaced) for side in (condition.left, condition.right)]
        for left, right in (sides, sides[::-1]):
            atom = as_atom(left)
            if isinstance(atom, Symbol) and atom.name not in symbols_of(right):
                put = {atom.name: right}
                replaced = {n: substitute(v, put) for n, v in replaced.items()} | put
                break
    return substitute(value, replaced), replaced


def _not_zero(
    value: Value, names: Sequence[str], found: Mapping[str, Sequence[Class]], chosen: Mapping[str, Class]
) -> Iterator[tuple[Mapping[str, Class], Value]]:
    """Yield the classes in which a value is not 0 as a form, with what it is there."""
    value = settled(value)
    if value == 0:
        return
    if not names:
        yield chosen, value
        return
    name, *others = names
    if name not in found:
        yield from _not_zero(value, others, found, chosen)
        return
    for one in found[name]:
        put = substitute(value, {name: one.value(name)})
        yield from _not_zero(put, others, found, {**chosen, name: one})


def _least_point(value: Value, names: Sequence[str], chosen: Mapping[str, Class]) -> Point | None:
    """Return the least point of a class where a polynomial is not 0; None for other forms.

    One that is not 0 has as many roots in one variable as its degree at the
    most, so that each symbol is soon found.
    """
    if isinstance(value, Poly) and not all(
        isinstance(a, Symbol) and e > 0 for monomial in value.terms for a, e in monomial
    ):
        return None
    point: Point = {}
    for name in names:
        one = chosen.get(name)
        variable, number = (counter(name), 0) if one else (name, 1)
        while (put := substitute(value, {variable: number})) == 0:
            number += 1
        value = put
        point[name] = one.first + one.step * number if one else number
    return point


def _points_of(names: Sequence[str], chosen: Mapping[str, Class]) -> Iterator[Point]:
    """Yield some points of a class."""
    values = [
        [chosen[n].first + chosen[n].step * t for t in range(4 if chosen[n].step else 1)]
        if n in chosen
        else RATIONALS
        for n in names
    ]
    yield from (dict(zip(names, numbers, strict=True)) for numbers in islice(pairs(*values), TRIED))


def _some_points(value: Value, domain: Domain, names: Sequence[str]) -> Iterator[Point]:
    """Yield points near the least one, and where floors, minima and maxima change.

    First a small box, then points with all symbols at their edges, then some with all symbols alike.
    """
    starts: Point = {n: 1 if is_rational(n) else domain.ranges.get(n, Range()).least for n in names}
    side = max(2, int((TRIED // 4) ** (1 / len(names))))
    for steps in pairs(range(side), repeat=len(names)):
        yield {n: start + t for (n, start), t in zip(starts.items(), steps, strict=True)}
    edges = {n: [start, *_edges(value, n)] for n, start in starts.items()}
    yield from (
        dict(zip(names, chosen, strict=True)) for chosen in islice(pairs(*edges.values()), TRIED // 4)
    )
    yield from ({n: start + t for n, start in starts.items()} for t in range(TRIED // 2))


def _edges(value: Value, name: str) -> list[Number]:
    """Return values of a symbol at which floors, minima or maxima change, and their neighbors."""
    if is_rational(name):
        return []
    places = {periods(value)[name], *(ceil(root) for turning, root in turns(value) if turning == name)}
    return sorted({near for place in places for near in (place - 1, place, place + 1) if near > 0})


def _in_domain(point: Point, domain: Domain, replaced: Mapping[str, Value]) -> Point | None:
    """Return the point with all symbols of the domain, or one near it that lies in the domain."""
    others = {n: domain.ranges.get(n, Range()).least for n in domain.symbols - point.keys() - replaced.keys()}
    full: Point = {**others, **point}
    try:
        full |= {n: number_at(v, full) for n, v in replaced.items()}
        near = full if full in domain else domain.nearest(full)
    except SymcnnError:
        return None
    return None if near is None else dict(sorted(near.items()))


def _is_zero(value: Value, point: Point) -> bool | None:
    """Tell whether a value is 0 at a point; None where it has none."""
    try:
        return number_at(value, point) == 0
    except SymcnnError:
        return None
