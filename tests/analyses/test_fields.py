"""Receptive fields, total strides, and costs of whole networks."""

from fractions import Fraction

import oracles
import pytest

import symcnn
from symcnn.algebra.atoms import symbol
from symcnn.analyses import ANALYSES
from symcnn.analyses.fields import VARYING, WHOLE, Field, advance, hull, weighed
from symcnn.errors import ArgumentError, UnsupportedError
from symcnn.layers.reach import Pointwise, Window

NETWORKS = {
    # text: its receptive field where it is known by heart
    "conv3-4,conv3-4": (5, 5),
    "conv3d2-4,conv3d4-4": (13, 13),
    "conv3x5s2x1-4,conv3x1-4": (7, 5),
    "pool,pool,conv3-4": (12, 12),
    "pad2,conv3-4": (3, 3),
    "relu,bn,identity": (1, 1),
    "upsample,conv4-4": (3, 3),
    "upsample,conv3-4": (2, 2),
    "upsample3,conv4p0-4": (2, 2),
    "upsample,upsample,conv3-4,pool": None,
    "upsample2x3,pool2x3": (1, 1),
    "pool,upsample,conv3-4": (4, 4),
    "deconv2s2-4,conv3-4": (2, 2),
    "deconv4s2p1-4,conv3-4": None,
    "deconv3s2d3p1-4,conv5-4": None,
    "deconv5s1-4": (5, 5),
    "deconv1s2p0-4,conv3p0-4": (2, 2),
    "deconv2s3p0-4,conv2p0-4": None,
    "pixelshuffle2,conv5-4": (3, 3),
    "pixelunshuffle2,conv3-4": (6, 6),
    "[+conv3-4,conv3-4]": (5, 5),
    "[conv3-4|conv5-4|conv3d3-4]": (7, 7),
    "[pool2s2:same,upsample|conv3-4]": None,
    "[upsample2,upsample2|upsample4],conv3-4": (2, 2),
    "upsample,[conv3-4+conv5-4]": (3, 3),
    "conv3-4@a,pool,conv3-4,upsample,[@a|conv3-4],conv3-4": None,
    "conv3-8@a,pool,conv3-16@b,pool,conv3-32,[deconv2s2-8|@b],conv3-8,[deconv2s2-8|@a],conv3-8": None,
    "conv3s2-4,[+conv3-4,conv3-4],[+conv3s2-4]:proj": None,
    "[*gap,conv1-4]": (24, 24),
    "conv3-4,fc3": (24, 24),
    "flatten,fc3": (24, 24),
    "[gap,upsample24|conv3-4]": (24, 24),
}


@pytest.mark.parametrize("text", NETWORKS)
def test_receptive_fields(text):
    """Positions in the middle of an input, seen by brute force."""
    numbers = symcnn.derive(text, (24, 24, 4)).at()
    field = tuple(numbers.receptive_field)
    assert field == oracles.receptive_field(text, 4, 24, 24)
    if NETWORKS[text]:
        assert field == NETWORKS[text]
    assert tuple(symcnn.derive(text).receptive_field(C=4, H=24, W=24)) == field


@pytest.mark.parametrize(
    ("text", "height", "width"),
    [
        ("conv{k}-4,pool{m},conv3-4", "k + 3*m - 1", "k + 3*m - 1"),
        ("conv{k}x{m}s{s}-4,conv3-4", "k + 2*s", "m + 2*s"),
        ("[conv{k}-4|conv3p0-4,pad1]", None, None),
        ("upsample{k}", "1", "1"),
        ("upsample129,conv130p0-4", "2", "2"),
        ("upsample2,conv{k}p0-4", "floor(k/2) + 1", "floor(k/2) + 1"),
        ("gap", "H", "W"),
        ("fc3,relu", "H", "W"),
    ],
)
def test_fields_in_symbols(text, height, width):
    field = symcnn.derive(text).receptive_field
    if height is None:
        for k in (1, 3, 7, 9):  # Odd kernels, whose padding is even on both sides.
            assert field.height(k=k, H=24, W=24) == max(k, 3)
        return
    assert (str(field.height), str(field.width)) == (height, width)


@pytest.mark.parametrize(
    "text",
    [
        "adapool3",
        "adapool3,conv3-4",
        "adapool3,[conv3-4|identity]",
        "[upsample2,conv3s2-4|adapool24]",
        "adapool2x2,relu",
        "deconv2s{s}-4",
    ],
)
def test_fields_without_a_simple_form(text):
    with pytest.raises(UnsupportedError, match="no simple closed form"):
        _ = symcnn.derive(text, (24, 24, 4)).receptive_field


def test_branches_of_different_strides():
    report = symcnn.derive("[conv3-4,pad4|upsample2]", (8, 8, 4))
    with pytest.raises(UnsupportedError):
        _ = report.receptive_field
    with pytest.raises(UnsupportedError):
        _ = report.layers[-1]["receptive_field_height"]
    assert str(report.layers[0]["receptive_field_height"]) == "3"


def test_strides():
    stride = symcnn.derive("conv3s2x1-4,pool3s2,upsample").stride
    assert (stride.height(H=32, W=32), stride.width(H=32, W=32)) == (2, 1)
    assert symcnn.derive("upsample3").stride.height(H=1) == Fraction(1, 3)
    assert str(symcnn.derive("conv3s{s}-4,pool").stride.height) == "2*s"
    assert symcnn.derive("vgg16").stride(H=224, W=224) == (32, 32)


def test_a_field_by_phase():
    field = Field(2, ((0, 2), None, (1, 4)))
    assert [field.at(p) for p in (-3, 0, 1, 2, 5)] == [(-2, 0), (0, 2), None, (1, 4), (3, 6)]
    assert field.size == 4
    assert advance(field, Pointwise()) is field
    assert advance(Field(2, ((0, 2),)), Window(3, 2, 1)) == Field(4, ((-2, 4),))


@pytest.mark.parametrize(
    "text",
    [
        "conv3-4,[+conv3-k]:opt,conv3-4",
        "conv3-4,[+conv3-4,conv5-k]:opt",
        "conv3-4,[+pad2,conv5p0-k]:opt",
        "conv3-4,[+conv2p0-4,conv2p1-k,pad1,conv3p0-k]:opt",
        "conv3s2-4,[+conv3-k]:opt,conv3s2-1",
        "conv3-4,[+conv3s2-k]:proj,conv3-1",
        "upsample2,[+conv3-k]:proj,conv3-1",
        "conv3-4,[+pad3,conv1-k,conv7p0-k]:opt,conv3x1-4",
    ],
)
def test_fields_under_a_bracket(text):
    """For k = 4 the identity is added, and seen through; the oracle sees each network."""
    closed = symcnn.derive(text, (24, 24, 4)).receptive_field
    for k in (4, 5):
        field = oracles.receptive_field(text.replace("-k", f"-{k}"), 4, 24, 24)
        assert (closed.height(k=k), closed.width(k=k)) == field


def test_fields_of_two_forms_under_a_bracket():
    """Each end is that of one field where the bracket is 1, and that of the other where it is 0."""
    k, one, two, three = symbol("k"), Field(2, ((-3, 1),)), Field(2, ((-5, 4),)), Field(2, ((-4, 2),))
    assert weighed(three, k, two, one) == Field(2, ((-4 - 2 * k, 2 + 3 * k),))
    assert weighed(one, k, two, two) is one
    for other in (Field(4, ((-5, 4),)), Field(2, (None,)), Field(2, ((0, 0), (1, 1))), VARYING, WHOLE):
        assert weighed(one, k, one, other) is weighed(one, k, other, one) is VARYING
        assert weighed(other, k, one, two) is VARYING


def test_what_branches_see_together():
    one, two, nothing = Field(2, ((-3, 1),)), Field(2, ((-2, 4),)), Field(2, (None,))
    assert hull([one, two]) == Field(2, ((-3, 4),))
    assert hull([one, nothing]) == one
    assert hull([nothing, nothing]).size == 0
    assert hull([one, Field(4, ((0, 0), (2, 3)))]) == Field(4, ((-3, 1), (-1, 3)))
    assert hull([one, Field(3, ((-3, 1),))]) is VARYING
    k = symbol("k")
    assert hull([Field(1, ((-k, 0),)), Field(1, ((0, k),)), Field(1, ((1 - k, 1),))]) == Field(1, ((-k, k),))


def test_a_field_that_is_seen_in_part():
    """Of the positions of a window only those count that see something."""
    field = Field(1, ((0, 0), None))
    assert advance(field, Window(1, 2, 1)).size == 0
    assert advance(field, Window(2, 2, 1)) == Field(1, ((0, 0),))
    assert advance(field, Window(3, 2, 2)) == Field(1, ((-1, 0),))
    assert advance(Field(1, (None,)), Window(3, 2, 1)) == Field(2, (None,))


# --- Costs of whole networks ---


@pytest.mark.parametrize(
    ("name", "params", "macs"),
    [("vgg16", 138_357_544, 15_470_264_320), ("resnet50", 25_557_032, 4_089_184_256)],
)
def test_published_costs(name, params, macs):
    numbers = symcnn.derive(name).at(C=3, H=224, W=224)
    assert (numbers.params, numbers.macs) == (params, macs)


def test_every_quantity_is_answered_for_every_node():
    graph = symcnn.derive("conv3-8:bn:relu,[+conv3s{s}-16,dw3]:proj,pool3s2:ceil,[*gap,prelu],fc10").graph
    for names, analysis in ANALYSES.items():
        answers = analysis(graph, 4)
        assert set(answers) == set(names)
        assert all(len(answer.per_node) == len(graph.nodes) for answer in answers.values())


def test_roles_add_up():
    report = symcnn.derive("conv3-k:bn:bias,prelu,scale,gn2,fc10")
    parts = report.weights.value + report.biases.value + report.normalization.value
    assert report.params.value == parts
    assert str(report.buffers) == "2*k"


def test_equal_layers_on_equal_shapes_cost_the_same_each():
    assert symcnn.derive("bn x3").normalization(C=5) == 3 * 2 * 5
    report = symcnn.derive("conv3-5,[+bn,conv3-5]x3", (8, 8, 5))
    assert report.params() == (9 * 25 + 5) + 3 * (2 * 5 + 9 * 25 + 5)


def test_unknown_quantities():
    with pytest.raises(ArgumentError, match="there is no quantity 'flops'"):
        symcnn.derive("pool").total("flops")
