"""What each convention says of one network, and why: number, difference, and its reasons.

A tool reads a network as its library builds it. Where the zoo has that (an
entry `NAME.LIBRARY`), the tool's convention is applied to it, and what the two
texts differ by is a reason of its own.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from symcnn.algebra.polynomials import Value, total
from symcnn.analyses.memo import per_node
from symcnn.conventions import COUNTED, Convention, Defect, Rule, Term
from symcnn.conventions.measures import products
from symcnn.conventions.record import usual_title, value_of, weighed
from symcnn.graph import Graph, Node
from symcnn.layers import Operation
from symcnn.report import Report

PARTS: Final[Mapping[str, tuple[str, ...]]] = {"params": ("weights", "biases", "normalization")}
"""The quantities that make up one, where it has parts."""


@dataclass(frozen=True)
class Reason:
    """One part of the difference between a convention's count and the plain one."""

    amount: Value
    says: str


@dataclass(frozen=True)
class Account:
    """What one convention says of one quantity.

    Attributes:
        convention: the convention.
        prints: what the tool calls the quantity.
        network: the entry of the zoo that it was applied to, where that is not the network itself.
        value: the count.
        difference: how much more that is than the plain count.
        reasons: what the difference is made of.
        notes: what is wrong with the tool where this network has it.
    """

    convention: Convention
    prints: str
    network: str
    value: Value
    difference: Value
    reasons: tuple[Reason, ...]
    notes: tuple[Defect, ...]


@dataclass(frozen=True)
class Group:
    """The accounts of one quantity.

    Attributes:
        quantity: the quantity, as reports name it.
        plain: its count as symcnn counts it.
        accounts: what the other conventions say.
    """

    quantity: str
    plain: Value
    accounts: tuple[Account, ...]


@dataclass(frozen=True)
class Accounts:
    """What all conventions say of one network.

    Attributes:
        source: the architecture, or its name.
        input: channels, height and width that enter.
        groups: one for each quantity.
        domain: the inputs for which formulas hold, in words; empty for numbers.
        remark: what its text leaves open; empty if nothing.
        convention: what the plain counts are, in words.
    """

    source: str
    input: tuple[Value, Value, Value]
    groups: tuple[Group, ...]
    domain: str
    remark: str
    convention: str


NO_ACTIVATIONS: Final = (
    "no activation function is written in this network:"
    " what tools count for those is in none of these numbers"
)


def account(
    report: Report, built: Mapping[str, tuple[str, Report]], conventions: Sequence[Convention], source: str
) -> Accounts:
    """Return what conventions say of a network.

    Args:
        report: the network, with its input put in if numbers are wanted.
        built: the network as libraries build it, with the entry's name, by library.
        conventions: the conventions; symcnn's own is what they are compared to.
        source: what the network is called.

    Raises:
        UnsupportedError: if a convention does not say how it counts a layer.

    >>> import symcnn
    >>> from symcnn.conventions import find
    >>> found = account(symcnn.derive("conv3-8", "8x8x3"), {}, [find("torchinfo")], "conv3-8")
    >>> [(reason.amount, reason.says) for reason in found.groups[1].accounts[0].reasons]
    [(512, 'bias additions')]
    """
    plain = {quantity: _total(report, quantity) for quantity in COUNTED}
    groups = tuple(
        Group(q, plain[q], tuple(_account(report, built, c, q) for c in conventions if q in c.rules))
        for q in COUNTED
    )
    sizes = report.graph.input.sizes
    return Accounts(
        source=source,
        input=sizes,
        groups=groups,
        domain=str(report.domain) if report.symbols else "",
        remark="" if built or _activates(report.graph) else NO_ACTIVATIONS,
        convention=str(report.convention),
    )


def _account(
    report: Report, built: Mapping[str, tuple[str, Report]], convention: Convention, quantity: str
) -> Account:
    name, network = built.get(convention.library, ("", report))
    rule, graph = convention.rules[quantity], network.graph
    value = _total(network.under(convention.name), quantity)
    reasons = [*_other_network(report, network, quantity, name), *_weights(rule, graph)]
    return Account(
        convention=convention,
        prints=rule.prints,
        network=name,
        value=value,
        difference=value - _total(report, quantity),
        reasons=tuple(reason for reason in reasons if reason.amount != 0),
        notes=convention.defects_in(graph, quantity),
    )


def _total(report: Report, quantity: str) -> Value:
    return report.total(quantity).value


def _other_network(one: Report, other: Report, quantity: str, name: str) -> Iterator[Reason]:
    """Yield what a library's network has more of than the network itself."""
    if other is not one:
        for part in PARTS.get(quantity, (quantity,)):
            more = _total(other, part) - _total(one, part)
            yield Reason(more, f"{usual_title(part)} of the network as it is built there ({name})")


def _weights(rule: Rule, graph: Graph) -> Iterator[Reason]:
    """Yield what each term adds to the plain count."""
    for term in rule.terms:
        yield Reason(_more(rule, term, graph), term.says)


def _more(rule: Rule, term: Term, graph: Graph) -> Value:
    """Return a term's count, less the plain one of the same layers where it stands for that."""

    def of(node: Node) -> Value:
        if term not in rule.terms_for(node):
            return 0
        plain = value_of(products((rule.quantity,), node), node) if term.instead else 0
        return value_of(weighed(term, node), node) - plain

    return total(per_node(graph, of))


def _activates(graph: Graph) -> bool:
    """Tell whether a network has an activation function."""
    return any(Operation.ACTIVATION in node.layer.operations(*node.shapes) for node in graph.nodes)
