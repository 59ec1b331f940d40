"""What a framework builds: a network at one input, as operators in their order."""

from collections.abc import Iterator
from dataclasses import dataclass

from symcnn.layers.operators.base import Operator, Tensor


@dataclass(frozen=True)
class Step:
    """One operator in its place.

    Attributes:
        name: its name, an identifier that no other step has.
        operator: what is done.
        inputs: numbers of the values that enter; 0 is the input, step i makes
            value i + 1.
        shape: channels, height and width of what enters the layer (first).
        vector: whether it works on vectors.
        node: the index of the layer that it is part of, None for a change
            between map and vector.
    """

    name: str
    operator: Operator
    inputs: tuple[int, ...]
    shape: tuple[int, int, int]
    vector: bool
    node: int | None


@dataclass(frozen=True)
class Program:
    """A network at one input.

    Attributes:
        text: the network in the notation.
        input: channels, height and width of the input.
        steps: the operators, each after what enters it.
        output: the number of the value that comes out.
        result: its shape: channels, height and width, or the channels alone.
        layers: the number of the value that each layer of the graph puts out.
    """

    text: str
    input: tuple[int, int, int]
    steps: tuple[Step, ...]
    output: int
    result: tuple[int, ...]
    layers: tuple[int, ...]

    def tensors(self) -> Iterator[tuple[Step, Tensor]]:
        """Return all parameters, in their order."""
        return ((step, tensor) for step in self.steps for tensor in step.operator.tensors)

    def parts(self) -> list[list[Step]]:
        """Return the steps of each layer of the graph; changes between map and vector belong to none."""
        parts: list[list[Step]] = [[] for _ in self.layers]
        for step in self.steps:
            if step.node is not None:
                parts[step.node].append(step)
        return parts

    def last_uses(self) -> dict[int, tuple[int, ...]]:
        """Return the values that no later step reads, by the index of the step after which they can go."""
        last = {value: index for index, step in enumerate(self.steps) for value in step.inputs}
        gone: dict[int, tuple[int, ...]] = {}
        for value, index in last.items():
            if value != self.output:
                gone[index] = (*gone.get(index, ()), value)
        return gone
