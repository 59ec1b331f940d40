"""What is counted, and verdicts on inputs."""

from dataclasses import dataclass, field
from typing import NamedTuple

MOST_LAYERS = 100_000
MOST_DIGITS = 1_000
MOST_POSITIONS = 1_000_000


class Refused(Exception):  # noqa: N818 - a verdict on an input, not a failure of the oracle
    """The network cannot run on this input."""


class Malformed(Refused):
    """The text is not in the notation, so that no input would do."""


class Row(NamedTuple):
    """What one layer adds."""

    word: str
    shape: tuple[int, int, int]
    params: int
    macs: int


@dataclass
class Counts:
    """Everything that is counted about one network on one input."""

    weights: int = 0
    biases: int = 0
    normalization: int = 0
    buffers: int = 0
    macs: int = 0
    bias_additions: int = 0
    normalization_ops: int = 0
    activation_ops: int = 0
    pooling_ops: int = 0
    elementwise_ops: int = 0
    activations: int = 0
    output: tuple[int, int, int] = (0, 0, 0)
    layers: list[Row] = field(default_factory=list)

    @property
    def params(self) -> int:
        """The trainable parameters."""
        return self.weights + self.biases + self.normalization
