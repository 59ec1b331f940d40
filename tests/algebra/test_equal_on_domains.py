"""Whether values are 0 on a domain: against trying all points of a box, and where the points are known."""

from fractions import Fraction
from itertools import product

import pytest
from conditions import at_most, bound, compared, members, residues, whole

from symcnn.algebra.arithmetic import differs, divide, floor_div, greatest, least, power, reaches
from symcnn.algebra.atoms import symbol, symbols_of
from symcnn.algebra.conditions import number_at
from symcnn.algebra.domain import Domain
from symcnn.algebra.equality import TRIED, Verdict, equal, vanishes

H, k, m, n, alpha, beta = (symbol(name) for name in "Hkmnαβ")
SIDE = 14
HALVES = floor_div(H, 2) + floor_div(H + 1, 2)


@pytest.mark.parametrize(
    ("value", "conditions", "zero", "least_known"),
    [
        (HALVES - H, [], True, False),
        (HALVES - H + 0 * k, [bound("k", 3)], True, False),
        (floor_div(H, 2) - floor_div(H, 3), [], False, True),
        (floor_div(H, 2) - floor_div(H, 3), [members("H", 1, 3)], True, False),
        (floor_div(H, 2) - floor_div(H, 3), [members("H", 1, 3, 6, 9)], False, True),
        (floor_div(H, 2) - divide(H, 2), [], False, True),
        (floor_div(H, 2) - divide(H, 2), [residues("H", 2, 0)], True, False),
        (floor_div(H, 2) - divide(H, 2), [residues("H", 4, 0, 2, 3)], False, True),
        (floor_div(H, 4) - floor_div(k, 4), [at_most("H", 3), at_most("k", 3)], True, False),
        (floor_div(H, 4) - floor_div(k, 4), [at_most("H", 4), at_most("k", 3)], False, True),
        ((H - 1) * (H - 2) * (H - 3), [], False, True),
        ((H - 1) * (H - 2) * (k - 1), [bound("k", 1)], False, True),
        ((H - 5) * (k - 3), [bound("H", 5), bound("k", 3)], False, True),
        # The least point of the box may be outside of the domain: then none is known to be the least.
        (H - k, [compared(H, k)], False, False),
        (H - k, [compared(H, k + 3)], False, False),
        (k - n, [compared(k, n)], False, False),
        (k * k - n * n, [compared(k, n + 1), compared(n, m)], False, False),
        # No point of the domain is found near those with n = 1.
        (
            k + n,
            [members("n", 1, 1_000), compared(k, 10**9 * (1 - differs([n - 1]))), at_most("k", 9)],
            False,
            False,
        ),
        # What a domain says that a symbol is equal to is put in.
        (k - n, [compared(k, n, "=")], True, False),
        (k - m, [compared(k, n, "="), compared(n, m, "=")], True, False),
        (k - m, [compared(n, m, "="), compared(k, n, "=")], True, False),
        (k - 2 * n - 1, [compared(2 * n + 1, k, "=")], True, False),
        (k - 5, [compared(k, n + 2, "=")], False, False),
        (k - 5, [compared(k * n, 6 * m, "=")], False, False),
        (k - n, [compared(k, 2 * k - n, "=")], None, False),
        (k - n, [whole(divide(m, 2)), compared(k, m), compared(k, n, "=")], True, False),
        # Minima, maxima and brackets change at values of their own.
        (least([H, 6]) - H, [at_most("H", 6)], True, False),
        (least([H, 6]) - H, [], False, True),
        (greatest([H, 6]) - H, [bound("H", 6)], True, False),
        (greatest([H, 6]) - H, [bound("H", 5)], False, True),
        (reaches(H, 4) + reaches(3 - H, 0) - 1, [], True, False),
        (1 - differs([H - 11, k - 2]), [], False, True),
        # Nothing is on a domain without points.
        (H, [members("H", 3), members("H", 5)], True, False),
        (H, [members("k", 3), members("k", 5)], True, False),
        (H, [members("k", 3), members("n", 5)], False, True),
        (7, [], False, True),
        (0, [], True, False),
    ],
    ids=str,
)
def test_verdicts(value, conditions, zero, least_known):
    domain = Domain(tuple(conditions))
    verdict = vanishes(value, domain)
    assert (verdict.zero, verdict.least) == (zero, least_known)
    assert equal(value, 0, domain) is zero
    names = sorted(symbols_of(value) | domain.symbols)
    box = (dict(zip(names, numbers, strict=True)) for numbers in product(range(1, SIDE), repeat=len(names)))
    wrong = [p for p in box if p in domain and number_at(value, p) != 0]
    assert not wrong or zero is False
    if verdict.point is not None:
        assert list(verdict.point) == names
        assert verdict.point in domain
        assert number_at(value, verdict.point) != 0
    if least_known:
        named = sorted(symbols_of(value))
        assert [verdict.point[n] for n in named] == min([p[n] for n in named] for p in wrong)
    assert all(p in domain and number_at(value, p) == 0 for p in verdict.tried)
    assert bool(verdict.tried) == (zero is None)


# 3**n ≥ n + 2 for every n ≥ 1, which no form shows; for n = 0 it would be false.
UNPROVED = greatest([power(3, n), n + 2]) - power(3, n)


def test_what_is_neither_proved_nor_refuted_is_tried():
    verdict = vanishes(UNPROVED, Domain())
    assert verdict.zero is verdict.point is None
    numbers = [point["n"] for point in verdict.tried]
    assert len(numbers) == len(set(numbers))
    assert set(range(1, 100)) <= set(numbers)
    assert min(numbers) == 1
    assert max(numbers) <= TRIED


def test_where_there_is_no_value_nothing_is_shown():
    verdict = vanishes(divide(UNPROVED, n - 3), Domain())
    assert verdict.zero is None
    assert {"n": 3} not in verdict.tried
    assert {"n": 4} in verdict.tried


def test_points_that_are_tried_lie_in_the_domain():
    even = Domain((residues("n", 2, 0), bound("H", 7), compared(m, n + 1, "=")))
    verdict = vanishes(UNPROVED, even)
    assert {"H": 7, "m": 5, "n": 4} in verdict.tried
    assert all(point in even for point in verdict.tried)
    assert len({point["n"] for point in verdict.tried}) == len(verdict.tried) > 20


@pytest.mark.parametrize(
    ("value", "point"),
    [
        # Found in a box of small values, ...
        (1 - differs([power(k, n) - 5**7]), {"k": 5, "n": 7}),
        (1 - differs([power(k, n) - 11**10]), {"k": 11, "n": 10}),
        (1 - differs([power(n, 2) - 100**2]), {"n": 100}),
        # where all symbols have the same value, ...
        (1 - differs([power(n, 2) - 250**2]), {"n": 250}),
        (1 - differs([power(n, 2) - 250**2, n - k]), {"k": 250, "n": 250}),
        # and where brackets change, however far.
        (1 - differs([n - 1_000]), {"n": 1_000}),
        (1 - differs([n - 1_000, k - 2_000]), {"k": 2_000, "n": 1_000}),
        (least([2 * n - 999, 0]) - least([2 * n - 1_000, 0]), {"n": 1}),
        (reaches(n, 1_000) - reaches(n, 1_001), {"n": 1_000}),
        (reaches(2 * n, 1_999) - reaches(n, 1_001), {"n": 1_000}),
        (differs([H - 1_000, k - 1_000]) - differs([H - 1_000]), {"H": 1_000, "k": 1}),
    ],
    ids=str,
)
def test_where_a_difference_shows(value, point):
    verdict = vanishes(value, Domain())
    assert (verdict.zero, verdict.point) == (False, point)


@pytest.mark.parametrize(
    ("value", "point"),
    [
        (alpha * k - k, {"k": 1, "α": 2}),
        ((alpha - 1) * (alpha - 2), {"α": 3}),
        (floor_div(2 * alpha, 1) - 2 * alpha, {"α": Fraction(1, 3)}),
        (floor_div(alpha, 1) - alpha + 0 * k, {"α": Fraction(1, 2)}),
        (floor_div(3 * k * alpha, 1) - 3 * floor_div(k * alpha, 1), {"k": 1, "α": Fraction(1, 2)}),
        (
            floor_div(alpha * beta, 1) - floor_div(alpha, 1) * floor_div(beta, 1),
            {"α": Fraction(1, 2), "β": 2},
        ),
    ],
    ids=str,
)
def test_of_fractions_no_point_is_the_least(value, point):
    assert vanishes(value, Domain()) == Verdict(zero=False, point=point, least=False)


def test_equal_everywhere():
    assert equal(HALVES, H) is True
    assert equal(k, n) is equal(k, 2 * k) is False
    assert equal(UNPROVED, 0) is None


def test_more_classes_than_are_looked_at():
    """Of a million remainders not each is tried; that two values differ is seen at a small one."""
    verdict = vanishes(floor_div(H, 10**6) + 1 - H, Domain())
    assert (verdict.zero, verdict.point, verdict.least) == (False, {"H": 2}, False)
