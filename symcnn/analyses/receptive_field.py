"""Which part of the input one output position sees, along each axis.

Output position y = P·t + r sees the input positions from step·t + first[r] to
step·t + last[r], padding included (the field is not clipped at the border).
Without upsampling P is 1; an upsampling by f multiplies it by f, since what a
position sees then depends on its phase r. The largest phase is reported.

After a layer that sees all of its input (global pools, fully connected
layers, squeeze-and-excitation) the field is the whole axis.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import gcd, lcm

from symcnn.algebra.arithmetic import divide, greatest, least
from symcnn.algebra.polynomials import Value
from symcnn.graph import Graph, Node
from symcnn.layers.reach import Pointwise, Reach, Spread, Varying, Whole, Window

MAX_PHASES = 128
"""Phases of the upsamplings on one way, above which the field is not traced."""


@dataclass(frozen=True)
class Field:
    """What the output positions see, by phase; None for a phase that sees nothing."""

    step: Value
    spans: tuple[tuple[Value, Value] | None, ...]

    @property
    def size(self) -> Value:
        """Return the largest field of any phase."""
        return greatest(last - first + 1 for first, last in (s for s in self.spans if s))

    def at(self, position: int) -> tuple[Value, Value] | None:
        """Return what one output position sees."""
        turn, phase = divmod(position, len(self.spans))
        span = self.spans[phase]
        return span and (span[0] + turn * self.step, span[1] + turn * self.step)


WHOLE = Whole()
VARYING = Varying()
State = Field | Whole | Varying


def trace(graph: Graph) -> "dict[str, tuple[list[Value | None], Value | None]]":
    """Return receptive fields and total strides of each node, and of the output."""
    out: dict[str, tuple[list[Value | None], Value | None]] = {}
    for axis in ("height", "width"):
        states: list[State] = [Field(1, ((0, 0),))]
        for node in graph.nodes:
            states.append(_node(node, axis, [states[i] for i in node.inputs]))
        whole: Value = getattr(graph.input, axis).value
        sizes = [_size(state, whole) for state in states]
        strides: list[Value | None] = [getattr(node.output, axis).stride for node in graph.nodes]
        out[f"receptive_field_{axis}"] = (sizes[1:], sizes[graph.output])
        out[f"stride_{axis}"] = (strides, getattr(graph.shape(graph.output), axis).stride)
    return out


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


def advance(field: Field, reach: Reach) -> State:
    """Return what the positions after a layer see."""
    match reach:
        case Pointwise():
            return field
        case Window(size=size, stride=stride, before=before):
            if len(field.spans) == 1:
                return _slide(field, size, stride, before)
            return _slide_phases(field, size, stride, before)
        case Spread():
            return _spread(field, reach)
        case _:
            raise TypeError(type(reach))


def _slide(field: Field, size: Value, stride: Value, before: Value) -> State:
    ((first, last),) = (s for s in field.spans if s)
    step = field.step
    return Field(step * stride, ((first - before * step, last + (size - 1 - before) * step),))


def _slide_phases(field: Field, size: Value, stride: Value, before: Value) -> State:
    if not (isinstance(size, int) and isinstance(stride, int) and isinstance(before, int)):
        return VARYING
    phases = len(field.spans)
    kept = phases // gcd(phases, stride)
    spans = tuple(
        _outermost(field, range(r * stride - before, r * stride - before + size)) for r in range(kept)
    )
    return Field(field.step * (kept * stride // phases), spans)


def _spread(field: Field, reach: Spread) -> State:
    numbers = [n for n in (reach.factor, reach.size, reach.before, reach.dilation) if isinstance(n, int)]
    if len(numbers) < 4 or len(field.spans) * numbers[0] > MAX_PHASES:
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
    ends = positions if len(positions) <= 2 * enough else (*positions[:enough], *positions[-enough:])
    return _union([field.at(y) for y in ends if reaches(y)])


def _union(spans: Sequence[tuple[Value, Value] | None]) -> tuple[Value, Value] | None:
    seen = [s for s in spans if s]
    if not seen:
        return None
    return least(first for first, _ in seen), greatest(last for _, last in seen)


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
    return Field(rates.pop() * phases, spans)
