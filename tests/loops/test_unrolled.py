"""A repeat in closed form is the same network as one that is written out."""

import re

import networks
import oracles
import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st
from loops import bodies

import symcnn
from symcnn.errors import NotationError, UnsupportedError

OPEN = re.compile(
    "a (requirement|divisibility) has no closed form over the passes of a loop"
    "|the channels that enter a pass follow no closed form"
    "|the extents that enter a pass follow no closed form"
    "|branches whose channels or extents change from pass to pass have no closed form"
    "|what enters a pass follows no closed form"
    "|its first passes differ in extent, and it may end with them"
)
"""What may be said of a random body; the bodies below must have closed forms."""


def points(C, H, W, **symbols):
    return [{"C": C, "H": H, "W": W, "n": n, **symbols} for n in (1, 2, 3, 4, 5)]


@networks.effort(1)
@given(bodies.networks(), bodies.sizes())
def test_any_loop(text, size):
    reason = bodies.why_not(text)
    if reason is None:
        assert bodies.differences(text, points(*size)) == []
    else:
        assert OPEN.search(reason)


@networks.effort(1)
@given(bodies.networks(), bodies.sizes(), st.integers(1, 4))
def test_an_independent_implementation_agrees(text, size, n):
    C, H, W = size
    try:
        closed = symcnn.derive(text)
    except UnsupportedError:
        assume(False)
    except NotationError:
        closed = None
    point = {"C": C, "H": H, "W": W, "n": n}
    try:
        counts = oracles.count(text, C, H, W, n=n)
    except oracles.Refused:
        assert closed is None or point not in closed.domain
        return
    except OverflowError:
        assume(False)  # More positions than brute force can go through.
    assert closed is not None
    assert point in closed.domain
    numbers = closed.at(**point)
    assert numbers.output == counts.output
    assert {q: numbers.total(q) for q in bodies.SUMS} == {q: getattr(counts, q) for q in bodies.SUMS}


SUPPORTED = [
    # Constant, with passes written out first.
    "(conv3-4:bn:relu)xn",
    "(conv3-4,conv3-6)xn",
    "wide(c)=conv3-c;wide(4->8)xn,fc3",
    "b=conv3-{min(2*cin,64)};conv3-8,b xn",
    "b=conv3-{max(cin-4,8)};conv3-64,b xn",
    "b(s)=conv3s{s}-4;b(2->1)x{n-1}",
    "b(s)=conv3s{s}-4;b(1->2)xn",
    "b(k)=conv{k}p0-4;b(7->3)xn",
    # Affine channels.
    "[|conv3-12]xn",
    "b=conv3-{cin+2};b xn,conv3-3",
    "b=conv3-{cin-3};b xn",
    "b=conv3g2-{cin+2};b xn",
    "b=[|bn,conv1-{4*3},bn,conv3-3];conv3-6,b xn,conv1-{5}",
    "b=conv3-{cin+4},conv3-{cin/2},conv3-{cin+4};conv3-8,b xn",
    "b=[+conv3-{cin+4}]:pad;b xn",
    # Geometric channels, general affine channels.
    "b=conv3-{2*cin};b xn",
    "b=conv3-{3*cin};b xn,gap",
    "b=conv3-{2*cin+1};conv3-3,b xn",
    "b=conv3-{2*cin-2};conv3-3,b xn",
    "b=[+conv3s2-{2*cin}]:proj;b xn",
    # Extents: fixed, affine, shrinking, growing.
    "(conv3p0-4)xn",
    "(conv3p0x1-4,conv1-2)xn",
    "conv4p1-8 xn",
    "conv3-64,(conv3-64,pool)xn,gap,fc10",
    "(pool3s2:ceil)xn",
    "(conv5s2p0-4)xn",
    "(conv3s2-8,conv3s3-8)xn",
    "(conv1-4,pool2x1)xn",
    "(upsample2,conv3-4)xn",
    "(deconv4s2p1-4)xn",
    "(upsample3,pool3)xn",
    "conv3-16,(pixelshuffle,conv3-16)xn",
    "(conv3-4,gap)xn",
    "(adapool4,conv3p0-4)xn",
    "conv3-4,[*(gap,conv1-4)xn]",
    "conv3-4,(adapool4x1,conv3-4)xn",
    "conv3-8,((conv5s3p0-4)x{n//2},conv3-4)x{n//2}",
    # Brackets.
    "([|[+conv3-40]:proj,conv1-12])xn",
    "conv3-16,([|[+conv3-40]:opt,conv1-12])xn",
    "conv3-16,([|[+conv3-28]:pad,conv1-12])xn",
    "use conv:bn;b(c,s=1)=[+conv3s{s}-c,conv3-c]:proj;conv3-16,b(16)xn,b(32,2->1)xn,gap,fc10",
    # In branches, and around them.
    "[conv3-4 xn|conv3-5 xn]",
    "[(conv3s2-4)xn|(conv1s2-5)xn]",
    "conv3-4,[+(conv3-4)xn]",
    "[+(conv3s2-3)xn]:proj",
    "[+[|conv3-4]xn]:opt",
    "conv3-4@a,(pool)xn,[@a|identity]",
    "conv3-4@a,(conv3-4,[@a|identity])xn",
    "se(r)=[*gap,conv1-r,conv1-{cin}];b=conv3-{2*cin},se(cin/4);conv3-4,b xn",
    # Counts that are expressions.
    "(conv3-4,pool)x{2*n}",
    "(conv3-4)x{n//2}",
    "(conv3-4)x{2**n}",
    "(conv3-4)x{n/2}",
]


@pytest.mark.parametrize("text", SUPPORTED)
@pytest.mark.parametrize("size", [(3, 9, 16), (16, 33, 64), (4, 2, 3)])
def test_what_must_have_a_closed_form(text, size):
    assert bodies.differences(text, points(*size)) == []


NESTED = [
    "((conv3-4)xm,pool)xn",
    "((conv3-4,pool)xm,conv3-6)xn",
    "([|conv3-4]xm,conv1-8)xn",
    "([|conv3-4]xm)xn",
    "([+[|conv3-4]xm]:proj)xn",
    "b(s)=conv3s{s}-8;(b(2->1)xm,conv1-4)xn",
    "(conv3-4@a,(conv3-4,[@a+identity])xm,conv1-4)xn",
    "b=conv3-{2*cin};(b xm,conv3-4)xn",
    "((conv3p0-2)xm)xn",
    "((pool)x{(m+1)//2},conv3-4)xn",
]


@pytest.mark.parametrize("text", NESTED)
@pytest.mark.parametrize("m", [1, 2, 3])
def test_loops_in_loops(text, m):
    for size in [(3, 9, 16), (4, 33, 64)]:
        assert bodies.differences(text, points(*size, m=m)) == []


def written_out(body, count):
    """The same repeat in parts of at most 64 passes, which are written out."""
    parts = [f"({body})x{min(33, count - done)}" for done in range(0, count, 33)]
    return ",".join(parts)


LONG = [
    "conv3-4:bn",
    "conv3p0-3",
    "[|conv3-2]",
    "[+conv3-8]:opt",
    "[|[+conv3-40]:proj,conv1-12]",
    "pool3s1",
    "more",
]


@pytest.mark.parametrize("body", LONG)
@pytest.mark.parametrize("count", [65, 66, 70])
def test_a_large_number_of_passes(body, count):
    more = "more=conv3-{cin+2};" if body == "more" else ""
    closed = symcnn.derive(f"{more}({body})x{count}")
    unrolled = symcnn.derive(more + written_out(body, count))
    assert len(closed.graph.nodes) < 10 < len(unrolled.graph.nodes)
    for C, H, W in [(4, 141, 150), (16, 140, 200), (3, 145, 145)]:
        point = {"C": C, "H": H, "W": W}
        assert (point in closed.domain) == (point in unrolled.domain)
        if point in closed.domain:
            one, two = closed.at(**point), unrolled.at(**point)
            assert one.output == two.output
            for quantity in (*bodies.SUMS, *bodies.MEMORY, *bodies.FIELDS):
                assert bodies.value(one, quantity) == bodies.value(two, quantity), quantity


@example(10**6)
@given(st.integers(65, 10**9))
def test_the_graph_does_not_grow_with_the_passes(count):
    report = symcnn.derive(f"(conv3-64:bn)x{count}")
    assert len(report.graph.nodes) == len(symcnn.derive("(conv3-64:bn)x65").graph.nodes)
    assert report.params(C=3) == 9 * 3 * 64 + 9 * 64 * 64 * (count - 1) + 128 * count
    assert str(report.domain) == "every input"
