"""Layers of several inputs: what brackets join branches with.

They have no word of their own; the notation writes them as `[a | b]`,
`[a + b]`, `[a * b]` and `[+ f]:pad`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

from symcnn.algebra.conditions import Problem, Values
from symcnn.algebra.evaluation import substitute
from symcnn.algebra.polynomials import Value, total
from symcnn.algebra.printing import text
from symcnn.algebra.shorter import complexity
from symcnn.layers.base import Demand, Layer, Operation, Operator, Pair, Shape, Spec, both, whole
from symcnn.layers.operators import rearrange as operators
from symcnn.layers.operators.base import NoCounterpart
from symcnn.layers.shape import SAME, Extent
from symcnn.limits import MAX_LAYERS


def shown(shape: Shape, values: Values) -> str:
    """Write a shape as height × width × channels, at a point that may leave symbols open."""
    channels, height, width = (text(substitute(size, values)) for size in shape.sizes)
    return f"{height}×{width}×{channels}"


def _meet(extents: Sequence[Extent]) -> Extent:
    """Return the extent that goes on where several agree: the simplest form."""
    best = min(extents, key=lambda extent: complexity(extent.value))
    return Extent(best.value, best.stride, min(extent.collapses for extent in extents))


@dataclass(frozen=True)
class Merge(Layer):
    """What merges share."""

    spec = Spec("")
    verb: ClassVar[str]
    sign: ClassVar[str]
    known_as: ClassVar[tuple[str, ...]]

    def label(self) -> str:
        return self.verb

    def problem(self, inputs: Sequence[Shape]) -> Problem:
        """Say that some shapes do not agree."""
        return lambda values: f"cannot {self.verb} {' and '.join(shown(x, values) for x in inputs)}"


@dataclass(frozen=True)
class Concat(Merge):
    """Joins its inputs over the channels; their maps must agree."""

    verb = "concat"
    sign = "|"
    known_as = ("concat", "cat", "concatenate")

    def output(self, *inputs: Shape) -> Shape:
        height, width = (_meet([getattr(x, axis) for x in inputs]) for axis in ("height", "width"))
        return Shape(total(x.channels for x in inputs), height, width)

    def require(self, demand: Demand, *inputs: Shape) -> None:
        for other in inputs[1:]:
            for one, two in zip(inputs[0].sizes[1:], other.sizes[1:], strict=True):
                demand.same(one, two, self.problem((inputs[0], other)))

    def operators(self, *inputs: Shape) -> tuple[Operator, ...]:
        return (operators.Concatenate(),)


class Elementwise(Merge):
    """Joins its inputs element by element; an extent that is 1 identically is repeated."""

    in_place = True

    def output(self, *inputs: Shape) -> Shape:
        height, width = (
            _meet([e for e in extents if not e.is_unit] or extents)
            for extents in ([getattr(x, axis) for x in inputs] for axis in ("height", "width"))
        )
        return Shape(min((x.channels for x in inputs), key=complexity), height, width)

    def require(self, demand: Demand, *inputs: Shape) -> None:
        for other in inputs[1:]:
            problem = self.problem((inputs[0], other))
            demand.same(inputs[0].channels, other.channels, problem)
        for axis in ("height", "width"):
            extents = [e for e in (getattr(x, axis) for x in inputs) if not e.is_unit]
            for extent in extents[1:]:
                demand.same(extents[0].value, extent.value, self.problem(inputs))

    def operations(self, *inputs: Shape) -> Mapping[Operation, Value]:
        return {Operation.ELEMENTWISE: (len(inputs) - 1) * self.output(*inputs).elements}


@dataclass(frozen=True)
class Add(Elementwise):
    """Adds its inputs."""

    verb = "add"
    sign = "+"
    known_as = ("add", "sum", "plus")

    def operators(self, *inputs: Shape) -> tuple[Operator, ...]:
        return (operators.Add(),)


@dataclass(frozen=True)
class Multiply(Elementwise):
    """Multiplies its inputs."""

    verb = "multiply"
    sign = "*"
    known_as = ("multiply", "mul")

    def operators(self, *inputs: Shape) -> tuple[Operator, ...]:
        return (operators.Multiply(),)


@dataclass(frozen=True)
class PaddedShortcut(Layer):
    """Takes every s-th position and adds channels of zeros: an identity without parameters."""

    spec = Spec("")

    out_channels: Value
    stride: Pair

    def output(self, *inputs: Shape) -> Shape:
        x = inputs[0]
        height, width = (
            e.slide(1, s, 0, 1, SAME) for e, s in zip((x.height, x.width), self.stride, strict=True)
        )
        return Shape(self.out_channels, height, width)

    def require(self, demand: Demand, *inputs: Shape) -> None:
        demand.at_least(
            self.out_channels - inputs[0].channels,
            0,
            lambda _: (
                f"zeros cannot lead from {text(inputs[0].channels)} to {text(self.out_channels)} channels"
            ),
        )

    def label(self) -> str:
        return "pad identity"

    def operators(self, *inputs: Shape) -> tuple[Operator, ...]:
        more = whole(self.out_channels - inputs[0].channels)
        return operators.Subsample(both(self.stride)), operators.PadChannels(more)


@dataclass(frozen=True)
class Passage(Layer):
    """Where a loop is entered or left: what comes in takes the shape of a pass.

    Attributes:
        shape: what goes on.
        enters: whether a pass is entered; else the loop is left.
        written: where the loop is left, the tensors that leave its passes that are written out.
    """

    spec = Spec("")

    shape: Shape
    enters: bool
    written: tuple[int, ...] = ()

    def output(self, *inputs: Shape) -> Shape:
        return self.shape

    def label(self) -> str:
        return "loop"

    def operators(self, *inputs: Shape) -> tuple[Operator, ...]:
        return (NoCounterpart(f"a repeat has to be written out, which goes up to {MAX_LAYERS:,} layers"),)


MERGES: Mapping[str, type[Merge]] = {kind.sign: kind for kind in (Concat, Add, Multiply)}
"""The merge that each operator of a bracket stands for."""
