"""Claims, progressions and rationals apart from networks."""

from fractions import Fraction

import pytest

from symcnn.algebra import inverse
from symcnn.algebra.arithmetic import differs, divide, floor_div, least, reaches, round_to
from symcnn.algebra.atoms import symbol
from symcnn.algebra.claims import OneOf, Periodic, Sign, Unless, claims_of, period_of
from symcnn.algebra.conditions import (
    AtMost,
    Bound,
    Comparison,
    Guarded,
    Members,
    Origin,
    Residues,
    Whole,
)
from symcnn.algebra.intervals import Interval
from symcnn.algebra.inverse import solved
from symcnn.algebra.rationals import solved_rational
from symcnn.algebra.solution import Solution
from symcnn.errors import LimitError

X, A = symbol("x"), symbol("α")
NAMED = Origin(), ""


@pytest.mark.parametrize(
    "condition",
    [
        Bound(*NAMED, "x", 5),
        AtMost(*NAMED, "x", 9),
        Residues(*NAMED, "x", 4, frozenset((1, 2))),
        Members(*NAMED, "x", frozenset((2, 7, 11))),
        Comparison(*NAMED, X * X, "≥", 40),
        Comparison(*NAMED, floor_div(X, 2), "=", 4),
        Whole(*NAMED, divide(X * X + X, 6)),
        Guarded(*NAMED, X, 6, Bound(*NAMED, "x", 9)),
        Guarded(*NAMED, X, 6, Residues(*NAMED, "x", 3, frozenset((0,)))),
    ],
)
def test_claims_say_what_conditions_say(condition):
    claims = list(claims_of(condition, {"x": X}))
    found = solved(claims, "x", Interval(1, 40))
    for n in range(1, 41):
        assert (
            condition.holds({"x": n})
            == any(n in part for part in found)
            == all(c.holds("x", n) for c in claims)
        )


def test_what_is_no_claim_and_no_condition():
    with pytest.raises(TypeError):
        list(claims_of(None, {}))
    with pytest.raises(TypeError):
        solved([None], "x", Interval(1, None))
    with pytest.raises(TypeError):
        solved_rational([None], "α", None)


def test_rounding_to_multiples_is_whole_by_its_form():
    assert solved([Periodic(divide(round_to(3 * X, 8), 4))], "x", Interval(1, None)) == (Interval(1, None),)


@pytest.mark.parametrize(
    "value",
    [divide(round_to(X, 8), 16), divide(1, X), divide(floor_div(X * X, 3), 2), round_to(X, X) * divide(1, 3)],
)
def test_values_without_a_period_are_tried_one_by_one(value):
    claim = Periodic(value)
    assert period_of(value) is None
    found = solved([claim], "x", Interval(1, 90))
    assert [n for n in range(1, 91) if any(n in part for part in found)] == [
        n for n in range(1, 91) if claim.holds("x", n)
    ]
    with pytest.raises(LimitError):
        solved([claim], "x", Interval(1, None))


def test_division_by_zero_holds_nowhere():
    assert not Periodic(divide(1, X - 3)).holds("x", 3)
    assert not Sign(divide(1, X - 3), "≥").holds("x", 3)


def test_too_many_progressions_are_refused():
    many = frozenset(range(0, 60_000, 3)) | frozenset((1, 5, 60_001))
    with pytest.raises(LimitError, match="10,000 intervals"):
        solved([Periodic(X, 90_001, many)], "x", Interval(1, None))


def test_a_progression_that_cannot_be_split_further_is_scanned(monkeypatch):
    # One interval is all that may be looked at, so that nothing is proved.
    monkeypatch.setattr(inverse, "MAX_CELLS", 1)
    claim = Sign(floor_div(X, 2) * 2 - X, "=")
    assert [part.first for part in solved([claim], "x", Interval(1, 9))] == [2, 4, 6, 8]
    with pytest.raises(LimitError, match="100,000 values"):
        solved([Sign(X * X - 9 * X + 3, ">")], "x", Interval(1, None))


RATIONALS = [Fraction(p, q) for q in (1, 2, 3, 4, 5, 7, 8) for p in range(1, 5 * q)]


@pytest.mark.parametrize(
    "claims",
    [
        [OneOf(floor_div(3 * A, 1), frozenset((2, 5)))],
        [OneOf(3 * A, frozenset((2, 5)))],
        [Unless(Sign(A - 2, "≥"), Sign(floor_div(2 * A, 1) - 1, "="))],
        [Sign(reaches(2 * A, 3) + differs((4 * A - 3,)) - 1, "=")],
        [Sign(least((2 * A, 3)) - 1, "≥"), Sign(4 - A, "≥")],
        [Periodic(divide(floor_div(4 * A, 1), 2)), Sign(3 - A, ">")],
        [Sign(least((floor_div(2 * A, 1), 5)) * floor_div(A, 1) - 4, ">")],
        [Periodic(divide(A * A, 2))],
    ],
)
def test_rationals_are_those_that_hold(claims):
    upto = Fraction(9, 2)
    found = solved_rational(claims, "α", upto)
    for x in RATIONALS:
        wanted = x <= upto and all(claim.holds("α", x) for claim in claims)
        assert wanted == any(x in part for part in found), x


def test_endless_unions_of_intervals_are_refused():
    claim = Periodic(divide(floor_div(4 * A, 1), 2))
    with pytest.raises(LimitError, match="intervals"):
        solved_rational([claim], "α", None)


def test_points_among_rationals_are_listed():
    points = solved_rational([OneOf(3 * A, frozenset((2, 5)))], "α", None)
    solution = Solution("α", points)
    assert list(solution) == [Fraction(2, 3), Fraction(5, 3)]
    assert str(solution) == "α in {2/3, 5/3}"
    assert Interval(3, 3).words("n", 1) == "n = 3"
