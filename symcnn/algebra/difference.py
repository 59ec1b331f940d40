"""One formula minus another: where they are equal, where they differ first, where the sign changes."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from symcnn.algebra.atoms import symbol
from symcnn.algebra.claims import Sign, claims_of
from symcnn.algebra.equality import Point, Verdict, vanishes
from symcnn.algebra.formula import Formula
from symcnn.algebra.intervals import Interval
from symcnn.algebra.inverse import solved
from symcnn.algebra.polynomials import Value
from symcnn.algebra.printing import text
from symcnn.algebra.ranges import Range
from symcnn.algebra.symbols import INPUT, canonical, is_rational
from symcnn.errors import ArgumentError, DomainError

SIGNS: Final[Mapping[int, str]] = {-1: "negative", 0: "zero", 1: "positive"}
"""The signs in words."""


@dataclass(frozen=True)
class Signs:
    """The sign of a value, by one symbol.

    Attributes:
        name: the symbol.
        least: the least value of the symbol in the domain.
        negative: where the value is negative, as progressions that do not meet.
        zero: where it is 0.
        positive: where it is positive.
    """

    name: str
    least: int
    negative: tuple[Interval, ...]
    zero: tuple[Interval, ...]
    positive: tuple[Interval, ...]

    @property
    def changes(self) -> bool:
        """Whether there is more than one sign."""
        return sum(map(bool, (self.negative, self.zero, self.positive))) > 1

    def __str__(self) -> str:
        parts: list[str] = []
        for sign, intervals in zip(SIGNS.values(), (self.negative, self.zero, self.positive), strict=True):
            words = [i.words(self.name, self.least) or f"every {self.name}" for i in intervals]
            more = f" or … ({len(words)} intervals)" if len(words) > MAX_SHOWN else ""
            parts += [f"{sign} for {' or '.join(words[:MAX_SHOWN])}{more}"] if words else []
        return "; ".join(parts)


MAX_SHOWN: Final = 4
"""Intervals that are written out."""


@dataclass(frozen=True, repr=False)
class Difference:
    """One formula minus another one.

    Attributes:
        formula: the difference, which holds where both do.
        one: the formula.
        two: what is subtracted.

    >>> import symcnn
    >>> one, two = (symcnn.derive(text).params for text in ("conv3-8,pool,fc1", "conv3-8,pool3s2,fc1"))
    >>> difference = one.diff_with(two)
    >>> difference.formula
    <params: 8*floor(H/2)*floor(W/2) - 8*floor((H - 1)/2)*floor((W - 1)/2), for H, W ≥ 3>
    >>> difference.is_zero, difference.counterexample
    (False, {'C': 1, 'H': 3, 'W': 4})
    >>> print(difference.signs("W", H=5))
    zero for W mod 2 = 1, W ≥ 3; positive for W mod 2 = 0, W ≥ 4
    """

    formula: Formula
    one: Formula
    two: Formula

    @cached_property
    def verdict(self) -> Verdict:
        """What is known of where the difference is 0."""
        return vanishes(self.formula.value, self.formula.domain)

    @property
    def is_zero(self) -> bool | None:
        """Whether the formulas are equal wherever both hold; None if that is not known.

        It is proved for each pair of residues of the symbols in floors, as an
        equality of polynomials; above 4,096 pairs it is not known.
        """
        return self.verdict.zero

    @property
    def counterexample(self) -> Point | None:
        """A point where the formulas differ; `is_least` tells whether it is known to be the least."""
        point = self.verdict.point
        if point is None:
            return None
        # What cancels out does not matter, but both formulas need a value for it.
        others = dict.fromkeys(self.one.required | self.two.required, 1)
        return dict(sorted({**others, **point}.items()))

    @property
    def is_least(self) -> bool:
        """Whether the counterexample is the least one, in the order of the symbols' names.

        That is not known where conditions on several symbols are in the way, where a symbol
        is Greek, and where it was found by trying, as it is where there are too many residues.
        """
        return self.verdict.least

    def signs(self, name: str, **others: object) -> Signs:
        """Return where the difference is negative, 0 and positive, by one symbol.

        Args:
            name: an integer symbol.
            **others: values of all others, or expressions in `name`.

        Raises:
            ArgumentError: if a symbol has no value, or `name` is Greek.
            LimitError: if that cannot be decided within the limits.
        """
        name = canonical(name)
        if is_rational(name):
            raise ArgumentError(f"signs are told by an integer symbol, not by {name}")
        formula = self.formula.on(**others)
        if missing := sorted(formula.required - {name}):
            raise ArgumentError(f"the signs by {name} need a value for {', '.join(missing)}")
        given: dict[str, Value] = {name: symbol(name)}
        conditions = [claim for c in formula.domain.conditions for claim in claims_of(c, given)]
        places = [
            solved([*conditions, Sign(value, relation)], name, Interval(1, None))
            for value, relation in (
                (-1 * formula.value, ">"),
                (formula.value, "="),
                (formula.value, ">"),
            )
        ]
        least = formula.domain.ranges.get(name, Range()).least
        return Signs(name, least, *places)

    def __str__(self) -> str:
        return str(self.formula)

    def __repr__(self) -> str:
        return f"<difference of {self.formula.quantity}: {self}, for {self.formula.domain}>"


def difference(one: Formula, two: Formula) -> Difference:
    """Return one formula minus another one; see `Formula.diff_with`.

    Raises:
        ArgumentError: if they are of different quantities.
        DomainError: if they have no input in common.
    """
    if one.quantity != two.quantity:
        raise ArgumentError(f"{one.quantity} and {two.quantity} are different quantities")
    one, two = _with_values_of(two, one), _with_values_of(one, two)
    formula = one - two
    for name, allowed in formula.domain.ranges.items():
        if not allowed.around(allowed.least):
            raise DomainError(f"there is no {name} for which both hold")
    return Difference(formula, one, two)


def _with_values_of(other: Formula, formula: Formula) -> Formula:
    """Return a formula with the values that symbols have in another one.

    Raises:
        DomainError: if they have other values already, or it does not hold for them.
    """
    bound = dict(formula.bound)
    for name, value in other.bound:
        if name in bound and bound[name] != value:
            values = f"{text(value)} in the one, and {text(bound[name])} in the other"
            raise DomainError(f"{name} is {values}")
    known = formula.accepted | formula.required | set(INPUT)
    return formula.on(**{n: v for n, v in other.bound if n in known and n not in bound})
