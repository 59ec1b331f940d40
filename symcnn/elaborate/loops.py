"""Repeats that are not written out: one pass stands for all, in closed form.

A repeat of symbolic (or large) count is built as one pass whose shapes hold
the index of the loop. First passes that differ (an argument `first->then`, a
width that settles after a pass) are written out. What cannot be put in closed
form is an error that names the item.
"""

from collections.abc import Callable
from typing import Final

from symcnn.algebra.atoms import symbol, symbols_of
from symcnn.algebra.passes import GuardedRequirements, PassRequirements
from symcnn.algebra.polynomials import Poly, Value
from symcnn.algebra.requirements import ImpossibleError
from symcnn.algebra.sums import Passes, index_name, there_is
from symcnn.algebra.symbols import INDEX, UNKNOWN
from symcnn.elaborate.construction import Construction
from symcnn.elaborate.transitions import ShapeTransition, Transition, at, same_state
from symcnn.errors import LimitError, UnsupportedError
from symcnn.layers import Extent, Shape
from symcnn.layers.merges import Passage
from symcnn.limits import MAX_WRITTEN_OUT
from symcnn.notation.syntax import Call, Item

MAX_WARM_UP: Final = 64
"""Passes written out, at the most, before the state must follow a closed form."""

MAX_SYMBOLIC: Final = 2
"""Passes written out, at the most, from channels that are symbols."""

Begin = Callable[[int], None]
"""Begins the row of a pass of a number, before anything is added that belongs to it."""

Build = Callable[[Construction, int, int], int]
"""Builds one pass: in a construction, on a tensor, as the pass of a number."""


class Loop:
    """One repeat.

    Args:
        item: what is repeated.
        count: how often.
        begin: begins the row of a pass.
        build: builds one pass.
        level: loops around.
    """

    def __init__(self, item: Item, count: Value, begin: Begin, build: Build, level: int) -> None:
        self.item = item
        self.count = count
        self.begin = begin
        self.build = build
        self.level = level
        self.index = index_name(level)

    def add(self, net: Construction, tensor: int) -> int:
        """Add all passes to a graph; return what comes out of the last.

        Raises:
            UnsupportedError: if the passes have no closed form.
            LimitError: if an integer grows over the limit of digits on the way.
        """
        try:
            return self._add(net, tensor)
        except LimitError as error:
            error.span = error.span or self.item.span
            raise

    def _add(self, net: Construction, tensor: int) -> int:
        left: list[int] = []

        def write_out() -> None:
            nonlocal tensor
            tensor = self._write_out(net, tensor, len(left))
            left.append(tensor)

        body = self.item.body
        if isinstance(body, Call) and any(argument.then is not None for argument in body.arguments):
            write_out()
        try:
            step = self._transition(net, tensor)
        except ImpossibleError as error:
            if not left:
                write_out()
            self._end_here(net, len(left), error)
            return tensor
        if step.fixes_size_of(net.shape(tensor)):
            write_out()
        passes, channels = self._settled(step, net, net.shape(tensor).channels)
        for _ in range(passes):
            write_out()
        start = step.nth(net.shape(tensor), symbol(self.index), channels, net.requirements.surely)
        if start is None:
            raise self._unsupported("the extents that enter a pass follow no closed form")
        self._check(step, start, net)
        generic = at(start, {self.index: symbol(self.index) - len(left)})
        return self._generic(net, tensor, left, generic)

    def _end_here(self, net: Construction, passes: int, error: ImpossibleError) -> None:
        """Require that there are no more passes than those written out, as the next is impossible."""
        net.demand(self.item.span).at_least(passes - self.count, 0, error.message)

    def _write_out(self, net: Construction, tensor: int, number: int) -> int:
        """Add one pass as it is; the first is always there, later ones if the count says so."""
        outer = net.when, net.requirements
        net.when = net.when * self._there_is(net, number + 1)
        if number:
            net.requirements = GuardedRequirements(net.requirements, (self.count, number + 1))
        self.begin(number)
        try:
            return self.build(net, tensor, number)
        finally:
            net.when, net.requirements = outer

    def _there_is(self, net: Construction, number: int) -> Value:
        """Return the bracket of "there are so many passes", 1 where that is required anyway."""
        surely = number <= 1 or net.requirements.surely(self.count - number)
        return 1 if surely else there_is(self.count, number)

    def _transition(self, net: Construction, tensor: int) -> ShapeTransition:
        """Return how a pass changes what enters it, from a trial on unknown sizes.

        Raises:
            ImpossibleError: if no pass can follow the first.
        """
        names = [f"{UNKNOWN}{part}{self.level}" for part in ("c", "h", "w")]
        channels, height, width = map(symbol, names)
        now = net.shape(tensor)
        unknown = Shape(
            channels, Extent(height, 1, now.height.collapses), Extent(width, 1, now.width.collapses)
        )
        fork = net.fork(net.requirements.fork())
        entry = fork.add(Passage(unknown, enters=True), (tensor,), self.item.span)
        out = fork.shape(self.build(fork, entry, 1))
        step = ShapeTransition(
            Transition(names[0], out.channels),
            Transition(names[1], out.height.value),
            Transition(names[2], out.width.value),
            (out.height.stride, out.width.stride),
        )
        if not step.is_separate():
            raise self._unsupported("channels and extents of its passes depend on each other")
        return step

    def _settled(self, step: ShapeTransition, net: Construction, start: Value) -> tuple[int, Value]:
        """Return the passes after which the channels follow a closed form, and that form.

        Numbers are followed until they settle, so that no minimum is left. From symbols,
        and where numbers settle too late, minima and maxima stay.
        """
        follow, steps = step.channels, symbol(self.index)
        surely = net.requirements.surely
        channels, symbolic = start, 0
        for passes in range(MAX_WARM_UP):
            try:
                closed = follow.nth(channels, steps, surely)
                if closed is None and isinstance(channels, Poly):
                    closed = follow.bounded(channels, steps, surely)
                    symbolic += 1
                if closed is not None:
                    return passes, closed
                if symbolic > MAX_SYMBOLIC and not follow.constant:
                    break
                channels = follow.applied(channels)
            except LimitError:
                break
        closed = follow.bounded(start, steps, surely)
        if closed is not None:
            return 0, closed
        raise self._unsupported("the channels that enter a pass follow no closed form")

    def _generic(self, net: Construction, tensor: int, left: list[int], generic: Shape) -> int:
        """Add the pass that stands for all passes but those that left the tensors in `left`."""
        passes = Passes(self.index, len(left), self.count - 1)
        outer = net.passes, net.requirements, net.when
        net.passes = (*net.passes, passes)
        net.requirements = PassRequirements(net.requirements, passes)
        net.when = net.when * self._there_is(net, len(left))
        number = min(len(left), 1)
        self.begin(number)
        try:
            entry = net.add(Passage(generic, enters=True), (tensor,), self.item.span)
            out = self.build(net, entry, number)
        finally:
            net.passes, net.requirements, net.when = outer
        leaving = self._leaving(generic, [net.shape(tensor) for tensor in left])
        return net.add(Passage(leaving, False, tuple(left)), (out,), self.item.span)

    def _leaving(self, generic: Shape, left: list[Shape]) -> Shape:
        """Return what leaves the loop, which may end with one of the passes written out."""
        leaving = at(generic, {self.index: self.count})
        channels = leaving.channels
        for count, shape in enumerate(left[:-1], start=1):
            here = at(generic, {self.index: count})
            if not same_state(here.with_channels(0), shape.with_channels(0)):
                raise self._unsupported("its first passes differ in extent, and it may end with them")
            is_last = there_is(self.count, count) - there_is(self.count, count + 1)
            channels = channels + (shape.channels - here.channels) * is_last
        return leaving.with_channels(channels)

    def _check(self, step: ShapeTransition, start: Shape, net: Construction) -> None:
        """Make sure that the closed form does follow the step."""
        following = at(start, {self.index: symbol(self.index) + 1})
        parts = zip((step.channels, *step.axes), start.sizes, following.sizes, strict=True)
        if not all(part.leads(now, then, net.requirements.surely) for part, now, then in parts):
            raise self._unsupported("what enters a pass follows no closed form")

    def _unsupported(self, why: str) -> UnsupportedError:
        names = sorted(name for name in symbols_of(self.count) if name[0] not in (INDEX, UNKNOWN))
        hint = f"give {' and '.join(names)} a value" if names else None
        return UnsupportedError(f"this repeat has no closed form: {why}", self.item.span, hint)


def too_many_passes(
    item: Item, count: int, closed: UnsupportedError, written: LimitError
) -> UnsupportedError:
    """Return why a number of passes has neither a closed form nor can be written out."""
    return UnsupportedError(
        f"{closed.message}; and {count:,} passes are too many to write out ({written.message})",
        item.span,
        f"repeat it {MAX_WRITTEN_OUT} times or less: so many passes are written out",
    )
