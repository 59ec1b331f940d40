"""Formulas by power, and by term: they add up to what they were."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from networks import effort, networks

import symcnn
from symcnn.algebra.arithmetic import divide, power
from symcnn.algebra.atoms import symbol
from symcnn.algebra.domain import Domain
from symcnn.algebra.formula import Formula
from symcnn.algebra.polynomials import total
from symcnn.errors import ArgumentError, SymcnnError, UnsupportedError


@pytest.mark.parametrize(
    ("text", "by", "written"),
    [
        ("densenet121_k", "k", "6700*k**2 + (98*C + 34614)*k + 1000"),
        ("conv3-64,fc10", "C", "576*C + 640*H*W + 74"),
        ("vgg16", "floor(H/32)", "2097152*floor(W/32)*floor(H/32) + 576*C + 35595368"),
        ("conv3-8x2", "H", "72*C + 592"),
        ("gap", "H", "0"),
    ],
)
def test_it_is_written_as_a_polynomial(text, by, written):
    assert str(symcnn.derive(text).params.collect(by)) == written


def collected(value):
    return Formula(value, "params", Domain(), frozenset("km")).collect("k")


def test_coefficients_of_each_kind_are_written():
    k, m = symbol("k"), symbol("m")
    assert str(collected(-1 * k + 2 * k * k * k)) == "2*k**3 - k"
    assert str(collected(-2 * k)) == "-2*k"
    assert str(collected(k * (m - 1) + divide(m, k))) == "(m - 1)*k + m/k"
    assert repr(collected(k + 1)) == "<params in k: k + 1, for every input>"
    assert str(Formula(power(2, k) * 3 + 1, "params", Domain()).collect("2**k")) == "3*2**k + 1"


@given(st.dictionaries(st.integers(-2, 4), st.integers(-9, 9), max_size=4), st.integers(-3, 3))
def test_the_powers_add_up(coefficients, slope):
    k, m = symbol("k"), symbol("m")
    value = total(
        (m * slope + c) * (power(k, e) if e >= 0 else divide(1, power(k, -e)))
        for e, c in coefficients.items()
    )
    parts = collected(value)
    back = total(f.value * (power(k, e) if e >= 0 else divide(1, power(k, -e))) for e, f in parts.items())
    assert back == value
    assert list(parts) == sorted(parts, reverse=True)
    assert len(parts) == len(list(parts))


def test_coefficients_are_formulas():
    parts = symcnn.derive("conv3-k,pool,conv3-{2*k},fc10").params.collect("k")
    assert parts[1](H=8, W=8, C=3) == 9 * 3 + 3 + 320
    assert parts[2].domain == parts.formula.domain


@pytest.mark.parametrize("by", ["H + 1", "2", "2*k"])
def test_a_sum_is_nothing_to_collect_by(by):
    with pytest.raises(ArgumentError, match="collected by a symbol"):
        symcnn.derive("conv3-k").params.collect(by)


def test_a_symbol_in_a_floor_is_refused():
    with pytest.raises(UnsupportedError, match=r"no polynomial in H: it has floor\(H/2\)"):
        symcnn.derive("pool,fc1").params.collect("H")


# --- By term -------------------------------------------------------------------------------------


def test_a_term_knows_its_items():
    terms = symcnn.derive("vgg16").params.by_term()
    assert [str(t.value) for t in terms] == ["2097152*floor(H/32)*floor(W/32)", "576*C", "35595368"]
    assert [label for label, _ in terms[0].sources] == ["fc4096"]


@given(networks(), st.sampled_from(["params", "weights", "buffers", "macs", "activations", "memory"]))
@effort(0.5)
def test_terms_add_up(text, quantity):
    try:
        formula = symcnn.derive(text).total(quantity)
    except SymcnnError:
        return
    terms = formula.by_term()
    assert total(term.value for term in terms) == formula.value
    for term in terms:
        assert total(part.value for part in term.sources) == term.value


def test_terms_follow_the_formula():
    params = symcnn.derive("conv3-8x2,pool,fc3").params
    for formula in (params.at(H=8), params.on(H="2*h"), params + params, params - params.at(C=3)):
        assert total(term.value for term in formula.by_term()) == formula.value
    assert str(params.at(H=8).by_term()[1]) == "96*floor(W/2)  from fc3: 96*floor(W/2)"


def test_a_row_is_split_by_layer():
    row = symcnn.derive("conv3-8:bn,pool").items[0]
    assert [(p.label, str(p.value)) for term in row.params.by_term() for p in term.sources] == [
        ("conv3-8", "72*C"),
        ("bn", "16"),
    ]


@pytest.mark.parametrize("quantity", ["peak_memory", "receptive_field_height"])
def test_what_is_no_sum_is_refused(quantity):
    with pytest.raises(UnsupportedError, match="no sum of what items have"):
        symcnn.derive("conv3-8,pool,conv3-8").total(quantity).by_term()


def test_a_formula_of_unknown_parts_is_refused():
    with pytest.raises(UnsupportedError):
        Formula(symbol("k"), "params", Domain()).by_term()
