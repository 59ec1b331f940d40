"""What all operators are: steps on maps or vectors, with the layer's parameters."""

from dataclasses import dataclass, field
from enum import Enum
from math import prod
from typing import ClassVar

Two = tuple[int, int]
Sides = tuple[Two, Two]


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
class NoCounterpart(Operator):
    """What no framework can be asked to do.

    Attributes:
        reason: why, as the end of a message.
    """

    reason: str
