"""Formulas that are claimed: proved, or refuted with the layers that the difference belongs to."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from symcnn.algebra.conditions import Origin, Values, number_at
from symcnn.algebra.demand import Demand
from symcnn.algebra.difference import Difference
from symcnn.algebra.formula import Formula
from symcnn.algebra.polynomials import Number, Poly, Value, tidy
from symcnn.algebra.requirements import Requirements
from symcnn.claims.attribution import Attribution
from symcnn.claims.claim import Claim, without_closed_form
from symcnn.claims.gaps import Point, gap
from symcnn.claims.names import DOT, below, naming
from symcnn.claims.verdict import FormulaVerdict
from symcnn.claims.ways import Books, Way, told
from symcnn.elaborate.scope import Names, Scope
from symcnn.elaborate.tags import Tags
from symcnn.errors import LimitError, SymcnnError
from symcnn.graph import Graph
from symcnn.notation.expressions import Expression, Product
from symcnn.table import Table


@dataclass(frozen=True)
class Stated:
    """A formula as somebody states it.

    Attributes:
        formula: the formula.
        divisors: what it is divided by, which may have cancelled out.
        partial: whether it is compared only where it has a value.
    """

    formula: Formula
    divisors: tuple[Value, ...] = ()
    partial: bool = False

    def at(self, point: Values) -> Number:
        """Return what it comes to at a point.

        Raises:
            DomainError: if it has no value there.
        """
        self.formula.domain.check(point)
        return tidy(number_at(self.formula.value, point))


def read_formula(claim: Claim, graph: Graph) -> Stated:
    """Return the formula that is claimed of a network.

    Raises:
        NotationError: if it is no expression, or a name in it means nothing here.
        LimitError: if it is too long, or a number grows over the limit of digits.
    """
    requirements = Requirements()
    names, demand = Names(dict(graph.bound)), Demand(requirements, Origin())
    try:
        expression, values = naming(graph).values(claim.formula or "")
        scope = Scope(Tags(), parameters=values)
        value = names.evaluate(expression, scope, demand)
        divisors = tuple(names.evaluate(divisor, scope, demand) for divisor in _divisors(expression))
    except SymcnnError as error:
        error.message = error.message.replace(DOT, ".")
        error.hint = error.hint and error.hint.replace(DOT, ".")
        error.source = None
        raise error.within(claim.text) from None
    formula = Formula(value, claim.quantity, requirements.domain(), graph.symbols, graph.bound)
    return Stated(formula, tuple(d for d in divisors if isinstance(d, Poly)))


def _divisors(expression: Expression) -> Iterator[Expression]:
    """Yield what an expression divides by, exactly; `//` and `%` state themselves what they need."""
    for piece in below(expression):
        if isinstance(piece, Product):
            yield from (f for sign, f in zip(piece.operators, piece.factors, strict=True) if sign == "/")


def judge(table: Table[Any], books: Books, way: Way, claim: Claim, stated: Stated) -> FormulaVerdict:
    """Return the verdict on a formula.

    Raises:
        UnsupportedError: if the quantity has no closed form.
        DomainError: if the formula holds for no input of the network.
    """
    counted = books.counted(way)
    if counted is None:
        raise without_closed_form(claim.quantity)
    size = books.element_size if way.in_bytes else 1
    truth = Formula(
        counted.total * size, claim.quantity, table.domain, table.graph.symbols, table.graph.bound
    )
    difference = truth.diff_with(stated.formula)
    holds = difference.is_zero
    attribution = Attribution(books, way, difference) if holds is False else None
    without, known = (None, True) if holds is False or stated.partial else _without_value(truth, stated)
    return FormulaVerdict(
        claim=claim,
        holds=False if without else holds if known else None,
        words=told(table, way),
        source=table.graph.text,
        convention=str(table.convention),
        explanations=attribution.explanations() if attribution else (),
        tried=len(difference.verdict.tried),
        difference=difference,
        numbers=_numbers(difference, without),
        belongs=attribution.belongs() if attribution else (),
        checked=difference.verdict.tried,
        counterexample=difference.counterexample or without,
    )


def _without_value(truth: Formula, stated: Stated) -> tuple[Point | None, bool]:
    """Return an input at which the stated formula has no value, and whether it is known if there is one."""
    try:
        point = gap(truth.domain, stated.formula.domain.conditions, stated.divisors)
    except LimitError:
        return None, False
    return point and {**dict.fromkeys(sorted(truth.required), 1), **point}, True


def _numbers(difference: Difference, without: Point | None) -> tuple[Number, Number | None] | None:
    """Return what both formulas give at the counterexample."""
    point = difference.counterexample
    if point is not None:
        return tidy(number_at(difference.one.value, point)), tidy(number_at(difference.two.value, point))
    return None if without is None else (tidy(number_at(difference.one.value, without)), None)
