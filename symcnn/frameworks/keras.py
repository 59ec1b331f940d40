"""Networks as Keras models, on any backend, at one height and width.

Maps are channels last, (batch, H, W, C), which every backend runs on a CPU.
Models are made of Keras' own layers and operations, so that their files open
without symcnn.
"""

import math
import os
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import reduce, singledispatch
from importlib.util import find_spec
from math import prod
from pathlib import Path
from typing import Any, Final

from symcnn.frameworks import needed
from symcnn.frameworks.base import Framework, Layer, RefusedError
from symcnn.frameworks.program import Program, Source, Step, lower, numbers_of
from symcnn.frameworks.windows import padded
from symcnn.layers import operators as op
from symcnn.pipeline import Size

BACKENDS: Final = ("tensorflow", "jax", "torch")
"""The packages of Keras' backends, in the order in which one that is installed is chosen."""

if "KERAS_BACKEND" not in os.environ:
    # Keras asks for TensorFlow, installed or not.
    os.environ["KERAS_BACKEND"] = next(filter(find_spec, BACKENDS), BACKENDS[0])

with needed("keras"):
    import keras
    import numpy as np
    from keras import layers, ops

    from symcnn.frameworks.values import initial


def to_keras(
    source: Source,
    input: Size | None = None,
    *,
    symbols: Mapping[str, object] | None = None,
    seed: int = 0,
) -> Any:
    """Build a Keras model that trains once it is compiled.

    Args:
        source: a text in the notation, the name or the entry of a network of
            the zoo, or a parsed architecture.
        input: height, width and channels, as `derive` takes them; by default
            what the text pins, then the input of the zoo entry, then 224x224x3.
        symbols: values of further symbols.
        seed: of the values that weights start with; the same seed gives the
            same model in every framework.

    Returns:
        A `keras.Model` from (batch, H, W, C) to (batch, H, W, C), or to
        (batch, C) where the output is 1×1 for every input, as after `fc` and
        `gap`.

    Raises:
        NotationError: if the text is no network.
        DomainError: if the network cannot take the input.
        UnsupportedError: if a layer has no counterpart.
        LimitError: if it is too large.

    >>> model = to_keras("conv3-8:relu, pool, fc10", "8x8x3")
    >>> model.output_shape, model.count_params()
    ((None, 10), 1514)
    """
    return FRAMEWORK.build(lower(numbers_of(source, input, symbols).graph), seed)


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


def _pad(x: Any, sides: op.Sides, to: Parts, value: float | None = None) -> Any:
    """Pad a map, if there is anything to pad."""
    if not any(map(any, sides)):
        return x
    if value is None:
        return layers.ZeroPadding2D(sides, name=to.name("sides"))(x)
    return ops.pad(x, ((0, 0), *sides, (0, 0)), constant_values=value)


# --- One operator --------------------------------------------------------------------------------


@singledispatch
def apply(operator: op.Operator, to: Parts, *inputs: Any) -> Any:
    """Return what an operator makes of tensors."""
    raise NotImplementedError(type(operator).__name__)


@apply.register
def _(o: op.Convolve, to: Parts, x: Any) -> Any:
    x = _pad(x, o.padding, to)
    # Keras refuses steps and dilation at once: it takes every step, and most are dropped.
    dense = max(o.stride) > 1 and max(o.dilation) > 1
    settings: dict[str, Any] = {
        "strides": 1 if dense else o.stride,
        "dilation_rate": o.dilation,
        "use_bias": to.biased,
        "name": to.name(),
    }
    if o.groups == o.in_channels > 1:
        layer = layers.DepthwiseConv2D(
            o.kernel_size,
            depth_multiplier=o.out_channels // o.groups,
            depthwise_initializer="zeros",
            **settings,
        )
    else:
        layer = layers.Conv2D(
            o.out_channels, o.kernel_size, groups=o.groups, kernel_initializer="zeros", **settings
        )
    x = to.put(layer, x)
    return x[:, :: o.stride[0], :: o.stride[1]] if dense else x


@apply.register
def _(o: op.ConvolveTransposed, to: Parts, x: Any) -> Any:
    strides = o.stride
    # Keras leaves a stride for each input at least, however small the kernel.
    spans = [d * (k - 1) + 1 for k, d in zip(o.kernel_size, o.dilation, strict=True)]
    surplus = [max(0, s - span) for s, span in zip(strides, spans, strict=True)]
    if max(strides) > 1 and max(o.dilation) > 1:
        # Keras refuses both at once: zeros between the elements do what the stride would.
        x, strides, surplus = _spread(x, o.stride), (1, 1), [s - 1 for s in o.stride]
    crop = tuple((before, after + more) for (before, after), more in zip(o.crop, surplus, strict=True))
    width = x.shape[3] // o.groups
    outs = [
        to.put(
            layers.Conv2DTranspose(
                o.out_channels // o.groups,
                o.kernel_size,
                strides,
                dilation_rate=o.dilation,
                use_bias=to.biased,
                kernel_initializer="zeros",
                name=to.name(f"group_{group}" if o.groups > 1 else ""),
            ),
            x if o.groups == 1 else x[..., group * width : (group + 1) * width],
        )
        for group in range(o.groups)
    ]
    x = outs[0] if o.groups == 1 else layers.Concatenate(name=to.name())(outs)
    return layers.Cropping2D(crop, name=to.name("crop"))(x) if any(map(any, crop)) else x


def _spread(x: Any, stride: op.Two) -> Any:
    """Put zeros behind each element, so that it takes a stride."""
    _, height, width, channels = x.shape
    rows, columns = stride
    x = ops.reshape(x, (-1, height, 1, width, 1, channels))
    x = ops.pad(x, ((0, 0), (0, 0), (0, rows - 1), (0, 0), (0, columns - 1), (0, 0)))
    return ops.reshape(x, (-1, height * rows, width * columns, channels))


@apply.register
def _(o: op.Pool, to: Parts, x: Any) -> Any:
    sides = padded(o, x.shape[1:3])
    if o.kind == "max":
        return _slide(o, to, _pad(x, sides, to, -math.inf))
    means = _slide(o, to, _pad(x, sides, to))
    if not any(map(any, sides)):
        return means
    # A mean over what counts is one over all cells, divided by the share of those that count.
    ones = ops.ones_like(x[..., :1])
    if o.counts_padding:
        ones = ops.pad(ones, ((0, 0), *o.padding, (0, 0)), constant_values=1.0)
        sides = tuple((0, end - after) for (_, end), (_, after) in zip(sides, o.padding, strict=True))
    share = _slide(o, Parts(replace(to.step, name=to.name("share"))), ops.pad(ones, ((0, 0), *sides, (0, 0))))
    return means / ops.maximum(share, 1e-9)


def _slide(o: op.Pool, to: Parts, x: Any) -> Any:
    """Pool a map that is padded already."""
    if o.dilation == (1, 1):
        kind = layers.MaxPooling2D if o.kind == "max" else layers.AveragePooling2D
        return kind(o.kernel_size, o.stride, name=to.name())(x)
    # Keras has no dilated pools: the cells of all windows, one after another.
    (k, m), (s, t), (d, e) = o.kernel_size, o.stride, o.dilation
    rows, columns = x.shape[1] - d * (k - 1), x.shape[2] - e * (m - 1)
    cells = [x[:, i * d : i * d + rows : s, j * e : j * e + columns : t] for i in range(k) for j in range(m)]
    if min(rows, columns) < 1:
        raise ValueError("the window is larger than the map")
    return reduce(ops.maximum, cells) if o.kind == "max" else reduce(ops.add, cells) / len(cells)


@apply.register
def _(o: op.GlobalPool, to: Parts, x: Any) -> Any:
    kind = layers.GlobalAveragePooling2D if o.kind == "avg" else layers.GlobalMaxPooling2D
    return kind(keepdims=True, name=to.name())(x)


@apply.register
def _(o: op.AdaptivePool, to: Parts, x: Any) -> Any:
    return layers.AdaptiveAveragePooling2D(o.output_size, name=to.name())(x)


@apply.register
def _(o: op.Linear, to: Parts, x: Any) -> Any:
    layer = layers.Dense(o.out_features, use_bias=to.biased, kernel_initializer="zeros", name=to.name())
    return to.put(layer, x)


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


@apply.register
def _(o: op.Pad, to: Parts, x: Any) -> Any:
    return layers.ZeroPadding2D(o.sides, name=to.name())(x)


@apply.register
def _(o: op.PadChannels, to: Parts, x: Any) -> Any:
    return ops.pad(x, ((0, 0), (0, 0), (0, 0), (0, o.more)))


@apply.register
def _(o: op.Subsample, to: Parts, x: Any) -> Any:
    return x[:, :: o.stride[0], :: o.stride[1]]


@apply.register
def _(o: op.TakeChannels, to: Parts, x: Any) -> Any:
    return x[..., : o.channels]


@apply.register
def _(o: op.Upsample, to: Parts, x: Any) -> Any:
    return layers.UpSampling2D(o.factor, name=to.name())(x)


def _rearrange(x: Any, parts: Sequence[int], order: Sequence[int], shape: Sequence[int]) -> Any:
    """Reshape to parts, put these in another order, and reshape to a map."""
    return ops.reshape(ops.transpose(ops.reshape(x, (-1, *parts)), order), (-1, *shape))


@apply.register
def _(o: op.ShuffleChannels, to: Parts, x: Any) -> Any:
    _, h, w, c = x.shape
    return _rearrange(x, (h, w, o.groups, c // o.groups), (0, 1, 2, 4, 3), (h, w, c))


@apply.register
def _(o: op.PixelShuffle, to: Parts, x: Any) -> Any:
    r = o.factor
    _, h, w, c = x.shape
    c //= r * r
    return _rearrange(x, (h, w, c, r, r), (0, 1, 4, 2, 5, 3), (h * r, w * r, c))


@apply.register
def _(o: op.PixelUnshuffle, to: Parts, x: Any) -> Any:
    r = o.factor
    _, h, w, c = x.shape
    h, w = h // r, w // r
    return _rearrange(x, (h, r, w, r, c), (0, 1, 3, 5, 2, 4), (h, w, c * r * r))


@apply.register
def _(o: op.Flatten, to: Parts, x: Any) -> Any:
    if len(x.shape) == 4 and x.shape[1] * x.shape[2] > 1:
        x = layers.Permute((3, 1, 2), name=to.name("channels_first"))(x)
    return layers.Flatten(name=to.name())(x)


@apply.register
def _(o: op.Unflatten, to: Parts, x: Any) -> Any:
    return layers.Reshape((1, 1, x.shape[1]), name=to.name())(x)


@apply.register
def _(o: op.Concatenate, to: Parts, *inputs: Any) -> Any:
    return layers.Concatenate(name=to.name())(list(inputs))


@apply.register
def _(o: op.Add, to: Parts, *inputs: Any) -> Any:
    # Not "add": Keras calls a sum so that stands outside of a layer, as `NormalizeResponse` has one.
    return layers.Add(name=to.name("branches"))(list(inputs))


@apply.register
def _(o: op.Multiply, to: Parts, *inputs: Any) -> Any:
    return layers.Multiply(name=to.name("branches"))(list(inputs))


# --- Parameters ----------------------------------------------------------------------------------


def arranged(step: Step, name: str, values: Any) -> list[Any]:
    """Return a parameter in Keras' layout, a part for each layer that holds one."""
    operator = step.operator
    match operator, name:
        case op.Convolve(), "weight":
            depthwise = operator.groups == operator.in_channels > 1
            last = (operator.in_channels, -1) if depthwise else (-1, operator.out_channels)
            return [values.reshape(*operator.kernel_size, *last)]
        case op.ConvolveTransposed(), "weight":
            return [part.swapaxes(2, 3) for part in np.split(values, operator.groups, axis=2)]
        case op.ConvolveTransposed(), _:
            return np.split(values, operator.groups)
        case op.Linear(), "weight":
            return [values.reshape(-1, operator.out_features)]
        case op.ScaleChannels(), _:
            return [values.reshape(1, 1, -1, 1)]
        case op.LearnedSlope(), _:
            return [values if step.vector else values.reshape(1, 1, -1)]
        case _:
            return [values]


class Keras(Framework):
    """Keras: shapes by its symbolic tensors; it counts no MACs."""

    key = "keras"
    package = "keras"

    def build(self, program: Program, seed: int) -> Any:
        values, steps = self._trace(program)
        model = keras.Model(values[0], values[program.output], name="network")
        held: dict[str, list[list[Any]]] = {}
        for step, tensor, array in initial(program, seed):
            held.setdefault(step.name, []).append(arranged(step, tensor.name, array))
        for name, arrays in held.items():
            for layer, weights in zip(steps[name].weighted, zip(*arrays, strict=True), strict=True):
                layer.set_weights(weights)
        return model

    @staticmethod
    def _trace(program: Program) -> tuple[list[Any], dict[str, Parts]]:
        """Return all values, as symbols, and the layers of each step."""
        channels, height, width = program.input
        values = [keras.Input((height, width, channels), name="input")]
        steps: dict[str, Parts] = {}
        for step in program.steps:
            steps[step.name] = Parts(step)
            inputs = (values[number] for number in step.inputs)
            values.append(apply(step.operator, steps[step.name], *inputs))
        return values, steps

    def save(self, model: Any, path: Path) -> None:
        """Write Keras' own format, which opens without symcnn."""
        model.save(path)

    def inspect(self, program: Program) -> list[Layer]:
        try:
            values, steps = self._trace(program)
        except ValueError as error:
            raise RefusedError(str(error)) from None
        return [self._layer(program, steps, i, values[n]) for i, n in enumerate(program.layers)]

    @staticmethod
    def _layer(program: Program, steps: Mapping[str, Parts], index: int, value: Any) -> Layer:
        weighted = [w for s in program.steps if s.node == index for w in steps[s.name].weighted]
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


FRAMEWORK: Final = Keras()
