"""Domains: in words, as sets of points, and what they advise outside."""

import pickle
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

import symcnn
from symcnn.algebra.arithmetic import power
from symcnn.algebra.atoms import symbol
from symcnn.algebra.conditions import Bound, Comparison, Members, Residues, Whole
from symcnn.algebra.domain import NOWHERE, Domain
from symcnn.algebra.ranges import Range, combined, narrowed, shortest
from symcnn.algebra.requirements import Requirements
from symcnn.algebra.signs import surely_at_least
from symcnn.algebra.symbols import INPUT
from symcnn.errors import DomainError, LimitError


def bound(symbol, least):
    return Bound(NOWHERE, "too small", symbol, least)


def residues(symbol, modulus, *kept):
    return Residues(NOWHERE, "no multiple", symbol, modulus, frozenset(kept))


def members(symbol, *kept):
    return Members(NOWHERE, "no divisor", symbol, frozenset(kept))


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ("conv3-8", "every input"),
        ("pool", "H, W ≥ 2"),
        ("pool3x2", "H ≥ 3 and W ≥ 2"),
        ("conv3-8@a, pool, [upsample2 + @a]", "H mod 2 = 0 and W mod 2 = 0"),
        ("[conv3s2-8 + conv4p0-8]", "H in {6, 7} and W in {6, 7}"),
        ("conv3-{32*α}", "32*α integer"),
        ("input(H=7, W=9), conv{k}p0-8", "k ≤ 7"),
        # ceil(H/s) and floor((H - 4)/s) + 1 differ where H mod s is 1, 2 or 3.
        ("[conv3s9x1-8 + conv4x3s9x1p0x1-8]", "H mod 9 not in {1, 2, 3}"),
        ("[conv3s18x1-8 + conv4x3s18x1p0x1-8]", "H mod 18 not in {1, 2, 3}"),
    ],
)
def test_domains_in_words(source, words):
    assert str(symcnn.derive(source).domain) == words


def test_residues_imply_bounds():
    assert str(Domain((bound("H", 4), residues("H", 4, 0)))) == "H mod 4 = 0"
    assert str(Domain((bound("H", 5), residues("H", 4, 0)))) == "H ≥ 5 and H mod 4 = 0"
    assert str(Domain((members("g", 1, 2, 4), bound("g", 2)))) == "g in {2, 4}"
    assert str(Domain((members("g", 2, 4), members("g", 4, 8)))) == "g = 4"


def test_membership_and_symbols():
    domain = symcnn.derive("pool").domain
    assert {"H": 2, "W": 2} in domain
    assert {"H": 2, "W": 1} not in domain
    assert domain.symbols == {"H", "W"}
    assert 3 in Range(2)
    assert "3" not in Range(2)


@given(st.integers(1, 9), st.integers(1, 9), st.sets(st.integers(0, 8), min_size=1), st.integers(-3, 40))
def test_around_gives_the_neighbors(least, modulus, kept, value):
    allowed = Range(least, modulus, frozenset(r % modulus for r in kept))
    inside = [n for n in range(1, 80) if n in allowed]
    below, above = [n for n in inside if n <= value][-1:], [n for n in inside if n >= value][:1]
    assert allowed.around(value) == below + above


def test_around_in_a_finite_set():
    allowed = Range(2, members=frozenset((1, 2, 4, 8)))
    assert [allowed.around(n) for n in (1, 2, 5, 9)] == [[2], [2, 4], [4, 8], [8]]


@given(st.integers(1, 24), st.sets(st.integers(0, 23), min_size=1))
def test_shortest_means_the_same(modulus, kept):
    kept = frozenset(r % modulus for r in kept)
    less, folded = shortest(modulus, kept)
    assert {n for n in range(48) if n % modulus in kept} == {n for n in range(48) if n % less in folded}
    assert less <= modulus


@given(*(st.integers(1, 8) for _ in range(4)))
def test_conditions_on_one_symbol_combine(modulus, other, first, second):
    one, two = residues("H", modulus, first % modulus), residues("H", other, second % other)
    both = narrowed(narrowed(Range(), one), two)
    assert [n in both for n in range(1, 99)] == [
        one.holds({"H": n}) and two.holds({"H": n}) for n in range(1, 99)
    ]


def test_other_conditions_narrow_nothing():
    assert narrowed(Range(3), Whole(NOWHERE, "", 1)) == Range(3)


# --- What is refused, and what is advised --------------------------------------------------------


def refused(domain, **values):
    """Return the error at a point outside the domain."""
    with pytest.raises(DomainError) as found:
        domain.check(values)
    return found.value


def test_a_window_that_does_not_fit_names_the_smallest_input():
    error = refused(symcnn.derive("pool, pool3x1").domain, H=3, W=9, C=1)
    assert (error.message, error.hint) == (
        "the input is too small for pool3x1: a 1×4 map reaches it",
        "smallest input: 6×2",
    )


def test_a_residue_is_said_with_all_others_on_its_symbol():
    domain = Domain((residues("H", 2, 0), residues("H", 4, 0)))
    error = refused(domain, H=30)
    assert (error.message, error.hint) == (
        "no multiple: H mod 4 = 0 does not hold",
        "nearest that works: H = 28",
    )


def test_a_finite_set_names_its_nearest_member():
    assert refused(Domain((members("g", 1, 2, 4),)), g=9).hint == "nearest that works: g = 4"
    assert refused(Domain((members("g"),)), g=9).hint is None


def test_without_a_value_for_every_symbol_the_others_are_advised_of():
    with pytest.raises(DomainError) as found:
        Domain((members("g", 2), bound("w", 2))).at({"g": 3})
    assert found.value.hint == "nearest that works: g = 2"


def test_a_condition_on_several_symbols_moves_one():
    a, b = (symcnn.derive(f"conv3-{n}").output[0].value for n in "ab")
    equal = Domain((Comparison(NOWHERE, "they differ", a, "=", b),))
    assert refused(equal, a=5, b=7).hint in ("nearest that works: a = 7", "nearest that works: b = 5")
    far = Domain((Comparison(NOWHERE, "they differ", a, "=", b),))
    assert refused(far, a=1, b=900).hint is None


def test_rationals_are_moved_to_what_makes_an_integer():
    error = refused(symcnn.derive("conv3-{32*α}").domain, α=Fraction(3, 10))
    assert error.hint == "nearest that works: α = 5/16"
    assert "32*α integer does not hold" in error.message


@pytest.mark.parametrize(
    ("text", "point", "nearest"),
    [
        # No line in α: by eighths.
        ("conv3-{32/α}", {"α": 5}, "α = 4"),
        ("conv3-{(2*α)**2}", {"α": Fraction(3, 10)}, "α = 1/2"),
        ("conv3-{floor(3*α)}", {"α": Fraction(1, 5)}, "α = 3/8"),
        # It divides by zero at α = 2.
        ("conv3-{8/(α - 2)}", {"α": 3 + Fraction(1, 10)}, "α = 3"),
    ],
)
def test_rationals_are_moved_by_eighths_otherwise(text, point, nearest):
    assert refused(symcnn.derive(text).domain, **point).hint == f"nearest that works: {nearest}"


def test_values_put_in_leave_the_rest():
    domain = symcnn.derive("conv3-{2*a}, [identity + conv3-{b+2}], pool").domain
    left = domain.at({"a": 3, "H": 4})
    assert {"b": 4, "W": 2} in left
    assert {"b": 5, "W": 2} not in left
    with pytest.raises(DomainError):
        domain.at({"a": 3, "b": 5})


def test_a_value_put_in_leaves_an_integer_to_be_asked_for():
    left = symcnn.derive("conv3-{(a+b)/2}").domain.at({"a": 3})
    assert str(left) == "2 divides b + 3"
    assert {"b": 1} in left
    assert {"b": 2} not in left


def test_where_a_condition_divides_by_zero_it_does_not_hold():
    domain = symcnn.derive("conv3-{a/(a-b)}").domain
    assert str(domain) == "a != b and (a - b) divides a and a/(a - b) ≥ 1"
    assert [{"a": 3, "b": b} in domain for b in (1, 2, 3)] == [False, True, False]
    assert [condition.holds({"a": 3, "b": 3}) for condition in domain.conditions] == [False] * 3
    assert "does not hold" in refused(domain, a=3, b=3).message


def test_a_domain_is_pickled_with_what_is_wrong_in_words():
    domain = symcnn.derive("conv3-{2*a}, [identity + conv3-{b+2}], pool").domain
    again = pickle.loads(pickle.dumps(domain))
    assert again == domain
    assert repr(again) == repr(domain) == f"<domain: {domain}>"
    for point in ({"a": 3, "b": 9, "H": 2, "W": 2}, {"a": 3, "b": 4, "H": 1, "W": 2}):
        assert refused(again, **point).hint == refused(domain, **point).hint


def test_more_residues_than_can_be_combined():
    assert combined((5, frozenset((1, 2))), (6, frozenset((3,)))) == (30, frozenset((21, 27)))
    every = frozenset(range(1001))
    with pytest.raises(LimitError, match="combining residues takes more than 1,000,000 steps"):
        combined((2003, every), (2011, every))


def test_powers_too_large_for_residues_are_required_as_they_are():
    assert str(symcnn.derive("conv3-{(k**9999 + 2*k)/3}").domain) == "3 divides k**9999 + 2*k"


def test_what_holds_only_for_more_passes_than_there_are_is_not_asked():
    requirements = Requirements()
    asked: list[Requirements] = []
    requirements.under(((2, 3),), NOWHERE, "", asked.append)
    assert not asked
    requirements.under(((3, 3),), NOWHERE, "", asked.append)
    assert asked == [requirements]


def test_a_power_too_large_to_compute_has_no_known_sign():
    k = symbol("k")
    assert surely_at_least(power(k, 3) - k, 0, lambda _: 2)
    assert not surely_at_least(power(k, 1_000_000) - k, 0, lambda _: 10**9)


def test_the_input_is_moved_last():
    assert INPUT == ("C", "H", "W")
    domain = symcnn.derive("conv3-w@a, [identity + conv3-C]").domain
    assert refused(domain, C=3, w=5).hint == "nearest that works: w = 3"
