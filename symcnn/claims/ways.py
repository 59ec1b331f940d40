"""Ways to count a network: quantities, and the conventions that people follow.

A way says what each layer adds, in closed form. Most are sums of the
quantities of a report, with weights. A further convention is one more record
in `CONVENTIONS`.
"""

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum
from typing import Any, Final

from symcnn.algebra.polynomials import Number, Value, total
from symcnn.analyses.memo import per_node
from symcnn.graph import Graph, Node
from symcnn.layers.windows import Convolution
from symcnn.report import DTYPES, Report, Table


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
        self.elements = Report(table.graph, "int8")
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
    """

    weights: Mapping[str, Number] = field(default_factory=dict[str, Number], hash=False)
    entering: Number = 0
    layers: Callable[[Node], bool] | None = None

    def counted(self, books: Books) -> Counted | None:
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
class BiasEverywhere(Way):
    """Parameters, if every convolution and fully connected layer had a bias.

    Attributes:
        buffers: whether running means and variances are among them.
    """

    buffers: bool = False

    def counted(self, books: Books) -> Counted | None:
        names = ("params", "buffers") if self.buffers else ("params",)
        answers = [books.elements.answer(name).per_node for name in names]
        added = per_node(books.graph, _missing_bias)
        return Counted(tuple(total(v or 0 for v in values) for values in zip(added, *answers, strict=True)))


def _missing_bias(node: Node) -> Value:
    """Return the biases that a layer would have, had it not been built without."""
    if getattr(node.layer, "bias", True):
        return 0
    return node.over_passes(node.output.channels * node.when)


Q, C = Kind.QUANTITY, Kind.CONVENTION

QUANTITIES: Final[Sequence[Way]] = (
    Plain("params", "the parameters", Q, "params"),
    Plain("weights", "the weights", Q, "params"),
    Plain("biases", "the biases", Q, "params"),
    Plain("normalization", "the scales and shifts of normalizations", Q, "params"),
    Plain("buffers", "the running means and variances", Q, "params"),
    Plain("macs", "the multiply-accumulates", Q, "macs"),
    Weighted("flops", "the FLOPs, two for each multiply-accumulate", Q, "macs", weights={"macs": 2}),
    Plain("bias_additions", "the additions of biases", Q, "macs"),
    Plain("activations", "the activations", Q, "activations"),
    Plain("memory", "the bytes of all tensors of a forward pass", Q, "memory", in_bytes=True),
    Plain(
        "peak_memory", "the bytes of the tensors that live at once", Q, "memory", in_bytes=True, adds_up=False
    ),
    Weighted(
        "parameter_memory", "the bytes of the parameters", Q, "memory", in_bytes=True, weights={"params": 1}
    ),
    *(
        Plain(f"{name}_{axis}", f"the {words} over the {axis}", Q, "receptive_field", adds_up=False)
        for name, words in (("receptive_field", "receptive field"), ("stride", "total stride"))
        for axis in ("height", "width")
    ),
)
"""The quantities that a claim may be about, by which others are found too."""

CONVENTIONS: list[Way] = [
    ConvolutionsWithoutBias(
        "unbiased convolutions", "the parameters without the biases of convolutions", C, "params"
    ),
    Weighted(
        "unbiased", "the parameters without any biases", C, "params", weights={"params": 1, "biases": -1}
    ),
    Weighted(
        "with buffers",
        "the parameters with the running means and variances",
        C,
        "params",
        weights={"params": 1, "buffers": 1},
    ),
    BiasEverywhere(
        "biases everywhere",
        "the parameters if each convolution had a bias, normalized or not",
        C,
        "params",
    ),
    BiasEverywhere(
        "biases and buffers everywhere",
        "the parameters with running means and variances, if each convolution had a bias",
        C,
        "params",
        buffers=True,
    ),
    Weighted(
        "macs and biases",
        "the multiply-accumulates with the additions of biases",
        C,
        "macs",
        weights={"macs": 1, "bias_additions": 1},
    ),
    Weighted(
        "flops and biases",
        "the FLOPs, two for each multiply-accumulate, with the additions of biases",
        C,
        "macs",
        weights={"macs": 2, "bias_additions": 1},
    ),
    Weighted(
        "all operations",
        "the multiply-accumulates with all other operations",
        C,
        "macs",
        weights={
            "macs": 1,
            "bias_additions": 1,
            "normalization_ops": 1,
            "activation_ops": 1,
            "pooling_ops": 1,
            "elementwise_ops": 1,
        },
    ),
    Weighted(
        "activations and input",
        "the activations with the input",
        C,
        "activations",
        weights={"activations": 1},
        entering=1,
    ),
    Weighted(
        "windows only",
        "the activations without pools",
        C,
        "activations",
        weights={"activations": 1},
        layers=lambda node: bool(node.layer.macs(*node.shapes)),
    ),
    Weighted(
        "forward and backward",
        "the bytes of all tensors, twice: forward and backward",
        C,
        "memory",
        in_bytes=True,
        weights={"memory": 2},
        entering=2,
    ),
    Weighted(
        "activation memory",
        "the bytes of the activations, without the input",
        C,
        "memory",
        in_bytes=True,
        weights={"activations": 1},
    ),
    Weighted(
        "parameters and gradients",
        "the bytes of the parameters and their gradients",
        C,
        "memory",
        in_bytes=True,
        weights={"params": 2},
    ),
    Weighted(
        "all memory",
        "the bytes of the parameters and of all tensors of a forward pass",
        C,
        "memory",
        in_bytes=True,
        weights={"params": 1, "memory": 1},
        entering=1,
    ),
]
"""Ways in which people count the same things; extended by appending to it."""
