"""Networks as PyTorch modules.

A module runs on inputs of any size that its fully connected layers allow; it
is built, and checked, for one.
"""

import warnings
from collections.abc import Callable, Mapping
from functools import reduce, singledispatch
from pathlib import Path
from typing import Any, Final

from symcnn.frameworks import needed
from symcnn.frameworks.base import Framework, Layer, RefusedError
from symcnn.frameworks.program import Program, Source, lower, numbers_of
from symcnn.frameworks.windows import padded, shares, within
from symcnn.layers import operators as op
from symcnn.pipeline import Size

with needed("torch"):
    import torch
    from torch import Tensor, nn
    from torch.nn import functional
    from torch.utils.flop_counter import FlopCounterMode

    from symcnn.frameworks.values import initial


def to_torch(
    source: Source,
    input: Size | None = None,
    *,
    symbols: Mapping[str, object] | None = None,
    seed: int = 0,
    device: str = "cpu",
) -> "Network":
    """Build a PyTorch module that trains.

    Args:
        source: a text in the notation, the name or the entry of a network of
            the zoo, or a parsed architecture.
        input: height, width and channels, as `derive` takes them; by default
            what the text pins, then the input of the zoo entry, then 224x224x3.
        symbols: values of further symbols.
        seed: of the values that weights start with; the same seed gives the
            same model in every framework.
        device: where the module is; on `meta` it has shapes, but no values.

    Returns:
        A module from (batch, C, H, W) to (batch, C, H, W), or to (batch, C)
        where the output is 1×1 for every input, as after `fc` and `gap`.

    Raises:
        NotationError: if the text is no network.
        DomainError: if the network cannot take the input.
        UnsupportedError: if a layer has no counterpart.
        LimitError: if it is too large.

    >>> to_torch("conv3-8:relu, pool, fc10", "8x8x3")
    Network(
      conv3-8:relu, pool, fc10
      (conv3_8): Conv2d(3, 8, kernel_size=(3, 3), stride=(1, 1), padding=(1, 1))
      (relu): ReLU()
      (pool): MaxPool2d(kernel_size=(2, 2), stride=(2, 2), padding=0, dilation=(1, 1), ceil_mode=False)
      (flatten): Flatten(start_dim=1, end_dim=-1)
      (fc10): Linear(in_features=128, out_features=10, bias=True)
    )
    """
    program = lower(numbers_of(source, input, symbols).graph)
    if device == "meta":
        return FRAMEWORK.build(program, None)
    return FRAMEWORK.build(program, seed).to(device)


class Network(nn.Module):
    """The layers of a network, by readable names, run in their order."""

    def __init__(self, program: Program) -> None:
        super().__init__()
        self.program = program
        self.gone = program.last_uses()
        for step in program.steps:
            self.add_module(step.name, module(step.operator))

    def forward(self, x: Tensor) -> Tensor:
        """Run the network on images, (batch, C, H, W)."""
        values = {0: x}
        for index, step in enumerate(self.program.steps):
            layer = self._modules[step.name]
            values[index + 1] = layer(*(values[number] for number in step.inputs))
            for number in self.gone.get(index, ()):
                del values[number]
        return values[self.program.output]

    def extra_repr(self) -> str:
        """Return the network in the notation."""
        return self.program.text.strip()


# --- One operator --------------------------------------------------------------------------------


@singledispatch
def module(operator: op.Operator) -> nn.Module:
    """Return the module of an operator."""
    raise NotImplementedError(type(operator).__name__)


def _around(sides: op.Sides) -> list[int]:
    """Return sides in the order of `functional.pad`: left, right, top, bottom."""
    (top, bottom), (left, right) = sides
    return [left, right, top, bottom]


def _even(sides: op.Sides) -> bool:
    return all(before == after for before, after in sides)


class Function(nn.Module):
    """A function of one or several tensors, with what it shows."""

    def __init__(self, function: Callable[..., Tensor], shown: str = "") -> None:
        super().__init__()
        self.function = function
        self.shown = shown

    def forward(self, *inputs: Tensor) -> Tensor:
        return self.function(*inputs)

    def extra_repr(self) -> str:
        return self.shown


@module.register
def _(o: op.Convolve) -> nn.Module:
    even = _even(o.padding)
    padding = tuple(before for before, _ in o.padding) if even else (0, 0)
    biased = len(o.tensors) > 1
    kind = nn.Conv2d if even else PaddedConv2d
    layer = kind(
        o.in_channels, o.out_channels, o.kernel_size, o.stride, padding, o.dilation, o.groups, biased
    )
    if not even:
        layer.sides = _around(o.padding)
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

    crop: op.Sides

    def forward(self, x: Tensor) -> Tensor:
        x = super().forward(x)
        for axis, (before, after) in enumerate(self.crop, start=2):
            x = x.narrow(axis, before, x.shape[axis] - before - max(0, after))
        return x

    def extra_repr(self) -> str:
        return f"{super().extra_repr()}, crop={self.crop}"


@module.register
def _(o: op.Pool) -> nn.Module:
    padding = tuple(before for before, _ in o.padding) if any(map(any, o.padding)) else 0
    if o.kind == "max":
        if within(o):
            return nn.MaxPool2d(o.kernel_size, o.stride, padding, o.dilation, ceil_mode=o.ceil)
        edge = nn.ConstantPad2d(tuple(_around(o.padding)), float("-inf"))
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
        x = functional.pad(x, _around(padded(o, extents)))
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


@module.register
def _(o: op.Linear) -> nn.Module:
    return nn.Linear(o.in_features, o.out_features, len(o.tensors) > 1)


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


@module.register
def _(o: op.Pad) -> nn.Module:
    return nn.ZeroPad2d(tuple(_around(o.sides)))


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


# --- Parameters ----------------------------------------------------------------------------------


def arranged(operator: op.Operator, name: str, values: Any) -> Any:
    """Return a parameter in PyTorch's layout."""
    match operator, name:
        case op.Convolve(), "weight":
            rows, columns = operator.kernel_size
            return values.reshape(rows, columns, -1, operator.out_channels).transpose(3, 2, 0, 1)
        case op.ConvolveTransposed(), "weight":
            return values.transpose(2, 3, 0, 1)
        case op.Linear(), "weight":
            return values.reshape(-1, operator.out_features).T
        case _:
            return values


def held(layer: nn.Module) -> list[Tensor]:
    """Return what a module holds, in the order of the layer's parameters; PyTorch counts batches, too."""
    return [*layer.parameters(), *(buffer for buffer in layer.buffers() if buffer.is_floating_point())]


class Torch(Framework):
    """PyTorch; MACs are half of what its counter counts, of convolutions and matrix products."""

    key = "torch"
    package = "torch"

    def build(self, program: Program, seed: int | None) -> Network:
        """Build the module; without a seed it has shapes only."""
        values = None if seed is None else initial(program, seed)
        with torch.device("meta"):
            network = Network(program)
        if values is None:
            return network
        network = network.to_empty(device="cpu")
        for layer in network.modules():
            if isinstance(layer, nn.BatchNorm2d):
                layer.reset_running_stats()
        left = {step.name: iter(held(network.get_submodule(step.name))) for step in program.steps}
        with torch.no_grad():
            for step, tensor, value in values:
                target = next(left[step.name])
                target.copy_(torch.from_numpy(arranged(step.operator, tensor.name, value).copy()))
        return network

    def save(self, model: Any, path: Path) -> None:
        """Write a program of `torch.export`, for batches of any size, that evaluates."""
        sample = torch.zeros(2, *model.program.input)
        batch = torch.export.Dim("batch", min=1)
        exported = torch.export.export(model.eval(), (sample,), dynamic_shapes=({0: batch},))
        with path.open("wb") as file:
            torch.export.save(exported, file)

    def inspect(self, program: Program) -> list[Layer]:
        try:
            with warnings.catch_warnings():
                # Outside the domain there may be weights without elements.
                warnings.filterwarnings("ignore", "Initializing zero-element tensors")
                network = self.build(program, None).eval()
            image = torch.empty(1, *program.input, device="meta")
            values = [image]
            for layer in network.children():
                layer.register_forward_hook(lambda _layer, _inputs, output: values.append(output))
            with FlopCounterMode(display=False) as counter:
                network(image)
        except (RuntimeError, ValueError) as error:
            raise RefusedError(str(error)) from None
        if not all(value.numel() for value in values):
            raise RefusedError("nothing is left of the map")
        flops = counter.get_flop_counts()
        return [
            self._layer(network, index, values[number], flops) for index, number in enumerate(program.layers)
        ]

    @staticmethod
    def _layer(network: Network, index: int, value: Tensor, flops: Mapping[str, Any]) -> Layer:
        names = [step.name for step in network.program.steps if step.node == index]
        channels, height, width = (*value.shape[1:], 1, 1)[:3]
        return Layer(
            output=(channels, height, width),
            params=sum(p.numel() for n in names for p in network.get_submodule(n).parameters()),
            buffers=sum(b.numel() for n in names for b in network.get_submodule(n).buffers() if b.dim()),
            macs=sum(sum(flops.get(f"Network.{name}", {}).values()) for name in names) // 2,
        )

    def run(self, model: Any, images: Any) -> Any:
        with torch.no_grad():
            return model.eval()(torch.from_numpy(images)).numpy()


FRAMEWORK: Final = Torch()
