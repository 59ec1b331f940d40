"""Integers over powers, such as C/2**n: in lowest terms, and up to which power that is an integer."""

from fractions import Fraction
from math import gcd, prod

from symcnn.algebra.arithmetic import cleared
from symcnn.algebra.atoms import Atom, Exponential, Symbol
from symcnn.algebra.polynomials import Monomial, Number, Poly, Value, denominator, is_whole, terms_of, tidy


def lowest_terms(value: Poly) -> Poly:
    """Leave out the factors that change nothing of whether a value over powers of numbers is an integer.

    >>> from symcnn.algebra.arithmetic import divide, power
    >>> from symcnn.algebra.atoms import symbol
    >>> C, n = symbol("C"), symbol("n")
    >>> lowest_terms(C * divide(6 * power(3, n), power(2, n)))
    2*C/2**n
    """
    below = _bases(value)
    if not below:
        return value
    primes = prod(below) * denominator(value)
    content = gcd(*(c.numerator for c in value.terms.values()))
    while (factor := gcd(content, primes)) > 1:
        content //= factor
    first = next(iter(value.terms))
    shared = {part for part in first if all(part in monomial for monomial in value.terms)}
    apart = {(atom, e) for atom, e in shared if e > 0 and gcd(_base(atom), primes) == 1}
    return Poly(
        {
            tuple(part for part in monomial if part not in apart): tidy(Fraction(c) / content)
            for monomial, c in value.terms.items()
        }
    )


def _bases(value: Poly) -> set[int]:
    """Return the numbers with powers below the line, where that is all there is, and integers above it."""
    out: set[int] = set()
    for monomial in value.terms:
        for atom, exponent in monomial:
            if not atom.whole or (exponent < 0 and not _base(atom)):
                return set()
            if exponent < 0:
                out.add(_base(atom))
    return out


def _base(atom: Atom) -> int:
    """Return the number whose power an atom is, 0 if it is none."""
    base = atom.arguments[0] if isinstance(atom, Exponential) else 0
    return base if isinstance(base, int) else 0


def spare_power(value: Value) -> Value | None:
    """Return e, which is at least 0 exactly where a number over powers of another one is an integer.

    Returns:
        None for values of other forms.

    >>> from symcnn.algebra.arithmetic import divide, power
    >>> from symcnn.algebra.atoms import symbol
    >>> spare_power(divide(24, power(2, symbol("n"))))
    3 - n
    """
    if not isinstance(value, Poly) or len(value.terms) != 1:
        return None
    ((monomial, c),) = lowest_terms(value).terms.items()
    bases = {_base(atom) if exponent < 0 and atom.whole else 0 for atom, exponent in monomial}
    base = bases.pop()
    if bases or base < 2:
        return None
    most = _valuation(c, base)
    return -1 if most is None else most + _exponent(monomial)


def _exponent(monomial: Monomial) -> Value:
    out: Value = 0
    for atom, exponent in monomial:
        out = out + exponent * atom.values()[1]
    return out


def _valuation(number: Number, base: int) -> int | None:
    """Return the greatest e for which number / base**e is an integer, None if there is none."""
    below = number.denominator
    while (factor := gcd(below, base)) > 1:
        below //= factor
    if below > 1:
        return None
    most, left = 0, Fraction(number)
    while left.denominator > 1:
        most, left = most - 1, left * base
    while (left / base).denominator == 1:
        most, left = most + 1, left / base
    return most


def divides(value: Value) -> tuple[Value, Value] | None:
    """Return d and x where it is written "d divides x" that a value is an integer: where d has a power in it.

    >>> from symcnn.algebra.arithmetic import divide, power
    >>> from symcnn.algebra.atoms import symbol
    >>> divides(divide(3 - symbol("C"), power(2, symbol("n"))))
    (2**n, C - 3)
    """
    top, bottom = cleared(value)
    if not isinstance(bottom, Poly) or not is_whole(top) or not any(map(_base, bottom.atoms())):
        return None
    if not all(_base(atom) or (isinstance(atom, Symbol) and atom.whole) for atom in bottom.atoms()):
        return None
    positive = sum(c > 0 for monomial, c in terms_of(top).items() if monomial)
    negative = sum(c < 0 for monomial, c in terms_of(top).items() if monomial)
    return bottom, (-1 * top if negative > positive else top)
