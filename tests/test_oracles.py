"""The oracle against published counts, against itself, and against what a person works out on paper."""

import ast
import json
import math
import random
import sys
from fractions import Fraction
from itertools import chain
from pathlib import Path

import oracles
import pytest
from oracles import Malformed, Refused, Window, count, receptive_field

HERE = Path(__file__).parent
REFERENCES = json.loads((HERE / "data" / "references.json").read_text(encoding="utf-8"))["networks"]
VGG16_MAPS = "conv3-64x2,pool,conv3-128x2,pool,conv3-256x3,pool,conv3-512x3,pool,conv3-512x3,pool"


def named(name):
    """A reference by its name."""
    return next(network for network in REFERENCES if network["name"] == name)["notation"]


# --- Independence --------------------------------------------------------------------------------


def test_it_imports_nothing_but_the_standard_library():
    modules = list(Path(oracles.__file__).parent.glob("*.py"))
    trees = [ast.parse(module.read_text(encoding="utf-8")) for module in modules]
    assert len(trees) > 5
    imported = set()
    for node in chain.from_iterable(map(ast.walk, trees)):
        if isinstance(node, ast.Import):
            imported |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            imported.add((node.module or ".").split(".")[0])
    assert "fractions" in imported
    assert imported - {"oracles"} <= sys.stdlib_module_names


def test_it_leaves_the_recursion_limit_alone():
    before = sys.getrecursionlimit()
    count("[+" * 200 + "conv3-3" + "]" * 200, 3, 4, 4)
    assert sys.getrecursionlimit() == before


# --- Published counts ----------------------------------------------------------------------------


@pytest.mark.parametrize("network", REFERENCES, ids=lambda network: network["name"])
def test_published_counts(network):
    counts = count(network["notation"], **network["input"], **network.get("symbols", {}))
    assert counts.params == network["params"]
    if "macs" in network:
        assert counts.macs == network["macs"]


def test_the_references_are_all_there():
    assert len(REFERENCES) == len({network["name"] for network in REFERENCES}) == 34
    assert sum("macs" in network for network in REFERENCES) == 9


@pytest.mark.parametrize(
    ("name", "symbols", "params"),
    [
        ("mobilenet_v1", {"α": Fraction(1, 4)}, 470_072),
        ("mobilenet_v1", {"alpha": Fraction(1, 2)}, 1_331_592),
        ("mobilenet_v1", {"α": Fraction(3, 4)}, 2_585_560),
        ("cifar_densenet", {"k": 12, "m": 32}, 6_979_642),
        ("cifar_densenet", {"k": 24, "m": 32}, 27_249_082),
        ("cifar_densenet_bc", {"k": 24, "m": 41}, 15_324_406),
        ("cifar_densenet_bc", {"k": 40, "m": 31}, 25_624_430),
    ],
)
def test_published_counts_at_other_values(name, symbols, params):
    assert count(named(name), 3, 64, 64, **symbols).params == params


def test_vgg16_in_every_category():
    counts = count(f"use conv:relu; {VGG16_MAPS},fc4096:relu x2,fc1000", 3, 224, 224)
    # Elements of convolutions, pools and fully connected layers.
    assert counts.activations == 15_087_080
    # One for each element of a convolution (13,547,520), and of the three last layers.
    assert counts.bias_additions == 13_547_520 + 4096 + 4096 + 1000
    assert counts.activation_ops == 13_547_520 + 4096 + 4096
    # 2×2 elements for each output: the elements of the five maps that are pooled.
    assert counts.pooling_ops == 64 * 224**2 + 128 * 112**2 + 256 * 56**2 + 512 * 28**2 + 512 * 14**2
    # Two published variants: without the biases, and without the biases of the convolutions.
    assert counts.weights == 138_344_128
    assert counts.params - 4224 == 138_353_320
    assert counts.output == (1000, 1, 1)


# --- The two ways to count a layer ---------------------------------------------------------------


def random_layer(draw):
    """A small layer with whatever it may carry; not all of them run."""
    k, s, p, d = (f"{draw.randint(a, b)}x{draw.randint(a, b)}" for a, b in ((1, 4), (1, 3), (0, 2), (1, 2)))
    width, groups = draw.randint(1, 6), draw.choice([1, 1, 2, 3])
    padding = draw.choice(["", f"p{p}"])
    flags = draw.choice(["", "", ":bn", ":bn:bias", ":nobias", ":in:prelu", ":gn2", ":relu", ":ln:gelu"])
    rounding = draw.choice(["", f"p{p}", f"p{p}:ceil"]) or draw.choice([":same", ":ceil"])
    return draw.choice(
        [
            f"conv{k}s{s}{padding}d{d}g{groups}-{width}{flags}",
            f"conv{k}s{s}{padding}d{d}g{groups}-{width}{flags}",
            f"conv{k}-{width}:valid",
            f"deconv{k}s{s}{padding}d{d}g{groups}-{width}{flags}",
            f"deconv{k}s{s}{padding}d{d}g{groups}-{width}{flags}",
            f"dw{k}s{s}{padding}{flags}",
            f"dw{k}-{{2*C}}{flags}",
            f"pool{k}s{s}{rounding}",
            f"avgpool{k}",
            "gap",
            f"adapool{k}",
            f"fc{width}{flags}",
            draw.choice("bn in ln gn2 lrn scale prelu relu6 softmax flatten drop0.5".split()),
            draw.choice(
                "upsample3 upsample2x1 pixelshuffle pixelunshuffle shuffle take-2 pad1 identity".split()
            ),
            f"[conv{k}-{width}|identity]",
            f"[*gap,conv1-{width}:relu,conv1-C:sigmoid]",
            f"[+conv3s{s}-{width}]:{draw.choice(['proj', 'pad', 'opt'])}:relu",
        ]
    )


def attempt(text, shape, tensors):
    try:
        return count(text, *shape, tensors=tensors)
    except Refused as refusal:
        return str(refusal)


def test_both_ways_to_count_agree():
    draw = random.Random(20)
    ran = refused = 0
    for _ in range(800):
        shape = draw.randint(1, 6), draw.randint(1, 7), draw.randint(1, 7)
        text = random_layer(draw)
        summed = attempt(text, shape, tensors=False)
        assert attempt(text, shape, tensors=True) == summed, (text, shape)
        ran += not isinstance(summed, str)
        refused += isinstance(summed, str)
    # Neither is an exception, so that both outcomes are really compared.
    assert ran > 300
    assert refused > 100


@pytest.mark.parametrize(
    "text",
    [
        "b(c,s=1)=[+conv3s{s}-c]:proj; conv3-2,b(3,2->1)x2,[conv3-2@a|pool3s1p1],[@a|gap,upsample4],fc3",
        "conv3-2@a,pool,deconv2s2g2-4:bn,[@a|dw3,conv1-2:prelu],[+scale,gelu],gap,fc2",
    ],
)
def test_both_ways_to_count_agree_on_networks(text):
    one, other = count(text, 2, 8, 8), count(text, 2, 8, 8, tensors=True)
    assert one == other
    assert one.macs > 0


# --- Windows -------------------------------------------------------------------------------------


def geometries():
    for k in range(1, 6):
        for s in range(1, 5):
            for d in range(1, 4):
                yield k, s, d


@pytest.mark.parametrize("n", range(1, 13))
def test_placed_windows_are_as_many_as_pytorch_says(n):
    for k, s, d in geometries():
        for p in range(k // 2 + 1):
            span = n + 2 * p - d * (k - 1) - 1
            assert len(Window(k, s, p, d).starts(n)) == max(0, span // s + 1)
            up = -(-span // s) + 1
            up -= (up - 1) * s >= n + p
            assert len(Window(k, s, p, d, "ceil").starts(n)) == max(0, up)


@pytest.mark.parametrize("n", range(1, 13))
def test_same_windows_are_one_for_each_stride(n):
    for k, s, d in geometries():
        assert len(Window(k, s, None, d).starts(n)) == math.ceil(n / s)


@pytest.mark.parametrize(
    ("text", "n", "out"),
    [
        ("conv11s4p0-1", 227, 55),  # AlexNet: (227 − 11)/4 + 1
        ("conv3s2p0-1", 8, 3),  # windows at 0, 2, 4; the one at 6 would need position 8
        ("conv4-1", 5, 5),  # same padding with an even kernel keeps the extent, too
        ("conv2s3-1", 7, 3),  # windows for 0, 3, 6
        ("conv3p0d3-1", 7, 1),  # cells 0, 3, 6
        ("pool", 7, 3),  # the last row is dropped
        ("pool:ceil", 7, 4),  # and here it has a window of its own
        ("pool2s1p1", 4, 5),  # padded by just half the window: windows at −1, 0, …, 3
        ("pool1s2:same", 5, 3),
        ("pool:ceil", 1, 1),  # k = 2 hangs over, but starts inside
        ("pool3s2:same", 7, 4),
        ("pool3s2p1:ceil", 4, 3),  # windows at −1, 1, 3
        ("pool2s4:ceil", 5, 2),  # a window at 4
        ("pool2s4:ceil", 4, 1),  # none at 4: it would start past the input
        ("deconv3s2-1", 5, 10),
        ("deconv1s3-1", 5, 15),
        ("deconv4s2p1-1", 5, 10),  # (5 − 1)·2 − 2 + 3 + 1
        ("deconv3s2d2p0-1", 2, 7),  # lands on 0, 2, 4 and on 2, 4, 6
        ("pad3", 5, 11),
        ("upsample3", 5, 15),
        ("adapool7", 5, 7),
        ("pixelunshuffle", 6, 3),
    ],
)
def test_extents(text, n, out):
    assert count(text, 4, n, n).output[1:] == (out, out)


# --- Layers worked out on paper ------------------------------------------------------------------


def test_a_convolution():
    counts = count("conv3x5s2x1g2-6:bn:bias:relu", 4, 8, 9)
    # 3·5 cells, 2 input channels in each group, 6 outputs; 4 × 9 positions.
    assert (counts.weights, counts.biases, counts.normalization, counts.buffers) == (180, 6, 12, 12)
    assert counts.params == 198
    assert counts.macs == 180 * 4 * 9
    assert counts.output == (6, 4, 9)
    assert counts.bias_additions == counts.normalization_ops == counts.activation_ops == 216
    assert counts.activations == 216
    assert [row.word for row in counts.layers] == ["conv", "bn", "relu"]
    assert counts.layers[0] == ("conv", (6, 4, 9), 186, 6480)


def test_a_transposed_convolution():
    # 9 cells × 16 × 8 at each of the 8 × 8 positions of the input.
    counts = count("deconv3s2-8", 16, 8, 8)
    assert (counts.macs, counts.params, counts.output) == (73_728, 1_160, (8, 16, 16))
    assert count("deconv3s2g4-8", 16, 8, 8).weights == 9 * 16 * 2


def test_a_depthwise_convolution():
    # 9 cells for each of the 8 outputs, whatever the inputs.
    counts = count("dw3-8", 4, 5, 5)
    assert (counts.weights, counts.biases, counts.macs) == (72, 8, 72 * 25)
    assert count("dw3", 4, 5, 5).params == 40


def test_layers_between_others():
    # A scale and a shift for each of 4 channels; a slope for each; nothing.
    assert [count(word, 4, 3, 3).params for word in ("bn", "in", "ln", "gn2", "prelu", "relu", "lrn")] == (
        [8, 8, 8, 8, 4, 0, 0]
    )
    assert [count(word, 4, 3, 3).buffers for word in ("bn", "in")] == [8, 0]
    assert [count(word, 4, 3, 3).normalization_ops for word in ("bn", "gn2", "lrn", "relu")] == [
        36,
        36,
        36,
        0,
    ]
    assert [count(word, 4, 3, 3).activation_ops for word in ("relu", "prelu", "softmax", "bn")] == [
        36,
        36,
        36,
        0,
    ]


def test_the_layers_add_up():
    counts = count("conv3-4:bn:bias:prelu,dw3,[+conv1-4,scale],pool,gn2,fc5", 3, 8, 8)
    assert sum(row.params for row in counts.layers) == counts.params
    assert sum(row.macs for row in counts.layers) == counts.macs
    assert [row.word for row in counts.layers] == "conv bn prelu dw conv scale pool gn fc".split()


def test_pools():
    # 9 elements of each window; 2 channels of 3 × 3 windows.
    assert count("pool3s2p1", 2, 6, 6).pooling_ops == 9 * 18
    # Global and adaptive ones read each element once.
    assert count("gap", 2, 6, 6).pooling_ops == count("adapool4", 2, 6, 6).pooling_ops == 72
    assert count("gap", 2, 6, 6).activations == 2
    assert count("adapool4x2", 2, 6, 6).activations == 16


def test_merges_count_their_extra_operands():
    assert count("[identity+identity+identity]", 2, 3, 3).elementwise_ops == 36
    assert count("[+identity]", 2, 3, 3).elementwise_ops == 18
    assert count("[|identity]", 2, 3, 3).elementwise_ops == 0
    # Squeeze-and-excitation multiplies every element of the map; the broadcast operand costs as much.
    assert count("[*gap]", 2, 3, 3).elementwise_ops == 18
    assert count("scale", 2, 3, 3).elementwise_ops == 18
    assert count("scale", 2, 3, 3).weights == 2


def test_reshaping_layers():
    assert count("pixelshuffle", 8, 3, 3).output == (2, 6, 6)
    assert count("pixelunshuffle3", 2, 6, 6).output == (18, 2, 2)
    assert count("take-2", 8, 3, 3).output == (2, 3, 3)
    assert count("flatten", 8, 3, 3).output == (72, 1, 1)
    # 72 inputs, 5 outputs; a second one has 5 inputs.
    assert count("fc5x2", 8, 3, 3).params == 72 * 5 + 5 + 5 * 5 + 5


# --- Networks worked out on paper ----------------------------------------------------------------


def test_the_first_argument_holds_in_the_first_repeat_only():
    # 3→64, 64→128 and 128→128 channels.
    text = "b(c)=conv3-c; b(64->128)xn"
    assert count(text, 3, 8, 8, n=3).params == 1_792 + 73_856 + 147_584
    # No repeat is a first one.
    assert count("b(c)=conv1-c; (b(2->4))x2", 3, 8, 8).output == (2, 8, 8)


def test_a_projection_follows_channels_and_stride_and_nothing_else():
    # From 16 channels: 28, 40, and in the third pass nothing to project.
    counts = count("([|[+conv3-40]:proj,conv1-12])xn", 16, 8, 8, n=3)
    assert [row.shape[0] for row in counts.layers] == [40, 40, 12, 40, 40, 12, 40, 12]
    # At extent 1 a stride leaves the shape alone; the projection is there all the same.
    projected = count("[+conv3s2-4]:proj", 4, 1, 1)
    assert projected.params == 9 * 16 + 4 + 16 + 4
    assert count("[+conv3s2-4]:opt", 4, 1, 1).elementwise_ops == 0
    assert count("[+conv3s2-4]:pad", 4, 9, 9).elementwise_ops == 4 * 25
    # Wide ResNet-16-k: at k = 1 the first stage needs no projection.
    wide = (
        "use conv:nobias; b(c,s=1)=[+bn,conv3s{s}-c,bn,conv3-c]:proj;"
        "conv3-16,b(16*k)x2,b(32*k,2->1)x2,b(64*k,2->1)x2,bn,gap,fc10"
    )
    assert count(wide, 3, 32, 32, k=1).params == 175_066


def test_a_projection_takes_the_norm_but_not_the_activation_of_convolutions():
    plain = count("use conv:bn:relu; [+conv3-8]:proj", 4, 5, 5)
    # 9·4·8 + 4·8 weights, no bias, two norms of 8 channels; one activation, in f.
    assert (plain.weights, plain.biases, plain.normalization) == (320, 0, 32)
    assert plain.activation_ops == 8 * 25


def test_a_stride_that_is_undone_is_none():
    assert count("[+pool,upsample]:opt", 4, 8, 8).elementwise_ops == 256
    assert count("[+pool,deconv2s2-4]:opt", 4, 8, 8).elementwise_ops == 256
    assert count("[+gap]:opt", 4, 1, 1).elementwise_ops == 0
    assert count("[+pad1,conv3p0-4]:opt", 4, 8, 8).elementwise_ops == 256
    # Both branches halve: the inner sum is counted (4 channels of 4 × 4), and there is no outer one.
    assert count("[+[conv1s2-4+pool]]:opt", 4, 8, 8).elementwise_ops == 64
    # After a global pool, extents are counted afresh: nothing differs here.
    assert count("gap,[+conv1-4]:opt", 4, 8, 8).elementwise_ops == 4


def test_only_what_is_one_by_construction_is_broadcast():
    assert count("[identity*gap,conv3-2]", 2, 4, 4).output == (2, 4, 4)
    assert count("[identity*adapool2,pool]", 2, 4, 4).output == (2, 4, 4)
    assert count("[identity+fc2]", 2, 4, 4).output == (2, 4, 4)
    for text in ("[identity*pool4]", "[identity|gap]", "[identity*gap,upsample2]"):
        with pytest.raises(Refused):
            count(text, 2, 4, 4)
    # A pinned input makes every extent one by construction or not at all.
    assert count("input(H=4,W=4),[identity*pool4]", 2).output == (2, 4, 4)


def test_flags_follow_defaults():
    assert count("use conv:bn; conv3-4:nobn", 2, 4, 4).biases == 4
    assert count("use conv:bn:bias; conv3-4:nobn", 2, 4, 4).biases == 4
    assert count("use conv:nobias; conv3-4", 2, 4, 4).biases == 0
    assert count("use conv:nobias; conv3-4:bias", 2, 4, 4).biases == 4
    assert count("use conv:bn; conv3-4:in", 2, 4, 4).buffers == 0
    assert count("use conv:in; conv3-4:nobn", 2, 4, 4).normalization == 8
    assert count("use depthwise:bn; dw3,conv1-2", 2, 4, 4).normalization == 4
    assert count("conv3-4:relu:norelu", 2, 4, 4).activation_ops == 0
    assert count("use conv:valid; conv3-4,conv3p1-4", 2, 8, 8).output == (4, 6, 6)


def test_activations_of_brackets_groups_and_calls_repeat():
    assert count("[+identity]:relu x3", 2, 2, 2).activation_ops == 24
    assert count("(bn,bn):relu x3", 2, 2, 2).activation_ops == 24
    assert count("D=bn; D:relu x3", 2, 2, 2).activation_ops == 24


def test_cin_is_what_enters_the_definition_it_is_written_in():
    # In `s`, cin is what is squeezed (8); the argument cin/2 is what enters `m` (4), so 2.
    text = "s(r)=[*gap,conv1-r,conv1-{cin}]; m=conv1-8,s(cin/2); m"
    assert [row.shape[0] for row in count(text, 4, 3, 3).layers] == [8, 8, 2, 8]
    # A default sees earlier parameters and cin.
    assert count("f(a,b=a+cin)=conv1-b; f(3)", 4, 3, 3).output == (7, 3, 3)
    # Parameters shadow symbols, inside only.
    assert count("f(n)=conv1-n; f(3),conv1-n", 4, 3, 3, n=5).output == (5, 3, 3)


def test_tags_have_scopes():
    assert count("(conv3-4@a),pool,[upsample|@a]", 2, 4, 4).output == (8, 4, 4)
    assert count("conv3-4@a,([conv3-4|@a])x2", 2, 4, 4).output == (8, 4, 4)
    assert count("[conv3-4@a|@a,conv3-2]", 2, 4, 4).output == (6, 4, 4)
    for text in (
        "(conv3-4@a)x2,@a",
        "f=@a; conv3-4@a,f",
        "f=conv3-4@a; f,@a",
        "conv3-4@a,conv3-4@a",
        "@a,conv3-4@a",
    ):
        with pytest.raises(Malformed):
            count(text, 2, 4, 4)


def test_text_as_papers_have_it():
    assert count("Conv3-64 ×2 , MaxPool, # then\n FC-10,soft-max;", 3, 4, 4).output == (10, 1, 1)
    assert count("x(c)=conv1-c; x(3)x2", 3, 4, 4).params == 24
    assert count("block35(c)=conv1-c; block35(64)x2", 3, 4, 4).params == 256 + 4160
    assert count("D=conv1-3; Dx6", 3, 4, 4).params == 72
    assert count("conv1-wx2", 3, 4, 4, w=3).params == 24
    assert count("relu6x2,drop0.5x2", 3, 4, 4).activation_ops == 96
    assert count("pool3x2", 3, 9, 9).output == (3, 3, 4)
    assert count("pool3 x2", 3, 9, 9).output == (3, 1, 1)


def test_expressions():
    def value(text, **symbols):
        return count(f"conv1-{{{text}}}", 1, 1, 1, **symbols).output[0]

    assert value("2+3*2**3//5") == 2 + 4
    assert value("-2**2+7%4*3") == 5
    assert value("4.5*2") == 9
    assert value("2**3**2") == 512
    assert value("min(7,9)+max(1,2)+floor(7/2)+ceil(7/2)") == 16
    # MobileNet's rule: 12 is nearer to 16 than to 8 when ties go up; 8 would be more than 10 % below 11.
    assert [value(f"round_to({x},8)") for x in (3, 11, 12, 20, 33, 100)] == [8, 16, 16, 24, 32, 104]
    assert value("32*α", α=Fraction(3, 4)) == 24
    assert value("λ*C", **{"lambda": 3}) == 3


def test_pins():
    assert count("input(C=3,H=227,W=H),conv11s4p0-96").output == (96, 55, 55)
    assert count("input(C=k),conv1-{2*C}", H=4, W=4, k=3).output == (6, 4, 4)
    with pytest.raises(Refused):
        count("input(C=3),conv1-2", 4, 4, 4)


# --- Refusals ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "shape"),
    [
        ("conv5p0-4", (3, 4, 9)),
        ("pool3,conv3p2-4", (3, 2, 8)),  # nothing is left in between, though padding would make 2 of it
        ("pool3s2p2", (3, 9, 9)),  # padded by more than half the window
        ("deconv2s1p2-4", (3, 3, 3)),
        ("conv3g2-4", (3, 9, 9)),
        ("conv3g2-5", (4, 9, 9)),
        ("dw3-6", (4, 9, 9)),
        ("gn", (48, 4, 4)),
        ("pixelshuffle", (6, 4, 4)),
        ("pixelunshuffle", (6, 4, 5)),
        ("shuffle", (3, 4, 4)),
        ("take-5", (4, 4, 4)),
        ("conv3-{C-3}", (3, 4, 4)),
        ("conv3-{C/2}", (3, 4, 4)),
        ("(conv3-4)x{C-3}", (3, 4, 4)),
        ("conv3-{1/(C-3)}", (3, 4, 4)),
        ("[conv3-4+conv3-5]", (3, 4, 4)),
        ("[conv3-4|pool]", (3, 4, 4)),
        ("[+conv3s2-4]:pad", (5, 8, 8)),  # zeros do not take channels away
        ("[+conv3p0-3]:proj", (3, 8, 8)),  # by stride and channels nothing differs, but the shapes do
        ("conv3-{9**9**9**9}", (3, 4, 4)),
        ("d=conv1-{2*cin}; d x1000000", (3, 4, 4)),
    ],
)
def test_what_cannot_run_is_refused(text, shape):
    with pytest.raises(Refused) as refusal:
        count(text, *shape)
    assert not isinstance(refusal.value, Malformed)


@pytest.mark.parametrize("h", [31, 32, 33, 40, 48])
def test_a_unet_runs_where_it_halves_evenly(h):
    if h % 16:
        with pytest.raises(Refused):
            count(named("unet"), 3, h, 32)
    else:
        assert count(named("unet"), 3, h, 32).output == (2, h, 32)


@pytest.mark.parametrize(
    "text",
    [
        *(
            "",
            "conv64",
            "conv3-",
            "conv-64",
            "pools2",
            "pool3xn",
            "conv3-CxN",
            "conv3-expand",
            "con3-4",
            "conv1.5-4",
        ),
        *(
            "conv3-64x2:bn",
            "conv3-64:bnx2",
            "conv3s2s2-4",
            "conv3q2-4",
            "pool3g2",
            "dw3g2",
            "gap2",
            "relu-4",
            "pad",
        ),
        *(
            "conv3-4:ceil",
            "pool:bn",
            "relu:bn",
            "conv3-4:proj",
            "[|conv3-4]:proj",
            "[conv3-4+pool]:proj",
            "conv3-4:bn8",
        ),
        *(
            "conv3p1-4:valid",
            "pool3s1p1:same",
            "fc",
            "fc4-4",
            "conv3-4,",
            "conv3-4,,pool",
            ",conv3-4",
            "conv3-4 pool",
        ),
        *("[conv3-4]", "[]", "[conv3-4|]", "[conv3-4|pool+pool]", "(conv3-4", "conv3-4)", "[+conv3-4", "()"),
        *(
            "f(a)=conv3-a; f",
            "f(a)=conv3-a; f(1,2)",
            "f(a)=conv3-a; f(b=2)",
            "f(a)=conv3-a; f(2,a=2)",
            "g(2)",
        ),
        *(
            "f=g; g=f; f",
            "f=conv3-4; f=conv3-5; f",
            "conv=pool; conv",
            "f(C)=conv3-C; f(3)",
            "f(a)=conv3-a; f({3})",
        ),
        *(
            "conv3-{cin}",
            "conv3-{2->1}",
            "conv3-{}",
            "conv3-{2+}",
            "conv3-{f(2)}",
            "conv3-{min(}",
            "conv3-{floor(1,2)}",
        ),
        *(
            "use conv",
            "use con:bn; conv3-4",
            "conv3-4; use conv:bn",
            "conv3-4; f=pool",
            "f=pool;",
            "@a",
            "conv3-4,@a x2",
        ),
        *(
            "conv3-4,input(C=3)",
            "input(D=3),conv3-4",
            "input(C=3,C=3),conv3-4",
            "input(C=3->4),conv3-4",
            "input()",
        ),
    ],
)
def test_what_is_not_in_the_notation_is_malformed(text):
    with pytest.raises(Malformed):
        count(text, 3, 8, 8, N=2, n=2, expand=2)


def test_a_symbol_needs_a_value_that_it_may_have():
    with pytest.raises(KeyError):
        count("conv3-w", 3, 4, 4)
    with pytest.raises(Refused):
        count("conv3-{2*w}", 3, 4, 4, w=Fraction(1, 2))
    with pytest.raises(Refused):
        count("conv3-{2-w}", 3, 4, 4, w=0)
    with pytest.raises(Refused, match="whole"):
        count("conv3-{3*α}", 3, 4, 4, α=Fraction(1, 2))


# --- Receptive fields ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "rows"),
    [
        ("conv3-1", 3),
        ("conv3-1x2", 5),
        ("conv3d2-1", 5),
        ("conv3-1x2,pool", 6),  # 5, and one more row
        ("pool,conv3-1", 6),  # three pairs
        ("conv1s2-1,conv3-1", 5),  # rows 0, 2 and 4; the stretch counts
        ("upsample,conv4-1", 3),  # by phase 2 or 3
        ("upsample,conv2-1,conv1s2-1", 1),  # only one phase is left
        ("[conv3-1|conv7-1|identity]", 7),
        ("[+conv3-4,conv3-4]", 5),
        ("[identity*gap]", 240),
        ("conv3-1,gap,conv1-1", 240),
        ("fc1", 240),
        ("pixelunshuffle3,conv3-1", 9),
        ("pixelshuffle,conv3-1", 2),
        ("deconv2s2-1,conv3-1", 2),
        ("adapool7", 36),  # 240/7 is 34 and 2/7, which reaches into 36 rows at most
        ("pad2,conv3p0-1", 3),
        # The next ones are what the gradient of one output reaches, in PyTorch, with positive weights.
        ("conv3-1x2,avgpool,conv3-1,conv3s2-1,conv5d2-1", 46),
        ("deconv3s2-1,conv3-1", 3),
        ("deconv3s2-1,conv1s2-1", 1),
        ("avgpool,deconv2s2-1,conv3-1", 4),
        ("avgpool,deconv4s2-1,conv3-1,conv1s2-1", 6),
        ("conv3s2-1x2,deconv3s2-1x2,conv9-1", 19),
        ("conv3s2-1x2,deconv5s3-1,conv3s2-1", 15),
        ("conv3-1x2,avgpool2s2,conv3-1x2,deconv3s2p1-1,conv3-1x2", 20),
        ("deconv3s2d2-1,conv3-1", 4),
        ("deconv3s2d3-1,conv3-1", 5),
        ("deconv5s3d2-1,conv3s2-1", 4),
        ("conv3-1,deconv2s2d3p1-1", 3),
        ("deconv4s4-1,avgpool4", 1),
        ("deconv1s2-1,conv1s2-1", 1),
    ],
)
def test_receptive_fields(text, rows):
    assert receptive_field(text, 4, 240, 240) == (rows, rows)


@pytest.mark.parametrize("n", range(20, 25))
def test_a_phase_that_comes_once_in_a_period_is_found(n):
    # Of 16 positions, only the last one's window of 2 reaches into the next row.
    for text in ("upsample4,upsample4,conv2-4", "deconv4s4-4x2,conv2-4", "upsample4,pixelshuffle4,conv2-4"):
        assert receptive_field(text, 16, n, n) == (2, 2)
    assert receptive_field("[pixelunshuffle2,conv1-4|pool]", 4, 2 * n, 2 * n) == (2, 2)


def test_receptive_field_of_each_axis():
    assert receptive_field("conv3x5s2x1-4,conv1x3-4", 4, 20, 20) == (3, 7)
    assert receptive_field("conv3-4,gap", 4, 20, 30) == (20, 30)


def test_receptive_fields_of_published_networks():
    # Padding counts, so that a small input does not shrink them.
    assert receptive_field(VGG16_MAPS, 3, 224, 224) == (212, 212)
    assert receptive_field(VGG16_MAPS, 3, 64, 64) == (212, 212)
    assert receptive_field(named("alexnet").rsplit(",", 2)[0], 3, 224, 224) == (195, 195)
    assert receptive_field(named("resnet18").rsplit(",", 2)[0], 3, 224, 224) == (435, 435)
    # 11 after the pool, then 3×3 convolutions at strides of 4 (four), 8 (four), 16 (six) and 32 (two):
    # 11 + 24 + 8 + 48 + 16 + 160 + 32 + 128. With the strides on the 1×1 convolutions it would be 483.
    assert receptive_field(named("resnet50").rsplit(",", 2)[0], 3, 224, 224) == (427, 427)
