"""What a layer kind is, and the registry in which each is declared once.

A kind is one decorated class: the word people write, what size, geometry,
width and flags it takes, and its rules. Everything else (parsing of its text,
tables, counts, tests) follows from that.
"""

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum
from typing import ClassVar, NamedTuple, TypeVar, dataclass_transform

from symcnn.algebra.demand import Demand
from symcnn.algebra.polynomials import Poly, Value, product
from symcnn.algebra.printing import text
from symcnn.errors import ArgumentError
from symcnn.layers.operators.base import Operator, Tensor, Two
from symcnn.layers.reach import Pointwise, Reach
from symcnn.layers.shape import CEIL, FLOOR, SAME, Pair, Rounding, Shape

Fields = Mapping[str, object]
"""Fields of a layer with their values."""


class Role(Enum):
    """What a parameter is for."""

    WEIGHT = "weights"
    BIAS = "biases"
    NORMALIZATION = "normalization"
    BUFFER = "buffers"


class Operation(Enum):
    """Categories of operations that are no multiply-accumulates, with the quantities that count them."""

    BIAS = "bias_additions"
    NORMALIZATION = "normalization_ops"
    ACTIVATION = "activation_ops"
    POOLING = "pooling_ops"
    ELEMENTWISE = "elementwise_ops"


class Factor(NamedTuple):
    """One factor of a product: what it is called, and its value."""

    name: str
    value: Value


@dataclass(frozen=True)
class Parameter:
    """A named tensor of parameters; its shape is a row of named factors.

    Attributes:
        name: its name in the layer.
        role: what it is for.
        shape: its sizes, with their names.
        start: the value that its elements have before training; None if they
            are drawn at random.
    """

    name: str
    role: Role
    shape: tuple[Factor, ...]
    start: float | None = None

    @property
    def count(self) -> Value:
        """How many numbers it holds."""
        return product(factor.value for factor in self.shape)

    def tensor(self) -> Tensor:
        """Return it in numbers.

        Raises:
            ArgumentError: if a size is no number.
        """
        sizes = tuple(whole(factor.value) for factor in self.shape)
        return Tensor(self.name, sizes, self.role is not Role.BUFFER, self.start)


def whole(value: Value) -> int:
    """Return a value as an integer.

    Raises:
        ArgumentError: if it is none, or no number.
    """
    if isinstance(value, Poly) or value.denominator != 1:
        raise ArgumentError(f"{text(value)} is no integer")
    return value.numerator


def decimal(value: Value) -> float:
    """Return a value as a decimal number, which is what frameworks take for slopes and rates.

    Raises:
        ArgumentError: if it is no number.
    """
    if isinstance(value, Poly):
        raise ArgumentError(f"{text(value)} is no number")
    return value.numerator / value.denominator


def both(pair: Pair) -> Two:
    """Return a pair as integers.

    Raises:
        ArgumentError: if one is none.
    """
    return whole(pair.height), whole(pair.width)


class Takes(Enum):
    """What a size may be."""

    PAIR = "one count, or height x width"
    COUNT = "one count"
    NUMBER = "one number, decimals allowed"
    WIDTH = "the width"


@dataclass(frozen=True)
class Spec:
    """How a kind is written.

    Attributes:
        word: the word, in lower case.
        aliases: other words for it.
        example: an item that uses it.
        size: what its size is, None if it takes none.
        size_field: the field that the size sets.
        geometry: the letters it takes, of `s p d g`.
        width_field: the field that the width sets, None if it takes none.
        requires: which of size and width must be given.
        flags: flags of its own (`valid`, `same`, `ceil`) and the fields that each sets.
        normalizable: whether it takes normalizations and `:bias`.
        activatable: whether it takes activations.
        flag: what it is when used as a flag: `normalization`, `activation`.
        rows: whether each repetition has a row of its own in tables.
        known_as: what others call it, for hints; these are no words for it here.
    """

    word: str
    aliases: tuple[str, ...] = ()
    example: str = ""
    size: Takes | None = None
    size_field: str | None = None
    geometry: str = ""
    width_field: str | None = None
    requires: frozenset[str] = frozenset()
    flags: Mapping[str, Fields] = field(default_factory=dict[str, Fields])
    normalizable: bool = False
    activatable: bool = False
    flag: str | None = None
    rows: bool = False
    known_as: tuple[str, ...] = ()


GEOMETRY: Mapping[str, str] = {"s": "stride", "p": "padding", "d": "dilation", "g": "groups"}
"""The geometry letters and the fields that they set."""


@dataclass(frozen=True)
class Layer(ABC):
    """A layer with its numbers; what enters it is given to each rule.

    Attributes:
        spec: how the kind is written.
        counts_activations: whether its output is among the activations:
            true of windows and fully connected layers.
        in_place: whether it can write its output over its input.
    """

    spec: ClassVar[Spec]
    counts_activations: ClassVar[bool] = False
    in_place: ClassVar[bool] = False

    @abstractmethod
    def output(self, *inputs: Shape) -> Shape:
        """Return the shape that goes on."""

    def require(self, demand: Demand, *inputs: Shape) -> None:  # noqa: B027 - most kinds require nothing
        """State what must hold of the input, besides outputs of at least 1×1."""

    def parameters(self, *inputs: Shape) -> tuple[Parameter, ...]:
        """Return the parameters as named shapes."""
        return ()

    def macs(self, *inputs: Shape) -> tuple[Factor, ...]:
        """Return the multiply-accumulates as a product; no factors mean none."""
        return ()

    def operations(self, *inputs: Shape) -> Mapping[Operation, Value]:
        """Return the other operations by category."""
        return {}

    def reach(self, axis: str) -> Reach:
        """Tell which input positions an output position sees; axis is `height` or `width`."""
        return Pointwise()

    @abstractmethod
    def operators(self, *inputs: Shape) -> tuple[Operator, ...]:
        """Return what frameworks do in its place: operators, each on what the one before returns.

        All fields and inputs are numbers then. A kind that no framework has
        says so by `NoCounterpart`.

        Raises:
            ArgumentError: if they are not.
        """

    def tensors(self, *inputs: Shape) -> tuple[Tensor, ...]:
        """Return the parameters in numbers."""
        return tuple(parameter.tensor() for parameter in self.parameters(*inputs))

    def label(self) -> str:
        """Write the layer in the notation, with the values it has."""
        spec = self.spec
        out = spec.word
        if spec.size_field and spec.size is not Takes.WIDTH:
            out += self._part("", spec.size_field)
        for letter in spec.geometry:
            out += self._part(letter, GEOMETRY[letter])
        if spec.width_field and (width := getattr(self, spec.width_field)) is not None:
            name = text(width)
            bare = name.isidentifier() and "x" not in name.lower()
            out += "-" + name if bare else "-" * (spec.size is not Takes.WIDTH) + _written(width)
        return out + "".join(f":{name}" for name, fields in spec.flags.items() if self._has(fields))

    def _has(self, fields: Fields) -> bool:
        """Tell whether a flag is needed to state some fields: no geometry letter does."""
        return all(
            name not in GEOMETRY.values() and getattr(self, name) == value for name, value in fields.items()
        )

    def _part(self, letter: str, name: str) -> str:
        """Write a size or a geometry value, unless it is the default."""
        value = getattr(self, name)
        return "" if value == self.__dataclass_fields__[name].default else letter + _written(value)


def _written(value: Value | Pair) -> str:
    if isinstance(value, Pair):
        both = value.height == value.width
        return _written(value.height) if both else f"{_written(value.height)}x{_written(value.width)}"
    shown = text(value)
    return shown if shown.replace(".", "", 1).isdigit() else f"{{{shown}}}"


KINDS: dict[str, type[Layer]] = {}
"""Every kind by its word."""

WORDS: dict[str, type[Layer]] = {}
"""Every kind by its word and its aliases."""

KNOWN_AS: dict[str, str] = {}
"""The word of a kind by what others call it."""

L = TypeVar("L", bound=Layer)


@dataclass_transform(frozen_default=True, field_specifiers=(field,))
def layer(
    word: str,
    *,
    example: str,
    aliases: tuple[str, ...] = (),
    size: Takes | None = None,
    size_field: str | None = None,
    geometry: str = "",
    width_field: str | None = None,
    requires: Sequence[str] = (),
    flags: Mapping[str, Fields] | None = None,
    normalizable: bool = False,
    activatable: bool = False,
    flag: str | None = None,
    rows: bool = False,
    known_as: tuple[str, ...] = (),
) -> Callable[[type[L]], type[L]]:
    """Declare a layer kind: make the class a frozen data class and register it.

    Raises:
        ValueError: if a word is taken.
    """

    def declare(cls: type[L]) -> type[L]:
        kind = dataclass(frozen=True)(cls)
        kind.spec = Spec(
            word,
            aliases,
            example,
            size,
            size_field,
            geometry,
            width_field,
            frozenset(requires),
            flags or {},
            normalizable,
            activatable,
            flag,
            rows,
            known_as,
        )
        for name in (word, *aliases):
            if name in WORDS:
                raise ValueError(f"the word {name!r} is taken by {WORDS[name].__name__}")
            WORDS[name] = kind
        KINDS[word] = kind
        KNOWN_AS.update(dict.fromkeys(known_as, word))
        return kind

    return declare


__all__ = [
    "CEIL",
    "FLOOR",
    "KINDS",
    "KNOWN_AS",
    "SAME",
    "WORDS",
    "Demand",
    "Factor",
    "Layer",
    "Operation",
    "Operator",
    "Pair",
    "Parameter",
    "Role",
    "Rounding",
    "Shape",
    "Spec",
    "Takes",
    "both",
    "decimal",
    "layer",
    "whole",
]
