"""Pools in ONNX."""

from typing import Any

import numpy as np

from symcnn.frameworks.onnx.operators import Nodes, pads, write
from symcnn.frameworks.windows import padded, shares
from symcnn.layers.operators import pools as op
from symcnn.layers.operators.base import Sides


@write.register
def _(o: op.Pool, to: Nodes) -> None:
    windows: dict[str, Any] = {
        "kernel_shape": o.kernel_size,
        "strides": o.stride,
        "dilations": o.dilation,
    }
    # ONNX's `ceil_mode` may add a window on nothing but padding: what overhangs is padding here.
    sides = padded(o, to.step.shape[1:])
    # onnxruntime takes less than a window of padding.
    narrow = all(max(pads) < size for pads, size in zip(sides, o.kernel_size, strict=True))
    if o.kind == "max" and narrow:
        to.add("MaxPool", to.inputs, pads=pads(sides), **windows)
    elif o.kind == "max":
        to.add("MaxPool", [_widened(to, sides, -np.inf)], **windows)
    elif not any(map(any, sides)):
        to.add("AveragePool", to.inputs, **windows)
    else:
        # A mean over what counts is one over all cells, times the cells over those that count.
        factors = np.outer(*shares(o, to.step.shape[1:]))
        means = to.add("AveragePool", [_widened(to, sides, 0)], "means", **windows)
        to.add("Mul", [means, to.constant("shares", factors, np.float32)])


def _widened(to: Nodes, sides: Sides, value: float) -> str:
    """Return the input with a value around it."""
    (top, bottom), (left, right) = sides
    around = to.constant("sides", [0, 0, top, left, 0, 0, bottom, right], np.int64)
    return to.add("Pad", [*to.inputs, around, to.constant("edge", value, np.float32)], "padded")


@write.register
def _(o: op.GlobalPool, to: Nodes) -> None:
    to.add("GlobalAveragePool" if o.kind == "avg" else "GlobalMaxPool", to.inputs)


def means(size: int, output: int) -> list[list[float]]:
    """Return the matrix, output × size, that takes the means of an adaptive pool along an axis."""
    rows: list[list[float]] = []
    for i in range(output):
        start, end = i * size // output, -(-(i + 1) * size // output)
        rows.append([(start <= j < end) / (end - start) for j in range(size)])
    return rows


@write.register
def _(o: op.AdaptivePool, to: Nodes) -> None:
    _, height, width = to.step.shape
    rows = to.constant("rows", means(height, o.output_size[0]), np.float32)
    columns = to.constant("columns", np.transpose(means(width, o.output_size[1])), np.float32)
    to.add("MatMul", [to.add("MatMul", [rows, *to.inputs], "pooled"), columns])
