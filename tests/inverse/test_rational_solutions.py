"""For which rationals claims hold: against trying fractions, also those at the ends and next to them."""

from fractions import Fraction

import pytest

from symcnn.algebra.arithmetic import ceil_div, differs, divide, floor_div, greatest, least, reaches, round_to
from symcnn.algebra.atoms import symbol
from symcnn.algebra.claims import OneOf, Periodic, Sign, Unless
from symcnn.algebra.intervals import Interval
from symcnn.algebra.rationals import solved_rational
from symcnn.errors import LimitError, UnsupportedError

α = symbol("α")
DENOMINATORS = (*range(1, 17), 18, 20, 21, 24, 27, 28, 30, 32, 35, 36, 42, 45, 48, 63, 64, 70)
FRACTIONS = sorted({Fraction(j, d) for d in DENOMINATORS for j in range(1, 5 * d // 2)})
HALVES, THIRDS = floor_div(2 * α, 1), floor_div(α, Fraction(1, 3))

CLAIMS = [
    # Something is an integer: only fractions over one number are left.
    [Periodic(32 * α)],
    [Periodic(6 * α), Periodic(4 * α)],
    [Periodic(4 * α * α)],
    [Periodic(divide(9 * α * α, 2) + divide(α, 2))],
    [Periodic(6 * α + Fraction(1, 2))],
    [Periodic(6 * α, 4, frozenset((1, 2)))],
    [Periodic(8 * α), Sign(floor_div(3 * α + 1, 2) - 1, "≥"), Sign(2 - α, ">")],
    [Periodic(8 * α), Sign(divide(1, α) - 1, ">")],
    [Periodic(8 * α), Periodic(divide(1, α))],
    # Inequalities without a rounding.
    [Sign(3 * α - 2, "≥")],
    [Sign(3 * α - 2, ">")],
    [Sign(5 - 3 * α, "≥")],
    [Sign(5 - 3 * α, ">"), Sign(7 * α - 1, ">")],
    [Sign(3 * α - 2, "=")],
    [Sign(α + 1, "≥")],
    # Roundings, minima, maxima and brackets.
    [Sign(floor_div(6 * α, 1) - 3, "≥"), Sign(9 - floor_div(6 * α, 1), "≥")],
    [Sign(floor_div(5 * α + 1, 3) - 2, "=")],
    [Sign(ceil_div(5 * α + 1, 3) - 2, "=")],
    [Sign(floor_div(least([3 * α, 4 - 5 * α]), 1) - 1, "≥")],
    [Sign(round_to(7 * α + 1, 3) - 6, "=")],
    [Sign(round_to(64 * α, 8) - 48, "=")],
    [Sign(round_to(3 * α, 2) - 4, "≥"), Sign(4 - round_to(3 * α, 2), "≥")],
    [Sign(2 * least([3 * α - 1, floor_div(5 * α, 1)]) - 3, "≥")],
    [Sign(greatest([7 * α - 2, 5 * α - 1]) - 3, ">")],
    [Sign(least([floor_div(4 * α, 1), floor_div(6 * α - 1, 1)]) - 3, "=")],
    [Sign(3 - greatest([HALVES, THIRDS]), "≥")],
    [Sign(2 * HALVES + 3 * THIRDS - 9, "=")],
    [Sign(HALVES * THIRDS - 6, "=")],
    [Sign(reaches(5 * α, 3) + reaches(7 * α, 9) - 1, "=")],
    [Sign(differs([5 * α - 3]) - 1, "=")],
    [Sign(differs([5 * α - 3, 7 * α - 9]) - 1, "="), Sign(differs([HALVES - 3]) - 1, "=")],
    [Sign(floor_div(floor_div(7 * α, 2) + 1, 3) - 1, "=")],
    # Other claims.
    [OneOf(floor_div(4 * α, 1), frozenset((1, 3)))],
    [OneOf(5 * α, frozenset((1, 3)))],
    [OneOf(7 * α + 1, frozenset((2, 5, 6)))],
    [Periodic(floor_div(4 * α, 1), 3, frozenset((1,))), Sign(2 - α, "≥")],
    [Unless(Sign(1 - 2 * α, ">"), Sign(7 * α - 9, ">"))],
    [Unless(Sign(7 * α - 9, "≥"), Sign(1 - 2 * α, "≥"))],
    [Sign(HALVES - 1, "="), Unless(Sign(3 * α - 2, ">"), Periodic(floor_div(9 * α, 1), 2, frozenset((1,))))],
]


@pytest.mark.parametrize("upto", [None, 2, 1, Fraction(5, 3), Fraction(13, 20), Fraction(1, 1000)], ids=str)
@pytest.mark.parametrize("claims", CLAIMS, ids=str)
def test_solutions_are_those_that_hold(claims, upto):
    try:
        found = solved_rational(claims, "α", upto)
    except LimitError:
        assert upto is None
        return
    for one in FRACTIONS:
        holds = all(claim.holds("α", one) for claim in claims) and (upto is None or one <= upto)
        assert any(one in part for part in found) == holds, one


def test_intervals_are_few():
    """What holds on both sides of a place and there is one interval."""
    assert solved_rational([Sign(floor_div(6 * α, 1) - 3, "≥")], "α", None) == (Interval(Fraction(1, 2), None, None),)
    assert solved_rational([Sign(3 * α - 2, ">")], "α", 1) == (
        Interval(Fraction(2, 3), 1, None, open_first=True),
    )
    assert solved_rational([Periodic(4 * α)], "α", 2) == (Interval(Fraction(1, 4), 2, Fraction(1, 4)),)
    assert solved_rational([Periodic(4 * α * α)], "α", 1) == (Interval(Fraction(1, 2), 1, Fraction(1, 2)),)


def test_infinitely_many_intervals_are_refused():
    odd = Periodic(floor_div(4 * α, 1), 2, frozenset((1,)))
    with pytest.raises(LimitError, match="more than 100,000 intervals") as caught:
        solved_rational([odd], "α", None)
    assert caught.value.hint == "give upto=4"
    assert len(solved_rational([odd], "α", 4)) == 8
    with pytest.raises(LimitError):
        solved_rational([odd], "α", 10**6)


@pytest.mark.parametrize(
    "claim",
    [
        Sign(α * α - 2, "≥"),  # √2 is no fraction
        Sign(α + floor_div(α, 2) - 2, "≥"),
        Sign(least([α * α, 2]) - 2, "≥"),
        Sign(floor_div(α * α, 2) - 2, "≥"),
        Sign(floor_div(7, α) - 2, "≥"),
        Sign(round_to(7 * α, α + 1) - 2, "≥"),
        Sign(reaches(α * α, 2) - 1, "≥"),
        Periodic(divide(1, α)),
        Unless(Sign(α * α - 2, ">"), Sign(α - 3, "≥")),
        Unless(Sign(α - 3, "≥"), Sign(α * α - 2, ">")),
    ],
    ids=str,
)
def test_ends_that_may_be_no_fractions_are_refused(claim):
    with pytest.raises(UnsupportedError, match="the bounds of α may be no fractions, because of"):
        solved_rational([claim], "α", 3)
