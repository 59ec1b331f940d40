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
from symcnn.algebra.conditions import number_at
from symcnn.algebra.polynomials import (
    Monomial,
    Number,
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
    points = [{name: lower.get(name, 1) * scale for name in symbols_of(*front)} for scale in (1, 7, 64, 1024)]
    tried = {value: [number_at(value, point) for point in points] for value in front}
    best = [max(column) for column in zip(*tried.values(), strict=True)]
    kept = [v for v in front if any(n == b for n, b in zip(tried[v], best, strict=True))]
    for value in front:
        if value not in kept and not any(
            all(a >= b for a, b in zip(tried[other], tried[value], strict=True))
            and _exceeds(other, value, lower)
            for other in kept
        ):
            kept.append(value)
    return kept


def _exceeds(one: Value, two: Value, lower: Mapping[str, int]) -> bool:
    """Tell whether `one >= two` on the whole domain can be seen from the forms."""
    bound = total(_below(monomial, c) for monomial, c in terms_of(one - two).items())
    return surely_at_least(bound, 0, lambda name: lower.get(name, 1))


def _below(monomial: Monomial, c: Number) -> Value:
    """Return a lower bound of a term without floors: ⌊x/m⌋ is at least 0 and at most x/m."""
    floors = [(atom, exponent) for atom, exponent in monomial if isinstance(atom, Floor)]
    if floors and c > 0:
        return 0
    others = value_of({tuple(part for part in monomial if part not in floors): c})
    return product([others, *(power(divide(*atom.values()), exponent) for atom, exponent in floors)])
