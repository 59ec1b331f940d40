"""Convolutions and matrices in Keras."""

from typing import Any

import numpy as np
from keras import layers, ops

from symcnn.frameworks.keras.operators import Parts, apply, arranged, pad
from symcnn.frameworks.program import Step
from symcnn.layers.operators import products as op
from symcnn.layers.operators.base import Two


def _depthwise(o: op.Convolve) -> bool:
    """Tell whether Keras holds the weights of a convolution for each channel that enters."""
    return o.groups == o.in_channels > 1


@apply.register
def _(o: op.Convolve, to: Parts, x: Any) -> Any:
    x = pad(x, o.padding, to)
    # Keras refuses steps and dilation at once: it takes every step, and most are dropped.
    dense = max(o.stride) > 1 and max(o.dilation) > 1
    settings: dict[str, Any] = {
        "strides": 1 if dense else o.stride,
        "dilation_rate": o.dilation,
        "use_bias": to.biased,
        "name": to.name(),
    }
    if _depthwise(o):
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


def _spread(x: Any, stride: Two) -> Any:
    """Put zeros behind each element, so that it takes a stride."""
    _, height, width, channels = x.shape
    rows, columns = stride
    x = ops.reshape(x, (-1, height, 1, width, 1, channels))
    x = ops.pad(x, ((0, 0), (0, 0), (0, rows - 1), (0, 0), (0, columns - 1), (0, 0)))
    return ops.reshape(x, (-1, height * rows, width * columns, channels))


@apply.register
def _(o: op.Linear, to: Parts, x: Any) -> Any:
    layer = layers.Dense(o.out_features, use_bias=to.biased, kernel_initializer="zeros", name=to.name())
    return to.put(layer, x)


@arranged.register
def _(o: op.Convolve, step: Step, name: str, values: Any) -> list[Any]:
    last = (o.in_channels, -1) if _depthwise(o) else (-1, o.out_channels)
    return [values.reshape(*o.kernel_size, *last) if name == "weight" else values]


@arranged.register
def _(o: op.ConvolveTransposed, step: Step, name: str, values: Any) -> list[Any]:
    if name != "weight":
        return np.split(values, o.groups)
    return [part.swapaxes(2, 3) for part in np.split(values, o.groups, axis=2)]


@arranged.register
def _(o: op.Linear, step: Step, name: str, values: Any) -> list[Any]:
    return [values.reshape(-1, o.out_features) if name == "weight" else values]
