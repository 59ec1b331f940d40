"""What is handed over wrongly in Python is refused in words, never by an error from within."""

import pytest

import symcnn
from symcnn.errors import ArgumentError

PARAMS = symcnn.derive("conv3-k, pool, fc10").params

REFUSED = {
    "a point without a value": (
        lambda: {"H": 3} in PARAMS.domain,
        "the domain needs a value for W",
    ),
    "a value of a symbol that is not there": (
        lambda: symcnn.derive("conv3-k, pool", symbols={"n": 3}),
        "there is no symbol n in the network\n  known: C, H, W, k",
    ),
    "a difference from a number": (
        lambda: PARAMS.diff_with(3),
        "a formula differs from a formula, not from int",
    ),
    "a misspelt symbol to collect by": (
        lambda: PARAMS.collect("q"),
        "there is no symbol q here\n  known: C, H, W, k",
    ),
}


@pytest.mark.parametrize(("ask", "said"), REFUSED.values(), ids=REFUSED.keys())
def test_it_is_refused_in_words(ask, said):
    with pytest.raises(ArgumentError) as caught:
        ask()
    assert str(caught.value) == said


def test_a_symbol_that_nothing_reads_may_have_a_value():
    text = "b(c, s=1) = conv3s{s}-c; b(8, 2->t)"
    assert symcnn.derive(text, symbols={"t": 3}).params.value == symcnn.derive(text).params.value


def test_a_condition_that_fails_already_needs_no_further_value():
    assert {"H": 1} not in PARAMS.domain
