"""How many activations: elements of the outputs of windows and fully connected layers.

Normalizations, activation functions, dropout, reshapes and merges count as in
place. The input is not among them; a report states it on a line of its own.
"""

from symcnn.algebra.polynomials import Value
from symcnn.analyses.memo import per_node
from symcnn.graph import Graph, Node


def count(graph: Graph) -> list[Value]:
    """Return the activations of each node."""
    return per_node(graph, _activations)


def _activations(node: Node) -> Value:
    return node.over_passes(node.output.elements * node.when) if node.layer.counts_activations else 0
