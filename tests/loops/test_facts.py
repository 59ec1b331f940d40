"""Closed forms in depth that are known from the papers, and what loops say of themselves."""

import pytest
from loops import bodies

import symcnn
from symcnn.errors import DomainError, LimitError, UnsupportedError

RESNET = (
    "use conv:bn; b(c,s=1)=[+conv3s{s}-c,conv3-c]:pad;conv3-16,b(16)xn,b(32,2->1)xn,b(64,2->1)xn,gap,fc10"
)
DENSENET = (
    "use conv:nobias; D=[|bn,conv3-k]; T=bn,conv1-{cin},avgpool; conv3-16,D xm,T,D xm,T,D xm,bn,gap,fc10"
)
DENSENET_BC = (
    "use conv:nobias; D=[|bn,conv1-{4*k},bn,conv3-k]; T=bn,conv1-{cin/2},avgpool;"
    "conv3-{2*k},D xm,T,D xm,T,D xm,bn,gap,fc10"
)
WRN = (
    "use conv:nobias; b(c)=[+bn,conv3-c,bn,conv3-c];"
    "first(c,s)=bn,[+conv3s{s}-c,bn,conv3-c]:proj;"
    "conv3-16,first(16*k,1),b(16*k)x{n-1},first(32*k,2),b(32*k)x{n-1},first(64*k,2),b(64*k)x{n-1},bn,gap,fc10"
)


def test_resnets_of_any_depth():
    params = symcnn.derive(RESNET, {"C": 3}).params
    assert str(params) == "97216*n - 21926"
    assert [params(n=n) for n in (9, 18, 200)] == [853_018, 1_727_962, 19_421_274]
    assert str(params.domain) == "every input"


def test_resnets_with_projections():
    params = symcnn.derive(RESNET.replace(":pad", ":proj"), {"C": 3}).params
    assert str(params) == "97216*n - 19174"
    assert params(n=9) == 855_770


def test_densenets_of_any_depth_and_growth():
    params = symcnn.derive(DENSENET, {"C": 3}).params
    assert str(params) == "(91*k**2*m**2 - 27*k**2*m + 18*k*m**2 + 1134*k*m + 192*m + 2420)/2"


@pytest.mark.parametrize(
    ("text", "layers", "growth", "millions"),
    [
        (DENSENET, 40, 12, "1.0"),
        (DENSENET, 100, 12, "7.0"),
        (DENSENET, 100, 24, "27.2"),
        (DENSENET_BC, 100, 12, "0.8"),
        (DENSENET_BC, 250, 24, "15.3"),
        (DENSENET_BC, 190, 40, "25.6"),
    ],
)
def test_published_densenets(text, layers, growth, millions):
    depth = (layers - 4) // (3 if text == DENSENET else 6)
    params = symcnn.derive(text).params(C=3, H=32, W=32, k=growth, m=depth)
    assert f"{params / 1e6:.1f}" == millions


def test_wide_resnets_have_a_bracket():
    report = symcnn.derive(WRN)
    params = report.params
    assert "256*k*[16*k != 16]" in str(params)
    assert params(C=3, H=32, W=32, n=2, k=1) == 175_066
    assert symcnn.derive(WRN, symbols={"k": 1, "n": 2}).params(C=3) == 175_066


def test_a_width_that_changes_after_the_first_pass():
    """Its first pass differs, and so does its second, whose input differs."""
    report = symcnn.derive("b(c)=conv3-c; b(64->128)xn", {"C": 3})
    assert [report.params(n=n) for n in (1, 2, 3, 4)] == [1_792, 75_648, 223_232, 370_816]


def test_a_map_that_is_halved_any_number_of_times():
    report = symcnn.derive("conv3-64,(conv3-64,pool)xn,gap,fc10")
    assert str(report.domain) == "H, W ≥ 2**n"
    assert str(report.params) == "576*C + 36928*n + 714"
    assert report.stride.height(n=7, H=128, W=128) == 128
    with pytest.raises(DomainError) as caught:
        report.macs(C=3, H=31, W=32, n=5)
    assert caught.value.message == "the input is too small for pool: H ≥ 2**n does not hold"
    assert caught.value.hint == "nearest that works: n = 4"


def test_it_falls_as_the_depth_grows():
    params = symcnn.derive("conv3-64,(conv3-64,pool)xn,fc1000", (224, 224, 3)).params
    assert [params(n=n) for n in (1, 7)] == [802_855_720, 325_288]


@pytest.mark.parametrize("text", ["(conv3-64:bn)x1000000", "(conv3-64,conv3-64)x1000000"])
def test_a_million_passes_are_a_handful_of_nodes(text):
    assert len(symcnn.derive(text).graph.nodes) <= 6


@pytest.mark.parametrize(
    ("text", "nodes"), [("(conv3-4 xa,pool)xb", 6), ("((conv3-4 xa,pool)xb,conv3-6)xc", 16)]
)
def test_nested_loops_are_few_nodes(text, nodes):
    assert len(symcnn.derive(text).graph.nodes) <= 2 * nodes


def test_four_loops_in_each_other():
    report = symcnn.derive("((((conv3-4)xa,pool)xb,conv3-6)xc,pool)xd")
    point = {"a": 2, "b": 1, "c": 2, "d": 2, "C": 3, "H": 64, "W": 70}
    unrolled = bodies.built(report.graph.text, point)
    for quantity in bodies.SUMS:
        assert bodies.value(report.at(**point), quantity) == bodies.value(unrolled, quantity)


@pytest.mark.parametrize(
    ("text", "domain"),
    [
        ("(conv3p0-4)xn", "H, W ≥ 2*n + 1"),
        ("(pool)xn", "H, W ≥ 2**n"),
        ("(conv3-4,pool)x{2*n}", "H, W ≥ 2**(2*n)"),
        ("(conv3-4)x{n-1}", "n ≥ 2"),
        ("[|conv3-4]xn", "every input"),
        ("(upsample2)xn", "every input"),
        ("b=conv3-{cin-3};conv3-64,b xn", "n ≤ 21"),
    ],
)
def test_domains(text, domain):
    assert str(symcnn.derive(text).domain) == domain


@pytest.mark.parametrize(
    ("definition", "reason"),
    [
        ("cin**2", "the channels that enter a pass follow no closed form"),
        ("floor(cin*3/2)", "the channels that enter a pass follow no closed form"),
    ],
)
def test_what_has_no_closed_form_names_the_item(definition, reason):
    text = f"b=conv3-{{{definition}}};conv3-2,b xn,conv3-4"
    with pytest.raises(UnsupportedError) as caught:
        symcnn.derive(text)
    assert caught.value.message == f"this repeat has no closed form: {reason}"
    assert text[caught.value.span.start : caught.value.span.end] == "b xn"
    assert caught.value.hint == "give n a value"
    assert symcnn.derive(text, symbols={"n": 2}).params(C=3) > 0


def test_channels_and_extents_that_depend_on_each_other():
    with pytest.raises(UnsupportedError, match="channels and extents of its passes depend on each other"):
        symcnn.derive("(flatten)xn")


def test_first_passes_that_differ_in_extent():
    text = "b(s)=conv3s{s}-4;b(3->2)x{n}"
    assert bodies.differences(text, [{"C": 3, "H": 9, "W": 9, "n": n} for n in (1, 2, 3)]) == []


@pytest.mark.parametrize(
    "text", ["b=conv3-{2*cin};b x1000000", "(upsample2)x1000000", "(conv3-64,pool)x1000000"]
)
def test_numbers_that_are_too_long(text):
    with pytest.raises(LimitError, match="more than 1,000 digits"):
        symcnn.derive(text)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("([conv3s2-4|pool,conv3-4])xn", "branches whose channels or extents change from pass to pass"),
        ("b=conv3-{cin*cin/4+cin/2},conv3-{3*cin/2};conv3-8,b xn", "a divisibility has no closed form"),
        ("b(k,c)=adapool{k},conv3-c;b(5->4,6->8)xn", "its first passes differ in extent"),
        ("b=conv3-{min(cin/2,C)};b xn", "what enters a pass follows no closed form"),
        ("(conv3-4,pool,upsample3)xn", "the extents that enter a pass follow no closed form"),
    ],
)
def test_what_else_has_no_closed_form(text, reason):
    with pytest.raises(UnsupportedError, match=reason) as caught:
        symcnn.derive(text)
    assert caught.value.span is not None
    assert symcnn.derive(text, (64, 64, 8), symbols={"n": 2}).at().params > 0


def test_integers_among_greek_symbols():
    report = symcnn.derive("(conv3-{α*4},pool)xn")
    assert str(report.domain) == "4*α integer and H, W ≥ 2**n"
    assert report.params(α="1/2", C=3, n=3, H=8, W=8) == (9 * 3 + 1) * 2 + 2 * (9 * 2 + 1) * 2
    report = symcnn.derive("b=conv3-{cin+α};b xn")
    assert {"α": 1, "C": 3, "H": 8, "W": 8, "n": 2} in report.domain


@pytest.mark.parametrize(
    "text",
    [
        "(conv3-64:bn)xn",
        "[|bn,conv3-12]xn",
        "conv3-64,(conv3-64,pool)xn,gap,fc10",
        "(upsample2,conv3-4)xn",
        "conv3-16,([|[+conv3-40]:proj,conv1-12])xn",
        "((conv3-4)x2,[|conv3-4],pool)xn",
        "use conv:bn;b(c,s=1)=[+conv3s{s}-c,conv3-c]:proj;conv3-16,b(16)xn,b(32,2->1)xn,gap,fc10",
    ],
)
def test_memory_has_a_closed_form(text):
    report = symcnn.derive(text)
    for n in (1, 2, 3, 5):
        numbers = symcnn.derive(text, (64, 70, 3), symbols={"n": n})
        for quantity in bodies.MEMORY:
            assert report.total(quantity)(C=3, H=64, W=70, n=n) == numbers.total(quantity)()


UNCLOSED = "b=conv3-{(3*cin)//2};"


def test_a_large_number_of_passes_without_closed_form_is_written_out():
    texts = (f"{UNCLOSED}conv3-2,b x66", f"{UNCLOSED}conv3-2,b x33,b x33")
    one, two = (symcnn.derive(text, (8, 8, 3)) for text in texts)
    assert one.params() == two.params()


@pytest.mark.parametrize("text", ["b x200", "(b x200)x80", "(b x200)xn"])
def test_what_has_no_closed_form_and_is_too_long_says_what_to_do(text):
    with pytest.raises(UnsupportedError) as caught:
        symcnn.derive(UNCLOSED + text)
    assert "200 passes are too many to write out" in caught.value.message
    assert caught.value.hint == "repeat it 64 times or less: so many passes are written out"


@pytest.mark.parametrize(("count", "hint"), [("n", "give n a value"), ("{n//k}", "give k and n a value")])
def test_what_has_no_closed_form_asks_for_its_symbols(count, hint):
    with pytest.raises(UnsupportedError) as caught:
        symcnn.derive(f"{UNCLOSED}b x{count}")
    assert caught.value.hint == hint


def test_no_value_is_asked_of_what_no_text_can_spell():
    with pytest.raises(UnsupportedError) as caught:
        symcnn.derive(f"{UNCLOSED}r=b x{{cin}};(r,conv3-4)xn")
    assert caught.value.hint is None
