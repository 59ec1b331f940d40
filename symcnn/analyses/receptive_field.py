"""Which part of the input one output position sees, along each axis.

Output position y = P·t + r sees the input positions from step·t + first[r] to
step·t + last[r], padding included (the field is not clipped at the border).
Without upsampling P is 1; an upsampling by f multiplies it by f, since what a
position sees then depends on its phase r. The largest phase is reported.

After a layer that sees all of its input (global pools, fully connected
layers, squeeze-and-excitation) the field is the whole axis.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from math import gcd, lcm

from symcnn.algebra.arithmetic import divide, greatest, least, power
from symcnn.algebra.atoms import symbol, symbols_of
from symcnn.algebra.evaluation import substitute
from symcnn.algebra.polynomials import Poly, Value, tidy
from symcnn.algebra.signs import surely_at_least
from symcnn.graph import Graph, Node
from symcnn.layers.merges import Passage
from symcnn.layers.reach import Pointwise, Spread, Varying, Whole, Window

MAX_PHASES = 128
"""Phases of the upsamplings on one way, above which the field is not traced."""


@dataclass(frozen=True)
class Field:
    """What the output positions see, by phase; None for a phase that sees nothing."""

    step: Value
    spans: tuple[tuple[Value, Value] | None, ...]

    @property
    def size(self) -> Value:
        """Return the largest field of any phase; 0 if no position sees anything."""
        sizes = [last - first + 1 for first, last in (s for s in self.spans if s)]
        return greatest(_highest(sizes)) if sizes else 0

    def at(self, position: int) -> tuple[Value, Value] | None:
        """Return what one output position sees."""
        turn, phase = divmod(position, len(self.spans))
        span = self.spans[phase]
        return span and (span[0] + turn * self.step, span[1] + turn * self.step)


WHOLE = Whole()
VARYING = Varying()
State = Field | Whole | Varying


def trace(graph: Graph) -> "dict[str, tuple[list[Value | None], Value | None]]":
    """Return receptive fields and total strides of each node, and of the output.

    For a pass that stands for many they are those of the last.
    """
    out: dict[str, tuple[list[Value | None], Value | None]] = {}
    for axis in ("height", "width"):
        states: list[State] = [Field(1, ((0, 0),))]
        _walk(graph, axis, states, len(graph.nodes))
        whole: Value = getattr(graph.input, axis).value
        fields = [_size(state, whole) for state in states]
        sizes = [fields[0], *map(_in_last_pass, graph.nodes, fields[1:])]
        strides = [_in_last_pass(node, getattr(node.output, axis).stride) for node in graph.nodes]
        out[f"receptive_field_{axis}"] = (sizes[1:], sizes[graph.output])
        out[f"stride_{axis}"] = (strides, getattr(graph.shape(graph.output), axis).stride)
    return out


def _in_last_pass(node: Node, value: Value | None) -> Value | None:
    if value is None or not node.passes:
        return value
    return substitute(value, {passes.index: passes.last for passes in node.passes})


def _walk(graph: Graph, axis: str, states: list[State], stop: int) -> None:
    """Add the states of the nodes up to `stop`; `states` has those before."""
    leaving: list[State] = []
    while len(states) <= stop:
        node = graph.nodes[len(states) - 1]
        before = [states[i] for i in node.inputs]
        if not isinstance(node.layer, Passage):
            states.append(_node(node, axis, before))
        elif node.layer.enters:
            inside, outside = _through_loop(graph, axis, states, before[0])
            states.append(inside)
            leaving.append(outside)
        else:
            states.append(leaving.pop())


def _through_loop(graph: Graph, axis: str, states: list[State], start: State) -> tuple[State, State]:
    """Return what enters a pass of a loop, as a function of its index, and what leaves the loop.

    One pass is walked from an unknown field; how it changes that field tells
    how any number of passes do.
    """
    if not isinstance(start, Field):
        return start, start
    entry = len(states) - 1
    depth = len(graph.nodes[entry].passes)
    passes = graph.nodes[entry].passes[-1]
    step, first, last = (symbol(f"?{part}{depth}") for part in ("step", "first", "last"))
    trial: list[State] = [*states, Field(step, ((first, last),))]
    leaving = _exit(graph, entry, depth)
    _walk(graph, axis, trial, leaving)
    out = trial[graph.nodes[leaving].inputs[0]]
    if isinstance(out, Whole):
        return VARYING, WHOLE
    inside = _repeated(start, out, Field(step, ((first, last),)), symbol(passes.index) - passes.first)
    if not isinstance(inside, Field):
        return VARYING, VARYING
    return inside, _field_at(inside, {passes.index: passes.last + 1})


def _exit(graph: Graph, entry: int, depth: int) -> int:
    """Return the tensor that leaves the last pass of the loop that a node enters."""
    nodes = enumerate(graph.nodes[entry + 1 :], start=entry + 1)
    return next(i for i, n in nodes if isinstance(n.layer, Passage) and len(n.passes) < depth)


def _repeated(start: Field, out: State, unknown: Field, steps: Value) -> State:
    """Return the field after some steps, each of which leads from `unknown` to `out`."""
    if not isinstance(out, Field) or not len(out.spans) == len(start.spans) == 1:
        return VARYING
    ((low, high),) = (s for s in out.spans if s)
    ((first, last),) = (s for s in unknown.spans if s)
    scale = divide(out.step, unknown.step)
    back, ahead = divide(first - low, unknown.step), divide(high - last, unknown.step)
    # A stride that is a symbol may be 1, where the sum of its powers has another form.
    if symbols_of(scale, back, ahead) & symbols_of(unknown.step, first, last) or isinstance(scale, Poly):
        return VARYING
    grown = power(scale, steps)
    reach = start.step * (steps if scale == 1 else divide(grown - 1, scale - 1))
    ((low, high),) = (s for s in start.spans if s)
    return Field(start.step * grown, ((low - back * reach, high + ahead * reach),))


def _field_at(field: Field, values: Mapping[str, Value]) -> Field:
    spans = tuple(s and (substitute(s[0], values), substitute(s[1], values)) for s in field.spans)
    return Field(substitute(field.step, values), spans)


def _size(state: State, whole: Value) -> Value | None:
    if isinstance(state, Field):
        return state.size
    return whole if state is WHOLE else None


def _node(node: Node, axis: str, states: Sequence[State]) -> State:
    state = states[0] if len(states) == 1 else hull(states)
    if isinstance(state, Whole):
        return WHOLE
    reach = node.layer.reach(axis)
    if isinstance(reach, Whole):
        return WHOLE
    if isinstance(reach, Varying) or isinstance(state, Varying):
        return VARYING
    return advance(state, reach)


def advance(field: Field, reach: Pointwise | Window | Spread) -> State:
    """Return what the positions after a layer see."""
    match reach:
        case Pointwise():
            return field
        case Window():
            if len(field.spans) == 1 and any(field.spans):
                return _slide(field, reach)
            return _slide_phases(field, reach)
        case _:
            return _spread(field, reach)


def _slide(field: Field, reach: Window) -> State:
    ((first, last),) = (s for s in field.spans if s)
    step, before = field.step, reach.before
    ahead = reach.size - 1 - before
    return Field(step * reach.stride, ((first - before * step, last + ahead * step),))


def _slide_phases(field: Field, reach: Window) -> State:
    numbers = [n for n in (reach.size, reach.stride, reach.before, reach.dilation) if isinstance(n, int)]
    if len(numbers) < 4:
        return VARYING
    size, stride, before, dilation = numbers
    phases = len(field.spans)
    kept = phases // gcd(phases, stride)
    starts = [r * stride - before for r in range(kept)]
    spans = tuple(_outermost(field, range(start, start + size, dilation)) for start in starts)
    return Field(field.step * (kept * stride // phases), spans)


def _spread(field: Field, reach: Spread) -> State:
    numbers = [n for n in (reach.factor, reach.size, reach.before, reach.dilation) if isinstance(n, int)]
    if len(numbers) < 4 or len(field.spans) * numbers[0] * numbers[3] > MAX_PHASES:
        return VARYING
    factor, size, before, dilation = numbers
    phases = len(field.spans) * factor
    # Input j reaches outputs j·f − b … j·f − b + n − 1, so output y sees the j between these.
    spans = tuple(
        _outermost(
            field,
            range(-((size - 1 - before - y) // factor), (y + before) // factor + 1),
            dilation,
            lambda j, y=y: (y + before - j * factor) % dilation == 0,
        )
        for y in range(phases)
    )
    return Field(field.step, spans) if any(spans) else VARYING


def _outermost(
    field: Field, positions: range, repeat: int = 1, reaches: Callable[[int], bool] = lambda _: True
) -> tuple[Value, Value] | None:
    """Return what a run of positions sees.

    Of positions of the same phase the first sees the farthest back and the
    last the farthest ahead, so one period at each end is enough; `repeat` is
    the period of `reaches`, which tells the positions that count.
    """
    enough = len(field.spans) * repeat
    more = positions[2 * enough :]
    ends = (*positions[:enough], *positions[-enough:]) if more else tuple(positions)
    return _union([field.at(y) for y in ends if reaches(y)])


def _union(spans: Sequence[tuple[Value, Value] | None]) -> tuple[Value, Value] | None:
    seen = [s for s in spans if s]
    if len(seen) <= 1:
        return seen[0] if seen else None
    return least(_lowest([first for first, _ in seen])), greatest(_highest([last for _, last in seen]))


def _lowest(values: Sequence[Value]) -> list[Value]:
    """Leave out the values that another is surely no greater than."""
    return [-1 * v for v in _highest([-1 * v for v in values])]


def _highest(values: Sequence[Value]) -> list[Value]:
    """Leave out the values that another is surely no less than; symbols are at least 1."""
    numbers = [value for value in values if not isinstance(value, Poly)]
    if len(numbers) == len(values):
        return [max(numbers)]
    kept: list[Value] = []
    for value in dict.fromkeys(values):
        if not any(surely_at_least(other - value, 0, lambda _: 1) for other in kept):
            kept = [v for v in kept if not surely_at_least(value - v, 0, lambda _: 1)]
            kept.append(value)
    return kept


def hull(states: Sequence[State]) -> State:
    """Return the smallest field that holds those of all branches."""
    if WHOLE in states:
        return WHOLE
    fields = [state for state in states if isinstance(state, Field)]
    phases = lcm(*(len(field.spans) for field in fields)) if fields else 1
    rates = {field.step if phases == 1 else divide(field.step, len(field.spans)) for field in fields}
    if len(fields) < len(states) or len(rates) > 1 or phases > MAX_PHASES:
        return VARYING
    spans = tuple(_union([field.at(r) for field in fields]) for r in range(phases))
    step = rates.pop() * phases
    return Field(step if isinstance(step, Poly) else tidy(step), spans)
