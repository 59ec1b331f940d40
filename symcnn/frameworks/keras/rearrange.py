"""What moves, adds, drops and joins elements, in Keras."""

from collections.abc import Sequence
from typing import Any

from keras import layers, ops

from symcnn.frameworks.keras.operators import Parts, apply
from symcnn.layers.operators import rearrange as op


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
    if h % r or w % r:
        raise ValueError(f"{r} does not divide {h}×{w}")
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
