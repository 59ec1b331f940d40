"""What is known to be wrong with loops; each test passes once that is right, and then loses its mark."""

from contextlib import suppress

import pytest
from loops import bodies

from symcnn.elaborate.builder import Builder
from symcnn.errors import LimitError
from symcnn.notation import parse


def defect(reason):
    return pytest.mark.xfail(strict=True, reason=reason)


def points(symbols, sizes=((1, 1, 1), (3, 4, 7), (4, 2, 3), (16, 33, 64), (8, 8, 8))):
    return [{"C": C, "H": H, "W": W, "n": n, **symbols} for n in (1, 2, 3, 4) for C, H, W in sizes]


def same(text, **symbols):
    assert bodies.differences(text, points(symbols)) == []


@defect("a power of a symbol that may be 1 is summed by a division by the symbol less 1")
@pytest.mark.parametrize("text", ["b=conv3-{k*cin+1};conv3-2,b xn"])
def test_sums_of_powers_of_symbols(text):
    for k in (1, 2, 3):
        same(text, k=k)


@defect("a divisibility is known of affine channels only; the p/q of the rest is not split off")
@pytest.mark.parametrize(
    "text",
    [
        "b=conv3-{3*cin/2};conv3-8,b xn",
        "b=conv3-{(cin+3)/2};conv3-35,b xn",
        "b=conv3-{cin*2/3};b xn",
        "b=conv3g2-{2*cin};b xn",
        "b=conv3-{cin/2},conv3-{cin*2};b xn",
        "D=[|bn,conv3-k];T=bn,conv1-{cin/2},avgpool;conv3-16,(D x2,T)xn",
    ],
)
def test_general_affine_channels(text):
    same(text, **({"k": 2} if "-k" in text else {}))


@defect(
    "the least of C·2ⁿ + 2ⁿ − 1 over the passes is not seen, nor that of a sum with two terms of the index"
)
@pytest.mark.parametrize(
    "text",
    ["b=conv3-{2*cin+1};b xn", "(conv3p0-4,upsample2)xn", "(pad1,upsample2)xn", "(conv3p0-4,deconv2s2-4)xn"],
)
def test_affine_states_from_symbols(text):
    same(text)


@defect("the kernel or padding that is a symbol is one more term beside the index")
@pytest.mark.parametrize("text", ["conv{k}p0-4 xn", "(conv3p{k}-4)xn", "((conv3p0-4)xk,conv3p0-4)xn"])
def test_affine_extents_of_symbols(text):
    for k in (1, 2, 3):
        same(text, k=k)


@defect("a maximum or minimum between passes has no way, though its form shows one")
@pytest.mark.parametrize(
    "text", ["b=conv3-{max(cin,8)};b xn", "b=conv3-{min(cin,32)},conv3-{cin+4};conv3-8,b xn"]
)
def test_maxima_and_minima(text):
    same(text)


@defect("the trial of a later pass refuses the network, which with one pass is fine")
def test_a_later_pass_that_is_impossible():
    same("b(g)=conv3g{g}-{cin+4};conv3-4,b(1->8)xn")


@pytest.mark.parametrize("body", ["conv3-4", "[|conv3-4]"])
def test_deep_nests_are_refused_promptly(body):
    builder = Builder(parse("(" * 8 + body + ")xn" * 8), {})
    with suppress(LimitError):
        builder.build()
    assert builder.visited < 1_000
