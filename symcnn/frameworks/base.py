"""What each framework answers."""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar

from symcnn.frameworks.program import Program


class RefusedError(Exception):
    """A framework cannot run a network on an input."""


@dataclass(frozen=True)
class Layer:
    """What a framework says of one layer.

    Attributes:
        output: the shape that goes on, without the batch.
        params: trainable parameters.
        buffers: running statistics.
        macs: multiply-accumulates, None if the framework counts none.
    """

    output: tuple[int, int, int]
    params: int
    buffers: int
    macs: int | None


class Framework(ABC):
    """A framework that builds models.

    Attributes:
        name: its name.
        suffix: how the names of its files end.
        packages: the packages whose versions matter.
    """

    name: ClassVar[str]
    suffix: ClassVar[str]
    packages: ClassVar[Sequence[str]]

    @abstractmethod
    def build(self, program: Program, seed: int | None) -> Any:
        """Build the model; with a seed its values are those of `initial`."""

    @abstractmethod
    def save(self, model: Any, path: Path) -> None:
        """Write a model to a file."""

    @abstractmethod
    def inspect(self, program: Program) -> list[Layer]:
        """Return what the framework itself says of each layer.

        Raises:
            RefusedError: if it cannot run the network on its input.
        """

    @abstractmethod
    def run(self, model: Any, images: Any) -> Any:
        """Return what a model makes of images (batch × C × H × W), as an array; nothing is trained."""
