"""Receptive fields and strides through loops, where maps are enlarged too."""

import networks
import pytest
from hypothesis import given
from hypothesis import strategies as st

import symcnn
from symcnn.algebra.atoms import symbol
from symcnn.algebra.evaluation import substitute
from symcnn.analyses.fields import VARYING, WHOLE, Field, Stretched, advance, as_floors, hull, least_of
from symcnn.errors import UnsupportedError
from symcnn.layers.reach import Pointwise, Spread, Window

FIELDS = ("receptive_field_height", "receptive_field_width", "stride_height", "stride_width")

STEPS = (
    "conv3-4",
    "conv5-4",
    "conv5p1-4",
    "conv1x3-4",
    "upsample2",
    "upsample3",
    "upsample2x1",
    "deconv2s2-4",
    "deconv4s2p1-4",
    "deconv3s2-4",
    "deconv2s3p0-4",
    "pool",
    "conv3s2-4",
    "pad1",
    "bn",
    "[+conv3-4]",
    "[conv3-2|conv5-2]",
    "[|conv3-4],conv1-4",
)


def rows(least=0):
    return st.lists(st.sampled_from(STEPS), min_size=least, max_size=2)


@st.composite
def loops(draw):
    body = draw(rows(1))
    if draw(st.booleans()):
        inner = ",".join(draw(rows(1)))
        body.insert(draw(st.integers(0, len(body))), f"({inner})x{draw(st.sampled_from(['n', 'm']))}")
    return f"({','.join(body)})x{draw(st.sampled_from(['n', '{n+1}']))}"


def known(text, **symbols):
    """The fields and strides, each None where it has no form."""
    report = symcnn.derive(text, (360, 360, 4), symbols=symbols)
    return {name: total(report, name) for name in FIELDS}


def total(report, name):
    try:
        return report.total(name)
    except UnsupportedError:
        return None


@networks.effort(1)
@given(rows(), loops(), rows())
def test_loops_see_what_they_see_written_out(before, loop, after):
    text = ",".join([*before, loop, *after])
    try:
        closed = symcnn.derive(text)
    except UnsupportedError:
        return
    for n, m in ((1, 1), (2, 1), (1, 2), (3, 2)):
        point = {"n": n, "m": m} if "xm" in text else {"n": n}
        if {"C": 4, "H": 360, "W": 360, **point} not in closed.domain:
            continue
        for name, unrolled in known(text, **point).items():
            formula = total(closed, name)
            if formula is not None and unrolled is not None:
                assert formula(C=4, H=360, W=360, **point) == unrolled(C=4, H=360, W=360), name


@pytest.mark.parametrize(
    ("text", "field", "sizes"),
    [
        ("(upsample2,conv3-4)xn", "ceil((2**n - 2)/2**n) + 2", [2, 3, 3, 3]),
        ("(conv3-4,upsample2)xn", None, [3, 4, 5, 5]),
        ("(deconv2s2-4)xn", "1", [1, 1, 1, 1]),
        ("deconv4s2p1-4 xn", None, [2, 3, 3, 3]),
        ("upsample2,(conv3-4)xn", "n + 1", [2, 3, 4, 5]),
        ("(conv3s2-4)xn,(upsample2,conv3-4)xn", None, [5, 15, 31, 63]),
        ("(upsample2,conv3-4)xn,(upsample3,conv5-4)xn", None, [3, 3, 3, 3]),
        ("(upsample2,conv3-4)xn,[conv3-4|upsample2,pool]", None, [3, 3, 3, 3]),
        ("(upsample2,conv3-4,pool)xn", "2*n + 1", [3, 5, 7, 9]),
    ],
)
def test_fields_through_loops_that_enlarge(text, field, sizes):
    formula = symcnn.derive(text).receptive_field.height
    assert field in (None, str(formula))
    assert [formula(C=4, H=64, W=64, n=n) for n in (1, 2, 3, 4)] == sizes


def test_more_phases_than_can_be_listed():
    field = symcnn.derive("(upsample2,conv3-4)xn").receptive_field.height
    assert field(C=4, H=8, W=8, n=40) == 3
    assert symcnn.derive("upsample2,upsample{64},upsample2,conv5-4").receptive_field.height(H=8, W=8) == 2


@pytest.mark.parametrize("k", [1, 2, 3])
@pytest.mark.parametrize("text", ["conv3s{k}-4 xn", "(upsample{k},conv3-4)xn", "upsample{k},conv5-4"])
def test_fields_by_symbols(text, k):
    formula = symcnn.derive(text).receptive_field.height
    for n in (1, 2, 3):
        point = {"n": n} if "xn" in text else {}
        unrolled = known(text, k=k, **point)["receptive_field_height"]
        assert formula(C=4, H=360, W=360, k=k, **point) == unrolled(C=4, H=360, W=360)


@pytest.mark.parametrize(
    ("text", "field", "sizes"),
    [
        # Kernels of 3, 5, 7, … add 2, 4, 6, …
        ("b=conv{cin}-{cin+2};conv3-3,b xn", "n**2 + n + 3", [5, 9, 15, 23]),
        ("b=conv3d{cin}-{cin+2};conv3-3,b xn", "2*n**2 + 4*n + 3", [9, 19, 33, 51]),
        # Kernels of 3, 6, 12, … at steps of 1, 2, 4, …
        ("b=conv{cin}s2-{2*cin};conv3-3,b xn", "2**(2*n) - 2**n + 3", [5, 15, 59, 243]),
        ("b=conv{min(cin,9)}-{cin+2};conv1-3,b xn", None, [3, 7, 13, 21]),
        ("b=conv{cin}-{cin+2},upsample2,pool;conv3-3,b xn", None, [5, 9, 15, 23]),
        # Kernels of 3 at a step of 1, then of 5, 7, 9 at steps of 1, 2, 4; and of 15, then 15, 21, 27.
        ("b(c,k)=conv{cin}s{k}-{cin+2};conv3-3,b(1,1->2)xn", None, [5, 9, 21, 53]),
        ("b(k)=conv{k*cin}s2-{cin+2};conv3-3,b(5->3)xn", None, [17, 45, 125, 333]),
        # A loop may end with a pass that is written out: kernels of 3, 5, 7, 7, …
        ("b(c)=conv{cin}-c;conv1-3,b(5->7)xn,relu", "6*n - 2*[n >= 2] - 3", [3, 7, 13, 19]),
        ("b(c)=[+conv{cin}-c]:opt;conv3-5,b(5->7)xn", None, [7, 11, 17, 23]),
    ],
)
def test_kernels_that_change_from_pass_to_pass(text, field, sizes):
    formula = symcnn.derive(text).receptive_field.height
    assert field in (None, str(formula))
    assert [formula(C=4, H=600, W=600, n=n) for n in (1, 2, 3, 4)] == sizes
    for n, size in enumerate(sizes, start=1):
        assert symcnn.derive(text, (600, 600, 4), symbols={"n": n}).receptive_field.height() == size


def test_an_identity_that_is_not_there_is_not_seen_through():
    """Without the identity each pass moves on by 2, so that the field leaves the position itself."""
    field = symcnn.derive("conv3-{8*m},[+conv2p2-{k} xn]:opt,conv3-4").receptive_field.height
    assert field(m=2, k=2, n=4, C=3, H=9, W=9) == 4 * 1 + 2 + 2 + 1
    assert (
        symcnn.derive("conv3-{8*m},[+(conv3-k)xn]:opt").receptive_field.height(m=1, k=8, n=2, H=9, W=9) == 7
    )


@pytest.mark.parametrize(
    "text",
    [
        "b=conv{cin}-{cin+2};upsample2,b xn",
        "b=conv{cin}-{cin+2},upsample2;b xn",
        "a=conv{cin}-{k*cin+1};a xn",
        "b(c)=upsample2,conv{cin}-c;b(5->7)xn",
    ],
)
def test_kernels_that_change_where_maps_are_enlarged_have_no_form(text):
    with pytest.raises(UnsupportedError, match="no simple closed form"):
        _ = symcnn.derive(text).receptive_field


@pytest.mark.parametrize(
    "text",
    [
        "deconv{k}s2p0-4",
        "([pool{k}s1:same|pool{m}s1:same],conv1-4)xn",
        "([pool{k}s2:same|pool{m}s2:same],conv1-4)xn",
        "conv3-4@a,(pool)xn,(upsample2)xn,[upsample{k},pool{k}|@a]",
        "upsample{k},conv3s2-4",
        "deconv2s2-4,(conv3s2-4)xn",
        "conv1-4@a,([@a|identity],conv3-4)xn",
    ],
)
def test_fields_without_a_form(text):
    with pytest.raises(UnsupportedError, match="no simple closed form"):
        _ = symcnn.derive(text).receptive_field


REACHES = st.one_of(
    st.builds(Window, st.integers(1, 5), st.just(1), st.integers(0, 3)),
    st.builds(Window, st.integers(1, 4), st.sampled_from([2, 3, 4]), st.integers(0, 2)),
    st.integers(1, 3).flatmap(lambda f: st.builds(Spread, st.just(f), st.integers(f, 5), st.integers(0, 3))),
    st.just(Pointwise()),
)


@given(st.lists(REACHES, min_size=1, max_size=5))
def test_floors_say_what_listed_phases_say(reaches):
    listed = Field(1, ((0, 0),))
    floors = Stretched(1, 0, 0, 1, 0, 0)
    for reach in reaches:
        listed, floors = advance(listed, reach), advance(floors, reach)
        if listed is VARYING or floors is VARYING:
            return
        assert listed.size == floors.size
        for y in range(-7, 8):
            at = {
                end: floors.first + (y + getattr(floors, end)) // floors.factor for end in ("before", "ahead")
            }
            assert listed.at(y) == (at["before"], at["ahead"])


def test_what_floors_cannot_say():
    assert as_floors(Field(1, ((0, 0), None))) is None
    assert as_floors(Field(2, ((0, 0), (1, 2)))) is None
    assert as_floors(Field(2, ((0, 0), (2, 1)))) is None
    assert advance(Field(2, ((0, 0), (1, 2))), Window(symbol("k"))) is VARYING


def test_hulls_of_stretched_fields():
    one, two = Stretched(1, 0, 0, symbol("q"), 0, 2), Stretched(1, 0, 0, symbol("q"), -1, 1)
    assert hull([one, two]) == Stretched(1, 0, 0, symbol("q"), -1, 2)
    assert hull([one, Field(1, ((0, 0),))]) is VARYING
    assert hull([one, Field(1, ((0, 0), None))]) is VARYING
    assert hull([one, VARYING]) is VARYING
    assert hull([one, WHOLE]) is WHOLE
    assert substitute(one.size, {"q": 2}) == 2


def test_what_is_known_of_symbols():
    assert [least_of(name) for name in ("n", "#1", "?step1", "?first1")] == [1, 0, 1, -1]
