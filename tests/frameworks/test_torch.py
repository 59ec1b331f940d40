"""The package against PyTorch: parameters, shapes and multiplications, and which inputs are refused."""

import itertools
from pathlib import Path

import networks
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from networks import effort
from references import REFERENCES

import symcnn
from symcnn.errors import DomainError, SymcnnError
from symcnn.frameworks.lowering import numbers_of
from symcnn.layers import KINDS, Pair, norms, pools, rearrange, windows
from symcnn.layers.merges import PaddedShortcut

torch = pytest.importorskip("torch")

from frameworks import torch_models  # noqa: E402 - it imports torch, too
from torch.utils.flop_counter import FlopCounterMode  # noqa: E402 - torch may be missing

TESTS = Path(__file__).parent.parent


def published():
    """Every network of the zoo, at its own input, for all values of symbols that it is published with."""
    for name, entry in symcnn.zoo.items():
        values = {tuple(count.symbols.items()): count.symbols for count in entry.published}
        for symbols in values.values():
            shown = ",".join(f"{symbol}={value}" for symbol, value in symbols.items())
            yield pytest.param(entry.notation, entry.input, symbols, id=f"{name}[{shown}]" if shown else name)


def referenced():
    """The references that the zoo does not have."""
    for network in REFERENCES:
        if network["name"] in symcnn.zoo:
            continue
        values = network["notation"], network["input"], network.get("symbols", {})
        yield pytest.param(*values, id=f"{network['name']} (reference)")


def elements(tensors):
    """How many numbers some tensors hold."""
    return sum(tensor.numel() for tensor in tensors)


def statistics(layer):
    """The buffers that hold statistics; PyTorch counts batches in another one."""
    return [b for name, b in layer.named_buffers() if name.endswith(("running_mean", "running_var"))]


def agrees(numbers):
    """Assert that PyTorch's network has the same numbers, layer by layer and in total."""
    network = torch_models.build(numbers.graph)
    with FlopCounterMode(display=False) as counter:
        run = network(torch.empty(1, *numbers.input, device="meta"))
    operations = counter.get_flop_counts()
    for i, (row, layer) in enumerate(zip(numbers.layers, network.layers, strict=True)):
        assert run.shapes[i] == row.output, row.label
        assert elements(layer.parameters()) == row.params, row.label
        assert elements(statistics(layer)) == row["buffers"], row.label
        # A multiply-accumulate is two operations there, counted of convolutions and matrix products only.
        assert sum(operations.get(f"Network.layers.{i}", {}).values()) == 2 * row.macs, row.label
    assert tuple(run.output.shape[1:]) == numbers.output
    assert elements(network.parameters()) == numbers.params
    assert elements(statistics(network)) == numbers.buffers
    assert counter.get_total_flops() == 2 * numbers.macs


# --- What a network costs ------------------------------------------------------------------------


def test_every_kind_has_a_module():
    assert set(KINDS.values()) - torch_models.known() == set()


@pytest.mark.parametrize(("text", "size", "symbols"), [*published(), *referenced()])
def test_published_networks(text, size, symbols):
    numbers = symcnn.derive(text, size, symbols=symbols).at()
    # Many repeats are one pass and its number, of which PyTorch needs each.
    each = numbers_of(text, size, symbols)
    agrees(each)
    assert (numbers.params, numbers.buffers, numbers.macs) == (each.params, each.buffers, each.macs)


@effort(20)
@given(networks.networks(), networks.inputs())
def test_random_networks(text, size):
    try:
        numbers = symcnn.derive(text, (size.H, size.W, size.C)).at()
    except SymcnnError:
        assume(False)
    agrees(numbers)


@effort(0.5)
@given(networks.networks(), networks.inputs(4, 12))
def test_random_networks_on_real_tensors(text, size):
    """What holds of shapes on the `meta` device holds where numbers are computed."""
    try:
        numbers = symcnn.derive(text, (size.H, size.W, size.C)).at()
    except SymcnnError:
        assume(False)
    assume(numbers.params < 1_000_000 and numbers.macs < 100_000_000)
    network = torch_models.build(numbers.graph, device="cpu")
    run = network(torch.zeros(1, *numbers.input))
    assert run.shapes == [row.output for row in numbers.layers]


# --- Which inputs a network takes ----------------------------------------------------------------


def attempt(graph, size, device="meta"):
    """The network as PyTorch runs it on an input, or None where it raises."""
    try:
        return torch_models.build(graph, size, device)
    except (RuntimeError, ValueError):
        return None


def takes(graph, size):
    """Does the package say that the network takes an input?"""
    try:
        graph.domain.check(dict(zip("CHW", size, strict=True)))
    except DomainError:
        return False
    return True


@effort(2)
@given(networks.networks(), st.integers(1, 6), st.lists(networks.inputs(), min_size=1, max_size=5))
def test_refusals(text, channels, sizes):
    """The domain of a network in H and W, against what PyTorch raises."""
    try:
        graph = symcnn.derive(text, {"C": channels}).graph
    except SymcnnError:
        assume(False)  # No graph that PyTorch could be asked about.
    for size in sizes:
        network = attempt(graph, (channels, size.H, size.W))
        if network and network.repeats:
            # PyTorch repeats every size of 1; the notation only what is 1 on every input. What the package
            # takes, PyTorch must take, but not the other way round.
            continue
        assert takes(graph, (channels, size.H, size.W)) == (network is not None), size


def windows_on_one_axis():
    """A window of any kind and geometry."""
    k, s, p, d = st.integers(1, 5), st.integers(1, 4), st.integers(0, 4), st.integers(1, 3)
    pool = st.sampled_from(["pool", "avgpool"])
    rest = st.sampled_from(["", "p1x0", "p1x0:ceil", ":ceil", "p2x0:ceil", ":same"])
    return st.one_of(
        st.builds("conv{}x1s{}x1p{}x0d{}x1-1".format, k, s, p, d),
        st.builds("conv{}x1s{}x1d{}x1-1".format, k, s, d),
        st.builds("{}{}x1s{}x1d{}x1{}".format, pool, k, s, d, rest),
        st.builds("deconv{}x1s{}x1p{}x0d{}x1-1".format, k, s, p, d),
        st.builds("deconv{}x1s{}x1d{}x1-1".format, k, s, d),
        st.sampled_from(["pad1", "upsample3", "pixelunshuffle2,conv1-1", "adapool3x1", "gap"]),
    )


def chains():
    """One or two windows."""
    return st.lists(windows_on_one_axis(), min_size=1, max_size=2).map(",".join)


@effort(4)
@given(chains())
def test_windows_take_the_same_extents(text):
    """Every extent up to 13, against PyTorch on `meta`, and the shapes of those that are taken."""
    try:
        report = symcnn.derive(text, {"C": 1})
    except SymcnnError:
        assume(False)  # A pool's padding may be more than half its window: see below.
    for n in range(1, 14):
        size = (1, n, 2)
        network = attempt(report.graph, size)
        assert takes(report.graph, size) == (network is not None), n
        if network:
            assert tuple(extent(H=n, W=2) for extent in report.output) == network.shape


ONE, TWO, THREE = Pair(1, 1), Pair(2, 2), Pair(3, 3)
NEVER = [
    ("conv3g2-4", 3, windows.Conv(4, THREE, groups=2)),
    ("conv3g2-3", 4, windows.Conv(3, THREE, groups=2)),
    ("dw3-5", 3, windows.Depthwise(THREE, 5)),
    ("deconv2g3-6", 4, windows.TransposedConv(6, TWO, groups=3)),
    ("deconv2g3-4", 6, windows.TransposedConv(4, TWO, groups=3)),
    ("pool3p2", 3, pools.MaxPool(THREE, padding=TWO)),
    ("avgpool2x3p1x2", 3, pools.AvgPool(Pair(2, 3), padding=Pair(1, 2))),
    # A dilated window is wider, but the padding is compared to the undilated one.
    ("pool2p2d3", 3, pools.MaxPool(TWO, padding=TWO, dilation=THREE)),
    ("gn2", 3, norms.GroupNorm(2)),
    ("gn", 48, norms.GroupNorm()),
    ("lrn0", 3, norms.LocalResponseNorm(0)),
    ("shuffle2", 3, rearrange.ChannelShuffle(2)),
    ("pixelshuffle2", 6, rearrange.PixelShuffle(2)),
    ("pixelunshuffle5", 3, rearrange.PixelUnshuffle(5)),
    ("take-4", 3, rearrange.Take(4)),
    ("[+conv3-2]:pad", 3, PaddedShortcut(2, ONE)),
    ("upsample0", 3, rearrange.Upsample(0)),
    # Not `adapool0` and `conv3-0`: PyTorch lets tensors without elements be.
]
"""Items, channels on which they cannot run, and the layer that makes it so."""


@pytest.mark.parametrize(("text", "channels", "layer"), NEVER, ids=[text for text, *_ in NEVER])
def test_what_can_never_run(text, channels, layer):
    with pytest.raises(SymcnnError):
        symcnn.derive(text, (8, 8, channels))
    with pytest.raises((RuntimeError, ValueError)):
        torch_models.module(layer, (channels, 8, 8))(torch.zeros(1, channels, 8, 8))


def test_small_windows_one_by_one():
    """A sliding window on real tensors: all small geometries, all extents around the smallest that works."""
    for k, s, p, d in itertools.product((1, 2, 3), (1, 2, 3), (0, 1), (1, 2)):
        geometry = f"{k}x1s{s}x1p{p}x0d{d}x1"
        for text in (f"conv{geometry}-1", f"deconv{geometry}-1", f"pool{geometry}:ceil"):
            if "pool" in text and 2 * p > k:
                continue
            graph = symcnn.derive(text, {"C": 1}).graph
            for n in range(1, 7):
                ran = attempt(graph, (1, n, 1), "cpu") is not None
                assert takes(graph, (1, n, 1)) == ran, (text, n)
