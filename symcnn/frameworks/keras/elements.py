"""Normalizations, activations and dropout in Keras."""

from collections.abc import Mapping
from typing import Any, Final

from keras import layers, ops

from symcnn.frameworks.keras.operators import Parts, apply, arranged
from symcnn.frameworks.program import Step
from symcnn.layers.operators import elements as op


@apply.register
def _(o: op.Normalize, to: Parts, x: Any) -> Any:
    if o.kind == "batch":
        layer = layers.BatchNormalization(momentum=1 - op.MOMENTUM, epsilon=op.EPSILON, name=to.name())
    elif o.kind == "layer":
        layer = layers.LayerNormalization(epsilon=op.EPSILON, name=to.name())
    else:
        layer = layers.GroupNormalization(o.groups, epsilon=op.EPSILON, name=to.name())
    return to.put(layer, x)


@apply.register
def _(o: op.NormalizeResponse, to: Parts, x: Any) -> Any:
    _, height, width, channels = x.shape
    squares = ops.reshape(ops.square(x), (-1, height * width, channels, 1))
    squares = ops.pad(squares, ((0, 0), (0, 0), (o.size // 2, (o.size - 1) // 2), (0, 0)))
    means = layers.AveragePooling2D((1, o.size), 1, name=to.name())(squares)
    return x / ops.power(ops.reshape(means, (-1, height, width, channels)) * o.alpha + o.k, o.beta)


@apply.register
def _(o: op.ScaleChannels, to: Parts, x: Any) -> Any:
    # A convolution of one weight for each channel: Keras has no other layer that multiplies channels.
    layer = layers.DepthwiseConv2D(1, use_bias=False, depthwise_initializer="ones", name=to.name())
    return to.put(layer, x)


ACTIVATIONS: Final[Mapping[str, str]] = {
    "elu": "elu",
    "gelu": "gelu",
    "hsigmoid": "hard_sigmoid",
    "hswish": "hard_silu",
    "mish": "mish",
    "sigmoid": "sigmoid",
    "silu": "silu",
    "softmax": "softmax",
    "tanh": "tanh",
}
"""The activations without a number."""


@apply.register
def _(o: op.Activate, to: Parts, x: Any) -> Any:
    if o.kind == "relu":
        return layers.ReLU(max_value=o.value, name=to.name())(x)
    if o.kind == "leaky":
        return layers.LeakyReLU(negative_slope=o.value, name=to.name())(x)
    return layers.Activation(ACTIVATIONS[o.kind], name=to.name())(x)


@apply.register
def _(o: op.LearnedSlope, to: Parts, x: Any) -> Any:
    shared = None if to.step.vector else (1, 2)
    return to.put(layers.PReLU(shared_axes=shared, name=to.name()), x)


@apply.register
def _(o: op.Drop, to: Parts, x: Any) -> Any:
    return layers.Dropout(o.rate, name=to.name())(x)


@apply.register
def _(o: op.Identity, to: Parts, x: Any) -> Any:
    return layers.Identity(name=to.name())(x)


@arranged.register
def _(o: op.ScaleChannels, step: Step, name: str, values: Any) -> list[Any]:
    return [values.reshape(1, 1, -1, 1)]


@arranged.register
def _(o: op.LearnedSlope, step: Step, name: str, values: Any) -> list[Any]:
    return [values if step.vector else values.reshape(1, 1, -1)]
