"""Tables of a network: rows, totals, their domain and convention; `report.py` says what is in a cell.

Nothing is computed before it is asked for.
"""

from collections.abc import Iterable, Mapping
from functools import cached_property
from typing import TYPE_CHECKING, Final, Generic, NamedTuple, TypeVar

from symcnn.algebra.domain import Domain
from symcnn.algebra.evaluation import substitute
from symcnn.algebra.parts import Part, Parts
from symcnn.algebra.polynomials import Value, total
from symcnn.analyses import ANALYSES, Answer
from symcnn.conventions import DEFAULT, Convention, find
from symcnn.errors import ArgumentError, UnsupportedError
from symcnn.graph import Graph
from symcnn.layers.merges import Passage
from symcnn.source import Span

if TYPE_CHECKING:
    from symcnn.claims import Verdict

T = TypeVar("T")

DTYPES: Final[Mapping[str, int]] = {"float64": 8, "float32": 4, "float16": 2, "bfloat16": 2, "int8": 1}
"""Bytes of one element, by the name of its type."""

COLUMNS: Final = ("params", "macs", "activations")
"""The quantities that tables show unless others are asked for."""

QUANTITIES: Final = tuple(name for names in ANALYSES for name in names)
"""The names of everything that is counted."""


class PerAxis(NamedTuple, Generic[T]):
    """One result for the height and one for the width."""

    height: T
    width: T


class Row(Generic[T]):
    """One row of a table: an item of the string, or a layer.

    Attributes:
        label: the item or layer in the notation.
        span: its place in the text.
        nodes: the layers that it sums up, by index.
    """

    def __init__(self, table: "Table[T]", label: str, span: Span, nodes: range | tuple[int, ...]) -> None:
        self._table = table
        self.label = label
        self.span = span
        self.nodes = tuple(nodes)

    def __repr__(self) -> str:
        return f"<row: {self.label}>"

    @property
    def output(self) -> tuple[T, T, T]:
        """Channels, height and width of what goes on."""
        return self._table.output_of(self.nodes[-1])

    def __getitem__(self, quantity: str) -> T:
        """Return a quantity of the row: the sum over its layers.

        Raises:
            ArgumentError: if there is no such quantity, or it does not add up.
        """
        return self._table.row_value(quantity, self.nodes)

    @property
    def params(self) -> T:
        """Trainable parameters."""
        return self["params"]

    @property
    def macs(self) -> T:
        """Multiply-accumulates."""
        return self["macs"]

    @property
    def activations(self) -> T:
        """Elements of the outputs of windows and fully connected layers."""
        return self["activations"]


class Table(Generic[T]):
    """Rows and totals of a network; what a cell is, `_make` says."""

    def __init__(self, graph: Graph, dtype: str = "float32", convention: str | Convention = DEFAULT) -> None:
        if dtype not in DTYPES:
            raise ArgumentError(f"unknown dtype {dtype!r}", hint=f"known: {', '.join(DTYPES)}")
        self.graph = graph
        self.dtype = dtype
        self.convention = find(convention) if isinstance(convention, str) else convention
        self._answers: dict[str, Answer] = {}

    def _make(self, value: Value, quantity: str, parts: Parts = ()) -> T:
        raise NotImplementedError

    def answer(self, quantity: str) -> Answer:
        """Return what the analyses say of a quantity, computed once.

        Raises:
            ArgumentError: if there is no such quantity.
        """
        if quantity not in self._answers and (told := self.convention.answer(quantity, self.graph)):
            self._answers[quantity] = told
        if quantity not in self._answers:
            for names, analysis in ANALYSES.items():
                if quantity in names:
                    found = analysis(self.graph, DTYPES[self.dtype])
                    self._answers = {**found, **self._answers}
                    break
            else:
                known = ", ".join((*QUANTITIES, "receptive_field", "stride"))
                raise ArgumentError(f"there is no quantity {quantity!r}", hint=f"known: {known}")
        return self._answers[quantity]

    def total(self, quantity: str) -> T:
        """Return a quantity of the whole network.

        Raises:
            ArgumentError: if there is no such quantity.
            UnsupportedError: if it has no closed form.
        """
        value = self.answer(quantity).total
        if value is None:
            raise UnsupportedError(f"the {quantity.replace('_', ' ')} has no simple closed form here")
        return self._make(value, quantity, lambda: self._items(quantity))

    def row_value(self, quantity: str, nodes: tuple[int, ...]) -> T:
        """Return a quantity summed over some layers; a single layer may have any."""
        values = [self.answer(quantity).per_node[i] for i in nodes]
        if len(values) > 1 and quantity.startswith(("receptive_field", "stride", "peak_memory")):
            values = values[-1:]
        if any(v is None for v in values):
            raise UnsupportedError(f"the {quantity.replace('_', ' ')} has no simple closed form here")
        return self._make(
            total(v for v in values if v is not None), quantity, lambda: self._layers(quantity, nodes)
        )

    def _items(self, quantity: str) -> tuple[Part, ...]:
        """Return what each item has of a quantity, and the input of the memory."""
        answer = self.answer(quantity)
        entering = self.graph.input.elements * DTYPES[self.dtype] if quantity == "memory" else 0
        shares = [Part(row.label, total(answer.per_node[i] or 0 for i in row.nodes)) for row in self.items]
        return (Part("input", entering), *shares) if entering else tuple(shares)

    def _layers(self, quantity: str, nodes: Iterable[int]) -> tuple[Part, ...]:
        """Return what each of some layers has of a quantity."""
        answer = self.answer(quantity)
        return tuple(Part(self.graph.nodes[i].label(), answer.per_node[i] or 0) for i in nodes)

    def shape_of(self, tensor: int) -> tuple[T, T, T]:
        """Return channels, height and width of a tensor (0 is the input)."""
        channels, height, width = (self._make(size, "size") for size in self.graph.shape(tensor).sizes)
        return channels, height, width

    def output_of(self, node: int) -> tuple[T, T, T]:
        """Return channels, height and width of a node's output; of a loop's pass, those of the last."""
        passes = {p.index: p.last for p in self.graph.nodes[node].passes}
        sizes = (substitute(size, passes) for size in self.graph.nodes[node].output.sizes)
        channels, height, width = (self._make(size, "size") for size in sizes)
        return channels, height, width

    @cached_property
    def layers(self) -> tuple[Row[T], ...]:
        """One row for each layer."""
        return tuple(
            Row(self, node.label(), node.span, (i,))
            for i, node in enumerate(self.graph.nodes)
            if not isinstance(node.layer, Passage)
        )

    @cached_property
    def items(self) -> tuple[Row[T], ...]:
        """One row for each item of the string, as people break networks down."""
        members: dict[int, list[int]] = {}
        for index, node in enumerate(self.graph.nodes):
            members.setdefault(node.row, []).append(index)
        rows = self.graph.rows
        return tuple(Row(self, rows[r].label, rows[r].span, tuple(m)) for r, m in members.items())

    @property
    def domain(self) -> Domain:
        """The inputs and symbols for which everything here holds."""
        return self.graph.domain

    @property
    def symbols(self) -> tuple[str, ...]:
        """Names of the symbols of the architecture that have no value yet."""
        return tuple(sorted(self.graph.symbols - {name for name, _ in self.graph.bound}))

    @property
    def input(self) -> tuple[T, T, T]:
        """Channels, height and width of the input."""
        return self.shape_of(0)

    @property
    def output(self) -> tuple[T, T, T]:
        """Channels, height and width of the output."""
        return self.shape_of(self.graph.output)

    @property
    def input_elements(self) -> T:
        """Elements of the input, which are not among the activations."""
        return self._make(self.graph.input.elements, "activations")

    @property
    def input_memory(self) -> T:
        """Bytes of the input, which are part of the memory."""
        return self._make(self.graph.input.elements * DTYPES[self.dtype], "memory")

    @property
    def params(self) -> T:
        """Trainable parameters: weights, biases, normalization scale and shift."""
        return self.total("params")

    @property
    def weights(self) -> T:
        """Weights of convolutions and fully connected layers (and of `prelu`, `scale`)."""
        return self.total("weights")

    @property
    def biases(self) -> T:
        """Biases of convolutions and fully connected layers."""
        return self.total("biases")

    @property
    def normalization(self) -> T:
        """Scales and shifts of normalizations."""
        return self.total("normalization")

    @property
    def buffers(self) -> T:
        """Numbers that are kept but not trained: running means and variances."""
        return self.total("buffers")

    @property
    def macs(self) -> T:
        """Multiply-accumulates of convolutions and fully connected layers."""
        return self.total("macs")

    @property
    def bias_additions(self) -> T:
        """Additions of biases."""
        return self.total("bias_additions")

    @property
    def activations(self) -> T:
        """Elements of the outputs of convolutions, pools and fully connected layers."""
        return self.total("activations")

    @property
    def memory(self) -> T:
        """Bytes of all tensors of a forward pass, the input included."""
        return self.total("memory")

    @property
    def peak_memory(self) -> T:
        """Bytes of the tensors that live at once, at the most."""
        return self.total("peak_memory")

    def check(self, claim: str | int) -> "Verdict":
        """Judge a claim about the network: a number or a formula, and what would explain it.

        A number is checked at the report's point; of a report in formulas at
        the input of its zoo entry, or else at 224×224×3, where the text pins
        none. A formula is proved or refuted for the whole domain.

        Args:
            claim: `"138M"`, `"weights = 138344128"`, `"memory = 93MB"`,
                `"9*cin*cout"`, or an integer.

        Raises:
            NotationError: if the claim cannot be read.
            ArgumentError: if a number needs a value for a symbol.
            DomainError: if the network cannot take the input.
            UnsupportedError: if the quantity has no closed form.

        >>> import symcnn
        >>> verdict = symcnn.derive("conv3-256").check("9*cin*cout")
        >>> verdict.holds, verdict.counterexample, verdict.belongs
        (False, {'C': 1}, ('the bias: cout of conv3-256 is left out',))
        """
        from symcnn.claims import check

        return check(self, claim)

    def __str__(self) -> str:
        from symcnn.render.text import plain_table

        return plain_table(self)

    __repr__ = __str__
