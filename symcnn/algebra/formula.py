"""A closed form together with the inputs for which it holds."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cached_property
from typing import TYPE_CHECKING, cast

from symcnn.algebra import printing
from symcnn.algebra.atoms import symbols_of
from symcnn.algebra.conditions import number_at
from symcnn.algebra.domain import Domain
from symcnn.algebra.evaluation import substitute
from symcnn.algebra.parts import Part, Parts, Term, by_term, parts_of
from symcnn.algebra.polynomials import Number, Value, checked, tidy
from symcnn.algebra.symbols import INPUT, canonical, exact
from symcnn.errors import ArgumentError

if TYPE_CHECKING:
    import sympy

    from symcnn.algebra.difference import Difference
    from symcnn.algebra.scaling import Scaling
    from symcnn.algebra.solution import Solution
    from symcnn.algebra.views import Collected


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
        parts: what it is the sum of, as far as that is known: the items of
            the string, or what returns them.

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
    parts: Parts = field(default=(), compare=False, repr=False)

    def __getstate__(self) -> dict[str, object]:
        """Return what is pickled: the parts themselves, since a function cannot be."""
        return {**self.__dict__, "parts": parts_of(self.parts)}

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
        # A count is an integer on its domain; only a stride can be a fraction, and is not worth a wider type.
        return cast("int", tidy(number_at(self.value, point)))

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
        return Formula(
            substitute(self.value, point),
            self.quantity,
            domain,
            self.accepted,
            bound,
            lambda: tuple(Part(label, substitute(part, point)) for label, part in parts_of(self.parts)),
        )

    def on(self, **values: object) -> "Formula":
        """Put expressions in the place of symbols: the same quantity on a lattice.

        Where the strides divide the extents, floors go, and a polynomial is
        left. The domain is said of the new symbols.

        Args:
            **values: expressions in the notation's language such as `"32*h"`,
                numbers, or other formulas.

        Raises:
            ArgumentError: if a name is unknown, or has a value already.
            NotationError: if a text is no expression.
            DomainError: if it holds for none of these values.

        >>> import symcnn
        >>> symcnn.derive("vgg16").params.on(H="32*h", W="32*w")
        <params: 2097152*h*w + 576*C + 35595368, for every input>
        """
        from symcnn.algebra.lattice import put

        return put(self, values)

    def square(self, side: object = "n") -> "Formula":
        """Return the formula for square inputs: H = W = `side`, a symbol or an expression.

        >>> import symcnn
        >>> symcnn.derive("conv3-64,pool,fc10").params.square("n")
        <params: 640*floor(n/2)**2 + 576*C + 74, for n ≥ 2>
        """
        return self.on(H=side, W=side)

    def collect(self, name: str) -> "Collected":
        """Return the formula as a polynomial in a symbol: coefficients by power.

        Args:
            name: the symbol, or a floor, power and the like as it is printed.

        Raises:
            ArgumentError: if that is no symbol and nothing of the kind.
            UnsupportedError: if the formula is no polynomial in it.

        >>> import symcnn
        >>> print(symcnn.derive("conv3-k,conv3-{2*k},fc10").params.at(H=8, W=8).collect("k"))
        18*k**2 + (9*C + 1283)*k + 10
        """
        from symcnn.algebra.views import collect

        return collect(self, name)

    def solve(
        self,
        unknown: str,
        /,
        at_most: object = None,
        at_least: object = None,
        equals: object = None,
        *,
        upto: object = None,
        **values: object,
    ) -> "Solution":
        """Return all values of a symbol for which the formula holds and keeps to budgets.

        Args:
            unknown: the symbol.
            at_most: the greatest amount: an integer, a fraction, or text such as `"1.7M"`.
            at_least: the least amount.
            equals: the amount.
            upto: the greatest value of the symbol to look at, if not all.
            **values: exact values of the other symbols, or expressions in the
                unknown such as `"2*n"`.

        Raises:
            ArgumentError: if no budget is given, or a symbol is unknown or has no value.
            LimitError: if it cannot be decided within the limits.
            UnsupportedError: if a rational unknown stands in what is not rounded.

        >>> import symcnn
        >>> print(symcnn.derive("vgg16").params.solve("H", equals=138_357_544, W="H", C=3))
        224 ≤ H ≤ 255
        """
        from symcnn.solving import Constraint, solve

        budgets = {"<=": at_most, ">=": at_least, "=": equals}
        constraints = [Constraint(self, r, bound) for r, bound in budgets.items() if bound is not None]
        return solve(constraints, unknown, values, upto=upto)

    def scaling(self) -> "Scaling":
        """Return how the formula grows with each of its symbols: degree and leading coefficient.

        >>> import symcnn
        >>> print(symcnn.derive("cifar_wide_resnet").params.scaling())
        parameters grow with the square of k, linearly in C, linearly in n; they do not depend on H, W
        """
        from symcnn.algebra.scaling import scaling

        return scaling(self)

    def elasticity(self, symbol: str, /, **values: object) -> int | Fraction:
        """Return ∂ log f / ∂ log x at a point, exactly: by how many percent f grows per percent of x.

        Args:
            symbol: the symbol x.
            **values: exact values of all symbols.

        Raises:
            ArgumentError: if a name is unknown, a value is missing or not exact, or the formula is 0 there.
            DomainError: if the point lies outside the domain.
            UnsupportedError: if the formula is no polynomial in the symbol.

        >>> import symcnn
        >>> symcnn.derive("conv3-k:nobias,conv3-k:nobias").params.elasticity("k", k=3, C=3)
        Fraction(3, 2)
        """
        from symcnn.algebra.scaling import elasticity

        return elasticity(self, symbol, values)

    def by_term(self) -> tuple[Term, ...]:
        r"""Return the terms of a total, each with the items that it comes from.

        Raises:
            UnsupportedError: if it is not known as a sum of items.

        >>> import symcnn
        >>> print(*symcnn.derive("conv3-64,pool,fc10").params.by_term(), sep="\n")
        640*floor(H/2)*floor(W/2)  from fc10: 640*floor(H/2)*floor(W/2)
        576*C  from conv3-64: 576*C
        74  from conv3-64: 64; fc10: 10
        """
        return by_term(self.value, self.parts, self.quantity)

    def diff_with(self, other: "Formula") -> "Difference":
        """Return this formula minus another one, with what can be said of where they differ.

        Raises:
            ArgumentError: if the other is no formula, or of another quantity,
                or a symbol has different values in them.
            DomainError: if they have no input in common.

        >>> import symcnn
        >>> one, two = (symcnn.derive(text).params for text in ("conv3-64x2", "conv3-64,conv3-64"))
        >>> one.diff_with(two).is_zero
        True
        """
        from symcnn.algebra.difference import difference

        if not isinstance(other, Formula):  # pyright: ignore[reportUnnecessaryIsInstance] - not all who call check types
            raise ArgumentError(f"a formula differs from a formula, not from {type(other).__name__}")
        return difference(self, other)

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
            lambda: _joined(self.parts, other.parts, sign),
        )

    def __str__(self) -> str:
        return printing.text(self.value)

    def __repr__(self) -> str:
        return f"<{self.quantity}: {self}, for {self.domain}>"


def _joined(one: Parts, two: Parts, sign: int) -> tuple[Part, ...]:
    """Return the parts of a sum or difference of formulas."""
    return (*parts_of(one), *(Part(label, sign * value) for label, value in parts_of(two)))


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
