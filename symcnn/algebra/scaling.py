"""How a formula grows with each of its symbols, and by how much per percent at a point.

Growth is for large values of one symbol, the others fixed: a floor or a
rounding grows as what is rounded, a bracket has the value that it ends up with.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Final, NamedTuple

from symcnn.algebra.arithmetic import divide, power
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
    all_atoms,
    atom_value,
    symbols_of,
)
from symcnn.algebra.conditions import number_at
from symcnn.algebra.formula import Formula
from symcnn.algebra.polynomials import Monomial, Number, Value, terms_of, tidy, total, value_of
from symcnn.algebra.printing import text
from symcnn.algebra.signs import surely_positive
from symcnn.algebra.sums import Passes, sum_over
from symcnn.algebra.symbols import INPUT, canonical
from symcnn.errors import ArgumentError, UnsupportedError

NAMES: Final[Mapping[str, str]] = {"params": "parameters", "macs": "MACs"}
"""Quantities in words, where they are not their names."""

SINGULAR: Final = ("memory", "peak_memory", "normalization", "size", "stride", "receptive_field")
"""What the names of quantities that are one thing begin with."""

POWERS: Final[Mapping[int, str]] = {1: "linearly in", 2: "with the square of", 3: "with the cube of"}
"""Powers in words."""


@dataclass(frozen=True)
class Growth:
    """How a formula grows with one symbol.

    Attributes:
        degree: the exponent of the leading term; None where it is no polynomial.
        leading: the coefficient of that power, a formula in the other symbols; None as above.
        bases: where it is exponential, the bases of the powers, as values.
    """

    degree: int | None
    leading: Formula | None
    bases: tuple[Value, ...] = ()

    def words(self, name: str) -> str:
        """Return the growth in words, as "with the square of k"."""
        if self.bases:
            return f"exponentially in {name}, with base {', '.join(map(text, self.bases))}"
        if self.degree is None:
            return f"with no power of {name}"
        return POWERS.get(self.degree, f"with power {self.degree} of") + f" {name}"


@dataclass(frozen=True, repr=False)
class Scaling(Mapping[str, Growth]):
    """How a formula grows with each symbol.

    >>> import symcnn
    >>> scaling = symcnn.derive("conv3-k,(conv3-k)xn").params.scaling()
    >>> print(scaling)
    parameters grow with the square of k, linearly in C, linearly in n; they do not depend on H, W
    >>> scaling["k"].degree, str(scaling["k"].leading)
    (2, '9*n')
    """

    formula: Formula
    growths: Mapping[str, Growth]

    def __getitem__(self, name: str) -> Growth:
        return self.growths[canonical(name)]

    def __iter__(self) -> Iterator[str]:
        return iter(self.growths)

    def __len__(self) -> int:
        return len(self.growths)

    def __str__(self) -> str:
        quantity = self.formula.quantity
        what, one = NAMES.get(quantity, quantity.replace("_", " ")), quantity.startswith(SINGULAR)
        moving = sorted((name for name, growth in self.items() if growth.degree != 0), key=self.order)
        inside = symbols_of(self.formula.value)
        still = [name for name in self if name not in moving]
        parts = (
            (("grow", "grows"), [self.growths[name].words(name) for name in moving]),
            (("tend to a limit in", "tends to a limit in"), [name for name in still if name in inside]),
            (("do not depend on", "does not depend on"), [name for name in still if name not in inside]),
        )
        says = [f"{verbs[one]} {', '.join(words)}" for verbs, words in parts if words]
        joined = f"; {'it' if one else 'they'} ".join(says)
        return f"{what} {joined or ('is' if one else 'are') + ' constant'}"

    def order(self, name: str) -> tuple[int, str]:
        """Return the key that puts symbols with which the formula grows most first."""
        growth = self.growths[name]
        return -(10**6) if growth.bases else -(growth.degree or 0), name

    def __repr__(self) -> str:
        return f"<scaling: {self}>"


def scaling(formula: Formula) -> Scaling:
    """Return how a formula grows with each of its symbols, and with C, H and W."""
    names = sorted(formula.required | set(INPUT) - {name for name, _ in formula.bound})
    return Scaling(formula, {name: _growth(formula, name) for name in names})


class Lead(NamedTuple):
    """The leading term in one symbol."""

    degree: int
    coefficient: Value


def _growth(formula: Formula, name: str) -> Growth:
    powers = {a for a in all_atoms(formula.value) if isinstance(a, Exponential) and _is_power_in(a, name)}
    if powers:
        plain = {a for monomial in terms_of(formula.value) for a, e in monomial if e > 0}
        # What divides by a power, or holds one inside of a floor or a sum, may shrink, too.
        bases = [a.values()[0] for a in powers] if powers <= plain - _inside(plain) else ()
        return Growth(None, None, tuple(dict.fromkeys(sorted(bases, key=text))))
    lead = _lead(formula.value, name)
    if lead is None:
        return Growth(None, None)
    return Growth(lead.degree, replace(formula, value=lead.coefficient, parts=()))


def _is_power_in(atom: Exponential, name: str) -> bool:
    return name in symbols_of(atom.values()[1])


def _inside(atoms: Iterable[Atom]) -> set[Atom]:
    """Return the atoms inside of others, at any depth."""
    return {inner for atom in atoms for inner in all_atoms(*atom.values())}


def _lead(value: Value, name: str) -> Lead | None:
    """Return the leading term of a value for large values of a symbol; None where there is no such."""
    by_degree: dict[int, list[Value]] = {}
    for monomial, c in terms_of(value).items():
        term = Lead(0, c)
        for atom, exponent in monomial:
            factor = _atom_lead(atom, name)
            if factor is None:
                return None
            coefficient = _raised(factor.coefficient, exponent)
            term = Lead(term.degree + factor.degree * exponent, term.coefficient * coefficient)
        by_degree.setdefault(term.degree, []).append(term.coefficient)
    degree = max(by_degree, default=0)
    coefficient = total(by_degree.get(degree, ()))
    # Where leading terms cancel, what the floors leave out decides.
    return Lead(degree, coefficient) if coefficient != 0 or not by_degree else None


def _raised(value: Value, exponent: int) -> Value:
    return divide(1, power(value, -exponent)) if exponent < 0 else power(value, exponent)


def _atom_lead(atom: Atom, name: str) -> Lead | None:
    if name not in atom.symbols:
        return Lead(0, atom_value(atom))
    match atom:
        case Symbol():
            return Lead(1, 1)
        case Floor() | Ceil():
            top, bottom = (_lead(inner, name) for inner in atom.values())
            if top is None or bottom is None or top.degree <= bottom.degree:
                return None
            return Lead(top.degree - bottom.degree, divide(top.coefficient, bottom.coefficient))
        case Least() | Greatest():
            return _extreme_lead([_lead(inner, name) for inner in atom.values()], isinstance(atom, Greatest))
        case Summation():
            return _sum_lead(atom, name)
        case RoundTo():
            inner, step = atom.values()
            lead = _lead(inner, name)
            return lead if lead and lead.degree > 0 and name not in symbols_of(step) else None
        case Reaches() | Differs():
            leads = [_lead(inner, name) for inner in atom.values()]
            sure = [x for x in leads if x and x.degree > 0 and surely_positive(x.coefficient)]
            return Lead(0, 1) if sure else None
        case _:
            return None


def _extreme_lead(leads: list[Lead | None], largest: bool) -> Lead | None:
    """Return the leading term of what is the least or greatest in the end, where signs show it."""
    known = [lead for lead in leads if lead and (lead.degree == 0 or surely_positive(lead.coefficient))]
    degrees = sorted({lead.degree for lead in known})
    if len(degrees) < len(leads):
        return None
    return next(lead for lead in known if lead.degree == degrees[-1 if largest else 0])


def _sum_lead(atom: Summation, name: str) -> Lead | None:
    """Return the sum of leading terms, where the number of summands is fixed."""
    index, first, last, value = atom.values()
    lead = _lead(value, name)
    if lead is None or name in symbols_of(last) or not isinstance(first, int):
        return None
    (known,) = symbols_of(index)
    return Lead(lead.degree, sum_over(Passes(known, first, last), lead.coefficient))


def elasticity(formula: Formula, name: str, values: dict[str, object]) -> Number:
    """Return ∂ log f / ∂ log x at a point, exactly; see `Formula.elasticity`.

    Raises:
        ArgumentError: if a name is unknown, a value is missing or not exact, or the formula is 0 there.
        DomainError: if the point lies outside the domain.
        UnsupportedError: if the formula is no polynomial in the symbol.
    """
    known = canonical(name)
    at = formula(**values)
    point = formula.point(values)
    if known not in point:
        raise ArgumentError(f"no value is given for {name}")
    if at == 0:
        raise ArgumentError(f"the {formula.quantity} are 0 there, so that they have no elasticity")
    parts = [_derived(monomial, c, known) for monomial, c in terms_of(formula.value).items()]
    change = number_at(total(parts), point)
    return tidy(Fraction(change) / at)


def _derived(monomial: Monomial, c: Number, name: str) -> Value:
    """Return x times the derivative of a term by x: the term times its exponent."""
    exponent = 0
    for atom, e in monomial:
        if name not in atom.symbols:
            continue
        if not isinstance(atom, Symbol):
            inside = text(atom_value(atom))
            raise UnsupportedError(f"this is no polynomial in {name}: it has {inside}")
        exponent = e
    return value_of({monomial: c * exponent})
