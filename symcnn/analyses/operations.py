"""How many other operations, by category; a convention weighs them as it likes.

One bias addition for each output element of a layer with a bias; one
operation for each element normalized or activated; for pools one for each
element of each window (for pools to a fixed size: for each input element); for
merges one for each output element and further operand.
"""

from symcnn.algebra.polynomials import Value
from symcnn.analyses.memo import per_node
from symcnn.graph import Graph, Node
from symcnn.layers import Operation

NAMES = tuple(operation.value for operation in Operation)


def count(graph: Graph) -> dict[str, list[Value]]:
    """Return the operations of each node by category."""
    rows = per_node(graph, _by_category)
    return {name: [row.get(name, 0) for row in rows] for name in NAMES}


def _by_category(node: Node) -> dict[str, Value]:
    operations = node.layer.operations(*node.shapes)
    return {operation.value: node.over_passes(value * node.when) for operation, value in operations.items()}
