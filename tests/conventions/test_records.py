"""The records: what they say of each kind of layer, against what the tools counted, and how they are read."""

import json
import re
from pathlib import Path

import networks
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from networks import effort

import symcnn
from symcnn.algebra.polynomials import total
from symcnn.conventions import COUNTED, DEFAULT, conventions, find, read_record
from symcnn.conventions.measures import products
from symcnn.conventions.names import KNOWN, VARIANTS, name_among, names_of
from symcnn.conventions.record import value_of, weighed
from symcnn.errors import ArgumentError, SymcnnError, UnsupportedError
from symcnn.layers import KINDS

RECORDED = json.loads((Path(__file__).parents[1] / "data" / "tool-counts.json").read_text(encoding="utf-8"))
TOLD = [(name, text, counts) for name, texts in RECORDED.items() for text, counts in texts.items()]
LAYERS = list(RECORDED["fvcore"])
WITH_TERMS = [
    pytest.param(convention, rule, id=f"{name}-{quantity}")
    for name, convention in conventions.items()
    for quantity, rule in convention.rules.items()
    if rule.terms
]


# --- Against the tools ---------------------------------------------------------------------------


@pytest.mark.parametrize(("name", "text", "counts"), TOLD)
def test_each_layer_alone_counts_as_the_tool_has_counted_it(name, text, counts):
    """Recorded by the tools themselves; where the record says that the number may differ, it does."""
    report = symcnn.derive(text, "8x8x16").at().under(name)
    convention = conventions[name]
    told = {quantity: report.total(quantity) for quantity in convention.rules}
    exact = all(defect.exact for q in COUNTED for defect in convention.defects_in(report.graph, q))
    assert (told == counts) == exact


def test_every_kind_was_counted():
    words = {node.layer.spec.word for text in LAYERS for node in symcnn.derive(text, "8x8x16").graph.nodes}
    assert words - {""} == set(KINDS)
    assert all(list(texts) == LAYERS for texts in RECORDED.values())


PUBLISHED = {
    "vgg16.torchvision": {
        "calflops": 15_470_264_320,
        "fvcore": 15_470_289_408,
        "thop": 15_470_314_496,
        "torchinfo": 15_483_821_032,
        "ptflops-aten": 15_483_821_032,
        "ptflops-pytorch": 15_523_225_576,
        "onnx-tool": 15_503_523_304,
        "torch-flop-counter": 30_940_528_640,
        "calflops-flops": 30_973_778_432,
    },
    "resnet50.torchvision": {
        "ptflops-aten": 4_089_185_256,
        "torchinfo": 4_089_238_376,
        "fvcore": 4_111_512_576,
        "thop": 4_133_742_592,
        "ptflops-pytorch": 4_132_436_968,
    },
}
"""Measured with the tools, on torchvision's own models."""


@pytest.mark.parametrize(
    ("network", "name", "count"), [(n, c, v) for n, counts in PUBLISHED.items() for c, v in counts.items()]
)
def test_networks_count_as_the_tools_have_counted_them(network, name, count):
    report = symcnn.derive(network).under(name)
    assert report.macs(H=224, W=224, C=3) == count


KERAS = {
    "vgg16": (138_357_544, 138_357_544),
    "resnet50.keras": (25_636_712, 25_583_592),
    "mobilenet_v2": (3_538_984, 3_504_872),
    "densenet121": (8_062_504, 7_978_856),
    "xception": (22_910_480, 22_855_952),
}
"""What Keras 3.15.1 counts of `keras.applications`: all, and what is trained."""


@pytest.mark.parametrize("network", KERAS)
def test_keras_has_counted_the_same_parameters(network):
    report = symcnn.derive(network, symcnn.zoo[network].input).at()
    assert tuple(report.under(name).params for name in ("keras", "keras-trainable")) == KERAS[network]


def test_what_keras_builds_otherwise():
    """The defects that its record names: a scaled input, and normalizations without a scale."""
    report = symcnn.derive("efficientnet_b0", "224x224x3").at().under("keras")
    assert report.params + 7 == 5_330_571
    report = symcnn.derive("inception_v3", "299x299x3").at().under("keras")
    assert report.params - report.normalization // 2 == 23_851_784


def test_a_transposed_convolution_and_a_batch_normalization():
    deconv, bn = (symcnn.derive(text).at(H=8, W=8, C=c) for text, c in (("deconv3s2p0-8", 16), ("bn", 64)))
    assert deconv.macs == deconv.under("fvcore").macs == 3 * 3 * 16 * 8 * 8 * 8 == 73_728
    assert deconv.under("torchinfo").macs == (3 * 3 * 16 * 8 + 8) * 17 * 17 == 335_240
    assert deconv.under("thop").macs == 3 * 3 * 16 * 8 * 17 * 17 == 332_928
    found = [
        bn.under(n).macs for n in ("torch-flop-counter", "torchinfo", "fvcore", "ptflops-pytorch", "thop")
    ]
    assert found == [0, 2 * 64, 2 * 64 * 64, 2 * 64 * 64, 4 * 64 * 64]


# --- What holds of every record ------------------------------------------------------------------


@pytest.mark.parametrize(("convention", "rule"), WITH_TERMS)
@pytest.mark.parametrize("text", LAYERS)
def test_one_term_stands_for_the_plain_count_of_each_layer(convention, rule, text):
    for node in symcnn.derive(text, "8x8x16").graph.nodes:
        standing = [term for term in rule.terms_for(node) if term.instead]
        assert len(standing) == 1 or (not standing and not products((rule.quantity,), node))


@pytest.mark.parametrize("name", conventions)
def test_it_says_who_counts_what(name):
    convention = conventions[name]
    words = str(convention)
    assert words.startswith(name)
    assert convention.version in words
    assert all(rule.says in words for rule in convention.rules.values())
    assert words.endswith("; the rest as symcnn counts it") == (len(convention.rules) < len(COUNTED))
    assert all(defect.says for defect in convention.defects)


def test_a_title_that_is_the_tools_own_stands_with_the_name_of_the_quantity():
    assert "FLOPs (macs) = 2 for each" in str(find("calflops-flops"))
    assert [find("pycls").title(quantity) for quantity in ("macs", "activations")] == ["flops", "acts"]
    assert [find("thop").title(quantity) for quantity in ("macs", "peak_memory")] == ["MACs", "peak memory"]


@effort(1)
@given(networks.networks(), networks.inputs(), st.sampled_from(sorted(conventions)))
def test_formulas_and_numbers_agree_and_reasons_add_up(text, size, name):
    """A closed form at a point, the report at that point, and terms added layer by layer."""
    try:
        closed = symcnn.derive(text)
        point = {"H": size.H, "W": size.W, "C": size.C}
        numbers = closed.at(**{n: v for n, v in point.items() if n in closed.symbols})
    except SymcnnError:
        assume(False)
    assume(not set(closed.symbols) - point.keys())
    told, shown = closed.under(name), numbers.under(name)
    for quantity, rule in conventions[name].rules.items():
        count = shown.total(quantity)
        assert told.total(quantity)(**{n: v for n, v in point.items() if n in closed.symbols}) == count
        assert sum(row[quantity] for row in shown.items) == count
        if rule.terms:
            each = symcnn.derive(text, {n: v for n, v in point.items() if n in closed.symbols}).graph.nodes
            terms = [value_of(weighed(t, node), node) for node in each for t in rule.terms_for(node)]
            assert total(terms) == count


# --- Reading -------------------------------------------------------------------------------------

HEAD = 'tool = "t"\nversion = "1"\nlibrary = "torchvision"\nsource = "by hand"\n'


def test_a_record_is_read():
    rule = '[macs]\nsays = "half"\n[[macs.terms]]\nof = "macs"\ntimes = "1/2"\nsays = "half of it"\n'
    convention = read_record("half", HEAD + rule)
    answer = convention.answer("macs", symcnn.derive("conv1-3", "2x2x2").graph)
    assert (answer.total, convention.answer("params", None)) == (12, None)
    assert str(convention) == "half (t 1): MACs = half; the rest as symcnn counts it"


def test_the_record_for_contributors():
    text = (Path(__file__).parents[2] / "CONTRIBUTING.md").read_text(encoding="utf-8")
    (content,) = re.findall(r"^```toml\n(tool = .*?)^```$", text, re.DOTALL | re.MULTILINE)
    convention = read_record("counter", content)
    graph = symcnn.derive("conv1-2:relu, conv1-1:silu", "3x3x1").graph
    assert convention.answer("macs", graph).total == 2 * (18 + 18) + 18
    assert [defect.says for defect in convention.defects_in(graph, "macs")] == ["SiLU counts nothing"]


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("", "tool"),
        (HEAD + "more = 1\n", "more"),
        ("no toml", "Expected"),
        (HEAD + '[macs]\nsays = "x"\n[[macs.terms]]\nof = "weight"\n', "there is no measure 'weight'"),
        (HEAD + '[macs]\nsays = "x"\n[[macs.terms]]\nof = "macs"\ntimes = 2\n', "does not say why"),
        (HEAD + '[macs]\nsays = "x"\n[[macs.terms]]\nof = "output"\n', "does not say why"),
        (HEAD + '[macs]\n[[macs.terms]]\nof = "macs"\n', "says"),
        (
            HEAD + '[macs]\nsays = "x"\n[[macs.terms]]\nof = "macs"\ntimes = "a"\nsays = "y"\n',
            "Invalid literal",
        ),
        (
            HEAD + '[macs]\nsays = "x"\n[[macs.terms]]\nof = "macs"\ntimes = 0.5\nsays = "y"\n',
            "0.5 is not exact",
        ),
        (HEAD + '[macs]\nsays = "x"\n[[macs.terms]]\nof = "macs"\nlayers = ["con"]\n', "there is no 'con'"),
        (HEAD + '[macs]\nsays = "x"\n[[macs.terms]]\nof = "macs"\nlayers = "fc"\n', "there is no 'f'"),
        (HEAD + '[[defects]]\nsays = "x"\nlayers = ["relu7"]\n', "there is no 'relu7'"),
        (HEAD + '[[defects]]\nsays = "x"\nof = ["mac"]\n', "there is no 'mac'"),
    ],
)
def test_what_is_no_record_is_refused(content, words):
    with pytest.raises(ValueError, match="bad: no convention: ") as refused:
        read_record("bad", content)
    assert words in str(refused.value)


def test_a_layer_that_nothing_is_said_of_is_refused():
    rule = '[macs]\nsays = "x"\n[[macs.terms]]\nlayers = ["conv"]\nof = "macs"\n'
    convention = read_record("narrow", HEAD + rule)
    graph = symcnn.derive("conv1-3, pool, fc2", "2x2x2").graph
    assert convention.rules["macs"].products(graph.nodes[1]) == ()
    with pytest.raises(UnsupportedError, match="does not say how MACs of fc2 are counted"):
        convention.answer("macs", graph)


@pytest.mark.parametrize(
    ("name", "hint"),
    [
        ("fvcoer", "did you mean: fvcore"),
        ("ptflops", "did you mean: ptflops-aten, calflops, ptflops-pytorch"),
        ("KERAS", "did you mean: keras"),
        ("???", f"known: {', '.join(conventions)}"),
    ],
)
def test_an_unknown_name_is_refused_with_those_near_it(name, hint):
    with pytest.raises(ArgumentError, match="there is no convention") as refused:
        find(name)
    assert refused.value.hint == hint
    for door in (symcnn.derive("conv3-1").under, lambda c: symcnn.derive("conv3-1", convention=c)):
        with pytest.raises(ArgumentError):
            door(name)


def test_the_conventions_are_a_mapping():
    assert DEFAULT in conventions
    assert len(conventions) == len(list(conventions)) > 1
    with pytest.raises(KeyError):
        conventions["nobody"]


def test_names_tell_variants_apart():
    nodes = symcnn.derive("relu6, relu, pool:same, adapool7, [conv1-1 + conv1-1]", "8x8x3").graph.nodes
    told = [name_among(node, frozenset({"relu6", "pool", "adapool:uneven", "add"})) for node in nodes]
    assert told == ["relu6", None, "pool", "adapool:uneven", None, None, "add"]


VARIANT: dict[str, list[str]] = {
    "relu6": ["relu6", "relu:capped"],
    "relu5": ["relu5", "relu:capped"],
    "relu": [],
    "pool3s2:same": ["pool:same"],
    "pool3s2:ceil": [],
    "pool3s2p1:ceil": [],
    "pool3s3p1:ceil": ["pool:overhanging"],
    "avgpool2s3:ceil": ["avgpool:overhanging"],
    "avgpool2s3": [],
    "avgpool3s2:same": ["avgpool:same"],
    "pool2s3d2:ceil": [],
    "pool{k}s2:ceil": ["pool:overhanging"],
    "adapool": ["gap"],
    "adapool1": ["gap"],
    "adapool4x2": [],
    "adapool3": ["adapool:uneven"],
    "adapool{k}": ["adapool:uneven"],
    "conv3-1": [],
    "conv2-1": ["conv:padded"],
    "conv3x2-1": ["conv:padded"],
    "conv2p0-1": [],
    "conv2d2-1": [],
    "conv{k}-1": ["conv:padded"],
    "conv{2*k+1}-1": [],
    "dw4s2": ["dw:padded"],
    "deconv2s2-1": [],
    "deconv2-1": ["deconv:cropped"],
    "deconv2p0-1": [],
    "deconv2d2-1": [],
    "deconv3-1": [],
    "deconv2s2x1-1": ["deconv:cropped"],
}
"""The names of a layer's variant, on 8×8."""


@pytest.mark.parametrize(("text", "names"), VARIANT.items())
def test_variants(text, names):
    *first, word = names_of(symcnn.derive(text, "8x8x16").graph.nodes[0])
    assert (first, word) == (names, re.match("[a-z]+", text)[0])


def test_every_variant_is_shown():
    assert {name for names in VARIANT.values() for name in names} - {"relu5", "gap"} == set(VARIANTS)
    assert set(KINDS) < KNOWN


# --- Reports -------------------------------------------------------------------------------------


def test_a_report_under_a_convention():
    report = symcnn.derive("conv3-8:bn:relu, gap, fc10", convention="thop")
    assert report.convention is conventions["thop"]
    assert str(report.macs) == "72*C*H*W + 40*H*W + 88"
    assert str(report.under("symcnn").macs) == "72*C*H*W + 80"
    assert report.at(H=2, W=2, C=1).convention is report.convention
    assert report.at(H=2, W=2, C=1).under("torchinfo").macs == 72 * 4 + 16 + 90
    assert [row.macs(H=2, W=2, C=1) for row in report.items] == [72 * 4 + 4 * 32, 4 * 8 + 8, 80]
    assert report.buffers == symcnn.derive("conv3-8:bn").buffers
    assert "MACs" in str(report)
    assert "convention   thop (thop 0.1.1" in str(report)


def test_a_graph_takes_a_convention():
    graph = symcnn.derive("bn").graph
    assert str(symcnn.derive(graph, convention="keras").params) == "4*C"
