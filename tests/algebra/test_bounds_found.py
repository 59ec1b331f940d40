"""Where inequalities of one symbol hold is found by trying it; what a form does not show is left open."""

import pytest

from symcnn.algebra.arithmetic import divide, floor_div, power
from symcnn.algebra.atoms import symbol
from symcnn.algebra.conditions import AtMost, Bound, Comparison, Origin, Whole
from symcnn.algebra.domain import MAX_TOLD_APART, Domain
from symcnn.algebra.implications import implies
from symcnn.algebra.requirements import ImpossibleError, Requirements
from symcnn.algebra.signs import without_floor
from symcnn.analyses.fields import Field, Stretched
from symcnn.analyses.receptive_field import _without_passes
from symcnn.claims.gaps import gap
from symcnn.errors import DomainError

H, k, m, n = (symbol(name) for name in "Hkmn")
HALF = floor_div(H, 2)


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (5 * HALF - H - 2, "H ≥ 2"),
        (3 * HALF - H - 2, "3*floor(H/2) ≥ H + 2"),  # it holds for 4, not for 5
        (H - 3 * HALF + 3, "H in {1, 2, 3, 4, 5, 6, 7, 9}"),
        (H - 3 * HALF + 1_000_000, "H + 1000000 ≥ 3*floor(H/2)"),  # too many values to be tried
    ],
)
def test_where_a_quasi_linear_value_is_not_negative(value, words):
    requirements = Requirements()
    requirements.at_least(value, 0, Origin(), "")
    domain = requirements.domain()
    assert str(domain) == words
    for number in range(1, 40):
        assert ({"H": number} in domain) == (value_at(value, number) >= 0)


def value_at(value, number):
    """The value by Python's own division."""
    return sum(c * eval_monomial(monomial, number) for monomial, c in value.terms.items())


def eval_monomial(monomial, number):
    """A product of H, ⌊H/2⌋ and nothing else."""
    out = 1
    for atom, exponent in monomial:
        out *= (number if atom == next(iter(H.atoms())) else number // 2) ** exponent
    return out


def test_what_no_remainder_satisfies_is_impossible():
    with pytest.raises(ImpossibleError):
        Requirements().at_least(H - 2 * HALF, 2, Origin(), "")


def test_a_floor_over_a_fraction_is_not_turned_round():
    excess = 3 - floor_div(symbol("α"), 2)
    assert without_floor(excess, 0) == excess


def test_a_power_of_a_symbol_is_at_least_the_symbol():
    one, two = (Comparison(Origin(), "", H, "≥", value) for value in (power(k, n), k))
    assert implies(one, two, lambda _: 1)
    assert not implies(two, one, lambda _: 1)


def test_a_value_that_leaves_a_division_by_zero_is_refused():
    domain = Domain((Whole(Origin(), "it is an integer", divide(m, k - 1)),))
    with pytest.raises(DomainError, match="it is an integer"):
        domain.at({"k": 1})


def test_many_conditions_are_said_as_they_are():
    many = Domain(tuple(Comparison(Origin(), "", H, "≥", c * k + n) for c in range(1, MAX_TOLD_APART + 3)))
    assert len(many.phrases()) == MAX_TOLD_APART + 2


def test_a_field_that_is_the_same_for_all_positions_is_listed():
    assert Stretched(2, 3, 5, 1, 0, 1).listed() == Field(2, ((3, 7),))
    assert _without_passes(0) == 0


def test_what_has_no_value_itself_is_no_divisor():
    from_three = Domain((Bound(Origin(), "", "H", 3), AtMost(Origin(), "", "H", 9)))
    assert gap(from_three, [], [divide(1, H - 3)]) == {"H": 3}
