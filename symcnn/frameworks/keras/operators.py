"""What the families of operators share: how one is applied to symbols, and how layers hold parameters."""

from functools import singledispatch
from typing import Any

from keras import layers, ops

from symcnn.frameworks.program import Step
from symcnn.layers.operators.base import Operator, Sides


class Parts:
    """The layers of one step.

    Attributes:
        step: the step.
        weighted: the layers that hold its parameters, in their order.
    """

    def __init__(self, step: Step) -> None:
        self.step = step
        self.weighted: list[Any] = []

    def put(self, layer: Any, *inputs: Any) -> Any:
        """Run a layer that holds parameters."""
        self.weighted.append(layer)
        return layer(*inputs)

    @property
    def biased(self) -> bool:
        """Whether there is a bias."""
        return len(self.step.operator.tensors) > 1

    def name(self, part: str = "") -> str:
        """Return the name of the step, or of a part of it."""
        return f"{self.step.name}__{part}" if part else self.step.name


@singledispatch
def apply(operator: Operator, to: Parts, *inputs: Any) -> Any:
    """Return what an operator makes of tensors."""
    raise NotImplementedError(type(operator).__name__)


@singledispatch
def arranged(operator: Operator, step: Step, name: str, values: Any) -> list[Any]:
    """Return a parameter in Keras' layout, a part for each layer that holds one; by default as it is."""
    return [values]


def pad(x: Any, sides: Sides, to: Parts, value: float | None = None) -> Any:
    """Pad a map, if there is anything to pad."""
    if not any(map(any, sides)):
        return x
    if value is None:
        return layers.ZeroPadding2D(sides, name=to.name("sides"))(x)
    return ops.pad(x, ((0, 0), *sides, (0, 0)), constant_values=value)
