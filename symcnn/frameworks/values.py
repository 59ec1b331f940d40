"""What parameters start with: the same numbers in every framework."""

from collections.abc import Iterator
from math import sqrt
from typing import Any, Final

import numpy as np

from symcnn.errors import LimitError
from symcnn.frameworks.program import Program, Step
from symcnn.layers.operators.base import Tensor

MAX_PARAMETERS: Final = 2 * 10**9
"""Parameters, at the most, of a model that is built: 8 GB."""

MAX_DRAWN: Final = 2**24
"""Numbers drawn at once."""


def initial(program: Program, seed: int) -> Iterator[tuple[Step, Tensor, Any]]:
    """Return each parameter with its values, as float32 in the shape that the layer states.

    Weights are drawn from a normal distribution with a variance of 2 over
    the number of products that are added up (He et al. 2015), which keeps
    activations of one size from layer to layer.

    Raises:
        LimitError: if there are too many parameters.
    """
    count = sum(tensor.count for _, tensor in program.tensors())
    if count > MAX_PARAMETERS:
        raise LimitError(
            f"the model has {count:,} parameters: models of at most {MAX_PARAMETERS:,} are built"
        )
    return (
        (step, tensor, _values(tensor, step.operator.fan_in, [seed, number]))
        for number, (step, tensor) in enumerate(program.tensors())
    )


def _values(tensor: Tensor, fan_in: int, seed: list[int]) -> Any:
    if tensor.start is not None:
        return np.full(tensor.shape, tensor.start, np.float32)
    drawn = np.empty(tensor.count, np.float32)
    source = np.random.default_rng(seed)
    # Piece by piece, since nothing can interrupt a draw.
    for start in range(0, tensor.count, MAX_DRAWN):
        source.standard_normal(dtype=np.float32, out=drawn[start : start + MAX_DRAWN])
    drawn *= sqrt(2 / fan_in)
    return drawn.reshape(tensor.shape)
