"""Questions about a graph, one a file; each answers for every node and in total."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from symcnn.algebra.polynomials import Value
from symcnn.analyses import activations, macs, memory, operations, parameters, receptive_field
from symcnn.graph import Graph


@dataclass(frozen=True)
class Answer:
    """What an analysis says of one quantity.

    Attributes:
        per_node: the value of each node, in the graph's order; None where
            there is no closed form.
        total: the value of the network.
    """

    per_node: tuple[Value | None, ...]
    total: Value | None


@dataclass(frozen=True)
class Quantity:
    """Something that is counted.

    Attributes:
        name: its name in Python and JSON.
        title: its name in words.
        unit: what it is counted in.
        adds_up: whether the total is the sum of the nodes.
    """

    name: str
    title: str
    unit: str
    adds_up: bool = True


Analysis = Callable[[Graph, int], Mapping[str, Answer]]

_ROLES = ("params", "weights", "biases", "normalization", "buffers")
_OPERATIONS = ("bias_additions", "normalization_ops", "activation_ops", "pooling_ops", "elementwise_ops")
_FIELDS = ("receptive_field_height", "receptive_field_width", "stride_height", "stride_width")


def summed(per_node: Mapping[str, list[Value]]) -> Mapping[str, Answer]:
    """Return an answer for each quantity that adds up, of the values of its nodes."""
    from symcnn.algebra.polynomials import checked, total

    return {name: Answer(tuple(values), checked(total(values))) for name, values in per_node.items()}


ANALYSES: Mapping[tuple[str, ...], Analysis] = {
    _ROLES: lambda graph, size: summed(parameters.count(graph)),
    ("macs",): lambda graph, size: summed({"macs": macs.count(graph)}),
    _OPERATIONS: lambda graph, size: summed(operations.count(graph)),
    ("activations",): lambda graph, size: summed({"activations": activations.count(graph)}),
    ("memory", "peak_memory"): lambda graph, size: {
        name: Answer(tuple(values), total) for name, (values, total) in memory.measure(graph, size).items()
    },
    _FIELDS: lambda graph, size: {
        name: Answer(tuple(values), total) for name, (values, total) in receptive_field.trace(graph).items()
    },
}
"""The analyses, by the quantities that each answers for.

Each takes a graph and the size of one element in bytes.
"""
