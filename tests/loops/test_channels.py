"""Channels that follow c -> (p*c + e)/q: exact domains, also from symbols."""

import networks
import pytest
from hypothesis import given
from hypothesis import strategies as st
from loops import bodies

import symcnn
from symcnn.errors import DomainError, NotationError, UnsupportedError

SIZES = ((1, 1, 1), (3, 4, 7), (4, 2, 3), (16, 33, 64), (8, 8, 8))


def points(sizes=SIZES, **symbols):
    return [{"C": C, "H": H, "W": W, "n": n, **symbols} for n in (1, 2, 3, 4) for C, H, W in sizes]


TRANSITIONS = "D=[|bn,conv3-k];T=bn,conv1-{cin/2},avgpool;conv3-16,(D x2,T)xn"
DIVIDED = [
    ("b=conv3-{3*cin/2};conv3-8,b xn", "n ≤ 3"),
    ("b=conv3-{(cin+3)/2};conv3-35,b xn", "n ≤ 5"),
    ("b=conv3-{(cin+3)/2};b xn", "2**n divides C - 3"),
    ("b=conv3-{(5*cin+1)/2};b xn", "2**n divides 3*C + 1"),
    ("b=conv3-{cin*2/3};b xn", "3**n divides C"),
    ("b=conv3-{cin/2};b xn", "2**n divides C"),
    ("b=conv3-{cin/2},conv3-{cin/4};b xn", "2**(2*n) divides C"),
    ("b=conv3-{cin/2};b x{2*n}", "2**(2*n) divides C"),
    ("b=conv3-{cin/2};conv3-64,b x{2*n}", "n ≤ 3"),
    ("b=conv3-{cin/2};conv3-64,b x{n//2}", "2 ≤ n ≤ 13"),
    ("b=[|conv3-{cin/2}];conv3-8,b xn", "n ≤ 3"),
    ("b=conv3g2-{2*cin};b xn", "C mod 2 = 0"),
    ("b=conv3-{cin/2},conv3-{cin*2};b xn", "C mod 2 = 0"),
    ("b=conv3-{cin/2},conv3-{cin+3};b xn", "C mod 2 = 0 and n = 1"),
    ("b=conv3g3-{3*cin/2};conv3-24,b xn", "n ≤ 3"),
    ("b=dw3,conv3-{(cin+1)/3};conv3-14,b xn", "n ≤ 3"),
    ("b(s)=conv3s{s}-{3*cin/2};b(2->1)xn", "C mod 2 = 0 and 2**n divides C if n ≥ 2"),
    (
        "D=[|bn,conv3-k];T=bn,conv1-{cin/2},avgpool;conv3-16,(D x2,T)xn",
        "2**n divides 2*k - 16 and H, W ≥ 2**n",
    ),
    ("b=conv3-{(cin+k)/2};conv3-k,b xn", "every input"),
    ("b=conv3-{(3*cin+k)/2};conv3-8,b xn", "2**n divides k + 8"),
]


@pytest.mark.parametrize(("text", "domain"), DIVIDED)
def test_channels_that_are_divided(text, domain):
    report = symcnn.derive(text)
    for k in (1, 2, 8) if "k" in report.symbols else (1,):
        assert bodies.differences(text, points(**({"k": k} if "k" in report.symbols else {}))) == []
    assert str(report.domain) == domain


def test_a_domain_with_some_values_put_in():
    domain = symcnn.derive("b=conv3-{(cin+3)/2};b xn").domain
    assert [str(domain.at({"C": 35})), str(domain.at({"n": 3}))] == ["n ≤ 5", "8 divides C - 3"]
    domain = symcnn.derive("b=conv3-{cin/2};b xn,b xm").domain
    assert str(domain) == "2**m*2**n divides C"
    assert str(domain.at({"C": 64})) == "n ≤ 6 and m + n ≤ 6"
    assert str(symcnn.derive("b=conv3-{cin/2};conv3-64,b xn,b xm").domain) == "n ≤ 6 and m + n ≤ 6"


def test_solving_for_the_depth_of_channels_that_are_divided():
    params = symcnn.derive("b=conv3-{(cin+3)/2};b xn").params
    assert str(params.solve("n", at_most=10**7, C=35)) == "n ≤ 5"
    with pytest.raises(DomainError) as caught:
        params(C=4, n=2)
    assert caught.value.message == "the width of conv is an integer: 2**n divides C - 3 does not hold"
    assert caught.value.hint == "nearest that works: C = 3"


GROWING = [
    ("b=conv3-{2*cin+1};b xn", "every input"),
    ("b=conv3-{2*cin-3};b xn", "C ≥ 2 and C ≥ 3 if n ≥ 2"),
    ("b=conv3-{3*cin-9};conv3-k,b xn", "k ≥ 4 and k ≥ 5 if n ≥ 2"),
    ("(conv3p0-4,upsample2)xn", "H, W ≥ 3 and H, W ≥ 4 if n ≥ 2"),
    ("(pad1,upsample2)xn", "every input"),
    ("(conv3p0-4,deconv2s2-4)xn", "H, W ≥ 3 and H, W ≥ 4 if n ≥ 2"),
    ("(upsample2,conv3p0-4)xn", "H, W ≥ 2"),
]


@pytest.mark.parametrize(("text", "domain"), GROWING)
def test_the_least_over_the_passes(text, domain):
    report = symcnn.derive(text)
    for k in (3, 4, 5) if "k" in report.symbols else (1,):
        assert bodies.differences(text, points(**({"k": k} if "k" in report.symbols else {}))) == []
    assert str(report.domain) == domain


@st.composite
def affine(draw):
    """A body whose channels follow c -> (p*c + e)/q, and what stands before it."""
    p, q, e = draw(st.integers(1, 7)), draw(st.integers(1, 6)), draw(st.integers(-9, 9))
    step = f"({p}*cin{e:+})/{q}"
    body = draw(
        st.sampled_from(
            [
                f"conv3-{{{step}}}",
                f"conv3-{{cin+2}},conv3-{{{step}}}",
                f"conv3-{{2*cin}},conv1g2-{{{step}}}",
                f"[conv1-{{cin/2}}|conv1-{{{step}}}]",
                f"dw3,conv3-{{{step}}},upsample2",
                f"conv3p0-4,conv3-{{{step}}}",
            ]
        )
    )
    start = draw(st.sampled_from(["", "conv3-k,", "conv3-{k*8},", f"conv3-{draw(st.integers(1, 300))},"]))
    return f"b={body};{start}b xn"


@networks.effort(1)
@given(affine(), st.integers(1, 40), st.integers(1, 90))
def test_any_affine_channels(text, k, C):
    reason = bodies.why_not(text)
    if reason is None:
        symbols = {"k": k} if "k" in text else {}
        assert bodies.differences(text, points([(C, 17, 16)], **symbols)) == []
    else:
        assert "a divisibility has no closed form" in reason


def test_divisibility_without_a_closed_form():
    for step in ("k*cin/2", "(cin*cin+cin)/4"):
        with pytest.raises(UnsupportedError, match="no closed form"):
            symcnn.derive(f"b=conv3-{{{step}}};b xn")


EXTREMES = [
    # A number settles after a few passes.
    "b=conv3-{min(cin,32)},conv3-{cin+4};conv3-8,b xn",
    "b=[|conv3-{min(cin,12)}];conv3-5,b xn",
    "b=conv3-{min(max(cin-7,5),40)};conv3-90,b xn",
    "b=conv3-{max(min(2*cin,cin+5),3)};conv3-2,b xn",
    # Or too late to be followed.
    "b=conv3-{min(cin+3,1000)};conv3-5,b xn",
    "b=conv3-{max(cin-1,2)};conv3-70,b xn",
    # Symbols settle after one pass, or stay in the minimum.
    "b=conv3-{max(cin,8)};b xn",
    "b=conv3-{min(cin,k)};b xn",
    "b=conv3-{min(2*cin,24)};b xn",
    "b=conv3-{min(3*cin+2,40)};b xn",
    "b=conv3-{max(cin-4,8)};b xn",
    "b=conv3-{min(cin-3,20)};b xn",
    "b=conv3-{min(cin+k,24)};b xn",
    "b=conv3-{min(k*cin,24)};b xn",
    "b=conv3-{2*min(cin,9)};b xn",
    "b=conv3-{2*max(cin,k)};b xn",
    "b=conv3g2-{min(2*cin,64)};b xn",
    "b=conv3-{max(cin,8)},[|conv3-{min(cin,6)}];conv3-3,b xn",
    "b=[+conv3-{min(cin+2,12)}]:proj;b xn",
    "b=[+conv3-{min(2*cin,12)}]:pad;b xn",
    "b=conv3-{min(cin,5)};[b xn|conv1-2]",
    "b=conv3-{min(cin+2,20)};(b xn,pool)x2",
]


@pytest.mark.parametrize("text", EXTREMES)
def test_minima_and_maxima(text):
    for k in (1, 2, 9) if "k" in symcnn.derive(text).symbols else (1,):
        symbols = {"k": k} if "k" in symcnn.derive(text).symbols else {}
        assert (
            bodies.differences(text, points(((1, 9, 9), (3, 4, 7), (16, 8, 8), (30, 8, 8)), **symbols)) == []
        )


@st.composite
def bounded(draw):
    """A body with a minimum or maximum of an affine step and a number, or of both."""
    step = f"{draw(st.integers(1, 3))}*cin{draw(st.integers(-5, 5)):+}"
    kind = draw(st.sampled_from(["min({}, {})", "max({}, {})", "max(min({}, {}), 3)", "min({}, {})+2"]))
    width = kind.format(step, draw(st.integers(1, 60)))
    body = draw(st.sampled_from(["conv3-{{{}}}", "conv1-{{{}}},conv3-{{cin+2}}", "[|conv3-{{{}}}]"])).format(
        width
    )
    start = draw(st.sampled_from(["", "conv3-k,", f"conv3-{draw(st.integers(1, 80))},"]))
    return f"b={body};{start}b xn"


@networks.effort(1)
@given(bounded(), st.integers(1, 40), st.integers(1, 90))
def test_any_minimum_or_maximum(text, k, C):
    reason = bodies.why_not(text)
    if reason is None:
        symbols = {"k": k} if "k" in text else {}
        assert bodies.differences(text, points([(C, 5, 4)], **symbols)) == []
    else:
        assert "no closed form" in reason


def test_numbers_settle_without_a_minimum():
    """From 5 channels the third pass gives 20, and from there on each adds 12."""
    report = symcnn.derive("b=[|conv3-{min(cin,12)}];conv3-5,b xn")
    assert "min(" not in str(report.params)
    assert str(symcnn.derive("b=conv3-{max(cin,8)};b xn").params) == (
        "9*n*max(8, C)**2 + 9*C*max(8, C) + n*max(8, C) - 9*max(8, C)**2"
    )


IMPOSSIBLE = [
    ("b(g)=conv3g{g}-{cin+4};conv3-4,b(1->8)xn", "n = 1"),
    ("b(c)=conv3-c,conv3g4-8;b(8->6)xn", "n = 1"),
    ("b(c)=conv3-c,conv3g4-8;b(8->6)x{2*n-1}", "n = 1"),
    ("b=[conv1-{cin/2}|conv1-{(cin+1)/2}];b xn", None),
    ("b(g)=conv3g{g}-{cin+4};conv3-4,(b(1->8)xn,conv3-4)xm", "n = 1"),
]


@pytest.mark.parametrize(("text", "domain"), IMPOSSIBLE)
def test_a_later_pass_that_is_impossible(text, domain):
    if domain is None:
        with pytest.raises(NotationError, match="the width of conv is an integer"):
            symcnn.derive(text)
        return
    symbols = {"m": 2} if "m" in symcnn.derive(text).symbols else {}
    assert bodies.differences(text, points(**symbols)) == []
    assert str(symcnn.derive(text).domain) == domain


def test_what_is_said_of_an_impossible_pass():
    with pytest.raises(DomainError) as caught:
        symcnn.derive(IMPOSSIBLE[0][0]).params(n=3, C=3, H=8, W=8)
    assert caught.value.message == "8 groups do not divide the channels that leave: n ≤ 1 does not hold"
    assert caught.value.hint == "nearest that works: n = 1"


SYMBOLIC = [
    "b=conv3-{k*cin+1};conv3-2,b xn",
    "b=conv3-{k*cin+m};b xn",
    "b=conv3-{(k+1)*cin+1};b xn",
    "b=[|conv3-{k}],conv3-{k*cin};b xn",
    "b=conv3-{k*cin+1};conv3-2,(b xn,pool)x2",
    "b=conv3-{k*cin+1};(b xn,conv3-3)xm",
]


@pytest.mark.parametrize("text", SYMBOLIC)
@pytest.mark.parametrize("k", [1, 2, 3])
def test_a_ratio_that_may_be_one(text, k):
    symbols = {"k": k} | ({"m": 2} if "m" in symcnn.derive(text).symbols else {})
    assert bodies.differences(text, points(((1, 9, 9), (4, 8, 8)), **symbols)) == []


def test_sums_of_powers_close_once_the_ratio_is_known():
    report = symcnn.derive("b=conv3-{k*cin+1};conv3-2,b xn", symbols={"k": 1})
    params = symcnn.derive("b=conv3-{k*cin+1};conv3-2,b xn").params
    assert str(report.params) == "(6*n**3 + 37*n**2 + 36*C + 71*n + 4)/2"
    assert r"\sum_{p=0}^{i - 1} \left(k^{p}\right)" in params.latex
    for k, n in ((1, 5), (3, 4)):
        point = {"C": 3, "k": k, "n": n}
        assert eval(params.python, dict(point)) == params(**point)
    assert params(C=3, k=1, n=400) == report.params(C=3, n=400)


def test_a_known_number_of_passes_without_a_closed_form():
    """They are written out: the channels grow by a third, rounded down, which follows no closed form."""
    report = symcnn.derive("b=[|conv1-{cin//3}];conv1-9,b x65")
    channels = [9]
    while len(channels) <= 65:
        channels.append(channels[-1] + channels[-1] // 3)
    new = [(c, c // 3) for c in channels[:-1]]
    assert report.at(C=1, H=2, W=2).output == (channels[-1], 2, 2)
    assert report.params(C=1) == 18 + sum((c + 1) * d for c, d in new)
