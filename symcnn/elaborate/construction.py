"""A graph under construction: layers are added, and what they require is recorded."""

from dataclasses import replace

from symcnn.algebra.arithmetic import is_whole
from symcnn.algebra.conditions import Origin
from symcnn.algebra.demand import Demand, Recorder
from symcnn.algebra.polynomials import Poly, Value, checked
from symcnn.algebra.signs import surely_positive
from symcnn.algebra.sums import Passes
from symcnn.errors import LimitError
from symcnn.graph import Node, Row
from symcnn.layers import Layer, Shape
from symcnn.layers.merges import Passage
from symcnn.limits import MAX_SYMBOLIC_WORK
from symcnn.source import Span


class Construction:
    """The nodes and rows so far.

    Args:
        input: the shape of the input, which is tensor 0.
        requirements: where requirements are recorded.
        text: the text that spans point into.
    """

    def __init__(self, input: Shape, requirements: Recorder, text: str = "") -> None:
        self.input = input
        self.text = text
        self.requirements = requirements
        self.nodes: list[Node] = []
        self.rows: list[Row] = []
        self.when: Value = 1
        self.passes: tuple[Passes, ...] = ()
        self._work = 0
        self._shapes: dict[Shape, Shape] = {}
        self._outputs: dict[tuple[int, ...], tuple[Shape, Layer, tuple[Shape, ...], Recorder]] = {}

    def shape(self, tensor: int) -> Shape:
        """Return the shape of a tensor."""
        return self.nodes[tensor - 1].output if tensor else self.input

    def demand(self, span: Span, shape: Shape | None = None) -> Demand:
        """Return the requirements, with a place in the text and what reaches it."""
        return Demand(self.requirements, Origin(span, shape.sizes if shape else None, self.text))

    def add(self, layer: Layer, inputs: tuple[int, ...], span: Span, when: Value = 1) -> int:
        """Add a layer and what it requires; return its output tensor.

        Raises:
            ImpossibleError: if no input can satisfy what it requires.
        """
        shapes = tuple(self.shape(i) for i in inputs)
        # What was required in one loop, under its guards, was not required in another one.
        key = (id(self.requirements), id(layer), *map(id, shapes))
        known = self._outputs.get(key)
        if known is None:
            output = self._output(layer, shapes, span)
            # Equal shapes are one, so that what repeats is known by its identity.
            output = self._shapes.setdefault(output, output)
            # What the key is made of is kept with the result, so that its identity stays its own.
            self._outputs[key] = (output, layer, shapes, self.requirements)
        else:
            output, _, shapes, _ = known
        return self.append(Node(layer, inputs, shapes, output, len(self.rows) - 1, span, when))

    def fork(self, requirements: Recorder) -> "Construction":
        """Return a copy to try something in, which leaves this one as it is."""
        other = Construction(self.input, requirements, self.text)
        other.nodes, other.rows = list(self.nodes), list(self.rows)
        other.when, other.passes = self.when, self.passes
        return other

    def append(self, node: Node) -> int:
        """Add a node, in the loops that are open; return its output tensor."""
        if self.passes or self.when != 1:
            node = replace(node, when=node.when * self.when, passes=self.passes)
        self.nodes.append(node)
        return len(self.nodes)

    def _output(self, layer: Layer, shapes: tuple[Shape, ...], span: Span) -> Shape:
        """Return the output of a layer, after stating what it requires."""
        if isinstance(layer, Passage):
            return layer.shape
        demand = self.demand(span, shapes[0])
        width = layer.spec.width_field
        if width is not None and (channels := getattr(layer, width)) is not None:
            demand.count(channels, f"the width of {layer.spec.word}")
        layer.require(demand, *shapes)
        output = layer.output(*shapes)
        for before, after in ((shapes[0].height, output.height), (shapes[0].width, output.width)):
            # What is no integer by its form is required to be one, and is at least 1 then if positive.
            if after is not before and (is_whole(after.value) or not surely_positive(after.value)):
                demand.at_least(after.value, 1, lambda _: f"the input is too small for {layer.label()}")
        if output.channels is not shapes[0].channels:
            checked(output.channels)
            self._count_work(shapes[0].channels, output.channels, span)
        return output

    def _count_work(self, before: Value, after: Value, span: Span) -> None:
        """Count the products of terms that this layer's costs will take."""
        if isinstance(before, Poly) and isinstance(after, Poly):
            self._work += len(before.terms) * len(after.terms)
            if self._work > MAX_SYMBOLIC_WORK:
                raise LimitError(f"the symbolic channels take more than {MAX_SYMBOLIC_WORK:,} products", span)
