"""Inverse problems: which values of a symbol keep a network within its budgets.

Budgets are on formulas; the values are given exactly, and may be tied to the
unknown, as in `H = W = n`.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from symcnn.algebra.claims import Claim
from symcnn.algebra.conditions import number_at
from symcnn.algebra.evaluation import substitute
from symcnn.algebra.formula import Formula
from symcnn.algebra.intervals import Interval, joined
from symcnn.algebra.inverse import solved
from symcnn.algebra.polynomials import Number
from symcnn.algebra.rationals import solved_rational
from symcnn.algebra.solution import BoxSolution, Point, Solution
from symcnn.algebra.symbols import canonical, exact, is_rational
from symcnn.budgets import Constraint, claims_for, given_values, known_symbols, refuse_missing
from symcnn.errors import ArgumentError, LimitError

MAX_BOX: Final = 1_000_000
"""Points of a box that is searched."""


def solve(
    constraints: Sequence[Constraint],
    unknown: str,
    values: Mapping[str, object] | None = None,
    *,
    upto: object = None,
) -> Solution:
    """Return all values of a symbol that satisfy constraints and the domains of their formulas.

    Args:
        constraints: what is to hold, at least one.
        unknown: the symbol.
        values: exact values of the other symbols, or expressions in the unknown such as `"2*n"`.
        upto: the greatest value to look at; without it, all values are decided on, or it is an error.

    Raises:
        ArgumentError: if a symbol is unknown or has no value, or no constraint is given.
        LimitError: if it cannot be decided within the limits.
        UnsupportedError: if a rational unknown stands in what is not rounded.

    >>> import symcnn
    >>> params = symcnn.derive("vgg16").params
    >>> str(solve([Constraint(params, "=", 138357544)], "n", {"H": "n", "W": "n", "C": 3}))
    '224 ≤ n ≤ 255'
    """
    name = canonical(unknown)
    claims = claims_for(constraints, (name,), values or {})
    most = None if upto is None else exact(name, upto)
    if is_rational(name):
        return Solution(name, solved_rational(claims, name, most), most)
    return Solution(name, solved(claims, name, Interval(1, None if most is None else int(most))), most)


def solve_box(
    constraints: Sequence[Constraint],
    box: Mapping[str, tuple[int, int]],
    values: Mapping[str, object] | None = None,
) -> BoxSolution:
    """Return all points of a box of two integer symbols that satisfy constraints and domains.

    Args:
        constraints: what is to hold, at least one.
        box: the least and the greatest value to look at, by symbol.
        values: exact values of the other symbols, or expressions in the unknowns.

    Raises:
        ArgumentError: as `solve` does, and if the box is none of two integer symbols.
        LimitError: if the box has too many points.

    >>> import symcnn
    >>> params = symcnn.derive("conv3-k,(conv3-k)xn").params
    >>> solve_box([Constraint(params, "<=", 2000)], {"n": (1, 9), "k": (1, 64)}, {"C": 3}).front
    ((9, 4), (8, 5), (5, 6), (4, 7), (3, 8), (2, 9), (1, 13))
    """
    names = tuple(canonical(name) for name in box)
    if len(names) != 2 or names[0] == names[1] or any(map(is_rational, names)):
        raise ArgumentError("a box is one of two integer symbols", hint='as in {"n": (1, 50), "k": (1, 64)}')
    sides = [
        (int(exact(n, low)), int(exact(n, high))) for n, (low, high) in zip(names, box.values(), strict=True)
    ]
    lengths = [max(high - low + 1, 0) for low, high in sides]
    if lengths[0] * lengths[1] > MAX_BOX:
        raise LimitError(f"a box has more than {MAX_BOX:,} points")
    claims = claims_for(constraints, names, values or {})
    if lengths[0] <= lengths[1]:
        rows = _rows(claims, names[0], sides[0], names[1], sides[1])
    else:
        columns = _rows(claims, names[1], sides[1], names[0], sides[0])
        rows = _turned(columns, sides[0])
    return BoxSolution((names[0], names[1]), (sides[0], sides[1]), rows)


def evaluated(formula: Formula, point: Mapping[str, Number], values: Mapping[str, object]) -> Number:
    """Evaluate a formula at a solution, with the values that it was found for.

    Raises:
        ArgumentError: if a symbol is unknown or has no value.

    >>> import symcnn
    >>> evaluated(symcnn.derive("conv3-k").params, {"k": 64}, {"C": 3})
    1792
    """
    given, _ = given_values(known_symbols([formula]), tuple(point), values)
    refuse_missing([formula], given)
    return number_at(substitute(formula.value, given), point)


Rows = tuple[tuple[int, tuple[Interval, ...]], ...]


def _rows(claims: Iterable[Claim], outer: str, over: Point, inner: str, within: Point) -> Rows:
    """Solve for one symbol at each value of the other."""
    asked = list(claims)
    rows = (
        (n, solved([claim.put({outer: n}) for claim in asked], inner, Interval(*within)))
        for n in range(over[0], over[1] + 1)
    )
    return tuple((n, found) for n, found in rows if found and within[0] <= within[1])


def _turned(columns: Rows, over: Point) -> Rows:
    """Exchange the symbols of a box."""
    rows = (
        (n, joined(Interval(k, k) for k, found in columns if any(n in part for part in found)))
        for n in range(over[0], over[1] + 1)
    )
    return tuple((n, found) for n, found in rows if found)
