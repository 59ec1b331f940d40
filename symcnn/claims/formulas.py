"""Formulas that are claimed: proved, or refuted with the layers that the difference belongs to."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import cached_property
from typing import Any, Final

from symcnn.algebra.conditions import Origin, number_at
from symcnn.algebra.demand import Demand
from symcnn.algebra.difference import Difference
from symcnn.algebra.formula import Formula
from symcnn.algebra.polynomials import Number, Poly, Value, terms_of, tidy, total
from symcnn.algebra.printing import text
from symcnn.algebra.requirements import Requirements
from symcnn.claims.claim import Claim, without_closed_form
from symcnn.claims.names import DOT, naming
from symcnn.claims.parts import Layers, Part, classes_of, items_of
from symcnn.claims.registry import WAYS
from symcnn.claims.verdict import Explanation, FormulaVerdict
from symcnn.claims.ways import Books, Kind, Way, told
from symcnn.derivation import DERIVABLE, products_of
from symcnn.elaborate.scope import Names, Scope
from symcnn.elaborate.tags import Tags
from symcnn.errors import SymcnnError
from symcnn.graph import Graph
from symcnn.report import Table

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
"""Layers that are named."""


def read_formula(claim: Claim, graph: Graph) -> Formula:
    """Return the formula that is claimed of a network.

    Raises:
        NotationError: if it is no expression, or a name in it means nothing here.
        LimitError: if it is too long, or a number grows over the limit of digits.
    """
    requirements = Requirements()
    names = Names(dict(graph.bound))
    try:
        expression, values = naming(graph).values(claim.formula or "")
        value = names.evaluate(expression, Scope(Tags(), parameters=values), Demand(requirements, Origin()))
        return Formula(value, claim.quantity, requirements.domain(), graph.symbols, graph.bound)
    except SymcnnError as error:
        error.message = error.message.replace(DOT, ".")
        error.hint = error.hint and error.hint.replace(DOT, ".")
        error.source = None
        raise error.within(claim.text) from None


def judge(table: Table[Any], books: Books, way: Way, claim: Claim, claimed: Formula) -> FormulaVerdict:
    """Return the verdict on a formula.

    Raises:
        UnsupportedError: if the quantity has no closed form.
        DomainError: if the formula holds for no input of the network.
    """
    counted = books.counted(way)
    if counted is None:
        raise without_closed_form(claim.quantity)
    size = books.element_size if way.in_bytes else 1
    truth = Formula(
        counted.total * size, claim.quantity, table.domain, table.graph.symbols, table.graph.bound
    )
    difference = truth.diff_with(claimed)
    holds = difference.is_zero
    attribution = _Attribution(books, way, difference) if holds is False else None
    return FormulaVerdict(
        claim=claim,
        holds=holds,
        words=told(table, way),
        source=table.graph.text,
        convention=str(table.convention),
        explanations=attribution.explanations() if attribution else (),
        tried=len(difference.verdict.tried),
        difference=difference,
        numbers=_numbers(difference),
        belongs=attribution.belongs() if attribution else (),
        checked=difference.verdict.tried,
    )


def _numbers(difference: Difference) -> tuple[Number, Number] | None:
    """Return what both formulas give at the counterexample."""
    point = difference.counterexample
    if point is None:
        return None
    one, two = (tidy(number_at(f.value, point)) for f in (difference.one, difference.two))
    return one, two


class _Attribution:
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
        words = f"{way.words} of {part.words}" if part.words else way.words
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
        return tuple(self._by_terms())

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

    def _by_terms(self) -> Iterator[str]:
        """Yield the layers that have the terms in which the formulas differ."""
        counted = self.books.counted(self.way)
        assert counted is not None
        for term, coefficient in terms_of(self.difference).items():
            of = [i for i in self.layers.nodes if term in terms_of(counted.per_node[i] or 0)]
            shown = text(Poly({term: coefficient})) if term else text(coefficient)
            if of:
                names = ", ".join(
                    f"{self.layers.words([i])} ({text((counted.per_node[i] or 0) * self.scale)})"
                    for i in of[:MAX_BELONGING]
                )
                more = f" and {len(of) - MAX_BELONGING} more" if len(of) > MAX_BELONGING else ""
                yield f"{shown}: this term comes from {names}{more}"
            else:
                yield f"{shown}: no layer has this term"
