"""Layers that move elements around and learn nothing."""

from symcnn.algebra.arithmetic import divide
from symcnn.algebra.polynomials import Value
from symcnn.layers.base import Demand, Layer, Operator, Pair, Shape, Takes, both, layer, whole
from symcnn.layers.operators import rearrange as operators
from symcnn.layers.reach import Reach, Spread, Whole, Window


@layer("flatten", example="flatten")
class Flatten(Layer):
    """Makes channels of all elements: C·H·W × 1 × 1."""

    in_place = True

    def output(self, *inputs: Shape) -> Shape:
        x = inputs[0]
        return Shape(x.elements, x.height.fixed(1), x.width.fixed(1))

    def reach(self, axis: str) -> Reach:
        return Whole()

    def operators(self, *inputs: Shape) -> tuple[Operator, ...]:
        return (operators.Flatten(),)


@layer(
    "upsample",
    example="upsample2",
    size=Takes.PAIR,
    size_field="factor",
    known_as=("up", "upsampling", "interpolate", "resize", "unpool"),
)
class Upsample(Layer):
    """Repeats each element `factor` times along each axis (nearest neighbor)."""

    factor: Pair = Pair(2, 2)

    def output(self, *inputs: Shape) -> Shape:
        x = inputs[0]
        return Shape(x.channels, x.height.scaled(self.factor.height), x.width.scaled(self.factor.width))

    def require(self, demand: Demand, *inputs: Shape) -> None:
        for factor in self.factor:
            demand.count(factor, "the factor")

    def reach(self, axis: str) -> Reach:
        factor: Value = getattr(self.factor, axis)
        return Spread(factor, factor)

    def operators(self, *inputs: Shape) -> tuple[Operator, ...]:
        return (operators.Upsample(both(self.factor)),)


@layer("shuffle", example="shuffle2", size=Takes.COUNT, size_field="groups", known_as=("channelshuffle",))
class ChannelShuffle(Layer):
    """Interleaves `groups` groups of channels."""

    groups: Value = 2

    def output(self, *inputs: Shape) -> Shape:
        return inputs[0]

    def require(self, demand: Demand, *inputs: Shape) -> None:
        demand.count(self.groups, "the number of groups")
        demand.whole(
            divide(inputs[0].channels, self.groups), f"{self.groups} groups do not divide the channels"
        )

    def operators(self, *inputs: Shape) -> tuple[Operator, ...]:
        return (operators.ShuffleChannels(whole(self.groups)),)


@layer(
    "pixelshuffle",
    example="pixelshuffle2",
    size=Takes.COUNT,
    size_field="factor",
    known_as=("depthtospace", "subpixel"),
)
class PixelShuffle(Layer):
    """Moves channels into space: C·r² × H × W becomes C × r·H × r·W."""

    factor: Value = 2

    def output(self, *inputs: Shape) -> Shape:
        x = inputs[0]
        channels = divide(x.channels, self.factor * self.factor)
        return Shape(channels, x.height.scaled(self.factor), x.width.scaled(self.factor))

    def require(self, demand: Demand, *inputs: Shape) -> None:
        demand.count(self.factor, "the factor")
        demand.whole(
            divide(inputs[0].channels, self.factor * self.factor),
            f"the square of the factor {self.factor} does not divide the channels",
        )

    def reach(self, axis: str) -> Reach:
        return Spread(self.factor, self.factor)

    def operators(self, *inputs: Shape) -> tuple[Operator, ...]:
        return (operators.PixelShuffle(whole(self.factor)),)


@layer(
    "pixelunshuffle",
    example="pixelunshuffle2",
    size=Takes.COUNT,
    size_field="factor",
    known_as=("spacetodepth",),
)
class PixelUnshuffle(Layer):
    """Moves space into channels: C × r·H × r·W becomes C·r² × H × W."""

    factor: Value = 2

    def output(self, *inputs: Shape) -> Shape:
        x = inputs[0]
        channels = x.channels * self.factor * self.factor
        return Shape(channels, x.height.shrunk(self.factor), x.width.shrunk(self.factor))

    def require(self, demand: Demand, *inputs: Shape) -> None:
        demand.count(self.factor, "the factor")
        for extent in inputs[0].sizes[1:]:
            demand.whole(divide(extent, self.factor), f"the factor {self.factor} does not divide the map")

    def reach(self, axis: str) -> Reach:
        return Window(self.factor, self.factor)

    def operators(self, *inputs: Shape) -> tuple[Operator, ...]:
        return (operators.PixelUnshuffle(whole(self.factor)),)


@layer("take", example="take-16", width_field="channels", requires=("width",))
class Take(Layer):
    """Passes on the first `channels` channels."""

    channels: Value

    def output(self, *inputs: Shape) -> Shape:
        return inputs[0].with_channels(self.channels)

    def require(self, demand: Demand, *inputs: Shape) -> None:
        demand.at_least(inputs[0].channels - self.channels, 0, "more channels are taken than there are")

    def operators(self, *inputs: Shape) -> tuple[Operator, ...]:
        return (operators.TakeChannels(whole(self.channels)),)


@layer(
    "pad",
    example="pad1",
    size=Takes.PAIR,
    size_field="padding",
    requires=("size",),
    known_as=("zeropad", "zeropadding"),
)
class ZeroPad(Layer):
    """Puts `padding` zeros on each side of each axis."""

    padding: Pair

    def output(self, *inputs: Shape) -> Shape:
        x, more = inputs[0], self.padding
        return Shape(x.channels, x.height.scaled(1, 2 * more.height), x.width.scaled(1, 2 * more.width))

    def require(self, demand: Demand, *inputs: Shape) -> None:
        for padding in self.padding:
            demand.whole(padding, "the padding is an integer")
            demand.at_least(padding, 0, "the padding is not negative")

    def reach(self, axis: str) -> Reach:
        return Window(1, 1, getattr(self.padding, axis))

    def operators(self, *inputs: Shape) -> tuple[Operator, ...]:
        (rows, columns) = both(self.padding)
        return (operators.Pad(((rows, rows), (columns, columns))),)
