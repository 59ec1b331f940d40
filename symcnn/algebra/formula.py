"""A closed form together with the inputs for which it holds."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from typing import TYPE_CHECKING

from symcnn.algebra import printing
from symcnn.algebra.atoms import symbols_of
from symcnn.algebra.conditions import number_at
from symcnn.algebra.domain import Domain
from symcnn.algebra.evaluation import substitute
from symcnn.algebra.polynomials import Number, Value, checked
from symcnn.algebra.symbols import INPUT, canonical, exact
from symcnn.errors import ArgumentError

if TYPE_CHECKING:
    import sympy


@dataclass(frozen=True)
class Formula:
    """A quantity as an exact formula in the symbols of an architecture.

    Attributes:
        value: the closed form.
        quantity: what it counts, such as `params`; formulas of different
            quantities do not add up.
        domain: the inputs for which it holds.
        accepted: names of the symbols of the architecture, all of which may
            be given a value. C, H and W always may.
        bound: symbols that have a value already, which one that is given now
            may repeat but not contradict.

    Calling it with values by keyword evaluates it exactly:

    >>> import symcnn
    >>> params = symcnn.derive("conv3-64,pool,fc10").params
    >>> params(H=32, W=32, C=3), str(params), str(params.domain)
    (165642, '640*floor(H/2)*floor(W/2) + 576*C + 74', 'H, W ≥ 2')
    """

    value: Value
    quantity: str
    domain: Domain
    accepted: frozenset[str] = frozenset()
    bound: tuple[tuple[str, Value], ...] = ()

    def __call__(self, **values: object) -> int:
        """Evaluate at a point.

        Args:
            **values: exact values by symbol, Greek letters also by their
                English names.

        Raises:
            ArgumentError: if a symbol that matters has no value, a name is
                unknown, or a value is not exact.
            DomainError: if the point lies outside the domain.
        """
        point = self.point(values)
        missing = sorted(self.required - point.keys())
        if missing:
            raise ArgumentError(f"{self.quantity} needs a value for {', '.join(missing)}")
        self.domain.check(point)
        number = number_at(self.value, point)
        # A count is an integer on its domain; only a stride can be a fraction.
        return number if isinstance(number, int) else _fraction(number)

    @cached_property
    def required(self) -> frozenset[str]:
        """Names without which it has no value: in the form, or in its domain."""
        return symbols_of(self.value) | self.domain.symbols

    def point(self, values: "dict[str, object]") -> dict[str, Number]:
        """Return exact numbers by canonical names, refusing names it does not know."""
        point = exact_point(values, self.accepted | self.required)
        refuse_contradictions(self.bound, point)
        return point

    def at(self, **values: object) -> "Formula":
        """Put in values for some symbols; the others stay.

        Raises:
            ArgumentError: if a name is unknown or a value is not exact.
            DomainError: if what is given already lies outside the domain.
        """
        point = self.point(values)
        domain = self.domain.at(point)
        bound = (*self.bound, *point.items())
        return Formula(substitute(self.value, point), self.quantity, domain, self.accepted, bound)

    @cached_property
    def expr(self) -> "sympy.Expr":
        """The closed form as a sympy expression in plain symbols.

        The symbols are without assumptions, so that `sympy.symbols("H")` is
        the same symbol. The domain is not part of it.
        """
        from symcnn.algebra.to_sympy import to_sympy

        return to_sympy(self.value)

    @property
    def latex(self) -> str:
        """The closed form in LaTeX."""
        return printing.latex(self.value)

    @property
    def python(self) -> str:
        """The closed form as a Python expression of integer operations."""
        return printing.python(self.value)

    def __add__(self, other: "Formula") -> "Formula":
        """Add formulas of one quantity; the sum holds where both do."""
        return self._combined(other, 1)

    def __sub__(self, other: "Formula") -> "Formula":
        """Subtract formulas of one quantity."""
        return self._combined(other, -1)

    def _combined(self, other: "Formula", sign: int) -> "Formula":
        if self.quantity != other.quantity:
            raise ArgumentError(f"{self.quantity} and {other.quantity} are different quantities")
        return Formula(
            checked(self.value + sign * other.value),
            self.quantity,
            self.domain & other.domain,
            self.accepted | other.accepted,
            (*self.bound, *other.bound),
        )

    def __str__(self) -> str:
        return printing.text(self.value)

    def __repr__(self) -> str:
        return f"<{self.quantity}: {self}, for {self.domain}>"


def exact_point(values: "dict[str, object]", accepted: frozenset[str]) -> dict[str, Number]:
    """Return exact numbers by canonical names.

    Raises:
        ArgumentError: if a name is not among the accepted ones or C, H, W, is
            given twice, or its value is not exact.

    >>> exact_point({"alpha": "1/4"}, frozenset({"α"}))
    {'α': Fraction(1, 4)}
    """
    point: dict[str, Number] = {}
    for name, value in values.items():
        known = canonical(name)
        if known not in accepted and known not in INPUT:
            raise ArgumentError(
                f"there is no symbol {name} here", hint=f"known: {', '.join(sorted(accepted | set(INPUT)))}"
            )
        if known in point:
            raise ArgumentError(f"{known} is given twice")
        point[known] = exact(name, value)
    return point


def refuse_contradictions(bound: Iterable[tuple[str, Value]], point: Mapping[str, Number]) -> None:
    """Refuse a point that gives a bound symbol another value.

    Raises:
        ArgumentError: if it does.
    """
    for name, value in bound:
        if name in point and substitute(value, point) != point[name]:
            raise ArgumentError(f"{name} is {printing.text(value)} here, but {point[name]} is given")


def _fraction(number: Fraction) -> int:
    return number if number.denominator > 1 else number.numerator  # type: ignore[return-value]
