"""Networks as PyTorch programs are written, for tools that read modules, functions and traces.

`torch_models` makes each layer so that it holds for every input: a padding is a module of its own that finds
its amounts, a fully connected layer gives back a map. Tools count what is written, so here it is written as
libraries do: padding is the convolution's or has amounts that are known, `+` adds branches, and what is flat
stays flat.
"""

import operator
from collections.abc import Callable
from functools import reduce, singledispatch

import torch
from frameworks import torch_models
from frameworks.torch_models import sizes, spans, whole
from torch import Tensor, nn

from symcnn.graph import Graph
from symcnn.layers import Layer, activations, dense, norms, pools, rearrange, windows
from symcnn.layers.merges import Add, Multiply

__all__ = ["build"]


class Plain(nn.Module):
    """The layers of a graph, run in their order.

    `nothing` is a parameter of no elements: some tools look for one to see where a model is.
    """

    def __init__(self, layers: list[nn.Module], feeds: list[tuple[int, ...]], output: int) -> None:
        super().__init__()
        self.layers, self.feeds, self.output = nn.ModuleList(layers), feeds, output
        self.nothing = nn.Parameter(torch.empty(0))

    def forward(self, x: Tensor) -> Tensor:
        tensors = [x]
        for layer, feeds in zip(self.layers, self.feeds, strict=True):
            tensors.append(layer(*(tensors[i] for i in feeds)))
        return tensors[self.output]


class Operator(nn.Module):
    """Joins branches by an operator of the language."""

    def __init__(self, joins: Callable[[Tensor, Tensor], Tensor]) -> None:
        super().__init__()
        self.joins = joins

    def forward(self, *inputs: Tensor) -> Tensor:
        return reduce(self.joins, inputs)


def build(graph: Graph) -> Plain:
    """Build a graph of concrete sizes; all its numbers differ, so that no exporter takes two for one."""
    shapes: list[tuple[int, ...]] = [tuple(whole(size) for size in graph.input.sizes)]
    layers: list[nn.Module] = []
    for node in graph.nodes:
        fed = [shapes[i] for i in node.inputs]
        layer = written(node.layer, *fed).eval()
        with torch.no_grad():
            probe = layer.to("meta")(*(torch.empty(1, *shape, device="meta") for shape in fed))
        shapes.append(tuple(probe.shape[1:]))
        layers.append(layer)
    network = Plain(layers, [node.inputs for node in graph.nodes], graph.output).to_empty(device="cpu").eval()
    with torch.no_grad():
        for tensor in (*network.parameters(), *network.buffers()):
            if tensor.is_floating_point():
                tensor.uniform_(0.5, 1.0)
    return network


@singledispatch
def written(layer: Layer, *shapes: tuple[int, ...]) -> nn.Module:
    """Make a layer as a library would write it."""
    return torch_models.module(layer, *shapes)


@written.register(windows.Conv)
@written.register(windows.Depthwise)
def _(layer: "windows.Conv | windows.Depthwise", x: tuple[int, ...]) -> nn.Module:
    span = spans(sizes(layer.kernel_size), sizes(layer.dilation))
    if layer.padding is not None or any(n % 2 == 0 for n in span):
        return padded(torch_models.module(layer, x), x)
    # A window of odd extent has ⌈n/s⌉ positions with half of it as padding on both sides.
    conv = torch_models.module(layer, x)[1]
    conv.padding = tuple((n - 1) // 2 for n in span)
    return conv


@written.register(pools.MaxPool)
@written.register(pools.AvgPool)
def _(layer: "pools.MaxPool | pools.AvgPool", x: tuple[int, ...]) -> nn.Module:
    return padded(torch_models.module(layer, x), x)


def padded(made: nn.Module, x: tuple[int, ...]) -> nn.Module:
    """Write the amounts of a padding of its own, if a window has that."""
    if not isinstance(made, nn.Sequential):
        return made
    same, window = made
    return nn.Sequential(nn.ConstantPad2d(same.amounts(x[1:]), same.value), window)


@written.register
def _(layer: norms.BatchNorm, x: tuple[int, ...]) -> nn.Module:
    return nn.BatchNorm2d(x[0]) if len(x) > 1 else nn.BatchNorm1d(x[0])


@written.register
def _(layer: dense.FullyConnected, x: tuple[int, ...]) -> nn.Module:
    linear = nn.Linear(torch.Size(x).numel(), whole(layer.out_features), layer.bias)
    return nn.Sequential(nn.Flatten(), linear) if len(x) > 1 else linear


@written.register
def _(layer: rearrange.Flatten, x: tuple[int, ...]) -> nn.Module:
    return nn.Flatten()


@written.register
def _(layer: rearrange.Upsample, x: tuple[int, ...]) -> nn.Module:
    rows, columns = sizes(layer.factor)
    return nn.Upsample(scale_factor=float(rows) if rows == columns else (float(rows), float(columns)))


@written.register
def _(layer: activations.ReLU, x: tuple[int, ...]) -> nn.Module:
    return nn.ReLU6() if layer.cap == 6 else torch_models.module(layer, x)


@written.register
def _(layer: activations.Softmax, x: tuple[int, ...]) -> nn.Module:
    return nn.Softmax(dim=1)


@written.register
def _(layer: Add, *shapes: tuple[int, ...]) -> nn.Module:
    return Operator(operator.add)


@written.register
def _(layer: Multiply, *shapes: tuple[int, ...]) -> nn.Module:
    return Operator(operator.mul)
