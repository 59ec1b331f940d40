"""What is divided by is not 0, also where it cancels: the domain says so."""

import pytest

import symcnn
from symcnn.algebra.conditions import number_at
from symcnn.errors import DivisionByZeroError

SIZE = {"C": 3, "H": 8, "W": 8}
DIVIDED = {
    "conv3-{8*(n-1)/(n-1)}": "n ≥ 2",
    "conv3-{(n*n-1)/(n-1)}": "n ≥ 2",
    "conv3-{8 + 0*(1/(n-3))}": "n != 3",
    "conv3-{64/k}": "k divides 64",
    "conv3-{64/(k-1)}": "k ≥ 2 and (k - 1) divides 64",
    "conv3-{64/(2*k-1)}": "(2*k - 1) divides 64",
    "conv3-{12/(5-k)}": "k != 5 and (5 - k) divides 12 and 12/(5 - k) ≥ 1",
    "conv1-{3/(1/(k - 1))}": "k ≥ 2",
    "conv1-{a/(a - b)}": "a != b and (a - b) divides a and a/(a - b) ≥ 1",
    "conv3-{(α-1)/(α-1)}": "α != 1",
    "b = conv3-{8*(cin-1)/(cin-1)}; b xn": "C ≥ 2",
    "conv3-16, [+ conv3p0-{16*k}]:opt": "H, W ≥ 3 and k ≥ 2",
}


@pytest.mark.parametrize("text", DIVIDED)
def test_domains_in_words(text):
    assert str(symcnn.derive(text).domain) == DIVIDED[text]


@pytest.mark.parametrize("text", DIVIDED)
@pytest.mark.parametrize("number", range(1, 9))
def test_what_is_built_with_a_value_is_in_the_domain(text, number):
    report = symcnn.derive(text)
    values = {name: number + (name == "b") for name in report.symbols if name not in SIZE}
    inside = {**values, **SIZE} in report.domain
    try:
        symcnn.derive(text, symbols=values).at(**SIZE)
        built = True
    except symcnn.SymcnnError:
        built = False
    assert inside == built


def test_a_condition_on_a_divisor_in_latex():
    assert symcnn.derive("conv3-{8*(n-3)/(n-3)}").domain.latex == r"n \ne 3"


def test_a_point_without_a_value_is_refused():
    formula = symcnn.derive("conv3-{8*(n-3)/(n-3)}").params
    with pytest.raises(symcnn.DomainError, match="a number is divided by zero: n != 3 does not hold"):
        formula(n=3, C=1)
    assert formula(n=4, C=1) == 80
    with pytest.raises(DivisionByZeroError):
        number_at(symcnn.derive("conv3-{12/(5-k)}").params.value, {"k": 5, "C": 1})
