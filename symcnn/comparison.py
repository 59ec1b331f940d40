"""Two networks side by side: the difference of each quantity, in closed form and item by item."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import zip_longest
from typing import Final

from symcnn.algebra.atoms import symbols_of
from symcnn.algebra.difference import Difference, Signs
from symcnn.algebra.formula import Formula
from symcnn.algebra.polynomials import Number
from symcnn.algebra.symbols import is_rational
from symcnn.conventions import Convention
from symcnn.errors import LimitError, UnsupportedError
from symcnn.report import Numbers, Report
from symcnn.table import Row

MAX_ALIGNED: Final = 4_000_000
"""Pairs of items up to which items are aligned by their labels; above, by their places."""

SIDE: Final = "n"
"""The side of a square input, unless a network uses that name."""


@dataclass(frozen=True)
class Pair:
    """An item of each network, or of one of them.

    Attributes:
        one: the label of the first network's item; None if it has none here.
        two: that of the second one.
        values: what each has of each quantity, by quantity; 0 where there is
            no item, None where there is no closed form.
    """

    one: str | None
    two: str | None
    values: Mapping[str, tuple[int | None, int | None]]

    @property
    def same(self) -> bool:
        """Whether label and values are the same."""
        return self.one == self.two and all(one == two for one, two in self.values.values())


@dataclass(frozen=True)
class Contrast:
    """What two networks have of one quantity.

    Attributes:
        quantity: what is counted.
        difference: the difference of the closed forms.
        numbers: what each has at the point; None if that leaves symbols open.
        signs: where the sign of the difference changes, by one symbol, the
            others as at the point.
    """

    quantity: str
    difference: Difference
    numbers: tuple[int, int] | None
    signs: tuple[Signs, ...]


@dataclass(frozen=True)
class Comparison:
    """Two networks side by side.

    Attributes:
        sources: the two architectures, in canonical notation or by name.
        point: where numbers are given.
        contrasts: one for each quantity.
        pairs: the items, aligned by their labels; none if the point leaves symbols open.
        convention: what is counted.
    """

    sources: tuple[str, str]
    point: Mapping[str, Number]
    contrasts: tuple[Contrast, ...]
    pairs: tuple[Pair, ...]
    convention: Convention


def compare(
    one: Report,
    two: Report,
    quantities: Sequence[str],
    point: Mapping[str, Number],
    sources: tuple[str, str],
) -> Comparison:
    """Compare two networks.

    Args:
        one: the first.
        two: the second, whose quantities are subtracted.
        quantities: the names of the quantities.
        point: values of all symbols, for numbers; each network takes those of its own.
        sources: what the networks are called.

    Raises:
        ArgumentError: if a quantity is unknown, or a symbol has no value.
        UnsupportedError: if a quantity has no closed form.
        DomainError: if a network cannot take the point, or they have no input in common.

    >>> import symcnn
    >>> reports = [symcnn.derive(text) for text in ("conv3-64x2", "conv3-64,conv3-64")]
    >>> comparison = compare(*reports, ["params"], {"H": 8, "W": 8, "C": 3}, ("one", "two"))
    >>> comparison.contrasts[0].difference.is_zero, [(p.one, p.two) for p in comparison.pairs]
    (True, [('conv3-64x2', 'conv3-64'), (None, 'conv3-64')])
    """
    # That they have no input in common is said before either is asked for numbers.
    differences = [one.total(name).diff_with(two.total(name)) for name in quantities]
    both = _numbers(one, two, point)
    contrasts = tuple(_contrast(difference, both, point) for difference in differences)
    rows = aligned(one.items, two.items) if both else ()
    pairs = tuple(_pair(both, pair, quantities) for pair in rows if both)
    return Comparison(sources, point, contrasts, pairs, one.convention)


def _numbers(one: Report, two: Report, point: Mapping[str, Number]) -> tuple[Numbers, Numbers] | None:
    """Return both networks at a point, None if it leaves symbols open."""
    known = [{n: v for n, v in point.items() if n in report.graph.symbols} for report in (one, two)]
    if not (known[0].keys() >= set(one.symbols) and known[1].keys() >= set(two.symbols)):
        return None
    return one.at(**known[0]), two.at(**known[1])


def _contrast(
    difference: Difference, numbers: tuple[Numbers, Numbers] | None, point: Mapping[str, Number]
) -> Contrast:
    name = difference.formula.quantity
    values = (numbers[0].total(name), numbers[1].total(name)) if numbers else None
    return Contrast(name, difference, values, tuple(_signs(difference, point)))


def _signs(difference: Difference, point: Mapping[str, Number]) -> Iterator[Signs]:
    """Yield where the sign changes, for square inputs and by every other symbol."""
    formula = difference.formula
    names, free = symbols_of(formula.value), {n: v for n, v in point.items() if n in formula.required}
    questions: list[tuple[str, dict[str, object]]] = [
        (n, {}) for n in sorted(names - {"H", "W"}) if not is_rational(n)
    ]
    if sides := sorted({"H", "W"} & free.keys() & names):
        side = SIDE if SIDE not in formula.accepted else "side"
        questions.insert(0, (side, dict.fromkeys(sides, side)))
    for name, shared in questions:
        others = {**{n: v for n, v in free.items() if n != name}, **shared}
        if formula.required <= others.keys() | {name}:
            with suppress(LimitError):
                yield difference.signs(name, **others)


def aligned(
    one: Sequence[Row[Formula]], two: Sequence[Row[Formula]]
) -> Iterator[tuple[Row[Formula] | None, Row[Formula] | None]]:
    """Yield the items of two networks in pairs: equal labels together, in the order of both."""
    labels = [row.label for row in one], [row.label for row in two]
    if len(one) * len(two) > MAX_ALIGNED:
        yield from zip_longest(one, two)
        return
    for _, i, i_end, j, j_end in SequenceMatcher(None, *labels, autojunk=False).get_opcodes():
        yield from zip_longest(one[i:i_end], two[j:j_end])


def _pair(
    numbers: tuple[Numbers, Numbers],
    rows: tuple[Row[Formula] | None, Row[Formula] | None],
    names: Iterable[str],
) -> Pair:
    one, two = rows
    values = {n: (_value(numbers[0], one, n), _value(numbers[1], two, n)) for n in names}
    return Pair(one and one.label, two and two.label, values)


def _value(numbers: Numbers, row: Row[Formula] | None, name: str) -> int | None:
    try:
        return numbers.row_value(name, row.nodes) if row else 0
    except UnsupportedError:
        return None
