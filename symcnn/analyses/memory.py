"""How many bytes the tensors of a forward pass take: in all, and at the most at once.

Layers run in the order of the text. A tensor lives until the last layer that
reads it has run, so a residual keeps its input alive. A layer that can work in
place (normalizations, activations, additions, …) writes over an input that
nobody reads afterwards, and takes no memory of its own.
"""

from collections.abc import Iterable, Mapping
from contextlib import suppress
from functools import lru_cache
from typing import Final

from symcnn.algebra.arithmetic import divide, greatest, power
from symcnn.algebra.atoms import (
    Atom,
    Floor,
    Least,
    OverPasses,
    Reaches,
    Unit,
    all_atoms,
    atom_value,
    symbols_of,
)
from symcnn.algebra.conditions import numbers_at
from symcnn.algebra.polynomials import (
    Monomial,
    Poly,
    Value,
    checked,
    product,
    terms_of,
    total,
    value_of,
)
from symcnn.algebra.signs import surely_at_least, surely_positive
from symcnn.algebra.sums import greatest_over, there_is
from symcnn.errors import NotationError
from symcnn.graph import Graph, Node
from symcnn.layers import Shape
from symcnn.layers.merges import Add, Elementwise, Passage


class _Buffers:
    """Which tensor lies in which buffer, and until when each is needed.

    A layer may be there under a bracket only. Its output takes no memory
    where it is not; the input of a conditional projection then goes on in its
    place, and an identity that is added under a bracket is kept under it.
    """

    def __init__(self, graph: Graph) -> None:
        last = [0] * (len(graph.nodes) + 1)
        self.later: dict[int, tuple[int, Value]] = {}
        for index, node in enumerate(graph.nodes, start=1):
            for place, tensor in enumerate(node.inputs):
                if node.when != 1 and isinstance(node.layer, Add) and place == 0:
                    self.later[tensor] = (index, node.when)
                else:
                    last[tensor] = index
        last[graph.output] = len(graph.nodes) + 1
        self.last_use = last
        self.of = [0] * len(last)
        elements = graph.input.elements
        self.full: dict[int, Value] = {0: elements}
        self.size: dict[int, Value] = {0: elements}
        self.until = {0: last[0]}
        self.conditional: set[int] = set()

    def place(self, index: int, node: Node) -> Value:
        """Place the output of a node, and return the elements it takes newly."""
        optional = isinstance(node.layer, Add)
        elements = node.output.elements if optional else node.output.elements * node.when
        over = self._written_over(index, node, elements)
        if over is not None and over not in self._kept_under(node):
            self.of[index] = over
            self.until[over] = max(self.last_use[index], index)
            # The same size, in the form in which the next layer asks for it.
            self.full[over] = elements
            return 0
        self.of[index] = index
        if node.when != 1 and not optional:
            self.conditional.add(index)
        self.until[index] = max(self.last_use[index], index)
        self.full[index] = elements
        self.size[index] = elements
        if over is not None:
            # What is kept under a bracket is written over where the bracket is 0.
            kept = self._kept_under(node)[over]
            self.size[over] = self.size[over] * kept
            return elements * kept
        return elements

    def _written_over(self, index: int, node: Node, elements: Value) -> int | None:
        """Return the buffer that a node can write its output into."""
        if not node.layer.in_place:
            return None
        # An addition under a bracket leaves the result where it is, whether it adds or not.
        start = 1 if node.when != 1 and isinstance(node.layer, Add) else 0
        for tensor, shape in list(zip(node.inputs, node.shapes, strict=True))[start:]:
            buffer = self.of[tensor]
            fits = self.full[buffer] == elements
            if isinstance(node.layer, Elementwise) and not self._is_conditional(buffer):
                # What is not repeated is required to have the output's size, whatever its form.
                fits = not _is_repeated(shape, node.output)
            if self.until[buffer] == index and fits:
                return buffer
        return None

    def _is_conditional(self, buffer: int) -> bool:
        return buffer in self.conditional

    def _kept_under(self, node: Node) -> dict[int, Value]:
        """Return the buffers of a node's inputs that are needed later under a bracket."""
        return {self.of[t]: self.later[t][1] for t in node.inputs if t in self.later}

    def ended_by(self, index: int, node: Node) -> Value:
        """Return the elements that are not needed after a node; others are kept under a bracket."""
        freed: list[Value] = []
        for buffer in dict.fromkeys(self.of[tensor] for tensor in (*node.inputs, index)):
            if self.until[buffer] != index:
                continue
            left = self._left(index, node, buffer)
            freed.append(self.size[buffer] - left)
            self.size[buffer] = left
        return total(freed)

    def _left(self, index: int, node: Node, buffer: int) -> Value:
        """Return what stays of a buffer that a node is the last to need for certain."""
        for tensor in node.inputs:
            until, when = self.later.get(tensor, (0, 1))
            if self.of[tensor] == buffer and until > index:
                self.until[buffer] = until
                return self.size[buffer] * when
        conditional = node.when != 1 and not isinstance(node.layer, Add)
        if conditional and buffer != self.of[index] and self.until[self.of[index]] > index:
            # Where the projection is not there, its input goes on in place of its output.
            stays = self.size[buffer] * (1 - node.when)
            self.size[self.of[index]] = self.size[self.of[index]] + stays
            return stays
        return 0


def _is_repeated(shape: Shape, output: Shape) -> bool:
    """Tell whether a merge repeats an operand along an axis."""
    axes = ((shape.height, output.height), (shape.width, output.width))
    return any(one.is_unit and not two.is_unit for one, two in axes)


def _is_simple(graph: Graph) -> bool:
    """Tell whether the loops of a graph leave no question of what is written over.

    It does if a later first pass is written out, which may not be there, or
    if what enters a loop is needed after it as well.
    """
    last = {tensor: index for index, node in enumerate(graph.nodes, 1) for tensor in node.inputs}
    for index, node in enumerate(graph.nodes, 1):
        if isinstance(node.when, Poly) and any(isinstance(atom, Reaches) for atom in node.when.atoms()):
            return False
        enters = isinstance(node.layer, Passage) and node.layer.enters
        if enters and (last[node.inputs[0]] > index or graph.output == node.inputs[0]):
            return False
    return True


def measure(graph: Graph, element_size: int) -> dict[str, tuple[list[Value | None], Value | None]]:
    """Return `memory` and `peak_memory` in bytes, of each node and in total.

    A pass that stands for many takes what all of them take, and its peak is
    the greatest of any.

    Args:
        graph: the network.
        element_size: bytes of one element.

    Returns:
        None instead of values where loops leave open what is written over.
    """
    if not _is_simple(graph):
        unknown: list[Value | None] = [None] * len(graph.nodes)
        return {"memory": (unknown, None), "peak_memory": (unknown, None)}
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


MAX_FRONT: Final = 256
"""Candidates up to which it is looked for those that are never the greatest."""

MAX_COMPARED: Final = 48
"""Candidates up to which each is compared with each to find the greatest."""


def largest(graph: Graph, values: Iterable[Value]) -> Value:
    """Return the greatest value, leaving out those that are never the greatest."""
    front: list[Value] = []
    unique = list(dict.fromkeys(values))
    lower = {name: allowed.least for name, allowed in graph.domain.ranges.items()}
    if not all(_is_size(atom, lower) for atom in all_atoms(*unique)):
        return greatest(unique)
    for value in unique:
        if not any(_covers(other, value) for other in front):
            front = [other for other in front if not _covers(value, other)]
            front.append(value)
        if len(front) > MAX_FRONT:
            return greatest(unique)
    if 1 < len(front) <= MAX_COMPARED:
        # A point that lies outside of the domain tells nothing, and is no reason to fail.
        with suppress(NotationError):
            front = _without_exceeded(front, lower)
    return greatest(front)


def _is_size(atom: Atom, lower: Mapping[str, int]) -> bool:
    """Tell whether an atom is surely not negative: all but floors of differences are."""
    if not isinstance(atom, Floor):
        return not isinstance(atom, Least | Unit)
    numerator, denominator = atom.values()
    whole = surely_at_least(numerator, 0, lambda name: lower.get(name, 1))
    return whole and surely_positive(denominator)


def _covers(one: Value, two: Value) -> bool:
    """Tell whether every term of one value is at least that of the other; none is negative."""
    terms = terms_of(one)
    # A plain loop, since most pairs end at their first term.
    for monomial, c in terms_of(two).items():
        if terms.get(monomial, 0) < c:
            return False
    return min(terms.values(), default=0) >= 0


def _without_exceeded(front: list[Value], lower: Mapping[str, int]) -> list[Value]:
    """Leave out the values that another exceeds everywhere, as far as the forms show it.

    Trying some points first is cheap, and tells which pairs are worth a proof.
    """
    # A sum over passes takes as long as there are passes.
    far = 4 if any(isinstance(atom, OverPasses) for atom in all_atoms(*front)) else 64
    points = [{name: lower.get(name, 1) * scale for name in symbols_of(*front)} for scale in (1, far)]
    columns = [numbers_at(front, point) for point in points]
    tried = dict(zip(front, zip(*columns, strict=True), strict=True))
    best = {front[column.index(max(column))] for column in columns}
    kept = [value for value in front if value in best]
    least = {value: without_floors(value, upper=False) for value in kept}
    for value in front:
        if value in best:
            continue
        low, high = tried[value]
        rivals = [v for v in kept if tried[v][0] >= low and tried[v][1] >= high]
        most = without_floors(value, upper=True) if rivals else 0
        if not any(surely_at_least(least[v] - most, 0, lambda name: lower.get(name, 1)) for v in rivals):
            kept.append(value)
            least[value] = without_floors(value, upper=False)
    return kept


def without_floors(value: Value, *, upper: bool) -> Value:
    """Return an upper or a lower bound without floors: ⌊x/m⌋ is at most x/m, and at least 0."""
    bounds: list[Value] = []
    for monomial, c in terms_of(value).items():
        if not any(isinstance(atom, Floor) for atom, _ in monomial):
            bounds.append(value_of({monomial: c}))
        elif (c > 0) == upper:
            bounds.append(c * _quotients(monomial))
    return total(bounds)


@lru_cache(maxsize=256)  # Neighboring layers share the sizes of their maps.
def _quotients(monomial: Monomial) -> Value:
    """Return a monomial without the rounding of its floors."""
    factors = (divide(*a.values()) if isinstance(a, Floor) else atom_value(a) for a, _ in monomial)
    return product([power(factor, e) for factor, (_, e) in zip(factors, monomial, strict=True)])
