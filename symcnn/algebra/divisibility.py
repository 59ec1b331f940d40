"""What is an integer in every pass of a loop, as what some values must be.

An integer root r of a sequence v(i), such as 1 of a + b*i or 2 of a + b*2**i,
is split off by w(i) = v(i + 1) - r*v(i): v is an integer in every pass exactly
if it is one in the first, and w in all passes but the last. What is left of
a + g*(p/q)**i is a multiple of (p/q)**i, which is an integer in every pass
exactly if q**(passes - 1) divides what it is in the first. Of powers of a symbol
alone, the first and the last pass are enough.
"""

from fractions import Fraction
from math import gcd
from typing import Final, NamedTuple

from symcnn.algebra.arithmetic import divide, power
from symcnn.algebra.atoms import Atom, Exponential, Symbol, symbol, symbols_of
from symcnn.algebra.evaluation import substitute
from symcnn.algebra.polynomials import Monomial, Value, denominator, is_whole, terms_of, value_of
from symcnn.algebra.sums import Passes

MAX_ROOTS: Final = 8
"""Integer roots that are split off, at the most."""


class Integer(NamedTuple):
    """A value that must be an integer where a loop has at least so many passes."""

    value: Value
    passes: int = 1


class _Root(NamedTuple):
    """i**degree * ratio**i."""

    ratio: Fraction
    degree: int


def integers(passes: Passes, value: Value) -> list[Integer] | None:
    """Return what must be integers so that a value is one in every pass; None if its form has no such rule.

    >>> from symcnn.algebra.sums import index_name
    >>> i, C = symbol(index_name(0)), symbol("C")
    >>> integers(Passes(index_name(0), 0, symbol("n") - 1), C * divide(power(3, i), power(2, i + 1)))
    [Integer(value=C/2**n, passes=1)]
    """
    roots = _roots(passes.index, _rest(value))
    if roots is None:
        return _at_both_ends(passes, _rest(value))
    fractional = {root.ratio for root in roots if root.ratio.denominator > 1}
    degrees = [root.degree for root in roots if root.ratio in fractional]
    whole = [
        int(ratio)
        for ratio in sorted({root.ratio for root in roots} - fractional)
        for _ in range(1 + max(root.degree for root in roots if root.ratio == ratio))
    ]
    if len(fractional) > 1 or any(degrees) or len(whole) > MAX_ROOTS:
        return None
    parts, left = _split(passes, value, whole)
    if left == 0:
        return parts
    # Where no root is left, so is nothing of the value.
    (ratio,) = fractional
    grown = power(ratio.denominator, passes.last - passes.first - len(whole))
    found = Integer(divide(left, grown), len(whole) + 1)
    if whole != [1]:
        return [*parts, found]
    return _shortened(parts[0], found, left, ratio)


def _at_both_ends(passes: Passes, value: Value) -> list[Integer] | None:
    """Return what must be integers where a value is a*r**i, and r may have symbols in it.

    How often a prime divides it changes by the same number from pass to pass, so that no pass
    has a larger denominator than the first and the last.
    """
    terms = terms_of(value)
    atoms = [atom for monomial in terms for atom, _ in monomial if passes.index in atom.symbols]
    if len(terms) != 1 or not all(_is_power(atom, passes.index) for atom in atoms):
        return None
    return [Integer(substitute(value, {passes.index: place})) for place in (passes.first, passes.last)]


def _is_power(atom: Atom, index: str) -> bool:
    """Tell whether an atom is r**index."""
    if not isinstance(atom, Exponential):
        return False
    base, raised = atom.values()
    return index not in symbols_of(base) and raised == symbol(index)


def _rest(value: Value) -> Value:
    """Return a value without the terms that are integers by their form."""
    return value_of({m: c for m, c in terms_of(value).items() if not is_whole(value_of({m: c}))})


def _roots(index: str, value: Value) -> set[_Root] | None:
    """Return what the terms of a value are in the index; None if one is of another form."""
    found = {_root(index, monomial) for monomial in terms_of(value)}
    roots = {root for root in found if root is not None}
    return None if None in found else roots


def _root(index: str, monomial: Monomial) -> _Root | None:
    ratio, degree = Fraction(1), 0
    for atom, exponent in monomial:
        if index not in atom.symbols:
            continue
        base, raised = atom.arguments if isinstance(atom, Exponential) else (None, None)
        if isinstance(atom, Symbol) and exponent > 0:
            degree += exponent
        elif isinstance(base, int) and raised == symbol(index):
            ratio *= Fraction(base) ** exponent
        else:
            return None
    return _Root(ratio, degree)


def _split(passes: Passes, value: Value, roots: list[int]) -> tuple[list[Integer], Value]:
    """Split off integer roots one after another; return with what is left in the first pass."""
    here: dict[str, Value] = {passes.index: passes.first}
    parts: list[Integer] = []
    value = _rest(value)
    for root in roots:
        if value != 0:
            parts.append(Integer(substitute(value, here), len(parts) + 1))
        value = _rest(substitute(value, {passes.index: symbol(passes.index) + 1}) - root * value)
    return parts, substitute(value, here)


def _shortened(first: Integer, found: Integer, left: Value, ratio: Fraction) -> list[Integer]:
    """Require of a + g*(p/q)**i what both parts come to.

    With one pass the second part says that q times `left` is an integer. Where
    (p - q)*a is an integer, that is (p - q) times the value, and an integer.
    If so and p - q and the denominator have no common factor, the second part implies the first.
    """
    p, q = ratio.numerator, ratio.denominator
    if not is_whole(left * q - (p - q) * first.value):
        return [first, found]
    plain = all(exponent > 0 for monomial in terms_of(first.value) for _, exponent in monomial)
    if plain and gcd(p - q, denominator(first.value)) == 1:
        return [Integer(found.value)]
    return [first, Integer(found.value)]
