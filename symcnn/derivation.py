"""The procedure that leads to a count, step by step, as a teacher writes it."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from symcnn.algebra.atoms import Reaches, symbols_of
from symcnn.algebra.conditions import number_at
from symcnn.algebra.domain import Domain
from symcnn.algebra.evaluation import substitute
from symcnn.algebra.formula import Formula
from symcnn.algebra.parts import Term
from symcnn.algebra.polynomials import Number, Poly, Value
from symcnn.algebra.polynomials import product as product_of
from symcnn.algebra.printing import in_order
from symcnn.algebra.sums import sum_over
from symcnn.conventions import Convention
from symcnn.errors import ArgumentError
from symcnn.graph import Node
from symcnn.layers import Factor, Role
from symcnn.layers.merges import Passage
from symcnn.report import Numbers, Report

Product = tuple[Factor, ...]


@dataclass(frozen=True)
class Step:
    """What one layer adds.

    Attributes:
        label: the layer.
        products: the rule, as a sum of products of named factors; empty where
            the layer has nothing to count.
        value: the result.
        shape: channels, height and width that go on.
    """

    label: str
    products: tuple[Product, ...]
    value: Value
    shape: tuple[Value, Value, Value]


@dataclass(frozen=True)
class Section:
    """The steps of one item of the string."""

    label: str
    steps: tuple[Step, ...]


@dataclass(frozen=True)
class Derivation:
    """How one quantity comes about.

    Attributes:
        quantity: what is counted.
        source: the architecture, in canonical notation.
        input: channels, height and width that enter.
        sections: the steps, item by item.
        total: their sum.
        formula: the closed form.
        terms: its terms, with what each comes from.
        values: for numbers, the factors of each term at the input.
    """

    quantity: str
    source: str
    input: tuple[Value, Value, Value]
    sections: tuple[Section, ...]
    total: Value
    formula: Formula
    terms: tuple[Term, ...]
    values: tuple[tuple[Number, ...], ...] | None
    convention: Convention

    @property
    def title(self) -> str:
        """What is counted, as headings say it."""
        return self.convention.title(self.quantity)

    @property
    def domain(self) -> Domain:
        """The inputs for which the closed form holds."""
        return self.formula.domain


ROLES: Final[Mapping[str, frozenset[Role]]] = {
    "params": frozenset({Role.WEIGHT, Role.BIAS, Role.NORMALIZATION}),
    **{role.value: frozenset({role}) for role in Role},
}
DERIVABLE: Final = (*ROLES, "macs", "activations")
"""The quantities whose derivation can be shown."""


def products_of(node: Node, quantity: str, convention: Convention) -> tuple[Product, ...]:
    """Return the rule of a layer for a quantity: a sum of products of factors."""
    rule = convention.rules.get(quantity)
    if rule and rule.terms:
        return rule.products(node)
    if quantity in ROLES:
        parameters = node.layer.parameters(*node.shapes)
        return tuple(p.shape for p in parameters if p.role in ROLES[quantity])
    if quantity == "macs":
        factors = node.layer.macs(*node.shapes)
        return (factors,) if factors else ()
    if not node.layer.counts_activations:
        return ()
    return (tuple(map(Factor, ("C_out", "H_out", "W_out"), node.output.sizes)),)


def derivation(closed: Report, shown: Report | Numbers, quantity: str, source: str) -> Derivation:
    """Return the derivation of a quantity.

    Args:
        closed: the report whose formula is the closed form.
        shown: the report whose numbers (or formulas) are put into the steps.
        quantity: one of `DERIVABLE`.
        source: the architecture, for the heading.

    Raises:
        ArgumentError: if the quantity is none of these.
    """
    if quantity not in DERIVABLE:
        raise ArgumentError(
            f"the derivation of {quantity!r} cannot be shown", hint=f"known: {', '.join(DERIVABLE)}"
        )
    formula = closed.total(quantity)
    sections = tuple(Section(row.label, tuple(_steps(shown, row.nodes, quantity))) for row in shown.items)
    sizes = shown.graph.input.sizes
    return Derivation(
        quantity=quantity,
        source=source,
        input=(_put(shown, sizes[0]), _put(shown, sizes[1]), _put(shown, sizes[2])),
        sections=sections,
        total=_put(shown, shown.answer(quantity).total or 0),
        formula=formula,
        terms=formula.by_term(),
        values=tuple(_factors(formula.value, shown)) if isinstance(shown, Numbers) else None,
        convention=closed.convention,
    )


def _put(table: Report | Numbers, value: Value) -> Value:
    return number_at(value, table.point) if isinstance(table, Numbers) else value


def _steps(table: Report | Numbers, nodes: Iterable[int], quantity: str) -> Iterator[Step]:
    for index in nodes:
        if not isinstance(table.graph.nodes[index].layer, Passage):
            yield _step(table, index, quantity)


def _step(table: Report | Numbers, index: int, quantity: str) -> Step:
    node = table.graph.nodes[index]
    products = [_over_passes(node, p) for p in products_of(node, quantity, table.convention)]
    last: dict[str, Value] = {passes.index: passes.last for passes in node.passes}
    channels, height, width = (_put(table, substitute(size, last)) for size in node.output.sizes)
    return Step(
        node.label(),
        tuple(tuple(Factor(f.name, _put(table, f.value)) for f in product) for product in products),
        _put(table, table.answer(quantity).per_node[index] or 0),
        (channels, height, width),
    )


def _over_passes(node: Node, product: Product) -> Product:
    """Return what a product comes to under the bracket of its node and in the loops around."""
    if node.when != 1:
        product = (Factor(_condition(node.when), node.when), *product)
    for passes in reversed(node.passes):
        if passes.index in symbols_of(*(factor.value for factor in product)):
            # It changes from pass to pass.
            names = "·".join(factor.name for factor in product)
            added = sum_over(passes, product_of(factor.value for factor in product))
            product = (Factor(f"Σ({names})", added),)
        else:
            product = (Factor("passes", passes.count), *product)
    return product


def _condition(when: Value) -> str:
    """Name the bracket under which a layer is there: a loop has so many passes, shapes differ, or both."""
    kinds = [isinstance(atom, Reaches) for atom in (when.atoms() if isinstance(when, Poly) else ())]
    return "·".join(["[so many passes]"] * any(kinds) + ["[shapes differ]"] * (not all(kinds)))


def _factors(form: Value, numbers: Numbers) -> Iterator[tuple[Number, ...]]:
    """Yield the factors of each term of a closed form at a point."""
    point = {n: v for n, v in numbers.graph.bound if not isinstance(v, Poly)} | dict(numbers.point)
    for monomial, c in in_order(form):
        shown = sorted(monomial, key=lambda power: power[0].rank)
        powers = [number_at(Poly({((atom, exponent),): 1}), point) for atom, exponent in shown]
        yield (c, *powers) if c != 1 or not powers else tuple(powers)
