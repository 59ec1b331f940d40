"""The package against the brute force of `oracles`: on every word, and on random networks."""

import networks
import oracles
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from networks import Size, effort

import symcnn
from symcnn.errors import DomainError, NotationError, SymcnnError, UnsupportedError
from symcnn.layers import WORDS

COSTS = (
    "weights biases normalization buffers params macs bias_additions normalization_ops activation_ops "
    "pooling_ops elementwise_ops activations"
).split()
"""What is counted: sums over layers, under one name on both sides."""

REFUSED = None
"""Stands for the counts of a network that cannot run."""


def by_oracle(text, size, **options):
    """All counts by brute force, and the output's shape."""
    try:
        counts = oracles.count(text, *size, **options)
    except oracles.Refused:
        return REFUSED
    return {**{name: getattr(counts, name) for name in COSTS}, "output": counts.output}


def evaluate_then_derive(text, size):
    """All counts by the package, given the input from the start."""
    try:
        numbers = symcnn.derive(text, (size.H, size.W, size.C)).at()
    except SymcnnError:
        return REFUSED
    return {**{name: numbers.total(name) for name in COSTS}, "output": numbers.output}


def derive_then_evaluate(text, *sizes):
    """All counts by formulas in C, H and W, evaluated at several inputs."""
    try:
        report = symcnn.derive(text)
    except NotationError:
        return [REFUSED for _ in sizes]
    formulas = {name: report.total(name) for name in COSTS}
    return [at_point(formulas, report.output, size) for size in sizes]


def at_point(formulas, output, size):
    """Formulas at one input; at once in its domain or outside it."""
    point = size._asdict()
    try:
        counts = {name: formula(**point) for name, formula in formulas.items()}
    except DomainError:
        for formula in (*formulas.values(), *output):
            with pytest.raises(DomainError):
                formula(**point)
        return REFUSED
    return {**counts, "output": tuple(formula(**point) for formula in output)}


# --- Every word, every flag ----------------------------------------------------------------------

EVERY_WORD = {
    "conv": "conv3x2s2x1p1x0d1x2g2-4",
    "convolution": None,  # A word of the package's own, which the oracle does not read.
    "dw": "dw4s2-8",
    "depthwise": "depthwise3x1d2",
    "deconv": "deconv3s2p1-6",
    "convt": "convt2x5s3g2-4",
    "pool": "pool3s2p1:ceil",
    "maxpool": "maxpool",
    "avgpool": "avgpool3x2d2:same",
    "gap": "gap",
    "gmp": "gmp",
    "adapool": "adapool2x3",
    "fc": "fc5x2",
    "linear": "linear-3",
    "dense": "dense3",
    "bn": "bn",
    "in": "in",
    "ln": "ln",
    "gn": "gn2",
    "lrn": "lrn3",
    "scale": "scale",
    "prelu": "prelu",
    "relu": "relu6",
    "leaky": "leaky0.1",
    "elu": "elu",
    "sigmoid": "sigmoid",
    "hsigmoid": "hsigmoid",
    "silu": "silu",
    "swish": None,
    "hswish": "hswish",
    "mish": "mish",
    "gelu": "gelu",
    "tanh": "tanh",
    "softmax": "softmax",
    "soft-max": "soft-max",
    "drop": "drop0.5",
    "dropout": None,
    "identity": "identity",
    "flatten": "flatten",
    "upsample": "upsample3x2",
    "shuffle": "shuffle2",
    "pixelshuffle": "pixelshuffle2",
    "pixelunshuffle": "pixelunshuffle2",
    "take": "take-3",
    "pad": "pad2x1",
}
COMBINATIONS = [
    "conv3-4:valid",
    "conv4s3-4:same:bn",
    "use conv:valid; conv3-4:same",
    "conv3-4:bn:bias:relu",
    "conv3-4:in:prelu",
    "conv3-4:ln:gelu",
    "conv3-4:gn2:nobias",
    "use conv:bn:relu; conv3-4:nobn:norelu",
    "use conv:bn:relu; conv3-4:nobn:bias",
    "fc7:bn:relu",
    "deconv2s2-4:bn:bias",
    "dw3s2:bn:relu6",
    "bn:relu,gap:sigmoid",
    "use pool:ceil; pool3s2,pool2:same",
    "(conv3-8,bn)x3",
    "conv3-8x3",
    "fc8x3",
    "[conv1-2|conv3-3|pool3s1p1]",
    "[conv1-2+conv3-2]:relu",
    "[conv1-2*conv3-2*conv5-2]",
    "[+conv3-4]",
    "[|conv3-4]x3",
    "[*gap,conv1-1:relu,conv1-4:sigmoid]",
    "[+conv3s2-8]:proj",
    "use conv:bn:relu; [+conv3s2-8,conv3-8]:proj:relu",
    "[+conv3s2x1-8]:pad",
    "[+conv3s2-8]:opt,[+conv3-8]:opt",
    # With 4 channels the identity is there, and does not fit; with 3 it is not.
    "[+conv3p0-4]:opt",
    "[+deconv3p0-4]:opt",
    "[+conv3-4]:proj",
    "[+conv3-4]:pad",
    "[identity|conv3-{3*C},[|identity]]:relu",
    "dw3-{2*C},[+dw3]:opt,take-C",
    "(conv3-6)@a,pool,conv3-2,[deconv2s2-2|@a]",
    "conv3-6@a,conv3-2,@a,fc3",
    "b(c,s=1)=[+conv3s{s}-c,conv3-c]:proj; b(4)x2,b(8,2->1)x3",
    "b(c)=conv3-{2*c}; b(2->3)x3",
    "d=[|bn,conv3-{cin/2}]; d x2",
    "se(r)=[*gap,conv1-r,conv1-{cin}]; m(c)=conv1-{4*cin},se(cin/4),conv1-c; m(8)x2",
]


def test_the_list_has_every_word():
    assert list(EVERY_WORD.keys() - WORDS.keys()) == list(WORDS.keys() - EVERY_WORD.keys()) == []


@pytest.mark.parametrize("text", [*filter(None, EVERY_WORD.values()), *COMBINATIONS])
def test_each_form_alone(text):
    """Even and odd sizes; the oracle goes through the elements of every tensor one by one."""
    sizes = [Size(4, 6, 8), Size(4, 9, 7), Size(4, 1, 1), Size(3, 2, 3), Size(3, 5, 4)]
    expected = [by_oracle(text, size, tensors=True) for size in sizes]
    assert any(expected)
    assert [evaluate_then_derive(text, size) for size in sizes] == expected
    assert derive_then_evaluate(text, *sizes) == expected


# --- Random networks -----------------------------------------------------------------------------


@effort(6)
@given(networks.networks(), networks.inputs())
def test_counts(text, size):
    assert evaluate_then_derive(text, size) == by_oracle(text, size)


@effort(3)
@given(networks.networks(), st.lists(networks.inputs(), min_size=1, max_size=4))
def test_formulas(text, sizes):
    """Deriving and then evaluating is evaluating and then deriving, refusals included."""
    expected = [evaluate_then_derive(text, size) for size in sizes]
    assert derive_then_evaluate(text, *sizes) == expected


@effort(2)
@given(networks.networks(), networks.inputs())
def test_any_dimensions_may_be_given_first(text, size):
    expected = evaluate_then_derive(text, size)
    for given_first in ("C", "HW", "CH"):
        point = size._asdict()
        first = {name: point.pop(name) for name in given_first}
        try:
            numbers = symcnn.derive(text, first).at(**point)
        except SymcnnError:
            assert expected is REFUSED
        else:
            assert expected == {**{name: numbers.total(name) for name in COSTS}, "output": numbers.output}


# --- Laws ----------------------------------------------------------------------------------------


def collapses(text):
    """Does an extent become 1 whatever the input? Such an extent is repeated in additions."""
    graph = symcnn.derive(text).graph
    shape = graph.shape(graph.output)
    return shape.height.is_unit or shape.width.is_unit


def added(one, two):
    """The counts of one network after the other."""
    return {**{name: one[name] + two[name] for name in COSTS}, "output": two["output"]}


@effort(2)
@given(networks.rows(), networks.rows(), networks.inputs())
def test_one_after_the_other(first, second, size):
    """`a, b` costs what a costs, and what b costs on a's output."""
    one, both = evaluate_then_derive(first, size), evaluate_then_derive(f"{first},{second}", size)
    if one is REFUSED:
        assert both is REFUSED
        return
    two = evaluate_then_derive(second, Size(*one["output"]))
    if two is REFUSED and both is not REFUSED:
        # What is 1 by construction after `a` is 1 by chance where `b` begins.
        assert collapses(first)
        return
    assert both == (REFUSED if two is REFUSED else added(one, two))


@effort(2)
@given(networks.rows(), networks.inputs(), st.integers(2, 3))
def test_a_repeat_is_a_row(text, size, times):
    written_out = ",".join([text] * times)
    assert evaluate_then_derive(f"({text})x{times}", size) == evaluate_then_derive(written_out, size)
    assert derive_then_evaluate(f"({text})x{times}", size) == derive_then_evaluate(written_out, size)


@effort(2)
@given(networks.networks(), networks.inputs(), st.integers(0, 3), st.integers(0, 3))
def test_larger_inputs_cost_no_less(text, size, rows, columns):
    """Of MACs and activations: for fixed parameters, they never fall in H or W."""
    one = evaluate_then_derive(text, size)
    two = evaluate_then_derive(text, Size(size.C, size.H + rows, size.W + columns))
    assume(one is not REFUSED and two is not REFUSED)
    for name in ("params", "macs", "activations"):
        assert one[name] <= two[name]


# --- Receptive fields ----------------------------------------------------------------------------


def phases(graph):
    """Into how many positions upsamplings divide one, on each axis."""
    rows = columns = 1
    for node in graph.nodes:
        word = node.layer.spec.word if hasattr(node.layer, "spec") else None
        field = {"upsample": "factor", "pixelshuffle": "factor", "deconv": "stride"}.get(word)
        factor = getattr(node.layer, field) if field else 1
        height, width = factor if isinstance(factor, tuple) else (factor, factor)
        rows, columns = rows * height, columns * width
    return rows, columns


FIELDS = [
    "conv3-1x2,pool,conv3s2-1",
    "conv4d2x3s2x1-1,pool3s2:ceil,dw2",
    "pad1,conv3p0-1",
    "upsample2,conv4p0-1",
    "upsample2,[+conv3-1],conv3-1",
    "upsample2x3,[conv5-1|pool3s1p1]",
    "conv3-4,pixelshuffle2,conv3-1",
    "pixelunshuffle2,conv3-1",
    "deconv3s2-1,conv5s2-1",
    "deconv2s2-1,conv3-1",
    "deconv4s2p1-1,conv2-1",
    # A dilated kernel passes some outputs by; what is stretched over them does not count.
    "deconv3s3x1d2p2-4",
    "deconv1s2-1,conv3d2-1",
    "conv3-1@a,pool,conv3-1,[deconv2s2-1|@a],conv3-1",
    "[+conv3d4-1]:relu,pool",
    "conv3-1,[*gap,conv1-1]",
    "conv3-4,flatten,fc10",
]


@pytest.mark.parametrize("text", FIELDS)
def test_each_receptive_field_alone(text):
    field = symcnn.derive(text, (40, 48, 1)).at().receptive_field
    assert tuple(field) == oracles.receptive_field(text, 1, 40, 48)
    assert all(type(extent) is int for extent in field)


@effort(2)
@given(networks.networks(depth=1), networks.inputs(3, 30))
def test_receptive_fields(text, size):
    try:
        numbers = symcnn.derive(text, (size.H, size.W, size.C)).at()
        field = tuple(numbers.receptive_field)
    except SymcnnError as error:
        assume(isinstance(error, UnsupportedError))
        return
    # The oracle looks at the positions that there are: at all phases only where there are that many.
    expected = oracles.receptive_field(text, *size)
    for axis in (0, 1):
        assert type(field[axis]) is int
        if numbers.output[axis + 1] >= phases(numbers.graph)[axis]:
            assert field[axis] == expected[axis]
        else:
            assert field[axis] >= expected[axis]
