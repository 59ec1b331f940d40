"""The inputs for which a formula holds: membership, words, nearest points."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import islice
from math import lcm
from typing import cast

from symcnn.algebra.atoms import symbol
from symcnn.algebra.conditions import Bound, Comparison, Condition, Members, Origin, Residues, Values, said
from symcnn.algebra.polynomials import Number
from symcnn.algebra.signs import surely_at_least
from symcnn.algebra.symbols import INPUT, is_rational
from symcnn.errors import DomainError

NOWHERE = Origin()
"""The origin of a condition that sums up others."""

SEARCH = 200
"""How far a value is moved, one by one, to find a point where all holds."""


@dataclass(frozen=True)
class Range:
    """The values of one integer symbol: a bound, residues, at times a finite set."""

    least: int = 1
    modulus: int = 1
    residues: frozenset[int] = frozenset((0,))
    members: frozenset[int] | None = None

    def __contains__(self, value: object) -> bool:
        return (
            isinstance(value, int)
            and value >= self.least
            and value % self.modulus in self.residues
            and (self.members is None or value in self.members)
        )

    def around(self, value: int) -> list[int]:
        """Return the greatest member up to `value` and the least from it on, if any."""
        if self.members is not None:
            inside = sorted(m for m in self.members if m in self)
            below = [m for m in inside if m <= value][-1:]
            return below + [m for m in inside if m > value][:1]
        start = max(value, self.least)
        up = (n for n in range(start, start + self.modulus) if n in self)
        down = (n for n in range(value, max(value - self.modulus, self.least - 1), -1) if n in self)
        return [*islice(down, 1), *islice(up, 1)]


@dataclass(frozen=True, repr=False)
class Domain:
    """A conjunction of conditions, in the order in which the network asks for them.

    Every symbol is positive besides, and an integer unless it is Greek.

    Attributes:
        conditions: those that are not true of every input.
        text: the text that the conditions' origins point into.
    """

    conditions: tuple[Condition, ...] = ()
    text: str = field(default="", compare=False)

    @cached_property
    def symbols(self) -> frozenset[str]:
        """Names of the symbols that some condition is about."""
        return frozenset[str]().union(*(c.symbols for c in self.conditions))

    @cached_property
    def ranges(self) -> Mapping[str, Range]:
        """What the conditions on single symbols come to, by symbol."""
        out: dict[str, Range] = {}
        for condition in self.conditions:
            if isinstance(condition, Bound | Residues | Members):
                out[condition.symbol] = narrowed(out.get(condition.symbol, Range()), condition)
        return out

    @cached_property
    def general(self) -> tuple[Condition, ...]:
        """The conditions that are not on one integer symbol."""
        return tuple(c for c in self.conditions if not isinstance(c, Bound | Residues | Members))

    def __contains__(self, point: object) -> bool:
        """Tell whether a mapping from symbols to numbers lies in the domain."""
        values = cast("Values", point)
        return all(c.holds(values) for c in self.conditions)

    def __and__(self, other: "Domain") -> "Domain":
        """Return the domain in which both hold."""
        if self is other:
            return self
        return Domain(tuple(dict.fromkeys((*self.conditions, *other.conditions))), self.text)

    def check(self, values: Values) -> None:
        """Refuse a point outside the domain.

        Raises:
            DomainError: with the first condition that fails, its layer, and
                the nearest point that works if one is found.
        """
        for condition in self.conditions:
            if not condition.holds(values):
                raise self._refusal(condition, values)

    def at(self, values: Values) -> "Domain":
        """Return what is left to hold once some symbols have values.

        Raises:
            DomainError: if a condition on them alone fails already.
        """
        left: list[Condition] = []
        for condition in self.conditions:
            known = condition.symbols & values.keys()
            if known != condition.symbols:
                left.append(condition.at(values) if known else condition)
            elif not condition.holds(values):
                raise self._refusal(condition, values)
        return Domain(tuple(left), self.text)

    def _refusal(self, condition: Condition, values: Values) -> DomainError:
        origin = condition.origin
        problem = said(condition.problem, values)
        reached = origin.map_at(values)
        if isinstance(condition, Bound) and reached:
            message = f"{problem}: a {reached} map reaches it"
        else:
            message = f"{problem}: {self._summed_up(condition)} does not hold"
        return DomainError(message, origin.span, self._advice(condition, values)).within(self.text)

    def _summed_up(self, condition: Condition) -> str:
        """Return a condition in words, with all others on its symbol if it is on one."""
        if isinstance(condition, Residues):
            return str(_residues(condition.symbol, self.ranges[condition.symbol]))
        return str(condition)

    def _advice(self, condition: Condition, values: Values) -> str | None:
        if isinstance(condition, Bound) and condition.symbol in ("H", "W"):
            height, width = (self.ranges.get(n, Range()).around(1)[-1] for n in ("H", "W"))
            return f"smallest input: {height}×{width}"
        point = self.nearest(values) if self.symbols <= values.keys() else None
        if point is None:
            return None
        changed = [f"{n} = {v}" for n, v in point.items() if v != values[n]]
        return f"nearest that works: {', '.join(changed)}"

    def nearest(self, values: Values) -> dict[str, Number] | None:
        """Return a point of the domain near the given one, if a short search finds it.

        Symbols with conditions of their own move to their nearest member; if
        others fail still, one symbol at a time is tried further away.
        """
        point = dict(values)
        for name, allowed in self.ranges.items():
            value = int(point[name])
            near = allowed.around(value)
            if not near:
                return None
            point[name] = min(near, key=lambda n, v=value: (abs(n - v), n))
        if point in self:
            return point
        return next((p for p in self._moved(point) if p in self), None)

    def _moved(self, point: Mapping[str, Number]) -> Iterator[dict[str, Number]]:
        failing = next(c for c in self.conditions if not c.holds(point))
        names = sorted(failing.symbols, key=lambda n: (n in INPUT, n))
        for step in range(1, SEARCH):
            for name in names:
                if not is_rational(name):
                    for value in (point[name] - step, point[name] + step):
                        if value >= 1:
                            yield {**point, name: value}

    def phrases(self) -> list[str]:
        """Return the conditions in words, those on one symbol combined.

        A bound that the residues imply is left out; equal bounds share a
        phrase.
        """
        bounds: dict[int, list[str]] = {}
        rest: list[str] = []
        for name, allowed in sorted(self.ranges.items()):
            if allowed.members is not None:
                rest.append(str(_members(name, allowed)))
                continue
            if self._implied(name, allowed.least):
                allowed = replace(allowed, least=1)
            periodic = _residues(name, allowed)
            if (
                allowed.least > 1
                and Range(1, allowed.modulus, allowed.residues).around(1)[-1] < allowed.least
            ):
                bounds.setdefault(allowed.least, []).append(name)
            rest.extend([str(periodic)] if allowed.modulus > 1 else [])
        phrases = [f"{', '.join(names)} ≥ {least}" for least, names in bounds.items()]
        return phrases + rest + _grouped(self.general)

    def _implied(self, name: str, least: int) -> bool:
        """Tell whether a bound follows from a comparison, as H ≥ 2 does from H ≥ 2**n."""
        return any(
            isinstance(c, Comparison)
            and c.relation == "≥"
            and c.left == symbol(name)
            and surely_at_least(c.right, least, lambda _: 1)
            for c in self.general
        )

    def __repr__(self) -> str:
        return f"<domain: {self}>"

    def __str__(self) -> str:
        return " and ".join(self.phrases()) or "every input"


def _grouped(conditions: Iterable[Condition]) -> list[str]:
    """Put conditions in words; `H ≥ x` and `W ≥ x` share a phrase."""
    left: dict[str, list[str]] = {}
    for words in dict.fromkeys(map(str, conditions)):
        head, sign, tail = words.partition(" ≥ ")
        key = sign + tail if sign and head.isalnum() else ""
        left.setdefault(key or words, []).append(head if key else "")
    return [", ".join(heads) + key for key, heads in left.items()]


def _members(name: str, allowed: Range) -> Members:
    inside = frozenset(m for m in allowed.members or () if m in allowed)
    return Members(NOWHERE, "", name, inside)


def _residues(name: str, allowed: Range) -> Residues:
    return Residues(NOWHERE, "", name, allowed.modulus, allowed.residues)


def narrowed(allowed: Range, condition: Condition) -> Range:
    """Return the range with one more condition on its symbol."""
    match condition:
        case Bound(least=least):
            return Range(max(allowed.least, least), allowed.modulus, allowed.residues, allowed.members)
        case Residues(modulus=modulus, residues=residues):
            both = lcm(allowed.modulus, modulus)
            kept = frozenset(
                r for r in range(both) if r % allowed.modulus in allowed.residues and r % modulus in residues
            )
            return Range(allowed.least, *shortest(both, kept), allowed.members)
        case Members(members=members):
            kept = members if allowed.members is None else members & allowed.members
            return Range(allowed.least, allowed.modulus, allowed.residues, kept)
        case _:
            return allowed


def shortest(modulus: int, residues: frozenset[int]) -> tuple[int, frozenset[int]]:
    """Return the same set of integers with the least modulus.

    >>> shortest(4, frozenset((0, 2)))
    (2, frozenset({0}))
    """
    for divisor in _divisors(modulus):
        folded = frozenset(r % divisor for r in residues)
        if len(folded) * (modulus // divisor) == len(residues):
            return divisor, folded
    return modulus, residues


def _divisors(number: int) -> Sequence[int]:
    return [d for d in range(1, number) if number % d == 0]
