"""Every layer kind keeps what the registry promises, and counts what the brute force counts."""

from pathlib import Path

import oracles
import pytest

import symcnn
from symcnn.algebra.polynomials import product
from symcnn.layers import (
    FAMILIES,
    KINDS,
    WORDS,
    Extent,
    Factor,
    Layer,
    Operation,
    Pair,
    Parameter,
    Role,
    Shape,
    layer,
)
from symcnn.layers.merges import MERGES, Concat, Passage
from symcnn.layers.reach import Pointwise, Spread, Varying, Whole, Window
from symcnn.notation import parse

SIZES = [(4, 6, 8), (4, 9, 7), (8, 5, 5)]
"""Channels, height and width of the inputs; groups of 2 and factors of 2 go into them."""

OPERATIONS = {
    Operation.BIAS: "bias_additions",
    Operation.NORMALIZATION: "normalization_ops",
    Operation.ACTIVATION: "activation_ops",
    Operation.POOLING: "pooling_ops",
    Operation.ELEMENTWISE: "elementwise_ops",
}

EXAMPLES = {
    "conv": ["conv3-4", "conv3x2s2x1p1x0d1x2g2-4", "conv3s3-8:nobias", "conv3-4:valid", "conv{1+2}x5-{2*2}"],
    "dw": ["dw3s2", "dw4s2d2-8", "dw3:nobias", "dw3x1p1x0"],
    "deconv": ["deconv2s2-4", "deconv5s2-4", "deconv3s2p1g2-6", "deconv3x1s1x2d2-4:nobias"],
    "pool": ["pool", "pool3s2p1", "pool3s2:ceil", "pool2:same", "pool2x3d2"],
    "avgpool": ["avgpool", "avgpool3s2:ceil", "avgpool2x1p1x0"],
    "adapool": ["adapool", "adapool2x3", "adapool3"],
    "fc": ["fc5", "linear-3", "dense{2+3}", "fc2:nobias"],
    "gn": ["gn2", "gn4"],
    "relu": ["relu", "relu6"],
    "leaky": ["leaky", "leaky0.1"],
    "lrn": ["lrn", "lrn3"],
    "upsample": ["upsample", "upsample3", "upsample1x2"],
    "shuffle": ["shuffle", "shuffle4"],
    "pad": ["pad1", "pad1x2"],
    "take": ["take-3"],
    "drop": ["drop", "drop0.5"],
}
"""Items that set every field; of a kind that is not here, its word alone."""

ALL = [(word, item) for word in KINDS for item in EXAMPLES.get(word, [word])]


def only_layer(item, **size):
    """The first layer of a network that is one item, with the shape that enters it."""
    node = symcnn.derive(item, size or None).graph.nodes[0]
    return node.layer, node.shapes[0]


# --- The registry ---


def test_words_belong_to_one_kind():
    spelled = [name for kind in KINDS.values() for name in (kind.spec.word, *kind.spec.aliases)]
    assert sorted(spelled) == sorted(WORDS)
    assert [WORDS[name] for kind in KINDS.values() for name in kind.spec.aliases] == [
        kind for kind in KINDS.values() for _ in kind.spec.aliases
    ]
    assert all(name == name.lower() for name in WORDS)
    assert {kind.__module__ for kind in KINDS.values()} <= {family.__name__ for family in FAMILIES}


@pytest.mark.parametrize("kind", KINDS.values(), ids=KINDS)
def test_a_kind_explains_itself(kind):
    assert kind.__doc__
    assert kind.__doc__ != Layer.__doc__
    assert not kind.__doc__.startswith(f"{kind.__name__}(")
    assert str(parse(kind.spec.example)) == kind.spec.example
    made, _ = only_layer(kind.spec.example, C=16, H=16, W=16)
    assert type(made) is kind


def test_a_taken_word_is_refused():
    with pytest.raises(ValueError, match="the word 'maxpool' is taken by MaxPool"):

        @layer("shrink", aliases=("maxpool",), example="shrink")
        class Shrink(Layer):
            """Nothing."""

            def output(self, *inputs):
                return inputs[0]

    WORDS.pop("shrink")
    assert "shrink" not in KINDS


def test_a_kind_has_an_output():
    class Nothing(Layer):
        """A kind that does not say what shape goes on."""

    with pytest.raises(TypeError, match="abstract"):
        Nothing()


# --- Labels ---


@pytest.mark.parametrize(("word", "item"), ALL)
def test_a_label_is_the_layer(word, item):
    made, _ = only_layer(item, C=8, H=12, W=12)
    # A label shows no flags; `valid` it shows as the padding.
    flags = ":" + item.split(":")[1] if ":" in item and "valid" not in item else ""
    again, _ = only_layer(made.label() + flags, C=8, H=12, W=12)
    assert again == made
    assert type(made) is KINDS[word]


@pytest.mark.parametrize(
    ("item", "label"),
    [
        ("conv{k}x{m}s{s}p{p-1}-{2*k}", "conv{k}x{m}s{s}p{p - 1}-{2*k}"),
        ("conv{3}x3s2x2-64", "conv3s2-64"),
        ("relu{1/2}", "relu{1/2}"),
        ("leaky0.125", "leaky{1/8}"),
        ("fc{4*k}", "fc{4*k}"),
        ("dw3-k", "dw3-k"),
        ("conv3-{k2}", "conv3-k2"),
        ("conv3-{expand}", "conv3-{expand}"),
        ("fc{k}", "fc-k"),
        ("gap", "gap"),
        ("relu", "relu"),
    ],
)
def test_labels_of_symbols(item, label):
    made, _ = only_layer(item)
    assert made.label() == label
    assert only_layer(label)[0] == made


def test_labels_of_merges():
    labels = [node.label() for node in (kind() for kind in MERGES.values())]
    assert labels == ["concat", "add", "multiply"]
    graph = symcnn.derive("conv3-4,[+conv3s2-8]:pad").graph
    assert [node.layer.label() for node in graph.nodes[2:]] == ["pad identity", "add"]


# --- Rules against brute force ---


@pytest.mark.parametrize(("word", "item"), ALL)
@pytest.mark.parametrize("size", SIZES)
def test_rules(word, item, size):
    """Shape, parameters, multiplications and operations of one layer, counted one by one."""
    named = dict(zip("CHW", size, strict=True))
    try:
        expected = oracles.count(item, **named, tensors=True)
    except oracles.Refused:
        with pytest.raises(symcnn.DomainError):
            symcnn.derive(item, named)
        with pytest.raises(symcnn.DomainError):
            symcnn.derive(item).params(**named)
        return
    made, x = only_layer(item, **named)
    assert made.output(x).sizes == expected.output
    by_role = {role: sum(p.count for p in made.parameters(x) if p.role is role) for role in Role}
    assert by_role == {role: getattr(expected, role.value) for role in Role}
    factors = made.macs(x)
    assert (product(f.value for f in factors) if factors else 0) == expected.macs
    operations = made.operations(x)
    assert {name: operations.get(kind, 0) for kind, name in OPERATIONS.items()} == {
        name: getattr(expected, name) for name in OPERATIONS.values()
    }
    assert (made.output(x).elements if made.counts_activations else 0) == expected.activations


@pytest.mark.parametrize(
    "text", ["[conv1-3|conv3-5]", "[conv3-4+conv1-4]", "[conv3-4*conv1-4*conv5-4]", "[*gap]"]
)
def test_rules_of_merges(text):
    report, expected = symcnn.derive(text, (6, 7, 4)), oracles.count(text, 4, 6, 7)
    assert tuple(size(H=6, W=7, C=4) for size in report.output) == expected.output
    assert report.total("elementwise_ops")() == expected.elementwise_ops


def test_a_parameter_is_a_named_shape():
    made, x = only_layer("conv3x5g2-8", C=4)
    weight, bias = made.parameters(x)
    assert weight == Parameter(
        "weight", Role.WEIGHT, (Factor("k_h", 3), Factor("k_w", 5), Factor("C_in/g", 2), Factor("C_out", 8))
    )
    assert (weight.count, bias.count) == (240, 8)


# --- What a position sees ---


@pytest.mark.parametrize(
    ("item", "height", "width"),
    [
        ("relu", Pointwise(), Pointwise()),
        ("conv3x5s2x1d2-4", Window(5, 2, 2, 2), Window(9, 1, 4, 2)),
        ("conv3p1x0-4", Window(3, 1, 1), Window(3, 1, 0)),
        ("pool3s2", Window(3, 2, 0), Window(3, 2, 0)),
        ("pool3s2p1", Window(3, 2, 1), Window(3, 2, 1)),
        ("pool3:same", Window(3, 3, 1), Window(3, 3, 1)),
        ("gap", Whole(), Whole()),
        ("adapool1x2", Whole(), Varying()),
        ("fc3", Whole(), Whole()),
        ("flatten", Whole(), Whole()),
        ("upsample2x3", Spread(2, 2), Spread(3, 3)),
        ("deconv4s2-4", Spread(2, 4, 1, 1), Spread(2, 4, 1, 1)),
        ("deconv2s3-4", Spread(3, 2, 0, 1), Spread(3, 2, 0, 1)),
        ("deconv3s2p1d2-4", Spread(2, 5, 1, 2), Spread(2, 5, 1, 2)),
        ("pixelshuffle2", Spread(2, 2), Spread(2, 2)),
        ("pixelunshuffle2", Window(2, 2), Window(2, 2)),
        ("pad1x2", Window(1, 1, 1), Window(1, 1, 2)),
    ],
)
def test_reaches(item, height, width):
    made, _ = only_layer(item, C=4, H=12, W=12)
    assert (made.reach("height"), made.reach("width")) == (height, width)


def test_what_passes_into_a_loop_takes_the_shape_of_a_pass():
    shape = Shape(3, Extent(4), Extent(5))
    passage = Passage(shape, enters=True)
    assert passage.output(Shape(7, Extent(1), Extent(1))) is shape
    assert passage.label() == "loop"


# --- Shapes ---


def test_an_extent_is_one_only_by_construction():
    assert Extent(9).fixed(1).is_unit
    assert not Extent(1).is_unit
    assert not Extent(9).fixed(2).is_unit


def test_shapes():
    shape = Shape(3, Extent(4), Extent(5))
    assert (shape.area, shape.elements, shape.sizes) == (20, 60, (3, 4, 5))
    assert shape.with_channels(2).sizes == (2, 4, 5)
    assert Pair(1, 2) == (1, 2)


def test_concatenation_goes_on_with_the_simpler_form():
    report = symcnn.derive("pool,[pool,upsample2|identity]")
    assert str(report.output[1]) == "floor(H/2)"
    assert type(report.graph.nodes[-1].layer) is Concat


# --- Operators ---

OPERATORS = dict(
    line.split(" -> ")
    for line in (Path(__file__).parents[1] / "data" / "operators.txt")
    .read_text(encoding="utf-8")
    .splitlines()
)
"""What items came down to when frameworks ran them.

It changes only together with a run of `tests/frameworks` that passes; here no framework is needed.
"""


@pytest.mark.parametrize("item", [item for _, item in ALL])
def test_the_operators_are_those_that_were_run(item):
    layer, shape = only_layer(item, C=4, H=8, W=6)
    assert "; ".join(map(repr, layer.operators(shape))) == OPERATORS[item]


def test_no_record_is_left_over():
    assert OPERATORS.keys() == {item for _, item in ALL}
