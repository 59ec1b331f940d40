"""Signs that follow from the form of a value, and least inputs of monotone ones."""

from collections.abc import Callable, Collection
from fractions import Fraction
from math import ceil, floor, lcm, prod

from symcnn.algebra.arithmetic import ceil_div, divide, floor_div
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
    Summation,
    Symbol,
    atom_value,
)
from symcnn.algebra.polynomials import (
    MAX_BITS,
    Monomial,
    Number,
    Poly,
    Value,
    constant_of,
    is_whole,
    product,
    terms_of,
    total,
    value_of,
)
from symcnn.algebra.symbols import INDEX
from symcnn.limits import MAX_TERMS

Lower = Callable[[str], int]
"""The least value known of an integer symbol."""

Bounds = dict[Atom, Number | None]
"""What atoms are never below, None where their forms show nothing."""


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
    found = lower_bound(value, lower, positive)
    return found is not None and found >= bound


def lower_bound(
    value: Value, lower: Lower, positive: Collection[Atom] = (), known: Bounds | None = None
) -> Number | None:
    """Return a number that a value is never below, None if its form shows none.

    Args:
        value: the value.
        lower: the least value of each integer symbol.
        positive: further atoms known to be integers of at least 1.
        known: bounds of atoms, which are added to, so that one that occurs twice is looked at once.
    """
    known = {} if known is None else known
    if not isinstance(value, Poly):
        return value
    least: dict[Atom, Number] = {}
    for atom in value.atoms():
        if atom not in known:
            known[atom] = _least(atom, lower, known)
        bound = known[atom]
        if atom in positive:
            bound = 1 if bound is None else max(bound, 1)
        if bound is None or bound < 0:
            return None
        least[atom] = bound
    if any(exponent < 0 for monomial in value.terms for _, exponent in monomial):
        return 0 if all(c >= 0 for c in value.terms.values()) else None
    shifted = _shifted(value, least)
    if shifted is None or any(c < 0 for m, c in terms_of(shifted).items() if m):
        return None
    return constant_of(shifted)


def _least(atom: Atom, lower: Lower, known: Bounds) -> Number | None:
    """Return a lower bound of an atom, None if there is none that is not negative."""
    if isinstance(atom, Symbol):
        return lower(atom.name) if atom.whole else 0
    if isinstance(atom, Exponential) and isinstance(atom.arguments[0], int):
        return _least_power(atom.arguments[0], lower_bound(atom.values()[1], lower, (), known))
    if isinstance(atom, Summation):
        term = lower_bound(atom.values()[3], lambda name: 0 if name.startswith(INDEX) else lower(name))
        count = lower_bound(atom.values()[2] - atom.values()[1] + 1, lower, (), known)
        return None if term is None or term < 0 else term * max(count or 0, 0)
    bounds = [lower_bound(v, lower, (), known) for v in atom.values()]
    match atom:
        case Exponential() if bounds[0] is not None and bounds[1] is not None:
            return 1 if bounds[0] >= 1 else None  # exponents are never negative
        case Floor() | Ceil() if isinstance(atom.arguments[1], int) and bounds[0] is not None:
            # What is positive is at least 1 when it is rounded up.
            up = isinstance(atom, Ceil) and surely_positive(atom.values()[0])
            least = floor(Fraction(bounds[0]) / atom.arguments[1])
            return max(least, 1) if up else least
        case Floor() if bounds[0] is not None and bounds[0] >= 0 and surely_positive(atom.values()[1]):
            return 0
        case RoundTo():
            return bounds[1]  # It rounds to the step at least.
        case Greatest():
            return max((b for b in bounds if b is not None), default=None)
        case Least():
            found = [b for b in bounds if b is not None]
            return min(found) if len(found) == len(bounds) else None
        case Differs() | Reaches():
            return 0
        case _:
            return None


def surely_positive(value: Value) -> bool:
    """Tell whether a value is positive by its form: positive multiples of symbols and powers."""
    terms = terms_of(value)
    positive = all(_is_positive(atom) for monomial in terms for atom, _ in monomial)
    return bool(terms) and positive and all(c > 0 for c in terms.values())


def _is_positive(atom: Atom) -> bool:
    return isinstance(atom, Symbol) or (isinstance(atom, Exponential) and surely_positive(atom.values()[0]))


def _least_power(base: int, least: Number | None) -> int | None:
    """Return a lower bound of a power: that of the least exponent, as far as it is cheap."""
    if least is None or least < 0 or base < 0:
        return None
    return int(base ** min(floor(least), 16)) if base else 0  # 0**0 is 1, and then it falls


MAX_SHIFTED_POWER = 16
"""Higher powers are not expanded to find a sign."""


def _shifted(value: Poly, least: dict[Atom, Number]) -> Value | None:
    """Return the value in the non-negative variables `atom - least`, or its least value."""
    if any(exponent * least[a].numerator.bit_length() > MAX_BITS for m in value.terms for a, exponent in m):
        return None
    if all(c >= 0 for c in value.terms.values()):
        return total(
            c * product(least[atom] ** exponent for atom, exponent in m) for m, c in value.terms.items()
        )
    if any(exponent > MAX_SHIFTED_POWER for m in value.terms for _, exponent in m):
        return None
    # Each power expands to one term more than its exponent.
    if sum(prod(exponent + 1 for atom, exponent in m if least[atom]) for m in value.terms) > MAX_TERMS:
        return None
    return total(
        c * product(atom_value(atom) + least[atom] for atom, exponent in m for _ in range(exponent))
        for m, c in value.terms.items()
    )


def without_floor(value: Value, bound: int, positive: Callable[[Value], bool] | None = None) -> Value:
    """Return e with `value >= bound` if and only if `e >= 0`, with outer floors solved for.

    Args:
        value: the value.
        bound: the bound.
        positive: tells whether a denominator is surely positive; by default, whether its form shows it.

    >>> from symcnn.algebra.arithmetic import ceil_div, divide
    >>> from symcnn.algebra.atoms import symbol
    >>> without_floor(ceil_div(symbol("H"), symbol("s")), 1)
    H - 1
    >>> from symcnn.algebra.arithmetic import floor_div
    >>> without_floor(6 - floor_div(symbol("n"), 2), 0)
    13 - n
    """
    excess = value - bound
    while isinstance(excess, Poly) and len(excess.terms) <= 2:
        constant = excess.terms.get((), 0)
        monomial, u = next((m, c) for m, c in excess.terms.items() if m)
        if len(excess.terms) == 2 and not constant:
            break
        if len(monomial) != 1 or monomial[0][1] != 1 or not isinstance(monomial[0][0], Floor):
            break
        numerator, denominator = monomial[0][0].values()
        if not (positive or surely_positive)(denominator):
            break
        if u > 0:
            excess = numerator - denominator * ceil_div(-constant, u)
        elif is_whole(numerator) and is_whole(denominator):
            # A floor is at most q where its numerator is below the next multiple of the denominator.
            excess = denominator * (floor_div(constant, -u) + 1) - 1 - numerator
        else:
            break
    return excess


def under_floors(value: Value) -> Value:
    """Return a bound that a value is never below: where ⌊x/m⌋ is subtracted, it is at most x/m.

    >>> from symcnn.algebra.arithmetic import modulo
    >>> from symcnn.algebra.atoms import symbol
    >>> modulo(symbol("C"), 3), under_floors(modulo(symbol("C"), 3))
    (C - 3*floor(C/3), 0)
    """
    return total(_under_floor(monomial, c) for monomial, c in terms_of(value).items())


def _under_floor(monomial: Monomial, coefficient: Number) -> Value:
    match monomial:
        case ((Floor() as floor_of, 1),) if coefficient < 0 and surely_positive(floor_of.values()[1]):
            return coefficient * divide(*floor_of.values())
        case _:
            return value_of({monomial: coefficient})


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


def root_of(value: Value) -> tuple[str, Fraction] | None:
    """Return the symbol of a value u·x + c, and where that is 0; None for values of other forms.

    >>> from symcnn.algebra.atoms import symbol
    >>> name, root = root_of(2 * symbol("n") - 6)
    >>> name, str(root)
    ('n', '3')
    """
    line = _line(value)
    return line and (line[0], -line[2] / line[1])


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
