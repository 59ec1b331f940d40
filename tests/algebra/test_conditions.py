"""Conditions: where they hold, how they are said, and what is left of them once symbols have values."""

import pickle
from fractions import Fraction
from itertools import product

import pytest
from conditions import NOWHERE, at_most, bound, compared, guarded, members, residues, whole

import symcnn
from symcnn.algebra.arithmetic import differs, divide, floor_div, power, reaches
from symcnn.algebra.atoms import symbol
from symcnn.algebra.conditions import Bound, Origin, number_at, numbers_at
from symcnn.algebra.domain import Domain
from symcnn.algebra.wording import MAX_MEMBERS, SHOWN, TEX, WORDS
from symcnn.errors import DomainError

H, W, k, n, alpha = (symbol(name) for name in "HWknα")


@pytest.mark.parametrize(
    ("condition", "words", "tex"),
    [
        (bound("H", 3), "H ≥ 3", r"H \ge 3"),
        (at_most("H", 3), "H ≤ 3", r"H \le 3"),
        (residues("H", 4, 0), "H mod 4 = 0", r"H \bmod 4 = 0"),
        (residues("H", 4, 0, 1), "H mod 4 in {0, 1}", r"H \bmod 4 \in \{0, 1\}"),
        (residues("H", 4, 0, 1, 3), "H mod 4 != 2", r"H \bmod 4 \ne 2"),
        (residues("H", 5, 0, 1, 3), "H mod 5 not in {2, 4}", r"H \bmod 5 \notin \{2, 4\}"),
        (residues("H", 2, 1), "H mod 2 = 1", r"H \bmod 2 = 1"),
        (residues("H", 1, 0), "H mod 1 = 0", r"H \bmod 1 = 0"),
        (members("H", 3), "H = 3", "H = 3"),
        (members("H", 3, 4), "H in {3, 4}", r"H \in \{3, 4\}"),
        (members("H", 3, 4, 5), "H in {3, 4, 5}", r"H \in \{3, 4, 5\}"),
        (members("H", 3, 4, 5, 6), "3 ≤ H ≤ 6", r"3 \le H \le 6"),
        (members("H", 1, 2, 3, 4), "H ≤ 4", r"H \le 4"),
        (members("H", 2, 3, 4, 5), "2 ≤ H ≤ 5", r"2 \le H \le 5"),
        (members("H", 1, 2, 3, 5), "H in {1, 2, 3, 5}", r"H \in \{1, 2, 3, 5\}"),
        (members("H"), "H in {}", r"H \in \{\}"),
        (compared(H, k + 1), "H ≥ k + 1", r"H \ge k + 1"),
        (compared(7, k), "k ≤ 7", r"k \le 7"),
        (compared(k, 7, "="), "k = 7", "k = 7"),
        (compared(7, k, "="), "7 = k", "7 = k"),
        (compared(differs([H - k]), 1), "H != k", r"H \ne k"),
        (compared(reaches(H, k), 1), "H >= k", r"H \ge k"),
        (compared(2 * differs([H - k]), 1), "2*[H != k] ≥ 1", None),
        (compared(differs([H - k]), 0), "[H != k] ≥ 0", None),
        (compared(differs([H - k]), 1, "="), "[H != k] = 1", None),
        (compared(power(2, n), 1), "2**n ≥ 1", r"2^{n} \ge 1"),
        (whole(4 * alpha), "4*α integer", r"4 \alpha \in \mathbf{Z}"),
        (whole(divide(H, k)), "k divides H", r"k \mid H"),
        (guarded(n, 2, bound("H", 3)), "H ≥ 3 if n ≥ 2", r"H \ge 3\ \mathrm{if}\ n \ge 2"),
        (guarded(n - 1, 2, bound("H", 3)), "H ≥ 3 if n ≥ 3", None),
        (guarded(n - k, 2, bound("H", 3)), "H ≥ 3 if n - k ≥ 2", None),
        (guarded(floor_div(n, 2), 2, bound("H", 3)), "H ≥ 3 if n ≥ 4", None),
        (
            guarded(n, 2, guarded(k, 3, bound("H", 3))),
            "H ≥ 3 if k ≥ 3 and n ≥ 2",
            r"H \ge 3\ \mathrm{if}\ k \ge 3\ \mathrm{and}\ n \ge 2",
        ),
    ],
    ids=str,
)
def test_conditions_are_said(condition, words, tex):
    assert str(condition) == condition.write(WORDS) == words
    assert tex is None or condition.write(TEX) == tex
    assert pickle.loads(pickle.dumps(condition)) == condition


def test_large_sets_are_cut():
    for wording, dots in ((WORDS, "… ({} in all)"), (TEX, r"\ldots\ (\mathrm{{{}~in~all}})")):
        whole_ = wording.members(range(MAX_MEMBERS))
        assert whole_.count(",") == MAX_MEMBERS - 1
        cut = wording.members(range(MAX_MEMBERS, -1, -1))
        shown = ", ".join(map(str, range(SHOWN)))
        assert cut == f"{wording.braces[0]}{shown}, {dots.format(MAX_MEMBERS + 1)}{wording.braces[1]}"
    assert str(Domain()) == "every input"
    assert Domain().latex == r"\mathrm{every~input}"


CONDITIONS = [
    (bound("H", 3), lambda H, k, n: H >= 3),
    (at_most("H", 3), lambda H, k, n: H <= 3),
    (residues("H", 4, 0, 3), lambda H, k, n: H % 4 in {0, 3}),
    (members("H", 2, 5), lambda H, k, n: H in {2, 5}),
    (compared(H, k + 1), lambda H, k, n: k + 1 <= H),
    (compared(H, 2 * k, "="), lambda H, k, n: 2 * k == H),
    (compared(40, power(2, n) * k), lambda H, k, n: 2**n * k <= 40),
    (compared(40, power(2, n)), lambda H, k, n: 2**n <= 40),
    (compared(divide(H, k - 2), 2), lambda H, k, n: k != 2 and H / (k - 2) >= 2),
    (whole(divide(H, k)), lambda H, k, n: H % k == 0),
    (whole(divide(H, k - 2)), lambda H, k, n: k != 2 and H % abs(k - 2) == 0),
    (whole(divide(12, power(2, n))), lambda H, k, n: 12 % 2**n == 0),
    (whole(divide(12 * power(2, k), power(2, n))), lambda H, k, n: 12 * 2**k % 2**n == 0),
    (guarded(n, 2, bound("H", 3)), lambda H, k, n: n < 2 or H >= 3),
    (guarded(n - 1, 2, compared(H, k)), lambda H, k, n: n < 3 or k <= H),
    (guarded(n, 2, guarded(k, 3, bound("H", 4))), lambda H, k, n: n < 2 or k < 3 or H >= 4),
]


@pytest.mark.parametrize(("condition", "holds"), CONDITIONS, ids=[str(c) for c, _ in CONDITIONS])
def test_where_conditions_hold(condition, holds):
    names = sorted(condition.symbols)
    domain = Domain((condition,))
    for numbers in product(range(1, 7), repeat=3):
        point = dict(zip("Hkn", numbers, strict=True))
        good = holds(*numbers)
        assert condition.holds(point) == (point in domain) == good
        if good:
            domain.check(point)
        else:
            with pytest.raises(DomainError):
                domain.check(point)
        # What is left once some symbols have values holds for the others where all held before.
        for name in names:
            try:
                left = domain.at({name: point[name]})
            except DomainError:
                # None of the others would do.
                assert not any(
                    holds(**{**dict(zip("Hkn", rest, strict=True)), name: point[name]})
                    for rest in product(range(1, 7), repeat=3)
                )
                continue
            assert name not in left.symbols
            assert (point in left) == good


@pytest.mark.parametrize(
    ("condition", "values", "words"),
    [
        (compared(20, H + 3 * k), {"k": 2}, "H ≤ 14"),
        (compared(power(2, n), k), {"n": 3}, "k ≤ 8"),
        (compared(40, k * power(2, n)), {"k": 5}, "n ≤ 3"),
        (compared(H, k + n), {"k": 2}, "H ≥ n + 2"),
        (compared(H, k + n, "="), {"k": 2}, "H = n + 2"),
        (whole(divide(H * k, 4)), {"k": 6}, "2 divides H"),
        (whole(divide(24 * k, power(2, n))), {"k": 5}, "n ≤ 3"),
        (whole(divide(24 * k, power(2, n + H))), {"k": 5}, "H + n ≤ 3"),
        (guarded(n - k, 2, compared(H, k)), {"k": 3}, "H ≥ 3 if n ≥ 5"),
        (residues("H", 4, 0), {"k": 3}, "H mod 4 = 0"),
        (guarded(n, 3, bound("H", 9)), {"n": 3}, "H ≥ 9"),
        (guarded(n, 3, bound("H", 9)), {"H": 8}, "n ≤ 2"),
        (guarded(n - k, 3, compared(H, k)), {"H": 8}, "k ≤ 8 if n - k ≥ 3"),
        (guarded(n - k, 3, bound("H", 9)), {"H": 8}, "n - k ≤ 2"),
    ],
    ids=str,
)
def test_what_is_left_is_said(condition, values, words):
    assert str(condition.at(values)) == words


def test_nothing_is_asked_of_what_is_known():
    """Where H is put in, a formula is evaluated without it, also if more of it is asked for later passes."""
    formula = symcnn.derive("(conv3s2-8, conv5p0-8)xn").params
    left = formula.at(H=50, W=50, C=3)
    assert str(left.domain) == "n ≤ 2"
    assert [left(n=passes) for passes in (1, 2)] == [formula(n=passes, H=50, W=50, C=3) for passes in (1, 2)]
    with pytest.raises(DomainError):
        left(n=3)
    assert formula.at(n=1)(H=9, W=9, C=3) == formula(n=1, H=9, W=9, C=3)


def test_a_pass_that_there_is_not_asks_for_nothing():
    domain = Domain((guarded(n, 3, whole(divide(W, k - 2))),))
    assert domain.at({"n": 2, "k": 2}) == domain.at({"n": 2, "k": 2, "W": 1}) == Domain()
    with pytest.raises(DomainError):
        domain.at({"n": 3, "k": 2})


def test_origins_tell_the_map():
    assert NOWHERE.map_at({"H": 3}) is None
    assert NOWHERE.at({"H": 3}) == NOWHERE
    origin = Origin(shape=(k, floor_div(H, 2), W + 1))
    assert origin.map_at({"H": 9}) is None
    assert origin.map_at({"H": 9, "W": 4}) == "4×5"  # the channels are not needed
    assert origin.map_at({"W": 4}) is None
    put = origin.at({"H": 2 * n, "k": 5})
    assert put.shape == (5, n, W + 1)
    assert put.map_at({"n": 7, "W": 1}) == "7×2"


def test_conditions_are_the_same_wherever_they_come_from():
    assert Bound(Origin(text="conv3-8"), "too small", "H", 3) == bound("H", 3)
    both = Domain((bound("H", 3),)) & Domain((Bound(Origin(text="pool"), "empty", "H", 3), bound("W", 2)))
    assert both.conditions == (bound("H", 3), bound("W", 2))
    assert both & both is both


def test_a_problem_is_pickled_in_words():
    condition = Bound(NOWHERE, lambda values: f"too small at {dict(values)}", "H", 3)
    assert pickle.loads(pickle.dumps(condition)).problem == "too small at {}"


def test_several_values_at_once():
    assert numbers_at([H, floor_div(H, 2), 7], {"H": 5}) == [5, 2, 7]
    assert number_at(divide(H, 2), {"H": 5}) == Fraction(5, 2)
