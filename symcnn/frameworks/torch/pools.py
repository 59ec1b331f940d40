"""Pools in PyTorch."""

from torch import Tensor, nn
from torch.nn import functional

from symcnn.frameworks.torch.operators import around, module
from symcnn.frameworks.windows import padded, shares, within
from symcnn.layers.operators import pools as op


@module.register
def _(o: op.Pool) -> nn.Module:
    padding = tuple(before for before, _ in o.padding) if any(map(any, o.padding)) else 0
    if o.kind == "max":
        if within(o):
            return nn.MaxPool2d(o.kernel_size, o.stride, padding, o.dilation, ceil_mode=o.ceil)
        edge = nn.ConstantPad2d(tuple(around(o.padding)), float("-inf"))
        return nn.Sequential(edge, nn.MaxPool2d(o.kernel_size, o.stride, 0, o.dilation))
    if within(o) and o.dilation == (1, 1):
        return nn.AvgPool2d(o.kernel_size, o.stride, padding, o.ceil, o.counts_padding)
    return MeanPool2d(o)


class MeanPool2d(nn.Module):
    """Means of windows that `nn.AvgPool2d` cannot have: dilated, or padded otherwise on each side."""

    def __init__(self, o: op.Pool) -> None:
        super().__init__()
        self.o = o

    def forward(self, x: Tensor) -> Tensor:
        o, extents = self.o, (x.shape[2], x.shape[3])
        x = functional.pad(x, around(padded(o, extents)))
        rows, columns = (x.new_tensor(share) for share in shares(o, extents))
        cells = functional.unfold(x, o.kernel_size, o.dilation, 0, o.stride)
        means = cells.unflatten(1, (x.shape[1], -1)).mean(2).unflatten(2, (len(rows), len(columns)))
        return means * rows[:, None] * columns

    def extra_repr(self) -> str:
        o = self.o
        return f"kernel_size={o.kernel_size}, stride={o.stride}, padding={o.padding}, dilation={o.dilation}"


@module.register
def _(o: op.GlobalPool) -> nn.Module:
    return nn.AdaptiveAvgPool2d(1) if o.kind == "avg" else nn.AdaptiveMaxPool2d(1)


@module.register
def _(o: op.AdaptivePool) -> nn.Module:
    return nn.AdaptiveAvgPool2d(o.output_size)
