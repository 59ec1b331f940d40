"""Domains of several conditions: how they are said, what they refuse, and where they have an example."""

from fractions import Fraction

import pytest
from conditions import at_most, bound, compared, guarded, members, residues, whole

from symcnn.algebra.arithmetic import least, power
from symcnn.algebra.atoms import symbol
from symcnn.algebra.conditions import AtMost, Bound, Origin
from symcnn.algebra.domain import Domain
from symcnn.algebra.wording import TEX
from symcnn.errors import ArgumentError, DomainError, UnsupportedError

H, W, k, n, alpha = (symbol(name) for name in "HWknα")


@pytest.mark.parametrize(
    ("conditions", "phrases"),
    [
        ([bound("H", 4), bound("W", 4), bound("k", 3)], ["H, W ≥ 4", "k ≥ 3"]),
        ([bound("H", 4), residues("H", 4, 0)], ["H mod 4 = 0"]),
        ([bound("H", 5), residues("H", 4, 0)], ["H ≥ 5", "H mod 4 = 0"]),
        ([bound("H", 4), residues("H", 4, 0, 1)], ["H ≥ 4", "H mod 4 in {0, 1}"]),
        ([at_most("H", 9)], ["H ≤ 9"]),
        ([at_most("H", 9), bound("H", 4)], ["4 ≤ H ≤ 9"]),
        ([at_most("H", 9), residues("H", 2, 0), bound("H", 4)], ["H mod 2 = 0", "4 ≤ H ≤ 9"]),
        ([at_most("H", 9), residues("H", 2, 0), bound("H", 2)], ["H mod 2 = 0", "H ≤ 9"]),
        ([at_most("H", 9), bound("H", 9)], ["H = 9"]),
        ([at_most("H", 9), residues("H", 7, 3)], ["H = 3"]),
        ([at_most("H", 10), residues("H", 7, 3)], ["H mod 7 = 3", "H ≤ 10"]),
        ([at_most("H", 1)], ["H = 1"]),
        ([members("H", 2, 5, 9), bound("H", 3)], ["H in {5, 9}"]),
        ([members("H", 2, 5, 9), residues("H", 4, 1), at_most("H", 8)], ["H = 5"]),
        ([compared(H, k), compared(W, k)], ["H, W ≥ k"]),
        ([compared(H, k), compared(W, k), compared(H, n)], ["H, W ≥ k", "H ≥ n"]),
        ([compared(2 * H, k), compared(2 * W, k)], ["2*H ≥ k", "2*W ≥ k"]),
        ([compared(H, k), compared(2 * H, k)], ["H ≥ k"]),
        ([compared(H, k), bound("H", 1)], ["H ≥ k"]),
        ([bound("k", 3), compared(H, k), bound("H", 3)], ["H, k ≥ 3", "H ≥ k"]),
        ([bound("k", 3), compared(H, k), bound("H", 4)], ["H ≥ 4", "k ≥ 3", "H ≥ k"]),
        ([compared(H, power(2, n)), guarded(n, 2, bound("H", 4))], ["H ≥ 2**n"]),
        ([bound("H", 2), guarded(n, 3, compared(H, power(2, n)))], ["H ≥ 2", "H ≥ 2**n if n ≥ 3"]),
        (
            [bound("H", 2), guarded(n, 2, bound("H", 4)), guarded(n, 3, compared(H, power(2, n)))],
            ["H ≥ 2**n"],
        ),
        ([bound("H", 3), guarded(n, 2, compared(H, power(2, n)))], ["H ≥ 3", "H ≥ 2**n"]),
        ([bound("H", 1), guarded(n, 2, compared(H, power(2, n)))], ["H ≥ 2**n if n ≥ 2"]),
        ([bound("W", 2), guarded(n, 2, compared(H, power(2, n)))], ["W ≥ 2", "H ≥ 2**n if n ≥ 2"]),
        ([at_most("n", 2), guarded(n, 3, bound("H", 4))], ["n ≤ 2"]),
        ([at_most("n", 3), guarded(n, 3, bound("H", 4))], ["n ≤ 3", "H ≥ 4 if n ≥ 3"]),
        ([guarded(n - k, 3, bound("H", 4))], ["H ≥ 4 if n - k ≥ 3"]),
    ],
    ids=str,
)
def test_several_conditions_are_said(conditions, phrases):
    domain = Domain(tuple(conditions))
    assert domain.phrases() == phrases
    assert str(domain) == " and ".join(phrases)
    assert len(domain.phrases(TEX)) == len(phrases)
    assert repr(domain) == f"<domain: {domain}>"
    assert domain.example() in domain


@pytest.mark.parametrize(
    ("conditions", "point", "message", "hint"),
    [
        ([bound("H", 4), bound("W", 6)], {"H": 3, "W": 9}, "p: H ≥ 4 does not hold", "smallest input: 4×6"),
        ([bound("H", 4)], {"H": 3, "W": 9}, "p: H ≥ 4 does not hold", "smallest input: 4×1"),
        (
            [bound("H", 4), residues("H", 5, 2)],
            {"H": 3, "W": 9},
            "p: H ≥ 4 does not hold",
            "smallest input: 7×1",
        ),
        ([bound("k", 4)], {"k": 3}, "p: k ≥ 4 does not hold", "nearest that works: k = 4"),
        ([at_most("H", 4)], {"H": 9}, "p: H ≤ 4 does not hold", "nearest that works: H = 4"),
        (
            [residues("H", 2, 0), residues("H", 3, 0)],
            {"H": 5},
            "p: H mod 6 = 0 does not hold",
            "nearest that works: H = 6",
        ),
        (
            [members("k", 2, 8)],
            {"k": 5},
            "p: k in {2, 8} does not hold",
            "nearest that works: k = 2",
        ),
        (
            [members("k", 2, 8), bound("H", 2)],
            {"k": 6, "H": 1},
            "p: k in {2, 8} does not hold",
            "nearest that works: k = 8, H = 2",
        ),
        (
            [whole(32 * alpha)],
            {"α": Fraction(1, 50)},
            "p: 32*α integer does not hold",
            "nearest that works: α = 1/32",
        ),
        (
            [whole(32 * alpha)],
            {"α": Fraction(3, 50)},
            "p: 32*α integer does not hold",
            "nearest that works: α = 1/16",
        ),
        (
            [compared(8 * alpha, 3)],
            {"α": Fraction(1, 4)},
            "p: 8*α ≥ 3 does not hold",
            "nearest that works: α = 3/8",
        ),
        ([compared(H, k)], {"H": 3, "k": 5}, "p: H ≥ k does not hold", "nearest that works: k = 3"),
        (
            [compared(k, n, "="), compared(H, n)],
            {"H": 3, "k": 2, "n": 3},
            "p: k = n does not hold",
            "nearest that works: k = 3",
        ),
    ],
    ids=str,
)
def test_refusals_name_what_fails_and_what_works(conditions, point, message, hint):
    named = [type(c)(**{**c.__dict__, "problem": "p"}) for c in conditions]
    with pytest.raises(DomainError) as caught:
        Domain(tuple(named)).check(point)
    assert (caught.value.message, caught.value.hint) == (message, hint)


def test_the_map_is_told_where_a_bound_fails():
    origin = Origin(shape=(k, H, W), text="pool4")
    for condition, message in (
        (Bound(origin, "too small", "H", 4), "too small: a 3×9 map reaches it"),
        (AtMost(origin, "too large", "H", 2), "too large: H ≤ 2 does not hold"),
    ):
        with pytest.raises(DomainError, match=f"^{message}"):
            Domain((condition,)).check({"H": 3, "W": 9})


def test_a_point_has_to_give_all_symbols():
    domain = Domain((bound("H", 3), compared(k, n)))
    with pytest.raises(ArgumentError, match=r"^the domain needs a value for k, n$"):
        assert {"H": 3, "W": 1} in domain
    assert domain.at({"H": 3}).phrases() == ["k ≥ n"]
    assert domain.at({}) == domain
    with pytest.raises(DomainError):
        domain.at({"H": 2})


def test_domains_with_no_near_example():
    far = Domain((compared(H, 10**9 + 0 * H), at_most("H", 10**9 - 1)))
    with pytest.raises(UnsupportedError, match=r"^a short search finds no example of"):
        far.example()
    assert Domain((whole(alpha * 2), compared(1, 2 * alpha))).example() == {"α": Fraction(1, 2)}
    assert Domain((bound("H", 3), residues("k", 5, 4))).example() == {"H": 3, "k": 4}
    assert Domain((compared(least([H, 700]), 700),)).example()["H"] >= 700
