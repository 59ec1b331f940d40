"""Candidates for what a number may be: a way to count, on the network or on a part of it."""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from symcnn.algebra.conditions import number_at
from symcnn.algebra.polynomials import Number, Value, tidy
from symcnn.claims.amounts import Amount, Measured
from symcnn.claims.parts import Layers, Part
from symcnn.claims.registry import QUANTITIES
from symcnn.claims.ways import Books, Counted, Kind, Way

MATCHES: Final = ("exactly", "rounded", "truncated")
"""How a number may give another one, the nearest first."""

TOGETHER: Final = 3
"""What it costs that two things are changed at once."""


@dataclass(frozen=True)
class Reading:
    """What the digits of a claim may stand for.

    Attributes:
        amount: the number.
        size: bytes of an element, for what is counted in bytes.
        words: what is read otherwise than stated; empty if nothing is.
        kind: what sort of change that is.
        cost: what it costs.
    """

    amount: Amount
    size: int
    words: str = ""
    kind: Kind | None = None
    cost: int = 0


@dataclass(frozen=True)
class Hit:
    """A candidate that gives the number.

    Attributes:
        way: how it counts.
        part: what it counts, no words for all of it.
        condition: under which input or type of element; empty for that of the claim.
        kinds: what is changed.
        value: what it comes to.
        amount: the number, as it is read.
        match: how the value gives it.
        cost: how far-fetched it is.
        together: whether it is equal layers added up.
    """

    way: Way
    part: Part
    condition: str
    kinds: tuple[Kind, ...]
    value: Number
    amount: Amount
    match: str
    cost: int
    together: bool = False

    @property
    def rank(self) -> tuple[int, int]:
        """The place in the order of explanations: the simplest and nearest first."""
        return self.cost, MATCHES.index(self.match)


class Bench:
    """A network at a point, on which candidates for a number are tried.

    Attributes:
        tried: how many there were.
        values: what they came to, each with the least cost of what came to it.

    Args:
        books: what is counted of the network.
        point: values of all symbols.
        asked: the way to count that the claim is about.
        number: the number claimed.
    """

    def __init__(self, books: Books, point: Mapping[str, Number], asked: Way, number: Measured) -> None:
        self.books = books
        self.graph = books.graph
        self.point = point
        self.asked = asked
        self.number = number
        self.layers = Layers(books.graph)
        self.everything = Part("", tuple(self.layers.nodes))
        self.tried = 0
        self.values: dict[Number, int] = {}
        self._numbers: dict[Value, Number] = {}

    def at_point(self, value: Value) -> Number:
        """Return a value at the point, worked out once."""
        if value not in self._numbers:
            self._numbers[value] = tidy(number_at(value, self.point))
        return self._numbers[value]

    def total(self, way: Way) -> Number | None:
        """Return what the network has by a way to count, in bytes where it is of bytes."""
        counted = self.possible(way)
        if counted is None:
            return None
        return self.at_point(counted.total) * (self.books.element_size if way.in_bytes else 1)

    def possible(self, way: Way) -> Counted | None:
        """Return what a way counts, None where it cannot be counted so at the point."""
        counted = self.books.counted(way)
        if counted is None or any(self.at_point(size) < 1 for size in counted.positive):
            return None
        agree = all(self.at_point(one) == self.at_point(two) for one, two in counted.same)
        return counted if agree else None


@dataclass(frozen=True)
class Candidate:
    """A way to count with a reading of the digits, tried on the network and its parts; 0 gives nothing."""

    bench: Bench
    way: Way
    reading: Reading
    counted: Counted
    cost: int

    @property
    def kinds(self) -> tuple[Kind, ...]:
        """What is changed so far."""
        kinds = (self.way.kind if self.way != self.bench.asked else None, self.reading.kind)
        return tuple(kind for kind in kinds if kind is not None)

    def whole(self) -> Iterator[Hit]:
        """Try the whole network, unless it is a slip that makes no difference there."""
        slip = self.way.kind is Kind.SLIP
        if self.kinds and not (slip and self._changes_nothing(self.bench.layers.nodes)):
            yield from self._tried(self.bench.everything, self.bench.at_point(self.counted.total), 0)

    def parts(self, parts: Iterable[Part]) -> Iterator[Hit]:
        """Try classes of layers and items."""
        for part in parts:
            if not self._changes_nothing(part.nodes):
                yield from self._tried(part, sum(self._values(part.nodes)), part.cost)

    def layers(self) -> Iterator[Hit]:
        """Try single layers, equal ones of a label at once, and what those of an item add up to."""
        groups: dict[tuple[str, Number], dict[int, list[int]]] = {}
        for index in self.bench.layers.nodes:
            (value,) = self._values([index])
            if value and not self._changes_nothing([index]):
                key, row = (self.bench.layers.labels[index], value), self.bench.graph.nodes[index].row
                groups.setdefault(key, {}).setdefault(row, []).append(index)
        for (_, value), items in groups.items():
            yield from self._equal(value, items.values())

    def _equal(self, value: Number, items: Collection[list[int]]) -> Iterator[Hit]:
        """Try equal layers, given by items."""
        layers = self.bench.layers
        nodes = [index for item in items for index in item]
        words = layers.words(nodes)
        each = f"{words}, each" if len(nodes) > 1 else words
        places = tuple(dict.fromkeys(layers.place(item[0]) for item in items))
        yield from self._tried(Part(each, tuple(nodes), places, alike=True), value, 2)
        for item in items:
            if len(item) > 1:
                part = Part(f"{layers.words(item)} together", tuple(item), (layers.place(item[0]),))
                yield from self._tried(part, value * len(item), 3, together=True)

    def elsewhere(self, part: Part, words: str, point: Mapping[str, Number]) -> Iterator[Hit]:
        """Try a part at another input, unless that changes nothing."""
        values = (
            [self.counted.total] if not part.words else [self.counted.per_node[i] or 0 for i in part.nodes]
        )
        there = sum(times * number_at(value, point) for value, times in Counter(values).items())
        if there != sum(map(self.bench.at_point, values)):
            yield from self._tried(part, tidy(there), part.cost, words)

    def _values(self, nodes: Iterable[int]) -> list[Number]:
        return [self.bench.at_point(self.counted.per_node[i] or 0) for i in nodes]

    def _changes_nothing(self, nodes: Sequence[int]) -> bool:
        """Tell whether some layers have the same by a plainer way to count, which is tried as well."""
        at_point, books = self.bench.at_point, self.bench.books
        own = [at_point(self.counted.per_node[i] or 0) for i in nodes]
        for plainer in (self.bench.asked, *(way for way in QUANTITIES if way.name == self.way.of)):
            counted = books.counted(plainer)
            if counted is None or plainer == self.way or plainer.in_bytes != self.way.in_bytes:
                continue
            if own == [at_point(counted.per_node[i] or 0) for i in nodes]:
                return True
        return False

    def _tried(
        self, part: Part, elements: Number, cost: int, where: str = "", *, together: bool = False
    ) -> Iterator[Hit]:
        self.bench.tried += 1
        value = elements * self.reading.size if self.way.in_bytes else elements
        kinds = (*self.kinds, *([Kind.PART] if part.words else []), *([Kind.INPUT] if where else []))
        total = self.cost + cost + (TOGETHER if len(kinds) > 1 else 0)
        self.bench.values[value] = min(total, self.bench.values.get(value, total))
        if value and (match := self.reading.amount.match(value)):
            condition = where or self.reading.words
            yield Hit(self.way, part, condition, kinds, value, self.reading.amount, match, total, together)
