"""Parts of a network that people count: an item, a layer, equal layers, all convolutions."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from symcnn.graph import Graph
from symcnn.layers.dense import FullyConnected
from symcnn.layers.merges import Passage
from symcnn.layers.windows import Convolution
from symcnn.source import Span

CHANNELS: Final = (1, 3)
"""Channels of images."""

ORDINALS: Final = "first second third fourth fifth sixth seventh eighth ninth tenth".split()


@dataclass(frozen=True)
class Place:
    """A piece of the network's text: what it is called, and where it stands."""

    label: str
    span: Span


@dataclass(frozen=True)
class Part:
    """Some of the layers of a network.

    Attributes:
        words: what it is called: `the item conv3-64x2`; empty for all of it.
        nodes: the layers, by index.
        places: where they stand, for what is no class of layers.
        cost: how far-fetched it is to count it.
        alike: whether it is layers that have the same each.
    """

    words: str
    nodes: tuple[int, ...]
    places: tuple[Place, ...] = ()
    cost: int = 0
    alike: bool = False


def classes_of(graph: Graph) -> Iterator[Part]:
    """Yield the parts that are classes of layers: convolutions, all but the classifier."""
    nodes = [i for i, node in enumerate(graph.nodes) if not isinstance(node.layer, Passage)]
    dense = [i for i in nodes if isinstance(graph.nodes[i].layer, FullyConnected)]
    convolutions = [i for i in nodes if isinstance(graph.nodes[i].layer, Convolution)]
    others = [i for i in nodes if i not in set(dense)]
    if 0 < len(convolutions) < len(nodes) and len(convolutions) > 1:
        yield Part("the convolutions", tuple(convolutions), cost=2)
    if dense and others:
        yield Part("the network without its fully connected layers", tuple(others), cost=2)
        yield Part("the fully connected layers", tuple(dense), cost=2)
    if len(dense) > 1:
        yield Part("the network without its last layer", tuple(i for i in nodes if i != dense[-1]), cost=2)


def items_of(graph: Graph) -> Iterator[Part]:
    """Yield the items of the text that are more than one layer."""
    members: dict[int, list[int]] = {}
    for index, node in enumerate(graph.nodes):
        if not isinstance(node.layer, Passage):
            members.setdefault(node.row, []).append(index)
    names = _Ordinals(graph.rows[row].label for row in members)
    for place, (row, nodes) in enumerate(members.items()):
        if len(nodes) > 1:
            label, span = graph.rows[row]
            yield Part(names.of([place]), tuple(nodes), (Place(label, span),), cost=2)


class Layers:
    """The single layers of a network, and what they are called.

    Args:
        graph: the network.
    """

    def __init__(self, graph: Graph) -> None:
        self.graph = graph
        self.nodes = [i for i, node in enumerate(graph.nodes) if not isinstance(node.layer, Passage)]
        self._places = {index: place for place, index in enumerate(self.nodes)}
        self.labels = {i: graph.nodes[i].label() for i in self.nodes}
        self._names = _Ordinals(self.labels.values())

    def words(self, nodes: Sequence[int]) -> str:
        """Return what layers of one label are called: `the second and third conv3-256`."""
        return self._names.of([self._places[i] for i in nodes])

    def ordinals(self, nodes: Sequence[int]) -> str:
        """Return which of the layers of their label they are: `the first`."""
        return self._names.ordinals([self._places[i] for i in nodes])

    def place(self, index: int) -> Place:
        """Return where a layer stands."""
        return Place(self.labels[index], self.graph.nodes[index].span)

    def alike(self, index: int) -> list[int]:
        """Return the layers of the same label."""
        return [i for i in self.nodes if self.labels[i] == self.labels[index]]


class _Ordinals:
    """Names of things by their labels, and which of those of that label they are.

    Args:
        labels: the labels, in order.
    """

    def __init__(self, labels: Iterable[str]) -> None:
        self.labels = list(labels)
        self.counts: dict[str, int] = {}
        self.places: list[int] = []
        for label in self.labels:
            self.counts[label] = self.counts.get(label, 0) + 1
            self.places.append(self.counts[label])

    def of(self, members: Sequence[int]) -> str:
        """Return the name of some of one label."""
        label = self.labels[members[0]]
        return label if self.counts[label] == 1 else f"{self.ordinals(members)} {label}"

    def ordinals(self, members: Sequence[int]) -> str:
        """Return which of their label they are: `the first`, `the 2nd to 12th`."""
        places = [self.places[m] for m in members]
        if len(places) > 2 and places == list(range(places[0], places[-1] + 1)):
            return f"the {ordinal(places[0])} to {ordinal(places[-1])}"
        shown = [ordinal(place) for place in places]
        if len(shown) > MAX_NAMED:
            shown = [*shown[: MAX_NAMED - 1], f"{len(shown) - MAX_NAMED + 1} more"]
        return "the " + " and ".join([", ".join(shown[:-1]), shown[-1]] if shown[1:] else shown)


MAX_NAMED: Final = 5
"""Layers that are named one by one."""


def ordinal(number: int) -> str:
    """Return a number as one of an order.

    >>> ordinal(2), ordinal(11), ordinal(22)
    ('second', '11th', '22nd')
    """
    if number <= len(ORDINALS):
        return ORDINALS[number - 1]
    teen = 10 < number % 100 < 14
    return f"{number}{'th' if teen else {1: 'st', 2: 'nd', 3: 'rd'}.get(number % 10, 'th')}"
