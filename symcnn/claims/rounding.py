"""Slips about the size of maps: rounded the other way, or padding forgotten."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import pairwise

from symcnn.algebra.polynomials import Value, product
from symcnn.analyses import parameters
from symcnn.analyses.memo import per_node
from symcnn.claims.ways import Books, Counted, Way
from symcnn.graph import Graph, Node
from symcnn.layers import Layer, Shape
from symcnn.layers.merges import Merge, Passage
from symcnn.layers.pools import Pool
from symcnn.layers.shape import CEIL, FLOOR, SAME, Pair
from symcnn.layers.windows import Convolution, TransposedConv

Resize = Callable[[Layer, Shape], Shape | None]
"""What goes on from a layer, given what enters, with the mistake; None where there is none."""


def rounded_down(layer: Layer, x: Shape) -> Shape | None:
    """Take the floor where a layer takes the ceiling."""
    if isinstance(layer, Pool) and layer.rounding is CEIL:
        return replace(layer, rounding=FLOOR).output(x)
    if isinstance(layer, Pool):
        return _floored(layer.output(x), x, layer.steps()) if layer.rounding is SAME else None
    if not isinstance(layer, Convolution) or isinstance(layer, TransposedConv) or layer.padding is not None:
        return None
    return _floored(layer.output(x), x, layer.stride)


def _floored(output: Shape, x: Shape, stride: Pair) -> Shape | None:
    """Return ⌊n/s⌋ on each axis: what a window of the stride's size leaves."""
    if stride == (1, 1):
        return None
    height, width = (e.slide(s, s, 0, 1, FLOOR) for e, s in zip((x.height, x.width), stride, strict=True))
    return Shape(output.channels, height, width)


def rounded_up(layer: Layer, x: Shape) -> Shape | None:
    """Take the ceiling where a pool takes the floor."""
    if isinstance(layer, Pool) and layer.rounding is FLOOR:
        return replace(layer, rounding=CEIL).output(x)
    return None


def unpadded(layer: Layer, x: Shape) -> Shape | None:
    """Take convolutions to have no padding."""
    if isinstance(layer, Convolution) and not isinstance(layer, TransposedConv):
        return replace(layer, padding=Pair(0, 0)).output(x)
    return None


def resized(graph: Graph, resize: Resize) -> tuple[Node, ...] | None:
    """Return the layers of a network with a mistake in the sizes of maps.

    Returns:
        None if no map changes, or if the network has loops, whose passes
        would have to be derived anew.
    """
    if any(isinstance(node.layer, Passage) for node in graph.nodes):
        return None
    shapes, nodes = [graph.input], list[Node]()
    for node in graph.nodes:
        entering = tuple(shapes[i] for i in node.inputs)
        output = resize(node.layer, entering[0])
        if output is None and all(a is b for a, b in zip(entering, node.shapes, strict=True)):
            output = node.output
        output = output or node.layer.output(*entering)
        # What is equal stays the same object, so that the rest of the network is left as it is.
        shapes.append(node.output if output == node.output else output)
        nodes.append(replace(node, shapes=entering, output=shapes[-1]))
    return tuple(nodes) if any(a != b.output for a, b in zip(shapes[1:], graph.nodes, strict=True)) else None


@dataclass(frozen=True)
class Resized(Way):
    """Counts with a mistake in the sizes of maps.

    Attributes:
        resize: the mistake.
    """

    resize: Resize = rounded_down

    def counted(self, books: Books) -> Counted | None:
        nodes = resized(books.graph, self.resize)
        if nodes is None:
            return None
        graph = replace(books.graph, nodes=nodes)
        counts = parameters.count(graph)["params"] if self.of == "params" else per_node(graph, _macs)
        sizes = dict.fromkeys(size for node in nodes for size in node.output.sizes[1:])
        return Counted(tuple(counts), positive=tuple(sizes), same=tuple(_joined(nodes)))


def _joined(nodes: Iterable[Node]) -> Iterator[tuple[Value, Value]]:
    """Yield the sizes of maps that are joined, and so must be equal, where they are not of one form."""
    for node in nodes:
        for axis in ("height", "width") if isinstance(node.layer, Merge) else ():
            extents = [getattr(x, axis) for x in node.shapes]
            sizes = dict.fromkeys(e.value for e in extents if not e.is_unit)
            yield from pairwise(sizes)


def _macs(node: Node) -> Value:
    """Return the multiply-accumulates of a layer whose output has the size that its node says."""
    sizes: dict[str, Value] = {"H_out": node.output.height.value, "W_out": node.output.width.value}
    factors = node.layer.macs(*node.shapes)
    return product(sizes.get(f.name, f.value) for f in factors) * node.when if factors else 0
