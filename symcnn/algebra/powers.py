"""Integers over powers, such as C/2**n: in lowest terms, and up to which power that is an integer."""

from fractions import Fraction
from math import gcd, prod

from symcnn.algebra.arithmetic import cleared, divide
from symcnn.algebra.atoms import Atom, Exponential
from symcnn.algebra.polynomials import (
    Monomial,
    Number,
    Poly,
    Value,
    denominator,
    is_whole,
    terms_of,
    tidy,
    total,
)


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
    ((monomial, c),) = value.terms.items()
    found = as_power(monomial)
    if found is None or not is_whole(found[1]):
        return None
    base, exponent = found
    most = _valuation(c, base)
    return -1 if most is None else most + exponent


def as_power(monomial: Monomial) -> tuple[int, Value] | None:
    """Return b and x where a product of powers is b**x for a number b > 1; None if it is not."""
    bases = {_base(atom) for atom, _ in monomial}
    base = bases.pop() if len(bases) == 1 else 0
    if base < 2:
        return None
    return base, total(exponent * atom.values()[1] for atom, exponent in monomial)


def without_power(excess: Value) -> Value:
    """Return e with `excess >= 0` if and only if `e >= 0`, where a power is compared with a number.

    >>> from symcnn.algebra.arithmetic import power
    >>> from symcnn.algebra.atoms import symbol
    >>> without_power(100 - power(2, symbol("n"))), without_power(power(2, symbol("n")) - 100)
    (6 - n, n - 7)
    """
    terms = terms_of(excess)
    powers = [monomial for monomial in terms if monomial]
    found = as_power(powers[0]) if len(powers) == 1 else None
    if found is None or not is_whole(found[1]) or terms[powers[0]] * terms.get((), 0) >= 0:
        return excess
    base, exponent = found
    limit = -Fraction(terms[()]) / terms[powers[0]]
    most = _logarithm(limit, base)
    if terms[powers[0]] < 0:
        return most - exponent
    return exponent - (most if Fraction(base) ** most == limit else most + 1)


def _logarithm(number: Fraction, base: int) -> int:
    """Return the greatest e with base**e <= number."""
    out = 0
    while number >= base:
        out, number = out + 1, number / base
    while number < 1:
        out, number = out - 1, number * base
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
    """Return d and x where it is written "d divides x" that a value is an integer: where both are integers.

    >>> from symcnn.algebra.arithmetic import divide, power
    >>> from symcnn.algebra.atoms import symbol
    >>> divides(divide(3 - symbol("C"), power(2, symbol("n"))))
    (2**n, C - 3)
    """
    top, bottom = cleared(value)
    if bottom == 1 or not is_whole(top) or not is_whole(bottom):
        return None
    if not isinstance(bottom, Poly):
        # What the terms share has nothing in common with the number below.
        top = divide(top, gcd(*(int(c) for c in terms_of(top).values())))
    positive = sum(c > 0 for monomial, c in terms_of(top).items() if monomial)
    negative = sum(c < 0 for monomial, c in terms_of(top).items() if monomial)
    return bottom, (-1 * top if negative > positive else top)
