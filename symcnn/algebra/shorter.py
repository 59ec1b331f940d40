"""Forms as a person writes them: the simpler of two; one form of sums of powers, no common factors."""

from collections.abc import Callable, Iterator
from fractions import Fraction
from math import gcd
from typing import Final

from symcnn.algebra.arithmetic import divide, power
from symcnn.algebra.atoms import Atom, Exponential, Summation, Symbol, atom_value, symbol, symbols_of
from symcnn.algebra.evaluation import substitute
from symcnn.algebra.polynomials import (
    Monomial,
    Poly,
    Value,
    constant_of,
    denominator,
    ordered,
    terms_of,
    tidy,
    total,
    value_of,
)
from symcnn.algebra.signs import surely_positive
from symcnn.algebra.sums import POWERS, closed_sums, geometric
from symcnn.algebra.symbols import UNKNOWN

Surely = Callable[[Value], bool]
"""Tells whether a value is surely at least 0."""

MAX_FEWER: Final = 64
"""Powers, at the most, by which two sums differ that are said by one."""

SUM: Final = f"{UNKNOWN}sum"
"""The name that stands for a sum of powers."""


def shorter(excess: Poly, surely: Surely) -> Poly:
    """Return a value of the same sign, with fewer terms if there is one.

    Args:
        excess: the value.
        surely: tells whether a value is surely at least 0.

    >>> k, n = symbol("k"), symbol("n")
    >>> shorter(k * symbol("H") - k * power(k, n), lambda value: True)
    H - k**n
    """
    found: list[Value] = [excess]
    sums = [atom for atom in excess.atoms() if isinstance(atom, Summation)]
    found += [_by_one_sum(excess, atom, surely) for atom in sums if atom.values()[0] == symbol(POWERS)]
    found = [without_content(value) for value in (*found, closed_sums(excess))]
    return min((value for value in found if isinstance(value, Poly)), key=lambda value: len(value.terms))


def _by_one_sum(excess: Poly, atom: Summation, surely: Surely) -> Value:
    """Say powers k**n, and sums of fewer of them, by the sum of n of them; the sign stays."""
    _, _, last, term = atom.values()
    ratio = substitute(term, {POWERS: 1})
    count = last + 1 - min(constant_of(last) + 1, 0)
    monomials = terms_of(power(ratio, count))
    if list(monomials.values()) != [1] or [e for m in monomials for _, e in m] != [1]:
        return excess  # It is a product of powers.
    values = {a: 1 + (ratio - 1) * symbol(SUM) for m in monomials for a, _ in m}
    for other in excess.atoms():
        fewer = count - 1 - other.values()[2] if isinstance(other, Summation) else None
        if not isinstance(fewer, int) or not 0 <= fewer <= MAX_FEWER:
            continue
        if other.values()[3] == term and surely(count - fewer):
            less = total(power(ratio, i) for i in range(fewer))
            values[other] = divide(symbol(SUM) - less, power(ratio, fewer))
    said = total(_said(monomial, c, values) for monomial, c in excess.terms.items())
    return substitute(without_content(said), {SUM: geometric(ratio, count)})


def _said(monomial: Monomial, c: Value, values: dict[Atom, Value]) -> Value:
    """Put values in the place of atoms of a term, as far as they are not below the line."""
    for atom, exponent in monomial:
        if exponent > 0:
            c = c * power(values.get(atom, atom_value(atom)), exponent)
        else:
            c = c * Poly({((atom, exponent),): 1})
    return c


def without_content(value: Value) -> Value:
    """Divide by the positive symbols and powers that all terms share, if there are several."""
    return value if len(terms_of(value)) < 2 else value * divide(1, value_of({_content(value): 1}))


def _content(value: Value) -> Monomial:
    monomials = [dict(monomial) for monomial in terms_of(value)]
    shared = {atom for monomial in monomials for atom in monomial if _is_positive(atom)}
    return ordered((atom, min(monomial.get(atom, 0) for monomial in monomials)) for atom in shared)


def _is_positive(atom: Atom) -> bool:
    return isinstance(atom, Symbol | Exponential) and surely_positive(atom_value(atom))


def isolated(excess: Value) -> tuple[Value, str, Value] | None:
    """Return `H ≥ …` where a value is at least 0 exactly then; None if H (or W) does not stand alone.

    A rational symbol alone is compared with a number, too.

    >>> isolated(symbol("H") + 1 - 2 * symbol("n"))
    (H, '≥', 2*n - 1)
    >>> isolated(8 * symbol("α") - 1)
    (α, '≥', Fraction(1, 8))
    """
    if found := _bound_of_rational(excess):
        return found
    for side in ("H", "W"):
        holders = [monomial for monomial in terms_of(excess) if side in symbols_of(value_of({monomial: 1}))]
        if len(holders) != 1 or terms_of(excess)[holders[0]] != 1:
            continue
        factor = value_of({tuple(part for part in holders[0] if part != (Symbol(side), 1)): 1})
        powers = (isinstance(atom, Exponential) and _is_positive(atom) for atom in _atoms(factor))
        if side not in symbols_of(factor) and all(powers):
            return symbol(side), "≥", symbol(side) - divide(excess, factor)
    return None


def sides(difference: Poly) -> tuple[Value, str, Value]:
    """Compare what a difference adds with what it takes away: H − k/2 ≥ 0 is 2·H ≥ k."""
    scale = Fraction(denominator(difference), gcd(*(c.numerator for c in difference.terms.values())))
    difference = Poly({monomial: tidy(scale * c) for monomial, c in difference.terms.items()})
    taken = value_of({monomial: -c for monomial, c in difference.terms.items() if c < 0})
    return difference + taken, "≥", taken


def _bound_of_rational(excess: Value) -> tuple[Value, str, Value] | None:
    terms = terms_of(excess)
    names = [monomial for monomial in terms if monomial]
    if len(names) != 1 or [e for _, e in names[0]] != [1] or not isinstance(names[0][0][0], Symbol):
        return None
    slope, alone = terms[names[0]], value_of({names[0]: 1})
    bound = tidy(-Fraction(terms.get((), 0)) / slope)
    return (alone, "≥", bound) if slope > 0 else (bound, "≥", alone)


def _atoms(value: Value) -> Iterator[Atom]:
    return iter(value.atoms() if isinstance(value, Poly) else ())


def complexity(value: Value) -> tuple[int, int, int]:
    """Rank forms: a bare floor or symbol is simpler than a multiple of one or a sum."""
    if not isinstance(value, Poly):
        return (0, 0, 0)
    coefficients = sum(abs(c.numerator) for c in value.terms.values())
    return (len(value.terms), coefficients, max(a.depth for a in value.atoms()) + (constant_of(value) != 0))
