"""Convolutions: windows that slide over height and width and multiply."""

from abc import abstractmethod
from collections.abc import Mapping

from symcnn.algebra.arithmetic import ceil_div, divide, floor_div, greatest
from symcnn.algebra.polynomials import Poly, Value
from symcnn.layers.base import (
    FLOOR,
    SAME,
    Demand,
    Factor,
    Layer,
    Operation,
    Operator,
    Pair,
    Parameter,
    Role,
    Shape,
    Takes,
    both,
    layer,
    whole,
)
from symcnn.layers.operators import products as operators
from symcnn.layers.operators.base import Sides, Two
from symcnn.layers.reach import Reach, Spread, Window
from symcnn.layers.shape import Extent

ONE = Pair(1, 1)


def half(size: Value) -> Value:
    """Return the padding before a window that keeps the size: ⌊(D − 1)/2⌋."""
    return floor_div(size - 1, 2)


def effective(kernel: Value, dilation: Value) -> Value:
    """Return the cells that a dilated kernel spans: d(k−1) + 1."""
    return dilation * (kernel - 1) + 1


def require_geometry(demand: Demand, *, padding: Pair | None, **counts: Pair) -> None:
    """State that kernel, stride and dilation are counts and padding is no less than 0."""
    for name, pair in counts.items():
        for value in dict.fromkeys(pair):
            if isinstance(value, Poly) or value.denominator != 1 or value < 1:
                demand.count(value, f"the {name.replace('_', ' ')}")
    for value in dict.fromkeys(padding or ()):
        demand.whole(value, "the padding is an integer")
        demand.at_least(value, 0, "the padding is not negative")


def require_groups(demand: Demand, groups: Value, in_channels: Value, out_channels: Value) -> None:
    """State that the groups divide the channels on both sides."""
    if groups == 1:
        return
    demand.count(groups, "the number of groups")
    for channels, where in ((in_channels, "enter"), (out_channels, "leave")):
        shown = "" if isinstance(channels, Poly) else f"{channels} "
        demand.whole(
            divide(channels, groups),
            f"{_shown(groups)} groups do not divide the {shown}channels that {where}",
        )


def sides(kernel: Pair, dilation: Pair, padding: Pair | None) -> Sides:
    """Return the padding of a window on all sides; `same`, which is None, is a window less 1.

    Its smaller half is before, where `reach` has it. That gives ⌈n/s⌉ on every
    extent, and on an odd window is the symmetric padding of PyTorch's models.
    """
    if padding is not None:
        height, width = both(padding)
        return (height, height), (width, width)
    heights, widths = (effective(k, d) for k, d in zip(kernel, dilation, strict=True))
    return _halves(heights), _halves(widths)


def _halves(size: Value) -> Two:
    before = whole(half(size))
    return before, whole(size) - 1 - before


def _shown(value: Value) -> str:
    return str(value) if not isinstance(value, Poly) else f"{value!r}"


class Convolution(Layer):
    """What `conv` and `dw` share: a window, and one bias for each output channel."""

    kernel_size: Pair
    stride: Pair
    padding: Pair | None
    dilation: Pair
    bias: bool
    counts_activations = True

    @abstractmethod
    def filters(self, x: Shape) -> tuple[Factor, ...]:
        """Return the factors of the weight's shape."""

    @abstractmethod
    def channels(self, x: Shape) -> Value:
        """Return the output channels, each with a bias of its own."""

    def require(self, demand: Demand, *inputs: Shape) -> None:
        require_geometry(
            demand,
            padding=self.padding,
            kernel_size=self.kernel_size,
            stride=self.stride,
            dilation=self.dilation,
        )

    def output(self, *inputs: Shape) -> Shape:
        x = inputs[0]
        rounding = SAME if self.padding is None else FLOOR
        padding = self.padding or Pair(0, 0)
        height, width = (
            extent.slide(k, s, p, d, rounding)
            for extent, k, s, p, d in zip(
                (x.height, x.width), self.kernel_size, self.stride, padding, self.dilation, strict=True
            )
        )
        return Shape(self.channels(x), height, width)

    def parameters(self, *inputs: Shape) -> tuple[Parameter, ...]:
        weight = Parameter("weight", Role.WEIGHT, self.filters(inputs[0]))
        if not self.bias:
            return (weight,)
        return weight, Parameter("bias", Role.BIAS, (Factor("C_out", self.channels(inputs[0])),), start=0)

    def macs(self, *inputs: Shape) -> tuple[Factor, ...]:
        y = self.output(*inputs)
        return (*self.filters(inputs[0]), Factor("H_out", y.height.value), Factor("W_out", y.width.value))

    def operations(self, *inputs: Shape) -> Mapping[Operation, Value]:
        return {Operation.BIAS: self.output(*inputs).elements} if self.bias else {}

    def reach(self, axis: str) -> Reach:
        size = effective(getattr(self.kernel_size, axis), getattr(self.dilation, axis))
        before = half(size) if self.padding is None else getattr(self.padding, axis)
        return Window(size, getattr(self.stride, axis), before, getattr(self.dilation, axis))

    def convolve(self, groups: Value, *inputs: Shape) -> tuple[Operator, ...]:
        """Return the convolution of a number of groups."""
        return (
            operators.Convolve(
                whole(inputs[0].channels),
                whole(self.channels(inputs[0])),
                both(self.kernel_size),
                both(self.stride),
                sides(self.kernel_size, self.dilation, self.padding),
                both(self.dilation),
                whole(groups),
                tensors=self.tensors(*inputs),
            ),
        )


@layer(
    "conv",
    aliases=("convolution",),
    example="conv3s2p1-64",
    size=Takes.PAIR,
    size_field="kernel_size",
    geometry="spdg",
    width_field="out_channels",
    requires=("size", "width"),
    flags={"valid": {"padding": Pair(0, 0)}, "same": {"padding": None}},
    normalizable=True,
    activatable=True,
)
class Conv(Convolution):
    """Slides `out_channels` kernels over the height and width of its input.

    Padding is `same` unless stated: an output of ⌈n/s⌉ on each axis.
    Each of g groups of output channels reads its own group of input channels.
    """

    out_channels: Value
    kernel_size: Pair
    stride: Pair = ONE
    padding: Pair | None = None
    dilation: Pair = ONE
    groups: Value = 1
    bias: bool = True

    def require(self, demand: Demand, *inputs: Shape) -> None:
        super().require(demand, *inputs)
        require_groups(demand, self.groups, inputs[0].channels, self.out_channels)

    def channels(self, x: Shape) -> Value:
        return self.out_channels

    def filters(self, x: Shape) -> tuple[Factor, ...]:
        one_group = self.groups == 1
        reads = Factor("C_in", x.channels) if one_group else Factor("C_in/g", divide(x.channels, self.groups))
        return (
            Factor("k_h", self.kernel_size.height),
            Factor("k_w", self.kernel_size.width),
            reads,
            Factor("C_out", self.out_channels),
        )

    def operators(self, *inputs: Shape) -> tuple[Operator, ...]:
        return self.convolve(self.groups, *inputs)


@layer(
    "dw",
    aliases=("depthwise",),
    example="dw3s2",
    size=Takes.PAIR,
    size_field="kernel_size",
    geometry="spd",
    width_field="out_channels",
    requires=("size",),
    flags={"valid": {"padding": Pair(0, 0)}, "same": {"padding": None}},
    normalizable=True,
    activatable=True,
    known_as=("dwconv", "depthwiseconv"),
)
class Depthwise(Convolution):
    """Slides kernels over one channel each: a convolution of as many groups as channels.

    The output has `out_channels`, a multiple of the input's channels; by
    default as many as the input.
    """

    kernel_size: Pair
    out_channels: Value | None = None
    stride: Pair = ONE
    padding: Pair | None = None
    dilation: Pair = ONE
    bias: bool = True

    def require(self, demand: Demand, *inputs: Shape) -> None:
        super().require(demand, *inputs)
        if self.out_channels is not None:
            demand.whole(
                divide(self.out_channels, inputs[0].channels),
                f"the {_shown(self.out_channels)} output channels are no multiple of the"
                f" {_shown(inputs[0].channels)} input channels",
            )

    def channels(self, x: Shape) -> Value:
        return x.channels if self.out_channels is None else self.out_channels

    def filters(self, x: Shape) -> tuple[Factor, ...]:
        return (
            Factor("k_h", self.kernel_size.height),
            Factor("k_w", self.kernel_size.width),
            Factor("C_out", self.channels(x)),
        )

    def operators(self, *inputs: Shape) -> tuple[Operator, ...]:
        return self.convolve(inputs[0].channels, *inputs)


@layer(
    "deconv",
    aliases=("convt",),
    example="deconv2s2-64",
    size=Takes.PAIR,
    size_field="kernel_size",
    geometry="spdg",
    width_field="out_channels",
    requires=("size", "width"),
    normalizable=True,
    activatable=True,
    known_as=("convtranspose", "transposedconv", "upconv", "tconv"),
)
class TransposedConv(Convolution):
    """Adds a scaled kernel to the output at each input position: a transposed convolution.

    The output has n·s positions on each axis, or with padding p stated
    (n−1)s − 2p + d(k−1) + 1.
    """

    out_channels: Value
    kernel_size: Pair
    stride: Pair = ONE
    padding: Pair | None = None
    dilation: Pair = ONE
    groups: Value = 1
    bias: bool = True

    def output(self, *inputs: Shape) -> Shape:
        height, width = (self._extent(inputs[0], axis) for axis in ("height", "width"))
        return Shape(self.out_channels, height, width)

    def _extent(self, x: Shape, axis: str) -> Extent:
        extent: Extent = getattr(x, axis)
        stride: Value = getattr(self.stride, axis)
        if self.padding is None:
            return extent.scaled(stride)
        spans = effective(getattr(self.kernel_size, axis), getattr(self.dilation, axis))
        return extent.scaled(stride, spans - stride - 2 * getattr(self.padding, axis))

    def require(self, demand: Demand, *inputs: Shape) -> None:
        super().require(demand, *inputs)
        require_groups(demand, self.groups, inputs[0].channels, self.out_channels)

    def channels(self, x: Shape) -> Value:
        return self.out_channels

    def filters(self, x: Shape) -> tuple[Factor, ...]:
        one_group = self.groups == 1
        makes = (
            Factor("C_out", self.out_channels)
            if one_group
            else Factor("C_out/g", divide(self.out_channels, self.groups))
        )
        return (
            Factor("k_h", self.kernel_size.height),
            Factor("k_w", self.kernel_size.width),
            Factor("C_in", x.channels),
            makes,
        )

    def macs(self, *inputs: Shape) -> tuple[Factor, ...]:
        x = inputs[0]
        return (*self.filters(x), Factor("H_in", x.height.value), Factor("W_in", x.width.value))

    def reach(self, axis: str) -> Reach:
        stride: Value = getattr(self.stride, axis)
        size = effective(getattr(self.kernel_size, axis), getattr(self.dilation, axis))
        if self.padding is not None:
            return Spread(stride, size, getattr(self.padding, axis), getattr(self.dilation, axis))
        return Spread(stride, size, self._cut_before(size, stride), getattr(self.dilation, axis))

    @staticmethod
    def _cut_before(size: Value, stride: Value) -> Value:
        """Return how many of the surplus D − s positions are cut off in front: the larger half."""
        return greatest((0, ceil_div(size - stride, 2)))

    def _crop(self, axis: str) -> Two:
        if self.padding is not None:
            stated = whole(getattr(self.padding, axis))
            return stated, stated
        stride: Value = getattr(self.stride, axis)
        size = effective(getattr(self.kernel_size, axis), getattr(self.dilation, axis))
        before = whole(self._cut_before(size, stride))
        return before, whole(size - stride) - before

    def operators(self, *inputs: Shape) -> tuple[Operator, ...]:
        return (
            operators.ConvolveTransposed(
                whole(inputs[0].channels),
                whole(self.out_channels),
                both(self.kernel_size),
                both(self.stride),
                (self._crop("height"), self._crop("width")),
                both(self.dilation),
                whole(self.groups),
                tensors=self.tensors(*inputs),
            ),
        )
