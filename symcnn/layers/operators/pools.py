"""Greatest values and means of windows."""

from dataclasses import dataclass

from symcnn.layers.operators.base import Operator, Sides, Two


@dataclass(frozen=True)
class Pool(Operator):
    """The greatest value or the mean of each window.

    Attributes:
        kind: `max` or `avg`.
        ceil: whether the last window may overhang the end, if it starts inside
            the input or its leading padding.
        counts_padding: whether means are over the padding's zeros, too. What
            overhangs the padding never counts.
    """

    kind: str
    kernel_size: Two
    stride: Two
    padding: Sides
    dilation: Two
    ceil: bool
    counts_padding: bool


@dataclass(frozen=True)
class GlobalPool(Operator):
    """The greatest value or the mean (`max`, `avg`) of each channel, as a map of 1 × 1."""

    kind: str


@dataclass(frozen=True)
class AdaptivePool(Operator):
    """Means over windows from ⌊i·n/o⌋ up to ⌈(i+1)·n/o⌉."""

    output_size: Two
