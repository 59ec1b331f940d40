"""Channels that follow c -> (p*c + e)/q: exact domains, also from symbols."""

import networks
import pytest
from hypothesis import given
from hypothesis import strategies as st
from loops import bodies

import symcnn
from symcnn.errors import UnsupportedError

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
    ("b=conv3-{cin/2};conv3-64,b x{n//2}", "n ≥ 2 and floor(n/2) ≤ 6"),
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
