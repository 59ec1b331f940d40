"""Bounds of exponents: 2**n ≤ 224 is said as n ≤ 7."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

import symcnn
from symcnn.algebra.arithmetic import power
from symcnn.algebra.atoms import symbol
from symcnn.algebra.powers import without_power
from symcnn.algebra.signs import largest_input

n, k = symbol("n"), symbol("k")


@given(
    limit=st.integers(1, 10**6),
    factor=st.integers(1, 9),
    base=st.integers(2, 5),
    times=st.integers(1, 3),
    offset=st.integers(-2, 2),
)
def test_the_largest_exponent_is_the_last_that_holds(limit, factor, base, times, offset):
    excess = limit - factor * power(base, times * n + offset)
    name, most = largest_input(without_power(excess))
    assert name == "n"
    for x in range(1, 30):
        assert (factor * base ** (times * x) * power(base, offset) <= limit) == (x <= most)


@pytest.mark.parametrize(
    "excess",
    [
        power(2, n) - 3,
        5 - power(2, n) - k,
        -1 * power(2, n),
        5 + power(2, n),
        5 - power(k, 2),
        5 - k * power(2, n),
        5 - power(k, n),
        5 - power(2, k * n),
        7,
    ],
)
def test_other_forms_have_none(excess):
    assert largest_input(without_power(excess)) is None


DEPTHS = {
    "input(H=224, W=224), (conv3-4, pool)xn": ({}, "n ≤ 7"),
    "(conv3-4, pool)xn": ({"H": 224, "W": 31}, "n ≤ 4"),
    "input(H=224, W=224), (conv3-4, pool3s3)xn": ({}, "n ≤ 4"),
    "input(H=224, W=224), (conv3-4, pool)x{2*n}, pool": ({}, "n ≤ 3"),
}


@pytest.mark.parametrize(("text", "case"), DEPTHS.items(), ids=DEPTHS.keys())
def test_depths_of_a_given_input_are_bounded(text, case):
    values, words = case
    domain = symcnn.derive(text).domain.at(values)
    assert str(domain) == words
    for depth in range(1, 10):
        try:
            symcnn.derive(text, symbols={"n": depth}).domain.at(values)
        except symcnn.SymcnnError:
            assert {"n": depth} not in domain
        else:
            assert {"n": depth} in domain
