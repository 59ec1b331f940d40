"""What conditions say with other values in the place of their symbols.

H ≥ 32 and H mod 32 = 0 are h ≥ 1 and nothing at all where H = 32·h. What is
about one symbol then is found by trying a period, and stated as a bound,
residues or members of that symbol; what is about several is stated as it is.
"""

from collections.abc import Mapping
from dataclasses import replace

from symcnn.algebra.arithmetic import differs, divide, modulo
from symcnn.algebra.atoms import Symbol, symbols_of
from symcnn.algebra.conditions import (
    AtMost,
    Bound,
    Comparison,
    Condition,
    Guarded,
    Members,
    Problem,
    Residues,
    Values,
    Whole,
    number_at,
    said,
)
from symcnn.algebra.evaluation import substitute
from symcnn.algebra.polynomials import Number, Poly, Value, denominator, product
from symcnn.algebra.ranges import shortest
from symcnn.algebra.requirements import ImpossibleError, Requirements
from symcnn.algebra.signs import period
from symcnn.errors import LimitError

Given = Mapping[str, Value]
"""What stands in the place of symbols, by their canonical names."""

MAX_PERIOD = 10_000
"""Values that are tried one by one to find the residues for which a condition holds."""


def restate(requirements: Requirements, condition: Condition, given: Given) -> None:
    """Require what a condition says with values in the place of symbols.

    Raises:
        ImpossibleError: if nothing can satisfy it.
    """
    if condition.symbols.isdisjoint(given):
        requirements.state(condition)
        return
    condition = replace(
        condition, origin=condition.origin.at(given), problem=_problem(condition.problem, given)
    )
    origin, problem = condition.origin, condition.problem
    match condition:
        case Bound(symbol=name, least=least):
            requirements.at_least(given[name], least, origin, problem)
        case AtMost(symbol=name, most=most):
            requirements.at_least(most - given[name], 0, origin, problem)
        case Residues(symbol=name):
            _residues(requirements, given[name], condition)
        case Members(symbol=name):
            _members(requirements, given[name], condition)
        case Comparison(left=left, right=right):
            left, right = substitute(left, given), substitute(right, given)
            _compare(requirements, replace(condition, left=left, right=right))
        case Whole(value=value):
            requirements.whole(substitute(value, given), origin, problem)
        case Guarded(count=count, least=least, inner=inner):
            guards = ((substitute(count, given), least),)
            requirements.under(guards, origin, problem, lambda r: restate(r, inner, given))
        case _:
            raise TypeError(type(condition))


def _compare(requirements: Requirements, condition: Comparison) -> None:
    if condition.relation == "≥":
        excess = condition.left - condition.right
        requirements.at_least(excess, 0, condition.origin, condition.problem)
        return
    try:
        requirements.same(condition.left, condition.right, condition.origin, condition.problem)
    except LimitError:
        requirements.state(condition)


def _residues(requirements: Requirements, value: Value, condition: Residues) -> None:
    """Require that a value has one of the residues of a condition."""
    names, length = symbols_of(value), (_period(value) or 0) * condition.modulus
    if len(names) == 1 and 0 < length <= MAX_PERIOD:
        (name,) = names
        numbers = ((n, number_at(value, {name: n})) for n in range(1, length + 1))
        good = (n for n, v in numbers if v.denominator == 1 and v % condition.modulus in condition.residues)
        modulus, residues = shortest(length, frozenset(n % length for n in good))
        requirements.state(replace(condition, symbol=name, modulus=modulus, residues=residues))
    elif len(condition.residues) == 1:
        quotient = divide(value - min(condition.residues), condition.modulus)
        requirements.whole(quotient, condition.origin, condition.problem)
    else:
        _one_of(requirements, modulo(value, condition.modulus), condition.residues, condition)


def _period(value: Value) -> int | None:
    """Return M so that `value mod m` has the period M·m, for a value in one integer symbol."""
    if isinstance(value, Poly) and all(isinstance(a, Symbol) and a.whole for a in value.atoms()):
        return denominator(value) if all(e > 0 for m in value.terms for _, e in m) else None
    return period(value)


def _members(requirements: Requirements, value: Value, condition: Members) -> None:
    """Require that a value is one of the members of a condition."""
    found: set[int] = set()
    for member in condition.members:
        trial = Requirements()
        try:
            trial.same(value, member, condition.origin, condition.problem)
        except ImpossibleError:
            continue
        conditions = trial.domain().conditions
        if len(conditions) != 1 or not isinstance(conditions[0], Members):
            _one_of(requirements, value, condition.members, condition)
            return
        found.update(conditions[0].members)
    name = min(symbols_of(value), default="")
    requirements.state(replace(condition, symbol=name, members=frozenset(found)))


def _one_of(
    requirements: Requirements, value: Value, wanted: frozenset[int], condition: Residues | Members
) -> None:
    """Require that a value is one of some, as a product of brackets of which one is 0."""
    others = product(differs((value - one,)) for one in sorted(wanted))
    requirements.same(others, 0, condition.origin, condition.problem)


def _problem(problem: Problem, given: Given) -> Problem:
    """Return a problem that is asked at points of the new symbols, and told those of the old ones."""
    if isinstance(problem, str):
        return problem

    def at(values: Values) -> str:
        known: dict[str, Number] = {n: v for n, v in values.items() if n not in given}
        for name, value in given.items():
            number = substitute(value, values)
            if not isinstance(number, Poly):
                known[name] = number
        return said(problem, known)

    return at
