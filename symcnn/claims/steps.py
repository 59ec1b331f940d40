"""How a number comes about, in a line: `3·3·128·256 + 256`; and what sets a layer apart."""

from collections.abc import Callable, Mapping, Sequence
from typing import Final

from symcnn.algebra.conditions import number_at
from symcnn.algebra.polynomials import Number, Value
from symcnn.claims.amounts import commas
from symcnn.claims.parts import Layers
from symcnn.claims.summands import LayerSlip
from symcnn.claims.ways import Books, Counted, Way
from symcnn.derivation import DERIVABLE, Product, products_of
from symcnn.layers.windows import Convolution

MAX_ADDENDS: Final = 8
"""Addends that are written out."""


def calculation(books: Books, way: Way, index: int, point: Mapping[str, Number]) -> str:
    """Return the products that a layer adds, in numbers; empty where there is no short rule."""
    graph = books.graph
    node = graph.nodes[index]
    if node.passes or node.when != 1:
        return ""
    products: tuple[Product, ...] | None = None
    if isinstance(way, LayerSlip):
        products = way.products(graph, index)
    elif way.name in DERIVABLE:
        products = products_of(node, way.name, books.table.convention)
    written = ("·".join(str(number_at(f.value, point)) for f in factors) for factors in products or ())
    return " + ".join(written)


def sum_shown(addends: Sequence[Number]) -> str:
    """Return a sum of what is not 0, if it is short."""
    kept = [commas(addend) for addend in addends if addend]
    return " + ".join(kept) if 1 < len(kept) <= MAX_ADDENDS else ""


def contrast(
    layers: Layers, nodes: Sequence[int], counted: Counted, at_point: Callable[[Value], Number]
) -> str:
    """Tell what other layers of the same name have, and why.

    Returns:
        Such as `the first has 294,912, since 128 channels enter it`; empty if there are none.
    """
    value = at_point(counted.per_node[nodes[0]] or 0)
    others = [i for i in layers.alike(nodes[0]) if at_point(counted.per_node[i] or 0) != value]
    if not others:
        return ""
    other = at_point(counted.per_node[others[0]] or 0)
    same = [i for i in others if at_point(counted.per_node[i] or 0) == other]
    plural = len(same) > 1
    said = f"{layers.ordinals(same)} {'have' if plural else 'has'} {commas(other)}{' each' * plural}"
    graph = layers.graph
    entering = [at_point(graph.nodes[i].shapes[0].channels) for i in (same[0], nodes[0])]
    if entering[0] != entering[1] and isinstance(graph.nodes[same[0]].layer, Convolution):
        said += f", since {commas(entering[0])} channels enter {'them' if plural else 'it'}"
    return said
