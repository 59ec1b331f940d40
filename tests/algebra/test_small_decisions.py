"""Small decisions of the algebra and the layers, each where it changes an answer."""

import pytest

import symcnn
from symcnn.algebra.atoms import symbol
from symcnn.algebra.conditions import Comparison, Origin
from symcnn.algebra.implications import implies
from symcnn.errors import ArgumentError, DomainError
from symcnn.layers import Pair, windows

H, k, m, n = (symbol(name) for name in "Hkmn")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("[conv1-{k*k}+conv1-{3*k}]", "k = 3"),  # next to the bound up to which roots are sought
        ("[conv1-{k*k}+conv1-{9*k-20}]", "k in {4, 5}"),
        ("[conv1-{k*k}+conv1-{100000*k}]", "k**2 = 100000*k"),  # too far to be sought
    ],
)
def test_all_roots_are_found(text, words):
    assert str(symcnn.derive(text).domain) == words


@pytest.mark.parametrize("text", ["[+ conv3-{C+1}]:proj", "conv3-{2*C+1}, [+ conv3-C]:proj"])
def test_what_always_differs_has_no_bracket(text):
    assert "[" not in str(symcnn.derive(text).params)


def test_the_simpler_form_of_the_channels_goes_on():
    for text in ("[conv1-{m*m+m} + conv1-k]", "[conv1-k + conv1-{m*m+m}]"):
        assert str(symcnn.derive(text).output[0]) == "k"


@pytest.mark.parametrize(("height", "nearest"), [(97, 96), (103, 96), (110, 112), (104, 96)])
def test_the_nearest_input_is_the_nearest(height, nearest):
    with pytest.raises(DomainError, match=f"nearest that works: H = {nearest}"):
        symcnn.derive("unet").params(H=height, W=96, C=3)


def test_the_nearest_point_mends_what_fails():
    formula = symcnn.derive("conv1-{k-m}, conv1-{j-i}").params
    with pytest.raises(DomainError, match="nearest that works: i = 1"):
        formula(k=5, m=1, j=2, i=2, C=1)


@pytest.mark.parametrize("size", ["1x5", "5x1"])
def test_a_classifier_reads_both_axes(size):
    assert str(symcnn.derive(f"adapool{size}, fc3").params) == "15*C + 3"


@pytest.mark.parametrize("word", ["bn", "in", "ln", "scale", "lrn", "relu", "drop", "prelu"])
def test_what_writes_over_its_input_takes_no_memory(word):
    alone = symcnn.derive("conv3-8")
    assert symcnn.derive(f"conv3-8, {word}").memory.diff_with(alone.memory).is_zero


@pytest.mark.parametrize(("value", "hint"), [("1e5", "without an exponent"), ("big", None), ("1/0", None)])
def test_a_number_with_an_exponent_is_to_be_written_out(value, hint):
    with pytest.raises(ArgumentError) as caught:
        symcnn.derive("conv3-8").params(C=value)
    assert (hint is None) == (caught.value.hint is None)
    assert hint is None or hint in caught.value.hint


def at_least(left, right):
    return Comparison(Origin(), "", left, "≥", right)


@pytest.mark.parametrize(
    ("one", "two", "follows"),
    [
        (at_least(H, k), at_least(2 * H, k), True),
        (at_least(H, k), at_least(2 * H, 2 * k), True),
        (at_least(H, k), at_least(H, k + 1), False),
        (at_least(H, 2 * k), at_least(m, k), False),
        (at_least(H, k), at_least(m, 0 * k + 2), False),
    ],
)
def test_inequalities_that_follow_from_others(one, two, follows):
    assert implies(one, two, lambda _: 1) is follows


def test_defaults_are_those_of_the_notation():
    assert windows.Conv(out_channels=8, kernel_size=Pair(3, 3)).bias
    assert symcnn.derive("conv3-32, gn").graph.nodes[1].layer.label() == "gn"
    assert str(symcnn.derive("gn").domain) == "C mod 32 = 0"


@pytest.mark.parametrize("n_", [1, 2, 3, 4])
def test_fields_of_strides_by_symbols(n_):
    """Each pass sees s times as far: 1 + 2·(1 + s + … + s**(n - 1)) positions."""
    formula = symcnn.derive("(conv3s{s}-8)xn").receptive_field.height
    for s in (1, 2, 3):
        assert formula(s=s, n=n_, H=500, W=500, C=1) == 1 + 2 * sum(s**i for i in range(n_))
