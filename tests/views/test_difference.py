"""One formula minus another: equal, where they differ first, where the sign changes."""

from itertools import product

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from networks import effort, networks

import symcnn
from symcnn.algebra.intervals import Interval
from symcnn.errors import ArgumentError, DomainError, SymcnnError


def formulas(one, two, quantity="params"):
    return symcnn.derive(one).total(quantity), symcnn.derive(two).total(quantity)


@pytest.mark.parametrize(
    ("one", "two"),
    [
        ("conv3-64x2", "conv3-64,conv3-64"),
        ("conv3-64xn", "conv3-64,(conv3-64)x{n-1}"),
        ("resnet50", "resnet50"),
        ("pool,pool,fc10", "pool4s4,fc10"),
        ("use conv:bn;conv3-8,conv3-8", "conv3-8:bn,conv3-8:bn"),
        ("input(H=32),pool,fc3", "pool,fc3"),
    ],
)
@pytest.mark.parametrize("quantity", ["params", "macs"])
def test_networks_written_differently_are_equal(one, two, quantity):
    first, second = formulas(one, two, quantity)
    difference = first.diff_with(second)
    assert difference.is_zero is True
    assert difference.counterexample is None


@given(networks(), networks(), st.sampled_from(["params", "macs"]))
@effort(0.5)
def test_a_counterexample_is_one(one, two, quantity):
    try:
        first, second = formulas(one, two, quantity)
        difference = first.diff_with(second)
    except SymcnnError:
        assume(False)
    point = difference.counterexample
    if difference.is_zero is False:
        assert first(**point) - second(**point) == difference.formula(**point) != 0
    elif difference.is_zero:
        for c, h, w in product((1, 3), (4, 7, 16, 31), (5, 16)):
            values = {"C": c, "H": h, "W": w}
            if values in difference.formula.domain:
                assert first(**values) == second(**values)


def test_the_counterexample_is_the_least_one():
    first, second = formulas("conv3-8,pool,fc2", "conv3-8,pool:ceil,fc2")
    point = first.diff_with(second).counterexample
    every = product(range(1, 4), range(1, 8), range(1, 8))
    inside = (p for p in (dict(zip("CHW", x, strict=True)) for x in every) if p in first.domain)
    assert point == next(p for p in inside if first(**p) != second(**p)) == {"C": 1, "H": 2, "W": 3}


def test_signs_change_where_they_do():
    first, second = formulas("conv3-8,pool,fc3", "conv3-8,conv3-9")
    difference = first.diff_with(second)
    signs = difference.signs("n", H="n", W="n", C=3)
    assert signs.changes
    for n in range(2, 60):
        number = difference.formula(H=n, W=n, C=3)
        for sign, places in ((-1, signs.negative), (0, signs.zero), (1, signs.positive)):
            assert any(n in place for place in places) == ((number > 0) - (number < 0) == sign)
    assert str(signs) == "negative for n ≤ 11; positive for n ≥ 12"
    always = difference.signs("C", H=64, W=64)
    assert (always.changes, str(always)) == (False, "positive for every C")


def test_many_intervals_are_cut_short():
    first, second = formulas("pool3s7,conv1-{H%7},fc1", "pool3s7,conv1-1,fc1")
    signs = first.diff_with(second).signs("H", W=9, C=1)
    assert all(isinstance(place, Interval) for place in (*signs.zero, *signs.positive))


@pytest.mark.parametrize(
    ("name", "others", "words"),
    [("H", {}, "need a value for C, W"), ("alpha", {}, "not by α"), ("Q", {"W": 5}, "need a value for C, H")],
)
def test_signs_need_all_other_symbols(name, others, words):
    first, second = formulas("fc3", "pool,fc3")
    with pytest.raises(ArgumentError, match=words):
        first.diff_with(second).signs(name, **others)


def test_values_of_one_network_are_those_of_the_other():
    first, second = formulas("input(H=32),pool,fc3", "pool,fc{k}")
    difference = first.diff_with(second)
    assert str(difference) == "48*C*floor(W/2) - 16*C*k*floor(W/2) - k + 3"
    assert repr(difference).startswith("<difference of params: 48*C*floor(W/2)")
    with pytest.raises(DomainError, match="H is 16 in the one, and 32 in the other"):
        first.diff_with(second.at(H=16))


def test_what_cannot_be_compared_is_refused():
    with pytest.raises(ArgumentError, match="different quantities"):
        symcnn.derive("conv3-8").params.diff_with(symcnn.derive("conv3-8").macs)
    first, second = formulas("pool12s12,fc1", "pool3s3,[pool2|pool3],fc1")
    with pytest.raises(DomainError, match="no H for which both hold"):
        first.diff_with(second)


def test_a_difference_where_several_symbols_must_move_into_the_domain():
    one, two = (symcnn.derive(f"b=conv3-{{cin+{e}}};(b xn,pool)xm").params for e in (2, 3))
    difference = one.diff_with(two)
    assert difference.is_zero is False
    assert difference.counterexample == {"C": 1, "H": 2, "W": 2, "m": 1, "n": 1}
