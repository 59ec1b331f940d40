"""What texts mean: scopes, flags, repeats, shortcuts, and how deep they may nest."""

import time

import oracles
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import symcnn
from symcnn.errors import DomainError, LimitError, NotationError


def layers(text, **options):
    """The labels of a network's layers."""
    return [node.layer.label() for node in symcnn.derive(text, **options).graph.nodes]


def rows(text):
    return [row.label for row in symcnn.derive(text).items]


# --- Scopes ---


@pytest.mark.parametrize(
    ("text", "meaning"),
    {
        # Parameters shadow symbols; a body sees its parameters and free symbols only.
        "b(k)=conv3-k; b(7),conv3-k": "conv3-7,conv3-k",
        "b(c,d=2*c)=conv3-c,conv3-d; b(4),b(4,5)": "conv3-4,conv3-8,conv3-4,conv3-5",
        "b(c=cin)=conv3-c; conv3-5,b": "conv3-5,conv3-5",
        "b(c)=conv3-{2*cin},conv3-{cin}; conv3-3,b(1)": "conv3-3,conv3-6,conv3-3",
        "s(r)=conv1-r,conv1-{cin}; m=conv3-{4*cin},s(cin/2); conv3-4,m": "conv3-4,conv3-16,conv1-2,conv1-16",
        "b(c)=d(c+1); d(c)=conv3-c; b(2)": "conv3-3",
        "b(c,d)=conv3-c,conv3-d; b(d=3,c=2)": "conv3-2,conv3-3",
        "inner=conv3-k; b(k)=inner,conv3-k; b(7)": "conv3-k,conv3-7",
        # The first repeat and the later ones.
        "b(c,s=1)=conv3s{s}-c; b(4,2->1)x3": "conv3s2-4,conv3-4,conv3-4",
        "b(c)=conv3-c; b(2->4)": "conv3-2",
        "b(c)=conv3-c; (b(2->4),pool1)x2": "conv3-2,pool1,conv3-2,pool1",
        # Words.
        "FC-10,Linear-5,Conv3-4:RELU": "fc10,fc5,conv3-4,relu",
        "fc4x2": "fc4,fc4",
        "soft-max": "softmax",
        "dropout0.5": "drop{1/2}",
        "input(C=4),conv3-{C},gn2x2": "conv3-4,gn2,gn2",
        # Flags: those of `use` first; of a kind the last wins; `no` undoes.
        "use conv:bn:relu; conv3-4": "conv3-4,bn,relu",
        "use conv:bn; conv3-4:gn2": "conv3-4,gn2",
        "use conv:bn; use conv:relu; conv3-4": "conv3-4,bn,relu",
        "use convolution:bn; conv3-4": "conv3-4,bn",
        "use conv:bn:relu; conv3-4:nobn:norelu": "conv3-4",
        "use conv:bn; conv3-4:noin": "conv3-4,bn",
        "use conv:silu; conv3-4:noswish": "conv3-4",
        "conv3-4:relu:gelu": "conv3-4,gelu",
        "conv3-4:relu6": "conv3-4,relu6",
        "use conv:valid; conv3-4,conv3p1-4,conv3-4:same": "conv3p0-4,conv3p1-4,conv3-4",
        "use conv:valid; conv3-4:novalid": "conv3-4",
        "(conv3-4,pool1):relu,[conv1-2|conv1-2]:tanh": "conv3-4,pool1,relu,conv1-2,conv1-2,concat,tanh",
        "b=conv3-4; b:relu": "conv3-4,relu",
        "[+conv3-9]:proj:noproj:opt:nopad": "conv3-9",
        # Tags.
        "conv3-4@a,conv3-5,@a,conv3-6": "conv3-4,conv3-5,conv3-6",
        "[conv3-4@a|@a,conv3-2]": "conv3-4,conv3-2,concat",
        "pool1@a,([@a|conv3-4])x2": "pool1,conv3-4,concat,conv3-4,concat",
        "(pool1@a,@a)x2": "pool1,pool1",
        "b=pool1@a,@a; b,b,pool1@a": "pool1,pool1,pool1",
    }.items(),
)
def test_meanings(text, meaning):
    assert layers(text, input={"C": 4} if "C" not in text else None) == meaning.split(",")


def test_biases():
    """A normalization makes a bias needless, unless it is asked for."""

    def biased(text):
        return symcnn.derive(text).biases(C=4) > 0

    assert biased("conv3-4")
    assert not biased("conv3-4:bn")
    assert not biased("use conv:bn; conv3-4")
    assert biased("use conv:bn; conv3-4:nobn")
    assert biased("conv3-4:bn:bias")
    assert not biased("conv3-4:nobias")
    assert not biased("conv3-4:bias:nobias")


def test_a_tag_set_in_a_repeat_is_seen_by_that_repeat_alone():
    report = symcnn.derive("pool1@a,(conv3-4@b,conv3-5,[@a|@b])x2")
    inputs = [node.inputs for node in report.graph.nodes]
    assert inputs == [(0,), (1,), (2,), (1, 2), (4,), (5,), (1, 5)]


def test_one_row_for_an_item():
    assert rows("conv3-64x2,pool,fc10x2,fc3@a,(conv1-1,relu)x2,[conv1-1|conv1-2]") == [
        "conv3-64x2",
        "pool",
        "fc10",
        "fc10",
        "fc3",
        "(conv1-1, relu)x2",
        "[conv1-1 | conv1-2]",
    ]


def test_input_pins():
    report = symcnn.derive("input(C=3,H=2*k,W=32),conv3-{C},pool")
    assert report.output[1](k=5, W=32, H=10) == 5
    assert report.symbols == ("k",)
    assert report.at(k=5).params == 84
    unit = symcnn.derive("input(C=4,H=1,W=1),[conv1-4*upsample2,conv1-4]")
    assert unit.at().output == (4, 2, 2)


# --- Shortcuts where shapes differ: derive, then evaluate, is evaluate, then derive ---

SHORTCUTS = [
    "conv3-16,[+conv3-{16*k}]:FLAG,fc3",
    "conv3-k,[+conv3-m,conv3-k]:FLAG,conv1-4",
    "conv3-k,[+conv3s{s}-{2*m}]:FLAG,fc2",
    "use conv:bn; conv3-k,[+conv3s{s}x1-k]:FLAG,pool",
    "conv3-{2*m},[+conv1-k,dw3s{s},conv1-{2*k}]:FLAG:relu",
    "use conv:gn2:relu; b(c,s=1)=[+conv3s{s}-c]:FLAG; b(2*k),b(2*m,2->1)x2",
]
COSTS = "params weights biases normalization buffers macs bias_additions elementwise_ops activations".split()


@settings(max_examples=60)
@given(
    st.sampled_from(SHORTCUTS),
    st.sampled_from(["proj", "pad", "opt"]),
    st.fixed_dictionaries({name: st.integers(1, 3) for name in "kms"}),
)
def test_shortcuts(pattern, flag, symbols):
    text, size = pattern.replace("FLAG", flag), {"C": 3, "H": 9, "W": 12}
    used = {name: value for name, value in symbols.items() if name in symcnn.derive(text).symbols}
    report = symcnn.derive(text)
    try:
        expected = oracles.count(text, **size, **used)
    except oracles.Refused:
        with pytest.raises(DomainError):
            report.at(**size, **used)
        with pytest.raises((DomainError, NotationError)):
            symcnn.derive(text, size, symbols=used).at()
        return
    late, early = report.at(**size, **used), symcnn.derive(text, size, symbols=used).at()
    for name in COSTS:
        assert late.total(name) == early.total(name) == getattr(expected, name), name
    assert late.output == early.output == expected.output


def test_wide_resnet_16():
    """At k = 1 the first block has equal shapes; a formula without brackets says 175,322."""
    text = (
        "use conv:nobias; b(c,s=1)=[+bn,conv3s{s}-c,bn,conv3-c]:proj;"
        "conv3-16,b(16*k)x2,b(32*k,2->1)x2,b(64*k,2->1)x2,bn,gap,fc10"
    )
    params = symcnn.derive(text, {"C": 3}).params
    assert str(params) == "170752*k**2 + 256*k*[16*k != 16] + 3840*k + 474"
    assert params(k=1) == 175_066
    for k in (1, 2, 10):
        assert params(k=k) == symcnn.derive(text, {"C": 3}, symbols={"k": k}).params()
        assert params(k=k) == oracles.count(text, 3, 32, 32, k=k).params


def test_shapes_differ_by_stride_not_by_size():
    """At extent 1 a block of stride 2 has equal shapes, and projects nevertheless."""
    for size in (1, 9):
        report = symcnn.derive("input(C=4),[+conv3s2-4]:proj", {"H": size, "W": size})
        assert len(report.graph.nodes) == 3
    assert len(symcnn.derive("input(C=4),[+conv3-4]:proj").graph.nodes) == 2
    assert len(symcnn.derive("input(C=4),[+gap]:opt").graph.nodes) == 1


# --- Depth and length ---


def at_depth(frames, call):
    """Call from so many frames deep, as a framework around might."""
    return call() if frames == 0 else at_depth(frames - 1, call)


@pytest.mark.parametrize(
    ("opening", "closing"),
    [("(" * 199, ")" * 199), ("[+" * 199, "]" * 199), ("[*(" * 99, ")]" * 99)],
)
def test_200_levels(opening, closing):
    text = f"{opening}conv3-{{C}}{closing}"
    assert at_depth(300, lambda: symcnn.derive(text).weights(C=2)) == 36


def test_many_levels_of_definitions():
    names = [f"d_{chr(97 + i // 26)}{chr(97 + i % 26)}" for i in range(100)]
    chain = ";".join(f"{one}={two}" for one, two in zip(names, [*names[1:], "conv3-4"], strict=True))
    assert at_depth(300, lambda: symcnn.derive(f"{chain};{names[0]}").weights(C=2)) == 72


def test_definitions_nest_as_deep_as_brackets():
    names = [f"d_{chr(97 + i // 26)}{chr(97 + i % 26)}" for i in range(210)]
    chain = ";".join(f"{one}={two}" for one, two in zip(names, [*names[1:], "conv3-4"], strict=True))
    with pytest.raises(LimitError, match="nest deeper than 200 levels"):
        symcnn.derive(f"{chain};{names[0]}")


def test_a_long_row():
    """10,000 items; four times as many take about four times as long."""
    seconds = []
    for length in (2_500, 10_000):
        text, start = ",".join(["conv3-8"] * length), time.process_time()
        report = symcnn.derive(text)
        assert report.params(C=8) == length * (9 * 64 + 8)
        seconds.append(time.process_time() - start)
    assert seconds[1] < 16 * seconds[0]
