"""What the families of operators share: how one becomes nodes, and how initializers hold parameters."""

from collections.abc import Sequence
from functools import singledispatch
from typing import Any

import numpy as np
from onnx import helper, numpy_helper

from symcnn.frameworks.program import Step
from symcnn.layers.operators.base import Operator, Sides, Tensor


def held(step: Step, tensor: Tensor) -> str:
    """Return the name of a parameter."""
    return f"{step.name}.{tensor.name.replace(' ', '_')}"


class Nodes:
    """The nodes of one step.

    Attributes:
        step: the step.
        inputs: the names of the tensors that enter.
        output: the name of the one that goes on.
        held: the names of the parameters.
        nodes: the nodes so far.
    """

    def __init__(self, step: Step, inputs: Sequence[str], output: str) -> None:
        self.step = step
        self.inputs = list(inputs)
        self.output = output
        self.held = [held(step, tensor) for tensor in step.operator.tensors]
        self.nodes: list[Any] = []

    def add(self, kind: str, inputs: Sequence[str], part: str = "", **attributes: Any) -> str:
        """Add a node; return the name of its output, which is that of the step unless it is a part."""
        name = f"{self.step.name}.{part}" if part else self.step.name
        output = name if part else self.output
        self.nodes.append(helper.make_node(kind, inputs, [output], name, **attributes))
        return output

    def constant(self, name: str, value: Any, kind: Any) -> str:
        """Add a constant, which is no parameter and therefore no initializer."""
        tensor = numpy_helper.from_array(np.asarray(value, kind), name)
        return self.add("Constant", [], name, value=tensor)


@singledispatch
def write(operator: Operator, to: Nodes) -> None:
    """Write the nodes of an operator."""
    raise NotImplementedError(type(operator).__name__)


@singledispatch
def arranged(operator: Operator, step: Step, name: str, values: Any) -> Any:
    """Return a parameter in the layout of ONNX; by default as it is."""
    return values


def pads(sides: Sides) -> list[int]:
    """Return sides as ONNX has them: all starts, then all ends."""
    return [before for before, _ in sides] + [after for _, after in sides]
