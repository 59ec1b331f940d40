"""Pools: windows that take a maximum or a mean, and pools to a fixed size."""

from collections.abc import Mapping
from dataclasses import dataclass

from symcnn.algebra.polynomials import Value
from symcnn.layers.base import (
    CEIL,
    FLOOR,
    SAME,
    Demand,
    Fields,
    Layer,
    Operation,
    Operator,
    Pair,
    Rounding,
    Shape,
    Takes,
    both,
    layer,
)
from symcnn.layers.operators import pools as operators
from symcnn.layers.reach import Reach, Varying, Whole, Window
from symcnn.layers.windows import ONE, effective, half, require_geometry, sides

TWO = Pair(2, 2)

ROUNDINGS: Mapping[str, Fields] = {"ceil": {"rounding": CEIL}, "same": {"rounding": SAME}}
"""The flags of pools."""


@dataclass(frozen=True)
class Pool(Layer):
    """What the sliding pools share; by default the stride is the window."""

    kernel_size: Pair = TWO
    stride: Pair | None = None
    padding: Pair | None = None
    dilation: Pair = ONE
    rounding: Rounding = FLOOR
    counts_activations = True

    def steps(self) -> Pair:
        """Return the stride."""
        return self.kernel_size if self.stride is None else self.stride

    def output(self, *inputs: Shape) -> Shape:
        x = inputs[0]
        padding = self.padding or Pair(0, 0)
        height, width = (
            extent.slide(k, s, p, d, self.rounding)
            for extent, k, s, p, d in zip(
                (x.height, x.width), self.kernel_size, self.steps(), padding, self.dilation, strict=True
            )
        )
        return Shape(x.channels, height, width)

    def require(self, demand: Demand, *inputs: Shape) -> None:
        require_geometry(
            demand,
            padding=self.padding,
            kernel_size=self.kernel_size,
            stride=self.steps(),
            dilation=self.dilation,
        )
        for kernel, padding in zip(self.kernel_size, self.padding or (), strict=False):
            demand.at_least(kernel - 2 * padding, 0, "the padding is more than half of the window")

    def operations(self, *inputs: Shape) -> Mapping[Operation, Value]:
        window = self.kernel_size.height * self.kernel_size.width
        return {Operation.POOLING: window * self.output(*inputs).elements}

    def reach(self, axis: str) -> Reach:
        size = effective(getattr(self.kernel_size, axis), getattr(self.dilation, axis))
        stated = getattr(self.padding, axis) if self.padding else 0
        before = half(size) if self.rounding is SAME else stated
        return Window(size, getattr(self.steps(), axis), before, getattr(self.dilation, axis))

    def slide(self, kind: str) -> tuple[Operator, ...]:
        """Return the pool of a kind.

        Zeros of a stated padding count in means, as in PyTorch; those of
        `same` do not, as in TensorFlow.
        """
        same = self.rounding is SAME
        padding = None if same else self.padding or Pair(0, 0)
        return (
            operators.Pool(
                kind,
                both(self.kernel_size),
                both(self.steps()),
                sides(self.kernel_size, self.dilation, padding),
                both(self.dilation),
                ceil=self.rounding is CEIL,
                counts_padding=not same,
            ),
        )


@layer(
    "pool",
    aliases=("maxpool",),
    example="pool3s2p1",
    size=Takes.PAIR,
    size_field="kernel_size",
    geometry="spd",
    flags=ROUNDINGS,
    activatable=True,
    known_as=("max",),
)
class MaxPool(Pool):
    """Takes the greatest value of each window; without padding, rounding down."""

    def operators(self, *inputs: Shape) -> tuple[Operator, ...]:
        return self.slide("max")


@layer(
    "avgpool",
    example="avgpool3s2",
    size=Takes.PAIR,
    size_field="kernel_size",
    geometry="spd",
    flags=ROUNDINGS,
    activatable=True,
    known_as=("averagepool", "meanpool", "avg", "average", "mean"),
)
class AvgPool(Pool):
    """Takes the mean of each window; without padding, rounding down."""

    def operators(self, *inputs: Shape) -> tuple[Operator, ...]:
        return self.slide("avg")


class FixedPool(Layer):
    """What pools to a fixed size share; each input element is read once."""

    counts_activations = True

    def size(self) -> Pair:
        """Return the output's height and width."""
        return ONE

    def output(self, *inputs: Shape) -> Shape:
        x = inputs[0]
        return Shape(x.channels, x.height.fixed(self.size().height), x.width.fixed(self.size().width))

    def operations(self, *inputs: Shape) -> Mapping[Operation, Value]:
        return {Operation.POOLING: inputs[0].elements}

    def reach(self, axis: str) -> Reach:
        return Whole() if getattr(self.size(), axis) == 1 else Varying()


@layer(
    "gap",
    example="gap",
    activatable=True,
    known_as=("globalavgpool", "globalaveragepool", "globalpool", "global"),
)
class GlobalAvgPool(FixedPool):
    """Takes the mean of each channel."""

    def operators(self, *inputs: Shape) -> tuple[Operator, ...]:
        return (operators.GlobalPool("avg"),)


@layer("gmp", example="gmp", activatable=True, known_as=("globalmaxpool",))
class GlobalMaxPool(FixedPool):
    """Takes the greatest value of each channel."""

    def operators(self, *inputs: Shape) -> tuple[Operator, ...]:
        return (operators.GlobalPool("max"),)


@layer(
    "adapool",
    example="adapool7",
    size=Takes.PAIR,
    size_field="output_size",
    activatable=True,
    known_as=("adaptiveavgpool", "adaptivepool"),
)
class AdaptiveAvgPool(FixedPool):
    """Takes means over `output_size` windows that together cover the input."""

    output_size: Pair = ONE

    def size(self) -> Pair:
        return self.output_size

    def require(self, demand: Demand, *inputs: Shape) -> None:
        for value in self.output_size:
            demand.count(value, "the output size")

    def operators(self, *inputs: Shape) -> tuple[Operator, ...]:
        return (operators.AdaptivePool(both(self.output_size)),)
