"""What is required leaves no trace where it follows; what layers demand of values that may be nothing."""

from fractions import Fraction

import pytest

from symcnn.algebra.arithmetic import divide, floor_div, least, modulo
from symcnn.algebra.atoms import symbol
from symcnn.algebra.conditions import Comparison, Origin
from symcnn.algebra.demand import Demand
from symcnn.algebra.quasilinear import quasi_linear
from symcnn.algebra.requirements import ImpossibleError, Requirements
from symcnn.algebra.sums import index_name

H, k, n, alpha, P = (symbol(name) for name in ("H", "k", "n", "α", index_name(0)))
NOWHERE = Origin()
QUOTIENT, OTHER = floor_div(H - 5, k), floor_div(H - 7, n)


def required(*bounds):
    """Requirements of values, each with its bound and guards."""
    requirements = Requirements()
    for value, bound, *guards in bounds:
        requirements.at_least(value, bound, NOWHERE, "", tuple(guards))
    return requirements


@pytest.mark.parametrize(
    ("bounds", "number"),
    [
        ([(H, 3), (2 * H, 6)], 1),
        ([(H, 3), (2 * H, 7)], 2),
        ([(3 - n, 0), (H, 4, (n, 4))], 1),
        ([(3 - n, 0), (H, 4, (n, 4), (k, 2))], 1),
        ([(3 - n, 0), (H, 4, (k, 2), (n, 4))], 1),
        ([(3 - n, 0), (H, 4, (n, 3))], 2),
        ([(H - k, 1), (n, 4, (k - H, 0))], 1),
        ([(H - k, 0), (n, 4, (k - H, 0))], 2),
        ([(H, 3), (H, 3, (n, 2))], 1),
        ([(n, 3, (n, 4))], 0),
        ([(modulo(H + k, 3), 0)], 0),
        ([(modulo(H + k, 3), 1)], 1),
        ([(H + k, 2)], 0),
        ([(H + k, 3)], 1),
    ],
    ids=str,
)
def test_what_follows_leaves_no_condition(bounds, number):
    assert len(required(*bounds).domain().conditions) == number


@pytest.mark.parametrize(
    ("bound", "value", "follows"),
    [
        ((QUOTIENT, 1), QUOTIENT * k - 1, True),
        ((QUOTIENT, 0), QUOTIENT * k - 1, False),
        ((QUOTIENT - k, 1), QUOTIENT * k - 1, False),
        ((QUOTIENT * OTHER, 1), QUOTIENT * k - 1, False),  # both may be negative
        ((QUOTIENT, 1), OTHER * k - 1, False),
    ],
    ids=str,
)
def test_what_is_positive_is_known_of_products(bound, value, follows):
    assert required(bound).surely(value) is follows


def test_numbers_are_decided_at_once():
    requirements = required((3, 3), (Fraction(7, 2), 3))
    requirements.whole(3, NOWHERE, "")
    assert requirements.domain().conditions == ()
    with pytest.raises(ImpossibleError):
        requirements.at_least(2, 3, NOWHERE, "")
    with pytest.raises(ImpossibleError):
        requirements.whole(Fraction(7, 2), NOWHERE, "it is no integer")
    condition = Comparison(NOWHERE, "", H, "≥", k)
    requirements.state(condition)
    assert requirements.domain().conditions == (condition,)


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (floor_div(k, 2), "floor(k/2) != 0"),
        (k - 3, "k != 3"),
        (k - n, "k != n"),
        (divide(1, k) - divide(1, n), None),
        (divide(1, k), "every input"),
        (k + n, "every input"),
        (7, "every input"),
        (0, "every input"),  # a number is looked at by whoever divides by it
        (-1 * k - n, "every input"),
    ],
    ids=str,
)
def test_what_is_divided_by_is_not_nothing(value, words):
    requirements = Requirements()
    Demand(requirements, NOWHERE).nonzero(value, "it is not 0")
    domain = requirements.domain()
    assert words is None or str(domain) == words
    if words is None:
        assert {"k": 2, "n": 2} not in domain
        assert {"k": 2, "n": 3} in domain


@pytest.mark.parametrize(
    ("value", "left"),
    [
        (least([P, 1]), None),  # the first pass is 0
        (least([P + 1, 1]), 1),
        (least([P + k, P]), P),
        (least([floor_div(alpha, 1), 1]) + P, None),
        (least([k, 1]) + P, 1 + P),
        (least([H, k]), None),
    ],
    ids=str,
)
def test_minima_in_loops_are_decided_in_every_pass(value, left):
    pruned = Demand(Requirements(), NOWHERE).pruned(value)
    assert pruned == (value if left is None else left)


@pytest.mark.parametrize("given", [1, 0, Fraction(1, 2)])
def test_counts_are_counts(given):
    demand = Demand(Requirements(), NOWHERE)
    if given == 1:
        demand.count(given, "the stride")
        return
    said = "at least 1" if given == 0 else "an integer"
    with pytest.raises(ImpossibleError, match=f"the stride is {said}, but {given} is given"):
        demand.count(given, "the stride")


def test_up_to_where_a_line_may_be_nothing():
    line = quasi_linear(5 * H - 100)
    assert (line.slope, line.period) == (5, 1)
    assert 20 <= line.last <= 21
    assert quasi_linear(H + k) is quasi_linear(7) is None
    assert quasi_linear(modulo(H, 3)).last == 0
