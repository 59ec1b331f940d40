"""Loops that were counted wrongly once."""

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


def points(symbols, sizes=((1, 1, 1), (3, 4, 7), (4, 2, 3), (16, 33, 64), (8, 8, 8))):
    return [{"C": C, "H": H, "W": W, "n": n, **symbols} for n in (1, 2, 3, 4) for C, H, W in sizes]


def same(text, **symbols):
    assert bodies.differences(text, points(symbols)) == []


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


@pytest.mark.parametrize(
    ("text", "domain"),
    [
        ("b=conv3-{cin-3};[b xn|b xm]", "C ≥ 3*n + 1 and C ≥ 3*m + 1"),
        ("b=conv3p0-4;conv3-4@a,b xn,@a,b xm", "H, W ≥ 2*n + 1 and H, W ≥ 2*m + 1"),
        ("e(q)=conv1-{cin-2},conv3-q;e(4->1)xm,conv3-{4},e(4->1)xn", None),
        ("e(q)=conv1-{cin-2},conv3-q;e(4->1)xm,e(4->1)xn", None),
    ],
)
@pytest.mark.parametrize("m", [1, 2, 3])
def test_what_one_loop_requires_is_required_of_another_one_too(text, domain, m):
    """Their layers and shapes are the same, but not how many passes there are."""
    same(text, m=m)
    assert domain in (None, str(symcnn.derive(text).domain))


@pytest.mark.parametrize("m", [1, 2, 3])
@pytest.mark.parametrize(
    ("text", "domain"),
    [
        ("e(q)=conv1-{cin-4},conv3-q;d=conv3-9,e(7->4)xm;d xn", "m ≤ 2"),
        ("e(q)=conv1-{cin-4},conv3-q;d=conv3-9,e(k->4)xm;d xn", "m ≤ 2 and k ≥ 5 if m ≥ 2"),
        ("e(q)=conv1-{cin-4},conv3-q;d(c)=conv3-9,e(c->4)xm;d(7->9)xn", "m ≤ 2"),
    ],
)
def test_an_inner_loop_that_must_be_short_does_not_shorten_the_outer_one(text, domain, m):
    for k in (4, 5) if "k" in symcnn.derive(text).symbols else (1,):
        same(text, m=m, **({"k": k} if "k" in symcnn.derive(text).symbols else {}))
    assert str(symcnn.derive(text).domain) == domain


def test_a_domain_says_nothing_of_more_passes_than_there_are():
    text = "e(q)=conv3-{(cin+m)/3},conv3-{cin+q};conv3-120,(e(k->1)x{n+1},e(3)x{m*n})xn"
    domain = symcnn.derive(text).domain
    assert "n = 1" in domain.phrases()
    assert "if" not in str(domain)
    assert any("if n ≥ 2" in str(condition) for condition in domain.conditions)
    for k, m in ((3, 3), (6, 3), (5, 3), (1, 2)):
        same(text, k=k, m=m)


@pytest.mark.parametrize(
    ("text", "rows"),
    [
        ("b=conv3-{cin+2};conv3-8,b xn,fc10", [("conv3-8", "8"), ("b xn", "2*n + 8"), ("fc10", "10")]),
        ("b=conv3-{cin+2};b xn,fc10", [("b xn", "C + 2*n"), ("fc10", "10")]),
        ("(conv3-4)xn,(conv3-4)xn", [("(conv3-4)xn", "4"), ("(conv3-4)xn", "4")]),
        ("(conv3-4)x100,fc10", [("(conv3-4)x100", "4"), ("fc10", "10")]),
    ],
)
def test_the_rows_of_a_loop_are_its_own(text, rows):
    """What enters the pass that stands for all is part of the loop's row, not of the one before."""
    assert [(row.label, str(row.output[0].value)) for row in symcnn.derive(text).items] == rows


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


@pytest.mark.parametrize("text", ["b=conv3-{12-2*cin};conv3-3,b xn", "b=conv3-{10-cin};conv3-3,b xn"])
def test_negative_ratios(text):
    try:
        same(text)
    except UnsupportedError:
        return


@pytest.mark.parametrize("bases", [(2, 2, 4), (2, 3, 6)])
def test_a_ratio_of_one(bases):
    i = symbol(index_name(0))
    value = power(bases[0], i) * power(bases[1], i) * divide(1, power(bases[2], i))
    total = sum_over(Passes(index_name(0), 0, symbol("n") - 1), value)
    assert substitute(total, {"n": 5}) == 5


def test_pixel_shuffles():
    same("(pixelshuffle)xn")


def test_fields_of_a_pass_that_ends_with_a_tag():
    same("(conv3-4@a,conv3-3,@a)xn")


@pytest.mark.parametrize(
    "text",
    [
        "conv3s{k}-4 xn",
        "(pool{k})xn",
        "(pool3s{k})xn",
        "conv{k}p0-4 xn",
        "conv{k}p0s2-4 xn",
        "(conv3p{k}-4)xn",
        "((conv3p0-4)xk,conv3p0-4)xn",
        "(conv3s{k}p0-4)xn",
        "conv3-4,(pool3s{k}p1,conv3-4)xn",
        "(conv{k}s{k}p0-4)xn",
        "b(s)=[+conv3s{s}-4]:proj;b(1->k)xn",
    ],
)
def test_geometry_of_symbols(text):
    for k in (1, 2, 3):
        same(text, k=k)


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


@pytest.mark.parametrize("body", ["conv3-4", "[|conv3-4]"])
def test_deep_nests_are_refused_promptly(body):
    builder = Builder(parse("(" * 8 + body + ")xn" * 8), {})
    with suppress(LimitError):
        builder.build()
    assert builder.visited < 1_000
