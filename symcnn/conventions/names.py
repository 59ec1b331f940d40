"""By what names records know layers: kinds, and the variants that tools tell apart."""

from functools import singledispatch
from typing import Final

from symcnn.algebra.arithmetic import divide, least
from symcnn.algebra.polynomials import Value, is_whole
from symcnn.graph import Node
from symcnn.layers import KINDS, Layer
from symcnn.layers.activations import ReLU
from symcnn.layers.merges import Merge
from symcnn.layers.pools import AdaptiveAvgPool, FixedPool, Pool
from symcnn.layers.shape import CEIL, SAME
from symcnn.layers.windows import ONE, Convolution, TransposedConv, effective

MERGES: Final = ("add", "multiply", "concat")
"""The names of merges: what they do."""

VARIANTS: Final = (
    "adapool:uneven",
    "avgpool:overhanging",
    "avgpool:same",
    "conv:padded",
    "deconv:cropped",
    "dw:padded",
    "pool:overhanging",
    "pool:same",
    "relu6",
    "relu:capped",
)
"""The names of variants, each of which goes before the name of its kind."""

KNOWN: Final = frozenset((*KINDS, *MERGES, *VARIANTS))
"""All names that a record can use."""


def names_of(node: Node) -> tuple[str, ...]:
    """Return the names by which records know a layer, the most telling one first.

    These are its word (of a merge, what it does), and before that its variants:

    - `relu6` and `relu:capped`, of a cap;
    - `pool:same`; `pool:overhanging` with `ceil` rounding, where a last window
      that begins beyond the input may have to be left out;
    - `adapool:uneven`, whose windows differ in size; of 1×1 it is `gap`;
    - `conv:padded`, which keeps the size with a window of even extent, so
      that its padding differs from side to side;
    - `deconv:cropped`, which does so at stride 1, so that its output is cut.

    >>> import symcnn
    >>> nodes = symcnn.derive("relu6, pool:same, adapool7, deconv2-8, adapool1").graph.nodes
    >>> [names_of(node)[0] for node in nodes]
    ['relu6', 'pool:same', 'adapool:uneven', 'deconv:cropped', 'gap']
    """
    if isinstance(node.layer, Merge):
        return (node.layer.verb,)
    return (*_variants(node.layer, node), node.layer.spec.word)


def name_among(node: Node, known: frozenset[str]) -> str | None:
    """Return the first of a layer's names that is among some."""
    return next((name for name in names_of(node) if name in known), None)


@singledispatch
def _variants(layer: Layer, node: Node) -> tuple[str, ...]:
    """Return the names of a layer before its word."""
    return ()


@_variants.register
def _(layer: ReLU, node: Node) -> tuple[str, ...]:
    return () if layer.cap is None else (layer.label(), "relu:capped")


@_variants.register
def _(layer: Pool, node: Node) -> tuple[str, ...]:
    if layer.rounding is SAME:
        return (f"{layer.spec.word}:same",)
    return (f"{layer.spec.word}:overhanging",) if layer.rounding is CEIL and _overhangs(layer) else ()


def _overhangs(layer: Pool) -> bool:
    """Tell whether a last window, rounded up to, may begin beyond the input: where p + s > d(k−1) + 1."""
    axes = zip(layer.kernel_size, layer.steps(), layer.padding or (0, 0), layer.dilation, strict=True)
    return any(least((effective(k, d), p + s)) != p + s for k, s, p, d in axes)


@_variants.register
def _(layer: FixedPool, node: Node) -> tuple[str, ...]:
    extents = zip(node.shapes[0].sizes[1:], node.output.sizes[1:], strict=True)
    even = all(size == 1 or is_whole(divide(entering, size)) for entering, size in extents)
    return () if even else (f"{layer.spec.word}:uneven",)


@_variants.register
def _(layer: AdaptiveAvgPool, node: Node) -> tuple[str, ...]:
    return ("gap",) if layer.output_size == ONE else _variants.dispatch(FixedPool)(layer, node)


@_variants.register
def _(layer: Convolution, node: Node) -> tuple[str, ...]:
    if layer.padding is not None:
        return ()
    odd = all(_odd(effective(k, d)) for k, d in zip(layer.kernel_size, layer.dilation, strict=True))
    return () if odd else (f"{layer.spec.word}:padded",)


@_variants.register
def _(layer: TransposedConv, node: Node) -> tuple[str, ...]:
    if layer.padding is not None:
        return ()
    axes = zip(layer.kernel_size, layer.stride, layer.dilation, strict=True)
    whole = all(_odd(kernel) or stride != 1 or dilation != 1 for kernel, stride, dilation in axes)
    return () if whole else ("deconv:cropped",)


def _odd(value: Value) -> bool:
    """Tell whether a value is odd for certain."""
    return is_whole(divide(value - 1, 2))
