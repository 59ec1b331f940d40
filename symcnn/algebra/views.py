"""A formula as a polynomial in one of its symbols."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from symcnn.algebra.arithmetic import power
from symcnn.algebra.atoms import Atom, Symbol, atom_value
from symcnn.algebra.formula import Formula
from symcnn.algebra.lattice import read
from symcnn.algebra.polynomials import Monomial, Number, Poly, Value, terms_of, value_of
from symcnn.algebra.printing import text
from symcnn.algebra.requirements import Requirements
from symcnn.algebra.styles import is_sum
from symcnn.errors import ArgumentError, UnsupportedError


@dataclass(frozen=True, repr=False)
class Collected(Mapping[int, Formula]):
    """A formula as a polynomial in one symbol: coefficients by power, the highest first.

    Attributes:
        variable: the symbol.
        formula: the formula.
        coefficients: the coefficients by power; those that are 0 are left out.
    """

    variable: Value
    formula: Formula
    coefficients: Mapping[int, Value]

    def __getitem__(self, exponent: int) -> Formula:
        """Return the coefficient of a power, as a formula with the same domain."""
        return replace(self.formula, value=self.coefficients[exponent], parts=())

    def __iter__(self) -> Iterator[int]:
        return iter(self.coefficients)

    def __len__(self) -> int:
        return len(self.coefficients)

    def __str__(self) -> str:
        out = ""
        for exponent, coefficient in self.coefficients.items():
            term, negative = _term(self.variable, exponent, coefficient)
            sign = "-" if negative else "+"
            out += f" {sign} {term}" if out else f"-{term}" if negative else term
        return out or "0"

    def __repr__(self) -> str:
        return f"<{self.formula.quantity} in {text(self.variable)}: {self}, for {self.formula.domain}>"


def collect(formula: Formula, name: str) -> Collected:
    """Return a formula as a polynomial in a symbol; see `Formula.collect`.

    Raises:
        ArgumentError: if `name` is no symbol, floor, power or the like.
        UnsupportedError: if the formula is no polynomial in it.
    """
    atom = _atom(name)
    known = formula.accepted | formula.required
    if isinstance(atom, Symbol) and known and atom.name not in known:
        raise ArgumentError(f"there is no symbol {name} here", hint=f"known: {', '.join(sorted(known))}")
    powers: dict[int, dict[Monomial, Number]] = {}
    for monomial, c in terms_of(formula.value).items():
        rest = tuple(part for part in monomial if part[0] is not atom)
        powers.setdefault(dict(monomial).get(atom, 0), {})[rest] = c
    ordered = {exponent: value_of(powers[exponent]) for exponent in sorted(powers, reverse=True)}
    if isinstance(atom, Symbol):
        _refuse_hidden(formula, atom.name, ordered.values())
    return Collected(atom_value(atom), formula, ordered)


def _atom(name: str) -> Atom:
    """Return what a text names, if it is indivisible."""
    value = read(name, name, Requirements())
    atoms = list(value.atoms()) if isinstance(value, Poly) else []
    if len(atoms) != 1 or value != atom_value(atoms[0]):
        raise ArgumentError(
            f"a formula is collected by a symbol, not by {name}", hint='as in "k", "floor(H/32)" or "2**n"'
        )
    return atoms[0]


def _refuse_hidden(formula: Formula, name: str, coefficients: Iterable[Value]) -> None:
    """Refuse a symbol that stands inside of floors and the like, too."""
    atoms = {a for c in coefficients if isinstance(c, Poly) for a in c.atoms() if name in a.symbols}
    if atoms:
        inside = text(atom_value(min(atoms, key=lambda atom: atom.rank)))
        hint = f'put in an expression, as in on({name}="32*{name.lower()}"), or collect by "{inside}"'
        raise UnsupportedError(f"this is no polynomial in {name}: it has {inside}", hint=hint)


def _term(variable: Value, exponent: int, coefficient: Value) -> tuple[str, bool]:
    """Write a term without its sign, and tell whether that is a minus."""
    terms = terms_of(coefficient)
    negative = len(terms) == 1 and next(iter(terms.values())) < 0
    factor = text(-1 * coefficient if negative else coefficient)
    if exponent == 0:
        return factor, negative
    raised = text(power(variable, abs(exponent)))
    factor = f"({factor})" if is_sum(factor) else factor
    if exponent < 0:
        return f"{factor}/{raised}", negative
    return (raised if factor == "1" else f"{factor}*{raised}"), negative
