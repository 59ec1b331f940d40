"""What a convention is: for each quantity a sum of weighted terms, read from a TOML file.

tool = "fvcore"
version = "0.1.5.post20221221"
...
[macs]
prints = "flops"
says = "multiply-accumulates, 2 for each element that is normalized, ..."

[[macs.terms]]
layers = ["conv", "dw", "deconv", "fc"]
of = "macs"

[[macs.terms]]
layers = ["bn"]
of = "output"
times = 2
says = "batch normalization takes two operations for each element"
"""

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any, Final

from symcnn.algebra.polynomials import Number, Value, product, total
from symcnn.analyses import Answer, summed
from symcnn.analyses.memo import per_node
from symcnn.conventions.measures import MEASURES, Product, products
from symcnn.conventions.names import KNOWN, name_among
from symcnn.errors import UnsupportedError
from symcnn.graph import Graph, Node
from symcnn.layers import Factor

TITLES: Final[Mapping[str, str]] = {"params": "params", "macs": "MACs"}
"""Headings that are not just the quantity's name."""

COUNTED: Final = ("params", "macs", "activations")
"""The quantities that conventions differ about, in the order in which they are named."""


@dataclass(frozen=True)
class Term:
    """So many times a measure, for some kinds of layers.

    Attributes:
        layers: the names of the kinds; empty for every layer.
        of: the measures that are multiplied.
        times: how many times; an integer, or a fraction.
        instead: whether it stands for the quantity's own count of these layers.
        says: why, in words; empty where it is that count itself.
    """

    layers: frozenset[str]
    of: tuple[str, ...]
    times: Number
    instead: bool
    says: str


@dataclass(frozen=True)
class Rule:
    """How a convention counts one quantity.

    Attributes:
        quantity: the quantity, as reports name it.
        prints: what the tool calls it.
        says: what is counted, in words.
        terms: the terms; none where it is counted as the analyses do.
    """

    quantity: str
    prints: str
    says: str
    terms: tuple[Term, ...]
    known: frozenset[str] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        """Collect the names that tell layers apart here."""
        object.__setattr__(self, "known", frozenset[str]().union(*(term.layers for term in self.terms)))

    def terms_for(self, node: Node) -> Iterator[Term]:
        """Yield the terms that count a layer."""
        name = name_among(node, self.known)
        return (term for term in self.terms if not term.layers or name in term.layers)

    def products(self, node: Node) -> tuple[Product, ...]:
        """Return what a layer counts: a sum of products of named factors.

        Raises:
            UnsupportedError: if nothing is said of a layer that has some of the quantity.
        """
        terms = tuple(self.terms_for(node))
        if not any(term.instead for term in terms) and products((self.quantity,), node):
            raise UnsupportedError(
                f"the convention does not say how {self.prints} of {node.layer.label()} are counted"
            )
        return tuple(p for term in terms if term.times for p in weighed(term, node))

    def count(self, graph: Graph) -> Answer:
        """Return what each layer counts, and the network."""
        return summed({self.quantity: per_node(graph, self._value)})[self.quantity]

    def _value(self, node: Node) -> Value:
        return value_of(self.products(node), node)


def weighed(term: Term, node: Node) -> tuple[Product, ...]:
    """Return the products of a term for a layer, its weight in front where that is not 1."""
    weight = () if term.times == 1 else (Factor(str(term.times), term.times),)
    return tuple((*weight, *factors) for factors in products(term.of, node))


def value_of(sums: tuple[Product, ...], node: Node) -> Value:
    """Add up products of a layer, over all its passes, where it is there at all."""
    value = total(product(factor.value for factor in factors) for factors in sums)
    return node.over_passes(value * node.when)


@dataclass(frozen=True)
class Defect:
    """Where a tool is wrong, or its number not the one that is given here.

    Attributes:
        says: what is wrong, in words.
        layers: the kinds that it is about; empty if it is about none in particular.
        exact: whether the number given here is what the tool prints all the same.
        of: the quantities that it is about.
    """

    says: str
    layers: frozenset[str]
    exact: bool
    of: frozenset[str]


@dataclass(frozen=True)
class Convention:
    """What is counted, and in words that go with every number.

    Attributes:
        name: its name.
        tool: the tool that counts so, as it calls itself.
        version: its version.
        library: the library whose networks the tool is fed.
        source: where its rules were read.
        rules: how each quantity is counted, by quantity.
        defects: where the tool is wrong.
    """

    name: str
    tool: str
    version: str
    library: str
    source: str
    rules: Mapping[str, Rule]
    defects: tuple[Defect, ...] = ()

    def __str__(self) -> str:
        parts = [self._words(quantity) for quantity in COUNTED if quantity in self.rules]
        rest = ["the rest as symcnn counts it"] if len(parts) < len(COUNTED) else []
        return f"{self.name}{self._version()}: {'; '.join([*parts, *rest])}"

    def _version(self) -> str:
        return f" ({self.tool} {self.version})" if self.version else ""

    def _words(self, quantity: str) -> str:
        rule, usual = self.rules[quantity], usual_title(quantity)
        title = usual if rule.prints == usual else f"{rule.prints} ({quantity})"
        return f"{title} = {rule.says}"

    def title(self, quantity: str) -> str:
        """Return the heading of a quantity: what the tool calls it."""
        rule = self.rules.get(quantity)
        return rule.prints if rule else usual_title(quantity)

    def answer(self, quantity: str, graph: Graph) -> Answer | None:
        """Return what the convention says of a quantity; None where it leaves that to the analyses."""
        rule = self.rules.get(quantity)
        return rule.count(graph) if rule and rule.terms else None

    def defects_in(self, graph: Graph, quantity: str) -> tuple[Defect, ...]:
        """Return the defects of a quantity that are about layers of a network."""
        return tuple(
            defect
            for defect in self.defects
            if quantity in defect.of and any(name_among(node, defect.layers) for node in graph.nodes)
        )


def usual_title(quantity: str) -> str:
    """Return the heading of a quantity where nobody calls it otherwise."""
    return TITLES.get(quantity, quantity.replace("_", " "))


def read_record(name: str, content: str) -> Convention:
    """Read the content of a convention's file.

    Raises:
        ValueError: if it is no record: a key is missing or unknown, or a measure.
    """
    try:
        return _convention(name, tomllib.loads(content))
    except (KeyError, TypeError, ValueError) as error:
        raise ValueError(f"{name}: no convention: {error!r}") from error


def _convention(name: str, data: dict[str, Any]) -> Convention:
    rules = {q: _rule(q, **data.pop(q)) for q in COUNTED if q in data}
    defects = tuple(_defect(**defect) for defect in data.pop("defects", ()))
    return Convention(name=name, rules=rules, defects=defects, **data)


def _rule(quantity: str, *, says: str, prints: str = "", terms: tuple[dict[str, Any], ...] = ()) -> Rule:
    read = tuple(_term(quantity, **term) for term in terms)
    return Rule(quantity, prints or usual_title(quantity), says, read)


def _term(
    quantity: str,
    *,
    of: str,
    layers: tuple[str, ...] = (),
    times: int | str = 1,
    instead: bool = False,
    says: str = "",
) -> Term:
    names = tuple(part.strip() for part in of.split("*"))
    if unknown := [part for part in names if part not in MEASURES]:
        raise ValueError(f"there is no measure {unknown[0]!r}")
    if isinstance(times, float):
        raise ValueError(f"{times} is not exact; write a fraction in quotes")
    weight = Fraction(times)
    itself = names == (quantity,)
    if not says and not (itself and weight == 1):
        raise ValueError(f"a term of {of} does not say why")
    exact: Number = weight.numerator if weight.denominator == 1 else weight
    return Term(_known(layers, KNOWN), names, exact, instead or itself, says)


def _defect(
    *, says: str, layers: tuple[str, ...] = (), exact: bool = True, of: tuple[str, ...] = ("macs",)
) -> Defect:
    return Defect(says, _known(layers, KNOWN), exact, _known(of, frozenset(COUNTED)))


def _known(names: tuple[str, ...], known: frozenset[str]) -> frozenset[str]:
    if unknown := [name for name in names if name not in known]:
        raise ValueError(f"there is no {unknown[0]!r} to count")
    return frozenset(names)
