"""Values as sympy expressions that sympy users can go on with."""

from typing import TYPE_CHECKING, Any

from symcnn.algebra.atoms import (
    Atom,
    Ceil,
    Differs,
    Exponential,
    Floor,
    Greatest,
    Least,
    Maximum,
    Reaches,
    RoundTo,
    Summation,
    Symbol,
    all_atoms,
)
from symcnn.algebra.polynomials import Value, terms_of
from symcnn.algebra.styles import index
from symcnn.errors import UnsupportedError

if TYPE_CHECKING:
    import sympy


def to_sympy(value: Value) -> "sympy.Expr":
    """Return a value as a sympy expression in plain symbols, without assumptions."""
    made: dict[Atom, Any] = {}
    for atom in all_atoms(value):
        made[atom] = _sympy_atom(atom, made)
    return _sympy_sum(value, made)


def _sympy_sum(value: Value, made: dict[Atom, Any]) -> "sympy.Expr":
    from sympy import Add, Mul, Pow, Rational

    return Add(
        *(
            Mul(Rational(c.numerator, c.denominator), *(Pow(made[atom], exponent) for atom, exponent in m))
            for m, c in terms_of(value).items()
        )
    )


def _sympy_atom(atom: Atom, made: dict[Atom, Any]) -> Any:
    import sympy

    if isinstance(atom, Symbol):
        return sympy.Symbol(index(atom.name))
    parts: list[Any] = [_sympy_sum(v, made) for v in atom.values()]
    match atom:
        case Floor():
            return sympy.floor(parts[0] / parts[1])
        case Ceil():
            return sympy.ceiling(parts[0] / parts[1])
        case Least():
            return sympy.Min(*parts)
        case Greatest():
            return sympy.Max(*parts)
        case Exponential():
            return parts[0] ** parts[1]
        case Differs():
            unequal: Any = [sympy.Ne(p, 0) for p in parts]
            return sympy.Piecewise((1, sympy.Or(*unequal)), (0, True))
        case Reaches():
            return sympy.Piecewise((1, parts[0] >= 0), (0, True))
        case RoundTo():
            x, m = parts
            nearest = sympy.Max(m, m * sympy.floor((x + m / 2) / m))
            return nearest + m * sympy.Piecewise((1, 10 * nearest < 9 * x), (0, True))
        case Summation():
            return sympy.Sum(parts[3], tuple(parts[:3]))
        case Maximum():
            raise UnsupportedError("sympy has no maximum over a symbolic range")
        case _:
            return parts[0]
