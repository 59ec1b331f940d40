"""What other conditions imply is left out, and nothing else."""

import pytest

import symcnn
from symcnn.algebra.arithmetic import floor_div, power
from symcnn.algebra.atoms import Exponential, atom_value, symbol
from symcnn.algebra.conditions import AtMost, Bound, Comparison, Guarded
from symcnn.algebra.domain import NOWHERE, Domain
from symcnn.algebra.implications import implies
from symcnn.algebra.signs import lower_bound
from symcnn.algebra.sums import geometric

H, k, n = map(symbol, "Hkn")
half = floor_div(n, 2)


def at_least(left, right):
    return Comparison(NOWHERE, "", left, "≥", right)


def bound(least, name="H"):
    return Bound(NOWHERE, "", name, least)


def under(count, least, inner):
    return Guarded(NOWHERE, "", count, least, inner)


SURE = [
    (bound(5), bound(3)),
    (at_least(H, k + 4), bound(5)),
    (at_least(H, k * n), at_least(H, n)),
    (at_least(H, 7 * power(2, n) - 6), at_least(2 * H + 12, 13 * power(2, n))),
    (at_least(H, power(3, n * n)), at_least(H, power(3, n))),
    (at_least(H, power(3, n * n)), under(n, 3, at_least(H, 9 * power(3, n)))),
    (at_least(H, 2 * power(3, half * half)), under(half, 2, at_least(H, 6 * power(3, half)))),
    (at_least(H, 2 * power(3, half * half)), under(half, 2, bound(17))),
    (bound(17), under(n, 2, bound(17))),
    (under(n, 2, bound(5)), under(n, 3, bound(5))),
    (under(n, 2, at_least(H, k + 4)), under(n, 3, bound(5))),
    (at_least(H, 3 * geometric(k, n)), bound(3)),
]

NOT_SURE = [
    (bound(3), bound(5)),
    (bound(5, "W"), bound(3)),
    (bound(5), at_least(H, k)),
    (at_least(H, n), at_least(H, k * n)),
    (at_least(H, power(3, n * n)), at_least(H, 2 * power(3, n))),
    (at_least(H, power(3, n)), at_least(H, power(2, n * n))),
    (at_least(H, power(3, n * n) - 9), at_least(H, power(3, n) - 7)),
    (at_least(H, k * power(3, n * n)), at_least(H, n * power(3, n))),
    (at_least(H, power(3, n)), at_least(H, power(3, n * n))),
    (at_least(H, power(1, n)), at_least(H, k)),
    (under(n, 3, bound(5)), under(n, 2, bound(5))),
    (under(n, 2, bound(5)), bound(5)),
    (under(n, 2, bound(5)), under(k, 2, bound(5))),
    (under(n, 2, bound(5)), at_least(H, 5 + 0 * k)),
    (at_least(H, n), under(k * n, 2, at_least(H, k))),
    (AtMost(NOWHERE, "", "H", 4), bound(1)),
    (Comparison(NOWHERE, "", H, "=", k), at_least(H, k)),
    (at_least(H * k + 1, n), at_least(H, n)),
    (at_least(H, power(2, n)), at_least(H, n * power(k, n))),
    (at_least(H, k * n + n), at_least(H, 2 * k * n)),
    (at_least(H, 5 - k - n), at_least(H, 5)),
]


@pytest.mark.parametrize(("one", "two"), SURE)
def test_what_follows(one, two):
    assert implies(one, two, lambda _: 1)
    points = [
        {"H": h, "W": 9, "k": b, "n": m} for h in range(1, 200, 3) for b in (1, 2, 5) for m in (1, 2, 3, 5)
    ]
    assert all(two.holds(point) for point in points if one.holds(point))


@pytest.mark.parametrize(("one", "two"), NOT_SURE)
def test_what_does_not_follow(one, two):
    assert not implies(one, two, lambda _: 1)


def test_nothing_is_left_out_in_a_circle():
    domain = Domain((bound(2, "n"), at_least(n, k + 1), at_least(H, n), at_least(H, 2 + 0 * n), bound(2)))
    assert "n ≥ k + 1" in str(domain)
    assert "H ≥ n" in str(domain)


def test_least_powers():
    assert lower_bound(power(3, n * n), lambda _: 2) == 81
    assert lower_bound(atom_value(Exponential(3, floor_div(n - 9, 2))), lambda _: 1) is None
    assert lower_bound(atom_value(Exponential(-2, n)), lambda _: 1) is None
    assert lower_bound(geometric(k, n), lambda _: 3) == 3


@pytest.mark.parametrize(
    ("text", "domain"),
    [
        ("conv{k}p0-4 xn", "H, W ≥ k*n - n + 1"),
        ("((conv3p0-4)xk,conv3p0-4)xn", "H, W ≥ 2*k*n + 2*n + 1"),
        ("(pool3s{k})xn", "H, W ≥ 2*sum(k**p_ for p_ = 0..n - 1) + 1"),
        ("conv{k}p0s2-4 xn", "H, W ≥ k*2**n - k - 2**n + 2"),
        ("(conv7p0-4,pool)xn", "H, W ≥ 7*2**n - 6"),
        ("conv3-8,((conv5s3p0-4)xk,conv3-4)xn", "H, W ≥ 2*3**(k*n) - 1"),
        (
            "conv3-8,((conv5s3p0-4)x{n//2},conv3-4)x{n//2}",
            "H, W ≥ 5 and n ≥ 2 and H, W ≥ 2*3**(floor(n/2)**2) - 1 if n ≥ 4",
        ),
    ],
)
def test_domains_in_words(text, domain):
    assert str(symcnn.derive(text).domain) == domain
