"""Which part of the input one output position sees, along each axis.

Output position y = P·t + r sees the input positions from step·t + first[r] to
step·t + last[r], padding included (the field is not clipped at the border).
Without upsampling P is 1; an upsampling by f multiplies it by f, since what a
position sees then depends on its phase r. The largest phase is reported.

After a layer that sees all of its input (global pools, fully connected
layers, squeeze-and-excitation) the field is the whole axis.
"""

from collections.abc import Mapping, Sequence

from symcnn.algebra.arithmetic import divide, power
from symcnn.algebra.atoms import OverPasses, Reaches, all_atoms, atom_value, symbol, symbols_of
from symcnn.algebra.evaluation import put, substitute
from symcnn.algebra.polynomials import Poly, Value, terms_of, total, value_of
from symcnn.algebra.signs import surely_at_least
from symcnn.algebra.sums import POWERS, Passes, closed_sums, geometric, sum_over, there_is
from symcnn.algebra.symbols import UNKNOWN
from symcnn.analyses.fields import (
    STEP,
    VARYING,
    WHOLE,
    Field,
    State,
    Stretched,
    advance,
    as_floors,
    hull,
    least_of,
    weighed,
)
from symcnn.graph import Graph, Node
from symcnn.layers.merges import Add, Passage
from symcnn.layers.reach import Varying, Whole


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
    if not isinstance(start, Field | Stretched):
        return start, start
    entry = len(states) - 1
    depth = len(graph.nodes[entry].passes)
    passes = graph.nodes[entry].passes[-1]
    step, first, last = (symbol(f"{name}{depth}") for name in (STEP, f"{UNKNOWN}first", f"{UNKNOWN}last"))
    unknown = Field(step, ((first, last),))
    trial: list[State] = [*states, unknown]
    leaving = _exit(graph, entry, depth)
    _walk(graph, axis, trial, leaving)
    out = trial[graph.nodes[leaving].inputs[0]]
    if isinstance(out, Whole):
        return VARYING, WHOLE
    inside = _repeated(start, out, Stretched(step, first, last, 1, 0, 0), passes)
    if not isinstance(inside, Field | Stretched):
        return VARYING, VARYING
    return inside, _outside(inside, passes, [states[i] for i in _written(graph.nodes[leaving])])


def _written(node: Node) -> tuple[int, ...]:
    """Return the tensors that leave the passes written out of a loop, but the last."""
    return node.layer.written[:-1] if isinstance(node.layer, Passage) else ()


def _outside(inside: Field | Stretched, passes: Passes, left: Sequence[State]) -> State:
    """Return what leaves a loop, which may end with one of the passes written out."""
    count = passes.last + 1
    out: State = _field_at(inside, {passes.index: count})
    for number, state in enumerate(left, start=1):
        is_last = there_is(count, number) - there_is(count, number + 1)
        out = weighed(out, is_last, state, _field_at(inside, {passes.index: number}))
    return out


def _exit(graph: Graph, entry: int, depth: int) -> int:
    """Return the tensor that leaves the last pass of the loop that a node enters."""
    nodes = enumerate(graph.nodes[entry + 1 :], start=entry + 1)
    return next(i for i, n in nodes if isinstance(n.layer, Passage) and len(n.passes) < depth)


def _repeated(start: Field | Stretched, out: State, unknown: Stretched, passes: Passes) -> State:
    """Return the field before a pass of a loop, each of which leads from `unknown` to `out`."""
    steps = symbol(passes.index) - passes.first
    if isinstance(out, Field) and isinstance(start, Field) and _is_plain(out) and _is_plain(start):
        return _strided(start, out, unknown, passes)
    after = as_floors(out) if isinstance(out, Field | Stretched) else None
    before = as_floors(start)
    if after is None or before is None or after.step != unknown.step:
        return VARYING
    # What comes out at y sees what enters from ⌊(y + back)/factor⌋ to ⌊(y + ahead)/factor⌋.
    factor = after.factor
    back = after.before + factor * divide(after.first - unknown.first, unknown.step)
    ahead = after.ahead + factor * divide(after.last - unknown.last, unknown.step)
    if symbols_of(factor, back, ahead) & {
        *symbols_of(unknown.step, unknown.first, unknown.last),
        passes.index,
    }:
        return VARYING
    grown, reach = power(factor, steps), _reach(factor, steps)
    return before.spread(grown, back * reach, ahead * reach).listed()


def _is_plain(field: Field) -> bool:
    """Tell whether a field has one phase, and sees something."""
    return len(field.spans) == 1 and any(field.spans)


def _reach(factor: Value, steps: Value) -> Value:
    """Return 1 + factor + … + factor**(steps - 1), as a quotient where the factor is surely not 1."""
    if isinstance(factor, Poly) and surely_at_least(factor, 2, least_of):
        return divide(power(factor, steps) - 1, factor - 1)
    return geometric(factor, steps)


def _strided(start: Field, out: Field, unknown: Stretched, passes: Passes) -> State:
    """Return the field before a pass of a loop whose passes have one phase, and may have a stride."""
    ((low, high),) = (s for s in out.spans if s)
    scale = divide(out.step, unknown.step)
    back = _reached(divide(unknown.first - low, unknown.step), scale, passes)
    ahead = _reached(divide(high - unknown.last, unknown.step), scale, passes)
    names = symbols_of(unknown.step, unknown.first, unknown.last)
    if back is None or ahead is None or names & symbols_of(scale, back, ahead):
        return VARYING
    ((low, high),) = (s for s in start.spans if s)
    step = start.step * power(scale, symbol(passes.index) - passes.first)
    return Field(step, ((low - start.step * back, high + start.step * ahead),))


def _reached(reach: Value, scale: Value, passes: Passes) -> Value | None:
    """Add up how far each pass before one sees; None if that has no form.

    A kernel may follow from the channels, and so change from pass to pass.
    """
    steps = symbol(passes.index) - passes.first
    if passes.index not in symbols_of(reach, scale):
        return reach * geometric(scale, steps)
    # The index of a sum in what is added up would meet that of this one.
    if passes.index in symbols_of(scale) or any(isinstance(a, OverPasses) for a in all_atoms(reach)):
        return None
    number = symbol(POWERS)
    term = substitute(reach, {passes.index: number + passes.first}) * power(scale, number)
    # Term by term, so that what is seen less on one side and more on the other cancels.
    numbers = Passes(POWERS, 0, steps - 1)
    return total(c * sum_over(numbers, value_of({monomial: 1})) for monomial, c in terms_of(term).items())


def _field_at(field: Field | Stretched, values: Mapping[str, Value]) -> Field | Stretched:
    if isinstance(field, Stretched):
        return Stretched(*(substitute(part, values) for part in field))
    spans = tuple(s and (substitute(s[0], values), substitute(s[1], values)) for s in field.spans)
    return Field(substitute(field.step, values), spans)


def _size(state: State, whole: Value) -> Value | None:
    if isinstance(state, Field | Stretched):
        return closed_sums(state.size)
    return whole if state is WHOLE else None


def _node(node: Node, axis: str, states: Sequence[State]) -> State:
    state = states[0] if len(states) == 1 else hull(states)
    if isinstance(node.layer, Add) and node.when != 1:
        # An identity that symbols decide about is seen through where it is added.
        state = weighed(states[1], _without_passes(node.when), state, states[1])
    if isinstance(state, Whole):
        return WHOLE
    reach = node.layer.reach(axis)
    if isinstance(reach, Whole):
        return WHOLE
    if isinstance(reach, Varying) or isinstance(state, Varying):
        return VARYING
    return advance(state, reach)


def _without_passes(when: Value) -> Value:
    """Return a bracket without those of there being so many passes."""
    if not isinstance(when, Poly):
        return when
    return put(when, {atom: 1 if isinstance(atom, Reaches) else atom_value(atom) for atom in when.atoms()})
