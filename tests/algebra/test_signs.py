"""What the form of a value shows of its sign, against the values themselves."""

from fractions import Fraction
from itertools import product

import pytest

import symcnn
from symcnn.algebra.arithmetic import (
    ceil_div,
    differs,
    divide,
    floor_div,
    greatest,
    least,
    modulo,
    power,
    reaches,
    round_to,
)
from symcnn.algebra.atoms import Summation, atom_value, symbol
from symcnn.algebra.conditions import number_at
from symcnn.algebra.signs import (
    largest_input,
    lower_bound,
    root_of,
    smallest_input,
    surely_positive,
    under_floors,
    without_floor,
)
from symcnn.algebra.sums import index_name
from symcnn.errors import DomainError

k, n, alpha = (symbol(name) for name in "knα")
LEAST = {"k": 2, "n": 1}
INDEX = index_name(0)
P = symbol(INDEX)


def values_of(value):
    """Each value at small inputs that are no smaller than allowed."""
    return [number_at(value, {"k": a, "n": b}) for a, b in product(range(2, 14), range(1, 12))]


def sum_of(term, last):
    return atom_value(Summation(P, 0, last, term))


@pytest.mark.parametrize(
    ("value", "bound"),
    [
        (-3, -3),
        (k * n, 2),
        (k * k - k, 2),
        (k * k - 3 * k, -2),
        (k * k - 5 * k, None),  # it falls first
        (3 * k - n, None),
        (k + n - 9, -6),
        # Roundings.
        (floor_div(k + 3, 2), 2),
        (floor_div(k, n), 0),
        (floor_div(k, n - 3), None),  # what is divided by has no sign
        (floor_div(k - 5, 2), None),
        (ceil_div(k, 7 * n), 0),
        (ceil_div(k + 5, 3), 3),
        (ceil_div(k, 9), 1),
        (ceil_div(k - 2, 9), 0),
        (round_to(k, 8), 8),
        (round_to(k, n), 1),
        # The greatest is no less than any that is known; the least is if all are.
        (greatest([k, 5, 3 * k - n]), 5),
        (greatest([k * n, n + 3]), 4),
        (least([k, n + 4]), 2),
        (least([k, n - k + 20]), None),
        # Powers, also those by which is divided.
        (power(2, n), 2),
        (power(3, k) + 1, 10),
        (power(k, n), 1),
        (power(2, n) - 2, 0),
        (power(0, floor_div(n, 5)), 0),
        (power(3, n - 2), Fraction(1, 3)),
        (divide(k, n), 0),
        (1 - divide(1, n), None),
        (1 + divide(k, n) * 2, 0),
        # Brackets are 0 or 1.
        (reaches(k - n, 0), 0),
        (1 + 3 * differs([k - n]), 1),
        (1 - reaches(k - n, 0), None),
        # Sums of what is not negative: as many times the least as there are summands.
        (sum_of(power(2, P), n + 1), 3),
        (sum_of(floor_div(P, 2) + k, n + 1), 6),
        (sum_of(k - P, n), None),
    ],
    ids=str,
)
def test_lower_bounds(value, bound):
    assert lower_bound(value, LEAST.__getitem__) == bound
    assert bound is None or bound <= min(values_of(value))


def test_atoms_known_to_be_positive():
    quotient = floor_div(k, n)
    (atom,) = quotient.atoms()
    assert lower_bound(3 * quotient - 2, LEAST.__getitem__) == -2
    assert lower_bound(3 * quotient - 2, LEAST.__getitem__, [atom]) == 1
    wide = floor_div(k + 3, 2)
    assert lower_bound(wide, LEAST.__getitem__, list(wide.atoms())) == 2
    unknown = floor_div(k, n - 3)
    assert lower_bound(unknown, LEAST.__getitem__, list(unknown.atoms())) == 1


@pytest.mark.parametrize(
    ("value", "positive"),
    [
        (5, True),
        (0, False),
        (k, True),
        (k * n + 3, True),
        (k - 1, False),
        (-2 * k, False),
        (divide(alpha, k), True),
        (power(k, n) + power(2, n), True),
        (power(k - 1, n), False),
        (floor_div(k, 2), False),
        (k * floor_div(k, 2), False),
    ],
    ids=str,
)
def test_positive_by_its_form(value, positive):
    assert surely_positive(value) is positive


@pytest.mark.parametrize("bound", [-2, 0, 1, 3])
@pytest.mark.parametrize(
    ("value", "solved"),
    [
        (floor_div(k + 3, 4), True),
        (3 * floor_div(k, n) - 4, True),
        (2 * floor_div(floor_div(k, 2) + n, 3) + 1, True),
        (6 - floor_div(k, 2), True),
        (5 - 2 * floor_div(k + 3 * n, 4), True),
        (2 - floor_div(k, n), True),
        (floor_div(k, n - 20), False),
        (floor_div(k, 2) - floor_div(n, 3), False),
        (n * floor_div(k, 2), False),
        (floor_div(k, 2) * floor_div(k, 2), False),
        (floor_div(k, 3) + n, False),
        (2 - floor_div(3 * alpha, 2), False),
    ],
    ids=str,
)
def test_floors_that_are_solved_for(value, bound, solved):
    excess = without_floor(value, bound)
    assert (excess != value - bound) is solved
    if solved:
        wanted = [v >= bound for v in values_of(value)]
        assert [e >= 0 for e in values_of(excess)] == wanted


@pytest.mark.parametrize(
    ("value", "below"),
    [
        (7, 7),
        (k - n, k - n),
        (floor_div(k, 3), floor_div(k, 3)),
        (-floor_div(k, 3), divide(-k, 3)),
        (n - 2 * floor_div(k + 1, 3), n - divide(2 * k + 2, 3)),
        (modulo(k, 5), 0),
        (5 - floor_div(k, n), 5 - divide(k, n)),
        (5 - floor_div(k, n - 20), 5 - floor_div(k, n - 20)),
        (-n * floor_div(k, 3), -n * floor_div(k, 3)),
        (-ceil_div(k, 3 * n), divide(1 - k - 3 * n, 3 * n)),
    ],
    ids=str,
)
def test_bounds_without_floors_that_are_subtracted(value, below):
    assert under_floors(value) == below
    assert all(low <= v for low, v in zip(values_of(below), values_of(value), strict=True))


@pytest.mark.parametrize("c", range(-7, 8))
@pytest.mark.parametrize("u", [-3, -2, -1, 1, 2, 3])
def test_ends_of_lines(u, c):
    line = u * k + c
    holds = [x for x in range(-20, 21) if u * x + c >= 0]
    assert smallest_input(line) == (("k", min(holds)) if u > 0 else None)
    assert largest_input(line) == (("k", max(holds)) if u < 0 else None)
    name, root = root_of(line)
    assert (name, u * root + c) == ("k", 0)


@pytest.mark.parametrize("value", [3, k * k - 1, k + n, 2 * k * n - 1, floor_div(k, 2), k * n], ids=str)
def test_what_is_no_line_has_no_end(value):
    assert smallest_input(value) is largest_input(value) is root_of(value) is None


def test_a_power_of_zero_does_not_stay_one():
    params = symcnn.derive("conv1-{0**floor(n/5)}").params
    assert params(C=3, n=4) == 4
    with pytest.raises(DomainError):
        params(C=3, n=5)
