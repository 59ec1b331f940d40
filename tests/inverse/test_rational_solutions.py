"""For which rationals claims hold: against trying fractions, also those at the ends and next to them."""

from fractions import Fraction

import pytest

from symcnn.algebra.arithmetic import ceil_div, differs, divide, floor_div, greatest, least, reaches, round_to
from symcnn.algebra.atoms import symbol
from symcnn.algebra.claims import OneOf, Periodic, Sign, Unless
from symcnn.algebra.intervals import Interval
from symcnn.algebra.rationals import solved_rational
from symcnn.errors import LimitError, UnsupportedError

alpha = symbol("α")
DENOMINATORS = (*range(1, 17), 18, 20, 21, 24, 27, 28, 30, 32, 35, 36, 42, 45, 48, 63, 64, 70)
FRACTIONS = sorted({Fraction(j, d) for d in DENOMINATORS for j in range(1, 5 * d // 2)})
HALVES, THIRDS = floor_div(2 * alpha, 1), floor_div(alpha, Fraction(1, 3))

CLAIMS = [
    # Something is an integer: only fractions over one number are left.
    [Periodic(32 * alpha)],
    [Periodic(6 * alpha), Periodic(4 * alpha)],
    [Periodic(4 * alpha * alpha)],
    [Periodic(divide(9 * alpha * alpha, 2) + divide(alpha, 2))],
    [Periodic(6 * alpha + Fraction(1, 2))],
    [Periodic(6 * alpha, 4, frozenset((1, 2)))],
    [Periodic(8 * alpha), Sign(floor_div(3 * alpha + 1, 2) - 1, "≥"), Sign(2 - alpha, ">")],
    [Periodic(8 * alpha), Sign(divide(1, alpha) - 1, ">")],
    [Periodic(8 * alpha), Periodic(divide(1, alpha))],
    # Inequalities without a rounding.
    [Sign(3 * alpha - 2, "≥")],
    [Sign(3 * alpha - 2, ">")],
    [Sign(5 - 3 * alpha, "≥")],
    [Sign(5 - 3 * alpha, ">"), Sign(7 * alpha - 1, ">")],
    [Sign(3 * alpha - 2, "=")],
    [Sign(alpha + 1, "≥")],
    # Roundings, minima, maxima and brackets.
    [Sign(floor_div(6 * alpha, 1) - 3, "≥"), Sign(9 - floor_div(6 * alpha, 1), "≥")],
    [Sign(floor_div(5 * alpha + 1, 3) - 2, "=")],
    [Sign(ceil_div(5 * alpha + 1, 3) - 2, "=")],
    [Sign(floor_div(least([3 * alpha, 4 - 5 * alpha]), 1) - 1, "≥")],
    [Sign(round_to(7 * alpha + 1, 3) - 6, "=")],
    [Sign(round_to(64 * alpha, 8) - 48, "=")],
    [Sign(round_to(3 * alpha, 2) - 4, "≥"), Sign(4 - round_to(3 * alpha, 2), "≥")],
    [Sign(2 * least([3 * alpha - 1, floor_div(5 * alpha, 1)]) - 3, "≥")],
    [Sign(greatest([7 * alpha - 2, 5 * alpha - 1]) - 3, ">")],
    [Sign(least([floor_div(4 * alpha, 1), floor_div(6 * alpha - 1, 1)]) - 3, "=")],
    [Sign(3 - greatest([HALVES, THIRDS]), "≥")],
    [Sign(2 * HALVES + 3 * THIRDS - 9, "=")],
    [Sign(HALVES * THIRDS - 6, "=")],
    [Sign(2 * least([HALVES, THIRDS - 1]) + floor_div(alpha, 3) - 4, "=")],
    [Sign(reaches(5 * alpha, 3) + reaches(7 * alpha, 9) - 1, "=")],
    [Sign(differs([5 * alpha - 3]) - 1, "=")],
    [Sign(differs([5 * alpha - 3, 7 * alpha - 9]) - 1, "="), Sign(differs([HALVES - 3]) - 1, "=")],
    [Sign(floor_div(floor_div(7 * alpha, 2) + 1, 3) - 1, "=")],
    # Other claims.
    [OneOf(floor_div(4 * alpha, 1), frozenset((1, 3)))],
    [OneOf(6 * alpha + 1, frozenset((2,)))],
    [OneOf(6 * alpha, frozenset((2, 3)))],
    [OneOf(5 * alpha, frozenset((1, 3)))],
    [OneOf(7 * alpha + 1, frozenset((2, 5, 6)))],
    [Periodic(floor_div(4 * alpha, 1), 3, frozenset((1,))), Sign(2 - alpha, "≥")],
    [Unless(Sign(1 - 2 * alpha, ">"), Sign(7 * alpha - 9, ">"))],
    [Unless(Sign(7 * alpha - 9, "≥"), Sign(1 - 2 * alpha, "≥"))],
    [
        Sign(HALVES - 1, "="),
        Unless(Sign(3 * alpha - 2, ">"), Periodic(floor_div(9 * alpha, 1), 2, frozenset((1,)))),
    ],
]


@pytest.mark.parametrize("claims", CLAIMS, ids=str)
def test_solutions_are_those_that_hold(claims):
    good = {one for one in FRACTIONS if all(claim.holds("α", one) for claim in claims)}
    for upto in (None, 2, Fraction(5, 3), Fraction(13, 20), Fraction(1, 1000)):
        try:
            found = solved_rational(claims, "α", upto)
        except LimitError:
            assert upto is None
            continue
        inside = {one for one in FRACTIONS if any(one in part for part in found)}
        assert inside == {one for one in good if upto is None or one <= upto}


def test_intervals_are_few():
    """What holds on both sides of a place and there is one interval."""
    assert solved_rational([Sign(floor_div(6 * alpha, 1) - 3, "≥")], "α", None) == (
        Interval(Fraction(1, 2), None, None),
    )
    assert solved_rational([Sign(3 * alpha - 2, ">")], "α", 1) == (
        Interval(Fraction(2, 3), 1, None, open_first=True),
    )
    assert solved_rational([Periodic(4 * alpha)], "α", 2) == (Interval(Fraction(1, 4), 2, Fraction(1, 4)),)
    roots = solved_rational([Periodic(4 * alpha * alpha)], "α", 1)
    assert [(part.first, part.last) for part in roots] == [(Fraction(1, 2), Fraction(1, 2)), (1, 1)]


def test_infinitely_many_intervals_are_refused():
    odd = Periodic(floor_div(4 * alpha, 1), 2, frozenset((1,)))
    with pytest.raises(LimitError, match=r"^the solutions are more than 100,000 intervals") as caught:
        solved_rational([odd], "α", None)
    assert caught.value.hint == "give upto=4"
    few = solved_rational([odd], "α", 4)
    assert not any(Fraction(2, 4) + j in part for part in few for j in range(4))
    assert all(any(Fraction(3, 4) + j in part for part in few) for j in range(4))
    with pytest.raises(LimitError):
        solved_rational([odd], "α", 10**6)
    late = solved_rational([odd, Sign(alpha - 7_000, "≥")], "α", 7_001)
    assert [
        7_000 + Fraction(j, 8) for j in range(9) if any(7_000 + Fraction(j, 8) in part for part in late)
    ] == [7_000 + Fraction(j, 8) for j in (2, 3, 6, 7)]


@pytest.mark.parametrize(
    "claim",
    [
        Sign(alpha * alpha - 2, "≥"),  # √2 is no fraction
        Sign(alpha + floor_div(alpha, 2) - 2, "≥"),
        Sign(least([alpha * alpha, 2]) - 2, "≥"),
        Sign(floor_div(alpha * alpha, 2) - 2, "≥"),
        Sign(floor_div(7, alpha) - 2, "≥"),
        Sign(round_to(7 * alpha, alpha + 1) - 2, "≥"),
        Sign(reaches(alpha * alpha, 2) - 1, "≥"),
        Periodic(divide(1, alpha)),
        Unless(Sign(alpha * alpha - 2, ">"), Sign(alpha - 3, "≥")),
        Unless(Sign(alpha - 3, "≥"), Sign(alpha * alpha - 2, ">")),
    ],
    ids=str,
)
def test_ends_that_may_be_no_fractions_are_refused(claim):
    with pytest.raises(UnsupportedError, match="the bounds of α may be no fractions, because of"):
        solved_rational([claim], "α", 3)
