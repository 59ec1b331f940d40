"""Conditions with other values in the place of their symbols, against putting in numbers."""

from fractions import Fraction
from itertools import product

import pytest
from conditions import at_most, bound, compared, guarded, members, residues, whole

from symcnn.algebra.arithmetic import divide, floor_div, modulo, power
from symcnn.algebra.atoms import symbol
from symcnn.algebra.conditions import Bound, Comparison, Members, Origin, Residues, number_at
from symcnn.algebra.requirements import ImpossibleError, Requirements
from symcnn.algebra.restating import restate

H, h, k, m, n, alpha = (symbol(name) for name in ("H", "h", "k", "m", "n", "α"))
CONDITIONS = [
    bound("H", 5),
    at_most("H", 9),
    residues("H", 4, 0),
    residues("H", 4, 1, 2),
    residues("H", 6, 3),
    members("H", 3, 6, 8),
    members("H", 4),
    compared(H, n + 2),
    compared(H, 2 * n, "="),
    compared(7, H),
    whole(divide(H, 3)),
    whole(divide(H, n)),
    guarded(n, 2, bound("H", 6)),
    guarded(H, 5, bound("n", 3)),
    bound("n", 3),
]
GIVEN = [
    h,
    2 * h,
    3 * h + 1,
    h + 3,
    floor_div(h, 2) + 1,
    modulo(h, 3) + 1,
    divide(h, 2),
    divide(h * h + h, 2),
    h * k,
    h + k,
    h * k + 1,
    4 * h * k,
    power(2, h),
    4 * alpha,
    8 + 0 * h,
]


@pytest.mark.parametrize("given", GIVEN, ids=str)
@pytest.mark.parametrize("condition", CONDITIONS, ids=str)
def test_it_holds_where_the_condition_holds_of_what_is_put_in(condition, given):
    names = ("h", "k", "n", "α")
    requirements = Requirements()
    points = [
        dict(zip(names, p, strict=True))
        for p in product(range(1, 9), range(1, 4), (1, 2, 4), (1, Fraction(3, 2), Fraction(1, 4)))
    ]
    good = []
    for point in points:
        number = number_at(given, point)
        whole = Fraction(number).denominator == 1
        # Of what is no integer it is required elsewhere that it is one.
        if whole or not isinstance(condition, Residues | Members):
            good.append(condition.holds({"H": number, "n": point["n"]}))
        else:
            good.append(False)
    try:
        restate(requirements, condition, {"H": given})
    except ImpossibleError:
        assert not any(good)
        return
    domain = requirements.domain()
    assert [point in domain for point in points] == good


def test_what_has_none_of_the_symbols_stays():
    requirements = Requirements()
    condition = Comparison(Origin(text="conv"), "too small", k, "≥", n)
    restate(requirements, condition, {"H": h})
    assert requirements.domain().conditions == (condition,)
    assert requirements.domain().conditions[0].problem == "too small"


def test_problems_and_maps_are_told_at_the_old_symbols():
    def problem(values):
        return f"fails at {dict(sorted(values.items()))}"

    requirements = Requirements()
    condition = Bound(Origin(shape=(m, H, n)), problem, "H", 9)
    restate(requirements, condition, {"H": 2 * h, "m": k * n})
    (kept,) = requirements.domain().conditions
    assert kept.origin.shape == (k * n, 2 * h, n)
    assert kept.problem({"h": 3, "n": 2}) == "fails at {'H': 6, 'h': 3, 'n': 2}"
