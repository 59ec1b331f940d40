"""A network with everything resolved: layers, shapes, and who feeds whom."""

from dataclasses import dataclass
from typing import NamedTuple

from symcnn.algebra.domain import Domain
from symcnn.algebra.polynomials import Value
from symcnn.algebra.printing import text
from symcnn.algebra.sums import Passes, sum_over
from symcnn.layers.base import Layer, Shape
from symcnn.source import Span


class Row(NamedTuple):
    """What a table shows as one row of the string: an item, as people break networks down."""

    label: str
    span: Span


@dataclass(frozen=True, slots=True)
class Node:
    """One layer in its place.

    Attributes:
        layer: the layer.
        inputs: indices of the nodes that feed it; index 0 is the network's
            input, which has no node.
        shapes: the shapes of these inputs.
        output: the shape that goes on.
        row: index of the row of the string that made it.
        span: its place in the text.
        when: 1, or the Iverson bracket under which the layer is there at all.
        passes: the loops that it is in, outermost first: it stands for one
            pass of each, and its shapes hold their indices.
    """

    layer: Layer
    inputs: tuple[int, ...]
    shapes: tuple[Shape, ...]
    output: Shape
    row: int
    span: Span
    when: Value = 1
    passes: tuple[Passes, ...] = ()

    def label(self) -> str:
        """Write the layer, with how many passes of loops it stands for."""
        times = [f" ×({text(p.count)})" for p in self.passes]
        return self.layer.label() + "".join(times)

    def over_passes(self, value: Value) -> Value:
        """Add up a value of one pass over all passes of the loops around."""
        for passes in reversed(self.passes):
            value = sum_over(passes, value)
        return value


@dataclass(frozen=True)
class Graph:
    """A network: nodes in the order of the text, each after what feeds it.

    Attributes:
        input: the shape of the input.
        nodes: the layers; node i is tensor i + 1, tensor 0 is the input.
        output: the tensor that comes out.
        rows: the rows of the string, in order.
        domain: the inputs and symbols for which the network can be built.
        symbols: names of the symbols that the text uses, and C, H, W.
        text: the text, which spans point into.
        bound: the symbols that were given values before building, and what
            `input(...)` pins.
    """

    input: Shape
    nodes: tuple[Node, ...]
    output: int
    rows: tuple[Row, ...]
    domain: Domain
    symbols: frozenset[str]
    text: str
    bound: tuple[tuple[str, Value], ...] = ()

    def shape(self, tensor: int) -> Shape:
        """Return the shape of a tensor."""
        return self.nodes[tensor - 1].output if tensor else self.input
