"""Residue classes: what makes a formula with floors a polynomial.

With H = L·t + r for each r, where L is a multiple of the denominators, every
⌊(H + a)/m⌋ is a polynomial in t. So two formulas are equal if their
difference is 0, as a polynomial, in every class; see `equality.py`. Values at
which a bracket, a minimum or a maximum changes are classes of their own.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations
from math import floor, lcm

from symcnn.algebra.atoms import (
    Atom,
    Differs,
    Floor,
    Greatest,
    Least,
    Reaches,
    Symbol,
    all_atoms,
    atom_value,
    symbol,
    symbols_of,
)
from symcnn.algebra.domain import Domain
from symcnn.algebra.extremes import pruned
from symcnn.algebra.polynomials import Poly, Value, product, total
from symcnn.algebra.ranges import Range
from symcnn.algebra.signs import root_of, surely_at_least
from symcnn.algebra.symbols import is_rational

MAX_CLASSES = 4096
"""Classes of one symbol, and of all together, up to which they are gone through."""

COUNTER = "'"
"""What the names of counters end with."""

MAX_APART = 256
"""The greatest value of a symbol that is looked at apart for the sake of a bracket, minimum or maximum."""


@dataclass(frozen=True)
class Class:
    """Values of a symbol: first, first + step, first + 2·step, …; only `first` where the step is 0."""

    first: int
    step: int = 0

    def value(self, name: str) -> Value:
        """Return its members, written with a symbol `counter(name)` from 0 on."""
        return self.step * symbol(counter(name)) + self.first if self.step else self.first


def counter(name: str) -> str:
    """Return the name of the symbol that counts the members of a class; no text can spell it."""
    return name + COUNTER


def classes(value: Value, domain: Domain) -> dict[str, list[Class]] | None:
    """Return for each integer symbol of a value the classes of its values on a domain.

    Returns:
        None if there are more than `MAX_CLASSES`.

    >>> from symcnn.algebra.arithmetic import floor_div
    >>> classes(floor_div(symbol("H"), 2), Domain())
    {'H': [Class(first=1, step=2), Class(first=2, step=2)]}
    """
    lengths, apart = periods(value), _apart(value)
    out: dict[str, list[Class]] = {}
    for name in sorted(symbols_of(value)):
        if is_rational(name):
            continue
        allowed = domain.ranges.get(name, Range())
        found = _of_range(allowed, lengths[name], apart.get(name, 1))
        if found is None:
            return None
        out[name] = found
    return out


def _of_range(allowed: Range, length: int, apart: int) -> list[Class] | None:
    """Split the values of a symbol into classes, those below `apart` each for itself."""
    if allowed.members is not None:
        return [Class(n) for n in sorted(allowed.members) if n in allowed]
    start, step = max(allowed.least, apart), lcm(length, allowed.modulus)
    if allowed.most is not None:
        start, step = max(allowed.most + 1, allowed.least), 0
    if step > MAX_CLASSES or start - allowed.least > MAX_CLASSES:
        return None
    single = [Class(n) for n in range(allowed.least, start) if n in allowed]
    return single + [Class(n, step) for n in range(start, start + step) if n in allowed]


def periods(value: Value) -> dict[str, int]:
    """Return for each symbol inside of floors a multiple of what they divide it by.

    >>> from symcnn.algebra.arithmetic import floor_div
    >>> periods(floor_div(symbol("H"), 4) + floor_div(3 * floor_div(symbol("H"), 2), 5))
    {'H': 20}
    """
    out: dict[str, int] = {}
    # Outer atoms come first, so that each knows all that it is divided by.
    scales: dict[Atom, int] = {}
    for atom in reversed(all_atoms(value)):
        scale = scales.get(atom, 1)
        if isinstance(atom, Symbol):
            out[atom.name] = scale
        if isinstance(atom, Floor) and not isinstance(below := atom.values()[1], Poly):
            scale *= int(below)
        for inner in atom.inner():
            scales[inner] = lcm(scales.get(inner, 1), scale)
    return out


def _apart(value: Value) -> dict[str, int]:
    """Return for each symbol the value from which on brackets and the like do not change, if it is small."""
    out: dict[str, int] = {}
    for name, root in turns(value):
        if root < MAX_APART:
            out[name] = max(out.get(name, 1), floor(root) + 1)
    return out


def turns(value: Value) -> Iterator[tuple[str, Fraction]]:
    """Yield where brackets, minima and maxima that are linear in one symbol change: it, and its value.

    >>> from symcnn.algebra.arithmetic import greatest
    >>> [(name, str(root)) for name, root in turns(greatest([symbol("H") - 100, 0]))]
    [('H', '100')]
    """
    for atom in all_atoms(value):
        arguments: list[Value] = []
        if isinstance(atom, Differs | Reaches):
            arguments = list(atom.values())
        elif isinstance(atom, Least | Greatest):
            arguments = [one - two for one, two in combinations(atom.values(), 2)]
        yield from (found for argument in arguments if (found := root_of(argument)))


def settled(value: Value) -> Value:
    """Return a value without the brackets, minima and maxima that are decided for all counters of at least 0.

    >>> from symcnn.algebra.arithmetic import differs
    >>> settled(differs([symbol("k'") + 2]) * symbol("k'"))
    k'
    """
    if not isinstance(value, Poly):
        return value
    if any(isinstance(atom, Least | Greatest) for atom in all_atoms(value)):
        value = pruned(value, lambda excess: surely_at_least(excess, 0, lower))
    if not isinstance(value, Poly) or not any(atom.is_bracket for atom in value.atoms()):
        return value
    return total(c * product(_settled(a, e) for a, e in m) for m, c in value.terms.items())


def _settled(atom: Atom, exponent: int) -> Value:
    if isinstance(atom, Reaches):
        (excess,) = atom.values()
        if surely_at_least(excess, 0, lower):
            return 1
        if surely_at_least(-1 - excess, 0, lower):
            return 0
    if isinstance(atom, Differs) and any(
        surely_at_least(sign * side, 1, lower) for side in atom.values() for sign in (1, -1)
    ):
        return 1
    return atom_value(atom) if exponent == 1 else Poly({((atom, exponent),): 1})


def lower(name: str) -> int:
    """Return the least value of a symbol or a counter."""
    return 0 if name.endswith(COUNTER) else 1
