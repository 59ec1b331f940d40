"""How the state that enters a pass of a loop follows from that of the pass before."""

from dataclasses import dataclass

from symcnn.algebra.arithmetic import divide, floor_div, power
from symcnn.algebra.atoms import Floor, Unit, symbol, symbols_of
from symcnn.algebra.evaluation import substitute
from symcnn.algebra.polynomials import Poly, Value, is_whole, terms_of
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

    def nth(self, start: Value, steps: Value) -> Value | None:
        """Return what there is after some steps, None if that has no closed form."""
        if self.constant:
            return start if start == self.after else None
        if not isinstance(start, Poly) and self.applied(start) == start:
            return start
        linear = self._linear()
        if linear is None:
            return self._shrunk(start, steps)
        r, t = linear
        # A negative factor turns the sign each time; one that is a symbol may be 1.
        if r != 1 and (t != 0 if isinstance(r, Poly) else r < 0):
            return None
        return _iterated(start, steps, r, t)

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
    grown = power(r, steps)
    shift = divide(t, r - 1)
    return (start + shift) * grown - shift


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

    def nth(self, start: Shape, steps: Value) -> Shape | None:
        """Return the shape after some steps, None if that has no closed form."""
        channels = self.channels.nth(start.channels, steps)
        extents = [
            _nth_extent(part, extent, steps, stride)
            for part, extent, stride in zip(self.axes, (start.height, start.width), self.strides, strict=True)
        ]
        if channels is None or extents[0] is None or extents[1] is None:
            return None
        return Shape(channels, extents[0], extents[1])


def _nth_extent(part: Transition, start: Extent, steps: Value, stride: Value) -> Extent | None:
    value = part.nth(start.value, steps)
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
