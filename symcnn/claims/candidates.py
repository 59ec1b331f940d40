"""The search for what gives a number that is claimed, the simplest first.

Each candidate changes one thing, or two: the quantity, the convention, the
part of the network, the input, the type of an element; or makes a known slip.
That it gives the number is a fact; that it is what somebody meant, nobody says.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import islice
from typing import Final

from symcnn.algebra.conditions import number_at
from symcnn.algebra.polynomials import Number, Value, tidy
from symcnn.claims.amounts import Amount, Measured, commas
from symcnn.claims.parts import Layers, Part, classes_of, items_of
from symcnn.claims.slips import SLIPS
from symcnn.claims.steps import calculation, contrast, sum_shown
from symcnn.claims.verdict import Explanation
from symcnn.claims.ways import CONVENTIONS, QUANTITIES, Books, Counted, Kind, Way
from symcnn.report import DTYPES

SIZES: Final = (
    28,
    32,
    56,
    64,
    96,
    112,
    128,
    160,
    192,
    224,
    227,
    231,
    240,
    256,
    288,
    299,
    300,
    320,
    384,
    448,
    512,
)
"""Sides of square inputs that are in use."""

CHANNELS: Final = (1, 3)
"""Channels of images."""

MAX_EXPLANATIONS: Final = 50
"""Explanations that are kept."""

MAX_LAYERS: Final = 2_000
"""Layers up to which single layers are tried for every way to count, and not for that of the claim alone."""

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
        match: how that gives the number.
        cost: how far-fetched it is.
        together: whether it is equal layers added up.
    """

    way: Way
    part: Part
    condition: str
    kinds: tuple[Kind, ...]
    value: Number
    match: str
    cost: int
    together: bool = False

    @property
    def rank(self) -> tuple[int, int]:
        """The place in the order of explanations: the simplest and nearest first."""
        more = TOGETHER if len(self.kinds) > 1 else 0
        return self.cost + more, MATCHES.index(self.match)


class Search:
    """Finds what gives a number.

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

    def found(self) -> tuple[Explanation, ...]:
        """Return what gives the number, the simplest first; what counts the same is one of them."""
        hits = sorted((*self._by_way(), *self._by_input()), key=lambda hit: hit.rank)
        alike: dict[tuple[object, ...], list[Hit]] = {}
        for hit in hits:
            alike.setdefault(self._meaning(hit), []).append(hit)
        return tuple(self._explained(same) for same in islice(alike.values(), MAX_EXPLANATIONS))

    def _meaning(self, hit: Hit) -> tuple[object, ...]:
        """Return what two candidates share that count the same: the layers, and what they come to."""
        return self._counting(hit), hit.condition, hit.value, hit.together

    def _counting(self, hit: Hit) -> tuple[int, ...]:
        """Return the layers of a candidate that are not counted as nothing."""
        counted = self.books.counted(hit.way)
        return tuple(i for i in hit.part.nodes if counted and counted.per_node[i] != 0)

    @cached_property
    def readings(self) -> tuple[Reading, ...]:
        """What the digits may stand for."""
        size = self.books.element_size
        out = [Reading(self.number.amount, size)]
        if self.number.binary:
            out.append(Reading(self.number.binary, size, "counting 1024 for 1000", Kind.READING, 1))
        sizes = {size: name for name, size in reversed([*DTYPES.items()])}
        out += [
            Reading(self.number.amount, other, f"in {name}", Kind.DTYPE, 3)
            for other, name in sizes.items()
            if other != size
        ]
        return tuple(out)

    def _ways(self) -> Iterator[tuple[Way, int]]:
        """Yield the ways to count with what each costs."""
        for way in (*QUANTITIES, *CONVENTIONS, *SLIPS):
            if way == self.asked:
                yield way, 0
            elif way.of == self.asked.of:
                yield way, 3 if way.kind is Kind.SLIP else 2
            elif way.kind is not Kind.SLIP and way.adds_up and way.in_bytes == self.asked.in_bytes:
                yield way, 4

    def _by_way(self) -> Iterator[Hit]:
        """Yield what gives the number at the point."""
        parts = (*classes_of(self.graph), *items_of(self.graph))
        for way, cost in self._ways():
            counted = self.possible(way)
            if counted is None:
                continue
            for reading in self.readings if way.in_bytes else self.readings[:1]:
                whole = Candidate(self, way, reading, counted, cost + reading.cost)
                yield from whole.whole()
                if way.adds_up and len(whole.kinds) < 2:
                    yield from whole.parts(parts)
                    if cost == 0 or len(self.layers.nodes) <= MAX_LAYERS:
                        yield from whole.layers()

    def _by_input(self) -> Iterator[Hit]:
        """Yield other inputs at which the claim's own quantity, or a convention of it, gives the number."""
        parts = (self.everything, *classes_of(self.graph))
        ways = [(way, cost) for way, cost in self._ways() if way.kind is not Kind.SLIP and cost < 4]
        for words, point in self._inputs():
            for way, cost in ways:
                counted = self.books.counted(way)
                if counted is None:
                    continue
                candidate = Candidate(self, way, self.readings[0], counted, cost + 4)
                for part in parts if way == self.asked and way.adds_up else parts[:1]:
                    yield from candidate.elsewhere(part, words, point)

    def _inputs(self) -> Iterator[tuple[str, Mapping[str, Number]]]:
        """Yield inputs that the network can take, with the words for them."""
        if {"H", "W"} <= self.point.keys():
            for side in SIZES:
                yield from self._input(f"at {side}×{side}", {"H": side, "W": side})
        if "C" in self.point:
            for channels in CHANNELS:
                noun = "channel" if channels == 1 else "channels"
                yield from self._input(f"for an input of {channels} {noun}", {"C": channels})

    def _input(self, words: str, values: Mapping[str, Number]) -> Iterator[tuple[str, Mapping[str, Number]]]:
        point = {**self.point, **values}
        if point != self.point and point in self.graph.domain:
            yield words, point

    def _explained(self, same: Sequence[Hit]) -> Explanation:
        """Return the explanation of candidates that count the same, of which the first is the simplest."""
        hit = same[0]
        words = hit.way.words
        if hit.part.words:
            slip = hit.way.kind is Kind.SLIP
            words = f"{hit.part.words}: {words}" if slip else f"{words} of {hit.part.words}"
        steps, others = self._steps(hit)
        also = [h.way.words for h in same[1:] if h.way != hit.way and h.part.words == hit.part.words]
        return Explanation(
            name=hit.way.name,
            kinds=tuple(kind.value for kind in hit.kinds),
            words=f"{words}, {hit.condition}" if hit.condition else words,
            value=hit.value,
            match=hit.match,
            cost=hit.rank[0],
            calculation=steps,
            contrast=others,
            places=hit.part.places,
            also=tuple(dict.fromkeys(also)),
            names=tuple(dict.fromkeys(other.way.name for other in same)),
            layers=self._counting(hit),
        )

    def _steps(self, hit: Hit) -> tuple[str, str]:
        """Return how the value of some layers comes about, and what sets them apart; in elements only."""
        counted = self.books.counted(hit.way)
        if counted is None or hit.condition or hit.way.in_bytes or not hit.part.words:
            return "", ""
        nodes = hit.part.nodes
        values = [self.at_point(counted.per_node[i] or 0) for i in nodes]
        if hit.together:
            return f"{len(nodes)}·{commas(values[0])}", ""
        if not hit.part.alike:
            return sum_shown(values), ""
        steps = calculation(self.graph, hit.way, nodes[0], self.point)
        return steps, contrast(self.layers, nodes, counted, self.at_point)


@dataclass(frozen=True)
class Candidate:
    """A way to count with a reading of the digits, tried on the network and its parts."""

    search: Search
    way: Way
    reading: Reading
    counted: Counted
    cost: int

    @property
    def kinds(self) -> tuple[Kind, ...]:
        """What is changed so far."""
        kinds = (self.way.kind if self.way != self.search.asked else None, self.reading.kind)
        return tuple(kind for kind in kinds if kind is not None)

    def whole(self) -> Iterator[Hit]:
        """Try the whole network."""
        if self.kinds:
            yield from self._tried(self.search.everything, self.search.at_point(self.counted.total), 0)

    def parts(self, parts: Iterable[Part]) -> Iterator[Hit]:
        """Try classes of layers and items."""
        for part in parts:
            if not self._changes_nothing(part.nodes):
                yield from self._tried(part, sum(self._values(part.nodes)), part.cost)

    def layers(self) -> Iterator[Hit]:
        """Try single layers, equal ones of an item at once, and what they add up to."""
        layers, groups = self.search.layers, dict[tuple[int, str, Number], list[int]]()
        for index in layers.nodes:
            (value,) = self._values([index])
            if value and not self._changes_nothing([index]):
                node = self.search.graph.nodes[index]
                groups.setdefault((node.row, layers.labels[index], value), []).append(index)
        for (_, _, value), nodes in groups.items():
            words = layers.words(nodes)
            places = (layers.place(nodes[0]),)
            each = f"{words}, each" if len(nodes) > 1 else words
            yield from self._tried(Part(each, tuple(nodes), places, alike=True), value, 2)
            if len(nodes) > 1:
                part = Part(f"{words} together", tuple(nodes), places)
                yield from self._tried(part, value * len(nodes), 3, together=True)

    def elsewhere(self, part: Part, words: str, point: Mapping[str, Number]) -> Iterator[Hit]:
        """Try a part at another input, unless that changes nothing."""
        values = (
            [self.counted.total] if not part.words else [self.counted.per_node[i] or 0 for i in part.nodes]
        )
        there = sum(times * number_at(value, point) for value, times in Counter(values).items())
        if there != sum(map(self.search.at_point, values)):
            yield from self._tried(part, tidy(there), part.cost, words)

    def _values(self, nodes: Iterable[int]) -> list[Number]:
        return [self.search.at_point(self.counted.per_node[i] or 0) for i in nodes]

    def _changes_nothing(self, nodes: Sequence[int]) -> bool:
        """Tell whether some layers have the same by a plainer way to count, which is tried as well."""
        at_point, books = self.search.at_point, self.search.books
        own = [at_point(self.counted.per_node[i] or 0) for i in nodes]
        for plainer in (self.search.asked, *(way for way in QUANTITIES if way.name == self.way.of)):
            counted = books.counted(plainer)
            if counted is None or plainer == self.way or plainer.in_bytes != self.way.in_bytes:
                continue
            if own == [at_point(counted.per_node[i] or 0) for i in nodes]:
                return True
        return False

    def _tried(
        self, part: Part, elements: Number, cost: int, where: str = "", *, together: bool = False
    ) -> Iterator[Hit]:
        self.search.tried += 1
        value = elements * self.reading.size if self.way.in_bytes else elements
        if match := self.reading.amount.match(value):
            kinds = (*self.kinds, *([Kind.PART] if part.words else []), *([Kind.INPUT] if where else []))
            condition = where or self.reading.words
            yield Hit(self.way, part, condition, kinds, value, match, self.cost + cost, together)
