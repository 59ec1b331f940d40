"""Sets of integers: a least and a greatest one, residues, at times finitely many."""

from dataclasses import dataclass, replace
from math import gcd, lcm

from symcnn.algebra.conditions import AtMost, Bound, Condition, Members, Residues
from symcnn.errors import LimitError
from symcnn.limits import MAX_SCAN


@dataclass(frozen=True)
class Range:
    """The values of one integer symbol.

    Attributes:
        least: the least value that the bounds leave.
        modulus: the period of what is left out in between.
        residues: the residues that are in.
        members: if there are only finitely many besides, these.
        most: the greatest value that the bounds leave, None if there is none.
    """

    least: int = 1
    modulus: int = 1
    residues: frozenset[int] = frozenset((0,))
    members: frozenset[int] | None = None
    most: int | None = None

    def __contains__(self, value: object) -> bool:
        return (
            isinstance(value, int)
            and value >= self.least
            and value % self.modulus in self.residues
            and (self.members is None or value in self.members)
            and (self.most is None or value <= self.most)
        )

    def around(self, value: int) -> list[int]:
        """Return the greatest member up to `value` and the least from it on, if any."""
        if self.members is not None:
            inside = sorted(m for m in self.members if m in self)
            below = [m for m in inside if m <= value][-1:]
            return below + [m for m in inside if m > value][:1]
        start = max(value, self.least)
        end = value if self.most is None else min(value, self.most)
        up = min((start + (r - start) % self.modulus for r in self.residues), default=None)
        down = max((end - (end - r) % self.modulus for r in self.residues), default=None)
        return [n for n in (down, up) if n is not None and n in self]


def ends_before(allowed: Range, first: int) -> bool:
    """Tell whether a symbol is never as large as a number.

    >>> ends_before(Range(most=6, modulus=4, residues=frozenset((1,))), 5)
    False
    >>> ends_before(Range(most=6, modulus=4, residues=frozenset((1,))), 6)
    True
    """
    return not replace(allowed, least=max(allowed.least, first)).around(first)


def narrowed(allowed: Range, condition: Condition) -> Range:
    """Return the range with one more condition on its symbol."""
    match condition:
        case Bound(least=least):
            return replace(allowed, least=least) if least > allowed.least else allowed
        case AtMost(most=most):
            return replace(allowed, most=most if allowed.most is None else min(allowed.most, most))
        case Residues(modulus=modulus, residues=residues):
            both = combined((allowed.modulus, allowed.residues), (modulus, residues))
            return replace(allowed, modulus=both[0], residues=both[1])
        case Members(members=members):
            kept = members if allowed.members is None else members & allowed.members
            return replace(allowed, members=kept)
        case _:
            return allowed


Periodic = tuple[int, frozenset[int]]
"""A modulus and residues."""


def combined(one: Periodic, two: Periodic) -> Periodic:
    """Return what is in two periodic sets, pair by pair (the Chinese remainder theorem).

    Raises:
        LimitError: if there are too many pairs.

    >>> combined((4, frozenset((1, 3))), (3, frozenset((2,))))
    (6, frozenset({5}))
    """
    (m, residues), (n, others) = one, two
    if len(residues) * len(others) > MAX_SCAN:
        raise LimitError(f"combining residues takes more than {MAX_SCAN:,} steps")
    shared = gcd(m, n)
    inverse = pow(m // shared, -1, n // shared) if n > shared else 0
    kept = frozenset(
        r + m * ((s - r) // shared * inverse % (n // shared))
        for r in residues
        for s in others
        if (s - r) % shared == 0
    )
    return shortest(lcm(m, n), kept)


def shortest(modulus: int, residues: frozenset[int]) -> Periodic:
    """Return the same set of integers with the least modulus.

    >>> shortest(4, frozenset((0, 2)))
    (2, frozenset({0}))
    """
    for prime in _primes(modulus):
        while modulus % prime == 0 and len(residues) % prime == 0:
            folded = frozenset(r % (modulus // prime) for r in residues)
            if len(folded) * prime != len(residues):
                break
            modulus, residues = modulus // prime, folded
    return modulus, residues


def _primes(number: int) -> list[int]:
    """Return the prime factors; a large rest without small factors is left as one."""
    primes: list[int] = []
    factor = 2
    while factor * factor <= number and factor < MAX_SCAN:
        if number % factor == 0:
            primes.append(factor)
            while number % factor == 0:
                number //= factor
        factor += 1
    return [*primes, number] if number > 1 else primes
