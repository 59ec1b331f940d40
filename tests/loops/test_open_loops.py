"""What is known to be wrong with loops; each test passes once that is right, and then loses its mark."""

from contextlib import suppress

import pytest
from loops import bodies

import symcnn
from symcnn.elaborate.builder import Builder
from symcnn.errors import LimitError, UnsupportedError
from symcnn.notation import parse


def defect(reason):
    return pytest.mark.xfail(strict=True, reason=reason)


def points(symbols, sizes=((1, 1, 1), (3, 4, 7), (4, 2, 3), (16, 33, 64), (8, 8, 8))):
    return [{"C": C, "H": H, "W": W, "n": n, **symbols} for n in (1, 2, 3, 4) for C, H, W in sizes]


def same(text, **symbols):
    assert bodies.differences(text, points(symbols)) == []


@defect("a power of a symbol that may be 1 is summed by a division by the symbol less 1")
@pytest.mark.parametrize("text", ["(pool3s{k})xn"])
def test_sums_of_powers_of_symbols(text):
    for k in (1, 2, 3):
        same(text, k=k)


@pytest.mark.parametrize("text", ["conv{k}p0-4 xn", "(conv3p{k}-4)xn", "((conv3p0-4)xk,conv3p0-4)xn"])
def test_affine_extents_of_symbols(text):
    for k in (1, 2, 3):
        same(text, k=k)


@defect("how an inner loop divides the map is not known to the outer loop")
def test_inner_loops_that_divide_the_map_by_more():
    same("conv3-8,((conv5s3p0-4)x{n//2},conv3-4)x{n//2}")


@defect("the map in the branch of a global pool may be repeated")
def test_loops_that_end_on_one_position():
    same("conv3-4,[*(gap,conv1-4)xn]")


@defect("a number cannot be given a value; a repeat without closed form can be written out")
def test_a_large_number_of_passes_without_closed_form():
    text = "b=conv3-{min(cin+3,100)};b x65"
    with pytest.raises(UnsupportedError) as caught:
        symcnn.derive(text)
    assert "65 a value" not in str(caught.value)


@pytest.mark.parametrize("body", ["conv3-4", "[|conv3-4]"])
def test_deep_nests_are_refused_promptly(body):
    builder = Builder(parse("(" * 8 + body + ")xn" * 8), {})
    with suppress(LimitError):
        builder.build()
    assert builder.visited < 1_000
