"""Small functions of the algebra, each by itself: what a form shows, and what it must leave open.

Many of them only make other results simpler or quicker, so that a mistake would hardly be seen in a network.
"""

from fractions import Fraction

import pytest

import symcnn
from symcnn.algebra.arithmetic import (
    absorbed,
    ceil_div,
    differs,
    floor_div,
    greatest,
    least,
    power,
    reaches,
    round_to,
)
from symcnn.algebra.atoms import symbol
from symcnn.algebra.bounds import Ranges
from symcnn.algebra.claims import Periodic
from symcnn.algebra.conditions import Bound, number_at
from symcnn.algebra.domain import NOWHERE, Domain
from symcnn.algebra.envelopes import Envelopes
from symcnn.algebra.equality import vanishes
from symcnn.algebra.intervals import Interval, joined
from symcnn.algebra.inverse import solved
from symcnn.algebra.polynomials import checked, is_whole
from symcnn.algebra.printing import text
from symcnn.algebra.residues import periods, settled
from symcnn.algebra.shorter import complexity
from symcnn.algebra.signs import lower_bound, surely_at_least
from symcnn.algebra.sums import Passes, direction, greatest_over, index_name
from symcnn.errors import DomainError, LimitError, UnsupportedError

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


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (reaches(n, 1), 1),
        (reaches(-n, 0), 0),
        (reaches(n, 2), reaches(n, 2)),
        (reaches(1 - n, 0), reaches(1 - n, 0)),
        (differs([n]), 1),
        (differs([-n]), 1),
        (differs([n - 1]), differs([n - 1])),
    ],
)
def test_brackets_that_a_form_decides(value, expected):
    assert settled(value) == expected


@pytest.mark.parametrize(
    ("value", "whole"),
    [
        (round_to(alpha * 32, 8) * Fraction(1, 8), True),
        (round_to(alpha * 32, 8) * Fraction(1, 16), False),
        (round_to(alpha * 32, 8) * round_to(alpha * 32, 8) * Fraction(1, 64), True),
        (n * Fraction(1, 2), False),
        (n + Fraction(1, 2), False),
        (alpha, False),
    ],
)
def test_multiples_are_known(value, whole):
    assert is_whole(value) is whole


@pytest.mark.parametrize("divisor", [2, 3, 5])
def test_a_constant_is_taken_into_a_floor_but_not_into_its_square(divisor):
    half = floor_div(H, 2)
    for value in (half + 3, half * half + 3, 2 * half + 3, half * n + 3):
        form = floor_div(absorbed(value), divisor)
        for h in range(1, 40):
            point = {"H": h, "n": 5}
            assert number_at(form, point) == number_at(value, point) // divisor


@pytest.mark.parametrize(
    ("value", "bound"),
    [
        (ceil_div(alpha, 1), 1),
        (ceil_div(alpha, 3), 1),
        (floor_div(alpha, 1), 0),
        (floor_div(n, 2), 0),
        (floor_div(n + 5, 2), 3),
        (floor_div(n, k), 0),
        (floor_div(n - 5, k), None),
        (floor_div(k - n, 2), None),
        (least([n + 2, k + 1]), 2),
    ],
)
def test_lower_bounds_of_roundings(value, bound):
    assert lower_bound(value, lambda _: 1) == bound


@pytest.mark.parametrize(
    ("parts", "expected"),
    [
        ([Interval(1, 1), Interval(2, 2)], [Interval(1, 2)]),
        ([Interval(1, 1), Interval(3, 7, 2)], [Interval(1, 7, 2)]),
        ([Interval(1, 5, 2), Interval(7, 7)], [Interval(1, 7, 2)]),
        ([Interval(1, 5, 2), Interval(6, 8, 2)], [Interval(1, 5, 2), Interval(6, 8, 2)]),
        ([Interval(1, 3), Interval(4, None)], [Interval(1, None)]),
        ([Interval(1, 3), Interval(5, None)], [Interval(1, 3), Interval(5, None)]),
    ],
)
def test_neighbors_are_joined(parts, expected):
    members = {m for part in parts for m in range(1, 20) if m in part}
    found = joined(parts)
    assert {m for part in found for m in range(1, 20) if m in part} == members
    assert list(found) == expected


def test_nearest_points_name_every_change():
    """Both sides are odd where both must be even."""
    formula = symcnn.derive("pixelunshuffle2,conv1-8").params
    with pytest.raises(DomainError) as error:
        formula(C=1, H=3, W=5)
    assert error.value.hint == "nearest that works: H = 2, W = 4"


def test_factors_are_printed_before_floors():
    assert text(floor_div(H, 2) * k * n) == "k*n*floor(H/2)"


def test_what_is_too_long_is_refused_above_and_below_the_line():
    for number in (10**1000, -(10**1000), Fraction(1, 10**1000)):
        with pytest.raises(LimitError, match="more than 1,000 digits"):
            checked(number * n)
        with pytest.raises(LimitError, match="more than 1,000 digits"):
            checked(number)
    assert checked((10**1000 - 1) * n) == (10**1000 - 1) * n


def test_the_name_of_a_quantity_in_words():
    assert str(symcnn.derive("conv3-64").total("bias_additions").scaling()).startswith("bias additions grow")


@pytest.mark.parametrize(
    "value",
    [
        floor_div(H, 2) + Fraction(1, 2),
        floor_div(H, 2) - 1,
        floor_div(alpha * 8, 3) + 2,
        floor_div(H, k) + 2,
        floor_div(H, 2) * floor_div(H, 3) + 1,
    ],
)
def test_taking_in_a_constant_changes_nothing(value):
    for h in range(1, 30):
        for other in (1, 2, 3):
            point = {"H": h, "k": other, "α": Fraction(h, other)}
            assert number_at(absorbed(value), point) == number_at(value, point)


def test_the_order_in_which_atoms_are_printed():
    """Symbols by name, then floors by symbol and divisor, then the rest."""
    halves = floor_div(H, 2), floor_div(H, 3), floor_div(symbol("W"), 2)
    rest = power(2, n), least([k, n])
    assert text(n * k * halves[2] * halves[1] * halves[0] * rest[1] * rest[0]) == (
        "k*n*floor(H/2)*floor(H/3)*floor(W/2)*2**n*min(k, n)"
    )


@pytest.mark.parametrize(
    ("value", "found"),
    [
        (floor_div(H, 3), {"H": 3}),
        (floor_div(H, 3) + floor_div(H, 2), {"H": 6}),
        (floor_div(5 * floor_div(H, 3), 2) + n, {"H": 6, "n": 1}),
        (floor_div(H, n), {"H": 1, "n": 1}),
    ],
)
def test_periods_of_floors(value, found):
    assert periods(value) == found


def test_what_is_advised_where_a_symbol_is_hidden():
    with pytest.raises(UnsupportedError) as error:
        symcnn.derive("conv3-64,pool,fc10").params.collect("H")
    assert error.value.hint == 'put in an expression, as in on(H="32*h"), or collect by "floor(H/2)"'


def test_a_bound_of_a_width_names_no_map():
    """Where the input is open, it is not said which map reaches a layer."""
    with pytest.raises(DomainError) as error:
        symcnn.derive("conv3-{k-2}").params.at(k=1)
    assert error.value.message == "the width of conv is at least 1: k ≥ 3 does not hold"


def test_a_leading_coefficient_is_not_the_sum_of_the_items():
    growth = symcnn.derive("conv3-k,fc10").params.scaling().growths["k"]
    assert str(growth.leading) == "10*H*W + 9*C + 1"
    assert growth.leading.parts == ()


def test_envelopes_that_touch_0():
    envelopes = Envelopes("n", 1, None, Ranges({}))
    assert envelopes.surely((0, 1), above=False)
    assert not envelopes.surely((0, 1), above=True)
    assert envelopes.surely((1, 0), above=True)
    assert not envelopes.surely((1, -1), above=False)
    assert not envelopes.surely(None, above=False)


def test_integers_are_known_of_atoms_that_are_new():
    """An atom finds this out when it is made, once; so these are made here."""
    fresh, half = symbol("fresh"), symbol("fresh") * Fraction(1, 2)
    assert is_whole(least([fresh, fresh + n])) is True
    assert is_whole(least([fresh, half])) is False
    assert is_whole(greatest([fresh, fresh + n])) is True
    assert is_whole(power(5, fresh)) is True
    assert is_whole(power(alpha, fresh)) is False
    assert is_whole(power(5, half)) is False


def test_atoms_that_are_new_are_printed_in_order():
    one, two = symbol("fresh_1"), symbol("fresh_2")
    value = floor_div(two, 7) * two * floor_div(one, 7) * one * power(7, two)
    assert text(value) == "fresh_1*fresh_2*floor(fresh_1/7)*floor(fresh_2/7)*7**fresh_2"


def test_a_power_of_a_rounding_may_be_1():
    assert not surely_at_least(power(2, floor_div(n, 2)), 2, lambda _: 1)
    assert surely_at_least(power(2, floor_div(n, 2)), 1, lambda _: 1)


def test_a_requirement_that_was_met_is_known_later():
    """That k - 2 is a width makes it positive, so that 10//(k - 2) ≥ 1 is a bound of k."""
    assert str(symcnn.derive("conv3-{k-2},conv1-{10//(k-2)}").domain) == "3 ≤ k ≤ 12"


@pytest.mark.parametrize("last", [n - 2, n - 1, n + 3])
def test_a_maximum_over_passes_lies_in_its_range(last):
    """Over no pass it is 0."""
    index = index_name(1)
    value = greatest_over(Passes(index, 0, last), floor_div(symbol(index) * k, 5))
    low, high = Ranges({"n": (1, 6), "k": (1, 3)}).of(value)
    for passes in range(1, 7):
        for factor in range(1, 4):
            assert low <= number_at(value, {"n": passes, "k": factor}) <= high


@pytest.mark.parametrize(
    "value",
    [
        n * floor_div(n - 9, 2),
        n * n * floor_div(n, 3),
        (n + 1) * floor_div(20 - n, 4),
        -n * floor_div(n - 9, 2),
    ],
)
def test_envelopes_enclose(value):
    """A factor that is exact and positive may be multiplied by one of any sign."""
    below, above = Envelopes("n", 1, None, Ranges({"n": (1, None)})).of(value)
    for distance in range(60):
        true = number_at(value, {"n": 1 + distance})
        assert sum(c * distance**e for e, c in enumerate(below)) <= true
        assert true <= sum(c * distance**e for e, c in enumerate(above))


def test_progressions_of_long_different_steps_stay_apart():
    one, two = Interval(1, 1 + 2 * 1009, 1009), Interval(1 + 2 * 1009 + 1013, 1 + 2 * 1009 + 3 * 1013, 1013)
    found = joined([one, two])
    assert [m for part in found for m in part.members()] == [*one.members(), *two.members()]
