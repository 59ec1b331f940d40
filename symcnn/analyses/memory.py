"""How many bytes the tensors of a forward pass take: in all, and at the most at once.

Layers run in the order of the text. A tensor lives until the last layer that
reads it has run, so a residual keeps its input alive. A layer that can work in
place (normalizations, activations, additions, …) writes over an input that
nobody reads afterwards, and takes no memory of its own.
"""

from collections.abc import Iterable, Mapping
from typing import Final

from symcnn.algebra.arithmetic import differs, divide, greatest, power
from symcnn.algebra.atoms import Floor, symbol, symbols_of
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
from symcnn.algebra.sums import greatest_over, there_is
from symcnn.graph import Graph, Node
from symcnn.layers.merges import Passage


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
        self.size[index] = elements * node.when * self._is_new(index, node)
        self.until[index] = max(needed, index)
        return self.size[index]

    def _is_new(self, index: int, node: Node) -> Value:
        """Return the bracket of "the output is another tensor than the input".

        What enters the first pass of a loop is what came before it, which may
        be needed after the loop as well.
        """
        if not (isinstance(node.layer, Passage) and node.layer.enters and node.passes[-1].first == 0):
            return 1
        kept = self.until[self.of[node.inputs[0]]] > index
        return differs((symbol(node.passes[-1].index),)) if kept else 1

    def ended_by(self, index: int, node: Node) -> Value:
        """Return the elements of the buffers that a node is the last to need."""
        ended = {self.of[tensor] for tensor in (*node.inputs, index)}
        return total(self.size[buffer] for buffer in ended if self.until[buffer] == index)


def measure(graph: Graph, element_size: int) -> dict[str, tuple[list[Value | None], Value]]:
    """Return `memory` and `peak_memory` in bytes, of each node and in total.

    A pass that stands for many takes what all of them take, and its peak is
    the greatest of any.

    Args:
        graph: the network.
        element_size: bytes of one element.
    """
    buffers = _Buffers(graph)
    live = graph.input.elements
    added: list[Value | None] = []
    lives: list[Value | None] = []
    for index, node in enumerate(graph.nodes, start=1):
        new = buffers.place(index, node)
        live = live + new
        # Where a loop is entered or left, a tensor only changes how its size is written.
        passing = isinstance(node.layer, Passage)
        added.append(0 if passing else node.over_passes(new * element_size))
        lives.append(None if passing else _in_any_pass(node, live * element_size))
        live = live - buffers.ended_by(index, node)
    entering = graph.input.elements * element_size
    return {
        "memory": (added, checked(total([entering, *(v for v in added if v is not None)]))),
        "peak_memory": (
            lives,
            checked(largest(graph, [entering, *(v for v in lives if v is not None)])),
        ),
    }


def _in_any_pass(node: Node, value: Value) -> Value:
    """Return the greatest value of any pass of the loops around a node; 0 if there is none."""
    for passes in reversed(node.passes):
        value = greatest_over(passes, value) * there_is(passes.last + 1, passes.first + 1)
    return value


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
