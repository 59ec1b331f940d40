"""The ranges of values over ranges of their symbols: they hold every value, and are no wider than is said."""

from fractions import Fraction
from itertools import product

import pytest

from symcnn.algebra.arithmetic import (
    ceil_div,
    differs,
    divide,
    floor_div,
    greatest,
    least,
    power,
    reaches,
    round_to,
)
from symcnn.algebra.atoms import Maximum, Summation, Unit, atom_value, symbol
from symcnn.algebra.bounds import MAX_BLOCKS, Ranges
from symcnn.algebra.conditions import number_at
from symcnn.algebra.polynomials import MAX_BITS
from symcnn.algebra.sums import index_name

H, k, n, alpha = (symbol(name) for name in "Hknα")
P = symbol(index_name(0))
INDEX = index_name(0)


def sum_of(value, last, first=0):
    return atom_value(Summation(P, first, last, value))


def maximum_of(value, last, first=0):
    return atom_value(Maximum(P, first, last, value))


WINDOW = [Fraction(j, 2) for j in range(-12, 25)]


@pytest.mark.parametrize(
    ("value", "given", "found"),
    [
        # Sums and products: exact where each atom stands once and all grow.
        (7, {}, (7, 7)),
        (2 * H + k - 1, {"H": (1, 3), "k": (2, None)}, (3, None)),
        (3 - 2 * H, {"H": (1, 3)}, (-3, 1)),
        (H * k, {"H": (-2, 3), "k": (1, 4)}, (-8, 12)),
        (H * H, {"H": (-2, 3)}, (0, 9)),
        (divide(6, H), {"H": (2, 3)}, (2, 3)),
        # Roundings.
        (floor_div(H, 3), {"H": (2, 8)}, (0, 2)),
        (floor_div(H, 3), {"H": (None, 8)}, (None, 2)),
        (ceil_div(H, divide(alpha, 1)), {"H": (2, 7), "α": (Fraction(1, 2), 2)}, (1, 14)),
        (floor_div(H + power(2, n) - 1, power(2, n)), {"H": (4, 8), "n": (1, 3)}, (1, 4)),
        (floor_div(H - power(2, n), power(2, n)), {"H": (4, 8), "n": (1, 2)}, (0, 3)),
        (floor_div(H + 5 * power(2, n), 2 * power(2, n)), {"H": (4, 8), "n": (1, 2)}, (2, 5)),
        (floor_div(H, power(2, n)), {"H": (4, 8), "n": (1, 3)}, (0, 4)),
        (round_to(alpha, k), {"α": (1, 10), "k": (1, 1)}, (1, 10)),
        (round_to(alpha, 8), {"α": (1, 13)}, (8, 16)),  # 12 is as near to 8 as to 16, and goes up
        (round_to(alpha, 8), {"α": (11, None)}, (16, None)),  # 8 would be more than a tenth less
        (round_to(alpha, 8), {"α": (None, 20)}, (8, 24)),
        (round_to(alpha, k), {"α": (1, 10), "k": (2, 4)}, (2, 14)),
        (round_to(alpha, k), {"α": (-7, -3), "k": (2, 4)}, (2, 4)),
        (round_to(alpha, k), {"α": (1, 10), "k": (2, None)}, (2, None)),
        (round_to(alpha, k), {"α": (1, None), "k": (2, 4)}, (2, None)),
        # Minima and maxima.
        (least([H, k]), {"H": (1, 9), "k": (3, 5)}, (1, 5)),
        (least([H, k]), {"H": (None, 9), "k": (3, None)}, (None, 9)),
        (greatest([H, k]), {"H": (1, 9), "k": (3, 5)}, (3, 9)),
        (greatest([H, k]), {"H": (1, None), "k": (3, 5)}, (3, None)),
        # Powers.
        (power(2, n), {"n": (1, 5)}, (2, 32)),
        (power(2, n), {"n": (None, 5)}, (0, 32)),
        (power(2, n), {"n": (-2, -1)}, (Fraction(1, 4), Fraction(1, 2))),
        (power(k, n), {"k": (2, 3), "n": (0, 2)}, (1, 9)),
        (power(k, n), {"k": (2, 3), "n": (-2, -1)}, (Fraction(1, 9), Fraction(1, 2))),
        (power(k, n), {"k": (2, 3), "n": (-2, 2)}, (Fraction(1, 9), 9)),
        (power(k, n), {"k": (2, None), "n": (-1, 2)}, (0, None)),
        (power(k, n), {"k": (2, None), "n": (-3, -1)}, (0, Fraction(1, 2))),
        (power(k, n), {"k": (1, 1), "n": (1, 4)}, (1, 1)),
        (power(k, n), {"k": (0, 3), "n": (1, 2)}, (None, None)),
        (power(k, n), {"k": (None, 3), "n": (1, 2)}, (None, None)),
        (power(Fraction(1, 2), n), {"n": (1, 3)}, (Fraction(1, 8), Fraction(1, 2))),
        (power(alpha, n), {"α": (Fraction(1, 3), Fraction(1, 2)), "n": (1, 3)}, (None, None)),
        (power(alpha, n), {"α": (Fraction(1, 2), 1), "n": (1, 3)}, (None, None)),
        (power(alpha, n), {"α": (Fraction(1, 2), None), "n": (1, 3)}, (None, None)),
        (power(k, n), {"k": (0, 0), "n": (1, 2)}, (None, None)),
        (
            power(alpha, n),
            {"α": (Fraction(1, 2), Fraction(1, 2)), "n": (1, 3)},
            (Fraction(1, 8), Fraction(1, 2)),
        ),
        (power(k, n), {"k": (2, None), "n": (0, 2)}, (1, None)),
        (power(k, n), {"k": (2, None), "n": (-1, 0)}, (0, 1)),
        (power(k, n), {"k": (2, None), "n": (-1, 1)}, (0, None)),
        # Brackets: 1 where an argument is not 0, where it is not negative.
        (differs([H - 3]), {"H": (4, 9)}, (1, 1)),
        (differs([H - 3]), {"H": (3, 9)}, (0, 1)),
        (differs([H - 3]), {"H": (1, 2)}, (1, 1)),
        (differs([H - 3]), {"H": (1, 3)}, (0, 1)),
        (differs([H - 3]), {"H": (3, 3)}, (0, 0)),
        (differs([H - 3]), {"H": (None, None)}, (0, 1)),
        (differs([H - 3, k]), {"H": (3, 3), "k": (0, 0)}, (0, 0)),
        (differs([H - 3, k]), {"H": (3, 3), "k": (0, 1)}, (0, 1)),
        (differs([H - 3, k]), {"H": (3, 4), "k": (1, 2)}, (1, 1)),
        (reaches(H, 3), {"H": (3, 9)}, (1, 1)),
        (reaches(H, 3), {"H": (2, 9)}, (0, 1)),
        (reaches(H, 3), {"H": (1, 2)}, (0, 0)),
        (reaches(H, 3), {"H": (1, 3)}, (0, 1)),
        (reaches(H, 3), {"H": (None, None)}, (0, 1)),
        (atom_value(Unit(divide(H, 4))), {"H": (4, 8)}, (1, 2)),
        # Loops: what is sure adds up, what may be is an end only.
        (sum_of(P * P, n), {"n": (3, 3)}, (14, 14)),
        (sum_of(H + P, 2), {"H": (1, 4)}, (6, 15)),
        (sum_of(H + P, n - 1), {"H": (1, 4), "n": (2, 3)}, (3, 15)),
        (sum_of(H + P, n - 1), {"H": (1, 4), "n": (2, None)}, (3, None)),
        (sum_of(-1 * H - P, n - 1), {"H": (1, 4), "n": (2, 3)}, (-15, -3)),
        (sum_of(P, n, 2), {"n": (None, 4)}, (0, 12)),
        (sum_of(P, n, 2), {"n": (-5, 1)}, (0, 0)),
        (sum_of(P + 1, n, 2), {"n": (-5, 0)}, (0, 0)),
        (sum_of(P + 1, n), {"n": (0, 1)}, (1, 3)),
        (sum_of(10 - P, n), {"n": (2, 4)}, (27, 41)),  # up to two more passes of at most 7 each
        (maximum_of(P * (4 - P), n), {"n": (3, 3)}, (4, 4)),
        (maximum_of(H + P, n - 1), {"H": (1, 4), "n": (2, 3)}, (2, 6)),
        (maximum_of(H + P, n - 1), {"H": (1, 4), "n": (2, None)}, (2, None)),
        (maximum_of(H + P, n - 1), {"H": (1, 4), "n": (0, 1)}, (0, 4)),
    ],
    ids=str,
)
def test_ranges_of(value, given, found):
    assert Ranges(given).of(value) == found
    for point in points(given):
        number = number_at(value, point)
        assert found[0] is None or number >= found[0]
        assert found[1] is None or number <= found[1]


def test_steps_of_roundings_that_are_no_number():
    assert Ranges({"α": (1, 10), "k": (0, 0)}).of(round_to(alpha, k)) == (0, 10)
    assert Ranges({"α": (1, 10), "k": (None, None)}).of(round_to(alpha, k)) == (None, None)


def test_half_a_pass_is_none():
    assert Ranges({"n": (4, 5)}).of(sum_of(P, divide(n, 2))) == (3, 3)
    assert Ranges({"n": (5, 7)}).of(sum_of(P, divide(n, 2))) == (3, 6)


@pytest.mark.parametrize("passes", [(-5, 1), (None, 1)])
def test_a_maximum_over_no_pass_is_nothing(passes):
    assert Ranges({"n": passes}).of(maximum_of(P, n, 2)) == (0, 0)


def points(given):
    """Points within ranges: of Greek symbols halves, too; of what has no end the next few."""
    members = [
        [
            x
            for x in WINDOW
            if (low is None or x >= low)
            and (high is None or x <= high)
            and (name == "α" or x.denominator == 1)
        ]
        for name, (low, high) in given.items()
    ]
    return (dict(zip(given, numbers, strict=True)) for numbers in product(*members))


def test_a_range_over_more_blocks_than_are_looked_at_is_a_bound():
    """The sum of p·(N - p): no stretch of passes is exact, but few passes are seen one by one."""
    few, many = MAX_BLOCKS // 2 - 5, MAX_BLOCKS - 10
    for last in (few, many):
        exact = sum(p * (last - p) for p in range(last + 1))
        low, high = Ranges({}).of(sum_of(P * (last - P), last))
        assert low <= exact <= high
        assert (low == high) == (last == few)
    # What is the same in all passes is told at once, however many they are.
    assert Ranges({"H": (2, 2)}).of(sum_of(H, 10**9 - 1)) == (2 * 10**9, 2 * 10**9)
    assert Ranges({}).of(sum_of(least([P, 5]), 10**6)) == (5 * 10**6 - 10, 5 * 10**6 - 10)
    low, high = Ranges({}).of(sum_of(P, 10**6))
    assert low <= 10**6 * (10**6 + 1) // 2 <= high < 2 * low


def test_powers_that_are_too_long_to_write_have_bounds():
    huge = 10 * MAX_BITS
    assert Ranges({"n": (1, huge)}).of(power(2, n)) == (2, None)
    low, high = Ranges({"n": (huge, huge)}).of(power(2, n))
    assert low > 2**1000
    assert low.bit_length() <= MAX_BITS
    assert high is None
    assert Ranges({"n": (1, MAX_BITS // 2)}).of(power(1000, n)) == (1000, None)
    low, high = Ranges({"n": (-huge, -huge)}).of(power(2, n))
    assert low == 0
    assert 0 < high <= Fraction(1, 2**1000)
    assert high.denominator.bit_length() <= MAX_BITS
    assert Ranges({"n": (-3, -2)}).of(power(2, n)) == (Fraction(1, 8), Fraction(1, 4))
