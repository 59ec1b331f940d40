"""What ONNX and onnxruntime answer."""

from collections.abc import Mapping, Sequence
from math import prod
from pathlib import Path
from typing import Any, Final

import numpy as np
import onnx
from onnx import numpy_helper

from symcnn.frameworks import needed
from symcnn.frameworks.base import Framework, Layer
from symcnn.frameworks.onnx.inference import inferred
from symcnn.frameworks.onnx.model import laid_out, model_of, shapes_of, value_names
from symcnn.frameworks.onnx.operators import held
from symcnn.frameworks.program import Program, Step
from symcnn.frameworks.values import initial

MAX_PROTOBUF: Final = 2**31 - 1
"""Bytes that one message of protocol buffers can have."""

MAX_NODES: Final = 2**27
"""Bytes that are left for all nodes; the longest networks take less."""


class Onnx(Framework):
    """ONNX: shapes by its own inference; it counts no MACs."""

    key = "onnx"
    package = "onnx"

    def build(self, program: Program, seed: int) -> Any:
        drawn = initial(program, seed)
        model = model_of(program, program.result)
        for step, tensor, values in drawn:
            array = np.ascontiguousarray(laid_out(step, tensor, values))
            # One by one: helpers that make graphs copy all that they are given.
            model.graph.initializer.append(numpy_helper.from_array(array, held(step, tensor)))
        return model

    def save(self, model: Any, path: Path) -> None:
        """Write the model; over 2 GB the parameters go to a file beside it, PATH.data, as ONNX wants it."""
        size = sum(len(initializer.raw_data) for initializer in model.graph.initializer)
        apart = size > MAX_PROTOBUF - MAX_NODES
        data = f"{path.name}.data"
        if apart:
            # Other than the model, it is added to where it exists.
            path.with_name(data).unlink(missing_ok=True)
        onnx.save_model(model, path, save_as_external_data=apart, location=data if apart else None)

    def inspect(self, program: Program) -> list[Layer]:
        shapes = inferred(shapes_of(program))
        names = value_names(program)
        return [
            self._layer(steps, shapes, names[number])
            for steps, number in zip(program.parts(), program.layers, strict=True)
        ]

    @staticmethod
    def _layer(steps: Sequence[Step], shapes: Mapping[str, tuple[int, ...]], output: str) -> Layer:
        counts = {True: 0, False: 0}
        for step in steps:
            for tensor in step.operator.tensors:
                counts[tensor.trained] += prod(shapes[held(step, tensor)])
        channels, height, width = (*shapes[output][1:], 1, 1)[:3]
        return Layer((channels, height, width), counts[True], counts[False], None)

    def run(self, model: Any, images: Any) -> Any:
        with needed("onnx"):
            import onnxruntime
        session = onnxruntime.InferenceSession(model.SerializeToString(), providers=["CPUExecutionProvider"])
        return session.run(None, {"input": images})[0]
