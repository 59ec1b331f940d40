"""Putting values, numbers or formulas, in the place of symbols; exactly."""

from collections.abc import Callable, Mapping, Sequence
from typing import Final

from symcnn.algebra.arithmetic import (
    ceil_div,
    differs,
    divide,
    floor_div,
    greatest,
    least,
    power,
    reaches,
    round_to,
)
from symcnn.algebra.atoms import (
    Atom,
    Ceil,
    Differs,
    Exponential,
    Floor,
    Greatest,
    Least,
    Reaches,
    RoundTo,
    Symbol,
    Unit,
    all_atoms,
    atom_value,
)
from symcnn.algebra.polynomials import Poly, Value, checked, tidy, total

Rule = Callable[..., Value]

RULES: Final[dict[type[Atom], Rule]] = {
    Floor: floor_div,
    Ceil: ceil_div,
    Least: lambda *values: least(values),
    Greatest: lambda *values: greatest(values),
    RoundTo: round_to,
    Exponential: power,
    Unit: lambda *values: values[0],
    Reaches: lambda *values: reaches(values[0], 0),
    Differs: lambda *values: differs(values),
}
"""How each kind of atom is made anew from its arguments."""


def substitute(value: Value, values: Mapping[str, Value]) -> Value:
    """Put values in the place of symbols (canonical names); the others stay.

    Raises:
        LimitError: if an integer on the way is over the limit of digits.

    >>> from symcnn.algebra.atoms import symbol
    >>> substitute(floor_div(symbol("H"), 32) * symbol("C"), {"H": 224})
    7*C
    """
    return substitute_all((value,), values)[0] if isinstance(value, Poly) else value


def substitute_all(forms: Sequence[Value], values: Mapping[str, Value]) -> list[Value]:
    """Put values in the place of symbols in several values, each atom once."""
    known: dict[Atom, Value] = {}
    for atom in all_atoms(*forms):
        if isinstance(atom, Symbol):
            known[atom] = values.get(atom.name, atom_value(atom))
        elif atom.symbols.isdisjoint(values):
            known[atom] = atom_value(atom)
        else:
            known[atom] = RULES[type(atom)](*(put(v, known) for v in atom.values()))
    return [checked(put(form, known)) for form in forms]


def put(value: Value, known: Mapping[Atom, Value]) -> Value:
    """Put values in the place of the atoms of a value, those of its own level."""
    if not isinstance(value, Poly):
        return value
    return total(_term(c, monomial, known) for monomial, c in value.terms.items())


def _term(coefficient: Value, monomial: tuple[tuple[Atom, int], ...], known: Mapping[Atom, Value]) -> Value:
    for atom, exponent in monomial:
        factor = known[atom]
        if exponent == 1:
            coefficient = coefficient * factor
        elif exponent > 0:
            coefficient = coefficient * power(factor, exponent)
        else:
            coefficient = divide(coefficient, power(factor, -exponent))
    return coefficient if isinstance(coefficient, Poly) else tidy(coefficient)
