"""A network as one model: nodes, and parameters with or without values."""

from collections.abc import Sequence
from typing import Any, Final

import numpy as np
from onnx import TensorProto, helper

import symcnn
from symcnn.frameworks.base import RefusedError
from symcnn.frameworks.onnx import elements, pools, products, rearrange
from symcnn.frameworks.onnx.operators import Nodes, arranged, held, write
from symcnn.frameworks.program import Program, Step
from symcnn.layers.operators.base import Tensor

FAMILIES = (products, pools, elements, rearrange)
"""The modules that implement the operators; importing them fills `write` and `arranged`."""

OPSET: Final = 20
"""The version of the operators: the first with `Gelu`; dilated means came before."""

IR_VERSION: Final = 9
"""The version of the format that came with it."""


def model_of(program: Program, result: Sequence[int | None], parameters: Sequence[Any] = ()) -> Any:
    """Return a model, for any batch.

    Args:
        program: the network.
        result: what is stated of the output.
        parameters: those that are inputs, without values.
    """
    image = helper.make_tensor_value_info("input", TensorProto.FLOAT, ["batch", *program.input])
    output = helper.make_tensor_value_info("output", TensorProto.FLOAT, ["batch", *result])
    graph = helper.make_graph(
        nodes(program), "network", [image, *parameters], [output], doc_string=program.text.strip()
    )
    return helper.make_model(
        graph,
        opset_imports=[helper.make_opsetid("", OPSET)],
        ir_version=IR_VERSION,
        producer_name="symcnn",
        producer_version=symcnn.__version__,
    )


def shapes_of(program: Program) -> Any:
    """Return a model without values, of whose output nothing is stated that could be inferred.

    Raises:
        RefusedError: if there can be none, since a size is negative.
    """
    try:
        # Memory for all zeros is not touched.
        parameters = [
            helper.make_tensor_value_info(
                held(step, tensor),
                TensorProto.FLOAT,
                laid_out(step, tensor, np.broadcast_to(np.float32(0), tensor.shape)).shape,
            )
            for step, tensor in program.tensors()
        ]
    except ValueError as error:
        raise RefusedError(str(error)) from None
    return model_of(program, [None] * len(program.result), parameters)


def laid_out(step: Step, tensor: Tensor, values: Any) -> Any:
    """Return the values of a parameter as ONNX holds them."""
    return arranged(step.operator, step, tensor.name, values)


def value_names(program: Program) -> list[str]:
    """Return the names of all values, by their numbers."""
    names = ["input", *(step.name for step in program.steps)]
    names[program.output] = "output"
    return names


def nodes(program: Program) -> list[Any]:
    """Return the nodes of all steps."""
    names = value_names(program)
    found: list[Any] = []
    for number, step in enumerate(program.steps, start=1):
        to = Nodes(step, [names[i] for i in step.inputs], names[number])
        write(step.operator, to)
        found += to.nodes
    return found
