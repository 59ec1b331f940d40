"""Equality of formulas: proved, or refuted by the least point, against brute force."""

from itertools import product
from math import lcm

import pytest
from hypothesis import given
from hypothesis import strategies as st

from symcnn.algebra.arithmetic import differs, divide, floor_div, greatest, least, power, reaches, round_to
from symcnn.algebra.atoms import symbol
from symcnn.algebra.conditions import AtMost, Bound, Comparison, Members, Origin, Residues, number_at
from symcnn.algebra.domain import Domain
from symcnn.algebra.equality import Verdict, equal, vanishes
from symcnn.algebra.polynomials import total

ORIGIN = Origin()
H, W, N, ALPHA = symbol("H"), symbol("W"), symbol("n"), symbol("α")


def floors(variable):
    inner = st.tuples(st.integers(-3, 3), st.integers(1, 3)).map(
        lambda t: floor_div(t[1] * variable + t[0], 2)
    )
    top = st.one_of(st.integers(-4, 4).map(lambda a: variable + a), inner)
    return st.builds(floor_div, top, st.integers(2, 4))


def sums(*variables):
    atom = st.one_of(*map(floors, variables), st.sampled_from(variables))
    term = st.builds(lambda c, a, b: c * a * b, st.integers(-2, 2), atom, st.just(1) | atom)
    return st.lists(term, max_size=3).map(total)


def conditions(name):
    residues = st.frozensets(st.integers(0, 2), min_size=1)
    return st.one_of(
        st.integers(1, 5).map(lambda least: Bound(ORIGIN, "", name, least)),
        residues.map(lambda inside: Residues(ORIGIN, "", name, 3, inside)),
        st.just(Members(ORIGIN, "", name, frozenset((2, 5, 6)))),
        st.integers(3, 6).map(lambda most: AtMost(ORIGIN, "", name, most)),
    )


@given(sums(H, W), sums(H, W), st.lists(conditions("H") | conditions("W"), max_size=2))
def test_it_agrees_with_a_period_window(one, two, stated):
    domain = Domain(tuple(stated))
    # Floors divide by at most 8, residues by 3; degree 2, so three periods settle it.
    window = range(1, 3 * lcm(8, 3, 6) + 6)
    points = ({"H": h, "W": w} for h, w in product(window, (*range(1, 30), *window[-27:])))
    differing = next((p for p in points if p in domain and number_at(one - two, p) != 0), None)
    verdict = vanishes(one - two, domain)
    assert verdict.zero is not None
    if differing is None:
        assert verdict.zero
        return
    names = sorted(verdict.point)
    assert verdict.zero is False
    assert number_at(one - two, verdict.point) != 0
    assert {"H": 1, "W": 1, **verdict.point} in domain
    assert (
        [verdict.point[n] for n in names] == [differing[n] for n in names]
        or "W" not in names
        or "H" not in names
    )
    if "H" in names:
        assert verdict.point["H"] == differing["H"]


@pytest.mark.parametrize(
    ("one", "two", "answer"),
    [
        (floor_div(H, 2) + floor_div(H + 1, 2), H, True),
        (floor_div(H, 2) + floor_div(H + 2, 2), H, False),
        (total(floor_div(H + i, 7) for i in range(7)), H, True),
        (
            floor_div(3 * floor_div(H, 2), 2) + floor_div(3 * floor_div(H, 2) + 1, 2),
            3 * floor_div(H, 2),
            True,
        ),
        (N * differs([N - 3]), N, False),
        (N * differs([N + 3]), N, True),
        (differs([N - 3]) + 1 - differs([N - 3]), 1, True),
        ((N - 3) * differs([N - 3]), N - 3, True),
        (reaches(N, 3) * (N - 1) * (N - 2), (N - 1) * (N - 2), True),
        (reaches(3 - N, 0) * power(reaches(N, 2), 1), reaches(N, 2) - reaches(N, 4), True),
        (reaches(5 - N, 0), reaches(5 - N, 0) * (1 + 0 * N), True),
        (power(2, N), power(2, N), True),
        (power(2, N), N + 1, False),
        (greatest([H, W]), greatest([W, H, 1]), True),
        (greatest([H, W]), greatest([W, H, 2]), False),
        (greatest([H, 7 - H]) + least([H, 7 - H]), 7, True),
        (greatest([H, W]) + least([H, W]), H + W, None),
        (least([N, 10]), N, False),
        (greatest([N - 300, 0]), 0, False),
        (least([greatest([N, 3]), 5]) + greatest([N, 5]), greatest([N, 3]) + 5, True),
        (greatest([ALPHA, 1]), ALPHA, False),
        (greatest([ALPHA, H]) + least([ALPHA, H]), ALPHA + H, None),
        (round_to(8 * ALPHA, 8), 8 * ALPHA, False),
        (divide(ALPHA * ALPHA - 1, ALPHA + 1), ALPHA - 1, True),
        (differs([H - W]) * (H - W), H - W, None),
        (divide(1, H - 1), 0, False),
        (N * differs([N * N - 3 * N + 2]), N, False),
        (N * reaches(N * W, 2) - N * W, 0, False),
        (2, 2, True),
        (2, 3, False),
    ],
)
def test_forms_of_every_kind(one, two, answer):
    assert equal(one, two) is answer


def extremes(variable):
    line = st.builds(lambda slope, at: slope * variable + at, st.integers(-2, 3), st.integers(-9, 9))
    line = st.one_of(line, st.integers(-3, 3).map(lambda a: floor_div(variable + a, 2)))
    return st.builds(lambda f, one, two: f([one, two]), st.sampled_from([least, greatest]), line, line)


@given(st.lists(extremes(H), max_size=2), st.lists(extremes(H), max_size=2))
def test_minima_and_maxima_agree_with_a_window(ones, others):
    difference = total(ones) - total(others)
    # Lines with slopes of at most 3 and constants of at most 9 do not cross beyond 18 of each other,
    # halves of them not beyond 40; then a period of 2 and a slope settle it.
    differing = next((h for h in range(1, 60) if number_at(difference, {"H": h}) != 0), None)
    verdict = vanishes(difference, Domain())
    assert verdict.zero is not (differing is not None)
    if verdict.point and differing and verdict.least:
        assert verdict.point == {"H": differing}
    if verdict.zero is False:
        assert number_at(difference, verdict.point) != 0


def test_the_least_point_is_said_to_be_the_least_where_that_is_proved():
    assert vanishes(floor_div(H, 1000), Domain()) == Verdict(zero=False, point={"H": 1000}, least=True)
    assert vanishes(floor_div(H, 5000), Domain()) == Verdict(zero=False, point={"H": 5000})
    assert vanishes(floor_div(H, 90) * floor_div(W, 80), Domain()).point == {"H": 90, "W": 80}
    assert vanishes(greatest([H - 1000, 0]), Domain()) == Verdict(zero=False, point={"H": 1001})
    assert vanishes(least([H * W - 1, 5]), Domain()) == Verdict(zero=False, point={"H": 1, "W": 2})
    assert not vanishes(ALPHA - 1, Domain()).least
    assert not vanishes(H - W, Domain((Comparison(ORIGIN, "", H, "≥", 2 * W + 5),))).least


def test_equations_of_the_domain_are_put_in():
    domain = Domain(
        (
            Comparison(ORIGIN, "", W, "=", H + 1),
            Comparison(ORIGIN, "", N, "=", 2 * W),
            Comparison(ORIGIN, "", H, "≥", 2),
        )
    )
    assert equal(W * W - H * H, 2 * H + 1, domain)
    assert equal(N, 2 * H + 2, domain)
    assert vanishes(W - 5, domain).point == {"H": 2, "W": 3, "n": 6}


def test_an_equation_that_says_no_symbol_is_left_alone():
    domain = Domain((Comparison(ORIGIN, "", H * H, "=", W * W),))
    assert equal(H, W, domain) is None
    assert equal(H, W + 1, domain) is False


def test_conditions_on_several_symbols_hold_at_the_counterexample():
    domain = Domain((Comparison(ORIGIN, "", H, "≥", 2 * W + 5),))
    point = vanishes(H - 3, domain).point
    assert point is not None
    assert point in domain


def test_an_empty_domain_makes_all_equal():
    assert equal(H, H + 1, Domain((AtMost(ORIGIN, "", "H", 2), Bound(ORIGIN, "", "H", 3)))) is True


def test_above_the_limit_it_is_refuted_or_not_known():
    part = 3 * floor_div(H, 4099)
    halves = floor_div(part, 2) + floor_div(part + 1, 2)
    assert equal(halves, part) is None
    assert equal(halves, part + 1) is False
    assert equal(floor_div(H, 71) * floor_div(W, 73), H * W) is False
    others = total(symbol(name) for name in "abcd") + 1
    assert equal(halves * others, part * others) is None
    assert equal(total(floor_div(H + i, 1009) for i in range(1009)), H) is None


def test_a_finite_set_of_values_is_gone_through():
    domain = Domain((AtMost(ORIGIN, "", "H", 3), Bound(ORIGIN, "", "W", 300), AtMost(ORIGIN, "", "W", 5000)))
    assert equal((H - 1) * (H - 2) * (H - 3), 0, domain) is True
    assert equal((H - 1) * (H - 2), 0, domain) is False
    assert equal(W * differs([W - 999]), W, domain) is False
    assert equal(W * differs([W * W - 999 * 999]), W, domain) is None
