"""Convolutions and matrices in PyTorch."""

from typing import Any

from torch import Tensor, nn
from torch.nn import functional

from symcnn.frameworks.channels_first import kernels, transposed_kernels
from symcnn.frameworks.torch.operators import around, arranged, module
from symcnn.layers.operators import products as op
from symcnn.layers.operators.base import Sides


@module.register
def _(o: op.Convolve) -> nn.Module:
    even = all(before == after for before, after in o.padding)
    padding = tuple(before for before, _ in o.padding) if even else (0, 0)
    biased = len(o.tensors) > 1
    kind = nn.Conv2d if even else PaddedConv2d
    layer = kind(
        o.in_channels, o.out_channels, o.kernel_size, o.stride, padding, o.dilation, o.groups, biased
    )
    if not even:
        layer.sides = around(o.padding)
    return layer


class PaddedConv2d(nn.Conv2d):
    """A convolution whose padding differs between sides."""

    sides: list[int]

    def forward(self, x: Tensor) -> Tensor:
        return super().forward(functional.pad(x, self.sides))

    def extra_repr(self) -> str:
        return f"{super().extra_repr()}, sides={self.sides}"


@module.register
def _(o: op.ConvolveTransposed) -> nn.Module:
    before, added = zip(*((b, b - e) for b, e in o.crop), strict=True)
    # PyTorch adds less than a stride or a dilation at the end; what it cannot say is cut off afterwards.
    said = all(0 <= a < max(s, d) for a, s, d in zip(added, o.stride, o.dilation, strict=True))
    kind = nn.ConvTranspose2d if said else CroppedConvTranspose2d
    beyond = tuple(max(0, -e) for _, e in o.crop)
    layer = kind(
        o.in_channels,
        o.out_channels,
        o.kernel_size,
        o.stride,
        before if said else (0, 0),
        added if said else beyond,
        o.groups,
        len(o.tensors) > 1,
        o.dilation,
    )
    if not said:
        layer.crop = o.crop
    return layer


class CroppedConvTranspose2d(nn.ConvTranspose2d):
    """A transposed convolution of which more is cut off at one side than at the other."""

    crop: Sides

    def forward(self, x: Tensor) -> Tensor:
        x = super().forward(x)
        for axis, (before, after) in enumerate(self.crop, start=2):
            x = x.narrow(axis, before, x.shape[axis] - before - max(0, after))
        return x

    def extra_repr(self) -> str:
        return f"{super().extra_repr()}, crop={self.crop}"


@module.register
def _(o: op.Linear) -> nn.Module:
    return nn.Linear(o.in_features, o.out_features, len(o.tensors) > 1)


@arranged.register
def _(o: op.Convolve, name: str, values: Any) -> Any:
    return kernels(o, name, values)


@arranged.register
def _(o: op.ConvolveTransposed, name: str, values: Any) -> Any:
    return transposed_kernels(name, values)


@arranged.register
def _(o: op.Linear, name: str, values: Any) -> Any:
    return values.reshape(-1, o.out_features).T if name == "weight" else values
