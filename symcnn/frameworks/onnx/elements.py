"""Normalizations, activations and dropout in ONNX."""

from collections.abc import Mapping
from typing import Any, Final

import numpy as np

from symcnn.frameworks.onnx.operators import Nodes, arranged, write
from symcnn.frameworks.program import Step
from symcnn.layers.operators import elements as op


@write.register
def _(o: op.Normalize, to: Nodes) -> None:
    if o.kind == "batch":
        to.add("BatchNormalization", [*to.inputs, *to.held], epsilon=op.EPSILON, momentum=1 - op.MOMENTUM)
    elif o.groups == o.channels:
        to.add("InstanceNormalization", [*to.inputs, *to.held], epsilon=op.EPSILON)
    elif o.kind == "group":
        _normalize_groups(o, to)
    else:
        last = to.add("Transpose", to.inputs, "channels_last", perm=[0, 2, 3, 1])
        done = to.add("LayerNormalization", [last, *to.held], "normalized", axis=-1, epsilon=op.EPSILON)
        to.add("Transpose", [done], perm=[0, 3, 1, 2])


def _normalize_groups(o: op.Normalize, to: Nodes) -> None:
    """Normalize groups as instances, as ONNX infers no shape of its own group normalization."""
    ones, zeros = (to.constant(n, [v] * o.groups, np.float32) for n, v in (("ones", 1), ("zeros", 0)))
    folded = to.add("Reshape", [*to.inputs, to.constant("groups", [0, o.groups, -1], np.int64)], "folded")
    normal = to.add("InstanceNormalization", [folded, ones, zeros], "normalized", epsilon=op.EPSILON)
    back = to.add("Reshape", [normal, to.constant("shape", [0, *to.step.shape], np.int64)], "unfolded")
    scale, shift = to.held
    to.add("Add", [to.add("Mul", [back, scale], "scaled"), shift])


@write.register
def _(o: op.NormalizeResponse, to: Nodes) -> None:
    if o.size % 2:
        to.add("LRN", to.inputs, size=o.size, alpha=o.alpha, beta=o.beta, bias=o.k)
        return
    # Of an even number of neighbors, LRN has the larger half behind, and onnxruntime refuses it.
    channels, height, width = to.step.shape
    squared = to.add("Mul", [*to.inputs, *to.inputs], "squared")
    rows = to.constant("rows", [0, 1, channels, height * width], np.int64)
    back = to.constant("map", [0, channels, height, width], np.int64)
    folded = to.add("Reshape", [squared, rows], "folded")
    pooled = to.add(
        "AveragePool",
        [folded],
        "pooled",
        kernel_shape=[o.size, 1],
        pads=[o.size // 2, 0, (o.size - 1) // 2, 0],
        count_include_pad=1,
    )
    unfolded = to.add("Reshape", [pooled, back], "unfolded")
    alpha = to.add("Mul", [unfolded, to.constant("alpha", o.alpha, np.float32)], "scaled")
    base = to.add("Add", [alpha, to.constant("k", o.k, np.float32)], "base")
    to.add("Div", [*to.inputs, to.add("Pow", [base, to.constant("beta", o.beta, np.float32)], "power")])


@write.register
def _(o: op.ScaleChannels, to: Nodes) -> None:
    to.add("Mul", [*to.inputs, *to.held])


ACTIVATIONS: Final[Mapping[str, tuple[str, Mapping[str, Any]]]] = {
    "elu": ("Elu", {}),
    "gelu": ("Gelu", {}),
    "hsigmoid": ("HardSigmoid", {"alpha": 1 / 6, "beta": 0.5}),
    "hswish": ("HardSwish", {}),
    "mish": ("Mish", {}),
    "sigmoid": ("Sigmoid", {}),
    "softmax": ("Softmax", {"axis": 1}),
    "tanh": ("Tanh", {}),
}
"""The activations that are one node without a number."""


@write.register
def _(o: op.Activate, to: Nodes) -> None:
    if o.kind == "leaky":
        to.add("LeakyRelu", to.inputs, alpha=o.value)
    elif o.kind == "silu":
        to.add("Mul", [*to.inputs, to.add("Sigmoid", to.inputs, "sigmoid")])
    elif o.kind == "relu" and o.value is None:
        to.add("Relu", to.inputs)
    elif o.kind == "relu":
        ends = to.constant("least", 0, np.float32), to.constant("cap", o.value, np.float32)
        to.add("Clip", [*to.inputs, *ends])
    else:
        kind, attributes = ACTIVATIONS[o.kind]
        to.add(kind, to.inputs, **attributes)


@write.register
def _(o: op.LearnedSlope, to: Nodes) -> None:
    to.add("PRelu", [*to.inputs, *to.held])


@write.register
def _(o: op.Drop, to: Nodes) -> None:
    # It does nothing here; onnxruntime takes only ratios below 1.
    ratio = min(o.rate, float(np.nextafter(np.float32(1), np.float32(0))))
    to.add("Dropout", [*to.inputs, to.constant("ratio", ratio, np.float32)])


@write.register
def _(o: op.Identity, to: Nodes) -> None:
    to.add("Identity", to.inputs)


@arranged.register
def _(o: op.Normalize, step: Step, name: str, values: Any) -> Any:
    return values.reshape(-1, 1, 1) if o.kind == "group" and o.groups < o.channels else values


@arranged.register
def _(o: op.ScaleChannels, step: Step, name: str, values: Any) -> Any:
    return values.reshape(-1, 1, 1)


@arranged.register
def _(o: op.LearnedSlope, step: Step, name: str, values: Any) -> Any:
    return values if step.vector else values.reshape(-1, 1, 1)
