"""How values are written: one walk, in the style of text, LaTeX or Python."""

from typing import Final

from symcnn.algebra.arithmetic import cleared, is_whole
from symcnn.algebra.atoms import (
    Atom,
    Ceil,
    Differs,
    Exponential,
    Floor,
    Greatest,
    Least,
    OverPasses,
    Reaches,
    RoundTo,
    Summation,
    Symbol,
    Unit,
    all_atoms,
)
from symcnn.algebra.polynomials import Number, Poly, Value, denominator, terms_of
from symcnn.algebra.styles import LATEX, PYTHON, TEXT, Style, divisor

Monomial = tuple[tuple[Atom, int], ...]
Written = dict[Atom, str]


def text(value: Value) -> str:
    """Write a value in the notation's expression language.

    >>> from symcnn.algebra.atoms import symbol
    >>> text(2 * symbol("k") - 3)
    '2*k - 3'
    """
    return write(value, TEXT)


def latex(value: Value) -> str:
    """Write a value in LaTeX."""
    return write(value, LATEX)


def python(value: Value) -> str:
    """Write an integer value in Python, exactly: one integer division, last.

    A fraction inside of a minimum and the like is written `Fraction(a, b)`.

    >>> from symcnn.algebra.arithmetic import divide
    >>> from symcnn.algebra.atoms import symbol
    >>> python(divide(symbol("k") + symbol("m"), 2))
    '(k + m)//2'
    """
    top, bottom = cleared(value)
    written = write(top, PYTHON)
    if bottom == 1:
        return written
    above = written if written.isalnum() else f"({written})"
    return f"{above}//{divisor(write(bottom, PYTHON))}"


def write(value: Value, style: Style) -> str:
    """Write a value in a style."""
    written: Written = {}
    for atom in all_atoms(value):
        written[atom] = _atom(atom, style, written)
    return _sum(value, style, written)


def _atom(atom: Atom, style: Style, written: Written) -> str:
    if isinstance(atom, Symbol):
        return style.symbol(atom.name)
    if isinstance(atom, Floor):
        return _floor(atom, style, written)
    if isinstance(atom, Differs | Reaches):
        sides = [_sides(v, style, written) for v in atom.values()]
        return style.bracket(sides, isinstance(atom, Differs))
    parts = [_sum(v, style, written) for v in atom.values()]
    if isinstance(atom, Ceil):
        return style.ceil(parts[0], parts[1])
    if isinstance(atom, Exponential):
        return style.power(parts[0], parts[1])
    if isinstance(atom, Unit):
        return parts[0]
    if isinstance(atom, OverPasses):
        return style.over("sum" if isinstance(atom, Summation) else "max", parts)
    return style.call(FUNCTION_NAMES[type(atom)], parts)


FUNCTION_NAMES: Final[dict[type[Atom], str]] = {Least: "min", Greatest: "max", RoundTo: "round_to"}


def _floor(atom: Floor, style: Style, written: Written) -> str:
    """Write ⌊x/m⌋, or as the ceiling ⌈(x−m+1)/m⌉ where that numerator is shorter."""
    top, bottom = atom.values()
    below = _sum(bottom, style, written)
    for_floor = _sum(top, style, written)
    if is_whole(top) and is_whole(bottom):
        for_ceil = _sum(top - bottom + 1, style, written)
        if len(for_ceil) < len(for_floor):
            return style.ceil(for_ceil, below)
    return style.floor(for_floor, below)


def _sides(difference: Value, style: Style, written: Written) -> tuple[str, str]:
    """Split a difference at its signs: 16*k − 16 is `16*k` and `16`."""
    sides: list[Value] = [0, 0]
    for monomial, c in terms_of(difference).items():
        sides[c < 0] = sides[c < 0] + Poly({monomial: abs(c)}) if monomial else sides[c < 0] + abs(c)
    return _sum(sides[0], style, written), _sum(sides[1], style, written)


def _power(atom: Atom, exponent: int, style: Style, written: Written) -> str:
    """Write a power of an atom; one of a power as one: (2**n)**2 is 2**(2*n)."""
    if exponent == 1:
        return written[atom]
    if isinstance(atom, Exponential):
        base, inner = atom.values()
        return style.power(_sum(base, style, written), _sum(exponent * inner, style, written))
    return style.power(written[atom], str(exponent))


def in_order(value: Value) -> list[tuple[Monomial, Number]]:
    """Return the terms as they are printed: by falling degree, then by name."""
    return sorted(terms_of(value).items(), key=lambda term: _rank(term[0]))


def _rank(monomial: Monomial) -> tuple[int, list[tuple[str, int]]]:
    return -sum(exponent for _, exponent in monomial), sorted((a.rank, -e) for a, e in monomial)


def _sum(value: Value, style: Style, written: Written) -> str:
    """Write a sum, over the common denominator of its coefficients; it starts with a plus if it can."""
    shared = denominator(value)
    terms = in_order(value)
    lead = next((term for term in terms if term[1] > 0), None)
    out = ""
    for monomial, c in [lead, *(term for term in terms if term is not lead)] if lead else terms:
        term = _term(abs(c) * shared, monomial, style, written)
        sign = "-" if c < 0 else "+"
        out += f" {sign} {term}" if out else f"-{term}" if c < 0 else term
    if not out:
        return "0"
    return out if shared == 1 else style.fraction(out, str(shared))


def _term(coefficient: Number, monomial: Monomial, style: Style, written: Written) -> str:
    factors = [str(coefficient)] if coefficient != 1 else []
    below: list[str] = []
    for atom, exponent in sorted(monomial, key=lambda power: power[0].rank):
        name = _power(atom, abs(exponent), style, written)
        if isinstance(atom, Unit) and (exponent == 1 or (exponent == -1 and len(monomial) > 1)):
            name = f"({name})"
        (factors if exponent > 0 else below).append(name)
    top = style.times(factors) or "1"
    return style.fraction(top, style.times(below)) if below else top
