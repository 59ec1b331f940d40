"""What moves, adds, drops and joins elements, in ONNX."""

from collections.abc import Sequence
from typing import Final

import numpy as np

from symcnn.frameworks.base import RefusedError
from symcnn.frameworks.onnx.operators import Nodes, write
from symcnn.layers.operators import rearrange as op


@write.register
def _(o: op.Pad, to: Nodes) -> None:
    (top, bottom), (left, right) = o.sides
    to.add("Pad", [*to.inputs, to.constant("sides", [0, 0, top, left, 0, 0, bottom, right], np.int64)])


@write.register
def _(o: op.PadChannels, to: Nodes) -> None:
    to.add("Pad", [*to.inputs, to.constant("sides", [0] * 5 + [o.more, 0, 0], np.int64)])


LAST: Final = 2**63 - 1
"""An end that is beyond every axis."""


def _slice(to: Nodes, ends: Sequence[int], axes: Sequence[int], steps: Sequence[int]) -> None:
    numbers = {"starts": [0] * len(axes), "ends": ends, "axes": axes, "steps": steps}
    to.add("Slice", [*to.inputs, *(to.constant(name, value, np.int64) for name, value in numbers.items())])


@write.register
def _(o: op.Subsample, to: Nodes) -> None:
    _slice(to, [LAST, LAST], [2, 3], o.stride)


@write.register
def _(o: op.TakeChannels, to: Nodes) -> None:
    _slice(to, [o.channels], [1], [1])


@write.register
def _(o: op.Upsample, to: Nodes) -> None:
    scales = to.constant("scales", [1, 1, *o.factor], np.float32)
    to.add(
        "Resize",
        [*to.inputs, "", scales],
        mode="nearest",
        coordinate_transformation_mode="asymmetric",
        nearest_mode="floor",
    )


def _rearrange(to: Nodes, parts: Sequence[int], order: Sequence[int], shape: Sequence[int]) -> None:
    """Reshape to parts, put these in another order, and reshape to a map."""
    split = to.add("Reshape", [*to.inputs, to.constant("parts", [0, *parts], np.int64)], "split")
    moved = to.add("Transpose", [split], "moved", perm=order)
    to.add("Reshape", [moved, to.constant("shape", [0, *shape], np.int64)])


@write.register
def _(o: op.ShuffleChannels, to: Nodes) -> None:
    c, h, w = to.step.shape
    _rearrange(to, [o.groups, c // o.groups, h, w], [0, 2, 1, 3, 4], [c, h, w])


@write.register
def _(o: op.PixelShuffle, to: Nodes) -> None:
    to.add("DepthToSpace", to.inputs, blocksize=o.factor, mode="CRD")


@write.register
def _(o: op.PixelUnshuffle, to: Nodes) -> None:
    # SpaceToDepth has the channels of one position apart.
    r = o.factor
    c, h, w = to.step.shape
    if h % r or w % r:
        raise RefusedError(f"{to.step.name}: {r} does not divide {h}×{w}")
    _rearrange(to, [c, h // r, r, w // r, r], [0, 1, 3, 5, 2, 4], [c * r * r, h // r, w // r])


@write.register
def _(o: op.Flatten, to: Nodes) -> None:
    to.add("Flatten", to.inputs)


@write.register
def _(o: op.Unflatten, to: Nodes) -> None:
    to.add("Unsqueeze", [*to.inputs, to.constant("axes", [2, 3], np.int64)])


@write.register
def _(o: op.Concatenate, to: Nodes) -> None:
    to.add("Concat", to.inputs, axis=1)


@write.register
def _(o: op.Add, to: Nodes) -> None:
    _fold("Add", to)


@write.register
def _(o: op.Multiply, to: Nodes) -> None:
    _fold("Mul", to)


def _fold(kind: str, to: Nodes) -> None:
    first, *others = to.inputs
    for number, other in enumerate(others, start=1):
        first = to.add(kind, [first, other], "" if number == len(others) else str(number))
