"""What flows between layers: channels × height × width, the batch left out."""

from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple, Self

from symcnn.algebra.arithmetic import absorbed, divide, floor_div, least
from symcnn.algebra.polynomials import Value


class Pair(NamedTuple):
    """One value for each axis."""

    height: Value
    width: Value


class Rounding(NamedTuple):
    """How a window that overhangs the end is counted."""

    name: str


FLOOR = Rounding("floor")
CEIL = Rounding("ceil")
SAME = Rounding("same")


@dataclass(frozen=True)
class Extent:
    """The size of a map along one axis, and where it comes from.

    Attributes:
        value: the size.
        stride: input positions between neighbors, the total stride so far.
        collapses: how many layers on the way fixed the size whatever the
            input; an extent is 1 *identically* only if there is one.
    """

    value: Value
    stride: Value = 1
    collapses: int = 0

    def slide(
        self, kernel: Value, stride: Value, padding: Value, dilation: Value, rounding: Rounding
    ) -> Self:
        """Return the number of positions of a sliding window.

        `same` is ⌈n/s⌉ whatever the kernel. Otherwise, with P = 2p and
        D = d(k−1)+1, it is ⌊(n + P − D)/s⌋ + 1, where `ceil` adds up to s−1 as
        long as the last window starts inside the input or its leading
        padding (the rule of PyTorch and ONNX).
        """
        if rounding is SAME:
            if stride == 1:
                return self
            extra = stride - 1
        else:
            extra = 2 * padding - dilation * (kernel - 1) - 1 + stride
            if rounding is CEIL:
                extra = least((extra + stride - 1, padding + stride - 1))
        size = absorbed(self.value + extra) if stride == 1 else floor_div(self.value + extra, stride)
        return type(self)(size, self.stride * stride, self.collapses)

    def scaled(self, factor: Value, extra: Value = 0) -> Self:
        """Return `factor`·n + extra."""
        value = absorbed(self.value * factor + extra)
        return type(self)(value, divide(self.stride, factor), self.collapses)

    def shrunk(self, factor: Value) -> Self:
        """Return n / factor, exactly."""
        return type(self)(divide(self.value, factor), self.stride * factor, self.collapses)

    def fixed(self, size: Value) -> Self:
        """Return a size that does not depend on the input."""
        return type(self)(size, self.stride, self.collapses + 1)

    @property
    def is_unit(self) -> bool:
        """Whether the extent is 1 identically, not just for some inputs."""
        return self.collapses > 0 and self.value == 1


@dataclass(frozen=True)
class Shape:
    """Channels, height and width of one tensor."""

    channels: Value
    height: Extent
    width: Extent

    @cached_property
    def area(self) -> Value:
        """Height × width."""
        return self.height.value * self.width.value

    @cached_property
    def elements(self) -> Value:
        """Channels × height × width."""
        return self.channels * self.area

    @property
    def sizes(self) -> tuple[Value, Value, Value]:
        """Channels, height and width as values."""
        return self.channels, self.height.value, self.width.value

    def with_channels(self, channels: Value) -> "Shape":
        """Return the shape with other channels."""
        return Shape(channels, self.height, self.width)
