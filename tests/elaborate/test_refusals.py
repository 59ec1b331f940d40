"""What the grammar lets through and meaning does not: each with its message, place and hint."""

import pytest

import symcnn
from symcnn.elaborate import builder
from symcnn.elaborate.scope import Names
from symcnn.errors import ArgumentError, DomainError, LimitError, NotationError, UnsupportedError
from symcnn.notation.expressions import Expression

MISTAKES = {
    # text: (message, what the carets underline, hint)
    # Words
    "conv3-64,pol,fc10": ('unknown layer "pol"', "pol", "did you mean: pool"),
    "con3-128": ('unknown layer "con"', "con", "did you mean: conv3-128"),
    "Block=conv3-4; blok": ('unknown layer "blok"', "blok", "did you mean: Block"),
    "qqqqq3": ('unknown layer "qqqqq"', "qqqqq", None),
    "pools2": ('unknown layer "pools"', "pools", "geometry follows a size; did you mean: pool2s2"),
    "convs2-64": ('unknown layer "convs"', "convs", None),
    "convs{2}-64": ('unknown layer "convs"', "convs", "geometry follows a size; did you mean: conv3s2-64"),
    "poolxn": ('unknown layer "poolxn"', "poolxn", "a repeat stands apart; did you mean: pool xn"),
    "use con:bn; pool": ('unknown layer "con"', "con", "did you mean: conv"),
    # What others call a layer
    "globalavgpool": ('unknown layer "globalavgpool"', "globalavgpool", "did you mean: gap"),
    "conv3-8, Global_Average_Pool": (
        'unknown layer "Global_Average_Pool"',
        "Global_Average_Pool",
        "did you mean: gap",
    ),
    "dwconv7s2": ('unknown layer "dwconv"', "dwconv", "did you mean: dw7s2"),
    "up2": ('unknown layer "up"', "up", "did you mean: upsample2"),
    "conv3-8:batchnorm": ('unknown flag ":batchnorm"', ":batchnorm", "did you mean: :bn"),
    "concat": ('unknown layer "concat"', "concat", "branches are joined in brackets: [conv3-64 | identity]"),
    "add(3)": (
        'unknown definition "add"',
        "add(3)",
        "branches are joined in brackets: [conv3-64 + identity]",
    ),
    "mul": ('unknown layer "mul"', "mul", "branches are joined in brackets: [conv3-64 * identity]"),
    "softmax1000": (
        'unknown layer "softma"',
        "softma",
        "a word ends before x and a digit; did you mean: softmax",
    ),
    "conv(3)": (
        "conv is a layer and takes no arguments",
        "conv(3)",
        "a layer is written with its numbers: conv3s2p1-64",
    ),
    "Conv2d(3, 64)": (
        'unknown definition "Conv2d"',
        "Conv2d(3, 64)",
        "a layer is written with its numbers: conv3s2p1-64",
    ),
    "BatchNorm2d(64)": (
        'unknown definition "BatchNorm2d"',
        "BatchNorm2d(64)",
        "a layer is written with its numbers: bn",
    ),
    "blocks(3)": ('unknown definition "blocks"', "blocks(3)", None),
    "block(c)=conv3-c; blocks(3)": ('unknown definition "blocks"', "blocks(3)", "did you mean: block(3)"),
    "pool=conv3-4; pool": ("pool is the name of a layer", "pool", "choose another name, such as pool_block"),
    # Sizes and widths
    "conv64": ("conv needs a kernel size and a width", "conv64", "did you mean: conv3-64"),
    "conv5": ("conv needs a kernel size and a width", "conv5", "did you mean: conv5-64"),
    "conv-32": ("conv needs a kernel size and a width", "conv-32", "did you mean: conv3-32"),
    "conv1x7s2": ("conv needs a kernel size and a width", "conv1x7s2", "did you mean: conv1x7s2-64"),
    "dw": ("dw needs a kernel size", "dw", "did you mean: dw3"),
    "fc": ("fc needs a width", "fc", "did you mean: fc1000"),
    "take": ("take needs a width", "take", "did you mean: take-64"),
    "pad": ("pad needs a size", "pad", "did you mean: pad3"),
    "pool2-64": ("pool takes no width", "64", "did you mean: pool2"),
    "fc10-20": ("fc has two widths", "20", None),
    "gap7": ("gap takes no size", "7", "did you mean: gap, or adapool7"),
    "flatten2": ("flatten takes no size", "2", "did you mean: flatten"),
    "take3-4": ("take takes no size", "3", "did you mean: take-4"),
    "take3": ("take takes no size", "3", "did you mean: take-3"),
    "conv3-8, take{k/2}": ("take takes no size", "{k/2}", "did you mean: take-{k/2}"),
    # Geometry
    "fc10s2": ('fc takes no geometry "s"', "s2", "fc takes no geometry"),
    "pool2g2": ('pool takes no geometry "g"', "g2", "pool takes s, p, d"),
    "conv3g2x2-4": ("groups are one number", "g2x2", "did you mean: g2"),
    "pool{H}": (
        "the geometry of pool depends on H, the axis it acts on",
        "pool{H}",
        "give the axis a number first, as in input(H=224, W=224)",
    ),
    "conv3s1x{W}-4": (
        "the geometry of conv depends on W, the axis it acts on",
        "conv3s1x{W}-4",
        "give the axis a number first, as in input(H=224, W=224)",
    ),
    "input(H=2*k), pixelshuffle{k}": (
        "the geometry of pixelshuffle depends on k, the axis it acts on",
        "pixelshuffle{k}",
        "give the axis a number first, as in input(H=224, W=224)",
    ),
    # Flags
    "conv3-64:b": ('unknown flag ":b"', ":b", "did you mean: :bn"),
    "gap:bn": ('gap does not take the flag ":bn"', ":bn", None),
    "flatten:relu": ('flatten does not take the flag ":relu"', ":relu", "flatten takes no flags"),
    "(conv3-4):bias": ('a group or definition does not take the flag ":bias"', ":bias", None),
    "[conv3-4|conv3-4]:proj": ('a bracket does not take the flag ":proj"', ":proj", None),
    "conv3-4:ceil": ('conv does not take the flag ":ceil"', ":ceil", None),
    "conv3-4:qqqqq": ('unknown flag ":qqqqq"', ":qqqqq", None),
    "conv3-4:gelu2": (":gelu takes no size", ":gelu2", "did you mean: :gelu"),
    "conv3p1-4:same": (":same states the padding, and so does p1", ":same", None),
    "use pool:bn; pool": ('pool does not take the flag ":bn"', ":bn", None),
    # Repeats
    "pool x0": ("the number of repeats is at least 1, but 0 is given", "0", None),
    "pool x{1-3}": ("the number of repeats is at least 1, but -2 is given", "{1-3}", None),
    "pool x{3/2}": ("the number of repeats is an integer, but 3/2 is given", "{3/2}", None),
    "fc10x2:relu": (
        "fc takes one number, so x2 is a repeat, which comes once and last",
        "fc10x2:relu",
        "did you mean: fc10:relu x2",
    ),
    # Definitions
    "b(c)=conv3-c; b": ("wrong arguments for b: c is missing", "b", "it is defined as b(c)"),
    "b(c)=conv3-c; b(1,2)": ("wrong arguments for b: 2 are given", "b(1,2)", "it is defined as b(c)"),
    "b=conv3-4; b(1)": ("wrong arguments for b: 1 are given", "b(1)", "b takes no arguments"),
    "b(c)=conv3-c; b(d=3)": ("b has no parameter d", "d=3", "it takes c"),
    "b=conv3-4; b(d=3)": ("b has no parameter d", "d=3", "it takes no arguments"),
    "b(c)=conv3-c; b(3,c=4)": ("b gets c twice", "c=4", None),
    "b=conv3-4; b3": ("b is a definition and takes no size", "b3", None),
    "b=conv3-4; b-4": ("b is a definition and takes no width", "b-4", None),
    "b=conv3-4,b; b": ("the definition b uses itself: b -> b", "b", "repeat it where it is used: b x3"),
    "a=b; b=c; c=a; a": (
        "the definition a uses itself: a -> b -> c -> a",
        "a",
        "repeat it where it is used: a x3",
    ),
    # Names
    "conv3-{cin}": (
        "cin is the channels that enter a definition, and this is outside of one",
        "{cin}",
        "the channels of the network's input are C",
    ),
    # Tags
    "@a, pool": ("there is no tag @a", "@a", "tag a tensor as in conv3-64@a"),
    "pool@b, @a": ("there is no tag @a", "@a", "tags: @b"),
    "[pool1@b|(pool1@c)], @a": ("there is no tag @a", "@a", "tags: @b, @c"),
    "@a, pool@a": ("the tag @a is set later", "@a", None),
    "b=pool@a; b, @a": (
        "the tag @a cannot be seen from here",
        "@a",
        "a definition or a repeated item keeps its tags to itself",
    ),
    "(pool@a)x2, @a": (
        "the tag @a cannot be seen from here",
        "@a",
        "a definition or a repeated item keeps its tags to itself",
    ),
    "b=@a; pool@a, b": ("the tag @a is set later", "@a", None),
    "pool@a, pool@a": ("the tag @a is set twice in one scope", "pool@a", None),
    # Numbers
    "conv3-{7/0}": ("division by zero", "{7/0}", None),
    "conv3-{2**(1/2)}": ("an exponent is an integer, but 1/2 was given", "{2**(1/2)}", None),
    "conv3-{1/2}": ("the width of conv is an integer, but 1/2 is given", "conv3-{1/2}", None),
    "conv0-4": ("the kernel size is at least 1, but 0 is given", "conv0-4", None),
    "conv3s0-4": ("the stride is at least 1, but 0 is given", "conv3s0-4", None),
    "conv3d{1/2}-4": ("the dilation is an integer, but 1/2 is given", "conv3d{1/2}-4", None),
    "conv3p{1/2}-4": ("the padding is an integer", "conv3p{1/2}-4", None),
    "conv3p{0-1}-4": ("the padding is not negative", "conv3p{0-1}-4", None),
    "pool3p2": ("the padding is more than half of the window", "pool3p2", None),
    "adapool0": ("the output size is at least 1, but 0 is given", "adapool0", None),
    "upsample0": ("the factor is at least 1, but 0 is given", "upsample0", None),
    "conv3-{round_to(k, 0)}": ("round_to rounds to multiples of at least 1", "conv3-{round_to(k, 0)}", None),
    "conv3-{k//-m}": ("a divisor is at least 1", "conv3-{k//-m}", None),
    # Channels
    "conv3-6, conv3g4-8": ("4 groups do not divide the 6 channels that enter", "conv3g4-8", None),
    "conv3-8, conv3g4-6": ("4 groups do not divide the 6 channels that leave", "conv3g4-6", None),
    "conv3-8, dw3-12": ("the 12 output channels are no multiple of the 8 input channels", "dw3-12", None),
    "conv3-8, gn3": ("3 groups do not divide the 8 channels", "gn3", None),
    "conv3-8, shuffle3": ("3 groups do not divide the channels", "shuffle3", None),
    "conv3-6, pixelshuffle2": (
        "the square of the factor 2 does not divide the channels",
        "pixelshuffle2",
        None,
    ),
    "conv3-4, take-5": ("more channels are taken than there are", "take-5", None),
    "input(H=5, W=4), pixelunshuffle2": (
        "the factor 2 does not divide the map: a 5×4 map reaches it",
        None,
        None,
    ),
    # Shapes
    "[conv3-4+conv3-5]": ("cannot add H×W×4 and H×W×5: a H×W map reaches it", None, None),
    "input(H=2, W=2), pool3": ("the input is too small for pool3: a 2×2 map reaches it", "pool3", None),
    "conv3-8,[+conv3-4]:pad": ("zeros cannot lead from 8 to 4 channels", "[+conv3-4]:pad", None),
    "conv3-8,[+gap]:proj": (
        ":proj cannot follow what fixes the size of the map",
        "[+gap]:proj",
        "[+ f]:opt leaves the identity out",
    ),
    "[+upsample2]:pad": (
        "the stride that :pad follows is an integer, but 1/2 is given",
        "[+upsample2]:pad",
        None,
    ),
}


@pytest.mark.parametrize("text", MISTAKES)
def test_mistakes(text):
    message, underlined, hint = MISTAKES[text]
    with pytest.raises(NotationError) as caught:
        symcnn.derive(text)
    error = caught.value
    assert error.message.split(": a H×W")[0] == message.split(": a H×W")[0]
    assert error.source == text
    if underlined is not None:
        assert text[error.span.start : error.span.end] == underlined
    if hint is not None:
        assert error.hint == hint
    assert error.exit_code == 2


def test_both_places_of_a_tag_set_twice():
    with pytest.raises(NotationError) as caught:
        symcnn.derive("pool@a, fc3@a")
    ((word, span),) = caught.value.related
    assert (word, span.start) == ("the first is here", 0)


def test_both_places_of_a_merge():
    text = "[conv3-4 + pool1,conv3-5]"
    with pytest.raises(NotationError) as caught:
        symcnn.derive(text)
    places = [(word, text[span.start : span.end]) for word, span in caught.value.related]
    assert places == [("a branch is here", "conv3-4"), ("a branch is here", "pool1,conv3-5")]
    assert "H×W×4 and H×W×5" in caught.value.message


def test_a_hint_lists_what_a_layer_takes():
    with pytest.raises(NotationError) as caught:
        symcnn.derive("pool:bn")
    assert caught.value.hint.startswith("pool takes :ceil, :same, :relu")
    with pytest.raises(NotationError) as caught:
        symcnn.derive("[+conv3-4]:bias")
    assert caught.value.hint.startswith("a bracket takes :proj, :pad, :opt, :relu")


# --- What depends on the input is no mistake ---


@pytest.mark.parametrize(
    ("text", "size", "symbols", "message", "hint"),
    [
        ("pool,pool", {"H": 3, "W": 9}, {}, "the input is too small for pool:", "smallest input: 4×4"),
        ("conv3-{k/2}", None, {"k": 3}, "the width of conv is an integer", "nearest that works: k = 2"),
        ("[conv3-k+conv3-4]", None, {"k": 3}, "cannot add", "nearest that works: k = 4"),
        ("conv3-{k-4}", {"H": 3}, {"k": 3}, "the width of conv is at least 1", "nearest that works: k = 5"),
        (
            "(conv3-4,pool)xn",
            {"H": 8, "W": 8},
            {"n": 4},
            "the input is too small for pool:",
            "smallest input: 16×16",
        ),
        ("pool x{n-3}", None, {"n": 3}, "the number of repeats is at least 1", None),
    ],
)
def test_values_that_do_not_work(text, size, symbols, message, hint):
    with pytest.raises(DomainError) as caught:
        symcnn.derive(text, size, symbols=symbols)
    assert caught.value.message.startswith(message)
    assert caught.value.exit_code == 3
    if hint is not None:
        assert caught.value.hint == hint


def test_what_never_works_is_a_mistake_with_values_too():
    for text in ("input(H=2),pool3", "conv3-{0-k}", "conv3-4,[+conv3-5]"):
        with pytest.raises(NotationError) as caught:
            symcnn.derive(text, {"W": 9}, symbols={"k": 3})
        assert caught.value.exit_code == 2


def test_values_are_to_blame_where_nothing_is_known_without_them():
    with pytest.raises(DomainError) as caught:
        symcnn.derive("b=conv3g2-{2*cin};pool9,b xn", {"H": 2, "W": 2})
    assert caught.value.message == "the input is too small for pool9: a 2×2 map reaches it"
    assert caught.value.exit_code == 3


def test_an_expression_of_another_kind_is_a_mistake_of_ours():
    with pytest.raises(TypeError):
        Names({})._value(Expression(), None, None)


def test_the_text_and_the_values_may_not_disagree():
    with pytest.raises(ArgumentError, match="the text pins H, but 9 is given"):
        symcnn.derive("input(H=8),pool", {"H": 9})
    assert symcnn.derive("input(H=8),pool", {"H": 8, "W": 8}).output[1]() == 4


def test_a_symbolic_repeat_wants_a_value():
    with pytest.raises(UnsupportedError) as caught:
        symcnn.derive("b=conv3-{cin**2}; conv3-2,b x{n*2}")
    assert caught.value.hint == "give n a value"
    assert symcnn.derive("conv3-4 x{n*2}").params(C=4, n=2) == 4 * (9 * 4 * 4 + 4)
    assert symcnn.derive("conv3-4 x{n*2}", symbols={"n": 2}).params(C=4) == 4 * (9 * 4 * 4 + 4)


# --- Limits ---


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("conv3-{9**9**9**9}", "more than 1,000 digits"),
        ("b=conv3-{2*cin}; conv3-2,b x90000", "more than 1,000 digits"),
        (
            f"b(i)=conv3-{{i+{'+'.join(f'a_{i}' for i in range(60))}}};"
            + ",".join(f"b({i})" for i in range(1, 600)),
            "more than 2,000,000 products",
        ),
    ],
)
def test_limits(text, message):
    with pytest.raises(LimitError, match=message) as caught:
        symcnn.derive(text)
    assert caught.value.span is not None


def test_nested_repeats_are_counted_together(monkeypatch):
    monkeypatch.setattr(builder, "MAX_LAYERS", 50)
    assert len(symcnn.derive("(pool1 x7)x6").graph.nodes) == 42
    with pytest.raises(LimitError, match="more than 50 layers written out"):
        symcnn.derive("(pool1 x7)x7")


def test_what_doubles_in_each_pass_is_refused_before_it_is_written():
    with pytest.raises(LimitError, match="more than 100,000 parts") as caught:
        symcnn.derive("b=[|conv3-{min(cin,100)}]; b x40")
    assert str(caught.value).endswith("^^^^^^^^^^^^^^")
