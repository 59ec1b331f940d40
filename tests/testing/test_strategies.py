"""The networks that `architectures` draws: all can be derived, options hold, and what fails is short."""

import re

import pytest
from hypothesis import HealthCheck, Phase, find, given, settings
from hypothesis import strategies as st
from hypothesis.errors import Unsatisfiable

import symcnn
from symcnn.elaborate import elaborate
from symcnn.errors import ArgumentError
from symcnn.layers import KINDS
from symcnn.notation.syntax import Architecture
from symcnn.testing import architectures, inputs
from symcnn.testing.known import Channels, Tensor
from symcnn.testing.plans import Allowed, Block, Leaf
from symcnn.testing.strategies import rows, sizes, texts
from symcnn.testing.writer import Writer

QUICK = settings(
    max_examples=3000,
    database=None,
    derandomize=True,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    phases=[Phase.generate, Phase.shrink],
)


WORDS = sorted(KINDS.keys() - {"pixelshuffle", "pixelunshuffle"})
"""The words that need no others to fit."""


MERGED = ""
"""The word of what brackets make of their branches."""


def least(condition, **options):
    """The simplest network with something in its text."""
    return str(find(architectures(**options), lambda network: condition(str(network)), settings=QUICK))


@pytest.mark.parametrize(
    ("piece", "options", "expected"),
    [
        ("", {}, "conv1-1"),
        ("conv", {}, "conv1-1"),
        ("pool3", {}, "pool3"),
        ("conv3", {}, "conv3-1"),
        ("fc", {"depth": 0}, "fc1"),
        ("s2", {"depth": 0}, "conv1s2-1"),
        ("-1x2", {"depth": 0, "words": ["conv"]}, "conv1-1x2"),
        ("k", {"symbols": ["k"], "loops": False, "words": ["conv"]}, "conv1-k"),
        ("α", {"symbols": ["alpha"], "loops": False, "words": ["conv"]}, "conv1-α"),
        (")xn", {"symbols": ["n"], "branches": False, "words": ["conv"]}, "(conv1-1)xn"),
        ("[+ ", {"words": ["conv"]}, "[+ conv1-1]:proj"),
        ("input", {"pinned": True}, "input(C=1, H=1, W=1), conv1-1"),
    ],
)
def test_it_shrinks_to_the_least(piece, options, expected):
    assert least(lambda text: piece in text, **options) == expected


def test_two_branches():
    text = least(lambda text: re.match(r"\[conv\S+ \| ", text), words=["conv"])
    assert text == "[conv1-1 | conv1-1]"


def test_two_pools_in_a_row_and_nothing_else():
    assert least(lambda text: text.count("pool") == 2, words=["pool"]) == "pool1, pool1"


def test_a_property_that_fails_shows_the_least_network():
    """As a user meets it: a counter that forgets biases is caught by one convolution."""
    network = find(
        architectures(),
        lambda network: symcnn.derive(network).weights.value != symcnn.derive(network).params.value,
        settings=QUICK,
    )
    assert str(network) in ("conv1-1", "bn")


@given(architectures())
def test_every_network_can_be_derived(network):
    assert isinstance(network, Architecture)
    assert symcnn.parse(str(network)) == network
    assert symcnn.derive(network).params.domain is not None


@given(st.data(), st.sets(st.sampled_from(WORDS), min_size=1, max_size=6))
def test_only_the_words_that_are_allowed(data, words):
    graph = elaborate(data.draw(architectures(words=words)))
    assert {node.layer.spec.word for node in graph.nodes} <= {*words, MERGED}


@given(architectures(words=["MaxPool", "linear"], depth=0))
def test_words_are_also_aliases(network):
    assert re.fullmatch(r"(maxpool|pool|fc|linear|dense).*", str(network).lower())


@given(architectures(branches=False))
def test_no_branches(network):
    assert "[" not in str(network)
    assert "@" not in str(network)


@given(architectures(loops=False))
def test_no_loops(network):
    text = str(network)
    assert not re.search(r"[\s\)\w]x[\dn]+(\s|,|$|\))", re.sub(r"\d+x\d+", "", text))


@given(architectures(depth=0, most=2, loops=False))
def test_a_row_of_at_most_two(network):
    # What does not fit is made to: one more layer before a pixel shuffle.
    assert len(network.items) <= 4
    assert not network.definitions
    assert "[" not in str(network)


@given(architectures(symbols=["k", "alpha"]))
def test_symbols(network):
    assert set(symcnn.derive(network).symbols) <= {"C", "H", "W", "k", "α"}


@given(architectures(pinned=True), st.data())
def test_pinned_inputs_can_be_taken(network, data):
    report = symcnn.derive(network)
    assert not {"C", "H", "W"} & set(report.symbols)
    assert [pin.name for pin in network.pins] == ["C", "H", "W"]
    assert data.draw(inputs(report)) == {}
    assert report.at().params >= 0


def test_unknown_words():
    with pytest.raises(ArgumentError, match='unknown layer "con"'):
        architectures(words=["con"])


@pytest.mark.parametrize("name", ["cin", "C", "2k", "a b", "n" * 41])
def test_names_that_are_no_symbols(name):
    with pytest.raises(ArgumentError, match="cannot be a symbol"):
        architectures(symbols=[name])


def test_what_fails_is_shown_as_text():
    @settings(QUICK, print_blob=False)
    @given(architectures(words=["conv"]))
    def forgets_biases(network):
        assert symcnn.derive(network).weights.value == symcnn.derive(network).params.value

    with pytest.raises(AssertionError) as failure:
        forgets_biases()
    assert any("network=Architecture('conv1-1')" in note for note in failure.value.__notes__)


@given(texts(Allowed(fitting=False)) | rows(Allowed(fitting=False)), sizes())
def test_texts_that_may_not_fit(text, size):
    """Whatever is drawn can be read; that it is refused or counted, other tests see to."""
    assert str(symcnn.parse(str(symcnn.parse(text)))) == str(symcnn.parse(text))
    assert min(size) >= 1


A, B = Leaf("conv", width=2), Leaf("pool")


@pytest.mark.parametrize(
    ("plan", "portable", "expected"),
    [
        ([Block("call", ((A,),), number=3)], True, "(conv3-2)x3"),
        ([Block("bare", ((A,),), number=1)], True, "(conv3-2)"),
        ([Block("net", ((A,),), number=1)], True, "(conv3-2)"),
        ([Block("detour", ((A,),))], True, "conv3-2"),
        ([Block("concat", ((A,), (B,)))], False, "[conv3-2 | conv3-1]"),
        ([Block("group", ((A,),), symbol="n", flags=":relu")], False, "(conv3-2):relu x{n}"),
        ([Block("group", ((B,),), symbol="n")], False, "(pool3,conv1-1)x{n}"),
        ([Leaf("rarely", width=1, spelling=0)], False, "shuffle3"),
        ([Leaf("rarely", width=1, spelling=1)], False, "conv3-4,[+conv3-5]"),
        ([Leaf("conv", symbol="k", width=2)], False, "conv3-{2*k}"),
        ([A, Leaf("conv", width=2, groups=2), Leaf("pixelshuffle")], False, "conv3-2,conv3g2-4,pixelshuffle"),
        ([Leaf("upsample"), Leaf("pixelshuffle")], False, "upsample2,pixelshuffle1"),
        ([Block("residual", ((A,),), number=4)], False, "[+conv3-2,conv1-{C}]"),
        ([Block("call", ((A,),), number=0)], False, "Db(1)"),
        (
            [Block("net", ((Leaf("conv", stride=(2, 2)),),), number=1)],
            False,
            "conv3-1@b,conv3s2-4,conv3-3,[upsample2,conv1-1 | @b]",
        ),
    ],
)
def test_plans_are_written(plan, portable, expected):
    text, _ = Writer(portable=portable).items(plan, Tensor(Channels({"C": 1})))
    assert text.replace(" x", "x") == expected.replace(" x", "x")


def test_a_word_by_itself():
    assert least(lambda text: True, words="fc") == "fc1"


@pytest.mark.parametrize(
    ("words", "why"), [(["pixelshuffle"], "pixelshuffle needs conv"), ([], "there are no words")]
)
def test_words_that_no_network_can_be_made_of(words, why):
    with pytest.raises(ArgumentError, match=f"no layer can be drawn: {why}"):
        architectures(words=words)


def test_where_nothing_can_be_derived_nothing_is_drawn(monkeypatch):
    monkeypatch.setattr("symcnn.testing.strategies._derives", lambda network: False)
    with pytest.raises(Unsatisfiable):
        find(architectures(words=["relu"]), lambda network: True, settings=settings(QUICK, max_examples=1))
