"""What each framework answers."""

from abc import ABC, abstractmethod
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar

from symcnn.frameworks import FRAMEWORKS
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
        key: its name in `FRAMEWORKS`.
        package: the package whose version matters.
    """

    key: ClassVar[str]
    package: ClassVar[str]

    @property
    def name(self) -> str:
        """Its name."""
        return FRAMEWORKS[self.key].title

    @abstractmethod
    def build(self, program: Program, seed: int) -> Any:
        """Build the model; its values are those that `initial` gives for the seed."""

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
