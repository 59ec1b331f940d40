"""Tables are added up again from what is printed, in every format."""

import csv
import json
import re
from functools import cache
from io import StringIO

import pytest

import symcnn
from symcnn.render import renderer
from symcnn.render.sheet import sheet

NETWORKS = ["vgg16", "resnet18", "mobilenet_v2", "densenet121", "unet"]
COLUMNS = ("params", "weights", "biases", "normalization", "buffers", "macs", "bias_additions", "activations")


@cache
def numbers_of(name):
    """Return a network of the zoo in numbers, at its input."""
    entry = symcnn.zoo[name]
    return symcnn.derive(entry).at(**entry.input)


def integers(cells):
    """Read printed numbers, with separators or without."""
    return [int(re.sub(r"[^0-9]", "", cell)) for cell in cells]


def from_text(text):
    """Return the rows and the total of a table for terminals; labels may have blanks."""
    lines = text.split("\n\n")[0].splitlines()[2:]
    cells = [integers(re.split(r" {2,}", line)[-len(COLUMNS) :]) for line in lines]
    return cells[:-1], cells[-1]


def from_markdown(text):
    """Return the rows and the total of a table in Markdown."""
    lines = text.split("\n\n")[0].splitlines()[3:]
    cells = [integers(re.split(r"(?<!\\)\|", line)[3:-1]) for line in lines]
    return cells[:-1], cells[-1]


def from_csv(text):
    """Return the rows and the total of comma-separated values."""
    cells = [integers(row[4:]) for row in list(csv.reader(StringIO(text)))[2:]]
    return cells[:-1], cells[-1]


def from_json(text):
    """Return the rows and the total of a table in JSON."""
    body = json.loads(text)
    assert list(body["total"]) == list(COLUMNS)
    return [[row[c] for c in COLUMNS] for row in body["rows"]], list(body["total"].values())


def from_latex(text):
    """Return the rows and the total of a `tabular`."""
    lines = [line for line in text.splitlines() if line.endswith(r"\\")][2:]
    cells = [integers(line.removesuffix(r"\\").split(" & ")[2:]) for line in lines]
    return cells[:-1], cells[-1]


READERS = {
    "text": from_text,
    "markdown": from_markdown,
    "csv": from_csv,
    "json": from_json,
    "latex": from_latex,
}


@pytest.mark.parametrize("form", READERS)
@pytest.mark.parametrize("by", ["item", "layer"])
@pytest.mark.parametrize("name", NETWORKS)
def test_printed_rows_add_up_to_the_printed_total(name, by, form):
    numbers = numbers_of(name)
    content = sheet(numbers, by=by, columns=COLUMNS)
    rows, total = READERS[form](renderer("table", form)(content))
    assert len(rows) == len(numbers.items if by == "item" else numbers.layers)
    assert [sum(column) for column in zip(*rows, strict=True)] == total
    assert total == [numbers.total(c) for c in COLUMNS]


@pytest.mark.parametrize("name", NETWORKS)
def test_params_are_weights_biases_and_normalization(name):
    numbers = numbers_of(name)
    for row in (*numbers.items, *numbers.layers):
        assert row.params == row["weights"] + row["biases"] + row["normalization"]


def test_formulas_of_the_rows_add_up_to_that_of_the_total():
    report = symcnn.derive("use conv:bn; conv3-a, pool, [+ conv3-a, conv3-a], [conv1-b | conv3-b], gap, fc-k")
    for quantity in ("params", "macs", "activations"):
        first, *rest = (row[quantity] for row in report.items)
        total = first
        for formula in rest:
            total += formula
        assert str(total) == str(report.total(quantity))


@pytest.mark.parametrize("by", ["item", "layer"])
@pytest.mark.parametrize("name", NETWORKS)
def test_the_rows_of_memory_add_up_with_the_input(name, by):
    """Bytes of the input are part of the total, so its row shows them: without parentheses."""
    numbers = numbers_of(name)
    content = sheet(numbers, by=by, columns=("memory",))
    height, width, channels = (symcnn.zoo[name].input[axis] for axis in "HWC")
    entering = 4 * height * width * channels
    printed = {form: renderer("table", form)(content) for form in READERS}

    body = json.loads(printed["json"])
    assert body["input_cells"] == {"memory": entering}
    assert body["total"] == {"memory": entering + sum(row["memory"] for row in body["rows"])}
    assert body["total"] == {"memory": numbers.memory}

    rows = list(csv.reader(StringIO(printed["csv"])))[1:]
    *cells, total = (int(row[-1]) for row in rows)
    assert (cells[0], sum(cells)) == (entering, total)

    assert re.search(rf"^input .*  {entering:,}$", printed["text"], re.MULTILINE)
    assert f"| input | {height}×{width}×{channels} | {entering:,} |" in printed["markdown"]
    assert f"& {entering:,} ".replace(",", "{,}") in printed["latex"]


def test_memory_of_the_input_depends_on_the_dtype():
    numbers = symcnn.derive("conv3-8", dtype="float16").at(H=8, W=8, C=3)
    assert sheet(numbers, columns=("memory",)).input_cells == ((2 * 192, True),)


def test_the_input_of_other_columns_stays_empty():
    content = sheet(numbers_of("vgg16"), columns=("params", "activations"))
    assert content.input_cells == ((None, False), (150_528, False))
    assert list(csv.reader(StringIO(renderer("table", "csv")(content))))[1] == "input,3,224,224,,".split(",")
    assert json.loads(renderer("table", "json")(content))["input_cells"] == {
        "params": None,
        "activations": 150_528,
    }
