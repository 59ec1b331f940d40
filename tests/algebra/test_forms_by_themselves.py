"""Small functions of the algebra, each by itself: what a form shows, and what it must leave open.

Many of them only make other results simpler or quicker, so that a mistake would hardly be seen in a network.
"""

from fractions import Fraction

import pytest

from symcnn.algebra.arithmetic import ceil_div, floor_div, greatest, least, power
from symcnn.algebra.atoms import symbol
from symcnn.algebra.claims import Periodic
from symcnn.algebra.conditions import Bound
from symcnn.algebra.domain import NOWHERE, Domain
from symcnn.algebra.equality import vanishes
from symcnn.algebra.intervals import Interval
from symcnn.algebra.inverse import solved
from symcnn.algebra.polynomials import is_whole
from symcnn.algebra.requirements import complexity
from symcnn.algebra.signs import surely_at_least
from symcnn.algebra.sums import direction
from symcnn.errors import LimitError

H, i, k, n, alpha = map(symbol, ("H", "i", "k", "n", "alpha"))


@pytest.mark.parametrize(
    ("value", "whole"),
    [
        (least([n, k]), True),
        (least([n, k * Fraction(1, 2)]), False),
        (greatest([n, k]), True),
        (greatest([n, alpha]), False),
        (power(2, n), True),
        (power(2, n * Fraction(1, 2)), False),
        (power(alpha, n), False),
        (power(2, n - k), False),
        (floor_div(alpha * 32, 1), True),
    ],
)
def test_integers_by_their_form(value, whole):
    assert is_whole(value) is whole


@pytest.mark.parametrize(
    ("value", "bound", "sure"),
    [
        (power(2, n), 2, True),
        (power(2, n), 3, False),
        (power(2, n + k), 1, True),
        (power(3, 2 * n), 9, True),
        (power(3, 2 * n), 10, False),
        (least([n, k]), 1, True),
        (least([n, k]), 2, False),
        (greatest([n, 5]), 5, True),
        (greatest([n, 5]), 6, False),
    ],
)
def test_lower_bounds(value, bound, sure):
    """A bound that is not the best one is safe; one that is too high would be wrong."""
    assert surely_at_least(value, bound, lambda _: 1) is sure


def test_the_period_of_what_always_holds():
    assert Periodic(n).period() == 1
    assert Periodic(n, 3).period() == 3
    assert Periodic(floor_div(n, 4), 3).period() == 12


def test_a_period_is_not_gone_through_where_it_is_long():
    claim = Periodic(n, 1_000_003)
    assert solved([claim], "n", Interval(1, 50_000)) == ()
    with pytest.raises(LimitError, match="is open for more than 100,000 values"):
        solved([claim], "n", Interval(1, None))


def test_a_sum_is_as_deep_as_its_deepest_term():
    nested = floor_div(3 * floor_div(H, 2), 5)
    assert complexity(nested) == (1, 1, 3)
    assert complexity(H + nested) == (2, 2, 3)
    assert complexity(H + nested + 1) == (3, 3, 4)
    assert complexity(7) == (0, 0, 0)


@pytest.mark.parametrize(
    ("value", "way"),
    [
        (i, 1),
        (-i, -1),
        (i * k, 1),
        (floor_div(n, i), -1),
        (ceil_div(n, i), -1),
        (floor_div(n + i * i, i), 0),
        (floor_div(i, 2), 0),
        (power(2, i), 1),
        (i - floor_div(n, i), 1),
        (i + floor_div(n, i), 0),
        (n, 0),
    ],
)
def test_directions(value, way):
    assert direction("i", value) == way


@pytest.mark.parametrize(
    ("value", "least_h", "point"),
    [
        (H - 1, 1, {"H": 2}),
        ((H - 1) * (H - 2), 1, {"H": 3}),
        (H - 4, 4, {"H": 5}),
        (floor_div(H, 2) - floor_div(H + 1, 2), 2, {"H": 3}),
        ((H - 1) * (k - 1), 1, {"H": 2, "k": 2}),
    ],
)
def test_the_least_point_where_a_value_is_not_0(value, least_h, point):
    assert vanishes(value, Domain((Bound(NOWHERE, "", "H", least_h),))).point == point
