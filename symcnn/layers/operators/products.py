"""Sums of products with weights: convolutions and matrices."""

from dataclasses import dataclass
from math import prod

from symcnn.layers.operators.base import Operator, Rank, Sides, Two


@dataclass(frozen=True)
class Convolve(Operator):
    """A convolution; the weight is k_h × k_w × C_in/g × C_out, for a depthwise one k_h × k_w × C_out."""

    in_channels: int
    out_channels: int
    kernel_size: Two
    stride: Two
    padding: Sides
    dilation: Two
    groups: int

    @property
    def fan_in(self) -> int:
        return prod(self.kernel_size) * (self.in_channels // self.groups)


@dataclass(frozen=True)
class ConvolveTransposed(Operator):
    """A transposed convolution; the weight is k_h × k_w × C_in × C_out/g.

    Of its (n−1)s + d(k−1) + 1 positions on an axis, `crop` are cut off at the
    sides. Where that is negative at an end, positions are added there that no
    input reaches: they hold the bias.
    """

    in_channels: int
    out_channels: int
    kernel_size: Two
    stride: Two
    crop: Sides
    dilation: Two
    groups: int

    @property
    def fan_in(self) -> int:
        return max(1, prod(self.kernel_size) * (self.in_channels // self.groups) // prod(self.stride))


@dataclass(frozen=True)
class Linear(Operator):
    """A product with a matrix; the weight is C_in × H_in × W_in × C_out, or C_in × C_out."""

    rank = Rank.VECTORS

    in_features: int
    out_features: int

    @property
    def fan_in(self) -> int:
        return self.in_features
