"""A graph of concrete sizes as a PyTorch module, built from what the layers *say*, not from their rules.

    network = build(graph)
    run = network(torch.empty(1, *size, device="meta"))
    run.output, run.shapes

Each layer's fields (kernel size, stride, width, …) become arguments of the PyTorch module that does the same;
what enters a layer, PyTorch has computed. The rules of the package (`output`, `parameters`, `macs`) are never
asked, so that the numbers of the two sides have nothing in common but the fields.
"""

from collections.abc import Callable, Sequence
from functools import reduce, singledispatch
from typing import NamedTuple

import torch
from torch import Tensor, nn
from torch.nn import functional

from symcnn.graph import Graph, Node
from symcnn.layers import KINDS, Layer, Pair, activations, dense, norms, pools, rearrange, windows
from symcnn.layers.merges import Add, Concat, Merge, Multiply, PaddedShortcut
from symcnn.layers.shape import CEIL, SAME

__all__ = ["Network", "Run", "build", "module"]

Sizes = tuple[int, int]


class Run(NamedTuple):
    """What came out, and the shape (without the batch) of what each layer put out."""

    output: Tensor
    shapes: list[tuple[int, ...]]


class Network(nn.Module):
    """The layers of a graph, run in their order.

    Attributes:
        layers: one module for each node.
        repeats: whether PyTorch has repeated a size of 1 in an addition or multiplication.
        shape: the shape of the output for the input that it was built for.
    """

    def __init__(self, output: int) -> None:
        super().__init__()
        self.layers = nn.ModuleList()
        self.feeds: list[tuple[int, ...]] = []
        self.output = output
        self.repeats = False
        self.shape: tuple[int, ...] = ()

    def append(self, layer: nn.Module, feeds: tuple[int, ...]) -> None:
        """Add a layer and the indices of the tensors that feed it."""
        self.layers.append(layer)
        self.feeds.append(feeds)

    def forward(self, x: Tensor) -> Run:
        tensors = [x]
        for layer, feeds in zip(self.layers, self.feeds, strict=True):
            tensors.append(layer(*(tensors[i] for i in feeds)))
        return Run(tensors[self.output], [tuple(t.shape[1:]) for t in tensors[1:]])


def build(graph: Graph, size: Sequence[int] | None = None, device: str = "meta") -> Network:
    """Build the module, running it layer by layer.

    Args:
        graph: the network; all fields of its layers are numbers.
        size: channels, height and width of the input; by default what the graph says.
        device: where the tensors are; on `meta` there are shapes only.

    Raises:
        RuntimeError: if PyTorch cannot run it on this input (or ValueError).
    """
    network = Network(graph.output).eval()
    with torch.device(device), torch.no_grad():
        tensors = [torch.empty(1, *(size or [whole(value) for value in graph.input.sizes]))]
        for node in graph.nodes:
            fed = [tensors[i] for i in node.inputs]
            layer = placed(node, fed)
            network.append(layer, node.inputs)
            if isinstance(node.layer, Add | Multiply):
                network.repeats |= len({tensor.shape for tensor in fed}) > 1
            tensors.append(checked(layer(*fed)))
    network.shape = tuple(tensors[graph.output].shape[1:])
    return network


def checked(tensor: Tensor) -> Tensor:
    """Refuse a map of no extent on `meta`, where a transposed convolution may leave one empty axis.

    On `cpu` it raises, as all windows do on both devices.
    """
    if tensor.is_meta and not tensor.numel():
        raise RuntimeError(f"nothing is left of {tuple(tensor.shape)}")
    return tensor


def placed(node: Node, fed: Sequence[Tensor]) -> nn.Module:
    """Make the module of one node."""
    assert node.when == 1, "a network of concrete sizes has no layers that depend"
    return module(node.layer, *(tuple(tensor.shape[1:]) for tensor in fed)).eval()


def whole(value: object) -> int:
    """A field as an int."""
    number = int(value)
    assert number == value, f"{value} is no whole number"
    return number


def sizes(value: object) -> Sizes:
    """A field of one value, or one for each axis, as two ints."""
    height, width = value if isinstance(value, Pair) else (value, value)
    return whole(height), whole(width)


def spans(kernel: Sizes, dilation: Sizes) -> Sizes:
    """From the first cell of a kernel to its last, both included."""
    height, width = (d * (k - 1) + 1 for k, d in zip(kernel, dilation, strict=True))
    return height, width


# --- Modules that PyTorch does not have ----------------------------------------------------------


class SamePadding(nn.Module):
    """Pads as ONNX's `SAME_UPPER`: by what ⌈n/s⌉ windows need, and the odd one at the end.

    For an odd kernel at stride 1 that is the symmetric padding of half a kernel.
    """

    def __init__(self, span: Sizes, stride: Sizes, value: float = 0.0) -> None:
        super().__init__()
        self.span, self.stride, self.value = span, stride, value

    def amounts(self, extents: Sequence[int]) -> list[int]:
        """The padding before and after, of the last axis first."""
        amounts: list[int] = []
        for n, span, stride in zip(extents, self.span, self.stride, strict=True):
            missing = max(0, (-(-n // stride) - 1) * stride + span - n)
            amounts = [missing // 2, missing - missing // 2, *amounts]
        return amounts

    def forward(self, x: Tensor) -> Tensor:
        return functional.pad(x, self.amounts(x.shape[2:]), value=self.value)


class Crop(nn.Module):
    """Cuts a map to a multiple of the extents before, as much at the start as at the end."""

    def __init__(self, extents: Sizes) -> None:
        super().__init__()
        self.extents = extents

    def forward(self, x: Tensor) -> Tensor:
        for axis, wanted in enumerate(self.extents, start=2):
            x = x.narrow(axis, (x.shape[axis] - wanted + 1) // 2, wanted)
        return x


class Lone(nn.Module):
    """A normalization of single values, which PyTorch refuses to run, as they have no variance."""

    def __init__(self, held: nn.Module) -> None:
        super().__init__()
        self.held = held

    def forward(self, x: Tensor) -> Tensor:
        return x


class ChannelsLast(nn.Module):
    """Runs a module on the channels as the last dimension."""

    def __init__(self, held: nn.Module) -> None:
        super().__init__()
        self.held = held

    def forward(self, x: Tensor) -> Tensor:
        return self.held(x.movedim(1, -1)).movedim(-1, 1)


class ChannelScale(nn.Module):
    """Multiplies each channel by a learned number."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.scale = nn.Parameter(torch.ones(channels, 1, 1))

    def forward(self, x: Tensor) -> Tensor:
        return x * self.scale


class FirstChannels(nn.Module):
    """Passes on the first channels; `narrow` raises where slicing would return fewer."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.channels = channels

    def forward(self, x: Tensor) -> Tensor:
        return x.narrow(1, 0, self.channels)


class Shortcut(nn.Module):
    """Every s-th position, and channels of zeros; a negative number of zeros raises."""

    def __init__(self, channels: int, stride: Sizes) -> None:
        super().__init__()
        self.channels, self.stride = channels, stride

    def forward(self, x: Tensor) -> Tensor:
        x = x[:, :, :: self.stride[0], :: self.stride[1]]
        zeros = x.new_zeros(x.shape[0], self.channels - x.shape[1], *x.shape[2:])
        return torch.cat([x, zeros], dim=1)


class Join(nn.Module):
    """A function of several tensors."""

    def __init__(self, function: Callable[[Sequence[Tensor]], Tensor]) -> None:
        super().__init__()
        self.function = function

    def forward(self, *inputs: Tensor) -> Tensor:
        return self.function(inputs)


# --- One layer -----------------------------------------------------------------------------------


@singledispatch
def module(layer: Layer, *shapes: tuple[int, ...]) -> nn.Module:
    """Make the PyTorch module of a layer that is fed tensors of some shapes (C, H, W).

    Raises:
        NotImplementedError: if the kind has none.
    """
    raise NotImplementedError(f"no module is known for {type(layer).__name__}")


def convolution(layer: "windows.Conv | windows.Depthwise", c_in: int, c_out: int, groups: int) -> nn.Module:
    """A convolution, after its padding if that is `same`."""
    kernel, stride, dilation = sizes(layer.kernel_size), sizes(layer.stride), sizes(layer.dilation)
    same = layer.padding is None
    padding = (0, 0) if same else sizes(layer.padding)
    conv = nn.Conv2d(c_in, c_out, kernel, stride, padding, dilation, groups, layer.bias)
    return nn.Sequential(SamePadding(spans(kernel, dilation), stride), conv) if same else conv


@module.register
def _(layer: windows.Conv, x: tuple[int, ...]) -> nn.Module:
    return convolution(layer, x[0], whole(layer.out_channels), whole(layer.groups))


@module.register
def _(layer: windows.Depthwise, x: tuple[int, ...]) -> nn.Module:
    c_out = x[0] if layer.out_channels is None else whole(layer.out_channels)
    return convolution(layer, x[0], c_out, x[0])


@module.register
def _(layer: windows.TransposedConv, x: tuple[int, ...]) -> nn.Module:
    kernel, stride, dilation = sizes(layer.kernel_size), sizes(layer.stride), sizes(layer.dilation)
    padding, missing = (0, 0), (0, 0)
    crop = None
    if layer.padding is not None:
        padding = sizes(layer.padding)
    else:
        padding, missing = completion(kernel, stride, dilation)
        # PyTorch adds less than a stride or a dilation at the end; what it cannot add must be cut off.
        if any(m >= max(s, d) for m, s, d in zip(missing, stride, dilation, strict=True)):
            crop = Crop((x[1] * stride[0], x[2] * stride[1]))
            padding, missing = (
                (0, 0),
                tuple(m if p == 0 else 0 for p, m in zip(padding, missing, strict=True)),
            )
    c_out, groups = whole(layer.out_channels), whole(layer.groups)
    conv = nn.ConvTranspose2d(x[0], c_out, kernel, stride, padding, missing, groups, layer.bias, dilation)
    return nn.Sequential(conv, crop) if crop else conv


def completion(kernel: Sizes, stride: Sizes, dilation: Sizes) -> tuple[Sizes, Sizes]:
    """The padding, and the addition at the end, that make the output n·s."""
    surplus = [span - s for span, s in zip(spans(kernel, dilation), stride, strict=True)]
    padding = max(0, (surplus[0] + 1) // 2), max(0, (surplus[1] + 1) // 2)
    return padding, (2 * padding[0] - surplus[0], 2 * padding[1] - surplus[1])


@module.register(pools.MaxPool)
@module.register(pools.AvgPool)
def _(layer: "pools.MaxPool | pools.AvgPool", x: tuple[int, ...]) -> nn.Module:
    kernel, dilation = sizes(layer.kernel_size), sizes(layer.dilation)
    stride = kernel if layer.stride is None else sizes(layer.stride)
    same = layer.rounding is SAME
    padding = (0, 0) if same or layer.padding is None else sizes(layer.padding)
    pool: nn.Module
    # PyTorch's mean pool has no dilation; the shapes of the maximum pool are the same.
    if isinstance(layer, pools.AvgPool) and dilation == (1, 1):
        pool = nn.AvgPool2d(kernel, stride, padding, ceil_mode=layer.rounding is CEIL)
    else:
        pool = nn.MaxPool2d(kernel, stride, padding, dilation, ceil_mode=layer.rounding is CEIL)
    edge = SamePadding(spans(kernel, dilation), stride, float("-inf"))
    return nn.Sequential(edge, pool) if same else pool


@module.register
def _(layer: pools.GlobalAvgPool, x: tuple[int, ...]) -> nn.Module:
    return nn.AdaptiveAvgPool2d(1)


@module.register
def _(layer: pools.GlobalMaxPool, x: tuple[int, ...]) -> nn.Module:
    return nn.AdaptiveMaxPool2d(1)


@module.register
def _(layer: pools.AdaptiveAvgPool, x: tuple[int, ...]) -> nn.Module:
    return nn.AdaptiveAvgPool2d(sizes(layer.output_size))


@module.register
def _(layer: dense.FullyConnected, x: tuple[int, ...]) -> nn.Module:
    units = whole(layer.out_features)
    linear = nn.Linear(x[0] * x[1] * x[2], units, layer.bias)
    return nn.Sequential(nn.Flatten(), linear, nn.Unflatten(1, (units, 1, 1)))


@module.register
def _(layer: norms.BatchNorm, x: tuple[int, ...]) -> nn.Module:
    return nn.BatchNorm2d(x[0])


@module.register
def _(layer: norms.InstanceNorm, x: tuple[int, ...]) -> nn.Module:
    norm = nn.InstanceNorm2d(x[0], affine=True)
    return norm if x[1] * x[2] > 1 else Lone(norm)


@module.register
def _(layer: norms.LayerNorm, x: tuple[int, ...]) -> nn.Module:
    return ChannelsLast(nn.LayerNorm(x[0]))


@module.register
def _(layer: norms.GroupNorm, x: tuple[int, ...]) -> nn.Module:
    groups = whole(layer.groups)
    norm = nn.GroupNorm(groups, x[0])
    return norm if x[0] // groups * x[1] * x[2] > 1 else Lone(norm)


@module.register
def _(layer: norms.LocalResponseNorm, x: tuple[int, ...]) -> nn.Module:
    return nn.LocalResponseNorm(whole(layer.size))


@module.register
def _(layer: norms.Scale, x: tuple[int, ...]) -> nn.Module:
    return ChannelScale(x[0])


@module.register
def _(layer: activations.PReLU, x: tuple[int, ...]) -> nn.Module:
    return nn.PReLU(x[0])


@module.register
def _(layer: activations.ReLU, x: tuple[int, ...]) -> nn.Module:
    return nn.ReLU() if layer.cap is None else nn.Hardtanh(0.0, float(layer.cap))


@module.register
def _(layer: activations.LeakyReLU, x: tuple[int, ...]) -> nn.Module:
    return nn.LeakyReLU(0.01 if layer.slope is None else float(layer.slope))


@module.register
def _(layer: activations.Dropout, x: tuple[int, ...]) -> nn.Module:
    return nn.Dropout(0.5 if layer.rate is None else float(layer.rate))


PLAIN: dict[str, type[nn.Module]] = {
    "elu": nn.ELU,
    "sigmoid": nn.Sigmoid,
    "hsigmoid": nn.Hardsigmoid,
    "silu": nn.SiLU,
    "hswish": nn.Hardswish,
    "mish": nn.Mish,
    "gelu": nn.GELU,
    "tanh": nn.Tanh,
    "softmax": nn.Softmax2d,
    "identity": nn.Identity,
}
"""Modules that take no arguments, by the word of the layer."""


def plain(layer: Layer, x: tuple[int, ...]) -> nn.Module:
    """Make the module of a layer without fields."""
    return PLAIN[layer.spec.word]()


for word in PLAIN:
    module.register(KINDS[word], plain)


@module.register
def _(layer: rearrange.Flatten, x: tuple[int, ...]) -> nn.Module:
    return nn.Sequential(nn.Flatten(), nn.Unflatten(1, (x[0] * x[1] * x[2], 1, 1)))


@module.register
def _(layer: rearrange.Upsample, x: tuple[int, ...]) -> nn.Module:
    return nn.Upsample(scale_factor=tuple(float(factor) for factor in sizes(layer.factor)))


@module.register
def _(layer: rearrange.ChannelShuffle, x: tuple[int, ...]) -> nn.Module:
    return nn.ChannelShuffle(whole(layer.groups))


@module.register
def _(layer: rearrange.PixelShuffle, x: tuple[int, ...]) -> nn.Module:
    return nn.PixelShuffle(whole(layer.factor))


@module.register
def _(layer: rearrange.PixelUnshuffle, x: tuple[int, ...]) -> nn.Module:
    return nn.PixelUnshuffle(whole(layer.factor))


@module.register
def _(layer: rearrange.Take, x: tuple[int, ...]) -> nn.Module:
    return FirstChannels(whole(layer.channels))


@module.register
def _(layer: rearrange.ZeroPad, x: tuple[int, ...]) -> nn.Module:
    rows, columns = sizes(layer.padding)
    return nn.ZeroPad2d((columns, columns, rows, rows))


@module.register
def _(layer: Concat, *shapes: tuple[int, ...]) -> nn.Module:
    return Join(lambda inputs: torch.cat(list(inputs), dim=1))


@module.register
def _(layer: Add, *shapes: tuple[int, ...]) -> nn.Module:
    return Join(lambda inputs: reduce(torch.add, inputs))


@module.register
def _(layer: Multiply, *shapes: tuple[int, ...]) -> nn.Module:
    return Join(lambda inputs: reduce(torch.mul, inputs))


@module.register
def _(layer: PaddedShortcut, x: tuple[int, ...]) -> nn.Module:
    return Shortcut(whole(layer.out_channels), sizes(layer.stride))


def known() -> set[type[Layer]]:
    """The kinds of layers that have a module here."""
    return {kind for kind in module.registry if kind is not object and not issubclass(kind, Merge)}
