"""How many parameters: weights, biases, normalization, and buffers apart."""

from symcnn.algebra.polynomials import Value, total
from symcnn.analyses.memo import per_node
from symcnn.graph import Graph, Node
from symcnn.layers import Role

ROLES = tuple(role.value for role in Role)


def count(graph: Graph) -> dict[str, list[Value]]:
    """Return the parameters of each node by role, and under `params` those that are trained."""
    rows = per_node(graph, _by_role)
    out = {role: [row[place] for row in rows] for place, role in enumerate(ROLES)}
    out["params"] = [total(row[:-1]) for row in rows]
    return out


def _by_role(node: Node) -> tuple[Value, ...]:
    counts: dict[str, Value] = dict.fromkeys(ROLES, 0)
    for parameter in node.layer.parameters(*node.shapes):
        role = parameter.role.value
        counts[role] = counts[role] + node.over_passes(parameter.count * node.when)
    return tuple(counts.values())
