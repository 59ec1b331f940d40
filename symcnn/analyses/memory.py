"""How many bytes the tensors of a forward pass take: in all, and at the most at once.

Layers run in the order of the text. A tensor lives until the last layer that
reads it has run, so a residual keeps its input alive. A layer that can work in
place (normalizations, activations, additions, …) writes over an input that
nobody reads afterwards, and takes no memory of its own.
"""

from collections.abc import Iterable, Mapping
from typing import Final

from symcnn.algebra.arithmetic import divide, greatest, power
from symcnn.algebra.atoms import Floor, symbols_of
from symcnn.algebra.conditions import numbers_at
from symcnn.algebra.polynomials import (
    Value,
    checked,
    product,
    terms_of,
    total,
    value_of,
)
from symcnn.algebra.signs import surely_at_least
from symcnn.graph import Graph, Node


class _Buffers:
    """Which tensor lies in which buffer, and until when each is needed."""

    def __init__(self, graph: Graph) -> None:
        last = [0] * (len(graph.nodes) + 1)
        for index, node in enumerate(graph.nodes, start=1):
            for tensor in node.inputs:
                last[tensor] = index
        last[graph.output] = len(graph.nodes) + 1
        self.last_use = last
        self.of = [0] * len(last)
        self.size: dict[int, Value] = {0: graph.input.elements}
        self.until = {0: last[0]}

    def place(self, index: int, node: Node) -> Value:
        """Place the output of a node, and return the elements it takes newly."""
        needed = self.last_use[index]
        elements = node.output.elements
        if node.layer.in_place:
            for tensor in node.inputs:
                buffer = self.of[tensor]
                if self.until[buffer] == index and self.size[buffer] == elements:
                    self.of[index] = buffer
                    self.until[buffer] = max(needed, index)
                    return 0
        self.of[index] = index
        self.size[index] = elements * node.when
        self.until[index] = max(needed, index)
        return self.size[index]


def measure(graph: Graph, element_size: int) -> dict[str, tuple[list[Value | None], Value]]:
    """Return `memory` and `peak_memory` in bytes, of each node and in total.

    Args:
        graph: the network.
        element_size: bytes of one element.
    """
    buffers = _Buffers(graph)
    live: Value = graph.input.elements * element_size
    ends: dict[int, list[int]] = {}
    added: list[Value | None] = []
    lives: list[Value | None] = []
    all_bytes = [live]
    ends.setdefault(buffers.until[0], []).append(0)
    for index, node in enumerate(graph.nodes, start=1):
        new = buffers.place(index, node) * element_size
        live = live + new
        added.append(new)
        lives.append(live)
        all_bytes.append(new)
        ends.setdefault(buffers.until[buffers.of[index]], []).append(buffers.of[index])
        for buffer in set(ends.pop(index, [])):
            if buffers.until[buffer] == index:
                live = live - buffers.size[buffer] * element_size
    return {
        "memory": (added, checked(total(all_bytes))),
        "peak_memory": (lives, checked(largest(graph, (v for v in (all_bytes[0], *lives) if v is not None)))),
    }


MAX_COMPARED: Final = 48
"""Candidates up to which each is compared with each to find the greatest."""


def largest(graph: Graph, values: Iterable[Value]) -> Value:
    """Return the greatest value, leaving out those that are never the greatest."""
    front: list[Value] = []
    for value in dict.fromkeys(values):
        if not any(_covers(other, value) for other in front):
            front = [other for other in front if not _covers(value, other)]
            front.append(value)
    if 1 < len(front) <= MAX_COMPARED:
        front = _without_exceeded(front, {n: r.least for n, r in graph.domain.ranges.items()})
    return greatest(front)


def _covers(one: Value, two: Value) -> bool:
    """Tell whether every term of one value is at least that of the other; none is negative."""
    terms = terms_of(one)
    return all(terms.get(monomial, 0) >= c for monomial, c in terms_of(two).items()) and all(
        c >= 0 for c in terms.values()
    )


def _without_exceeded(front: list[Value], lower: Mapping[str, int]) -> list[Value]:
    """Leave out the values that another exceeds everywhere, as far as the forms show it.

    Trying some points first is cheap, and tells which pairs are worth a proof.
    """
    points = [{name: lower.get(name, 1) * scale for name in symbols_of(*front)} for scale in (1, 64)]
    columns = [numbers_at(front, point) for point in points]
    tried = dict(zip(front, zip(*columns, strict=True), strict=True))
    best = {front[column.index(max(column))] for column in columns}
    kept = [value for value in front if value in best]
    least = {value: without_floors(value, upper=False) for value in kept}
    for value in front:
        if value in best:
            continue
        rivals = [v for v in kept if all(a >= b for a, b in zip(tried[v], tried[value], strict=True))]
        most = without_floors(value, upper=True) if rivals else 0
        if not any(surely_at_least(least[v] - most, 0, lambda name: lower.get(name, 1)) for v in rivals):
            kept.append(value)
            least[value] = without_floors(value, upper=False)
    return kept


def without_floors(value: Value, *, upper: bool) -> Value:
    """Return an upper or a lower bound without floors: ⌊x/m⌋ is at most x/m, and at least 0."""
    bounds: list[Value] = []
    for monomial, c in terms_of(value).items():
        floors = [(atom, exponent) for atom, exponent in monomial if isinstance(atom, Floor)]
        if not floors:
            bounds.append(value_of({monomial: c}))
        elif (c > 0) == upper:
            others = value_of({tuple(part for part in monomial if part not in floors): c})
            bounds.append(product([others, *(power(divide(*a.values()), e) for a, e in floors)]))
    return total(bounds)
