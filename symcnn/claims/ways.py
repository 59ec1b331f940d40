"""Ways to count a network: what each layer adds, in closed form.

Most are sums of the quantities of a report, with weights. `registry.py` has
the ways there are.
"""

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Any

from symcnn.algebra.polynomials import Number, Value, total
from symcnn.analyses.memo import per_node
from symcnn.conventions import DEFAULT
from symcnn.errors import UnsupportedError
from symcnn.graph import Graph, Node
from symcnn.layers.windows import Convolution
from symcnn.report import Report
from symcnn.table import DTYPES, Table


class Kind(Enum):
    """What sort of change an explanation is."""

    QUANTITY = "another quantity"
    CONVENTION = "another convention"
    PART = "a part of the network"
    READING = "another reading of the unit"
    DTYPE = "another type of element"
    INPUT = "another input size"
    SLIP = "a known slip"


@dataclass(frozen=True)
class Counted:
    """What a way counts.

    Attributes:
        per_node: what each layer adds; of what is no sum, None where there is no closed form.
        entering: what the input adds.
        whole: the total where it is no sum, such as a peak.
        positive: sizes that are at least 1 where it can be counted at all.
        same: sizes that are equal there, each two.
    """

    per_node: tuple[Value | None, ...]
    entering: Value = 0
    whole: Value | None = None
    positive: tuple[Value, ...] = ()
    same: tuple[tuple[Value, Value], ...] = ()

    @property
    def total(self) -> Value:
        """What the network has."""
        return total((self.entering, *(v or 0 for v in self.per_node))) if self.whole is None else self.whole


class Books:
    """What the ways count of one network, each counted once.

    Args:
        table: the report.
    """

    def __init__(self, table: Table[Any]) -> None:
        self.table = table
        self.graph: Graph = table.graph
        self.element_size = DTYPES[table.dtype]
        # One byte an element, so that memory counts elements, which other types multiply.
        self.elements = Report(table.graph, "int8", table.convention)
        self._counted: dict[Way, Counted | None] = {}

    def counted(self, way: "Way") -> Counted | None:
        """Return what a way counts, in elements where it is of bytes; None where it does not apply."""
        if way not in self._counted:
            self._counted[way] = way.counted(self)
        return self._counted[way]


@dataclass(frozen=True)
class Way(ABC):
    """A way to count.

    Attributes:
        name: what a claim calls it.
        words: what it is, with an article: `the weights`.
        kind: quantity, convention or slip.
        of: the quantity that it is a way to count.
        in_bytes: whether it is counted in bytes.
        adds_up: whether layers add up.
    """

    name: str
    words: str
    kind: Kind
    of: str
    in_bytes: bool = False
    adds_up: bool = True

    @abstractmethod
    def counted(self, books: Books) -> Counted | None:
        """Return what it counts of a network; None where it does not apply."""


@dataclass(frozen=True)
class Plain(Way):
    """A quantity of a report, as it stands."""

    def counted(self, books: Books) -> Counted | None:
        answer = books.elements.answer(self.name)
        if answer.total is None:
            return None
        entering = books.graph.input.elements if self.name == "memory" else 0
        return Counted(answer.per_node, entering, None if self.adds_up else answer.total)


@dataclass(frozen=True)
class Weighted(Way):
    """A sum of quantities, each with a weight.

    Attributes:
        weights: the weights by quantity.
        entering: how often the elements of the input are counted.
        layers: the layers that count, all if None.
        needs: a quantity without which the way makes no difference, and does not apply.
    """

    weights: Mapping[str, Number] = field(default_factory=dict[str, Number], hash=False)
    entering: Number = 0
    layers: Callable[[Node], bool] | None = None
    needs: str = ""

    def counted(self, books: Books) -> Counted | None:
        if self.needs and not any(books.elements.answer(self.needs).per_node):
            return None
        answers = {name: books.elements.answer(name).per_node for name in self.weights}
        if any(v is None for values in answers.values() for v in values):
            return None
        values = (
            total(w * (answers[n][i] or 0) for n, w in self.weights.items())
            if self.layers is None or self.layers(node)
            else 0
            for i, node in enumerate(books.graph.nodes)
        )
        return Counted(tuple(values), self.entering * books.graph.input.elements)


@dataclass(frozen=True)
class ConvolutionsWithoutBias(Way):
    """Parameters, if convolutions had no bias and fully connected layers had one."""

    def counted(self, books: Books) -> Counted | None:
        answers = [books.elements.answer(name).per_node for name in ("params", "biases")]
        counts = (
            total((params or 0, -1 * (biases or 0) if isinstance(node.layer, Convolution) else 0))
            for node, params, biases in zip(books.graph.nodes, *answers, strict=True)
        )
        return Counted(tuple(counts))


@dataclass(frozen=True)
class Told(Way):
    """A quantity as some convention counts it.

    Attributes:
        convention: the name of the convention.
    """

    convention: str = DEFAULT

    def counted(self, books: Books) -> Counted | None:
        if self.convention == books.table.convention.name:
            return None
        try:
            return Counted(Report(books.graph, "int8", self.convention).answer(self.of).per_node)
        except UnsupportedError:  # it does not say how some layer is counted
            return None


@dataclass(frozen=True)
class BiasEverywhere(Way):
    """Parameters, if every convolution and fully connected layer had a bias.

    Attributes:
        buffers: whether running means and variances are among them.
    """

    buffers: bool = False

    def counted(self, books: Books) -> Counted | None:
        names = ("params", "buffers") if self.buffers else ("params",)
        if self.buffers and not any(books.elements.answer("buffers").per_node):
            return None
        answers = [books.elements.answer(name).per_node for name in names]
        added = per_node(books.graph, _missing_bias)
        return Counted(tuple(total(v or 0 for v in values) for values in zip(added, *answers, strict=True)))


def _missing_bias(node: Node) -> Value:
    """Return the biases that a layer would have, had it not been built without."""
    if getattr(node.layer, "bias", True):
        return 0
    return node.over_passes(node.output.channels * node.when)


def told(table: Table[Any], way: Way) -> str:
    """Return what a claim is about, with the convention where that has a rule of its own for it."""
    convention = table.convention
    own = convention.name != DEFAULT and way.name in convention.rules
    return f"{way.words} as {convention.name} counts them" if own else way.words
