"""Loops whose extents change by symbols: closed forms are the networks written out."""

import re

import networks
from hypothesis import given
from hypothesis import strategies as st
from loops import bodies

STEPS = (
    "conv{k}p0-4",
    "conv3p{k}-4",
    "conv{k}p0s2-4",
    "conv{k}p0s3-4",
    "conv3s{k}-4",
    "conv3s{k}p0-4",
    "conv3s{2*k}p0-4",
    "conv{k+1}s{k}p1-4",
    "pool{k}",
    "pool3s{k}",
    "pool3s{k}p1",
    "pool{k}s1",
    "upsample{k}",
    "(conv3p0-4)xk",
    "(pool)xk",
    "(conv5s3p0-4)xk",
    "(conv5s3p0-4)x{n//2}",
    "(pool3s2)x{(k+1)//2}",
    "[*gap,conv1-{4}]",
    "gap",
    "conv3-4",
    "conv3p0-4",
    "pool",
    "pad{k}",
)

OPEN = re.compile(
    "a requirement has no closed form over the passes of a loop"
    "|the extents that enter a pass follow no closed form"
    "|what enters a pass follows no closed form"
    "|branches whose channels or extents change from pass to pass have no closed form"
)


@st.composite
def texts(draw):
    body = ",".join(draw(st.lists(st.sampled_from(STEPS), min_size=1, max_size=2)))
    count = draw(st.sampled_from(["n", "n", "{n+1}", "{n//2}", "{k*n}"]))
    before = draw(st.sampled_from(["", "conv3-4,", "conv3-4,pool,", "conv3-4,conv3s{k}-4,"]))
    return f"{before}({body})x{count}{draw(st.sampled_from(['', ',gap', ',conv3p0-4']))}"


@networks.effort(1)
@given(texts(), st.integers(1, 3), bodies.sizes())
def test_extents_by_symbols(text, k, size):
    C, H, W = size
    symbols = {"k": k} if "k" in text.replace("(k", "k") else {}
    points = [
        {"C": C, "H": h, "W": w, "n": n, **symbols} for n in (1, 2, 3, 4) for h, w in ((H, W), (81, 4 * W))
    ]
    reason = bodies.why_not(text)
    if reason is None:
        assert bodies.differences(text, points) == []
    else:
        assert OPEN.search(reason)
