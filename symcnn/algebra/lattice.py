"""Formulas in other symbols: H = 32·h, H = W = n; the domain goes with them.

On a lattice that the strides divide, a formula with floors is a polynomial:
⌊H/32⌋ is h. What the domain says of H becomes what it says of h.
"""

from collections.abc import Mapping

from symcnn.algebra.arithmetic import differs, is_whole
from symcnn.algebra.atoms import symbol, symbols_of
from symcnn.algebra.conditions import Origin
from symcnn.algebra.demand import Demand
from symcnn.algebra.evaluation import substitute
from symcnn.algebra.formula import Formula
from symcnn.algebra.parts import Part, parts_of
from symcnn.algebra.polynomials import Poly, Value
from symcnn.algebra.printing import text
from symcnn.algebra.requirements import ImpossibleError, Requirements
from symcnn.algebra.restating import Given, restate
from symcnn.algebra.signs import surely_positive
from symcnn.algebra.symbols import INPUT, canonical, exact, is_rational
from symcnn.errors import ArgumentError, DomainError


def put(formula: Formula, values: Mapping[str, object]) -> Formula:
    """Put expressions in the place of symbols.

    Args:
        formula: the formula.
        values: text in the notation's expression language, numbers, values or
            formulas, by symbol. A symbol in them that has a value already
            stands for that value.

    Raises:
        ArgumentError: if a name is unknown, or has a value already.
        NotationError: if a text is no expression.
        DomainError: if the formula holds for none of these values.
    """
    requirements = Requirements()
    try:
        given = {
            name: substitute(read(name, value, requirements), dict(formula.bound))
            for name, value in _named(formula, values).items()
        }
        for name, value in given.items():
            _allow(requirements, name, value)
        for condition in formula.domain.conditions:
            restate(requirements, condition, given)
    except ImpossibleError as error:
        raise DomainError(error.message, error.span, error.hint).within(error.source or "") from None
    return Formula(
        substitute(formula.value, given),
        formula.quantity,
        requirements.domain(),
        formula.accepted | symbols_of(*given.values()),
        _bound(formula, given),
        lambda: tuple(Part(p.label, substitute(p.value, given)) for p in parts_of(formula.parts)),
    )


def _named(formula: Formula, values: Mapping[str, object]) -> dict[str, object]:
    """Return what is given by canonical names, refusing names that cannot be given."""
    known = formula.accepted | formula.required | set(INPUT)
    named: dict[str, object] = {}
    for name, value in values.items():
        if canonical(name) not in known:
            raise ArgumentError(f"there is no symbol {name} here", hint=f"known: {', '.join(sorted(known))}")
        if canonical(name) in named:
            raise ArgumentError(f"{canonical(name)} is given twice")
        named[canonical(name)] = value
    for name, value in formula.bound:
        if name in named:
            raise ArgumentError(f"{name} is {text(value)} here, and takes no other value")
    return named


def read(name: str, given: object, requirements: Requirements) -> Value:
    """Return what is given for a symbol as a value; what it requires is stated.

    Raises:
        NotationError: if it is a text, and no expression.
        ArgumentError: if it is no exact number.
    """
    if isinstance(given, Formula):
        for condition in given.domain.conditions:
            requirements.state(condition)
        return given.value
    if isinstance(given, Poly):
        return given
    if isinstance(given, str):
        from symcnn.reading import read_value

        return read_value(given, Demand(requirements, Origin()))
    return exact(name, given)


def _allow(requirements: Requirements, name: str, value: Value) -> None:
    """Require of a value what holds of every symbol: it is positive, and an integer unless Greek."""
    if value == symbol(name):
        return
    shown = text(value)
    if not is_rational(name):
        requirements.whole(value, Origin(), f"{name} = {shown} is an integer")
        requirements.at_least(value, 1, Origin(), f"{name} = {shown} is at least 1")
    elif is_whole(value):
        requirements.at_least(value, 1, Origin(), f"{name} = {shown} is positive")
    elif not surely_positive(value):
        requirements.at_least(value, 0, Origin(), f"{name} = {shown} is positive")
        requirements.at_least(differs((value,)), 1, Origin(), f"{name} = {shown} is positive")


def _bound(formula: Formula, given: Given) -> tuple[tuple[str, Value], ...]:
    """Return the symbols that have a value now; in `H = 2*H` the name stands for a new one."""
    new = symbols_of(*given.values())
    before = ((name, substitute(value, given)) for name, value in formula.bound)
    return (*before, *((name, value) for name, value in given.items() if name not in new))
