"""The operators that frameworks have, in plain numbers: what a layer comes down to.

A layer kind writes itself as a short row of these (`Layer.operators`), and each
framework implements each of these once. So a new kind is one class, and a new
framework one file. The vocabulary is closed: `OPERATORS` lists it.

Tensors are maps, (batch, C, H, W), or vectors, (batch, C). Pairs are height
and width; sides are ((top, bottom), (left, right)).
"""

from dataclasses import dataclass, field
from enum import Enum
from math import prod
from typing import ClassVar, Final

Two = tuple[int, int]
Sides = tuple[Two, Two]

EPSILON: Final = 1e-5
"""What normalizations add to the variance, as PyTorch does."""

MOMENTUM: Final = 0.1
"""The share that a batch has in the running statistics, as in PyTorch."""


class Rank(Enum):
    """Which tensors an operator works on."""

    MAPS = "maps"
    VECTORS = "vectors"
    EITHER = "either"


@dataclass(frozen=True)
class Tensor:
    """A parameter in numbers.

    Attributes:
        name: its name in the layer.
        shape: its sizes.
        trained: whether it is trained; otherwise it is a running statistic.
        start: the value that all its elements start with; None if they are
            drawn at random.
    """

    name: str
    shape: tuple[int, ...]
    trained: bool
    start: float | None

    @property
    def count(self) -> int:
        """How many numbers it holds."""
        return prod(self.shape)


@dataclass(frozen=True)
class Operator:
    """One operation of a framework.

    Attributes:
        tensors: the layer's parameters, in the layer's order and layout.
    """

    rank: ClassVar[Rank] = Rank.MAPS
    tensors: tuple[Tensor, ...] = field(default=(), kw_only=True)

    @property
    def fan_in(self) -> int:
        """How many products each sum adds up: weights are drawn with a variance of 2 over this."""
        return 1


@dataclass(frozen=True)
class Convolve(Operator):
    """A convolution; the weight is k_h × k_w × C_in/g × C_out, for a depthwise one k_h × k_w × C_out."""

    in_channels: int
    out_channels: int
    kernel_size: Two
    stride: Two
    padding: Sides
    dilation: Two
    groups: int

    @property
    def fan_in(self) -> int:
        return prod(self.kernel_size) * (self.in_channels // self.groups)


@dataclass(frozen=True)
class ConvolveTransposed(Operator):
    """A transposed convolution; the weight is k_h × k_w × C_in × C_out/g.

    Of its (n−1)s + d(k−1) + 1 positions on an axis, `crop` are cut off at the
    sides. Where that is negative at an end, positions are added there that no
    input reaches: they hold the bias.
    """

    in_channels: int
    out_channels: int
    kernel_size: Two
    stride: Two
    crop: Sides
    dilation: Two
    groups: int

    @property
    def fan_in(self) -> int:
        return max(1, prod(self.kernel_size) * (self.in_channels // self.groups) // prod(self.stride))


@dataclass(frozen=True)
class Pool(Operator):
    """The greatest value or the mean of each window.

    Attributes:
        kind: `max` or `avg`.
        ceil: whether the last window may overhang the end, if it starts inside
            the input or its leading padding.
        counts_padding: whether means are over the padding's zeros, too. What
            overhangs the padding never counts.
    """

    kind: str
    kernel_size: Two
    stride: Two
    padding: Sides
    dilation: Two
    ceil: bool
    counts_padding: bool


@dataclass(frozen=True)
class GlobalPool(Operator):
    """The greatest value or the mean (`max`, `avg`) of each channel, as a map of 1 × 1."""

    kind: str


@dataclass(frozen=True)
class AdaptivePool(Operator):
    """Means over windows from ⌊i·n/o⌋ up to ⌈(i+1)·n/o⌉."""

    output_size: Two


@dataclass(frozen=True)
class Linear(Operator):
    """A product with a matrix; the weight is C_in × H_in × W_in × C_out, or C_in × C_out."""

    rank = Rank.VECTORS

    in_features: int
    out_features: int

    @property
    def fan_in(self) -> int:
        return self.in_features


@dataclass(frozen=True)
class Normalize(Operator):
    """A normalization with scale and shift of each channel.

    Attributes:
        kind: `batch`, `group`, or `layer`: over the channels of each position.
        channels: the channels.
        groups: of `group`; as many as channels is an instance normalization.
    """

    kind: str
    channels: int
    groups: int = 1


@dataclass(frozen=True)
class NormalizeResponse(Operator):
    """x over (k + α/n·Σx²)^β, where the sum is over n neighboring channels, the larger half before."""

    size: int
    alpha: float = 1e-4
    beta: float = 0.75
    k: float = 1.0


@dataclass(frozen=True)
class ScaleChannels(Operator):
    """A learned number for each channel, multiplied."""

    channels: int


@dataclass(frozen=True)
class Activate(Operator):
    """An activation function.

    Attributes:
        kind: the word of the notation.
        value: the cap of `relu`, the slope of `leaky`.
    """

    rank = Rank.EITHER

    kind: str
    value: float | None = None


@dataclass(frozen=True)
class LearnedSlope(Operator):
    """x, or a learned multiple of it for each channel where it is negative."""

    rank = Rank.EITHER

    channels: int


@dataclass(frozen=True)
class Drop(Operator):
    """A share of the elements set to 0 during training."""

    rank = Rank.EITHER

    rate: float


@dataclass(frozen=True)
class Identity(Operator):
    """Nothing."""

    rank = Rank.EITHER


@dataclass(frozen=True)
class Pad(Operator):
    """Zeros on the sides of a map."""

    sides: Sides


@dataclass(frozen=True)
class PadChannels(Operator):
    """Channels of zeros after the others."""

    more: int


@dataclass(frozen=True)
class Subsample(Operator):
    """Every s-th position, from the first on."""

    stride: Two


@dataclass(frozen=True)
class TakeChannels(Operator):
    """The first channels."""

    channels: int


@dataclass(frozen=True)
class Upsample(Operator):
    """Each element repeated along each axis."""

    factor: Two


@dataclass(frozen=True)
class ShuffleChannels(Operator):
    """Groups of channels interleaved."""

    groups: int


@dataclass(frozen=True)
class PixelShuffle(Operator):
    """C·r² × H × W to C × r·H × r·W, where the r² channels of one are neighbors."""

    factor: int


@dataclass(frozen=True)
class PixelUnshuffle(Operator):
    """The inverse of `PixelShuffle`."""

    factor: int


@dataclass(frozen=True)
class Flatten(Operator):
    """A vector of all elements, in the order C, H, W."""

    rank = Rank.EITHER


@dataclass(frozen=True)
class Unflatten(Operator):
    """A map of 1 × 1 of a vector."""

    rank = Rank.EITHER


@dataclass(frozen=True)
class Concatenate(Operator):
    """Several tensors joined over the channels."""

    rank = Rank.EITHER


@dataclass(frozen=True)
class Add(Operator):
    """Several tensors added; extents of 1 are repeated."""

    rank = Rank.EITHER


@dataclass(frozen=True)
class Multiply(Operator):
    """Several tensors multiplied; extents of 1 are repeated."""

    rank = Rank.EITHER


@dataclass(frozen=True)
class NoCounterpart(Operator):
    """What no framework can be asked to do.

    Attributes:
        reason: why, as the end of a message.
    """

    reason: str


OPERATORS: Final = tuple(kind for kind in Operator.__subclasses__() if kind is not NoCounterpart)
"""What a framework implements."""
