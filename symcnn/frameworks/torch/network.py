"""A network as one module."""

from torch import Tensor, nn

from symcnn.frameworks.program import Program
from symcnn.frameworks.torch import elements, pools, products, rearrange
from symcnn.frameworks.torch.operators import module

FAMILIES = (products, pools, elements, rearrange)
"""The modules that implement the operators; importing them fills `module` and `arranged`."""


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
