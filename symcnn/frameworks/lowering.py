"""From a network in the notation to a program of operators.

`lower` asks each layer for its operators, puts vectors and maps where each
wants them, and gives every step a name that can be read.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import fields, replace
from keyword import iskeyword
from typing import Final, NamedTuple, cast

from symcnn.algebra.arithmetic import floor_div
from symcnn.algebra.evaluation import substitute
from symcnn.algebra.polynomials import Number
from symcnn.answers import Question
from symcnn.catalog import Entry
from symcnn.errors import LimitError, UnsupportedError
from symcnn.frameworks.program import Program, Step
from symcnn.graph import Graph, Node
from symcnn.layers import Shape
from symcnn.layers.base import whole
from symcnn.layers.operators.base import NoCounterpart, Operator, Rank, Tensor
from symcnn.layers.operators.rearrange import Flatten, Unflatten
from symcnn.limits import MAX_LAYERS
from symcnn.notation.syntax import Architecture
from symcnn.pipeline import Size, bound_values
from symcnn.report import Numbers

MAX_SIZE: Final = 2**31 - 1
"""The greatest number that frameworks take for a size."""

Source = str | Architecture | Entry
"""What a model can be built of."""


class Value(NamedTuple):
    """A tensor on its way: its number, and whether it is a vector."""

    number: int
    vector: bool


def numbers_of(
    source: Source, input: Size | None = None, symbols: Mapping[str, object] | None = None
) -> Numbers:
    """Return a network in numbers, with each pass of each repeat written out.

    Without an input: what the text pins, then the input of the zoo entry, then
    224x224x3.

    Raises:
        NotationError: if the text is no network.
        ArgumentError: if a symbol has no value.
        DomainError: if the network cannot take the values.
    """
    return Question(source, bound_values(input, symbols)).numbers(written_out=MAX_LAYERS)


def lower(graph: Graph, point: Mapping[str, Number] | None = None) -> Program:
    """Write a network as operators.

    Args:
        graph: the network, with all repeats written out.
        point: values of the symbols that are left in its shapes. It may lie
            outside of the domain: then the framework has to refuse.

    Raises:
        UnsupportedError: if a layer has no counterpart in frameworks.
        LimitError: if a size is too large for frameworks.
        ArgumentError: if a number is no integer.
    """
    return _Lowering(graph, point or {}).program()


class _Lowering:
    """A program under construction."""

    def __init__(self, graph: Graph, point: Mapping[str, Number]) -> None:
        self.graph = graph
        self.point = point
        self.steps: list[Step] = []
        self.names: dict[str, int] = {}
        self.adapted: dict[tuple[int, type[Operator]], int] = {}

    def program(self) -> Program:
        """Return the program of the whole graph."""
        values = [Value(0, vector=False)]
        for index, node in enumerate(self.graph.nodes):
            values.append(self._layer(index, node, [values[i] for i in node.inputs]))
        output = values[self.graph.output]
        shape = self.graph.shape(self.graph.output)
        if shape.height.is_unit and shape.width.is_unit:
            output = self._as(Flatten, output, self._sizes(shape))
        result = self._sizes(shape)[: 1 if output.vector else 3]
        layers = tuple(value.number for value in values[1:])
        entering = self._sizes(self.graph.input)
        return Program(self.graph.text, entering, tuple(self.steps), output.number, result, layers)

    def _sizes(self, shape: Shape) -> tuple[int, int, int]:
        """Return channels, height and width at the point; what is no integer there is rounded down."""
        channels, height, width = (whole(floor_div(size, 1)) for size in self._at(shape).sizes)
        return channels, height, width

    def _at(self, shape: Shape) -> Shape:
        """Return a shape at the point."""
        if not self.point:
            return shape
        height, width = (
            replace(extent, value=substitute(extent.value, self.point))
            for extent in (shape.height, shape.width)
        )
        return Shape(substitute(shape.channels, self.point), height, width)

    def _layer(self, index: int, node: Node, inputs: list[Value]) -> Value:
        """Add the operators of a layer."""
        operators = node.layer.operators(*map(self._at, node.shapes))
        label = node.layer.label()
        for operator in operators:
            if isinstance(operator, NoCounterpart):
                message = f"{label} has no counterpart in frameworks: {operator.reason}"
                raise UnsupportedError(message, node.span).within(self.graph.text)
            if too_large := [size for size in _sizes(operator) if size > MAX_SIZE]:
                message = f"frameworks take no size over {MAX_SIZE:,}: {label} has {too_large[0]:,}"
                raise LimitError(message, node.span).within(self.graph.text)
            kind = re.sub("([A-Z])", r" \1", type(operator).__name__) if len(operators) > 1 else ""
            inputs = [self._operator(label + kind, operator, inputs, index, self._sizes(node.shapes[0]))]
        return inputs[0]

    def _operator(
        self, label: str, operator: Operator, inputs: list[Value], node: int, shape: tuple[int, int, int]
    ) -> Value:
        """Add an operator, on vectors or maps as it takes them."""
        vector = operator.rank is Rank.VECTORS or (
            operator.rank is Rank.EITHER and all(value.vector for value in inputs)
        )
        if not isinstance(operator, Flatten):
            inputs = [self._as(Flatten if vector else Unflatten, value, shape) for value in inputs]
        numbers = tuple(value.number for value in inputs)
        self.steps.append(Step(self._name(label), operator, numbers, shape, vector, node))
        return Value(len(self.steps), isinstance(operator, Flatten) or vector)

    def _as(
        self, change: type[Flatten] | type[Unflatten], value: Value, shape: tuple[int, int, int]
    ) -> Value:
        """Return a value as a vector or a map, changed once for all that read it."""
        vector = change is Flatten
        if value.vector is vector:
            return value
        key = value.number, change
        if key not in self.adapted:
            name = self._name(change.__name__)
            self.steps.append(Step(name, change(), (value.number,), shape, not vector, None))
            self.adapted[key] = len(self.steps)
        return Value(self.adapted[key], vector)

    def _name(self, label: str) -> str:
        """Return an identifier like a label that no step has yet."""
        name = re.sub(r"\W+", "_", label.lower(), flags=re.ASCII).strip("_")
        name = f"{name}_" if iskeyword(name) else name
        self.names[name] = number = self.names.get(name, 0) + 1
        return name if number == 1 else f"{name}__{number}"


def _sizes(operator: Operator) -> Iterator[int]:
    """Return all integers in the fields of an operator, and the sizes of its parameters."""
    stack: list[object] = [getattr(operator, field.name) for field in fields(operator)]
    while stack:
        value = stack.pop()
        if isinstance(value, Tensor):
            stack.append(value.count)
        elif isinstance(value, tuple):
            stack.extend(cast("tuple[object, ...]", value))
        elif isinstance(value, int):
            yield value
