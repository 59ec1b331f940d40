"""Inequalities are written shorter, and say the same."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

import symcnn
from symcnn.algebra.arithmetic import floor_div, power
from symcnn.algebra.atoms import symbol
from symcnn.algebra.conditions import number_at
from symcnn.algebra.evaluation import substitute
from symcnn.algebra.polynomials import Poly
from symcnn.algebra.shorter import isolated, shorter
from symcnn.algebra.signs import surely_at_least
from symcnn.algebra.sums import geometric

H, W, k, n = map(symbol, "HWkn")


def surely(value):
    return surely_at_least(value, 0, lambda _: 1)


PARTS = st.sampled_from([H, k, n, 1, power(k, n), power(k, n + 1), power(3, n), power(2, n), power(3, n * n)])
SUMS = st.sampled_from(
    [1, geometric(k, n), geometric(k, n - 1), geometric(k, n + 1), geometric(2 * k, n), geometric(k, n + H)]
)


@given(st.lists(st.tuples(st.integers(-3, 3), PARTS, PARTS, SUMS), min_size=1, max_size=5))
def test_the_sign_stays(terms):
    excess = sum((c * a * b * g for c, a, b, g in terms), start=0)
    if not isinstance(excess, Poly):
        return
    short = shorter(excess, surely)
    sides = isolated(short)
    for point in [{"H": h, "k": b, "n": m} for h in (1, 40) for b in (1, 3) for m in (1, 2, 4)]:
        value = number_at(excess, point)
        assert (number_at(short, point) >= 0) == (value >= 0)
        if sides:
            assert (number_at(sides[0], point) >= number_at(sides[2], point)) == (value >= 0)


@pytest.mark.parametrize(
    ("excess", "written"),
    [
        (H + 1 - 2 * power(2, n), "H ≥ 2*2**n - 1"),
        (W * power(3, n) + power(3, n) - power(3, n * n), "W ≥ 3**(n**2)/3**n - 1"),
        (H * k - k * k, "H ≥ k"),
        (H + (k - 3) * geometric(k, n - 1) - 3 * power(k, n - 1), "H ≥ 2*sum(k**p_ for p_ = 0..n - 1) + 1"),
    ],
)
def test_what_a_person_would_write(excess, written):
    assert " ".join(map(str, isolated(shorter(excess, surely)))) == written


@pytest.mark.parametrize("excess", [2 * H - k, H * W - k, H * k - n, floor_div(H, k) - n, H * H - H, k - n])
def test_what_does_not_stand_alone(excess):
    assert isolated(excess) is None


def test_sums_that_are_far_apart_stay():
    excess = H - geometric(k, n - 1_000) - k * geometric(k, n)
    assert shorter(excess, lambda value: True) == excess


def test_fewer_powers_than_none_are_not_said_by_more():
    excess = H - geometric(k, n - 3) - k * geometric(k, n)
    short = shorter(excess, surely)
    for m in (1, 2, 3, 4, 5):
        point = {"H": 9, "k": 2, "n": m}
        assert (number_at(short, point) >= 0) == (number_at(excess, point) >= 0)
    assert substitute(geometric(k, n - 3), {"n": 1}) == 0


@pytest.mark.parametrize(
    ("text", "domain"),
    [
        ("(pool3s2)xn", "H, W ≥ 2*2**n - 1"),
        ("(pool3s{k})xn", "H, W ≥ 2*sum(k**p_ for p_ = 0..n - 1) + 1"),
        ("conv{k}p{m}-4", "H, W ≥ k - 2*m"),
        ("conv{k}p0-4,pool", "H, W ≥ k + 1"),
    ],
)
def test_domains_as_a_person_would_write_them(text, domain):
    assert domain in str(symcnn.derive(text).domain)
