"""Sums over the passes of a loop, in closed form where there is one.

The index of a loop is a symbol whose name no text can spell, so that it meets
no other. Polynomials in the index add up by Faulhaber's formula, powers of a
number by that of geometric sums; what holds a floor of the index, or the like,
stays a finite sum, which evaluates exactly.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import lru_cache
from math import comb
from typing import Final

from symcnn.algebra.arithmetic import divide, exact_quotient, greatest, power, reaches
from symcnn.algebra.atoms import (
    Atom,
    Differs,
    Exponential,
    Floor,
    Maximum,
    Summation,
    Symbol,
    atom_value,
    symbol,
    symbols_of,
)
from symcnn.algebra.evaluation import RULES, substitute
from symcnn.algebra.polynomials import (
    Monomial,
    Number,
    Poly,
    Value,
    constant_of,
    product,
    terms_of,
    total,
    value_of,
)
from symcnn.algebra.series import series
from symcnn.algebra.signs import Lower, root_of, surely_at_least
from symcnn.algebra.symbols import INDEX
from symcnn.errors import LimitError
from symcnn.limits import MAX_SCAN


@dataclass(frozen=True)
class Passes:
    """The passes of a loop: its index runs from `first` to `last`.

    Attributes:
        index: the name of the index; see `index_name`.
        first: the first pass.
        last: the last pass; there may be none.
    """

    index: str
    first: int
    last: Value

    @property
    def count(self) -> Value:
        """How many there are."""
        return self.last - self.first + 1


def index_name(level: int) -> str:
    """Return the name of the index of a loop with `level` loops around it."""
    return f"{INDEX}{level + 1}"


def sum_over(passes: Passes, value: Value) -> Value:
    """Add up a value over the passes.

    >>> i = symbol(index_name(0))
    >>> sum_over(Passes(index_name(0), 1, symbol("n")), 2 * i + 1)
    n**2 + 2*n
    """
    if not isinstance(passes.last, Poly) and passes.last < passes.first:
        return 0
    if passes.index not in symbols_of(value):
        return value * passes.count
    parts: list[Value] = []
    left_over: dict[Monomial, Number] = {}
    for monomial, c in terms_of(value).items():
        closed = _closed(passes, monomial, c)
        if closed is None:
            left_over[monomial] = c
        else:
            parts.append(closed)
    if left_over:
        parts.append(_finite(passes, value_of(left_over)))
    return total(parts)


POWERS: Final = index_name(7)
"""The index of sums of powers, which is none of a loop: those do not nest so deep."""


def geometric(ratio: Value, count: Value) -> Value:
    """Return 1 + ratio + … + ratio**(count - 1): closed for a number, for a symbol the sum, as it may be 1.

    >>> geometric(3, symbol("n")), geometric(symbol("k"), symbol("n"))
    ((3**n - 1)/2, sum(k**p_ for p_ = 0..n - 1))
    """
    return sum_over(Passes(POWERS, 0, count - 1), power(ratio, symbol(POWERS)))


def closed_sums(value: Value) -> Value:
    """Write k**n - 1 for k - 1 times the sum of n powers of k: the two are equal for k = 1, too.

    >>> k, n = symbol("k"), symbol("n")
    >>> closed_sums(k * geometric(k, n) - geometric(k, n) + 1)
    k**n
    """
    for atom in value.atoms() if isinstance(value, Poly) else ():
        if isinstance(atom, Summation) and atom.values()[0] == symbol(POWERS):
            value = _without_sum(value, atom)
    return value


def _without_sum(value: Value, atom: Summation) -> Value:
    _, _, last, term = atom.values()
    ratio = substitute(term, {POWERS: 1})
    times = value_of(
        {tuple(p for p in m if p[0] != atom): c for m, c in terms_of(value).items() if (atom, 1) in m}
    )
    base = ratio - 1
    quotient = exact_quotient(times, base) if isinstance(base, Poly) else None
    if quotient is None or power(ratio, symbol(POWERS)) != term:
        return value
    return value - times * atom_value(atom) + quotient * (power(ratio, last + 1) - 1)


def _finite(passes: Passes, value: Value) -> Value:
    if _is_written_out(passes, value):
        return total(at_each(passes, value))
    more = constant_of(passes.count)
    if passes.index == POWERS and 0 < more <= MAX_EXCEPTION and more.denominator == 1:
        # One form: of n + 1 powers it is that of n, and one more.
        fewer = replace(passes, last=passes.last - more)
        if surely_at_least(fewer.count, 0, lambda _: 0):
            return _finite(fewer, value) + total(
                substitute(value, {POWERS: fewer.last + i}) for i in range(1, int(more) + 1)
            )
    return atom_value(Summation(symbol(passes.index), passes.first, passes.last, value))


MAX_WRITTEN_OUT: Final = 100
"""Passes up to which each has a term of its own, where the terms have symbols."""


def _is_written_out(passes: Passes, value: Value) -> bool:
    """Tell whether to go through a known number of passes, or to leave that until symbols have values.

    Raises:
        LimitError: if there are too many passes to ever go through them.
    """
    if isinstance(passes.last, Poly):
        return False
    if passes.last - passes.first >= MAX_SCAN:
        at_each(passes, value)
    return symbols_of(value) <= {passes.index} or passes.last - passes.first < MAX_WRITTEN_OUT


def at_each(passes: Passes, value: Value) -> Iterator[Value]:
    """Yield a value at each pass of a loop of a known number of passes.

    Raises:
        LimitError: if there are too many.
    """
    if isinstance(passes.last, Poly) or passes.last - passes.first >= MAX_SCAN:
        raise LimitError(f"a sum without a closed form has more than {MAX_SCAN:,} terms")
    if symbols_of(value) <= {passes.index}:
        return series(passes.index, passes.first, passes.last, value)
    return (substitute(value, {passes.index: i}) for i in range(passes.first, int(passes.last) + 1))


def _one(_: str) -> int:
    return 1


def greatest_over(passes: Passes, value: Value, lower: Lower = _one) -> Value:
    """Return the greatest value of any pass; it is not negative, and 0 if its index runs over none.

    Args:
        passes: the passes.
        value: the value.
        lower: the least value of each integer symbol.
    """
    if passes.index not in symbols_of(value):
        return value
    if (way := direction(passes.index, value, lower)) != 0:
        return substitute(value, {passes.index: passes.last if way > 0 else passes.first})
    if _is_written_out(passes, value):
        return greatest((0, *at_each(passes, value)))
    return atom_value(Maximum(symbol(passes.index), passes.first, passes.last, value))


def direction(index: str, value: Value, lower: Lower = _one) -> int:
    """Tell whether a value grows (1) or shrinks (-1) with the index by its form; 0 if that is open.

    Args:
        index: the name of the index.
        value: the value.
        lower: the least value of each integer symbol.
    """
    ways: set[int] = set()
    for monomial, c in terms_of(value).items():
        held = [
            _way_of(index, atom, lower) * exponent for atom, exponent in monomial if index in atom.symbols
        ]
        # Where a factor may be negative, so may be what it multiplies.
        others = [atom_value(atom) for atom, _ in monomial if index not in atom.symbols]
        if held and not all(surely_at_least(other, 0, lower) for other in others):
            return 0
        sign = 1 if c > 0 else -1
        ways.update(sign * ((way > 0) - (way < 0)) for way in held)
    return ways.pop() if len(ways) == 1 else 0


def _way_of(index: str, atom: Atom, lower: Lower) -> int:
    if isinstance(atom, Symbol) or (
        isinstance(atom, Exponential) and surely_at_least(atom.values()[0], 1, lower)
    ):
        return 1
    if not isinstance(atom, Floor):
        return 0
    numerator, denominator = atom.values()
    # ⌊x/m⌋ shrinks as m grows, and so does ⌊(x + m)/m⌋, one more.
    tops = (numerator, numerator - denominator)
    natural = any(index not in symbols_of(top) and surely_at_least(top, 0, lower) for top in tops)
    return -1 if natural and direction(index, denominator, lower) > 0 else 0


def _remade(over: Callable[[Passes, Value], Value]) -> Callable[..., Value]:
    """Return the rule that makes such an atom anew from its arguments."""

    def rule(index: Poly, first: int, last: Value, value: Value) -> Value:
        (name,) = symbols_of(index)
        return over(Passes(name, first, last), value)

    return rule


RULES[Summation] = _remade(sum_over)
RULES[Maximum] = _remade(greatest_over)


def _closed(passes: Passes, monomial: Monomial, c: Number) -> Value | None:
    """Return the closed sum of one term, None if there is none."""
    degree, bases, rest = 0, list[tuple[Value, int]](), list[tuple[Atom, int]]()
    brackets: list[Atom] = []
    for atom, exponent in monomial:
        if passes.index not in atom.symbols:
            rest.append((atom, exponent))
        elif isinstance(atom, Symbol) and exponent > 0:
            degree += exponent
        elif isinstance(atom, Exponential) and _is_index(atom, passes):
            bases.append((atom.values()[0], exponent))
        elif isinstance(atom, Differs):
            brackets.append(atom)
        else:
            return None
    outside = value_of({tuple(rest): c})
    if brackets:
        return _without_exceptions(passes, monomial, c, brackets)
    if not bases:
        return outside * (_faulhaber(degree, passes.last) - _faulhaber(degree, passes.first - 1))
    ratio = product(power(base, exponent) for base, exponent in bases)
    if ratio == 1:
        return outside * (_faulhaber(degree, passes.last) - _faulhaber(degree, passes.first - 1))
    if degree or isinstance(ratio, Poly):
        return None
    upto, start = (
        product(power(base, (x * exponent)) for base, exponent in bases)
        for x in (passes.last + 1, passes.first)
    )
    return outside * divide(upto - start, ratio - 1)


def _is_index(atom: Exponential, passes: Passes) -> bool:
    base, exponent = atom.values()
    return passes.index not in symbols_of(base) and exponent == symbol(passes.index)


def _without_exceptions(
    passes: Passes, monomial: Monomial, c: Number, brackets: Iterable[Atom]
) -> Value | None:
    """Sum a term with brackets [a + b·i != 0]: all passes but the one where it fails."""
    plain = value_of({tuple(part for part in monomial if part[0] not in set(brackets)): c})
    exceptions: set[int] = set()
    for bracket in brackets:
        values = bracket.values()
        found = root_of(values[0]) if len(values) == 1 else None
        if found is None or found[0] != passes.index:
            return None
        root = found[1]
        if root.denominator == 1 and root >= passes.first:
            exceptions.add(int(root))
    if any(e > MAX_EXCEPTION for e in exceptions):
        return None
    fails = (substitute(plain, {passes.index: e}) * there_is(passes.last + 1, e + 1) for e in exceptions)
    return sum_over(passes, plain) - total(fails)


MAX_EXCEPTION = 64
"""The last pass at which a bracket may fail and the sum still be closed."""


def there_is(count: Value, number: int) -> Value:
    """Return the Iverson bracket of `count >= number`, for a number of passes.

    >>> there_is(symbol("n"), 3), there_is(symbol("n"), 1)
    ([n >= 3], 1)
    """
    return 1 if surely_at_least(count - number, 0, lambda _: 1) else reaches(count, number)


@lru_cache(maxsize=64)
def _bernoulli(count: int) -> tuple[Fraction, ...]:
    numbers = [Fraction(1)]
    for m in range(1, count + 1):
        numbers.append(-sum((comb(m + 1, k) * numbers[k] for k in range(m)), Fraction(0)) / (m + 1))
    return tuple(numbers)


def _faulhaber(degree: int, last: Value) -> Value:
    """Return 1^p + 2^p + … + last^p (for p = 0: last), as a polynomial in `last`."""
    if degree == 0:
        return last
    bernoulli = _bernoulli(degree)
    terms = (
        power(last, degree + 1 - k) * (comb(degree + 1, k) * bernoulli[k] * (-1) ** k)
        for k in range(degree + 1)
    )
    return divide(total(terms), degree + 1)
