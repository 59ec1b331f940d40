"""Formulas: closed forms with their domain, and what may be put into them."""

import pickle
import subprocess
import sys
from decimal import Decimal
from fractions import Fraction

import pytest
import sympy

import symcnn
from symcnn.algebra.conditions import Origin, number_at
from symcnn.algebra.symbols import canonical, exact, is_rational
from symcnn.errors import ArgumentError, DomainError, LimitError

POINT = {"C": 3, "H": 8, "W": 8}


def formula(text, quantity="params"):
    return symcnn.derive(text).total(quantity)


# --- Names and values of symbols ---


@pytest.mark.parametrize(
    ("name", "spelled"),
    [
        ("alpha", "α"),
        ("Alpha", "Α"),
        ("ALPHA", "ALPHA"),
        ("lambda", "λ"),
        ("Omega", "Ω"),
        ("aLPHA", "aLPHA"),
        ("k", "k"),
        ("µ", "μ"),
    ],
)
def test_each_symbol_has_one_spelling(name, spelled):
    assert canonical(name) == spelled


def test_greek_letters_are_rational():
    assert [name for name in "αΩς" if is_rational(name)] == ["α", "Ω", "ς"]
    assert not any(is_rational(name) for name in ("k", "alpha", "αβ", "a"))


@pytest.mark.parametrize(
    ("value", "number"),
    [
        (4, 4),
        ("4", 4),
        ("0.25", Fraction(1, 4)),
        ("1/4", Fraction(1, 4)),
        (Fraction(3, 2), Fraction(3, 2)),
        (Fraction(4, 2), 2),
        (Decimal("0.5"), Fraction(1, 2)),
        (sympy.Rational(1, 3), Fraction(1, 3)),
        (sympy.Integer(7), 7),
    ],
)
def test_exact_values(value, number):
    assert exact("α", value) == number
    assert type(exact("α", value)) is type(number)


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        ("k", 0.5, "k needs an exact number, not the float 0.5"),
        ("k", True, "k needs an exact number, not the bool True"),
        ("k", "x", "k needs a number, not 'x'"),
        ("k", "1e3", "k needs a number, not '1e3'"),
        ("k", "1/0", "k needs a number, not '1/0'"),
        ("k", None, "k needs a number, not 'None'"),
        ("k", "x" * 50, f"k needs a number, not '{'x' * 40}…'"),
        pytest.param("k", "9" * 3001, "a number is longer than 1,000 digits", id="text"),
        pytest.param("k", 10**1010, "the value of k is longer than 1,000 digits", id="integer"),
        pytest.param("α", Fraction(1, 10**1010), "the value of α is longer than 1,000 digits", id="fraction"),
        ("k", 0, "k is positive, but 0 was given"),
        ("α", Fraction(-1, 2), "α is positive, but -1/2 was given"),
        ("k", Fraction(1, 2), "k is an integer, but 1/2 was given"),
    ],
)
def test_refused_values(name, value, message):
    with pytest.raises(ArgumentError) as caught:
        exact(name, value)
    assert caught.value.message == message


# --- Evaluation ---


def test_a_formula_is_called_with_values():
    params = formula("conv3-k,pool,fc10")
    assert params(C=3, H=8, W=8, k=5) == 3 * 9 * 5 + 5 + 5 * 16 * 10 + 10
    assert params.required == {"C", "H", "W", "k"}


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"C": 3, "H": 8, "W": 8}, "params needs a value for k"),
        ({"C": 3}, "params needs a value for H, W, k"),
        ({**POINT, "k": 2, "x": 1}, "there is no symbol x here"),
        ({**POINT, "k": 2, "α": 1}, "there is no symbol α here"),
    ],
)
def test_values_that_lack_or_are_too_many(values, message):
    with pytest.raises(ArgumentError) as caught:
        formula("conv3-k,pool,fc10")(**values)
    assert caught.value.message == message


def test_a_symbol_has_one_value():
    with pytest.raises(ArgumentError, match="α is given twice"):
        formula("conv3-{8*α}")(C=3, alpha=1, α=2)


def test_outside_of_the_domain():
    with pytest.raises(DomainError):
        formula("conv3-{8*α}")(C=3, alpha="1/3")


def test_a_stride_may_be_a_fraction():
    assert symcnn.derive("upsample2").stride.height(H=3) == Fraction(1, 2)
    assert symcnn.derive("upsample2,pool").stride(H=3, W=3) == (1, 1)


def test_a_part_of_the_values():
    params = formula("conv3-k,pool,fc10")
    part = params.at(k=5, H=8)
    assert str(part) == "45*C + 200*floor(W/2) + 15"
    assert part(C=3, W=8) == params(C=3, H=8, W=8, k=5)
    assert part(C=3, W=8, k=5) == part(C=3, W=8)
    with pytest.raises(ArgumentError, match="k is 5 here, but 6 is given"):
        part(C=3, W=8, k=6)
    with pytest.raises(DomainError):
        params.at(H=1)


def test_formulas_of_one_quantity_add_up():
    one, two = formula("conv3-k"), formula("pool,fc10")
    both = one + two
    assert both(C=3, H=8, W=8, k=5) == one(C=3, k=5) + two(C=3, H=8, W=8)
    assert (both - two).value == one.value
    assert str(both.domain) == "H, W ≥ 2"
    with pytest.raises(ArgumentError, match="params and macs are different quantities"):
        _ = one + formula("conv3-k", "macs")


def test_a_sum_that_grows_too_long_is_refused():
    one = formula("conv3-{9**1040}", "biases")
    for _ in range(40):
        try:
            one = one + one
        except LimitError:
            return
    raise AssertionError("2**40 times 9**1040 has more than 1,000 digits")


def test_forms():
    params = formula("conv3-k,pool,fc10")
    h, w, c, k = sympy.symbols("H W C k")
    assert params.expr.subs({h: 8, w: 8, c: 3, k: 5}) == params(C=3, H=8, W=8, k=5)
    assert eval(params.python, {"C": 3, "H": 8, "W": 8, "k": 5}) == params(C=3, H=8, W=8, k=5)
    assert params.latex == (
        r"10 k \left\lfloor \frac{H}{2} \right\rfloor \left\lfloor \frac{W}{2} \right\rfloor + 9 C k + k + 10"
    )
    assert repr(params) == "<params: 10*k*floor(H/2)*floor(W/2) + 9*C*k + k + 10, for H, W ≥ 2>"


BRACKETED = "conv3-16,[+conv3-{16*k},conv1-m]:proj"


@pytest.mark.parametrize("point", [{"k": 1, "m": 16}, {"k": 2, "m": 3}])
def test_brackets_in_every_form(point):
    params = formula(BRACKETED)
    expected = params(C=3, **point)
    assert str(params) == "16*k*m + 17*m*[m != 16] + 144*C + 2320*k + m + 16"
    assert r"\left[m \ne 16\right]" in params.latex
    assert eval(params.python, {"C": 3, **point}) == expected
    numbers = {sympy.Symbol(name): value for name, value in {"C": 3, **point}.items()}
    assert params.expr.subs(numbers) == expected


def test_a_bracket_of_several_differences():
    params = formula("conv3-k,[+conv3s{s}-m]:proj")
    assert "[k != m or s != 1]" in str(params)
    assert r"k \ne m \lor s \ne 1" in params.latex
    for k, m, s in ((2, 2, 1), (2, 2, 2), (2, 3, 1)):
        assert eval(params.python, {"C": 3, "k": k, "m": m, "s": s}) == params(C=3, H=9, W=9, k=k, m=m, s=s)


def test_formulas_survive_pickling():
    params = formula("conv3-k,pool,fc10")
    again = pickle.loads(pickle.dumps(params))
    assert again == params
    with pytest.raises(DomainError, match="the input is too small for pool"):
        again(C=3, H=1, W=8, k=5)


def test_a_form_is_printed_alike_in_every_process():
    text = (
        "conv{k}x{m}-{round_to(α*32, 8)},[|conv3-{min(k, m)}],pool3s2,[conv3s{s}-b:bn|pool{s}s{s}:same],fc10"
    )
    code = (
        f"import symcnn; r = symcnn.derive({text!r}); print(r.params, r.macs, r.peak_memory, r.params.latex)"
    )
    runs = [
        subprocess.run(
            [sys.executable, "-c", code],
            env={"PYTHONHASHSEED": seed, "PYTHONPATH": ":".join(sys.path), "PYTHONIOENCODING": "utf-8"},
            capture_output=True,
            text=True,
            encoding="utf-8",
            check=True,
        ).stdout
        for seed in ("0", "1", "2")
    ]
    assert runs[0] == runs[1] == runs[2] != ""


def test_a_value_at_a_point():
    value = formula("conv3-k").value
    assert number_at(value, {"C": 3, "k": 5}) == 140
    assert Origin().map_at({}) is None
    assert Origin(shape=(3, 8, symcnn.derive("conv3-k").output[1].value)).map_at({"H": 5}) == "8×5"
