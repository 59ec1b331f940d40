"""What layers come down to, without any framework: operators, their order, names; windows by brute force."""

import sys
from dataclasses import fields
from fractions import Fraction
from pathlib import Path
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from layers.test_kinds import ALL, SIZES

import symcnn
from symcnn.algebra.atoms import symbol
from symcnn.errors import ArgumentError, LimitError, MissingError, UnsupportedError
from symcnn.frameworks import FRAMEWORKS, framework
from symcnn.frameworks.lowering import lower, numbers_of
from symcnn.frameworks.windows import Axis, padded, shares, within
from symcnn.layers import KINDS, Layer, Pair
from symcnn.layers import operators as op
from symcnn.layers.base import both, decimal, whole
from symcnn.layers.merges import Concat, PaddedShortcut, Passage
from symcnn.layers.pools import MaxPool
from symcnn.layers.shape import CEIL, SAME


def program(text, size="12x12x4", **symbols):
    return lower(numbers_of(text, size, symbols).graph)


def names(text, size="12x12x4", **symbols):
    return [step.name for step in program(text, size, **symbols).steps]


# --- Every kind ---


@pytest.mark.parametrize(("word", "item"), ALL)
def test_every_kind_has_operators_or_says_none(word, item):
    for channels, height, width in SIZES:
        try:
            graph = numbers_of(item, (height, width, channels)).graph
        except symcnn.DomainError:
            continue
        node = graph.nodes[0]
        operators = node.layer.operators(*node.shapes)
        assert operators
        assert all(
            isinstance(o, op.OPERATORS) or (isinstance(o, op.NoCounterpart) and o.reason) for o in operators
        )
        tensors = [tensor for o in operators for tensor in o.tensors]
        assert tensors == [parameter.tensor() for parameter in node.layer.parameters(*node.shapes)]
        assert sum(tensor.count for tensor in tensors) == sum(
            parameter.count for parameter in node.layer.parameters(*node.shapes)
        )


def test_a_kind_must_say_its_operators():
    assert "operators" in Layer.__abstractmethods__
    assert all(
        "operators" not in kind.__abstractmethods__ for kind in (*KINDS.values(), Concat, PaddedShortcut)
    )


@pytest.mark.parametrize("name", FRAMEWORKS)
def test_a_family_has_a_module_in_each_framework(name):
    package = Path(symcnn.__file__).parent / "frameworks" / name
    families = {family.__name__.rpartition(".")[2] for family in op.FAMILIES}
    assert families - {module.stem for module in package.glob("*.py")} == set()


def test_every_operator_is_used():
    used = {type(step.operator) for _, item in ALL for step in program(item).steps}
    brackets = "[+conv3s2-8]:pad,[*gap],[|relu],fc4,conv1-2"
    used |= {type(step.operator) for step in program(brackets).steps}
    assert set(op.OPERATORS) - used == set()


def test_fields_are_plain():
    for text in ("conv3-8:bn:relu6, [+conv3s2-8]:pad, pool:same, leaky0.1, drop0.5, fc10",):
        for step in program(text).steps:
            for field in fields(step.operator):
                value = getattr(step.operator, field.name)
                assert isinstance(value, str | int | float | tuple | None), (step.name, field.name)


def test_numbers_only():
    assert (whole(Fraction(4, 2)), decimal(Fraction(1, 4)), both(Pair(2, 3))) == (2, 0.25, (2, 3))
    for value in (symbol("k"), Fraction(1, 2)):
        with pytest.raises(ArgumentError, match="is no integer"):
            whole(value)
    with pytest.raises(ArgumentError, match="is no number"):
        decimal(symbol("k"))


def test_fan_in_is_what_a_sum_adds_up():
    fans = {step.name: step.operator.fan_in for step in program("conv3g2-8, dw3, deconv4s2-6, fc10").steps}
    assert fans == {
        "conv3g2_8": 9 * 2,
        "dw3": 9,
        "deconv4s2_6": 16 * 8 // 4,
        "flatten": 1,
        "fc10": 6 * 24 * 24,
    }


# --- Order, names, vectors ---


def test_names_are_identifiers_and_unique():
    assert names("conv3-8:bn:relu,conv3-8:bn,in,leaky0.1,leaky0,leaky0") == (
        ["conv3_8", "bn", "relu", "conv3_8__2", "bn__2", "in_", "leaky_1_10", "leaky0", "leaky0__2"]
    )


def test_vectors_and_maps_are_changed_where_it_is_necessary():
    assert names("conv3-4,fc5:relu,drop,fc6") == ["conv3_4", "flatten", "fc5", "relu", "drop", "fc6"]
    assert names("fc5,conv1-3") == ["flatten", "fc5", "unflatten", "conv1_3", "flatten__2"]
    assert names("gap") == ["gap", "flatten"]
    assert names("adapool2") == ["adapool2"]
    assert names("flatten,flatten,fc3") == ["flatten", "flatten__2", "fc3"]
    assert names("[fc3|fc4]") == ["flatten", "fc3", "fc4", "concat"]
    assert names("conv3-4,[fc3|fc4]") == ["conv3_4", "flatten", "fc3", "fc4", "concat"]
    assert names("[*fc4]") == ["flatten", "fc4", "unflatten", "multiply"]


def test_a_vector_comes_out_where_the_output_is_one_pixel_for_every_input():
    assert program("conv3-7,gap").result == (7,)
    assert program("conv3-7,pool", "2x2x4").result == (7, 1, 1)


def test_layers_and_steps_belong_together():
    graph = numbers_of("conv3-4,[+conv3s2-8]:pad,fc5", "8x8x3").graph
    found = lower(graph)
    assert len(found.layers) == len(graph.nodes)
    assert [step.node for step in found.steps] == [0, 1, 2, 2, 3, None, 4]
    assert found.steps[found.layers[2] - 1].name == "pad_identity_pad_channels"


def test_what_is_read_no_more_can_go():
    assert program("conv3-4,[+conv3-4],conv3-4").last_uses() == {0: (0,), 2: (1, 2), 3: (3,)}
    assert program("conv3-4@a,conv3-5,@a").last_uses() == {0: (0,)}


def test_parts_are_the_steps_of_each_layer():
    found = program("fc4,conv1-5,upsample4,[+conv3s2-8]:pad")
    names = [[step.name for step in steps] for steps in found.parts()]
    assert names == [
        ["fc4"],
        ["conv1_5"],
        ["upsample4"],
        ["conv3s2_8"],
        ["pad_identity_subsample", "pad_identity_pad_channels"],
        ["add"],
    ]
    between = [step.name for step in found.steps if step.node is None]
    assert between == ["flatten", "unflatten"]


def test_tensors_are_those_of_the_steps_in_their_order():
    found = [(step.name, tensor.name, tensor.shape) for step, tensor in program("conv3-8,bn").tensors()]
    assert found[:3] == [
        ("conv3_8", "weight", (3, 3, 4, 8)),
        ("conv3_8", "bias", (8,)),
        ("bn", "scale", (8,)),
    ]
    assert [tensor.trained for _, tensor in program("bn").tensors()] == [True, True, False, False]


def test_repeats_are_written_out_pass_by_pass():
    assert len(program("(conv3-4)x100").steps) == 100
    assert len(program("(conv3-4:bn)xn", n=70).steps) == 140
    with pytest.raises(ArgumentError, match="no value is given for n"):
        program("(conv3-4)xn")


def test_a_point_outside_of_the_domain():
    graph = symcnn.derive("pool,conv3-4,fc5", {"C": 3}).graph
    assert lower(graph, {"H": 1, "W": 5}).steps[-1].operator.in_features == 0
    with pytest.raises(ArgumentError, match="is no integer"):
        lower(symcnn.derive("pixelunshuffle,fc5", {"C": 3}).graph, {"H": 3, "W": 3})


# --- What is refused ---


def test_what_has_no_counterpart():
    graph = symcnn.derive("conv3-4,(conv3-4)xn", {"C": 3}).graph
    assert isinstance(next(n.layer for n in graph.nodes if isinstance(n.layer, Passage)), Passage)
    with pytest.raises(
        UnsupportedError, match="loop has no counterpart in frameworks: a repeat has to be written out"
    ) as e:
        lower(graph, {"H": 9, "W": 9, "n": 2})
    assert e.value.source == "conv3-4,(conv3-4)xn"


@pytest.mark.parametrize("text", ["conv1s{2**31}-4", "conv3-{10**10}", "(fc{2**30})x2"])
def test_sizes_over_the_limit(text):
    size = "1x1x4" if "fc" in text else "12x12x4"
    with pytest.raises(LimitError, match="frameworks take no size over 2,147,483,647"):
        program(text, size)


def test_a_framework_is_found_by_name(monkeypatch):
    found = object()
    monkeypatch.setitem(sys.modules, "symcnn.frameworks.onnx", SimpleNamespace(FRAMEWORK=found))
    assert framework("onnx") is found


def test_an_unknown_framework():
    with pytest.raises(ArgumentError, match="unknown framework 'mxnet'"):
        framework("mxnet")


@pytest.mark.parametrize("name", FRAMEWORKS)
def test_a_missing_framework_says_how_to_get_it(name, monkeypatch):
    monkeypatch.setitem(sys.modules, name, None)
    for module in [*sys.modules]:
        if f"{module}.".startswith(f"symcnn.frameworks.{name}."):
            monkeypatch.delitem(sys.modules, module)
    monkeypatch.setenv("KERAS_BACKEND", "jax")
    with pytest.raises(MissingError, match=r"(?s)cannot be imported.*pip install 'symcnn\[" + name) as caught:
        framework(name)
    assert isinstance(caught.value, ImportError)


# --- Windows, one by one ---


def axes():
    return st.builds(
        Axis,
        size=st.integers(1, 4),
        stride=st.integers(1, 4),
        before=st.integers(0, 2),
        after=st.just(0),
        dilation=st.integers(1, 3),
        ceil=st.booleans(),
    ).map(lambda axis: axis._replace(after=axis.before))


@given(axes(), st.integers(1, 12), st.booleans())
def test_windows_are_those_of_the_layer(axis, extent, padding):
    text = f"pool{axis.size}x1s{axis.stride}x1p{axis.before}x0d{axis.dilation}x1{':ceil' * axis.ceil}"
    try:
        count = symcnn.derive(text, {"C": 1}).output[1](H=extent, W=1)
    except symcnn.SymcnnError:
        return
    cells = [
        [start * axis.stride - axis.before + i * axis.dilation for i in range(axis.size)]
        for start in range(count)
    ]
    low, high = (-axis.before, extent + axis.after) if padding else (0, extent)
    assert axis.counted(extent, padding) == [sum(low <= cell < high for cell in window) for window in cells]
    overhang = max(cells[-1]) + 1 - (extent + axis.after)
    assert axis.overhang(extent) == (max(0, overhang) if axis.ceil else 0)


def test_windows_of_both_axes():
    (o,) = MaxPool(Pair(3, 2), Pair(2, 3), Pair(1, 0), rounding=CEIL).operators()
    assert within(o)
    # Rows -1…6 in windows of 3 by 2; columns in windows of 2 by 3, the last of which overhangs.
    assert padded(o, (6, 7)) == ((1, 1 + 1), (0, 1))
    assert shares(o, (6, 7)) == ([1.0, 1.0, 1.0, 3 / 2], [1.0, 1.0, 2.0])
    (o,) = MaxPool(Pair(2, 2), Pair(1, 1), None, Pair(3, 1), SAME).operators()
    assert not within(o)
    assert padded(o, (2, 2)) == ((1, 2), (0, 1))
    # The first window has rows -1 and 2, neither of them in the map.
    assert shares(o, (2, 2)) == ([2.0, 2.0], [1.0, 2.0])


def test_padding_of_same_is_where_the_receptive_field_has_it():
    for k, s, d, n in [
        (k, s, d, n) for k in (1, 2, 3, 4, 5) for s in (1, 2, 3) for d in (1, 2) for n in range(1, 9)
    ]:
        (o,) = MaxPool(Pair(k, k), Pair(s, s), None, Pair(d, d), SAME).operators()
        span = d * (k - 1) + 1
        for before, after in o.padding:
            assert (before, before + after) == ((span - 1) // 2, span - 1)
            assert (n + before + after - span) // s + 1 == -(-n // s)
