"""What the families of operators share: how one becomes a module, and how that holds parameters."""

from collections.abc import Callable
from functools import singledispatch
from typing import Any

from torch import Tensor, nn

from symcnn.layers.operators.base import Operator, Sides


@singledispatch
def module(operator: Operator) -> nn.Module:
    """Return the module of an operator."""
    raise NotImplementedError(type(operator).__name__)


@singledispatch
def arranged(operator: Operator, name: str, values: Any) -> Any:
    """Return a parameter in PyTorch's layout; by default as it is."""
    return values


def around(sides: Sides) -> list[int]:
    """Return sides in the order of `functional.pad`: left, right, top, bottom."""
    (top, bottom), (left, right) = sides
    return [left, right, top, bottom]


class Function(nn.Module):
    """A function of one or several tensors, with what it shows."""

    def __init__(self, function: Callable[..., Tensor], shown: str = "") -> None:
        super().__init__()
        self.function = function
        self.shown = shown

    def forward(self, *inputs: Tensor) -> Tensor:
        return self.function(*inputs)

    def extra_repr(self) -> str:
        return self.shown
