"""Normalizations, activations and dropout in PyTorch."""

from collections.abc import Callable, Mapping
from typing import Final

import torch
from torch import Tensor, nn

from symcnn.frameworks.torch.operators import module
from symcnn.layers.operators import elements as op


@module.register
def _(o: op.Normalize) -> nn.Module:
    if o.kind == "batch":
        return nn.BatchNorm2d(o.channels, op.EPSILON, op.MOMENTUM)
    if o.kind == "layer":
        return ChannelNorm(o.channels, op.EPSILON)
    return GroupNorm(o.groups, o.channels, op.EPSILON)


class ChannelNorm(nn.LayerNorm):
    """A normalization over the channels of each position."""

    def forward(self, x: Tensor) -> Tensor:
        return super().forward(x.movedim(1, -1)).movedim(-1, 1)


class GroupNorm(nn.GroupNorm):
    """A normalization over groups of channels, single values among them, which `nn.GroupNorm` refuses."""

    def forward(self, x: Tensor) -> Tensor:
        return torch.group_norm(x, self.num_groups, self.weight, self.bias, self.eps)


@module.register
def _(o: op.NormalizeResponse) -> nn.Module:
    return nn.LocalResponseNorm(o.size, o.alpha, o.beta, o.k)


@module.register
def _(o: op.ScaleChannels) -> nn.Module:
    return ChannelScale(o.channels)


class ChannelScale(nn.Module):
    """A learned number for each channel, multiplied."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.ones(channels))

    def forward(self, x: Tensor) -> Tensor:
        return x * self.weight[:, None, None]

    def extra_repr(self) -> str:
        return str(len(self.weight))


ACTIVATIONS: Final[Mapping[str, Callable[[], nn.Module]]] = {
    "elu": nn.ELU,
    "gelu": nn.GELU,
    "hsigmoid": nn.Hardsigmoid,
    "hswish": nn.Hardswish,
    "mish": nn.Mish,
    "sigmoid": nn.Sigmoid,
    "silu": nn.SiLU,
    "softmax": lambda: nn.Softmax(dim=1),
    "tanh": nn.Tanh,
}
"""The activations without a number."""


@module.register
def _(o: op.Activate) -> nn.Module:
    if o.kind == "leaky":
        return nn.LeakyReLU(o.value)
    if o.kind == "relu":
        return nn.ReLU() if o.value is None else Capped(o.value)
    return ACTIVATIONS[o.kind]()


class Capped(nn.Module):
    """max(x, 0), with a cap."""

    def __init__(self, cap: float) -> None:
        super().__init__()
        self.cap = cap

    def forward(self, x: Tensor) -> Tensor:
        return x.clamp(0.0, self.cap)

    def extra_repr(self) -> str:
        return f"{self.cap:g}"


@module.register
def _(o: op.LearnedSlope) -> nn.Module:
    return nn.PReLU(o.channels)


@module.register
def _(o: op.Drop) -> nn.Module:
    return nn.Dropout(o.rate)


@module.register
def _(o: op.Identity) -> nn.Module:
    return nn.Identity()
