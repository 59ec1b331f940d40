"""Reports, rows and totals, as they are used from Python."""

from fractions import Fraction

import pytest

import symcnn
from symcnn.errors import ArgumentError, DomainError, UnsupportedError
from symcnn.report import Numbers
from symcnn.table import DTYPES, QUANTITIES, PerAxis, Table

NAMED = ["params", "weights", "biases", "normalization", "buffers", "macs", "bias_additions", "activations"]
NAMED += ["memory", "peak_memory"]
SOURCE = "use conv:bn; conv3-8x2, pool, [+ conv3-8], fc10"
POINT = {"H": 12, "W": 8, "C": 3}
NO_FORM = "conv3-8, [conv3s{s}-8 | conv3s{t}-8], relu"


@pytest.mark.parametrize("quantity", NAMED)
def test_every_attribute_is_a_total(quantity):
    report = symcnn.derive(SOURCE)
    formula = getattr(report, quantity)
    assert formula == report.total(quantity)
    assert formula.quantity == quantity
    number = getattr(report.at(**POINT), quantity)
    assert type(number) is int
    assert number == formula(**POINT)


def test_numbers_by_hand():
    numbers = symcnn.derive(SOURCE).at(**POINT)
    assert numbers.weights == 27 * 8 + 72 * 8 + 72 * 8 + 8 * 6 * 4 * 10
    assert numbers.biases == 10
    assert numbers.normalization == numbers.buffers == 3 * 16
    assert numbers.macs == (27 * 8 + 72 * 8) * 96 + 72 * 8 * 24 + 1920
    assert numbers.activations == 8 * (96 + 96 + 24 + 24) + 10
    assert numbers.input == (3, 12, 8)
    assert numbers.input_elements == 288
    assert numbers.output == (10, 1, 1)


def test_rows_are_items_with_their_layers_or_single_layers():
    numbers = symcnn.derive(SOURCE).at(**POINT)
    assert [row.label for row in numbers.items] == ["conv3-8x2", "pool", "[+ conv3-8]", "fc10"]
    labels = ["conv3-8", "bn", "conv3-8", "bn", "pool", "conv3-8", "bn", "add", "fc10"]
    assert [row.label for row in numbers.layers] == labels
    first = numbers.items[0]
    assert (first.params, first.macs, first.activations) == (792 + 32, 792 * 96, 2 * 768)
    assert (first["buffers"], first.output, first.nodes) == (32, (8, 12, 8), (0, 1, 2, 3))
    assert SOURCE[first.span.start : first.span.end] == "conv3-8x2"
    assert repr(first) == "<row: conv3-8x2>"


def test_receptive_field_and_stride_have_two_axes():
    report = symcnn.derive("conv3x5-8, pool2s2x3")
    assert report.receptive_field(H=9, W=9) == PerAxis(4, 6)
    assert report.stride.height(H=9, W=9) == 2
    assert report.stride(H=9, W=9).width == 3
    numbers = report.at(H=9, W=9, C=1)
    assert (numbers.receptive_field, numbers.stride) == (PerAxis(4, 6), PerAxis(2, 3))
    assert [row["receptive_field_width"] for row in numbers.layers] == [5, 6]


def test_a_row_of_several_layers_has_the_field_of_its_last():
    assert symcnn.derive("conv3-8x3").at(H=9, W=9, C=1).items[0]["receptive_field_height"] == 7


def test_only_a_stride_may_be_a_fraction():
    assert symcnn.derive("deconv2s2-8").stride() == PerAxis(Fraction(1, 2), Fraction(1, 2))


def test_what_has_no_closed_form_is_refused():
    report = symcnn.derive(NO_FORM)
    for ask in (lambda: report.receptive_field, lambda: report.items[1]["receptive_field_height"]):
        with pytest.raises(UnsupportedError, match="the receptive field height has no simple closed form"):
            ask()


def test_a_quantity_that_does_not_exist_is_refused_with_those_that_do():
    report = symcnn.derive("pool")
    with pytest.raises(ArgumentError, match="there is no quantity 'flops'\n  known: params"):
        report.total("flops")
    with pytest.raises(ArgumentError, match="there is no quantity 'flops'"):
        report.items[0]["flops"]


@pytest.mark.parametrize("quantity", QUANTITIES)
def test_every_quantity_is_known(quantity):
    assert symcnn.derive("conv3-8").total(quantity).quantity == quantity


@pytest.mark.parametrize(("dtype", "size"), DTYPES.items())
def test_memory_depends_on_the_dtype(dtype, size):
    report = symcnn.derive("conv3-8", dtype=dtype)
    assert report.memory(H=4, W=4, C=2) == size * 16 * 10
    assert report.at(H=4, W=4, C=2).memory == size * 16 * 10


def test_an_unknown_dtype_is_refused():
    with pytest.raises(ArgumentError, match="unknown dtype 'int4'\n  known: float64"):
        symcnn.derive("pool", dtype="int4")


def test_a_table_of_nothing_in_particular_has_no_cells():
    with pytest.raises(NotImplementedError):
        _ = Table(symcnn.derive("pool").graph).params


# --- at(...) -------------------------------------------------------------------------------------


def test_at_wants_every_symbol():
    report = symcnn.derive("conv3-w")
    with pytest.raises(ArgumentError, match="no value is given for C, w"):
        report.at(H=4, W=4)
    assert report.at(H=4, W=4, C=1, w=2).params == 20


def test_at_wants_nothing_that_has_a_value():
    assert symcnn.derive("conv3-8", "4x5x6").at().output == (8, 4, 5)
    assert symcnn.derive("input(C=3, H=4, W=5), conv3-8").at().output == (8, 4, 5)


@pytest.mark.parametrize("at", [{"H": 4, "W": 4, "C": 7}, {"H": 5, "W": 4, "C": 1}])
def test_at_refuses_to_contradict(at):
    with pytest.raises(ArgumentError, match="here, but"):
        symcnn.derive("input(H=4, C=1), conv3-8").at(**at)


def test_at_refuses_points_outside_the_domain():
    with pytest.raises(DomainError, match="the input is too small for pool"):
        symcnn.derive("pool").at(H=1, W=4, C=1)


# --- What is printed -----------------------------------------------------------------------------


def test_repr_is_the_table():
    report = symcnn.derive("conv3-8, pool")
    numbers = report.at(H=4, W=4, C=1)
    assert repr(report) == str(report)
    assert repr(report).splitlines()[0].split() == ["item", "output", "params", "MACs", "activations"]
    assert repr(numbers).splitlines()[4].split() == ["total", "80", "1,152", "160"]


def test_the_convention_goes_with_every_report():
    report = symcnn.derive("pool")
    assert report.convention is report.at(H=2, W=2, C=1).convention
    assert str(report.convention) in str(report)
    assert str(report.convention).startswith("symcnn: params = trainable")


def test_symbols_are_those_without_a_value():
    assert symcnn.derive("conv3-w").symbols == ("C", "H", "W", "w")
    assert symcnn.derive("conv3-w", {"C": 3}, symbols={"w": 2}).symbols == ("H", "W")


def test_every_door_opens():
    assert set(symcnn.__all__) <= set(dir(symcnn))
    assert all(getattr(symcnn, name) is not None for name in symcnn.__all__)
    assert isinstance(symcnn.derive("pool").at(H=2, W=2, C=1), Numbers)
    with pytest.raises(AttributeError, match="no attribute 'layers_of'"):
        _ = symcnn.layers_of
