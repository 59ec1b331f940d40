"""What a table shows besides its numbers, in each format."""

import csv
import json
from fractions import Fraction
from io import StringIO

import pytest
from rich.console import Console

import symcnn
from symcnn.algebra.polynomials import Poly
from symcnn.errors import ArgumentError
from symcnn.render import markdown, renderer, tex, text
from symcnn.render.sheet import number, sheet, shown, size

BRANCHES = "conv3-8, [conv1-8 | conv3-8]"
NO_FORM = "conv3-8, [conv3s{s}-8 | conv3s{t}-8]"


def table(form, source, **options):
    """Write the table of a network with its own symbols."""
    return renderer("table", form)(sheet(symcnn.derive(source), **options))


def test_an_unknown_format_is_refused_with_those_that_exist():
    with pytest.raises(ArgumentError, match="there is no format 'html' here\n  known: text, markdown, csv"):
        renderer("table", "html")


def test_rows_are_by_item_or_by_layer():
    assert len(sheet(symcnn.derive("conv3-8x2, pool")).lines) == 2
    assert len(sheet(symcnn.derive("conv3-8x2, pool"), by="layer").lines) == 3
    with pytest.raises(ArgumentError, match="not by 'row'"):
        sheet(symcnn.derive("pool"), by="row")


def test_notes_are_there_where_they_say_something():
    report = symcnn.derive("conv3-8, pool")
    numbers = symcnn.derive("conv3-8, pool", "8x8x3").at()
    assert [name for name, _ in text.notes(sheet(numbers))] == ["", "convention"]
    assert [name for name, _ in text.notes(sheet(report))] == ["", "valid for", "symbols", "convention"]
    names = [name for name, _ in text.notes(sheet(numbers, columns=("params",), closed=report))]
    assert names == ["", "params", "valid for", "symbols", "convention"]


def test_numbers_have_no_symbols_left():
    assert symcnn.derive("conv3-8, pool").at(H=8, W=8, C=3).symbols == ()


def test_the_input_stands_among_the_activations_in_parentheses():
    numbers = symcnn.derive("conv3-8").at(H=8, W=8, C=3)
    assert "(192)" in text.table(sheet(numbers)).splitlines()[1]
    assert "(192)" not in text.table(sheet(numbers, columns=("params",)))
    assert markdown.table(sheet(numbers)).splitlines()[2] == "| input | 8×8×3 |  |  | (192) |"


def test_bars_in_labels_do_not_end_a_cell_of_markdown():
    row = table("markdown", BRANCHES, columns=("params",)).splitlines()[4]
    assert row == r"| `[conv1-8 \| conv3-8]` | H×W×16 | `656` |"


def test_code_in_markdown_may_hold_backticks():
    assert markdown._code("a`b``c") == "```a`b``c```"


def test_csv_has_shapes_in_columns_of_their_own():
    rows = list(csv.reader(StringIO(table("csv", BRANCHES, columns=("params",)))))
    assert rows == [
        ["item", "channels", "height", "width", "params"],
        ["input", "C", "H", "W", ""],
        ["conv3-8", "8", "H", "W", "72*C + 8"],
        ["[conv1-8 | conv3-8]", "16", "H", "W", "656"],
        ["total", "", "", "", "72*C + 664"],
    ]


def test_json_has_integers_as_numbers_and_formulas_as_text():
    report = symcnn.derive("conv3-w, pool")
    numbers = report.at(H=8, W=9, C=3, w=2)
    formulas = json.loads(renderer("table", "json")(sheet(report, columns=("params",))))
    plain = json.loads(renderer("table", "json")(sheet(numbers, columns=("params",), closed=report)))
    assert list(plain) == "input input_cells rows total closed domain symbols convention".split()
    assert plain["rows"][0] == {"item": "conv3-w", "output": [2, 8, 9], "params": 56}
    assert (plain["input"], plain["total"]) == ([3, 8, 9], {"params": 56})
    assert plain["input_cells"] == {"params": None}
    assert plain["closed"] == {"params": "9*C*w + w"}
    assert (plain["domain"], plain["symbols"]) == ("H, W ≥ 2", ["C", "H", "W", "w"])
    assert formulas["rows"][0] == {"item": "conv3-w", "output": ["w", "H", "W"], "params": "9*C*w + w"}


def test_latex_shows_formulas_as_mathematics_and_labels_as_code():
    written = table("latex", "[conv{n}x1-8 | conv3-8], pool", columns=("params",))
    assert r"\texttt{[conv\{n\}x1-8 | conv3-8]} & $H \times W \times 16$" in written
    assert r"\left\lfloor \frac{H}{2} \right\rfloor" in written


def test_numbers_in_latex_have_separators_that_keep_their_spacing():
    numbers = symcnn.derive("conv3-64").at(H=8, W=8, C=3)
    assert "1{,}792" in tex.table(sheet(numbers))


@pytest.mark.parametrize(("char", "written"), [("\\", r"\textbackslash{}"), ("~", r"\textasciitilde{}")])
def test_characters_that_latex_reads_as_commands_are_escaped(char, written):
    assert tex.escaped(f"a{char}b") == f"a{written}b"


def test_what_has_no_closed_form_is_a_dash_in_people_s_formats_and_nothing_in_others():
    report = symcnn.derive(NO_FORM)
    content = sheet(report, columns=("receptive_field_height",), closed=report)
    assert content.totals == (None,)
    assert shown(None) == "–"
    assert "no simple closed form here" in content.closed[0][1]
    assert "–" in text.table(content)
    assert "–" in markdown.table(content)
    assert "--" in tex.table(content)
    assert list(csv.reader(StringIO(renderer("table", "csv")(content))))[-1] == ["total", "", "", "", ""]
    assert json.loads(renderer("table", "json")(content))["total"] == {"receptive_field_height": None}


def test_numbers_and_sizes_as_people_write_them():
    report = symcnn.derive("conv3-{a}")
    assert number(1234) == "1,234"
    assert number(Fraction(1, 2)) == "1/2"
    assert isinstance(report.params.value, Poly)
    assert number(report.params.value) == "9*C*a + a"
    assert size((3, 224, 112)) == "224×112×3"


def test_a_sum_in_a_shape_is_bracketed():
    for form in ("text", "markdown"):
        assert "H×W×(b + 2)" in table(form, "conv3-{b+2}")
    assert r"\left(b + 2\right)" in table("latex", "conv3-{b+2}", columns=())


# --- Width ---------------------------------------------------------------------------------------


def on(width, content):
    """Write a table for a terminal of some columns."""
    return text.table(content, Console(width=width, color_system=None, force_terminal=False))


def test_columns_that_do_not_fit_are_left_out_from_the_end_and_named():
    content = sheet(symcnn.derive("vgg16").at(H=224, W=224, C=3))
    # 12 for the items, 3 and 11 for the shapes, and for each column 3 and its widest number, or its heading.
    shapes, params, macs, activations = 12 + 3 + 11, 3 + 11, 3 + 14, 3 + len("activations")
    needed = shapes + params + macs + activations
    assert text.fitting(content, needed) == (3, needed)
    left = needed - activations
    assert text.fitting(content, needed - 1) == (2, left)
    assert text.fitting(content, 20) == (1, shapes + params)
    assert "left out for want of width: MACs, activations" in on(50, content)


@pytest.mark.parametrize("width", range(42, 100, 3))
def test_every_number_that_is_shown_is_whole(width):
    content = sheet(symcnn.derive("vgg16").at(H=224, W=224, C=3))
    written = on(width, content)
    total = next(line.split() for line in written.splitlines() if line.startswith("total"))
    assert total[1:] == ["138,357,544", "15,470,264,320", "15,087,080"][: len(total) - 1]


def test_what_is_no_terminal_is_never_wrapped():
    report = symcnn.derive("densenet121")
    assert str(report).count("\n") == len(report.items) + 6


def test_long_labels_are_folded_not_cut():
    label = "[conv1-8, conv3-8, conv3-8, conv3-8 | conv3-8]"
    written = on(45, sheet(symcnn.derive(label).at(H=8, W=8, C=3), columns=("params",)))
    column = "".join(line[:13].strip() for line in written.splitlines()[2:10])
    assert "[conv1-8" in column
    assert "…" not in written
