"""Rational unknowns: the integers that stand for all their values.

Where something is an integer only for α = j/32, those α are the integers j.
Where α stands in roundings alone, everything is constant between the places
where one of them jumps. These are fractions over one number N, so that all α
are the integers i: an even one is the point i/2N, an odd one the open interval
around it.
"""

from collections.abc import Iterable, Iterator
from fractions import Fraction
from math import gcd, lcm
from typing import Final, NamedTuple

from symcnn.algebra.atoms import (
    Atom,
    Ceil,
    Differs,
    Floor,
    Greatest,
    Least,
    Reaches,
    RoundTo,
    Symbol,
    atom_value,
    symbol,
)
from symcnn.algebra.claims import Claim, OneOf, Periodic, Sign, Unless
from symcnn.algebra.intervals import Interval
from symcnn.algebra.inverse import MAX_SCANNED, solved
from symcnn.algebra.polynomials import Number, Poly, Value, constant_of, denominator, terms_of, tidy
from symcnn.algebra.printing import text
from symcnn.algebra.symbols import INDEX
from symcnn.errors import LimitError, UnsupportedError

PLACE: Final = f"{INDEX}1000"
"""The name of the integer that stands for a value or a cell: no loop is that deep."""


class Line(NamedTuple):
    """slope·α + shift."""

    slope: Number
    shift: Number


def solved_rational(claims: Iterable[Claim], name: str, upto: Number | None) -> tuple[Interval, ...]:
    """Return the positive rationals, up to a number if one is given, for which all claims hold.

    Raises:
        UnsupportedError: if the ends of the intervals may be no fractions.
        LimitError: if it cannot be decided within the limits.

    >>> from symcnn.algebra.arithmetic import round_to
    >>> rounded = round_to(32 * symbol("α"), 8)
    >>> [found.ends("α", 0) for found in solved_rational([Sign(16 - rounded, "≥")], "α", None)]
    ['α ≤ 5/9']
    """
    asked = list(claims)
    lattice = gcd(*(_lattice(claim, name) for claim in asked))
    if lattice:
        found = _solved_over(asked, name, lattice, upto)
        return tuple(_scaled(interval, lattice) for interval in found)
    cells = 2 * lcm(upto.denominator if upto else 1, *(_grid(claim, name) for claim in asked))
    return tuple(_cells(_solved_over(asked, name, cells, upto), cells))


def _solved_over(
    claims: Iterable[Claim], name: str, places: int, upto: Number | None
) -> tuple[Interval, ...]:
    here = symbol(PLACE) * Fraction(1, places)
    last = None if upto is None else int(upto * places)
    return (
        solved([claim.put({name: here}) for claim in claims], PLACE, Interval(1, last)) if last != 0 else ()
    )


def _scaled(interval: Interval, places: int) -> Interval:
    first, last, step = (
        None if n is None else tidy(Fraction(n) / places)
        for n in (interval.first, interval.last, interval.step)
    )
    assert first is not None
    return Interval(first, last, step)


def _cells(found: Iterable[Interval], places: int) -> Iterator[Interval]:
    """Return runs of points and of open intervals between them as intervals of rationals."""
    for run in found:
        for first, last in _runs(run):
            low, open_low = int(first) - int(first) % 2, bool(first % 2)
            start = tidy(Fraction(low, places))
            if last is None:
                yield Interval(start, None, None, open_low)
            else:
                high = tidy(Fraction(last + last % 2) / places)
                yield Interval(start, high, None, open_low, bool(last % 2))


def _runs(run: Interval) -> Iterator[tuple[Number, Number | None]]:
    if run.step == 1:
        yield run.first, run.last
    elif run.last is None or run.last - run.first > MAX_SCANNED:
        raise LimitError(f"the solutions are more than {MAX_SCANNED:,} intervals", hint="give upto=4")
    else:
        yield from ((n, n) for n in run.members())


def _lattice(claim: Claim, name: str) -> int:
    """Return N where a claim holds for some j/N only; 0 where its form shows no such number."""
    value = claim.value if isinstance(claim, Periodic) else 0
    powers: dict[int, Number] = {}
    for monomial, c in terms_of(value).items():
        if any(not isinstance(atom, Symbol) or exponent < 0 for atom, exponent in monomial):
            return 0
        powers[sum(exponent for _, exponent in monomial)] = c
    degree = max(powers, default=0)
    if degree == 0:
        return 0
    # Where a_n·α^n + … + a_0 = 0 for integers a_i, the denominator of α divides a_n.
    return abs(int(powers[degree] * denominator(value)))


def _grid(claim: Claim, name: str) -> int:
    """Return N so that whether a claim holds is constant between neighbors among the j/N."""
    match claim:
        case Sign(value=value):
            return _roots(value, name)
        case Periodic(value=value):
            return _steps(value, name)
        case OneOf(value=value, members=members):
            return lcm(*(_roots(value - member, name) for member in members))
        case Unless(exception=exception, claim=inner):
            return lcm(_grid(exception, name), _grid(inner, name))
        case _:
            raise TypeError(type(claim))


def _steps(value: Value, name: str) -> int:
    """Return N so that a value is constant between neighbors among the j/N.

    Raises:
        UnsupportedError: if its form shows no such number.
    """
    atoms = value.atoms() if isinstance(value, Poly) else set[Atom]()
    return lcm(*(_atom_steps(atom, name) for atom in atoms))


def _atom_steps(atom: Atom, name: str) -> int:
    match atom:
        case Floor() | Ceil():
            top, bottom = atom.values()
            if not isinstance(bottom, Poly):
                return _jumps(top, name, bottom)
        case RoundTo():
            inner, step = atom.values()
            if not isinstance(step, Poly):
                # The nearest multiple changes at halves, and is too small below 9/10.
                return _jumps(inner, name, Fraction(step, 2), Fraction(10 * step, 9))
        case Reaches() | Differs():
            return lcm(*(_roots(inner, name) for inner in atom.values()))
        case Least() | Greatest():
            return lcm(*(_steps(inner, name) for inner in atom.values()))
        case _:
            pass
    raise UnsupportedError(
        f"the bounds of {name} may be no fractions, because of {text(atom_value(atom))}",
        hint="a rational symbol is solved for where all it makes is rounded, or is an integer",
    )


def _jumps(value: Value, name: str, *steps: Number) -> int:
    """Return N so that the places where a value is a multiple of a step are among the j/N."""
    places, lines = _lines(value, name)
    found = [tidy(Fraction(x) / line.slope) for line in lines for x in (*steps, line.shift)]
    return lcm(places, *(number.denominator for number in found))


def _roots(value: Value, name: str) -> int:
    """Return N so that the sign of a value is constant between neighbors among the j/N."""
    places, lines = _lines(value, name)
    return lcm(places, *((Fraction(line.shift) / line.slope).denominator for line in lines))


def _lines(value: Value, name: str) -> tuple[int, list[Line]]:
    """Return N, and the lines that a value is on between neighbors among the j/N."""
    terms = {m: c for m, c in terms_of(value).items() if m}
    if len(terms) == 1:
        ((monomial, c),) = terms.items()
        atom, exponent = monomial[0]
        if len(monomial) == exponent == 1 and isinstance(atom, Symbol):
            return 1, [Line(c, constant_of(value))]
        if len(monomial) == exponent == 1 and isinstance(atom, Least | Greatest):
            parts = [_lines(c * inner + constant_of(value), name) for inner in atom.values()]
            return lcm(*(places for places, _ in parts)), [line for _, lines in parts for line in lines]
    return _steps(value, name), []
