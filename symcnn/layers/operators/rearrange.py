"""What moves elements, adds some or leaves some out, and joins tensors."""

from dataclasses import dataclass

from symcnn.layers.operators.base import Operator, Rank, Sides, Two


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
