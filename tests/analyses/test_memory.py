"""Memory against a simulation that looks at every moment of a forward pass anew."""

from contextlib import suppress
from itertools import pairwise, product

import networks
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import symcnn
from symcnn.algebra.arithmetic import divide, floor_div, greatest, least
from symcnn.algebra.atoms import symbol
from symcnn.algebra.conditions import number_at
from symcnn.analyses import memory
from symcnn.analyses.memory import largest, without_floors
from symcnn.errors import SymcnnError, UnsupportedError
from symcnn.table import DTYPES

# --- A simulation ---


def last_reader(graph, tensor):
    """The moment of the last layer that reads a tensor; what comes out is read after all."""
    readers = [moment for moment, node in enumerate(graph.nodes, start=1) if tensor in node.inputs]
    return len(graph.nodes) + 1 if tensor == graph.output else max(readers, default=0)


def homes(graph):
    """For each tensor, the one whose memory it lies in: its own, or that of an input it is written over."""
    home = {0: 0}
    for moment, node in enumerate(graph.nodes, start=1):
        home[moment] = moment
        for tensor in node.inputs if node.layer.in_place else ():
            sharing = [other for other in range(moment) if home[other] == home[tensor]]
            free = max(last_reader(graph, other) for other in sharing) == moment
            if free and graph.shape(home[tensor]).elements == node.output.elements:
                home[moment] = home[tensor]
                break
    return home


def simulated(graph, point, element_size):
    """All memory, and the most at once, in bytes."""
    home = homes(graph)
    size = {
        tensor: element_size * number_at(graph.shape(tensor).elements, point)
        for tensor in home
        if home[tensor] == tensor
    }
    until = {tensor: max(max(last_reader(graph, t), t) for t in home if home[t] == tensor) for tensor in size}
    moments = [
        sum(n for tensor, n in size.items() if tensor <= moment <= until[tensor])
        for moment in range(len(graph.nodes) + 1)
    ]
    return sum(size.values()), max(moments), moments


@settings(max_examples=60)
@given(networks.networks(), networks.inputs(), st.sampled_from(["float32", "float16", "int8"]))
def test_memory(text, size, dtype):
    """What the simulation says, of formulas at a point, and of a network that was built at that point."""
    point = size._asdict()
    for first, later in (({}, point), (point, {})):
        try:
            report = symcnn.derive(text, first, dtype=dtype)
            numbers = report.at(**later)
        except SymcnnError:
            continue
        if all(node.when == 1 for node in report.graph.nodes):
            total, peak, moments = simulated(report.graph, point, DTYPES[dtype])
            assert (numbers.memory, numbers.peak_memory) == (total, peak)
            lives = [number_at(live, point) for live in report.answer("peak_memory").per_node]
            assert lives == moments[1:]


# --- By hand ---


def elements(text, **point):
    """Elements, in all and at the most at once, of a network on 10×10×1."""
    numbers = symcnn.derive(text, (10, 10, 1), dtype="int8").at(**point)
    return numbers.memory, numbers.peak_memory


@pytest.mark.parametrize(
    ("text", "memory", "peak"),
    [
        ("identity", 100, 100),
        ("conv3-2", 300, 300),
        ("conv3-2,relu,bn", 300, 300),
        ("conv3-2,conv3-3", 600, 500),
        ("conv3-2@a,relu,@a", 500, 400),  # What is read once more is not written over.
        ("[+conv3-1]", 200, 200),
        ("conv3-2,[+conv3-2,conv3-2]", 700, 600),
        ("[conv3-2|conv3-3]", 1100, 1000),
        ("conv3-4,[*gap]", 504, 500),
        ("conv3-9@a,pool2,@a", 1225, 1125),
        ("conv3-9,fc10", 1010, 1000),
        ("flatten,fc10", 110, 110),
    ],
)
def test_memory_by_hand(text, memory, peak):
    assert elements(text) == (memory, peak)


@pytest.mark.parametrize(("k", "memory", "peak"), [(4, 1300, 1200), (5, 1000, 900)])
def test_what_only_an_addition_keeps_is_written_over_without_it(k, memory, peak):
    """At k = 4 the block's input is added at the end, so the activation needs a place of its own."""
    assert elements("conv3-4,[+relu,conv3-k]:opt", k=k) == (memory, peak)


@pytest.mark.parametrize("text", ["conv3-4,[+conv3-k]:relu", "conv3-k,[+conv3-4]:relu"])
def test_what_is_required_to_be_of_one_size_is_written_over(text):
    """The sum lies where the first branch is, whose size is written in another form."""
    assert elements(text, k=4) == elements(text.replace("k", "4")) == (900, 800)


# --- Blocks that are there under a bracket ---

UNDER_A_BRACKET = """
conv3-4,[+conv3-k]:proj
conv3-4,[+conv3-k]:proj,conv3-9
conv3-k,[+conv3-4,relu]:proj,bn
conv3-4,[+conv3-k,bn]:proj,relu,conv3-30
[+conv3-5,conv1-k]:proj,conv3-1
conv3-4@a,[+conv3-k]:proj,[@a|identity]
conv3-4@a,[+conv3-9,conv3-k]:proj,conv3-2,[@a|identity]
conv3-4,[+[*gap],conv3-k]:proj,relu
conv3-4,[+conv3-9,conv3-k]:proj,[+conv3-2,conv3-k]:proj
conv3-4,[+conv3-9,[+conv3-3,conv3-k]:proj,conv3-4]:proj
conv3-4,[+conv3-k]:opt,[*gap]
conv3-4,bn,[+bn,conv3-k]:opt,bn,relu
[+conv3-4,conv3-k]:opt,conv3-k
conv3-k@a,[+conv3-4]:opt,conv3-2,[@a|identity]
conv3-4@a,[+conv3-9,conv3-k]:opt,conv3-2,[@a|identity]
conv3-4,[+[*gap],conv3-k]:opt
conv3-4,[+conv3-9,conv3-k]:opt,[+conv3-2,conv3-k]:opt
conv3-4,[+conv3-9,[+conv3-3,conv3-9]:opt,conv3-k]:opt
conv3-4,[+conv3-9,[+conv3-3,conv3-k]:opt,relu]:opt
conv3-4,[+relu,[+relu,conv3-k]:opt,relu]:opt
""".split()


@pytest.mark.parametrize("text", UNDER_A_BRACKET)
def test_what_a_bracket_decides_is_what_each_network_takes(text):
    """For k = 4 the identity can be added as it is; the networks for each k are simulated."""
    numbers = symcnn.derive(text, (10, 10, 4), dtype="int8")
    for k in (1, 4, 5, 20):
        graph = symcnn.derive(text, (10, 10, 4), symbols={"k": k}).graph
        at = numbers.at(k=k)
        assert (at.memory, at.peak_memory) == simulated(graph, {}, 1)[:2], k


@pytest.mark.parametrize(
    "text",
    [
        "conv1-4@a,([@a|identity],conv1-4)xn",  # What enters is read in every pass,
        "conv1-4@a,(conv1-4)xn,[@a|identity]",  # or after the last one.
        "[(conv3-4)xn|identity]",
        "b(c)=[+conv3-c]:proj;conv3-4,b(4->8)xn",  # There may be no later pass than the one written out.
    ],
)
def test_where_a_loop_leaves_open_what_is_written_over(text):
    report = symcnn.derive(text, (10, 10, 4))
    for quantity in ("memory", "peak_memory"):
        with pytest.raises(UnsupportedError, match="no simple closed form"):
            report.total(quantity)
        assert symcnn.derive(text, (10, 10, 4), symbols={"n": 2}).total(quantity)() > 0


def test_what_enters_a_loop_last_is_no_obstacle():
    """What enters was read before, and by nothing else later."""
    for text in ("[identity|(conv3-4)xn]", "conv1-4@a,[@a|relu],conv1-4,(conv3-4)xn"):
        for quantity in ("memory", "peak_memory"):
            closed = symcnn.derive(text, (10, 10, 4)).total(quantity)
            for n in (1, 2, 5):
                unrolled = symcnn.derive(text, (10, 10, 4), symbols={"n": n}).total(quantity)
                assert closed(n=n) == unrolled()


def test_vgg_16():
    numbers = symcnn.derive("vgg16").at(C=3, H=224, W=224)
    assert numbers.memory == 60_950_432
    # The first two convolutions' outputs, 64 × 224 × 224 floats each.
    assert numbers.peak_memory == 2 * 64 * 224 * 224 * 4


# --- The greatest of the candidates ---


def test_candidates_that_are_never_the_greatest_are_left_out():
    assert str(symcnn.derive("conv3-8,conv3-16,conv3-8").peak_memory) == "max(4*C*H*W + 32*H*W, 96*H*W)"
    assert str(symcnn.derive("input(C=1),conv3-8,conv3-16,conv3-8").peak_memory) == "96*H*W"


def test_many_candidates_are_kept():
    text = ",".join(f"conv1-{{a_{i}}}" for i in range(60))
    report = symcnn.derive(text, (1, 1, 1), dtype="int8")
    widths = {f"a_{i}": 1 + (7 * i) % 60 for i in range(60)}
    steps = [1, *widths.values()]
    assert report.peak_memory(**widths) == max(a + b for a, b in pairwise(steps))


def test_too_many_candidates_are_not_compared(monkeypatch):
    text = "conv3-8,conv3-16,conv3-C"
    known = symcnn.derive(text).peak_memory
    monkeypatch.setattr(memory, "MAX_FRONT", 1)
    for size in product(range(1, 30), (1, 5), (1, 5)):
        point = dict(zip("CHW", size, strict=True))
        assert symcnn.derive(text).peak_memory(**point) == known(**point)


@given(st.lists(st.tuples(st.integers(0, 5), st.integers(0, 5), st.integers(0, 9)), min_size=1, max_size=5))
def test_the_largest_is_the_largest_everywhere(rows):
    graph = symcnn.derive("pool").graph
    h, w = graph.nodes[0].output.sizes[1:]
    values = [a * h + b * w * graph.input.sizes[0] + c for a, b, c in rows]
    best = largest(graph, values)
    for point in ({"H": 2, "W": 3, "C": 1}, {"H": 9, "W": 2, "C": 4}, {"H": 40, "W": 31, "C": 2}):
        assert number_at(best, point) == max(number_at(value, point) for value in values)


H, W, k = (symbol(name) for name in "HWk")
THIRD = floor_div(H, 3)


@pytest.mark.parametrize(
    ("values", "kept"),
    [
        ([2 * H, 3 * H], [3 * H]),
        ([3 * H, 2 * H, H + W], [3 * H, H + W]),
        ([3 * H, 3 * H - W], [3 * H]),
        ([5 * H - W, 3 * H], [5 * H - W, 3 * H]),
        ([3 * H - 1, 2 * H], [3 * H - 1]),  # as H is at least 1
        ([2 * H, 3 * H - 2], [2 * H, 3 * H - 2]),
        ([5 + 0 * H, 2 * H, 3 * H - 2], [5, 2 * H, 3 * H - 2]),
        ([H * W + 1, 2 * W], [H * W + 1, 2 * W]),  # as H may be 1, and W any number
        ([2 * THIRD, H], [H]),  # 2*floor(H/3) is at most 2*H/3
        ([4 * THIRD, H], [4 * THIRD, H]),
        # What may be negative is not the greater for being twice as much.
        ([floor_div(k - 2, 2), 2 * floor_div(k - 2, 2)], [floor_div(k - 2, 2), 2 * floor_div(k - 2, 2)]),
        ([floor_div(k - 1, 2), 2 * floor_div(k - 1, 2)], [2 * floor_div(k - 1, 2)]),
        ([floor_div(H, 3 - k), 2 * floor_div(H, 3 - k)], [floor_div(H, 3 - k), 2 * floor_div(H, 3 - k)]),
        ([least([H, 5 - k]), 2 * least([H, 5 - k])], [least([H, 5 - k]), 2 * least([H, 5 - k])]),
    ],
)
def test_which_candidates_may_be_the_greatest(values, kept):
    best = largest(symcnn.derive("conv3-k").graph, values)
    assert best == greatest(kept)
    for point in product((1, 2, 3, 7), (1, 5), (1, 2, 5, 8)):
        with suppress(SymcnnError):
            numbers = dict(zip("HWk", point, strict=True))
            assert number_at(best, numbers) == max(number_at(value, numbers) for value in values)


def test_the_least_sizes_that_are_built_count():
    """The map has 3 positions at the least, where 3*H - 5 reaches H + 1."""
    graph = symcnn.derive("conv3p0-4").graph
    assert largest(graph, [3 * H - 5, H + 1]) == 3 * H - 5
    assert largest(graph, [3 * H - 6, H + 1]) == greatest([H + 1, 3 * H - 6])


@pytest.mark.parametrize(
    ("value", "low", "high"),
    [
        (W + 3 * THIRD, W, W + H),
        (W - 3 * THIRD, W - H, W),
        (W * THIRD * THIRD + 1, 1, divide(W * H * H, 9) + 1),
        (W - 2, W - 2, W - 2),
    ],
)
def test_a_floor_is_at_least_nothing_and_at_most_the_quotient(value, low, high):
    assert (without_floors(value, upper=False), without_floors(value, upper=True)) == (low, high)
