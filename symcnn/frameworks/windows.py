"""Pools that a framework cannot do as a whole: how far windows overhang, and what they count."""

from collections.abc import Sequence
from typing import NamedTuple

from symcnn.layers.operators.base import Sides, Two
from symcnn.layers.operators.pools import Pool


class Axis(NamedTuple):
    """A pool along one axis.

    Attributes:
        size: the cells of the window.
        stride: the step between windows.
        before: cells of padding before the map.
        after: cells of padding behind it.
        dilation: the step between cells.
        ceil: whether the last window may overhang.
    """

    size: int
    stride: int
    before: int
    after: int
    dilation: int
    ceil: bool

    def overhang(self, extent: int) -> int:
        """Return how many cells the last window lies beyond the padding of a map.

        >>> Axis(3, 2, 0, 0, 1, ceil=True).overhang(6)
        1
        """
        if not self.ceil:
            return 0
        rest = extent + self.before + self.after - self.dilation * (self.size - 1) - 1
        steps = -(-rest // self.stride)
        # The last window starts inside the input or its leading padding.
        steps -= steps * self.stride >= extent + self.before
        return max(0, steps * self.stride - rest)

    def counted(self, extent: int, padding: bool) -> list[int]:
        """Return how many cells of each window a mean is over, with or without the padding.

        >>> Axis(3, 2, 1, 1, 1, ceil=False).counted(5, padding=False)
        [2, 3, 2]
        """
        first, last = (-self.before, extent + self.after) if padding else (0, extent)
        end = extent + self.after + self.overhang(extent) - self.dilation * (self.size - 1)
        return [
            sum(first <= start + i * self.dilation < last for i in range(self.size))
            for start in range(-self.before, end, self.stride)
        ]


def axes(o: Pool) -> tuple[Axis, Axis]:
    """Return a pool along the height and along the width."""
    rows, columns = (
        Axis(k, s, before, after, d, o.ceil)
        for k, s, (before, after), d in zip(o.kernel_size, o.stride, o.padding, o.dilation, strict=True)
    )
    return rows, columns


def padded(o: Pool, extents: Sequence[int]) -> Sides:
    """Return the padding of a pool with what its last windows overhang."""
    top, left = (
        (axis.before, axis.after + axis.overhang(extent))
        for axis, extent in zip(axes(o), extents, strict=True)
    )
    return top, left


def shares(o: Pool, extents: Two) -> tuple[list[float], list[float]]:
    """Return, for rows and columns of windows, by what a mean over all cells falls short.

    A window on padding alone has a mean of 0.
    """
    rows, columns = (
        [axis.size / max(1, count) for count in axis.counted(extent, o.counts_padding)]
        for axis, extent in zip(axes(o), extents, strict=True)
    )
    return rows, columns


def within(o: Pool) -> bool:
    """Tell whether the padding is even and at most half of a window, as frameworks want it."""
    return all(
        before == after and 2 * before <= size
        for (before, after), size in zip(o.padding, o.kernel_size, strict=True)
    )
