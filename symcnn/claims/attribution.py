"""To which layers a difference of formulas belongs, and what else has the formula that is claimed."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cached_property
from typing import Final

from symcnn.algebra.atoms import symbols_of
from symcnn.algebra.difference import Difference
from symcnn.algebra.evaluation import substitute
from symcnn.algebra.polynomials import Monomial, Number, Poly, Value, terms_of, total
from symcnn.algebra.printing import in_order, text
from symcnn.claims.parts import CHANNELS, Layers, Part, classes_of, items_of
from symcnn.claims.registry import WAYS
from symcnn.claims.verdict import Explanation
from symcnn.claims.ways import Books, Kind, Way
from symcnn.derivation import DERIVABLE, products_of

WRITTEN: Final[Mapping[str, str]] = {
    "C_in": "cin",
    "C_out": "cout",
    "C_in/g": "cin/g",
    "C_out/g": "cout/g",
    "k_h": "kh",
    "k_w": "kw",
    "H_in": "hin",
    "W_in": "win",
    "H_out": "hout",
    "W_out": "wout",
}
"""What a claim calls the factors of a rule."""

MAX_BELONGING: Final = 8
"""Layers that are named, and terms."""


class Attribution:
    """Finds what a claimed formula is the formula of, and to which layers the difference belongs."""

    def __init__(self, books: Books, way: Way, difference: Difference) -> None:
        self.books = books
        self.graph = books.graph
        self.way = way
        self.scale = books.element_size if way.in_bytes else 1
        self.claimed = difference.two.value
        self.difference = difference.formula.value
        self.layers = Layers(books.graph)

    def _ways(self) -> Iterator[Way]:
        for way in WAYS:
            if way.of == self.way.of and way.in_bytes == self.way.in_bytes:
                yield way

    def _parts(self) -> Iterator[Part]:
        yield Part("", tuple(self.layers.nodes))
        yield from classes_of(self.graph)
        yield from items_of(self.graph)
        for index in self.layers.nodes:
            yield Part(self.layers.words([index]), (index,), (self.layers.place(index),), cost=2)

    @cached_property
    def values(self) -> list[tuple[Way, Part, Value]]:
        """What each way counts of each part, unless that is what the claim's own way counts of it."""
        own: dict[Part, Value] = {}
        out: list[tuple[Way, Part, Value]] = []
        for way, part, value in self._values():
            if way == self.way:
                own[part] = value
            elif own.get(part) == value:
                continue
            out.append((way, part, value))
        return out

    def _values(self) -> Iterator[tuple[Way, Part, Value]]:
        """Yield what each way counts of each part."""
        parts = tuple(self._parts())
        for way in (self.way, *(way for way in self._ways() if way != self.way)):
            counted = self.books.counted(way)
            if counted is None or counted.same:
                continue
            yield way, parts[0], counted.total * self.scale
            for part in parts[1:] if way.adds_up else ():
                yield way, part, total(counted.per_node[i] or 0 for i in part.nodes) * self.scale

    def explanations(self) -> tuple[Explanation, ...]:
        """Return what has the formula that is claimed, the simplest first; of equal layers once."""
        found: dict[tuple[int, ...], list[Explanation]] = {}
        for way, part, value in self.values:
            if value != self.claimed or (way == self.way and not part.words):
                continue
            counted = self.books.counted(way)
            nodes = tuple(i for i in part.nodes if counted and counted.per_node[i] != 0)
            found.setdefault(nodes, []).append(self._explanation(way, part, value))
        merged: list[Explanation] = []
        for nodes, same in found.items():
            first, *others = sorted(same, key=lambda e: e.cost)
            also = dict.fromkeys(e.words for e in others if not e.places)
            names = dict.fromkeys((first.name, *(e.name for e in others)))
            merged.append(replace(first, also=tuple(also), names=tuple(names), layers=nodes))
        return tuple(sorted(merged, key=lambda e: e.cost))

    def _explanation(self, way: Way, part: Part, value: Value) -> Explanation:
        kinds = [way.kind.value] * (way != self.way) + [Kind.PART.value] * bool(part.words)
        change = 0 if way == self.way else 3 if way.kind is Kind.SLIP else 2
        cost = change + part.cost + 3 * (len(kinds) > 1)
        plain = way.kind is Kind.QUANTITY
        words = f"{way.words} of {part.words}" if plain else f"{part.words}: {way.words}"
        words = words if part.words else way.words
        return Explanation(way.name, tuple(kinds), words, text(value), "exactly", cost, places=part.places)

    def belongs(self) -> tuple[str, ...]:
        """Tell to which layers the difference belongs."""
        for way, part, value in sorted(
            self._values(), key=lambda v: (v[0].kind is not Kind.QUANTITY, v[1].cost)
        ):
            if value != 0 and value in (self.difference, -1 * self.difference) and way.kind is not Kind.SLIP:
                left_out = value == self.difference
                said = "are left out" if left_out else "are counted once too often"
                return tuple(self._said(way, part, said))
        terms = in_order(self.difference)
        for channels in CHANNELS:
            if substitute(self.difference, {"C": channels}) == 0:
                of = f"{channels} channel{'s' * (channels > 1)}"
                said = f"there is none for C = {channels}: the claim is of an input of {of}"
                return (said, *self._by_terms([t for t in terms if "C" in symbols_of(Poly({t[0]: 1}))]))
        return tuple(self._by_terms(terms))

    def _said(self, way: Way, part: Part, said: str) -> Iterator[str]:
        """Yield what a difference is, with the rule of each layer that adds to it."""
        counted = self.books.counted(way)
        assert counted is not None
        nodes = [i for i in part.nodes if (counted.per_node[i] or 0) != 0]
        rules = [self._rule(way, i) for i in nodes]
        if len(nodes) == 1 and rules[0]:
            name = way.words.removesuffix("es") if way.name == "biases" else way.words
            said = said.replace("are", "is") if way.name == "biases" else said
            yield f"{name}: {rules[0]} of {self.layers.words(nodes)} {said}"
            return
        yield f"{way.words}{f' of {part.words}' if part.words else ''} {said}"
        for index, rule in list(zip(nodes, rules, strict=True))[:MAX_BELONGING]:
            shown = text((counted.per_node[index] or 0) * self.scale)
            yield f"{self.layers.words([index])}: {f'{rule} = ' if rule and rule != shown else ''}{shown}"
        if len(nodes) > MAX_BELONGING:
            yield f"and {len(nodes) - MAX_BELONGING} more layers"

    def _rule(self, way: Way, index: int) -> str:
        """Return what a layer adds in the words of a claim: `cout`; empty where there is no rule."""
        node = self.graph.nodes[index]
        if way.name not in DERIVABLE or node.passes or node.when != 1:
            return ""
        products = products_of(node, way.name, self.books.table.convention)
        return " + ".join("*".join(WRITTEN.get(f.name, f.name) for f in factors) for factors in products)

    def _by_terms(self, terms: Sequence[tuple[Monomial, Number]]) -> Iterator[str]:
        """Yield the layers that have terms in which the formulas differ."""
        counted = self.books.counted(self.way)
        assert counted is not None
        places = [("the input", counted.entering)]
        places += [(self.layers.words([i]), counted.per_node[i] or 0) for i in self.layers.nodes]
        for term, coefficient in terms[:MAX_BELONGING]:
            shown = text(Poly({term: coefficient})) if term else text(coefficient)
            own = terms_of(counted.total * self.scale).get(term, 0)
            of = [
                f"{words} ({text(value * self.scale)})" for words, value in places if term in terms_of(value)
            ]
            yield f"{shown}: {_from(of, whole=own == coefficient)}"
        if len(terms) > MAX_BELONGING:
            yield f"and {len(terms) - MAX_BELONGING} more terms"


def _from(layers: list[str], *, whole: bool) -> str:
    """Return where a term comes from, if all of it is left out, or not."""
    if not layers:
        return "no layer has this term"
    more = f" and {len(layers) - MAX_BELONGING} more" if len(layers) > MAX_BELONGING else ""
    names = ", ".join(layers[:MAX_BELONGING]) + more
    return f"this term comes from {names}" if whole else f"this term has another factor in {names}"
