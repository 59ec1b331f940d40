"""What changes numbers in their places: normalizations, activations, dropout."""

from dataclasses import dataclass
from typing import Final

from symcnn.layers.operators.base import Operator, Rank

EPSILON: Final = 1e-5
"""What normalizations add to the variance, as PyTorch does."""

MOMENTUM: Final = 0.1
"""The share that a batch has in the running statistics, as in PyTorch."""


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
