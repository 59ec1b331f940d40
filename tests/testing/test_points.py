"""The points that `inputs`, `symbol_values` and `points` draw: inside the domain, small first, at edges."""

from fractions import Fraction

import pytest
from hypothesis import HealthCheck, Phase, find, given, settings
from hypothesis import strategies as st

import symcnn
from symcnn.errors import ArgumentError, DomainError
from symcnn.testing import architectures, inputs, points, symbol_values

QUICK = settings(
    max_examples=2000,
    database=None,
    derandomize=True,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    phases=[Phase.generate, Phase.shrink],
)


def least(strategy, condition=lambda point: True):
    return find(strategy, condition, settings=QUICK)


@given(architectures(symbols=["k", "n"]), st.data())
def test_points_lie_in_the_domain(network, data):
    report = symcnn.derive(network)
    point = data.draw(points(report))
    assert point.keys() == set(report.symbols)
    assert point in report.domain
    assert report.at(**point).params == report.params(**point)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("conv3-64", {"C": 1, "H": 1, "W": 1}),
        ("vgg16", {"C": 1, "H": 32, "W": 32}),
        ("unet", {"C": 1, "H": 16, "W": 16}),
        ("conv3g4-8,pool", {"C": 4, "H": 2, "W": 2}),
        ("input(C=3,H=9), pool5", {"W": 5}),
        ("conv3-2,[pool2,pool2+pool3]", {"C": 1, "H": 4, "W": 4}),
        ("(conv3-8,pool)xn", {"C": 1, "H": 2, "W": 2, "n": 1}),
        ("conv3-{8*α}", {"C": 1, "H": 1, "W": 1, "α": 1}),
        ("input(C=1,H=1,W=1), conv1-1", {}),
    ],
)
def test_the_least_point(text, expected):
    assert least(points(text)) == expected


@pytest.mark.parametrize("height", [32, 33, 63, 64, 65])
def test_edges_of_residues_are_drawn_soon(height):
    assert find(
        inputs("vgg16"), lambda point: point["H"] == height, settings=settings(QUICK, max_examples=200)
    )


def test_points_in_between_are_drawn_too():
    assert least(inputs("vgg16"), lambda point: point["H"] == 50)["H"] == 50


@given(inputs("unet"))
def test_residues_of_the_domain(size):
    assert size["H"] % 16 == size["W"] % 16 == 0


@given(st.data(), symbol_values("(conv3-{8*k},pool)xn"))
def test_inputs_for_given_symbols(data, values):
    assert values.keys() == {"k", "n"}
    size = data.draw(inputs("(conv3-{8*k},pool)xn", **values))
    assert size.keys() == {"C", "H", "W"}
    assert min(size["H"], size["W"]) >= 2 ** values["n"]


def test_rational_symbols():
    report = symcnn.derive("conv3-{32*alpha}")
    assert least(symbol_values(report), lambda values: values["α"] < 1) == {"α": Fraction(1, 2)}


def test_conditions_on_several_symbols_move_a_point():
    """H ≥ 2**n: where n is large, a larger input is taken."""
    point = least(points("(conv3-8,pool)xn"), lambda point: point["n"] >= 4)
    assert point == {"C": 1, "H": 16, "W": 16, "n": 4}


def test_symbols_without_a_value():
    with pytest.raises(ArgumentError, match=r"no value is given for k, n\n  points") as error:
        inputs("(conv3-{8*k},pool)xn")
    assert error.value.hint == "points(…) draws values of all symbols"


def test_symbols_that_are_not_there():
    with pytest.raises(ArgumentError, match="there is no symbol n here"):
        inputs("conv3-64", n=3)


def test_values_that_cannot_be_taken():
    with pytest.raises(DomainError):
        inputs("conv3-{C/2}", C=3)
