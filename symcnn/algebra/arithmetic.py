"""The operations that leave polynomials: division, floors, minima, powers.

Every one returns the canonical form. For floors of integers it rests on three
facts, for integers r and positive integers m, t, u, s:

    floor((u*s*F + c)/s)       = u*F + floor(c/s)
    floor((u*F + c)/(u*t))     = floor((F + floor(c/u))/t)
    floor((floor(x/m) + r)/t)  = floor((x + m*r)/(m*t))

so a chain of windows has one floor per axis, at any depth.
"""

from collections.abc import Iterable
from fractions import Fraction
from functools import lru_cache
from math import ceil as ceil_number
from math import floor as floor_number
from math import gcd, lcm, log2

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
    atom_value,
)
from symcnn.algebra.polynomials import (
    MAX_BITS,
    Monomial,
    Number,
    Poly,
    Value,
    checked,
    constant_of,
    denominator,
    is_whole,
    ordered,
    product,
    terms_of,
    tidy,
    total,
    value_of,
)
from symcnn.errors import DivisionByZeroError, LimitError, NotationError
from symcnn.limits import MAX_DIGITS, MAX_TERMS


def divide(one: Value, two: Value) -> Value:
    """Divide exactly; a fraction is a fraction, nothing is rounded.

    Raises:
        DivisionByZeroError: on division by zero.

    >>> divide(7, 2)
    Fraction(7, 2)
    """
    if not isinstance(two, Poly):
        if two == 0:
            raise DivisionByZeroError("division by zero")
        inverse = Fraction(1) / two
        return one * inverse if isinstance(one, Poly) else tidy(one * inverse)
    if len(two.terms) == 1:
        ((monomial, coefficient),) = two.terms.items()
        below = ordered((atom, -e) for atom, e in monomial if not (isinstance(atom, Unit) and e < 0))
        above = product(power(a.values()[0], -e) for a, e in monomial if isinstance(a, Unit) and e < 0)
        return one * above * value_of({below: Fraction(1) / coefficient})
    quotient = exact_quotient(one, two)
    if quotient is not None:
        return quotient
    return one * Poly({((Unit(two), -1),): 1})


def exact_quotient(one: Value, two: Poly) -> Value | None:
    """Return one / two where that is a polynomial, by long division."""
    lead = max(two.terms, key=_lexicographic)
    rest, parts = one, list[Value]()
    while rest != 0 and len(parts) < 50:
        terms = terms_of(rest)
        top = max(terms, key=_lexicographic)
        powers = dict(top)
        for atom, exponent in lead:
            powers[atom] = powers.get(atom, 0) - exponent
            if powers[atom] < 0:
                return None
        parts.append(value_of({ordered(powers.items()): Fraction(terms[top]) / two.terms[lead]}))
        rest = rest - parts[-1] * two
    return total(parts) if rest == 0 else None


def _lexicographic(monomial: "tuple[tuple[Atom, int], ...]") -> "list[tuple[int, int]]":
    return [(-atom.serial, exponent) for atom, exponent in monomial]


def floor_div(one: Value, two: Value) -> Value:
    """Return ⌊one / two⌋ in canonical form.

    >>> from symcnn.algebra.atoms import symbol
    >>> half = floor_div(symbol("H"), 2)
    >>> floor_div(half - 1, 2), floor_div(6 * half + 3, 2)
    (floor((H - 2)/4), 3*floor(H/2) + 1)
    """
    if not isinstance(one, Poly) and not isinstance(two, Poly):
        # Integers need no fraction on the way, and nearly all of them are.
        return one // two if two and type(one) is type(two) is int else floor_number(divide_numbers(one, two))
    return _floor_div(one, two)


def ceil_div(one: Value, two: Value) -> Value:
    """Return ⌈one / two⌉ in canonical form: for integers a floor.

    >>> from symcnn.algebra.atoms import symbol
    >>> ceil_div(symbol("H"), 32)
    ceil(H/32)
    """
    if not isinstance(one, Poly) and not isinstance(two, Poly):
        return ceil_number(divide_numbers(one, two))
    top, bottom = cleared(one, two)
    if is_whole(top) and is_whole(bottom):
        return floor_div(top + bottom - 1, bottom)
    return atom_value(Ceil(top, bottom))


def divide_numbers(one: Number, two: Number) -> Fraction:
    """Divide two numbers; the one place where `/` would be a float.

    Raises:
        DivisionByZeroError: on division by zero.
    """
    if two == 0:
        raise DivisionByZeroError("division by zero")
    return Fraction(one) / two


def cleared(one: Value, two: Value = 1) -> tuple[Value, Value]:
    """Write one / two as a fraction in lowest terms, both with integer coefficients."""
    if isinstance(two, Poly) and len(two.terms) > 1:
        bottom: Value = two
    else:
        one, bottom = divide(one, two), 1
    scale = lcm(denominator(one), denominator(bottom))
    downs: dict[Atom, int] = {}
    for monomial in terms_of(one):
        for atom, exponent in monomial:
            if exponent < 0:
                downs[atom] = max(downs.get(atom, 0), -exponent)
    clear = value_of({ordered(downs.items()): scale})
    top, bottom = one * clear, bottom * clear
    common = gcd(*(int(c) for v in (top, bottom) for c in terms_of(v).values()))
    return divide(top, common), divide(bottom, common)


@lru_cache(maxsize=4096)
def _floor_div(one: Value, two: Value) -> Value:
    top, bottom = cleared(one, two)
    if bottom == 1 and is_whole(top):
        return top
    if not isinstance(top, Poly):
        return atom_value(Floor(top, bottom)) if isinstance(bottom, Poly) else top // int(bottom)
    if isinstance(bottom, Poly):
        return _nested(top, bottom)
    return _by_number(top, int(bottom))


def _by_number(top: Poly, bottom: int) -> Value:
    """Pull out what divides, then shorten what is left; both need whole atoms."""
    outside: dict[Monomial, Number] = {}
    inside: dict[Monomial, Number] = {}
    for monomial, c in top.terms.items():
        whole = all(atom.whole and exponent > 0 for atom, exponent in monomial)
        divides = monomial and whole and c % bottom == 0
        (outside if divides else inside)[monomial] = c // bottom if divides else c
    rest = value_of(inside)
    pulled = value_of(outside)
    if not isinstance(rest, Poly):
        return pulled + int(rest) // bottom
    if is_whole(rest):
        common = gcd(bottom, *(int(c) for m, c in rest.terms.items() if m))
        if common > 1:
            shift = constant_of(rest)
            shorter = divide(rest - shift, common) + int(shift) // common
            return pulled + floor_div(shorter, bottom // common)
    return pulled + _nested(rest, bottom)


def _nested(top: Poly, bottom: Value) -> Value:
    """Merge ⌊(⌊x/m⌋ + r)/t⌋ into one floor, where that is its form."""
    floors = [
        monomial[0][0]
        for monomial, c in top.terms.items()
        if c == 1 and len(monomial) == 1 and monomial[0][1] == 1 and isinstance(monomial[0][0], Floor)
    ]
    if len(floors) == 1 and is_whole(top) and is_whole(bottom):
        x, m = floors[0].values()
        return floor_div(x + m * (top - atom_value(floors[0])), m * bottom)
    return atom_value(Floor(checked(top), checked(bottom)))


def absorbed(value: Value) -> Value:
    """Return ⌊x/m⌋ + c as ⌊(x + m·c)/m⌋, for integers: one form for one extent.

    >>> from symcnn.algebra.atoms import symbol
    >>> absorbed(floor_div(symbol("H"), 2) + 3)
    floor((H + 6)/2)
    """
    if not isinstance(value, Poly) or len(value.terms) != 2 or () not in value.terms:
        return value
    constant = value.terms[()]
    ((monomial, c),) = ((m, c) for m, c in value.terms.items() if m)
    if c != 1 or len(monomial) != 1 or monomial[0][1] != 1 or not isinstance(monomial[0][0], Floor):
        return value
    numerator, denominator = monomial[0][0].values()
    whole = is_whole(numerator) and is_whole(denominator) and constant.denominator == 1
    return floor_div(numerator + denominator * constant, denominator) if whole else value


def modulo(one: Value, two: Value) -> Value:
    """Return one − two·⌊one / two⌋."""
    return one - two * floor_div(one, two)


def least(values: Iterable[Value]) -> Value:
    """Return the least of the values."""
    return _extreme(values, largest=False)


def greatest(values: Iterable[Value]) -> Value:
    """Return the greatest of the values.

    >>> greatest([2, 3]), greatest([divide(1, 2)])
    (3, Fraction(1, 2))
    """
    return _extreme(values, largest=True)


def _extreme(values: Iterable[Value], *, largest: bool) -> Value:
    kind = Greatest if largest else Least
    unique = list(dict.fromkeys(part for value in values for part in _spread(kind, value)))
    numbers = [v for v in unique if not isinstance(v, Poly)]
    symbolic: list[Value] = [v for v in unique if isinstance(v, Poly)]
    if numbers:
        symbolic.append(max(numbers) if largest else min(numbers))
    if len(symbolic) == 1:
        return symbolic[0]
    return atom_value(kind(*sorted(symbolic, key=repr)))


MAX_SPREAD = 8
"""Terms of a value, and arguments of a minimum in it, up to which the minimum is brought to the front."""


def _spread(kind: type[Atom], value: Value) -> tuple[Value, ...]:
    """Return the arguments of a minimum inside of a minimum: of 2*min(k, 8) + 1 they are 2*k + 1 and 17."""
    if not isinstance(value, Poly) or len(value.terms) > MAX_SPREAD:
        return (value,)
    held = [(m, atom) for m in value.terms for atom, _ in m if isinstance(atom, kind)]
    if len(held) != 1:
        return (value,)
    ((monomial, atom),) = held
    others = [part for part in monomial if part[0] is not atom]
    # Symbols are not negative, so that what they multiply keeps its order.
    plain = len(others) + 1 == len(monomial) and (atom, 1) in monomial
    if not plain or not all(isinstance(a, Symbol) and exponent > 0 for a, exponent in others):
        return (value,)
    c = Poly({tuple(others): value.terms[monomial]}) if others else value.terms[monomial]
    if value.terms[monomial] < 0 or len(atom.values()) > MAX_SPREAD:
        return (value,)
    rest = value - c * atom_value(atom)
    return tuple(c * part + rest for part in atom.values())


def round_to(value: Value, step: Value) -> Value:
    """Round to a multiple of `step`, as the MobileNet code makes channels divisible.

    The nearest multiple, ties up, never below `step`, and one step more where
    that would be more than 10 % below the value.

    >>> round_to(32 * Fraction(3, 4), 8), round_to(44, 8), round_to(3, 8)
    (24, 48, 8)
    """
    if not isinstance(value, Poly) and not isinstance(step, Poly):
        nearest = max(step, floor_number(divide_numbers(value + Fraction(step) / 2, step)) * step)
        return tidy(nearest + step if 10 * nearest < 9 * value else nearest)
    return atom_value(RoundTo(value, step))


def power(base: Value, exponent: Value) -> Value:
    """Raise to a power, refusing what would be too long before it is computed.

    Raises:
        LimitError: if an integer of the result is over the limit of digits.
        NotationError: if the exponent is a fraction, or 0 is raised to a
            negative power.
    """
    if isinstance(exponent, Poly):
        return 1 if base == 1 else _symbolic_power(base, exponent)
    if exponent.denominator != 1:
        raise NotationError(f"an exponent is an integer, but {exponent} was given")
    if exponent < 0:
        return divide(1, power(base, -exponent))
    if base in (0, 1) or exponent == 0:
        return base if exponent else 1
    _refuse_if_long(base, int(exponent))
    return _repeated_square(base, int(exponent))


def _symbolic_power(base: Value, exponent: Poly) -> Value:
    """Return one power for each term of the exponent: 2**(2*n + m + 1) is 2·(2**n)**2·2**m.

    So powers of one base have one form, and multiply into it.
    """
    if not isinstance(base, Poly) and base.denominator != 1:
        return divide(power(base.numerator, exponent), power(base.denominator, exponent))
    if (inner := _as_power(base)) is not None:
        return power(inner[0], inner[1] * exponent)
    if isinstance(base, int) and (root := _root(base)) is not None:
        return power(root[0], root[1] * exponent)
    out: Value = 1
    for monomial, c in exponent.terms.items():
        if c.denominator != 1:
            return atom_value(Exponential(base, exponent))
        if not monomial:
            out = out * power(base, c)
        else:
            out = out * Poly({((Exponential(base, Poly({monomial: 1})), c.numerator),): 1})
    return out


def _root(base: int) -> tuple[int, int] | None:
    """Return r and e > 1 with r**e = base, for small bases: powers of 4 are powers of 2."""
    for exponent in range(min(base.bit_length(), 64), 1, -1) if base > 1 else ():
        root = round(base ** (1 / exponent)) if base < 2**50 else 0
        if root > 1 and root**exponent == base:
            return root, exponent
    return None


def _as_power(value: Value) -> tuple[Value, Value] | None:
    """Return base and exponent of a value that is one symbolic power."""
    if not isinstance(value, Poly) or len(value.terms) != 1:
        return None
    ((monomial, c),) = value.terms.items()
    if c != 1 or len(monomial) != 1 or not isinstance(monomial[0][0], Exponential):
        return None
    base, exponent = monomial[0][0].values()
    return base, exponent * monomial[0][1]


def _refuse_if_long(base: Value, exponent: int) -> None:
    coefficients = [base] if not isinstance(base, Poly) else base.terms.values()
    largest = max(max(abs(c.numerator), c.denominator) for c in coefficients)
    bits = log2(largest) + log2(len(coefficients))
    if exponent * bits > MAX_BITS:
        raise LimitError(f"an integer has more than {MAX_DIGITS:,} digits")
    if exponent > MAX_TERMS * MAX_DIGITS:
        raise LimitError(f"an exponent is larger than {MAX_TERMS * MAX_DIGITS:,}")


def _repeated_square(base: Value, exponent: int) -> Value:
    out: Value = 1
    while exponent:
        if exponent & 1:
            out = out * base
        exponent >>= 1
        if exponent:
            base = base * base
    return tidy(out) if not isinstance(out, Poly) else out


def reaches(value: Value, wanted: int) -> Value:
    """Return the Iverson bracket of `value >= wanted`.

    >>> reaches(3, 4)
    0
    """
    excess = value - wanted
    return atom_value(Reaches(excess)) if isinstance(excess, Poly) else int(excess >= 0)


def _positive_first(difference: Poly) -> Poly:
    """Return a difference or its opposite, so that both have one form."""
    first = min((m for m in difference.terms if m), key=lambda m: sorted((a.rank, -e) for a, e in m))
    return difference if difference.terms[first] > 0 else Poly({m: -c for m, c in difference.terms.items()})


def differs(differences: Iterable[Value]) -> Value:
    """Return the Iverson bracket of "at least one difference is not 0".

    >>> differs([0, 3]), differs([0])
    (1, 0)
    """
    open_questions: list[Value] = []
    for difference in dict.fromkeys(differences):
        if isinstance(difference, Poly):
            open_questions.append(_positive_first(difference))
        elif difference != 0:
            return 1
    if not open_questions:
        return 0
    return atom_value(Differs(*sorted(open_questions, key=repr)))
