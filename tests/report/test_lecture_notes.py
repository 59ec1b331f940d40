"""VGG-16 as the well-known lecture notes count it, layer by layer, and other figures worked by hand."""

import pytest

import symcnn
from symcnn.errors import DomainError

WEIGHTS = [1_728, 36_864, 73_728, 147_456, 294_912, 589_824, 589_824, 1_179_648, *[2_359_296] * 5]
WEIGHTS += [102_760_448, 16_777_216, 4_096_000]
ITEMS = [38_720, 221_440, 1_475_328, 5_899_776, 7_079_424, 102_764_544, 16_781_312, 4_097_000]


def vgg16():
    return symcnn.derive("vgg16").at(H=224, W=224, C=3)


def test_the_weights_of_each_layer():
    found = [layer["weights"] for layer in vgg16().layers if layer["weights"]]
    assert found == WEIGHTS
    assert vgg16().weights == sum(WEIGHTS) == 138_344_128


def test_the_parameters_of_each_item():
    assert [item.params for item in vgg16().items if item.params] == ITEMS
    assert vgg16().params == sum(ITEMS) == 138_357_544


def test_the_column_of_activations_adds_up_to_15_million():
    """The notes print 24 million under their own column."""
    sizes = [layer.output for layer in vgg16().layers]
    assert vgg16().activations == sum(c * h * w for c, h, w in sizes) == 15_087_080
    assert vgg16().activations + vgg16().input_elements == 15_237_608
    assert vgg16().memory == 4 * 15_237_608


def test_the_multiply_accumulates():
    convolutions = zip(WEIGHTS[:13], [224] * 2 + [112] * 2 + [56] * 3 + [28] * 3 + [14] * 3, strict=True)
    assert vgg16().macs == sum(w * n * n for w, n in convolutions) + sum(WEIGHTS[13:]) == 15_470_264_320


def test_the_closed_form():
    params = symcnn.derive("vgg16").params
    assert str(params) == "2097152*floor(H/32)*floor(W/32) + 576*C + 35595368"
    assert str(params.domain) == "H, W ≥ 32"
    assert 2097152 * 49 + 576 * 3 + 35595368 == 138_357_544


def test_an_input_that_is_too_small_is_refused_with_the_layer_its_map_and_the_smallest_that_works():
    with pytest.raises(DomainError) as refused:
        symcnn.derive("vgg16", "31x31x3")
    error = refused.value
    assert error.message == "the input is too small for pool: a 1×1 map reaches it"
    assert error.hint == "smallest input: 32×32"
    assert (error.line, error.column, error.exit_code) == (5, 14, 3)
    assert symcnn.derive("vgg16", "32x32x3").params() == 2097152 + 576 * 3 + 35595368


def test_a_single_convolution_in_symbols():
    import sympy

    n, m, k, width = sympy.symbols("n m k L")
    params = symcnn.derive("input(C=k), conv{n}x{m}-L").params
    assert sympy.expand(params.expr - width * (n * m * k + 1)) == 0
    assert params(n=3, m=5, k=2, L=7) == 7 * 31


@pytest.mark.parametrize("axis", [1, 2])
def test_the_last_map_of_alexnet(axis):
    import sympy

    extent = next(item for item in reversed(symcnn.derive("alexnet_2012").items) if item.label == "pool3s2")
    form = extent.output[axis]
    size = sympy.Symbol("CHW"[axis])
    assert str(form) == f"floor(({size} - 35)/32)"
    for value in range(67, 300):
        first = (value - 11) // 4 + 1
        second = (first - 3) // 2 + 1
        third = (second - 3) // 2 + 1
        last = (third - 3) // 2 + 1
        assert form.expr.subs(size, value) == last
