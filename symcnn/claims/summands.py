"""What a layer adds, as products of named factors, which a slip changes."""

from abc import abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass

from symcnn.algebra.polynomials import Value, product, total
from symcnn.analyses.memo import per_node
from symcnn.claims.ways import Books, Counted, Way
from symcnn.graph import Graph, Node
from symcnn.layers import Factor, Role

Product = tuple[Factor, ...]


@dataclass(frozen=True)
class Summand:
    """A product that a layer adds: `3·3·128·256`, its weights."""

    role: Role | None
    factors: Product


def summands(node: Node, quantity: str) -> tuple[Summand, ...]:
    """Return what a layer adds to `params`, buffers among them, or to `macs`."""
    if quantity == "params":
        return tuple(Summand(p.role, p.shape) for p in node.layer.parameters(*node.shapes))
    factors = node.layer.macs(*node.shapes)
    return (Summand(None, factors),) if factors else ()


def trained(given: Sequence[Summand]) -> tuple[Product, ...]:
    """Return the products of what counts: all but buffers."""
    return tuple(s.factors for s in given if s.role is not Role.BUFFER)


def sum_of(node: Node, products: Sequence[Product]) -> Value:
    """Return what products come to, in all passes of the loops around a layer."""
    value = total(product(f.value for f in factors) for factors in products)
    return node.over_passes(value * node.when)


@dataclass(frozen=True)
class LayerSlip(Way):
    """A mistake in counting single layers, each in its place."""

    @abstractmethod
    def products(self, graph: Graph, index: int) -> tuple[Product, ...] | None:
        """Return what a layer adds with the mistake; None where it is none."""

    def counted(self, books: Books) -> Counted | None:
        answer = books.elements.answer(self.of).per_node
        out: list[Value | None] = []
        made = False
        for index, node in enumerate(books.graph.nodes):
            products = self.products(books.graph, index)
            made = made or products is not None
            out.append(answer[index] if products is None else sum_of(node, products))
        return Counted(tuple(out)) if made else None


@dataclass(frozen=True)
class LocalSlip(LayerSlip):
    """A mistake for which one layer on its input is enough to know."""

    @abstractmethod
    def wrong(self, node: Node) -> tuple[Product, ...] | None:
        """Return what a layer adds with the mistake; None where it is none."""

    def products(self, graph: Graph, index: int) -> tuple[Product, ...] | None:
        return self.wrong(graph.nodes[index])

    def counted(self, books: Books) -> Counted | None:
        # Asked once for equal layers on equal shapes, as the analyses do.
        graph, answer = books.graph, books.elements.answer(self.of).per_node
        wrong = per_node(graph, lambda node: _value(node, self.wrong(node)))
        if all(value is None for value in wrong):
            return None
        return Counted(tuple(a if w is None else w for a, w in zip(answer, wrong, strict=True)))


def _value(node: Node, products: tuple[Product, ...] | None) -> Value | None:
    return None if products is None else sum_of(node, products)
