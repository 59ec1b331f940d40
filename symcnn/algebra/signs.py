"""Signs that follow from the form of a value, and least inputs of monotone ones."""

from collections.abc import Callable, Collection
from fractions import Fraction
from math import ceil, floor, lcm

from symcnn.algebra.arithmetic import ceil_div
from symcnn.algebra.atoms import Atom, Exponential, Floor, RoundTo, Symbol, atom_value
from symcnn.algebra.polynomials import MAX_BITS, Number, Poly, Value, constant_of, product, terms_of, total

Lower = Callable[[str], int]
"""The least value known of an integer symbol."""


def surely_at_least(value: Value, bound: int, lower: Lower, positive: Collection[Atom] = ()) -> bool:
    """Tell whether `value >= bound` follows from its form; False means "not known".

    Args:
        value: the value.
        bound: the bound.
        lower: the least value of each integer symbol.
        positive: further atoms known to be integers of at least 1.

    >>> from symcnn.algebra.atoms import symbol
    >>> k = symbol("k")
    >>> surely_at_least(k * k - k, 0, lambda name: 1), surely_at_least(k - 2, 0, lambda name: 1)
    (True, False)
    """
    if not isinstance(value, Poly):
        return value >= bound
    least: dict[Atom, int] = {}
    for atom in value.atoms():
        if isinstance(atom, Symbol):
            least[atom] = lower(atom.name) if atom.whole else 0
        elif isinstance(atom, Exponential) and isinstance(atom.arguments[0], int):
            least[atom] = _least_power(atom.arguments[0], atom.values()[1], lower)
        elif atom in positive:
            least[atom] = 1
        elif isinstance(atom, RoundTo) and isinstance(atom.arguments[1], int):
            least[atom] = atom.arguments[1]
        else:
            return False
    if any(exponent < 0 for monomial in value.terms for _, exponent in monomial):
        return bound <= 0 and all(c >= 0 for c in value.terms.values())
    shifted = _shifted(value, least)
    if shifted is None:
        return False
    return constant_of(shifted) >= bound and all(c >= 0 for m, c in terms_of(shifted).items() if m)


def surely_positive(value: Value) -> bool:
    """Tell whether a value is positive by its form: positive multiples of symbols and powers."""
    terms = terms_of(value)
    positive = all(_is_positive(atom) for monomial in terms for atom, _ in monomial)
    return bool(terms) and positive and all(c > 0 for c in terms.values())


def _is_positive(atom: Atom) -> bool:
    return isinstance(atom, Symbol) or (isinstance(atom, Exponential) and surely_positive(atom.values()[0]))


def _least_power(base: int, exponent: Value, lower: Lower) -> int:
    """Return a lower bound of a power: of its least exponent if that is a symbol, else of 0."""
    atoms = list(exponent.atoms()) if isinstance(exponent, Poly) else []
    if len(atoms) != 1 or not isinstance(atoms[0], Symbol) or exponent != atom_value(atoms[0]):
        return 1
    return int(base ** min(lower(atoms[0].name), 16))


MAX_SHIFTED_POWER = 16
"""Higher powers are not expanded to find a sign."""


def _shifted(value: Poly, least: dict[Atom, int]) -> Value | None:
    """Return the value in the non-negative variables `atom - least`, or its least value."""
    if any(exponent * least[a].bit_length() > MAX_BITS for m in value.terms for a, exponent in m):
        return None
    if all(c >= 0 for c in value.terms.values()):
        return total(
            c * product(least[atom] ** exponent for atom, exponent in m) for m, c in value.terms.items()
        )
    if any(exponent > MAX_SHIFTED_POWER for m in value.terms for _, exponent in m):
        return None
    return total(
        c * product(atom_value(atom) + least[atom] for atom, exponent in m for _ in range(exponent))
        for m, c in value.terms.items()
    )


def without_floor(
    value: Value, bound: int, positive: Callable[[Value], bool] | None = None
) -> Value:
    """Return e with `value >= bound` if and only if `e >= 0`, with outer floors solved for.

    Args:
        value: the value.
        bound: the bound.
        positive: tells whether a denominator is surely positive; by default, whether its form shows it.

    >>> from symcnn.algebra.arithmetic import ceil_div
    >>> from symcnn.algebra.atoms import symbol
    >>> without_floor(ceil_div(symbol("H"), symbol("s")), 1)
    H - 1
    """
    excess = value - bound
    while isinstance(excess, Poly) and len(excess.terms) <= 2:
        constant = excess.terms.get((), 0)
        monomial, u = next((m, c) for m, c in excess.terms.items() if m)
        if len(excess.terms) == 2 and not constant:
            break
        if u <= 0 or len(monomial) != 1 or monomial[0][1] != 1 or not isinstance(monomial[0][0], Floor):
            break
        numerator, denominator = monomial[0][0].values()
        if not (positive or surely_positive)(denominator):
            break
        excess = numerator - denominator * ceil_div(-constant, u)
    return excess


def smallest_input(excess: Value) -> tuple[str, int] | None:
    """Solve `u*x + c >= 0` for the integer symbol x, where the value is of that form, u > 0.

    Returns:
        The symbol and its least value, or None for values of other forms.

    >>> from symcnn.algebra.arithmetic import floor_div
    >>> from symcnn.algebra.atoms import symbol
    >>> smallest_input(without_floor(floor_div(symbol("H") - 35, 32), 1))
    ('H', 67)
    """
    line = _line(excess)
    return (line[0], ceil(-line[2] / line[1])) if line and line[1] > 0 else None


def largest_input(excess: Value) -> tuple[str, int] | None:
    """Solve `c - u*x >= 0` for the integer symbol x, where the value is of that form, u > 0.

    Returns:
        The symbol and its greatest value, or None for values of other forms.
    """
    line = _line(excess)
    return (line[0], floor(-line[2] / line[1])) if line and line[1] < 0 else None


def _line(value: Value) -> tuple[str, Fraction, Fraction] | None:
    """Return x, u and c where a value is u·x + c for an integer symbol x."""
    constant: Number = 0
    slopes: list[tuple[Atom, Number]] = []
    for monomial, c in terms_of(value).items():
        if not monomial:
            constant = c
        elif len(monomial) == 1 and monomial[0][1] == 1:
            slopes.append((monomial[0][0], c))
        else:
            return None
    if len(slopes) != 1 or not isinstance(slopes[0][0], Symbol) or not slopes[0][0].whole:
        return None
    return slopes[0][0].name, Fraction(slopes[0][1]), Fraction(constant)


def period(value: Value) -> int | None:
    """Return M with f(N + M) = f(N) + R for a value in one integer symbol N.

    Returns:
        None where the value is not a sum of u·x + c and floors over integers
        (at any depth) of the symbol.
    """
    out = 1
    queue: list[tuple[Value, int]] = [(value, 1)]
    while queue:
        part, scale = queue.pop()
        for monomial, c in terms_of(part).items():
            if not monomial:
                continue
            if len(monomial) != 1 or monomial[0][1] != 1 or c.denominator != 1:
                return None
            atom = monomial[0][0]
            if isinstance(atom, Floor):
                inner, below = atom.values()
                if isinstance(below, Poly):
                    return None
                out = lcm(out, scale * int(below))
                queue.append((inner, scale * int(below)))
            elif not (isinstance(atom, Symbol) and atom.whole):
                return None
    return out
