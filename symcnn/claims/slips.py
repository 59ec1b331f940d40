"""Known slips: mistakes that people make when they count, each as a way to count.

Most change the products that a layer adds: a factor is left out, or another
one is taken. `rounding.py` has those that change the maps.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from symcnn.algebra.evaluation import substitute
from symcnn.algebra.polynomials import Value, product, total
from symcnn.claims.summands import LayerSlip, LocalSlip, Product, summands, trained
from symcnn.claims.ways import Books, Counted, Way
from symcnn.graph import Graph, Node
from symcnn.layers import Factor, Role, Shape
from symcnn.layers.dense import FullyConnected
from symcnn.layers.norms import BatchNorm
from symcnn.layers.pools import FixedPool, Pool
from symcnn.layers.windows import Convolution, Depthwise

INPUTS: Final = frozenset({"C_in", "C_in/g"})
"""What the channels that a filter reads are called."""


def _changed(node: Node, quantity: str, changed: dict[str, Factor | None]) -> tuple[Product, ...] | None:
    """Return the products of a convolution with some factors replaced, or left out; None if none is there."""
    if not isinstance(node.layer, Convolution):
        return None
    before = trained(summands(node, quantity))
    after = tuple(
        tuple(put for factor in factors if (put := changed.get(factor.name, factor)) is not None)
        for factors in before
    )
    return None if before == after else after


@dataclass(frozen=True)
class InputChannelsForgotten(LocalSlip):
    """k·k·C_out: each filter is taken to read one channel."""

    def wrong(self, node: Node) -> tuple[Product, ...] | None:
        return _changed(node, self.of, dict.fromkeys(INPUTS))


@dataclass(frozen=True)
class OutputChannelsSquared(LocalSlip):
    """k·k·C_out·C_out: each layer is taken to read as many channels as it makes."""

    def wrong(self, node: Node) -> tuple[Product, ...] | None:
        if not isinstance(node.layer, Convolution):
            return None
        channels = Factor("C_out", node.layer.channels(node.shapes[0]))
        return _changed(node, self.of, dict.fromkeys(INPUTS, channels))


@dataclass(frozen=True)
class GroupsIgnored(LocalSlip):
    """k·k·C_in·C_out, whatever the groups."""

    def wrong(self, node: Node) -> tuple[Product, ...] | None:
        channels = Factor("C_in", node.shapes[0].channels)
        if isinstance(node.layer, Depthwise):
            given = summands(node, self.of)
            return tuple(
                s.factors if s.role is Role.BIAS else (*s.factors[:2], channels, *s.factors[2:])
                for s in given
            )
        makes = Factor("C_out", node.output.channels)
        return _changed(node, self.of, {"C_in/g": channels, "C_out/g": makes})


@dataclass(frozen=True)
class BiasSlip(LocalSlip):
    """Biases counted some other number of times.

    Attributes:
        times: how often each is counted.
        each: whether a layer is taken to have a single one.
    """

    times: int = 1
    each: bool = False

    def wrong(self, node: Node) -> tuple[Product, ...] | None:
        given = summands(node, self.of)
        if not any(s.role is Role.BIAS for s in given):
            return None
        others = [s for s in given if s.role is not Role.BIAS]
        biases = [Factor("1", 1) if self.each else f for s in given if s.role is Role.BIAS for f in s.factors]
        return (*trained(others), *((bias,) for bias in biases * self.times))


@dataclass(frozen=True)
class BatchNormOfFour(LocalSlip):
    """4·C for a batch normalization: running mean and variance are counted as trained."""

    def wrong(self, node: Node) -> tuple[Product, ...] | None:
        if not isinstance(node.layer, BatchNorm):
            return None
        return tuple(s.factors for s in summands(node, self.of))


@dataclass(frozen=True)
class FirstChannels(LayerSlip):
    """The first layer is taken to read some other number of channels."""

    channels: int = 1

    def products(self, graph: Graph, index: int) -> tuple[Product, ...] | None:
        node = graph.nodes[index]
        if 0 not in node.inputs or not node.layer.macs(*node.shapes):
            return None
        entering = node.shapes[0].channels
        if entering == self.channels or isinstance(node.layer, Depthwise):
            return None
        if any(f.name == "C_in/g" for f in node.layer.macs(*node.shapes)):
            return None
        other = replace(node, shapes=(node.shapes[0].with_channels(self.channels),))
        return trained(summands(other, self.of))


@dataclass(frozen=True)
class ClassifierUnpooled(LayerSlip):
    """A fully connected layer is taken to read a map before it was pooled.

    Attributes:
        whole: whether it is that of the input, or else that before the last pool.
    """

    whole: bool = False

    def products(self, graph: Graph, index: int) -> tuple[Product, ...] | None:
        node = graph.nodes[index]
        if not isinstance(node.layer, FullyConnected):
            return None
        before = self._before(graph, node)
        if before is None:
            return None
        channels, _, _ = node.shapes[0].sizes
        row = (
            Factor("C_in", channels),
            Factor("H_in", before.height.value),
            Factor("W_in", before.width.value),
            Factor("C_out", node.layer.out_features),
        )
        others = [s.factors for s in summands(node, self.of) if s.role is Role.BIAS]
        return (row, *others)

    def _before(self, graph: Graph, node: Node) -> Shape | None:
        """Return the map before the last pool on the way to a layer; None if there is no pool."""
        tensor = node.inputs[0]
        while tensor:
            last = graph.nodes[tensor - 1]
            if isinstance(last.layer, FullyConnected):
                return None
            if isinstance(last.layer, Pool | FixedPool):
                return graph.input if self.whole else last.shapes[0]
            tensor = last.inputs[0]
        return None


@dataclass(frozen=True)
class RepeatsOnce(Way):
    """What is repeated is counted once, as if all its passes shared their parameters."""

    def counted(self, books: Books) -> Counted | None:
        graph, answer = books.graph, books.elements.answer(self.of).per_node
        seen: set[tuple[object, ...]] = set()
        out: list[Value | None] = []
        for node in graph.nodes:
            width = node.layer.spec.width_field
            made = width and getattr(node.layer, width)
            key = (graph.rows[node.row].span, node.span, type(node.layer), made)
            once = 0 if key in seen else _first_pass(node, trained(summands(node, self.of)))
            seen.add(key)
            out.append(once)
        return None if out == list(answer) else Counted(tuple(out))


def _first_pass(node: Node, products: Sequence[Product]) -> Value:
    """Return what products come to in the first pass of all loops around a layer."""
    first = {passes.index: passes.first for passes in node.passes}
    value = total(product(f.value for f in factors) for factors in products) * node.when
    return substitute(value, first)
