"""Joining the branches of a bracket, and what an identity does where shapes differ."""

from collections.abc import Sequence
from typing import cast

from symcnn.algebra.arithmetic import differs, divide
from symcnn.algebra.demand import Recorder
from symcnn.algebra.polynomials import Value
from symcnn.elaborate.construction import Construction
from symcnn.errors import NotationError, SymcnnError
from symcnn.graph import Node
from symcnn.layers import Layer, Pair, Shape
from symcnn.layers.merges import Add, Merge, PaddedShortcut
from symcnn.layers.windows import Conv
from symcnn.notation.syntax import Bracket, Item


def merge(net: Construction, layer: Merge, joined: Sequence[int], item: Item) -> int:
    """Add a merge of some tensors.

    Raises:
        ImpossibleError: if their shapes never agree; it shows the branches.
    """
    try:
        return net.add(layer, tuple(joined), item.span)
    except SymcnnError as error:
        branches = cast("Bracket", item.body).branches
        spans = [branch[0].span.to(branch[-1].span) for branch in branches]
        error.related = tuple(("a branch is here", span) for span in spans[:3])
        raise


class Residual:
    """`[+ f]` with `:proj`, `:pad` or `:opt`: input and result of f are added.

    Args:
        net: the graph under construction.
        item: the bracket.
        norm: the normalization that `use conv` sets, if any.
        bias: whether `use conv` leaves convolutions their bias.
    """

    def __init__(self, net: Construction, item: Item, norm: Layer | None, bias: bool) -> None:
        self.net = net
        self.item = item
        self.norm = norm
        self.bias = bias

    def join(self, how: str, tensor: int, result: int) -> int:
        """Add the input to the result, where shapes differ as the flag says."""
        x, y = self.net.shape(tensor), self.net.shape(result)
        when, stride = shapes_differ(x, y, self.net.requirements)
        if when == 0:
            return merge(self.net, Add(), (tensor, result), self.item)
        if how == "opt":
            return result if when == 1 else self._optional(tensor, result, 1 - when)
        if stride is None:
            hint = "[+ f]:opt leaves the identity out"
            raise NotationError(f":{how} cannot follow what fixes the size of the map", self.item.span, hint)
        for value in dict.fromkeys(stride):
            self.net.demand(self.item.span, x).count(value, f"the stride that :{how} follows")
        if how == "pad":
            shortcut = self.net.add(PaddedShortcut(y.channels, stride), (tensor,), self.item.span, when)
        else:
            shortcut = self._projection(tensor, y.channels, stride, when)
        return merge(self.net, Add(), (shortcut, result), self.item)

    def _projection(self, tensor: int, channels: Value, stride: Pair, when: Value) -> int:
        """Add the 1×1 convolution of an option B shortcut, as `use conv` sets it."""
        conv = Conv(channels, Pair(1, 1), stride, bias=self.bias)
        out = self.net.add(conv, (tensor,), self.item.span, when)
        return out if self.norm is None else self.net.add(self.norm, (out,), self.item.span, when)

    def _optional(self, tensor: int, result: int, when: Value) -> int:
        """Add the input where that is possible, which depends on symbols."""
        x, y = self.net.shape(tensor), self.net.shape(result)
        demand = self.net.demand(self.item.span, x)
        for one, two in zip(x.sizes[1:], y.sizes[1:], strict=True):
            demand.same(one, two, Add().problem((x, y)), ((when, 1),))
        row = len(self.net.rows) - 1
        return self.net.append(Node(Add(), (tensor, result), (y, y), y, row, self.item.span, when))


def shapes_differ(x: Shape, y: Shape, requirements: Recorder) -> tuple[Value, Pair | None]:
    """Return the bracket of "shapes differ", and the stride of the way between.

    Decided by channels and total stride, never by extents at a point: at
    extent 1 a block of stride 2 has equal shapes, and ResNet still projects.
    The stride is None where the way fixes the size of the map.
    """
    if x.height.collapses != y.height.collapses or x.width.collapses != y.width.collapses:
        return 1, None
    differences = (
        y.channels - x.channels,
        y.height.stride - x.height.stride,
        y.width.stride - x.width.stride,
    )
    when = 1 if any(map(requirements.never_zero, differences)) else differs(differences)
    heights = divide(y.height.stride, x.height.stride)
    return when, Pair(heights, divide(y.width.stride, x.width.stride))
