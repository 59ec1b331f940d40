"""What is known to be wrong with loops; each test passes once that is right, and then loses its mark."""

from contextlib import suppress

import pytest
from loops import bodies

import symcnn
from symcnn.algebra.arithmetic import divide, power
from symcnn.algebra.atoms import symbol
from symcnn.algebra.evaluation import substitute
from symcnn.algebra.sums import Passes, index_name, sum_over
from symcnn.elaborate.builder import Builder
from symcnn.errors import LimitError, UnsupportedError
from symcnn.notation import parse


def defect(reason):
    return pytest.mark.xfail(strict=True, reason=reason)


def points(symbols, sizes=((1, 1, 1), (3, 4, 7), (4, 2, 3), (16, 33, 64), (8, 8, 8))):
    return [{"C": C, "H": H, "W": W, "n": n, **symbols} for n in (1, 2, 3, 4) for C, H, W in sizes]


def same(text, **symbols):
    assert bodies.differences(text, points(symbols)) == []


@defect("a definition inside a loop does not know how deep it is, so that two loops share one index")
@pytest.mark.parametrize(
    "text",
    [
        "d(c)=[|conv3-c]xm;(d(2))xn",
        "d=(bn)xm;(d,[|conv3-2])xn",
        "b(c)=(conv3-4 xc,pool);b(2->m)xn",
        "d(c)=(pool)xm;(d(2))xn",
        "b(c)=[+conv3-c]:proj;a(c)=b(c)xm,pool;a(4->8)xn",
    ],
)
def test_loops_in_definitions_in_loops(text):
    same(text, m=2)


@defect("what a second pass that is written out requires holds for one pass as well")
@pytest.mark.parametrize(
    "text",
    [
        "b(c)=conv3-c,pool;b(4->8)xn",
        "b(c)=conv3p0-c;b(4->8)xn",
        "b(c)=[+conv3-c]:proj;a(c)=b(c)x2,pool;a(4->8)xn",
    ],
)
def test_requirements_of_passes_written_out(text):
    same(text)


@defect("where an extent shrinks, only the last pass is asked, even of what grows")
@pytest.mark.parametrize(
    "text",
    [
        "b=[|take-6],pool;b xn",
        "b=[|take-6],conv3s2-{cin+1};b xn",
        "conv1-4,(conv5p0-4,pad6,pool2)xn",
        "(pool5s1,pad6,pool2)xn",
    ],
)
def test_what_grows_where_extents_shrink(text):
    same(text)


@defect("powers of a negative number are taken to be monotone, and their sums to have a ratio that is not 1")
@pytest.mark.parametrize("text", ["b=conv3-{12-2*cin};conv3-3,b xn", "b=conv3-{10-cin};conv3-3,b xn"])
def test_negative_ratios(text):
    try:
        same(text)
    except UnsupportedError:
        return


@defect("powers of different bases are not put together, so that a ratio of 1 is divided by")
def test_a_ratio_of_one():
    i = symbol(index_name(0))
    value = power(2, i) * power(2, i) * divide(1, power(4, i))
    total = sum_over(Passes(index_name(0), 0, symbol("n") - 1), value)
    assert substitute(total, {"n": 5}) == 5


@defect("powers of different bases are not put together, so that a ratio of 1 is divided by")
def test_pixel_shuffles():
    same("(pixelshuffle)xn")


@defect("the field of a pass is that of its last node, which need not be what comes out")
def test_fields_of_a_pass_that_ends_with_a_tag():
    same("(conv3-4@a,conv3-3,@a)xn")


@defect("a power of a symbol that may be 1 is summed by a division by the symbol less 1")
@pytest.mark.parametrize(
    "text",
    [
        "conv3s{k}-4 xn",
        "(pool{k})xn",
        "(conv{k}s{k}p0-4)xn",
        "b(s)=[+conv3s{s}-4]:proj;b(1->k)xn",
        "(pool3s{k})xn",
        "b=conv3-{k*cin+1};conv3-2,b xn",
    ],
)
def test_geometry_of_symbols(text):
    for k in (1, 2, 3):
        same(text, k=k)


@defect(
    "a pass that is written out before a loop is a new tensor where it should be written over, or the reverse"
)
@pytest.mark.parametrize(
    "text",
    [
        "b(c)=[+conv3-c]:proj;b(64->128)xn",
        "b(c)=[+conv3-c]:pad;conv3-16,b(64->128)xn",
        "b(c)=[+conv3-c]:opt;conv3-64,b(64->128)xn",
        "conv3-4,[relu xn|identity]",
        "[+(relu)xn]",
        "conv3-4@a,(relu,conv3-4)xn,[@a|identity]",
        "([*gap,conv1-4],conv3-4)xn",
    ],
)
def test_memory(text):
    same(text)


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


@defect("how an inner loop divides the map is not known to the outer loop")
def test_inner_loops_that_divide_the_map_by_more():
    same("conv3-8,((conv5s3p0-4)x{n//2},conv3-4)x{n//2}")


@defect("a maximum or minimum between passes has no way, though its form shows one")
@pytest.mark.parametrize(
    "text", ["b=conv3-{max(cin,8)};b xn", "b=conv3-{min(cin,32)},conv3-{cin+4};conv3-8,b xn"]
)
def test_maxima_and_minima(text):
    same(text)


@defect("the trial of a later pass refuses the network, which with one pass is fine")
def test_a_later_pass_that_is_impossible():
    same("b(g)=conv3g{g}-{cin+4};conv3-4,b(1->8)xn")


@defect("the map in the branch of a global pool may be repeated")
def test_loops_that_end_on_one_position():
    same("conv3-4,[*(gap,conv1-4)xn]")


@defect("a number cannot be given a value; a repeat without closed form can be written out")
def test_a_large_number_of_passes_without_closed_form():
    text = "b=conv3-{min(cin+3,100)};b x65"
    with pytest.raises(UnsupportedError) as caught:
        symcnn.derive(text)
    assert "65 a value" not in str(caught.value)


@defect("each loop builds what is in it three times, so that nests take time exponential in their depth")
@pytest.mark.parametrize("body", ["conv3-4", "[|conv3-4]"])
def test_deep_nests_are_refused_promptly(body):
    builder = Builder(parse("(" * 8 + body + ")xn" * 8), {})
    with suppress(LimitError):
        builder.build()
    assert builder.visited < 1_000
