"""The search for what gives a number that is claimed, the simplest first.

Each candidate changes one thing, or two: the quantity, the convention, the
part of the network, the input, the type of an element; or makes a known slip.
That it gives the number is a fact; that it is what somebody meant, nobody says.
"""

from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from itertools import islice
from typing import Final

from symcnn.algebra.polynomials import Number
from symcnn.claims.amounts import commas
from symcnn.claims.candidates import Bench, Candidate, Hit, Reading
from symcnn.claims.chance import Chance, asides
from symcnn.claims.parts import CHANNELS, classes_of, items_of
from symcnn.claims.registry import WAYS
from symcnn.claims.steps import calculation, contrast, sum_shown
from symcnn.claims.verdict import MAX_EXPLANATIONS, Explanation
from symcnn.claims.ways import Kind, Way
from symcnn.table import DTYPES

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

MAX_LAYERS: Final = 2_000
"""Layers up to which single layers are tried for every way to count, and not for that of the claim alone."""


class Search(Bench):
    """Finds what gives a number."""

    def found(self) -> tuple[Explanation, ...]:
        """Return what gives the number, the simplest first; what counts the same is one of them."""
        hits = sorted((*self._by_way(), *self._by_input()), key=lambda hit: hit.rank)
        alike: dict[tuple[object, ...], list[Hit]] = {}
        for hit in hits:
            alike.setdefault(self._meaning(hit), []).append(hit)
        kept = [*islice(alike.values(), MAX_EXPLANATIONS)]
        why = asides((same[0] for same in kept), Chance(self.values))
        return tuple(self._explained(same, aside) for same, aside in zip(kept, why, strict=True))

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
        for way in WAYS:
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

    def _explained(self, same: Sequence[Hit], aside: str) -> Explanation:
        """Return the explanation of candidates that count the same, of which the first is the simplest."""
        hit = same[0]
        words = hit.way.words
        if hit.part.words:
            plain = hit.way.kind is Kind.QUANTITY
            words = f"{words} of {hit.part.words}" if plain else f"{hit.part.words}: {words}"
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
            aside=aside,
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
        steps = calculation(self.books, hit.way, nodes[0], self.point)
        return steps, contrast(self.layers, nodes, counted, self.at_point)
