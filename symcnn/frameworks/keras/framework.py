"""What Keras answers."""

from collections.abc import Generator, Sequence
from contextlib import contextmanager
from itertools import groupby
from math import prod
from operator import itemgetter
from pathlib import Path
from typing import Any

import keras
import numpy as np

from symcnn.errors import LimitError
from symcnn.frameworks.base import Framework, Layer, RefusedError
from symcnn.frameworks.keras import elements, pools, products, rearrange
from symcnn.frameworks.keras.operators import Parts, apply, arranged
from symcnn.frameworks.program import Program
from symcnn.frameworks.values import initial

FAMILIES = (products, pools, elements, rearrange)
"""The modules that implement the operators; importing them fills `apply` and `arranged`."""


@contextmanager
def channels_last() -> Generator[None, None, None]:
    """Make layers channels last, whatever the user's configuration says of those that do not state it."""
    usual = keras.config.image_data_format()
    keras.config.set_image_data_format("channels_last")
    try:
        yield
    finally:
        keras.config.set_image_data_format(usual)


@channels_last()
def trace(program: Program) -> tuple[list[Any], dict[str, Parts]]:
    """Return all values, as symbols, and the layers of each step."""
    channels, height, width = program.input
    values = [keras.Input((height, width, channels), name="input")]
    steps: dict[str, Parts] = {}
    for step in program.steps:
        steps[step.name] = Parts(step)
        inputs = (values[number] for number in step.inputs)
        values.append(apply(step.operator, steps[step.name], *inputs))
    return values, steps


class Keras(Framework):
    """Keras: shapes by its symbolic tensors; it counts no MACs."""

    key = "keras"
    package = "keras"

    def build(self, program: Program, seed: int) -> Any:
        drawn = initial(program, seed)
        values, parts = trace(program)
        try:
            model = keras.Model(values[0], values[program.output], name="network")
        except RecursionError:
            raise LimitError(
                f"{len(program.layers):,} layers are too deep for Keras, which follows them by recursion"
            ) from None
        for step, group in groupby(drawn, itemgetter(0)):
            arrays = [arranged(step.operator, step, tensor.name, array) for _, tensor, array in group]
            for layer, weights in zip(parts[step.name].weighted, zip(*arrays, strict=True), strict=True):
                layer.set_weights(weights)
        return model

    def save(self, model: Any, path: Path) -> None:
        """Write Keras' own format, which opens without symcnn."""
        model.save(path)

    def inspect(self, program: Program) -> list[Layer]:
        try:
            # Outside of this scope, variables take memory at once.
            with keras.StatelessScope(initialize_variables=False):
                values, steps = trace(program)
        except ValueError as error:
            raise RefusedError(str(error)) from None
        return [
            self._layer([steps[step.name] for step in part], values[number])
            for part, number in zip(program.parts(), program.layers, strict=True)
        ]

    @staticmethod
    def _layer(parts: Sequence[Parts], value: Any) -> Layer:
        weighted = [layer for part in parts for layer in part.weighted]
        counts = [
            sum(prod(w.shape) for layer in weighted for w in weights(layer))
            for weights in (lambda one: one.trainable_weights, lambda one: one.non_trainable_weights)
        ]
        *extents, channels = value.shape[1:]
        height, width = extents or (1, 1)
        return Layer((channels, height, width), counts[0], counts[1], None)

    def run(self, model: Any, images: Any) -> Any:
        out = model.predict_on_batch(images.transpose(0, 2, 3, 1))
        return np.moveaxis(np.asarray(out), -1, 1)
