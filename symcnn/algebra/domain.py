"""The inputs for which a formula holds: membership, words, nearest points."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cached_property
from itertools import product
from math import floor
from typing import cast

from symcnn.algebra.conditions import (
    AtMost,
    Bound,
    Condition,
    Guarded,
    Members,
    OnSymbol,
    Origin,
    Residues,
    Values,
    Whole,
    between,
    number_at,
    said,
)
from symcnn.algebra.implications import implies
from symcnn.algebra.polynomials import Number
from symcnn.algebra.ranges import Range, ends_before, narrowed
from symcnn.algebra.signs import smallest_input
from symcnn.algebra.symbols import INPUT, is_rational
from symcnn.algebra.unguarded import unguarded
from symcnn.algebra.wording import TEX, WORDS, Wording
from symcnn.errors import ArgumentError, DivisionByZeroError, DomainError, NotationError, UnsupportedError

NOWHERE = Origin()
"""The origin of a condition that sums up others."""

MAX_TOLD_APART = 50
"""Conditions up to which those that others imply are left out in words."""

EXPONENTS = 12
"""Powers of two that a search for an example starts from."""

SHARES: tuple[Number, ...] = (1, Fraction(1, 2))
"""Values of Greek symbols that a search for an example tries."""

SEARCH = 200
"""How far a value is moved, one by one, to find a point where all holds."""


@dataclass(frozen=True, repr=False)
class Domain:
    """A conjunction of conditions, in the order in which the network asks for them.

    Every symbol is positive besides, and an integer unless it is Greek.

    Attributes:
        conditions: those that are not true of every input.
    """

    conditions: tuple[Condition, ...] = ()

    @cached_property
    def symbols(self) -> frozenset[str]:
        """Names of the symbols that some condition is about."""
        return frozenset[str]().union(*(c.symbols for c in self.conditions))

    @cached_property
    def ranges(self) -> Mapping[str, Range]:
        """What the conditions on single symbols come to, by symbol."""
        out: dict[str, Range] = {}
        for condition in self.conditions:
            if isinstance(condition, OnSymbol):
                out[condition.symbol] = narrowed(out.get(condition.symbol, Range()), condition)
        return out

    @cached_property
    def general(self) -> tuple[Condition, ...]:
        """The conditions that are not on one integer symbol."""
        return tuple(c for c in self.conditions if not isinstance(c, OnSymbol))

    def __contains__(self, point: object) -> bool:
        """Tell whether a mapping from symbols to numbers lies in the domain.

        Raises:
            ArgumentError: if a symbol that matters has no value.
        """
        values = cast("Values", point)
        try:
            return all(c.holds(values) for c in self.conditions)
        except KeyError:
            missing = ", ".join(sorted(self.symbols - values.keys()))
            raise ArgumentError(f"the domain needs a value for {missing}") from None

    def __and__(self, other: "Domain") -> "Domain":
        """Return the domain in which both hold."""
        if self is other:
            return self
        return Domain(tuple(dict.fromkeys((*self.conditions, *other.conditions))))

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
            try:
                rest = condition.at(values) if known else condition
            except DivisionByZeroError:
                raise self._refusal(condition, values) from None
            if not rest.symbols <= values.keys():
                left.append(rest)
            elif not rest.holds(values):
                raise self._refusal(condition, values)
        return Domain(tuple(left))

    def _refusal(self, condition: Condition, values: Values) -> DomainError:
        origin = condition.origin
        problem = said(condition.problem, values)
        reached = origin.map_at(values)
        if isinstance(condition, Bound) and reached:
            message = f"{problem}: a {reached} map reaches it"
        else:
            message = f"{problem}: {self._summed_up(condition)} does not hold"
        return DomainError(message, origin.span, self._advice(condition, values)).within(origin.text)

    def _summed_up(self, condition: Condition) -> str:
        """Return a condition in words, with all others on its symbol if it is on one."""
        if isinstance(condition, Residues):
            return str(_residues(condition.symbol, self.ranges[condition.symbol]))
        return str(condition)

    def _advice(self, condition: Condition, values: Values) -> str | None:
        if isinstance(condition, Bound) and condition.symbol in ("H", "W"):
            sides = [n for name in ("H", "W") for n in self.ranges.get(name, Range()).around(1)[-1:]]
            return f"smallest input: {sides[0]}×{sides[1]}" if len(sides) == 2 else None
        # Of what has no value yet nothing can be said.
        known = Domain(tuple(c for c in self.conditions if c.symbols <= values.keys()))
        point = known.nearest(values)
        if point is None:
            return None
        changed = [f"{n} = {v}" for n, v in point.items() if v != values[n]]
        return f"nearest that works: {', '.join(changed)}"

    def nearest(self, values: Values) -> dict[str, Number] | None:
        """Return a point of the domain near the given one, if a short search finds it.

        Symbols with conditions of their own move to their nearest member; if
        others fail still, one symbol at a time is tried further away, for
        all of them or for one after another.
        """
        point = dict(values)
        for name, allowed in self.ranges.items():
            value = int(point[name])
            near = allowed.around(value)
            if not near:
                return None
            point[name] = min(near, key=lambda n, v=value: (abs(n - v), n))
        failing = self._failing(point)
        if failing is None:
            return point
        moved = next((p for p in self._moved(point, failing) if self._failing(p) is None), None)
        return self._repaired(point) if moved is None else moved

    def _repaired(self, point: dict[str, Number]) -> dict[str, Number] | None:
        """Move one symbol for one condition after another, as H and W with a bound each."""
        for _ in range(len(self.conditions) + 1):
            failing = self._failing(point)
            if failing is None:
                return point
            moves = (p for p in self._moved(point, failing) if self._is_in_ranges(p))
            moved = next((p for p in moves if _holds(failing, p)), None)
            if moved is None:
                return None
            point = moved
        return None

    def _is_in_ranges(self, point: Values) -> bool:
        """Tell whether each symbol keeps the conditions that are on it alone."""
        return all(point[name] in allowed for name, allowed in self.ranges.items())

    def _failing(self, point: Values) -> Condition | None:
        """Return the first condition that fails at a point, None if all hold."""
        return next((c for c in self.conditions if not _holds(c, point)), None)

    @staticmethod
    def _moved(point: Mapping[str, Number], failing: Condition) -> Iterator[dict[str, Number]]:
        names = sorted(failing.symbols, key=lambda n: (n in INPUT, n))
        steps = [(name, *_grid(failing, name, point)) for name in names]
        for step in range(SEARCH):
            for name, start, width in steps:
                for value in (start - step * width, start + step * width):
                    if value > 0:
                        yield {**point, name: value}

    def phrases(self, wording: Wording = WORDS) -> list[str]:
        """Return the conditions in words or in LaTeX, those on one symbol combined.

        A bound that the residues imply is left out; equal bounds share a
        phrase.
        """
        bounds: dict[int, list[str]] = {}
        rest: list[str] = []
        kept = list(self._without_implied())
        for name, allowed in sorted(self.ranges.items()):
            if allowed.members is not None:
                rest.append(_members(name, allowed).write(wording))
                continue
            only = allowed.around(1)[-1:]
            if only and ends_before(allowed, only[0] + 1):
                rest.append(f"{wording.symbol(name)} = {only[0]}")
                continue
            # Only by what is said, and without other bounds, so that nothing is left out in a circle.
            least = Bound(NOWHERE, "", name, allowed.least)
            if any(implies(condition, least, lambda _: 1) for condition in kept):
                allowed = replace(allowed, least=1)
            periodic = _residues(name, allowed)
            least_matters = Range(1, allowed.modulus, allowed.residues).around(1)[-1] < allowed.least
            if least_matters and allowed.most is None:
                bounds.setdefault(allowed.least, []).append(wording.symbol(name))
            rest.extend([periodic.write(wording)] if allowed.modulus > 1 else [])
            if allowed.most is not None:
                most = AtMost(NOWHERE, "", name, allowed.most)
                both = between(allowed.least, name, allowed.most, wording)
                rest.append(both if least_matters else most.write(wording))
        phrases = [f"{', '.join(names)}{wording.least}{least}" for least, names in bounds.items()]
        return phrases + rest + _grouped(kept, wording)

    def _least(self, name: str) -> int:
        return self.ranges[name].least if name in self.ranges else 1

    def _without_implied(self) -> Iterator[Condition]:
        """Leave out what another condition implies, as H ≥ 2**n does 2*H ≥ 2**n."""
        bounds = [c for c in self.conditions if isinstance(c, Bound)]
        kept = [c for c in dict.fromkeys(self.general) if not self._is_idle(c)]
        if len(kept) <= MAX_TOLD_APART:
            kept = unguarded([*bounds, *kept])[len(bounds) :]
        told = [*bounds, *(c for c in self.conditions if isinstance(c, Residues))]
        for condition in tuple(kept) if len(kept) <= MAX_TOLD_APART else ():
            others = (c for c in (*told, *kept) if c != condition)
            if any(implies(other, condition, self._least) for other in others):
                kept.remove(condition)
        yield from kept

    def _is_idle(self, condition: Condition) -> bool:
        """Tell whether a condition is about more passes than there may be."""
        if not isinstance(condition, Guarded):
            return False
        line = smallest_input(condition.count - condition.least)
        return line is not None and ends_before(self.ranges.get(line[0], Range()), line[1])

    def __repr__(self) -> str:
        return f"<domain: {self}>"

    def __str__(self) -> str:
        return WORDS.and_.join(self.phrases()) or WORDS.always

    @property
    def latex(self) -> str:
        r"""The conditions in LaTeX, for math mode; it needs no package.

        >>> import symcnn
        >>> print(symcnn.derive("conv3-64, (conv3-64, pool)xn").domain.latex)
        H, W \ge 2^{n}
        """
        return TEX.and_.join(self.phrases(TEX)) or TEX.always

    def example(self) -> dict[str, Number]:
        """Return a point of the domain: a small value for each symbol that it has conditions on.

        Raises:
            UnsupportedError: if a short search finds none.

        >>> import symcnn
        >>> domain = symcnn.derive("conv3-64, (conv3-64, pool)xn, [conv3s2-64 + pool]").domain
        >>> domain.example()
        {'H': 4, 'W': 4, 'n': 1}
        """
        names = sorted(self.symbols)
        for small, share in product((2**exponent for exponent in range(EXPONENTS)), SHARES):
            start = {name: share if is_rational(name) else small for name in names}
            if (found := self.nearest(start)) is not None:
                return found
        raise UnsupportedError(f"a short search finds no example of {self}")


def _grid(condition: Condition, name: str, point: Values) -> tuple[Number, Number]:
    """Return where a search for a value of a symbol starts, and its steps.

    Integers go by 1. A rational goes by eighths, or by what changes the value
    of "32*α integer" by 1.
    """
    if not is_rational(name):
        return point[name], 1
    start, slope, now = _line(condition, name, point) or (0, 8, 8 * point[name])
    width = Fraction(1, slope)
    return (floor(now + Fraction(1, 2)) - start) * width, abs(width)


def _line(condition: Condition, name: str, point: Values) -> tuple[Number, Number, Number] | None:
    """Return what is to be an integer as a line in a symbol: its value at 0, its slope, its value now."""
    if not isinstance(condition, Whole):
        return None
    try:
        one, two, three = (number_at(condition.value, {**point, name: n}) for n in (1, 2, 3))
        now = number_at(condition.value, point)
    except DivisionByZeroError:
        return None
    return (2 * one - two, two - one, now) if three - two == two - one != 0 else None


def _holds(condition: Condition, point: Values) -> bool:
    """Tell whether a condition holds at a point that is tried, where it may have no value at all."""
    try:
        return condition.holds(point)
    except NotationError:
        return False


def _grouped(conditions: Iterable[Condition], wording: Wording) -> list[str]:
    """Put conditions in words; `H ≥ x` and `W ≥ x` share a phrase."""
    left: dict[str, list[str]] = {}
    for words in dict.fromkeys(condition.write(wording) for condition in conditions):
        head, sign, tail = words.partition(wording.least)
        key = sign + tail if sign and head.isalnum() else ""
        left.setdefault(key or words, []).append(head if key else "")
    return [", ".join(heads) + key for key, heads in left.items()]


def _members(name: str, allowed: Range) -> Members:
    inside = frozenset(m for m in allowed.members or () if m in allowed)
    return Members(NOWHERE, "", name, inside)


def _residues(name: str, allowed: Range) -> Residues:
    return Residues(NOWHERE, "", name, allowed.modulus, allowed.residues)
