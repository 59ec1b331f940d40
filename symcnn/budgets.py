"""Budgets on formulas, and values of their symbols: what must hold of the symbols that are sought."""

from collections.abc import Mapping, Sequence
from fractions import Fraction
from re import fullmatch
from typing import Final, NamedTuple, SupportsIndex

from symcnn.algebra.atoms import symbol, symbols_of
from symcnn.algebra.claims import Claim, Periodic, Put, Sign, claims_of
from symcnn.algebra.conditions import Origin
from symcnn.algebra.demand import Demand
from symcnn.algebra.evaluation import substitute
from symcnn.algebra.formula import Formula
from symcnn.algebra.polynomials import Number, Poly, Value, tidy
from symcnn.algebra.printing import text
from symcnn.algebra.requirements import Requirements
from symcnn.algebra.symbols import INPUT, canonical, exact, is_rational
from symcnn.errors import ArgumentError
from symcnn.limits import MAX_DIGITS
from symcnn.reading import read_value

RELATIONS: Final[Mapping[str, str]] = {"≤": "<=", "≥": ">=", "==": "="}
"""Other spellings of relations."""

LETTERS: Final[Mapping[str, int]] = {"": 0, "K": 1, "M": 2, "G": 3, "B": 3, "T": 4}
"""The letters behind an amount, as powers of a thousand, or of 1024 with an `i` behind them."""


class Constraint(NamedTuple):
    """A budget: `formula relation bound`.

    Attributes:
        formula: what is bounded.
        relation: `<=`, `<`, `>=`, `>` or `=`.
        bound: the amount, exact; see `amount`.
    """

    formula: Formula
    relation: str
    bound: object


_AMOUNT: Final = r"([0-9][0-9_,]*(?:\.[0-9]+)?)\s*(?:([KMGT])(I?)B|([KMGBT]?))"
"""Digits, and a letter: of bytes with a `B` behind it, which alone stands for billions."""


def amount(given: object, quantity: str = "memory") -> Number:
    """Return an exact amount.

    Args:
        given: an integer, a fraction, or text: digits with a decimal point, and one of K, M, G, B, T
            behind them for thousands, millions, billions (G, B), trillions; of bytes also as in
            10MB and 10MiB.
        quantity: what it is an amount of.

    Raises:
        ArgumentError: if it is none of these; floats are not exact.

    >>> amount("1.7M"), amount(3_000_000), amount("3MB"), amount("1 MiB")
    (1700000, 3000000, 3000000, 1048576)
    """
    if isinstance(given, SupportsIndex) and not isinstance(given, bool):
        return given.__index__()
    if isinstance(given, Fraction):
        return tidy(given)
    found = fullmatch(_AMOUNT, given.strip().upper()) if isinstance(given, str) else None
    if found is None or len(found[1]) > MAX_DIGITS:
        raise ArgumentError(f"{given!r} is no exact amount", hint='as in 3_000_000, "1.7M" or "300K"')
    digits, of_bytes, binary, other = found.groups()
    if of_bytes and not quantity.endswith("memory"):
        raise ArgumentError(f"{given!r} is an amount of bytes, and {quantity} are none", hint='as in "1.7M"')
    times = (1024 if binary else 1000) ** LETTERS[of_bytes or other]
    return tidy(Fraction(digits.replace(",", "").replace("_", "")) * times)


def claims_for(
    constraints: Sequence[Constraint], unknowns: Sequence[str], values: Mapping[str, object]
) -> list[Claim]:
    """Return everything that must hold, in the unknowns alone."""
    if not constraints:
        raise ArgumentError("no budget is given", hint="at_most=..., at_least=... or equals=...")
    formulas = [constraint.formula for constraint in constraints]
    given, claims = given_values(known_symbols(formulas), unknowns, values)
    for formula in formulas:
        claims += _agreeing(formula, given, unknowns)
    refuse_missing(formulas, given)
    for formula, relation, bound in constraints:
        for condition in formula.domain.conditions:
            claims += claims_of(condition, given)
        claims.append(_budget(substitute(formula.value, given), relation, amount(bound, formula.quantity)))
    return list(dict.fromkeys(claims))


def known_symbols(formulas: Sequence[Formula]) -> frozenset[str]:
    """Return the names that may be given a value."""
    return frozenset(INPUT).union(*(f.accepted | f.required for f in formulas))


def refuse_missing(formulas: Sequence[Formula], given: Put) -> None:
    """Refuse that a symbol has no value.

    Raises:
        ArgumentError: if one has none.
    """
    for formula in formulas:
        if missing := sorted(formula.required - given.keys()):
            raise ArgumentError(f"{formula.quantity} needs a value for {', '.join(missing)}")


def _budget(value: Value, relation: str, bound: Number) -> Sign:
    match RELATIONS.get(relation, relation):
        case "<=":
            return Sign(bound - value, "≥")
        case "<":
            return Sign(bound - value, ">")
        case ">=":
            return Sign(value - bound, "≥")
        case ">":
            return Sign(value - bound, ">")
        case "=":
            return Sign(value - bound, "=")
        case _:
            raise ArgumentError(f"{relation!r} is no relation", hint="known: <=, <, >=, >, =")


def given_values(
    known: frozenset[str], unknowns: Sequence[str], values: Mapping[str, object]
) -> tuple[Put, list[Claim]]:
    """Return a value for each symbol, and what expressions among them require."""
    requirements = Requirements()
    put: Put = {}
    for spelled, value in values.items():
        name = canonical(spelled)
        if name in unknowns or name in put:
            raise ArgumentError(f"{name} is sought" if name in unknowns else f"{name} is given twice")
        if name not in known:
            raise ArgumentError(
                f"there is no symbol {spelled} here", hint=f"known: {', '.join(sorted(known))}"
            )
        tied = isinstance(value, str) and any(map(str.isalpha, value))
        put[name] = read_value(str(value), Demand(requirements, Origin())) if tied else exact(name, value)
    numbers: Put = {name: value for name, value in put.items() if not isinstance(value, Poly)}
    ties: Put = {name: substitute(value, numbers) for name, value in put.items() if name not in numbers}
    free: Put = {name: symbol(name) for name in unknowns}
    if stray := sorted(symbols_of(*ties.values()) - free.keys()):
        raise ArgumentError(f"no value is given for {stray[0]}")
    if odd := sorted(free.keys() - known - symbols_of(*ties.values())):
        raise ArgumentError(f"there is no symbol {odd[0]} here", hint=f"known: {', '.join(sorted(known))}")
    all_ = {**free, **numbers}
    claims = [claim for c in requirements.domain().conditions for claim in claims_of(c, all_)]
    claims += [claim for name, value in ties.items() for claim in _possible(name, value)]
    return {**all_, **ties}, claims


def _possible(name: str, value: Value) -> list[Claim]:
    """Return what holds of every value of a symbol."""
    return [Sign(value, ">")] if is_rational(name) else [Periodic(value), Sign(value - 1, "≥")]


def _agreeing(formula: Formula, given: Put, unknowns: Sequence[str]) -> list[Claim]:
    """Return that symbols with a value keep it.

    Raises:
        ArgumentError: if one is given another value, or is sought.
    """
    claims: list[Claim] = []
    for name, value in formula.bound:
        if name not in given:
            continue
        difference = substitute(value, given) - given[name]
        open_ = symbols_of(difference)
        if name in unknowns or not open_ <= set(unknowns) or (not open_ and difference != 0):
            raise ArgumentError(f"{name} is {text(value)} here, and takes no other value")
        claims.append(Sign(difference, "="))
    return claims
