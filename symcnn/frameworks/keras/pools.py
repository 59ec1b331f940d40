"""Pools in Keras."""

import math
from dataclasses import replace
from functools import reduce
from typing import Any

from keras import layers, ops

from symcnn.frameworks.keras.operators import Parts, apply, pad
from symcnn.frameworks.windows import padded
from symcnn.layers.operators import pools as op


@apply.register
def _(o: op.Pool, to: Parts, x: Any) -> Any:
    sides = padded(o, x.shape[1:3])
    if o.kind == "max":
        return _slide(o, to, pad(x, sides, to, -math.inf))
    means = _slide(o, to, pad(x, sides, to))
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
