"""Strategies for points: values of the symbols for which a network can be built."""

from collections.abc import Iterator, Mapping
from fractions import Fraction
from itertools import islice

from hypothesis import assume
from hypothesis import strategies as st

from symcnn.algebra.domain import Domain
from symcnn.algebra.formula import exact_point
from symcnn.algebra.polynomials import Number
from symcnn.algebra.ranges import Range
from symcnn.algebra.residues import periods
from symcnn.algebra.symbols import INPUT, is_rational
from symcnn.errors import ArgumentError
from symcnn.pipeline import Source, derive
from symcnn.report import Report

Point = dict[str, Number]
"""Numbers by symbol."""

RATIONALS: tuple[Number, ...] = (1, Fraction(1, 2), Fraction(1, 4), Fraction(3, 4), 2, Fraction(5, 4))
"""Values of Greek symbols, the multipliers that papers use first."""

FIRST = 8
"""The least values of a symbol, which are drawn as often as all others."""

FURTHER = 40
"""How far above the least value of a symbol others lie, besides those at the edges of residues."""

MOST_EDGES = 48
"""Values at the edges of residues."""


def points(source: Source | Report) -> st.SearchStrategy[Point]:
    """Return values of all symbols of a network, with which it can be built.

    Half of the values are the smallest possible, others stand at the edges of
    residues (just below, at and above multiples of a stride, where floors
    change), and the rest lies in between.

    Args:
        source: a network, as `derive` takes it, or its report.

    >>> from hypothesis import find
    >>> find(points("conv3-{8*k},pool,pool,fc10"), lambda point: True)
    {'C': 1, 'H': 4, 'W': 4, 'k': 1}
    """
    report = _report(source)
    return _drawn(report, report.symbols, report.domain)


def inputs(source: Source | Report, **symbols: object) -> st.SearchStrategy[Point]:
    """Return inputs that a network can take: C, H and W as far as the text leaves them open.

    Args:
        source: a network, as `derive` takes it, or its report.
        **symbols: exact values of its other symbols, if it has any.

    Raises:
        ArgumentError: if a symbol has no value, or one that is not exact.
        DomainError: if the network cannot be built with these values.

    >>> from hypothesis import find
    >>> find(inputs("conv3-64,pool"), lambda size: size["H"] % 2 == 1)
    {'C': 1, 'H': 3, 'W': 2}
    >>> find(inputs("(conv3-8,pool)xn", n=3), lambda size: True)
    {'C': 1, 'H': 8, 'W': 8}
    """
    report = _report(source)
    values = exact_point(symbols, report.graph.symbols)
    open_ = [name for name in report.symbols if name not in values]
    if missing := [name for name in open_ if name not in INPUT]:
        raise ArgumentError(
            f"no value is given for {', '.join(missing)}", hint="points(…) draws values of all symbols"
        )
    return _drawn(report, tuple(open_), report.domain.at(values))


def symbol_values(source: Source | Report) -> st.SearchStrategy[Point]:
    """Return values of the symbols besides C, H and W, for which there is an input.

    Args:
        source: a network, as `derive` takes it, or its report.

    >>> from hypothesis import find
    >>> find(symbol_values("conv3-{8*k},(conv3-8)xn"), lambda values: values["n"] > 2)
    {'k': 1, 'n': 3}
    """
    report = _report(source)
    names = [name for name in report.symbols if name not in INPUT]
    return points(report).map(lambda point: {name: point[name] for name in names})


def _report(source: Source | Report) -> Report:
    return source if isinstance(source, Report) else derive(source)


@st.composite
def _drawn(draw: st.DrawFn, report: Report, names: tuple[str, ...], domain: Domain) -> Point:
    """Return points of a domain; what conditions on several symbols exclude is moved to its nearest point."""
    lengths = _lengths(report)
    point = {name: draw(_values(name, domain, lengths.get(name, ()))) for name in names}
    near = _moved(point, domain)
    assume(near is not None)
    return near or {}


def _moved(point: Point, domain: Domain) -> Point | None:
    """Return the point, or one near it in the domain if there is any."""
    return point if point in domain else domain.nearest(point)


def _lengths(report: Report) -> Mapping[str, tuple[int, ...]]:
    """Return for each symbol the periods of the extents: the strides, down to each layer."""
    found: dict[str, set[int]] = {}
    for extent in {size for node in report.graph.nodes for size in node.output.sizes[1:]}:
        for name, length in periods(extent).items():
            found.setdefault(name, set()).add(length)
    return {name: tuple(sorted(lengths)) for name, lengths in found.items()}


def _values(name: str, domain: Domain, lengths: tuple[int, ...]) -> st.SearchStrategy[Number]:
    if is_rational(name):
        return st.sampled_from(RATIONALS)
    allowed = domain.ranges.get(name, Range())
    first = list(islice(_members(allowed), FIRST))
    edges = list(islice(_edges(allowed, lengths), MOST_EDGES))
    between = st.integers(first[0], first[0] + FURTHER).map(lambda n: _member(allowed, n) or first[-1])
    return st.one_of(st.sampled_from(first), st.sampled_from(edges or first), between)


def _member(allowed: Range, value: int) -> int | None:
    """Return the least member from a value on."""
    return next((n for n in allowed.around(value) if n >= value), None)


def _members(allowed: Range) -> Iterator[int]:
    """Yield the members in ascending order."""
    value = _member(allowed, allowed.least)
    while value is not None:
        yield value
        value = _member(allowed, value + 1)


def _edges(allowed: Range, lengths: tuple[int, ...]) -> Iterator[int]:
    """Yield members at multiples of periods and beside them."""
    for length in (*lengths, allowed.modulus):
        start = -(-allowed.least // length) * length
        for multiple in (start, start + length, start + 2 * length):
            yield from (n for n in (multiple - 1, multiple, multiple + 1) if n in allowed)
