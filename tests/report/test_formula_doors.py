"""Formulas: called, put into, added, shown, and handed to sympy."""

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

import symcnn
from symcnn.errors import ArgumentError, DomainError

VGG = symcnn.derive("vgg16").params


@pytest.mark.parametrize(
    "point", [{"H": 224, "W": 224, "C": 3}, {"H": "224", "W": Fraction(224), "C": Decimal(3)}]
)
def test_exact_values_give_python_integers(point):
    assert VGG(**point) == 138357544
    assert type(VGG(**point)) is int


@given(st.integers(32, 4000), st.integers(32, 4000), st.integers(1, 9))
def test_the_formula_is_what_it_says(height, width, channels):
    expected = 2097152 * (height // 32) * (width // 32) + 576 * channels + 35595368
    assert VGG(H=height, W=width, C=channels) == expected


@pytest.mark.parametrize(
    "value",
    [224.0, 3.5, float("nan"), True, None, "x", [1], 0, -1, "0.5", 10**1100],
    ids=lambda v: repr(v)[:9],
)
def test_values_that_are_no_exact_sizes_are_refused(value):
    with pytest.raises(ArgumentError, match="H"):
        VGG(H=value, W=224, C=3)


def test_a_symbol_of_the_architecture_is_accepted_where_it_is_not_used():
    biases = symcnn.derive("conv3-8, [+ conv3-{w}, conv1-8], gap").biases
    assert biases(w=2) == biases(w=2, C=1, H=1, W=9) == 8 + 2 + 8
    assert symcnn.derive("conv3-8, relu").normalization(C=3, H=4, W=4) == 0


def test_only_what_matters_is_required():
    assert symcnn.derive("conv3-8").params.required == {"C"}
    assert symcnn.derive("conv3-8, pool").params.required == {"C", "H", "W"}
    assert symcnn.derive("conv3-8").buffers() == 0


@pytest.mark.parametrize("name", ["n", "h", "input", ""])
def test_any_other_name_is_refused(name):
    with pytest.raises(ArgumentError, match=f"there is no symbol {name} here\n  known: C, H, W"):
        VGG(**{"H": 224, "W": 224, "C": 3, name: 1})


def test_a_missing_name_is_asked_for():
    with pytest.raises(ArgumentError, match="params needs a value for C, W"):
        VGG(H=224)


def test_greek_letters_by_both_names_but_not_twice():
    params = symcnn.derive("conv3-{32*alpha}").params
    assert params(α="1/4", C=3) == params(alpha=Fraction(1, 4), C=3) == 27 * 8 + 8
    with pytest.raises(ArgumentError, match="α is given twice"):
        params(α=1, alpha=1, C=3)


def test_outside_its_domain_a_formula_has_no_value():
    with pytest.raises(DomainError, match="smallest input: 32×32"):
        VGG(H=31, W=224, C=3)
    with pytest.raises(DomainError, match="integer does not hold"):
        symcnn.derive("conv3-{32*α}").params(α="1/3", C=3)


# --- at(...) -------------------------------------------------------------------------------------


def test_putting_in_some_values_leaves_a_formula():
    tall = VGG.at(H=224)
    assert str(tall) == "576*C + 14680064*floor(W/32) + 35595368"
    assert str(tall.domain) == "W ≥ 32"
    assert tall(W=224, C=3) == tall(W=224, C=3, H=224) == 138357544


def test_a_value_that_was_put_in_cannot_be_contradicted():
    for ask in (lambda: VGG.at(H=224)(H=225, W=224, C=3), lambda: VGG.at(H=224).at(H=225)):
        with pytest.raises(ArgumentError, match="H is 224 here, but 225 is given"):
            ask()


def test_putting_in_what_no_input_can_have_is_refused():
    with pytest.raises(DomainError):
        VGG.at(H=31)
    with pytest.raises(ArgumentError, match="no symbol n"):
        VGG.at(n=3)


def test_a_pin_in_other_symbols_is_checked_too():
    params = symcnn.derive("input(C=2*k), conv3-8").params
    assert params(k=3) == params(k=3, C=6) == 54 * 8 + 8
    with pytest.raises(ArgumentError, match=r"C is 2\*k here, but 5 is given"):
        params(k=3, C=5)


# --- Sums ----------------------------------------------------------------------------------------


def test_formulas_of_one_quantity_add_up_where_both_hold():
    one, two = symcnn.derive("conv3-8, pool").params, symcnn.derive("conv3-w, pool3").params
    both = one + two
    assert str(both) == "9*C*w + 72*C + w + 8"
    assert str(both.domain) == "H, W ≥ 3"
    assert both(H=3, W=3, C=1, w=1) == one(H=3, W=3, C=1) + two(H=3, W=3, C=1, w=1)
    assert str(both - two) == str(one)
    assert one.domain & one.domain is one.domain


def test_formulas_of_two_quantities_do_not():
    report = symcnn.derive("conv3-8")
    for combine in (lambda: report.params + report.macs, lambda: report.params - report.macs):
        with pytest.raises(ArgumentError, match="params and macs are different quantities"):
            combine()


# --- Forms ---------------------------------------------------------------------------------------


def test_the_forms_of_a_formula():
    assert str(VGG) == "2097152*floor(H/32)*floor(W/32) + 576*C + 35595368"
    assert repr(VGG) == f"<params: {VGG}, for H, W ≥ 32>"
    assert eval(VGG.python, {"H": 224, "W": 224, "C": 3}) == 138357544
    assert VGG.latex.endswith("+ 576 C + 35595368")


def test_the_expression_is_plain_sympy():
    import sympy

    height, width, channels = sympy.symbols("H W C")
    assert VGG.expr.free_symbols == {height, width, channels}
    assert VGG.expr.subs({height: 224, width: 224, channels: 3}) == 138357544
    assert VGG.expr is VGG.expr


def test_formulas_are_values():
    again = symcnn.derive("vgg16").params
    assert again == VGG
    assert hash(again) == hash(VGG)
