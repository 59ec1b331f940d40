"""What moves, adds, drops and joins elements, in PyTorch."""

from functools import reduce

import torch
from torch import nn
from torch.nn import functional

from symcnn.frameworks.torch.operators import Function, around, module
from symcnn.layers.operators import rearrange as op


@module.register
def _(o: op.Pad) -> nn.Module:
    return nn.ZeroPad2d(tuple(around(o.sides)))


@module.register
def _(o: op.PadChannels) -> nn.Module:
    return Function(lambda x: functional.pad(x, [0, 0, 0, 0, 0, o.more]), f"more={o.more}")


@module.register
def _(o: op.Subsample) -> nn.Module:
    rows, columns = o.stride
    return Function(lambda x: x[:, :, ::rows, ::columns], f"stride={o.stride}")


@module.register
def _(o: op.TakeChannels) -> nn.Module:
    return Function(lambda x: x.narrow(1, 0, o.channels), f"channels={o.channels}")


@module.register
def _(o: op.Upsample) -> nn.Module:
    return nn.Upsample(scale_factor=tuple(map(float, o.factor)))


@module.register
def _(o: op.ShuffleChannels) -> nn.Module:
    return nn.ChannelShuffle(o.groups)


@module.register
def _(o: op.PixelShuffle) -> nn.Module:
    return nn.PixelShuffle(o.factor)


@module.register
def _(o: op.PixelUnshuffle) -> nn.Module:
    return nn.PixelUnshuffle(o.factor)


@module.register
def _(o: op.Flatten) -> nn.Module:
    return nn.Flatten()


@module.register
def _(o: op.Unflatten) -> nn.Module:
    return Function(lambda x: x[:, :, None, None])


@module.register
def _(o: op.Concatenate) -> nn.Module:
    return Function(lambda *inputs: torch.cat(inputs, dim=1))


@module.register
def _(o: op.Add) -> nn.Module:
    return Function(lambda *inputs: reduce(torch.add, inputs))


@module.register
def _(o: op.Multiply) -> nn.Module:
    return Function(lambda *inputs: reduce(torch.mul, inputs))
