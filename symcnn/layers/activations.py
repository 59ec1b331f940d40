"""Activation functions, and what does nothing to the shape."""

from collections.abc import Mapping

from symcnn.algebra.polynomials import Value
from symcnn.layers.base import (
    Demand,
    Factor,
    Layer,
    Operation,
    Operator,
    Parameter,
    Role,
    Shape,
    Takes,
    decimal,
    layer,
    whole,
)
from symcnn.layers.operators import elements as operators


class Activation(Layer):
    """What activations share: one operation an element, nothing learned."""

    in_place = True

    def output(self, *inputs: Shape) -> Shape:
        return inputs[0]

    def operations(self, *inputs: Shape) -> Mapping[Operation, Value]:
        return {Operation.ACTIVATION: inputs[0].elements}

    def operators(self, *inputs: Shape) -> tuple[Operator, ...]:
        return (operators.Activate(self.spec.word),)


@layer("relu", example="relu6", size=Takes.NUMBER, size_field="cap", flag="activation")
class ReLU(Activation):
    """max(x, 0), capped if a size is given."""

    cap: Value | None = None

    def operators(self, *inputs: Shape) -> tuple[Operator, ...]:
        return (operators.Activate("relu", None if self.cap is None else decimal(self.cap)),)


@layer(
    "leaky",
    example="leaky0.1",
    size=Takes.NUMBER,
    size_field="slope",
    flag="activation",
    known_as=("leakyrelu", "lrelu"),
)
class LeakyReLU(Activation):
    """x, or a fixed multiple of it (0.01 unless stated) where it is negative."""

    slope: Value | None = None

    def operators(self, *inputs: Shape) -> tuple[Operator, ...]:
        return (operators.Activate("leaky", 0.01 if self.slope is None else decimal(self.slope)),)


@layer("elu", example="elu", flag="activation")
class ELU(Activation):
    """x, or e^x − 1 where it is negative."""


@layer("sigmoid", example="sigmoid", flag="activation")
class Sigmoid(Activation):
    """1/(1 + e^−x)."""


@layer("hsigmoid", example="hsigmoid", flag="activation", known_as=("hardsigmoid",))
class HardSigmoid(Activation):
    """A piecewise linear sigmoid."""


@layer("silu", aliases=("swish",), example="silu", flag="activation")
class SiLU(Activation):
    """x times its sigmoid."""


@layer("hswish", example="hswish", flag="activation", known_as=("hardswish",))
class HardSwish(Activation):
    """x times its hard sigmoid."""


@layer("mish", example="mish", flag="activation")
class Mish(Activation):
    """x·tanh(log(1 + e^x))."""


@layer("gelu", example="gelu", flag="activation")
class GELU(Activation):
    """x times the normal distribution function at x."""


@layer("tanh", example="tanh", flag="activation")
class Tanh(Activation):
    """The hyperbolic tangent."""


@layer("softmax", aliases=("soft-max",), example="softmax", flag="activation")
class Softmax(Activation):
    """e^x over the sum of all e^x of a position."""


@layer("prelu", example="prelu", flag="activation")
class PReLU(Activation):
    """x, or a learned multiple of it (one for each channel) where it is negative."""

    def parameters(self, *inputs: Shape) -> tuple[Parameter, ...]:
        return (Parameter("slope", Role.WEIGHT, (Factor("C", inputs[0].channels),), start=0.25),)

    def operators(self, *inputs: Shape) -> tuple[Operator, ...]:
        return (operators.LearnedSlope(whole(inputs[0].channels), tensors=self.tensors(*inputs)),)


@layer("drop", aliases=("dropout",), example="drop0.5", size=Takes.NUMBER, size_field="rate")
class Dropout(Layer):
    """Sets a share of the elements (half unless stated) to 0 during training; does nothing afterwards."""

    rate: Value | None = None
    in_place = True

    def require(self, demand: Demand, *inputs: Shape) -> None:
        if self.rate is not None:
            demand.at_least(1 - self.rate, 0, "a rate is at most 1")

    def output(self, *inputs: Shape) -> Shape:
        return inputs[0]

    def operators(self, *inputs: Shape) -> tuple[Operator, ...]:
        return (operators.Drop(0.5 if self.rate is None else decimal(self.rate)),)


@layer("identity", example="identity", known_as=("skip", "id"))
class Identity(Layer):
    """Passes its input on."""

    in_place = True

    def output(self, *inputs: Shape) -> Shape:
        return inputs[0]

    def operators(self, *inputs: Shape) -> tuple[Operator, ...]:
        return (operators.Identity(),)
