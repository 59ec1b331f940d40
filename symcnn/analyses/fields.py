"""Which part of the input the output positions of a layer see, along one axis, and how layers change that.

A `Field` says it phase by phase. Where upsamplings are as many as a symbol
says, or by a symbol, the phases cannot be listed; a `Stretched` field says
the same by floors.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import gcd, lcm
from typing import Final, NamedTuple

from symcnn.algebra.arithmetic import ceil_div, divide, floor_div, greatest, least
from symcnn.algebra.polynomials import Poly, Value, is_whole, tidy
from symcnn.algebra.signs import surely_at_least
from symcnn.algebra.symbols import INDEX, UNKNOWN
from symcnn.layers.reach import Pointwise, Spread, Varying, Whole, Window

MAX_PHASES = 128
"""Phases of the upsamplings on one way, above which they are not listed."""


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


class Stretched(NamedTuple):
    """What the output positions see after upsampling.

    Position y sees the input positions from first + step·⌊(y + before)/factor⌋
    to last + step·⌊(y + ahead)/factor⌋.
    """

    step: Value
    first: Value
    last: Value
    factor: Value
    before: Value
    ahead: Value

    @property
    def size(self) -> Value:
        """Return the largest field of any position."""
        # ⌊(y + b)/f⌋ − ⌊(y + a)/f⌋ is at most ⌈(b − a)/f⌉, and reaches it at y = −a + 1, or everywhere.
        apart = ceil_div(self.ahead - self.before, self.factor)
        return self.step * apart + self.last - self.first + 1

    def listed(self) -> "Field | Stretched":
        """Return the field by its one phase, if it has one."""
        if self.factor != 1:
            return self
        first, last = self.first + self.step * self.before, self.last + self.step * self.ahead
        return Field(self.step, ((first, last),))

    def wider(self, before: Value, ahead: Value) -> "Stretched":
        """Return the field of positions that see from `before` positions back to `ahead` further on."""
        return self._replace(before=self.before - before, ahead=self.ahead + ahead)

    def spread(self, factor: Value, before: Value, ahead: Value) -> "Stretched":
        """Return the field where position y sees from ⌊(y + before)/factor⌋ to ⌊(y + ahead)/factor⌋."""
        return self._replace(
            factor=self.factor * factor,
            before=before + factor * self.before,
            ahead=ahead + factor * self.ahead,
        )


WHOLE = Whole()
VARYING = Varying()
State = Field | Stretched | Whole | Varying


def as_floors(field: Field | Stretched) -> Stretched | None:
    """Return a field in floors; None if its phases do not see what floors say.

    >>> as_floors(Field(1, ((0, 0), (0, 1))))
    Stretched(step=1, first=0, last=0, factor=2, before=0, ahead=1)
    """
    if isinstance(field, Stretched):
        return field
    spans = [span for span in field.spans if span]
    if len(spans) < len(field.spans):
        return None
    before = _rise([first for first, _ in spans], field.step)
    ahead = _rise([last for _, last in spans], field.step)
    if before is None or ahead is None:
        return None
    return Stretched(field.step, spans[0][0], spans[0][1], len(spans), before, ahead)


def _rise(ends: Sequence[Value], step: Value) -> int | None:
    """Return how many of some ends, the last ones, lie one step further on than the others."""
    further = [end - ends[0] for end in ends]
    rise = sum(distance != 0 for distance in further)
    plain = [0] * (len(ends) - rise) + [step] * rise
    return rise if further == plain else None


def advance(state: Field | Stretched, reach: Pointwise | Window | Spread) -> State:
    """Return what the positions after a layer see."""
    if isinstance(reach, Pointwise):
        return state
    if isinstance(state, Field):
        listed = _slide(state, reach) if isinstance(reach, Window) else _spread(state, reach)
        if listed is not None:
            return listed
    floors = as_floors(state)
    if floors is None:
        return VARYING
    return _slide_floors(floors, reach) if isinstance(reach, Window) else _spread_floors(floors, reach)


def _slide(field: Field, reach: Window) -> State | None:
    """Slide a window; None if the phases cannot be listed."""
    if len(field.spans) > 1 or not any(field.spans):
        return _slide_phases(field, reach)
    ((first, last),) = (s for s in field.spans if s)
    step, before = field.step, reach.before
    ahead = reach.size - 1 - before
    return Field(step * reach.stride, ((first - before * step, last + ahead * step),))


def _slide_phases(field: Field, reach: Window) -> State | None:
    numbers = [n for n in (reach.size, reach.stride, reach.before, reach.dilation) if isinstance(n, int)]
    if len(numbers) < 4:
        return None
    size, stride, before, dilation = numbers
    phases = len(field.spans)
    kept = phases // gcd(phases, stride)
    starts = [r * stride - before for r in range(kept)]
    spans = tuple(_outermost(field, range(start, start + size, dilation)) for start in starts)
    return Field(field.step * (kept * stride // phases), spans)


def _slide_floors(field: Stretched, reach: Window) -> State:
    wider = field.wider(reach.before, reach.size - 1 - reach.before)
    if reach.stride == 1:
        return wider
    # ⌊(s·y + a)/(s·f)⌋ is ⌊(y + ⌊a/s⌋)/f⌋.
    factor = divide(field.factor, reach.stride)
    if not all(map(is_whole, (factor, wider.before, wider.ahead))):
        return VARYING
    before, ahead = (floor_div(end, reach.stride) for end in (wider.before, wider.ahead))
    return field._replace(factor=factor, before=before, ahead=ahead)


def _spread(field: Field, reach: Spread) -> State | None:
    """Spread each position; None if the phases cannot be listed."""
    numbers = [n for n in (reach.factor, reach.size, reach.before, reach.dilation) if isinstance(n, int)]
    if len(numbers) < 4 or len(field.spans) * numbers[0] * numbers[3] > MAX_PHASES:
        return None
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


def _spread_floors(field: Stretched, reach: Spread) -> State:
    surplus = reach.size - reach.factor
    if reach.dilation != 1 or not surely_at_least(surplus, 0, least_of):
        return VARYING  # Some positions may see nothing.
    return field.spread(reach.factor, reach.before - surplus, reach.before)


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
        if not any(surely_at_least(other - value, 0, least_of) for other in kept):
            kept = [v for v in kept if not surely_at_least(value - v, 0, least_of)]
            kept.append(value)
    return kept


STEP: Final = f"{UNKNOWN}step"
"""What the names begin with that stand for the step of an unknown field."""


def least_of(name: str) -> int:
    """Return the least value of a symbol, a negative number where it has none."""
    return 1 if name.startswith(STEP) else {INDEX: 0, UNKNOWN: -1}.get(name[0], 1)


def hull(states: Sequence[State]) -> State:
    """Return the smallest field that holds those of all branches."""
    if WHOLE in states:
        return WHOLE
    fields = [state for state in states if isinstance(state, Field)]
    if len(fields) < len(states):
        floors = [as_floors(state) for state in states if isinstance(state, Field | Stretched)]
        known = [state for state in floors if state is not None]
        return _hull_floors(known) if len(known) == len(states) else VARYING
    phases = lcm(*(len(field.spans) for field in fields)) if fields else 1
    rates = {field.step if phases == 1 else divide(field.step, len(field.spans)) for field in fields}
    if len(rates) > 1 or phases > MAX_PHASES:
        return VARYING
    spans = tuple(_union([field.at(r) for field in fields]) for r in range(phases))
    step = rates.pop() * phases
    return Field(step if isinstance(step, Poly) else tidy(step), spans)


def weighed(field: State, when: Value, one: State, other: State) -> State:
    """Return a field where a bracket is 0, and changed by what is between two others where it is 1."""
    if one == other:
        return field
    known = [state for state in (field, one, other) if isinstance(state, Field)]
    spans = [span for f in known for span in f.spans if span and len(f.spans) == 1]
    if len(spans) < 3 or any(f.step != known[0].step for f in known):
        return VARYING  # One of them has several phases, or sees nothing.
    ends = zip(*spans, strict=True)
    first, last = (a + when * (b - c) for a, b, c in ends)
    return Field(known[0].step, ((first, last),))


def _hull_floors(fields: Sequence[Stretched]) -> State:
    one = fields[0]
    if any(f._replace(before=one.before, ahead=one.ahead) != one for f in fields):
        return VARYING
    before = least(_lowest([field.before for field in fields]))
    return one._replace(before=before, ahead=greatest(_highest([field.ahead for field in fields])))
