"""Which conditions others imply, by their forms: what needs not be said when they are put in words."""

from fractions import Fraction
from typing import Final

from symcnn.algebra.arithmetic import divide
from symcnn.algebra.atoms import Exponential, Symbol, atom_value, symbol
from symcnn.algebra.conditions import Bound, Comparison, Condition, Guarded, Residues, Whole
from symcnn.algebra.evaluation import substitute
from symcnn.algebra.polynomials import Monomial, Number, Poly, Value, constant_of, is_whole, terms_of, total
from symcnn.algebra.powers import as_power
from symcnn.algebra.signs import Lower, smallest_input, surely_at_least, without_floor

MAX_RESIDUES: Final = 16
"""Residues that are put in one by one."""


def implies(one: Condition, two: Condition, lower: Lower) -> bool:
    """Tell whether a condition surely implies another one.

    Args:
        one: the condition.
        two: what may follow from it.
        lower: the least value of each integer symbol.
    """
    if isinstance(two, Guarded):
        if isinstance(one, Guarded):
            return one.count == two.count and one.least <= two.least and implies(one.inner, two, lower)
        return implies(one, two.inner, _under(two, lower))
    match one, two:
        case Bound(), Bound():
            return one.symbol == two.symbol and one.least >= two.least
        case Comparison(relation="≥"), Bound():
            return one.left == symbol(two.symbol) and _at_least(one.right - two.least, lower)
        case Comparison(relation="≥"), Comparison(relation="≥"):
            held, wanted = one.left - one.right, two.left - two.right
            return _at_least(wanted - _scale(one.left, wanted) * held, lower)
        case Whole(), Whole():
            return is_whole(divide(two.value, one.value))
        case Residues(), Whole():
            return len(one.residues) <= MAX_RESIDUES and all(
                is_whole(substitute(two.value, {one.symbol: one.modulus * symbol(one.symbol) + residue}))
                for residue in one.residues
            )
        case _:
            return False


def _scale(left: Value, wanted: Value) -> Number:
    """Return by what an inequality for a symbol is to be multiplied to be compared with another."""
    ((monomial, own),) = terms_of(left).items() if len(terms_of(left)) == 1 else [((), 1)]
    return max(Fraction(terms_of(wanted).get(monomial, 0)) / own, 0) if monomial else 1


def _under(guarded: Guarded, lower: Lower) -> Lower:
    """Return the least values where a guard holds."""
    found = smallest_input(without_floor(guarded.count, guarded.least))
    if found is None:
        return lower
    name, least = found
    return lambda other: max(least, lower(other)) if other == name else lower(other)


def _at_least(value: Value, lower: Lower) -> bool:
    """Tell whether a value is surely not negative."""
    return surely_at_least(value, 0, lower) or _is_larger_power(value, lower)


def _is_larger_power(value: Value, lower: Lower) -> bool:
    """Tell whether a value is a multiple of b**x less one of b**y, where the first is surely larger."""
    powers = sorted(((c, m) for m, c in terms_of(value).items() if m), key=lambda term: term[0])
    if len(powers) != 2 or constant_of(value) < 0:
        return False
    (d, below), (c, above) = powers
    if c <= 0 or d >= 0:
        return False
    one, two = as_power(above) or _of_value(above), as_power(below) or _of_value(below)
    if one is None or two is None or one[0] != two[0]:
        return False
    base, more = one[0], 0
    if isinstance(base, Poly):
        return c >= -d and surely_at_least(base, 1, lower) and surely_at_least(one[1] - two[1], 0, lower)
    while c * base**more < -d:
        more += 1
    return surely_at_least(one[1] - two[1], more, lower)


def _of_value(monomial: Monomial) -> tuple[Value, Value] | None:
    """Return b and x where a product of powers is b**x for a value b with symbols."""
    found = [
        (atom_value(atom), e) if isinstance(atom, Symbol) else (atom.values()[0], e * atom.values()[1])
        for atom, e in monomial
        if isinstance(atom, Symbol | Exponential)
    ]
    bases = {base for base, _ in found}
    base = bases.pop() if len(bases) == 1 else None
    if len(found) < len(monomial) or not isinstance(base, Poly):
        return None
    return base, total(e for _, e in found)
