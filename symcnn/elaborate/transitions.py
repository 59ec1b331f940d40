"""How the state that enters a pass of a loop follows from that of the pass before."""

from dataclasses import dataclass

from symcnn.algebra.arithmetic import divide, floor_div, greatest, least, power
from symcnn.algebra.atoms import Atom, Floor, Greatest, Least, Unit, as_atom, symbol, symbols_of
from symcnn.algebra.bounds import Ranges
from symcnn.algebra.enclosure import EVERYTHING
from symcnn.algebra.evaluation import substitute
from symcnn.algebra.extremes import Surely, chosen, conjuncts, pruned, surely_reaches
from symcnn.algebra.polynomials import Number, Poly, Value, is_whole, terms_of
from symcnn.algebra.sums import geometric
from symcnn.layers import Extent, Shape


@dataclass(frozen=True)
class Transition:
    """One step of a state: `after`, in terms of the name that stands for what enters.

    Attributes:
        name: the name of what enters.
        after: what comes out.
    """

    name: str
    after: Value

    @property
    def constant(self) -> bool:
        """Whether what comes out does not depend on what enters."""
        return self.name not in symbols_of(self.after)

    def applied(self, value: Value) -> Value:
        """Return what comes out when a value enters."""
        return substitute(self.after, {self.name: value})

    def nth(self, start: Value, steps: Value, surely: Surely) -> Value | None:
        """Return what there is after some steps, None if that has no closed form.

        Args:
            start: what enters the first.
            steps: how many, a symbol that is not negative.
            surely: tells whether a value is known not to be negative.
        """
        if self.constant:
            return start if start == self.after else None
        if self.applied(start) == start:
            return start
        linear = self._linear()
        if linear is None:
            return self._on_one_piece(start, steps, surely) or self._shrunk(start, steps)
        r, t = linear
        # A negative factor turns the sign each time.
        return None if not isinstance(r, Poly) and r < 0 else _iterated(start, steps, r, t)

    def leads(self, now: Value, then: Value, surely: Surely) -> bool:
        """Tell whether from one value the step leads to another; a factor that is a symbol is put to 2."""
        linear = self._linear()
        twos = dict.fromkeys(symbols_of(linear[0]), 2) if linear else {}
        reached, wanted = (_with_extremes_outside(pruned(v, surely)) for v in (self.applied(now), then))
        return substitute(reached - wanted, twos) == 0

    def bounded(self, start: Value, steps: Value, surely: Surely) -> Value | None:
        """Iterate x → min(r·x + t, m), or max, for r ≥ 0 from a start that is not beyond m.

        All of it grows with x, so that the minimum may be taken after the steps: of those from
        the start, and of those from m in between. Those are all ≥ m, or the start's are ≤ m as they go.
        """
        atom = as_atom(_with_extremes_outside(self.after))
        if not isinstance(atom, Least | Greatest):
            return None
        extreme, sign = (least, 1) if isinstance(atom, Least) else (greatest, -1)
        moving = [v for v in atom.values() if self.name in symbols_of(v)]
        limit = extreme([v for v in atom.values() if v not in moving])
        step = Transition(self.name, moving[0] if len(moving) == 1 else self.after)
        linear = step._linear()
        if linear is None or not surely(linear[0]):
            return None
        start = extreme([start])
        within = all(surely_reaches(part, surely) for part in conjuncts(sign * (limit - start)))
        if extreme([start, limit]) != start and not within:
            return None
        beyond = sign * (step.applied(limit) - limit)
        free = _arguments(type(atom), start)
        if surely(beyond):
            return extreme([limit, *(_iterated(v, steps, *linear) for v in free if v != limit)])
        return extreme(_iterated(v, steps, *linear) for v in free) if surely(-1 * beyond) else None

    def from_second(self, surely: Surely) -> "Transition":
        """Return the step for what has passed it once, without minima and maxima that are never reached then.

        What has passed min(max(x - 7, 5), 40) is at most 40, and stays so: from there on the step
        is max(x - 7, 5).
        """
        if self.constant:
            return self
        given = dict.fromkeys(symbols_of(self.after), (0, None)) | {self.name: EVERYTHING}
        low, high = Ranges(given).of(self.after)

        def known(excess: Value) -> bool:
            steps = (Transition(self.name, part) for part in conjuncts(excess))
            return all(surely(step.after) or surely(step.least_between(low, high)) for step in steps)

        return Transition(self.name, pruned(self.after, known))

    def least_between(self, low: Number | None, high: Number | None) -> Value:
        """Return the least that comes out if from `low` to `high` enters; -1 where that is not known."""
        r, t = self._linear() or (symbol(self.name), 0)
        if isinstance(r, Poly):
            return -1
        end = low if r > 0 else high
        return -1 if end is None else r * end + t

    def _on_one_piece(self, start: Value, steps: Value, surely: Surely) -> Value | None:
        """Follow a step of minima and maxima from a number where each stays the same argument of it."""
        following = self.applied(start)
        if isinstance(following, Poly):
            return None
        piece = Transition(self.name, chosen(self.after, {self.name: following}))
        if piece.after == self.after:
            return None
        found = piece.nth(start, steps, surely)
        if found is None or pruned(self.applied(found), surely) != piece.applied(found):
            return None
        return found

    def _linear(self) -> tuple[Value, Value] | None:
        """Return r and t where the step is x → r·x + t."""
        t = substitute(self.after, {self.name: 0})
        r = substitute(self.after - t, {self.name: 1})
        return (r, t) if self.after - r * symbol(self.name) - t == 0 else None

    def _shrunk(self, start: Value, steps: Value) -> Value | None:
        """Iterate x → ⌊(x + a)/m⌋: it is ⌊(x + a·(mʲ − 1)/(m − 1))/mʲ⌋ after j steps."""
        parts = list(terms_of(self.after).items())
        if len(parts) != 1 or parts[0][1] != 1 or len(parts[0][0]) != 1 or parts[0][0][0][1] != 1:
            return None
        atom = parts[0][0][0][0]
        if not isinstance(atom, Floor):
            return None
        numerator, m = atom.values()
        a = numerator - symbol(self.name)
        if self.name in symbols_of(a, m):
            return None
        grown = power(m, steps)
        extra = divide(a * (grown - 1), m - 1)
        # A factor that is a symbol may be 1, so that nothing may be left divided by m - 1.
        if isinstance(extra, Poly) and any(isinstance(atom, Unit) for atom in extra.atoms()):
            extra = a * geometric(m, steps)
        return floor_div(start + extra, grown) if all(map(is_whole, (start, a, m))) else None


def _iterated(start: Value, steps: Value, r: Value, t: Value) -> Value:
    """Iterate x → r·x + t."""
    if r == 1:
        return start + steps * t
    if isinstance(r, Poly):
        return start * power(r, steps) + t * geometric(r, steps)
    shift = divide(t, r - 1)
    return (start + shift) * power(r, steps) - shift


def _with_extremes_outside(value: Value) -> Value:
    """Write 2*min(k, 9) + 1 as min(2*k + 1, 19), if there is only one minimum or maximum."""
    return greatest((least((value,)),))


def _arguments(kind: type[Atom], value: Value) -> tuple[Value, ...]:
    """Return the arguments of a minimum or maximum, of anything else itself."""
    atom = as_atom(value)
    return atom.values() if isinstance(atom, kind) else (value,)


@dataclass(frozen=True)
class ShapeTransition:
    """How a shape follows from the shape before: channels and extents each on its own."""

    channels: Transition
    height: Transition
    width: Transition
    strides: tuple[Value, Value]

    @property
    def axes(self) -> tuple[Transition, Transition]:
        """The transitions of both extents."""
        return self.height, self.width

    def is_separate(self) -> bool:
        """Tell whether each part depends on itself only."""
        names = {self.channels.name, self.height.name, self.width.name}
        return (
            all(symbols_of(part.after) & names <= {part.name} for part in (self.channels, *self.axes))
            and not symbols_of(*self.strides) & names
        )

    def fixes_size_of(self, start: Shape) -> bool:
        """Tell whether a pass fixes a size, which what enters the first does not have yet."""
        sizes = (start.height.value, start.width.value)
        return any(part.constant and size != part.after for part, size in zip(self.axes, sizes, strict=True))

    def nth(self, start: Shape, steps: Value, channels: Value, surely: Surely) -> Shape | None:
        """Return the shape after some steps, given its channels; None if its extents have no closed form."""
        extents = [
            _nth_extent(part, extent, steps, stride, surely)
            for part, extent, stride in zip(self.axes, (start.height, start.width), self.strides, strict=True)
        ]
        if extents[0] is None or extents[1] is None:
            return None
        return Shape(channels, extents[0], extents[1])


def _nth_extent(
    part: Transition, start: Extent, steps: Value, stride: Value, surely: Surely
) -> Extent | None:
    value = part.nth(start.value, steps, surely)
    return None if value is None else Extent(value, start.stride * power(stride, steps), start.collapses)


def same_state(one: Shape, two: Shape) -> bool:
    """Tell whether two shapes are the same for every input."""
    pairs = zip(one.sizes, two.sizes, strict=True)
    strides = one.height.stride == two.height.stride and one.width.stride == two.width.stride
    return strides and all(a == b for a, b in pairs)


def at(shape: Shape, values: dict[str, Value]) -> Shape:
    """Put values into a shape."""
    height, width = (
        Extent(substitute(e.value, values), substitute(e.stride, values), e.collapses)
        for e in (shape.height, shape.width)
    )
    return Shape(substitute(shape.channels, values), height, width)
