"""What PyTorch answers."""

import warnings
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn
from torch.utils.flop_counter import FlopCounterMode

from symcnn.frameworks.base import Framework, Layer, RefusedError
from symcnn.frameworks.program import Program, Step
from symcnn.frameworks.torch.network import Network
from symcnn.frameworks.torch.operators import arranged
from symcnn.frameworks.values import initial


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
        ends = (values[number] for number in program.layers)
        return [
            self._layer(network, steps, end, flops) for steps, end in zip(program.parts(), ends, strict=True)
        ]

    @staticmethod
    def _layer(network: Network, steps: Sequence[Step], value: Tensor, flops: Mapping[str, Any]) -> Layer:
        modules = [network.get_submodule(step.name) for step in steps]
        channels, height, width = (*value.shape[1:], 1, 1)[:3]
        return Layer(
            output=(channels, height, width),
            params=sum(p.numel() for each in modules for p in each.parameters()),
            buffers=sum(b.numel() for each in modules for b in each.buffers() if b.dim()),
            macs=sum(sum(flops.get(f"Network.{step.name}", {}).values()) for step in steps) // 2,
        )

    def run(self, model: Any, images: Any) -> Any:
        with torch.no_grad():
            return model.eval()(torch.from_numpy(images)).numpy()
