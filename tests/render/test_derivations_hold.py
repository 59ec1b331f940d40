"""Derivations are read again, and each line is checked: what stands left and right of `=` is equal."""

import json
import math
import re
from fractions import Fraction
from functools import cache

import pytest

import symcnn
from symcnn.algebra.atoms import symbols_of
from symcnn.derivation import DERIVABLE, derivation
from symcnn.errors import ArgumentError
from symcnn.render import renderer

SYMBOLIC = "use conv:bn; conv3-{a}, pool, [+ conv3-{a+b}]:proj, dw3-{2*(a+b)}:bias, gap, fc-k"
POINT = {"C": 3, "H": 20, "W": 14, "a": 5, "b": 2, "k": 7}
STEP = re.compile(r"  (?P<label>[^ ].*?): (?P<sum>[^;]*?)(?: = (?P<result>[^;]*))?; (?P<shape>\S.*) goes on")


def calculated(written, names=None):
    """Evaluate an expression of a derivation with plain Python; `[a != b]` is 1 or 0."""
    code = written.replace("·", "*").replace(",", "")
    code = re.sub(r"\[([^\]]*?) != ([^\]]*?)\]", r"int((\1) != (\2))", code)
    return eval(code, {"floor": math.floor, "int": int}, names or {})


report_of = cache(symcnn.derive)


def derived(source, quantity="params", **values):
    """Return a derivation in symbols, or in numbers at a point."""
    report = report_of(source)
    return derivation(report, report.at(**values) if values else report, quantity, source)


def at_its_input(name, quantity="params"):
    return derived(symcnn.zoo[name].notation, quantity, **symcnn.zoo[name].input)


def steps_of(text):
    """Return the steps of a derivation that count something: sum, result, shape."""
    matches = [m for line in text.splitlines() if (m := STEP.fullmatch(line))]
    assert len(matches) == text.count(" goes on")
    return [m for m in matches if m["sum"] != "nothing to count"]


@pytest.mark.parametrize("quantity", DERIVABLE)
@pytest.mark.parametrize("name", ["vgg16", "resnet18"])
def test_every_step_and_the_sum_are_right(name, quantity):
    content = at_its_input(name, quantity)
    text = renderer("derivation", "text")(content)
    steps = steps_of(text)
    for step in steps:
        assert calculated(step["sum"]) == calculated(step["result"] or step["sum"]), step[0]
    total = symcnn.derive(name).at(**symcnn.zoo[name].input).total(quantity)
    assert sum(calculated(step["sum"]) for step in steps) == total == content.total
    left, _, right = re.search(r"^sum: (.*)$", text, re.MULTILINE)[1].rpartition(" = ")
    assert calculated(right) == total
    assert "…" in left or not left or calculated(left) == total


@pytest.mark.parametrize("quantity", DERIVABLE)
def test_a_symbolic_derivation_is_right_at_a_point(quantity):
    text = renderer("derivation", "text")(derived(SYMBOLIC, quantity))
    exact = {n: Fraction(v) for n, v in POINT.items()}
    steps = steps_of(text)
    for step in steps:
        assert calculated(step["sum"], exact) == calculated(step["result"] or step["sum"], exact), step[0]
    expected = symcnn.derive(SYMBOLIC).total(quantity)(**POINT)
    assert sum(calculated(step["sum"], exact) for step in steps) == expected
    terms = text.split("term by term:\n")[1].split("\n\n")[0].splitlines()
    assert sum(calculated(line.split("  from ")[0], exact) for line in terms) == expected


LOOPS = [
    "b=conv3-{cin+2}; conv3-4, b xn, fc10",
    "b=conv3-{cin+2}:bn; conv3-4, (b x100, pool)xn",
    "([|[+conv3-40]:proj, conv1-12])xn",
    "b(c)=[+conv3-c]:proj; conv3-4, b(4->8)xn",
]


@pytest.mark.parametrize("quantity", ["params", "weights", "macs"])
@pytest.mark.parametrize("source", LOOPS)
def test_the_steps_of_a_loop_add_up_over_its_passes(source, quantity):
    report = symcnn.derive(source)
    for n in (1, 2, 3):
        content = derived(source, quantity, C=3, H=8, W=8, n=n)
        steps = [step for section in content.sections for step in section.steps]
        for step in steps:
            assert sum(math.prod(f.value for f in product) for product in step.products) == step.value
        assert (
            sum(step.value for step in steps) == report.total(quantity)(C=3, H=8, W=8, n=n) == content.total
        )


def test_how_the_steps_of_a_loop_are_written():
    text = renderer("derivation", "text")(derived(LOOPS[0]))
    assert "  rule: Σ(k_h·k_w·C_in·C_out) + Σ(C_out)\n" in text
    assert " (12*n**3 + 72*n**2 + 132*n) + (n**2 + 5*n) = 12*n**3 + 73*n**2 + 137*n; H×W×(2*n + 4) " in text
    text = renderer("derivation", "text")(derived(LOOPS[2]))
    assert "  rule: Σ([shapes differ]·k_h·k_w·C_in·C_out) + Σ([shapes differ]·C_out)\n" in text
    text = renderer("derivation", "text")(derived(LOOPS[3]))
    assert "  rule: [so many passes]·k_h·k_w·C_in·C_out + [so many passes]·C_out\n" in text
    text = renderer("derivation", "text")(derived("b(c)=[+conv3-c]:proj; conv3-4, b(k->m)xn"))
    assert "  rule: [so many passes]·[shapes differ]·k_h·k_w·C_in·C_out + " in text


def test_the_worked_example():
    text = renderer("derivation", "text")(at_its_input("vgg16"))
    assert "  conv3-256: 3·3·128·256 + 256 = 295,168; 56×56×256 goes on\n" in text
    assert "  fc4096: 512·7·7·4096 + 4096 = 102,764,544; 1×1×4096 goes on\n" in text


@pytest.mark.parametrize("quantity", DERIVABLE)
@pytest.mark.parametrize("name", ["vgg16", "resnet18", "unet", "densenet121"])
def test_the_numbers_put_into_the_closed_form_give_the_sum(name, quantity):
    content = at_its_input(name, quantity)
    lines = renderer("derivation", "text")(content).splitlines()
    checks = [line.split(": ", 1) for line in lines if line.startswith("at ")]
    assert len(checks) == bool(symbols_of(content.formula.value))
    for size, check in checks:
        assert size == "at {H}×{W}×{C}".format(**symcnn.zoo[name].input)
        left, right = check.split(" = ")
        assert "+ -" not in left
        assert calculated(left) == calculated(right) == content.total


def test_the_closed_form_is_checked_by_hand():
    """224 / 32 = 7, and 2097152·49 + 576·3 + 35595368 = 102760448 + 1728 + 35595368."""
    text = renderer("derivation", "text")(at_its_input("vgg16"))
    assert "\nat 224×224×3: 2097152·7·7 + 576·3 + 35595368 = 138,357,544\nvalid for H, W ≥ 32\n" in text
    text = renderer("derivation", "text")(derived("conv3p0-8", "macs", H=7, W=9, C=3))
    assert "\nat 7×9×3: 72·3·7·9 - 144·3·7 - 144·3·9 + 288·3 = 7,560\n" in text


@pytest.mark.parametrize(("source", "values"), [("conv3-8", {}), ("pool", {"H": 2, "W": 2, "C": 1})])
def test_a_form_into_which_nothing_is_put_is_not_checked(source, values):
    assert "\nat " not in renderer("derivation", "text")(derived(source, **values))


def test_labels_say_how_sizes_are_rounded():
    """Of 8 rows, (8 - 3)/2 is rounded up to 3, and 3 + 1 go on; of 9 columns, (9 - 3)/2 + 1 = 4."""
    text = renderer("derivation", "text")(derived("pool3s2:ceil", "activations", H=8, W=9, C=3))
    assert "  pool3s2:ceil: 3·4·4 = 48; 4×4×3 goes on\n" in text


def test_a_deconvolution_counts_its_input():
    """Each of 5·6 input positions goes through 2·2·3·8 weights; the output has 10·12 positions."""
    text = renderer("derivation", "text")(derived("deconv2s2-8", "macs", H=5, W=6, C=3))
    assert "  rule: k_h·k_w·C_in·C_out·H_in·W_in\n" in text
    assert "  deconv2s2-8: 2·2·3·8·5·6 = 2,880; 10×12×8 goes on\n" in text


@pytest.mark.parametrize("source", ["vgg16", "resnet18", SYMBOLIC])
def test_terms_are_what_their_items_give(source):
    entry = symcnn.zoo.get(source)
    content = at_its_input(source) if entry else derived(SYMBOLIC)
    body = json.loads(renderer("derivation", "json")(content))
    names = {n: Fraction(v) for n, v in POINT.items()}
    for term in body["terms"]:
        parts = [calculated(str(part["value"]), names) for part in term["from"]]
        assert sum(parts) == calculated(str(term["term"]), names)


def test_a_rule_is_stated_once_for_a_run_of_equal_layers():
    text = renderer("derivation", "text")(derived("conv3-8x3, fc10, fc10"))
    assert text.count("rule: k_h·k_w·C_in·C_out + C_out\n") == 1
    assert "  rule: C_in·H_in·W_in·C_out + C_out\n" in text
    assert "  rule: C_in·C_out + C_out\n" in text


def test_factors_that_are_sums_are_bracketed():
    text = renderer("derivation", "text")(derived("conv3-{b+2}"))
    assert "3·3·C·(b + 2) + (b + 2) = 9*C*b + 18*C + b + 2;" in text


def test_a_result_that_repeats_the_sum_is_not_stated_twice():
    text = renderer("derivation", "text")(derived("bn", C=1, H=2, W=2))
    assert "  bn: 1 + 1 = 2; " in text
    text = renderer("derivation", "text")(derived("prelu"))
    assert "  prelu: C; H×W×C goes on\n" in text


@pytest.mark.parametrize(("source", "said"), [("conv3-8", "sum: 72*C + 8\n"), ("pool", "sum: 0\n")])
def test_a_sum_of_one_is_no_sum(source, said):
    assert said in renderer("derivation", "text")(derived(source))


def test_a_long_sum_is_shortened_but_its_total_is_not():
    text = renderer("derivation", "text")(derived("conv3-8, (conv3-8)x60", C=3, H=8, W=8))
    assert " + … + " in text
    assert f" = {224 + 60 * 584:,}\n" in text


def test_a_term_of_many_items_names_the_first():
    text = renderer("derivation", "text")(derived(", ".join(["conv3-8"] * 20)))
    assert "; and 8 more items\n" in text


def test_no_other_quantity_can_be_derived():
    with pytest.raises(ArgumentError, match="'memory' cannot be shown\n  known: params, weights"):
        derived("pool", "memory")


def test_the_derivation_holds_where_the_network_does():
    assert str(derived("pool, pool").domain) == "H, W ≥ 4"


# --- JSON ----------------------------------------------------------------------------------------


def test_json_has_all_factors():
    body = json.loads(renderer("derivation", "json")(derived("conv3-8, relu", C=3, H=5, W=6)))
    assert list(body) == ("quantity architecture input items total terms formula domain convention".split())
    assert body["input"] == [3, 5, 6]
    conv, relu = (item["steps"][0] for item in body["items"])
    assert conv == {
        "layer": "conv3-8",
        "rule": [
            [
                {"factor": "k_h", "value": 3},
                {"factor": "k_w", "value": 3},
                {"factor": "C_in", "value": 3},
                {"factor": "C_out", "value": 8},
            ],
            [{"factor": "C_out", "value": 8}],
        ],
        "value": 224,
        "output": [8, 5, 6],
    }
    assert relu == {"layer": "relu", "rule": [], "value": 0, "output": [8, 5, 6]}
    assert (body["total"], body["formula"], body["domain"]) == (224, "72*C + 8", "every input")


def test_json_writes_fractions_as_text():
    body = json.loads(renderer("derivation", "json")(derived("conv3-{α}, conv3-{α/2}")))
    assert {"term": "9*α**2/2", "from": [{"item": "conv3-{α/2}", "value": "9*α**2/2"}]} in body["terms"]


# --- Markdown ------------------------------------------------------------------------------------


def test_markdown_states_rule_steps_sum_and_closed_form():
    text = renderer("derivation", "markdown")(derived("conv3-8x2, [relu | relu]", C=3, H=5, W=6))
    lines = text.splitlines()
    assert lines[0] == "## params of `conv3-8x2, [relu | relu]`"
    assert r"  - rule: k\_h·k\_w·C\_in·C\_out + C\_out" in lines
    assert lines.count(r"  - rule: k\_h·k\_w·C\_in·C\_out + C\_out") == 1
    assert "  - conv3-8: 3·3·3·8 + 8 = 224; 5×6×8 goes on" in lines
    assert "Sum: **808**" in lines
    assert "$$ 72 C + 592 $$" in lines
    assert "Valid for every input." in lines


def test_no_star_of_a_formula_is_read_as_emphasis():
    text = renderer("derivation", "markdown")(derived("conv3-{w}"))
    assert r"Sum: **9\*C\*w + w**" in text.splitlines()
