"""Collecting what a network requires of its input, while it is built.

Every requirement is decided at once where its form decides it: true ones
leave no trace, and one that no input can satisfy is an error of notation.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from fractions import Fraction
from itertools import product as pairs

from symcnn.algebra.arithmetic import divide
from symcnn.algebra.atoms import Atom, Differs, Symbol, Unit, as_atom, atom_value, symbols_of
from symcnn.algebra.conditions import (
    AtMost,
    Bound,
    Comparison,
    Condition,
    Guarded,
    Members,
    OnSymbol,
    Origin,
    Problem,
    Residues,
    Whole,
    number_at,
    said,
)
from symcnn.algebra.demand import Guards
from symcnn.algebra.domain import Domain
from symcnn.algebra.extremes import conjuncts, surely_whole
from symcnn.algebra.polynomials import Poly, Value, checked, denominator, is_whole, value_of
from symcnn.algebra.powers import lowest_terms, spare_power, without_power
from symcnn.algebra.quasilinear import MAX_TRIED, QuasiLinear, quasi_linear
from symcnn.algebra.ranges import Range, ends_before, narrowed, shortest
from symcnn.algebra.shorter import complexity, isolated, shorter, sides
from symcnn.algebra.signs import (
    largest_input,
    period,
    root_of,
    smallest_input,
    surely_at_least,
    surely_positive,
    under_floors,
    without_floor,
)
from symcnn.algebra.symbols import INDEX, is_rational
from symcnn.errors import LimitError, NotationError
from symcnn.limits import MAX_SCAN


class ImpossibleError(NotationError):
    """A requirement fails whatever the input; for bound symbols, at their values."""


MAX_COMPARED = 32
"""Conditions that a new one is compared with, to leave out what follows from others."""


class Requirements:
    """The requirements met so far; `domain()` is what they come to."""

    def __init__(self) -> None:
        self._conditions: dict[Condition, None] = {}
        self._ranges: dict[str, Range] = {}
        self._positive: set[Atom] = set()
        self._decided: set[tuple[str, Value, Value]] = set()
        self._required: set[Value] = set()
        self._scanned = 0

    def domain(self) -> Domain:
        """Return the inputs that satisfy all requirements so far."""
        return Domain(tuple(self._conditions))

    def fork(self) -> "Requirements":
        """Return a copy to try something with, which leaves this one as it is."""
        other = Requirements()
        other._conditions, other._ranges = dict(self._conditions), dict(self._ranges)
        other._positive, other._decided = set(self._positive), set(self._decided)
        other._required = set(self._required)
        other._scanned = self._scanned
        return other

    def state(self, condition: Condition) -> None:
        """Require a condition as it stands, unless it follows from those on its symbol.

        Raises:
            ImpossibleError: if no input can satisfy it and those.
        """
        if isinstance(condition, OnSymbol):
            self._narrow(condition)
        else:
            self._add(condition)

    def under(
        self, guards: Guards, origin: Origin, problem: Problem, require: Callable[["Requirements"], None]
    ) -> None:
        """Require something where loops have as many passes as the guards say.

        Args:
            guards: the numbers of passes.
            origin: the layer that asks for it.
            problem: what is wrong where it does not hold.
            require: states it, to these requirements or to a copy.

        Raises:
            ImpossibleError: if it and what is required besides never hold.
        """
        left = [(count, least) for count, least in guards if not self.surely(count - least)]
        if not left:
            require(self)
            return
        if any(self._never(count - least) for count, least in left):
            return
        trial = self.fork()
        trial._know(left)
        try:
            require(trial)
        except ImpossibleError:
            # Not all of the loops have so many passes: the last does not, if the others do.
            *others, (count, least) = left
            self.at_least(least - 1 - count, 0, origin, problem, tuple(others))
            return
        for condition in [c for c in trial._conditions if c not in self._conditions]:
            guarded = condition
            for count, least in reversed(left):
                guarded = Guarded(condition.origin, condition.problem, count, least, guarded)
            self._add(guarded)

    def _never(self, excess: Value) -> bool:
        """Tell whether `excess >= 0` is excluded by what is required."""
        if line := smallest_input(excess):
            return ends_before(self._ranges.get(line[0], Range()), line[1])
        return self.surely(-1 - excess)

    def _know(self, guards: Sequence[tuple[Value, int]]) -> None:
        """Take guards for granted, without a condition: numbers of passes that are symbols."""
        for count, least in guards:
            if line := smallest_input(count - least):
                name, first = line
                known = self._ranges.get(name, Range())
                self._ranges[name] = replace(known, least=max(known.least, first))

    def at_least(
        self, value: Value, bound: int, origin: Origin, problem: Problem, guards: Guards = ()
    ) -> None:
        """Require `value >= bound`.

        Raises:
            ImpossibleError: if no input can satisfy it.
        """
        self.under(guards, origin, problem, lambda r: r._at_least(value, bound, origin, problem))

    def _at_least(self, value: Value, bound: int, origin: Origin, problem: Problem) -> None:
        if self._known("≥", value, bound) or (bound <= 1 and self._is_positive_integer(value)):
            return
        excess = without_power(without_floor(checked(value), bound, self._is_positive))
        if not isinstance(excess, Poly):
            if excess < 0:
                raise self._impossible(origin, problem)
            return
        if solved := smallest_input(excess):
            if solved[1] > self._least(solved[0]):
                self._add(Bound(origin, problem, *solved))
        elif not self.surely(excess) and not self.surely(under_floors(excess)):
            if self.surely(-1 - excess) or surely_positive(-1 * excess):
                raise self._impossible(origin, problem)
            if most := largest_input(excess):
                self._add(AtMost(origin, problem, *most))
                return
            if excluded := _excluded(excess):
                name, root = excluded
                if root == self._least(name):
                    self._add(Bound(origin, problem, name, int(root) + 1))
                if root <= self._least(name) or root.denominator > 1:
                    return
            parts = list(conjuncts(excess))
            if len(parts) > 1:
                for part in parts:
                    self._at_least(part, 0, origin, problem)
                return
            self._required.add(excess)
            if not self._tried(excess, origin, problem):
                self._add(self._comparison(excess, origin, problem))
        if isinstance(value, Poly) and bound >= 1 and len(value.terms) == 1:
            self._positive.update(atom for atom in value.atoms() if value == atom_value(atom))

    def _tried(self, excess: Poly, origin: Origin, problem: Problem) -> bool:
        """Say where a value of one symbol is at least 0 by a condition on it, if trying numbers finds one."""
        line = quasi_linear(excess)
        if line is None or line.period > MAX_TRIED or line.last > MAX_TRIED:
            return False
        self._spend(line.period + line.last)
        found = line.where_natural(origin, problem)
        if found is not None:
            self._narrow(found)
        return found is not None

    def _comparison(self, excess: Poly, origin: Origin, problem: Problem) -> Comparison:
        """Return the condition that a value is at least 0, as a person would write it."""
        short = shorter(excess, self.surely)
        return Comparison(origin, problem, *(isolated(short) or sides(short)))

    def whole(self, value: Value, origin: Origin, problem: Problem, guards: Guards = ()) -> None:
        """Require that `value` is an integer.

        Raises:
            ImpossibleError: if it never is.
        """
        self.under(guards, origin, problem, lambda r: r._whole(value, origin, problem))

    def _whole(self, value: Value, origin: Origin, problem: Problem) -> None:
        if not isinstance(value, Poly):
            if value.denominator != 1:
                raise self._impossible(origin, problem)
        elif not surely_whole(value) and not self._known("integer", value, 0):
            value = lowest_terms(_without_integers(value))
            if sum(c < 0 for c in value.terms.values()) * 2 > len(value.terms):
                value = Poly({monomial: -c for monomial, c in value.terms.items()})
            if (spare := spare_power(value)) is not None:
                self._at_least(spare, 0, origin, problem)
                return
            names = sorted(symbols_of(value))
            modulus: int | None = denominator(value)
            if not all(isinstance(a, Symbol) and a.whole for a in value.atoms()) or not _is_polynomial(value):
                length = period(modulus * value) if len(names) == 1 else None
                modulus = length and length * modulus
            if modulus:
                self._add_residues(value, modulus, names, origin, problem)
            else:
                self._add_whole(value, origin, problem)

    def _add_whole(self, value: Poly, origin: Origin, problem: Problem) -> None:
        """Add a condition unless a stronger one is there; drop those it makes redundant."""
        for known in [c for c in self._conditions if isinstance(c, Whole)][-MAX_COMPARED:]:
            if _is_multiple(value, known.value):
                return
            if _is_multiple(known.value, value):
                del self._conditions[known]
        self._add(Whole(origin, problem, value))

    def _add_residues(
        self, value: Poly, modulus: int, names: list[str], origin: Origin, problem: Problem
    ) -> None:
        """Find the residues for which a value is an integer, where they decide it."""
        steps = modulus ** len(names)
        if steps > MAX_SCAN // 100:
            self._add_whole(value, origin, problem)
            return
        self._spend(steps)
        try:
            good = [
                residues
                for residues in pairs(range(modulus), repeat=len(names))
                if number_at(value, dict(zip(names, residues, strict=True))).denominator == 1
            ]
        except LimitError:
            self._add_whole(value, origin, problem)
            return
        if not good:
            raise self._impossible(origin, problem)
        if len(good) == steps:
            return
        if len(names) > 1:
            self._add_whole(value, origin, problem)
        else:
            self._narrow(
                Residues(origin, problem, names[0], *shortest(modulus, frozenset(r for (r,) in good)))
            )

    def same(self, one: Value, two: Value, origin: Origin, problem: Problem, guards: Guards = ()) -> None:
        """Require `one = two`.

        Raises:
            ImpossibleError: if they never agree.
            LimitError: if deciding it takes too many steps.
        """
        self.under(guards, origin, problem, lambda r: r._same(one, two, origin, problem))

    def _same(self, one: Value, two: Value, origin: Origin, problem: Problem) -> None:
        difference = one - two
        if difference == 0 or self._known("=", one, two):
            return
        if not isinstance(difference, Poly) or self.never_zero(difference):
            raise self._impossible(origin, problem)
        line = quasi_linear(difference)
        if line is None:
            left, right = sorted((one, two), key=complexity)
            self._equate(difference, Comparison(origin, problem, left, "=", right))
        else:
            self._scan(line, origin, problem)

    def surely(self, excess: Value) -> bool:
        """Tell whether `excess >= 0` follows from what is required."""
        return excess in self._required or surely_at_least(excess, 0, self._least, self._positive)

    def _equate(self, difference: Poly, condition: Comparison) -> None:
        """Require that a polynomial in one integer symbol is 0: its roots, found one by one."""
        names = sorted(symbols_of(difference))
        degree = max(sum(e for _, e in monomial) for monomial in difference.terms)
        lead = [c for m, c in difference.terms.items() if sum(e for _, e in m) == degree]
        # Cauchy: no root is greater than 1 + |a_i/a_n| for the largest coefficient a_i.
        largest = max(abs(c) for c in difference.terms.values()) / Fraction(abs(lead[0])) + 1
        plain = all(isinstance(a, Symbol) and a.whole for a in difference.atoms()) and _is_polynomial(
            difference
        )
        if len(names) != 1 or not plain or largest > MAX_SCAN // 100:
            self._add(condition)
            return
        self._spend(int(largest))
        roots = (n for n in range(1, int(largest) + 1) if number_at(difference, {names[0]: n}) == 0)
        self._narrow(Members(condition.origin, condition.problem, names[0], frozenset(roots)))

    def never_zero(self, difference: Value) -> bool:
        """Tell whether a difference is not 0 for any input, as far as its form shows."""
        if not isinstance(difference, Poly):
            return difference != 0
        return any(
            surely_at_least(side, 1, self._least, self._positive) for side in (difference, -1 * difference)
        )

    def _scan(self, line: QuasiLinear, origin: Origin, problem: Problem) -> None:
        """Find where a quasi-linear difference is 0."""
        allowed = self._ranges.get(line.name, Range())
        self._spend(line.period)
        self._spend(line.steps(allowed))
        self._narrow(line.where_zero(allowed, origin, problem))

    def _spend(self, steps: int) -> None:
        self._scanned += steps
        if self._scanned > MAX_SCAN:
            raise LimitError(f"comparing the extents of branches takes more than {MAX_SCAN:,} steps")

    def _narrow(self, condition: OnSymbol) -> None:
        before = self._ranges.get(condition.symbol, Range())
        if narrowed(before, condition) != before:
            self._add(condition)

    def _add(self, condition: Condition) -> None:
        self._conditions[condition] = None
        if isinstance(condition, OnSymbol):
            name = condition.symbol
            after = narrowed(self._ranges.get(name, Range()), condition)
            if not after.around(after.least):
                raise self._impossible(condition.origin, condition.problem)
            self._ranges[name] = after

    def _is_positive_integer(self, value: Value) -> bool:
        """Tell whether a quotient is required to be an integer, and what is below the line to be positive."""
        if not isinstance(value, Poly) or ("integer", value, 0) not in self._decided:
            return False
        return all(c > 0 for c in value.terms.values()) and all(
            self.surely(atom.values()[0] - 1) if isinstance(atom, Unit) else surely_positive(atom_value(atom))
            for atom in value.atoms()
        )

    def _is_positive(self, value: Value) -> bool:
        """Tell whether a value is positive by its form, or required to be at least 1."""
        return surely_positive(value) or ("≥", value, 1) in self._decided

    def _known(self, relation: str, one: Value, two: Value) -> bool:
        """Tell whether a symbolic requirement was met before, and remember it."""
        if not isinstance(one, Poly) and not isinstance(two, Poly):
            return False
        key = (relation, one, two)
        if key in self._decided:
            return True
        self._decided.add(key)
        return False

    def _least(self, name: str) -> int:
        if name.startswith(INDEX):
            return 0
        return 1 if is_rational(name) else self._ranges.get(name, Range()).least

    @staticmethod
    def _impossible(origin: Origin, problem: Problem) -> ImpossibleError:
        reached = origin.map_at({})
        message = said(problem, {}) + (f": a {reached} map reaches it" if reached else "")
        return ImpossibleError(message, origin.span).within(origin.text)


def _excluded(excess: Poly) -> tuple[str, Fraction] | None:
    """Return the symbol and the one value of it that is excluded, where that is all an inequality says."""
    bracket = as_atom(excess + 1)
    if not isinstance(bracket, Differs) or len(bracket.values()) > 1:
        return None
    return root_of(bracket.values()[0])


def _without_integers(value: Poly) -> Poly:
    """Leave out the terms that are integers, of what is no integer by its form."""
    return Poly({m: c for m, c in value.terms.items() if not is_whole(value_of({m: c}))})


def _is_multiple(one: Value, two: Value) -> bool:
    """Tell whether one value is an integer times the other."""
    ratio = divide(one, two)
    return not isinstance(ratio, Poly) and ratio.denominator == 1


def _is_polynomial(value: Poly) -> bool:
    return all(exponent > 0 for monomial in value.terms for _, exponent in monomial)
