"""Fully connected layers."""

from collections.abc import Mapping

from symcnn.algebra.polynomials import Value
from symcnn.layers.base import (
    Factor,
    Layer,
    Operation,
    Operator,
    Parameter,
    Role,
    Shape,
    Takes,
    layer,
    whole,
)
from symcnn.layers.operators import products as operators
from symcnn.layers.reach import Reach, Whole


@layer(
    "fc",
    aliases=("linear", "dense"),
    example="fc4096",
    size=Takes.WIDTH,
    size_field="out_features",
    width_field="out_features",
    requires=("width",),
    normalizable=True,
    activatable=True,
    rows=True,
    known_as=("fullyconnected",),
)
class FullyConnected(Layer):
    """Multiplies the flattened input, channels × height × width, by a matrix."""

    out_features: Value
    bias: bool = True
    counts_activations = True

    def output(self, *inputs: Shape) -> Shape:
        x = inputs[0]
        return Shape(self.out_features, x.height.fixed(1), x.width.fixed(1))

    def _matrix(self, x: Shape) -> tuple[Factor, ...]:
        channels, height, width = x.sizes
        row: tuple[Factor, ...] = (Factor("C_in", channels),)
        if not (x.height.is_unit and x.width.is_unit):
            row += (Factor("H_in", height), Factor("W_in", width))
        return (*row, Factor("C_out", self.out_features))

    def parameters(self, *inputs: Shape) -> tuple[Parameter, ...]:
        weight = Parameter("weight", Role.WEIGHT, self._matrix(inputs[0]))
        if not self.bias:
            return (weight,)
        return weight, Parameter("bias", Role.BIAS, (Factor("C_out", self.out_features),), start=0)

    def macs(self, *inputs: Shape) -> tuple[Factor, ...]:
        return self._matrix(inputs[0])

    def operations(self, *inputs: Shape) -> Mapping[Operation, Value]:
        return {Operation.BIAS: self.out_features} if self.bias else {}

    def operators(self, *inputs: Shape) -> tuple[Operator, ...]:
        features = whole(inputs[0].elements), whole(self.out_features)
        return (operators.Linear(*features, tensors=self.tensors(*inputs)),)

    def reach(self, axis: str) -> Reach:
        return Whole()
