"""What is said of a network with loops: formulas in three notations, and the command line."""

import ast
from fractions import Fraction

import networks
import pytest
from hypothesis import assume, given
from loops import bodies

import symcnn
from symcnn.cli import main
from symcnn.errors import SymcnnError

TEXT = "conv3-8,(conv3-8,pool)xn,gap,fc10"


@networks.effort(0.4)
@given(bodies.networks())
def test_python_code_is_the_formula(text):
    try:
        report = symcnn.derive(text)
        closed = {q: report.total(q) for q in ("params", "macs", "memory", "peak_memory")}
    except SymcnnError:
        assume(False)
    for n in (2, 4):
        point = {"C": 8, "H": 97, "W": 150, "n": n}
        if point in report.domain:
            for formula in closed.values():
                ast.parse(formula.python, mode="eval")
                assert eval(formula.python, {**point, "Fraction": Fraction}) == formula(**point)
                assert formula.latex.count("{") == formula.latex.count("}")
                assert "#" not in str(formula) + formula.latex + formula.python


def test_a_finite_sum_in_three_notations():
    macs = symcnn.derive(TEXT).macs
    assert str(macs) == "72*C*H*W + sum(576*floor(H/2**i_)*floor(W/2**i_) for i_ = 0..n - 1) + 80"
    assert r"\sum_{i=0}^{n - 1}" in macs.latex
    assert "for i_ in range(0, n - 1 + 1)" in macs.python
    assert macs(n=2, C=3, H=9, W=8) == 72 * 3 * 72 + 576 * (72 + 16) + 80


def test_rows_of_a_loop():
    report = symcnn.derive(TEXT)
    assert [row.label for row in report.items] == ["conv3-8", "(conv3-8, pool)xn", "gap", "fc10"]
    assert [str(row.params) for row in report.items] == ["72*C + 8", "584*n", "0", "90"]
    assert [row.label for row in report.layers][1:3] == ["conv3-8 ×(n)", "pool ×(n)"]
    assert [str(size) for size in report.layers[2].output] == ["8", "floor(H/2**n)", "floor(W/2**n)"]


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (["derive", TEXT], "584*n"),
        (["derive", TEXT, "--of", "macs"], "sum("),
        (["derive", TEXT, "--input", "32x32x3"], "584"),
        (["table", TEXT], "(conv3-8, pool)xn"),
        (["eval", TEXT, "-D", "n=3", "--input", "32x32x3"], "params         2,066"),
    ],
)
def test_the_command_line(arguments, expected, capsys):
    with pytest.raises(SystemExit) as left:
        main(arguments)
    out = capsys.readouterr().out
    assert left.value.code == 0
    assert expected in out
    assert "#" not in out


def test_the_command_line_outside_of_the_domain(capsys):
    with pytest.raises(SystemExit) as left:
        main(["eval", TEXT, "-D", "n=6", "--input", "32x32x3"])
    assert left.value.code == 3
    assert "a 1×1 map reaches it" in capsys.readouterr().err
