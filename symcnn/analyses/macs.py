"""How many multiply-accumulates of convolutions and fully connected layers.

Bias additions are not among them; see `operations.py`.
"""

from symcnn.algebra.polynomials import Value, product
from symcnn.analyses.memo import per_node
from symcnn.graph import Graph, Node


def count(graph: Graph) -> list[Value]:
    """Return the multiply-accumulates of each node."""
    return per_node(graph, _macs)


def _macs(node: Node) -> Value:
    factors = node.layer.macs(*node.shapes)
    return node.over_passes(product(factor.value for factor in factors) * node.when) if factors else 0
