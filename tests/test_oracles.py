"""The oracle against published counts, against itself, and against what a person works out on paper."""

import ast
import math
import random
import sys
from fractions import Fraction
from itertools import chain
from pathlib import Path

import oracles
import pytest
from oracles import Refused, Window, count
from references import REFERENCES, VGG16_MAPS, named

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
