"""Counting one layer, in two ways, and windows that are placed along an axis."""

from collections.abc import Iterable, Sequence
from itertools import product
from typing import NamedTuple

# What there is along the rows and along the columns: the cells of a kernel, or the places of windows.
Grid = tuple[Sequence[int], Sequence[int]]
POINT: Grid = (range(1), range(1))


class Summed:
    """Sums over groups, kernel cells and window places, of which there is one for each row and column."""

    @staticmethod
    def elements(channels: int, height: int, width: int) -> int:
        """The elements of a tensor."""
        return channels * height * width

    @staticmethod
    def convolution(c_in: int, c_out: int, groups: int, cells: Grid, places: Grid) -> tuple[int, int]:
        """Weights and multiplications; every place uses every weight once."""
        weights = 0
        for _ in range(groups):
            weights += len(cells[0]) * len(cells[1]) * (c_in // groups) * (c_out // groups)
        return weights, weights * len(places[0]) * len(places[1])

    # A transposed convolution scatters from its input where a convolution gathers to its output: with
    # places on the input, both use every weight once at every place.
    transposed = convolution

    @staticmethod
    def pooling(channels: int, cells: Grid, places: Grid) -> int:
        """The elements that enter windows."""
        return channels * len(cells[0]) * len(cells[1]) * len(places[0]) * len(places[1])


class Tensors:
    """One by one: every weight is an index in a set, every multiplication a step of a loop."""

    @staticmethod
    def elements(channels: int, height: int, width: int) -> int:
        """The elements of a tensor."""
        return sum(1 for _ in product(range(channels), range(height), range(width)))

    @staticmethod
    def convolution(c_in: int, c_out: int, groups: int, cells: Grid, places: Grid) -> tuple[int, int]:
        """For each output element, the inputs of its group under each cell of the kernel."""
        used: set[tuple[int, ...]] = set()
        macs = 0
        for o, _, _ in product(range(c_out), *places):
            group = o // (c_out // groups)
            for c, *cell in product(range(c_in), *cells):
                if c // (c_in // groups) == group:
                    used.add((o, c, *cell))
                    macs += 1
        return len(used), macs

    @staticmethod
    def transposed(c_in: int, c_out: int, groups: int, cells: Grid, places: Grid) -> tuple[int, int]:
        """Each input element is scattered to the outputs of its group through each cell of the kernel."""
        used: set[tuple[int, ...]] = set()
        macs = 0
        for c, _, _ in product(range(c_in), *places):
            group = c // (c_in // groups)
            first = group * (c_out // groups)
            for o, *cell in product(range(first, first + c_out // groups), *cells):
                used.add((c, o, *cell))
                macs += 1
        return len(used), macs

    @staticmethod
    def pooling(channels: int, cells: Grid, places: Grid) -> int:
        """Every element of every window."""
        return sum(1 for _ in product(range(channels), *places, *cells))


class Window(NamedTuple):
    """A kernel on one axis; p is None where the padding follows from the fit."""

    k: int
    s: int = 1
    p: int | None = None
    d: int = 1
    fit: str | None = None

    @property
    def reach(self) -> int:
        """From the first cell of the kernel to its last."""
        return self.d * (self.k - 1)

    @property
    def start(self) -> int:
        """Where the first window starts. `same` pads as evenly as it can, and less at the start."""
        return -(self.reach // 2) if self.p is None else -self.p

    def starts(self, n: int) -> list[int]:
        """Where the windows on an axis of extent n start."""
        start, found = self.start, []
        while self.takes(start, n):
            found.append(start)
            start += self.s
        return found

    def takes(self, start: int, n: int) -> bool:
        """Is there a window that starts here?"""
        if self.p is None:
            # Same padding: one window for each s-th element.
            return start - self.start < n
        if self.fit == "ceil":
            # One more window where the one before has left something over, if it starts on the input.
            return start < n and start - self.s + self.reach < n - 1 + self.p
        return start + self.reach <= n - 1 + self.p

    def sees(self, y: int) -> Iterable[int]:
        """The positions that output y depends on, whether or not they lie in the padding."""
        first = self.start + y * self.s
        return [first + self.d * cell for cell in range(self.k)]


class Scatter(NamedTuple):
    """A transposed kernel on one axis; p is None where the output is n·s."""

    k: int
    s: int
    p: int | None
    d: int

    def extent(self, n: int) -> int:
        """The extent of the output: where anything lands, less the padding at either end."""
        if self.p is None:
            return n * self.s
        landings = {x * self.s + self.d * cell for x in range(n) for cell in range(self.k)}
        return max(landings) + 1 - 2 * self.p

    def sees(self, y: int) -> Iterable[int]:
        """The input positions that land on output y."""
        # By default, what stands over is cut off evenly, and more at the start (as PyTorch's output_padding).
        surplus = self.d * (self.k - 1) + 1 - self.s
        cut = max(0, (surplus + 1) // 2) if self.p is None else self.p
        return {
            (y + cut - self.d * cell) // self.s
            for cell in range(self.k)
            if (y + cut - self.d * cell) % self.s == 0
        }
