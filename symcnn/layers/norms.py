"""Normalizations, and the learned scale of each channel."""

from collections.abc import Mapping

from symcnn.algebra.arithmetic import divide
from symcnn.algebra.polynomials import Poly, Value
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
    layer,
    whole,
)
from symcnn.layers.operators import elements as operators


class Normalization(Layer):
    """What normalizations share: scale and shift of each channel, one operation an element.

    For receptive fields they are taken as pointwise, as the field does.
    """

    in_place = True

    def output(self, *inputs: Shape) -> Shape:
        return inputs[0]

    def parameters(self, *inputs: Shape) -> tuple[Parameter, ...]:
        channels = (Factor("C", inputs[0].channels),)
        return (
            Parameter("scale", Role.NORMALIZATION, channels, start=1),
            Parameter("shift", Role.NORMALIZATION, channels, start=0),
        )

    def normalize(self, kind: str, groups: Value, *inputs: Shape) -> tuple[Operator, ...]:
        """Return the normalization of a kind."""
        channels, tensors = whole(inputs[0].channels), self.tensors(*inputs)
        return (operators.Normalize(kind, channels, whole(groups), tensors=tensors),)

    def operations(self, *inputs: Shape) -> Mapping[Operation, Value]:
        return {Operation.NORMALIZATION: inputs[0].elements}


@layer(
    "bn",
    example="bn",
    activatable=True,
    flag="normalization",
    known_as=("batchnorm", "batchnormalization", "batch"),
)
class BatchNorm(Normalization):
    """Normalizes each channel over the batch; keeps running mean and variance as buffers."""

    def parameters(self, *inputs: Shape) -> tuple[Parameter, ...]:
        channels = (Factor("C", inputs[0].channels),)
        return (
            *super().parameters(*inputs),
            Parameter("running mean", Role.BUFFER, channels, start=0),
            Parameter("running variance", Role.BUFFER, channels, start=1),
        )

    def operators(self, *inputs: Shape) -> tuple[Operator, ...]:
        return self.normalize("batch", 1, *inputs)


@layer("in", example="in", activatable=True, flag="normalization", known_as=("instancenorm",))
class InstanceNorm(Normalization):
    """Normalizes each channel of each image, with learned scale and shift."""

    def operators(self, *inputs: Shape) -> tuple[Operator, ...]:
        return self.normalize("group", inputs[0].channels, *inputs)


@layer("ln", example="ln", activatable=True, flag="normalization", known_as=("layernorm",))
class LayerNorm(Normalization):
    """Normalizes over the channels, with scale and shift for each."""

    def operators(self, *inputs: Shape) -> tuple[Operator, ...]:
        return self.normalize("layer", 1, *inputs)


@layer(
    "gn",
    example="gn8",
    size=Takes.COUNT,
    size_field="groups",
    activatable=True,
    flag="normalization",
    known_as=("groupnorm",),
)
class GroupNorm(Normalization):
    """Normalizes over groups of channels, with scale and shift for each channel."""

    groups: Value = 32

    def require(self, demand: Demand, *inputs: Shape) -> None:
        demand.count(self.groups, "the number of groups")
        channels = inputs[0].channels
        shown = "channels" if isinstance(channels, Poly) else f"{channels} channels"
        demand.whole(divide(channels, self.groups), f"{self.groups} groups do not divide the {shown}")

    def operators(self, *inputs: Shape) -> tuple[Operator, ...]:
        return self.normalize("group", self.groups, *inputs)


@layer(
    "lrn",
    example="lrn5",
    size=Takes.COUNT,
    size_field="size",
    activatable=True,
    known_as=("localresponsenorm",),
)
class LocalResponseNorm(Layer):
    """Normalizes over neighboring channels, without parameters."""

    size: Value = 5
    in_place = True

    def require(self, demand: Demand, *inputs: Shape) -> None:
        demand.count(self.size, "the size")

    def output(self, *inputs: Shape) -> Shape:
        return inputs[0]

    def operations(self, *inputs: Shape) -> Mapping[Operation, Value]:
        return {Operation.NORMALIZATION: inputs[0].elements}

    def operators(self, *inputs: Shape) -> tuple[Operator, ...]:
        return (operators.NormalizeResponse(whole(self.size)),)


@layer("scale", example="scale", known_as=("layerscale",))
class Scale(Layer):
    """Multiplies each channel by a learned number (layer scale)."""

    in_place = True

    def output(self, *inputs: Shape) -> Shape:
        return inputs[0]

    def parameters(self, *inputs: Shape) -> tuple[Parameter, ...]:
        return (Parameter("scale", Role.WEIGHT, (Factor("C", inputs[0].channels),), start=1),)

    def operations(self, *inputs: Shape) -> Mapping[Operation, Value]:
        return {Operation.ELEMENTWISE: inputs[0].elements}

    def operators(self, *inputs: Shape) -> tuple[Operator, ...]:
        return (operators.ScaleChannels(whole(inputs[0].channels), tensors=self.tensors(*inputs)),)
