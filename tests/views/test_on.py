"""Expressions in the place of symbols: the same numbers, and the same domain, in other symbols."""

import pickle
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

import symcnn
from symcnn.algebra.arithmetic import divide, floor_div
from symcnn.algebra.atoms import symbol
from symcnn.algebra.conditions import (
    AtMost,
    Bound,
    Comparison,
    Condition,
    Guarded,
    Members,
    Origin,
    Residues,
    Whole,
)
from symcnn.algebra.domain import Domain
from symcnn.algebra.formula import Formula
from symcnn.errors import ArgumentError, DomainError, NotationError

NETWORKS = (
    "conv3-8,pool,conv3-8,pool,fc3",
    "conv3-4@a,pool,conv3-4,[deconv2s2-4|@a],fc2",
    "conv3-4@a,conv3s2-4,conv3s2-4,[upsample4+@a]",
    "[conv3-{3*k/4}|conv3-k],pool3s2,fc2",
    "[pool2,conv3-2|pool3,conv3-2],fc1",
    "(conv3-4,pool)xn,fc3",
    "conv3p0-4x2,[+conv3-k],fc2",
    "conv3-{2*k},dw3,[+conv3g{k}-{2*k}]",
    "conv3-{round_to(8*alpha,4)},pool,fc2",
    "conv3-4,pool3s2p1:ceil,[avgpool2,upsample2|conv1-2],fc2",
)
EXPRESSIONS = (
    "3", "4", "h", "2*h", "4*h", "32*h", "h+1", "4*h+1", "h-2", "7-h", "h/2", "(h+1)/2", "h**2", "h*w", "h+w",
    "2*h+4*w", "h//2", "2*(h//3)+1", "2**n", "2**n*h", "W", "H", "2*H", "W+1", "max(h,w)", "h % 4", "α*4",
)  # fmt: skip
ORIGIN = Origin()
POINTS = [
    {"h": h, "w": w, "W": big, "H": other, "n": 1 + h % 3, "k": k, "α": 1, "C": 2}
    for h, w, big, other, k in zip(
        (1, 2, 3, 4, 5, 7, 8, 9, 12, 16, 25, 40) * 3,
        (1, 3, 4, 2) * 9,
        (2, 4, 9) * 12,
        (4, 8, 7) * 12,
        (2, 4) * 18,
        strict=True,
    )
]


def outcome(formula: Formula, point: dict[str, object]) -> int | str:
    """The number, or that there is none."""
    known = formula.accepted | formula.required
    if point not in formula.domain:
        return "outside"
    return formula(**{n: v for n, v in point.items() if n in known})


def direct(formula: Formula, name: str, expression: str, point: dict[str, object]) -> int | str:
    """What the formula itself says at the value of the expression."""
    value = eval(expression, {"max": max}, {**point})
    if value <= 0 or value != int(value):
        return "outside"
    return outcome(formula, {**point, name: int(value)})


@pytest.mark.parametrize("text", NETWORKS)
@pytest.mark.parametrize("expression", EXPRESSIONS)
def test_it_says_the_same_at_every_point(text, expression):
    formula = symcnn.derive(text).params
    try:
        put = formula.on(H=expression)
    except DomainError:
        assert all(direct(formula, "H", expression, p) == "outside" for p in POINTS)
        return
    names = put.accepted - {name for name, _ in put.bound}
    for point in POINTS:
        inside = {n: v for n, v in point.items() if n in names}
        assert outcome(put, inside) == direct(formula, "H", expression, point), (repr(put), point)


CONDITIONS = st.one_of(
    st.integers(1, 40).map(lambda least: Bound(ORIGIN, "", "H", least)),
    st.integers(1, 40).map(lambda most: AtMost(ORIGIN, "", "H", most)),
    st.tuples(st.integers(1, 9), st.frozensets(st.integers(0, 8), min_size=1)).map(
        lambda drawn: Residues(ORIGIN, "", "H", drawn[0], frozenset(r % drawn[0] for r in drawn[1]))
    ),
    st.frozensets(st.integers(1, 40), min_size=1).map(lambda inside: Members(ORIGIN, "", "H", inside)),
    st.sampled_from(
        [
            Whole(ORIGIN, "", divide((symbol("H") + 1) * symbol("k"), 3)),
            Comparison(ORIGIN, "", symbol("H"), "≥", 2 * symbol("k")),
            Comparison(ORIGIN, "", symbol("H"), "=", 2 * symbol("k")),
            Comparison(ORIGIN, "", floor_div(symbol("H"), 3), "=", floor_div(symbol("H"), 4)),
        ]
    ),
)
GUARDED = CONDITIONS.map(lambda inner: Guarded(ORIGIN, "", symbol("k"), 3, inner))


@given(st.lists(CONDITIONS | GUARDED, max_size=4), st.sampled_from(EXPRESSIONS[2:-1]))
def test_the_domain_is_the_same_set(conditions: list[Condition], expression):
    domain = Domain(tuple(conditions))
    formula = Formula(symbol("H") * symbol("k"), "params", domain, frozenset("CHWk"))
    try:
        put = formula.on(H=expression)
    except DomainError:
        assert all(direct(formula, "H", expression, p) == "outside" for p in POINTS)
        return
    names = put.accepted - {name for name, _ in put.bound}
    for point in POINTS:
        inside = {n: v for n, v in point.items() if n in names}
        assert outcome(put, inside) == direct(formula, "H", expression, point), (repr(put), point)


@pytest.mark.parametrize(
    ("conditions", "expression", "domain"),
    [
        ((Bound(ORIGIN, "", "H", 32),), "32*h", "every input"),
        ((Bound(ORIGIN, "", "H", 33),), "32*h", "h ≥ 2"),
        ((Residues(ORIGIN, "", "H", 32, frozenset((0, 29, 30, 31))),), "h+1", "h mod 32 in {28, 29, 30, 31}"),
        ((Residues(ORIGIN, "", "H", 4, frozenset((0,))),), "h+w", "4 divides h + w"),
        ((Members(ORIGIN, "", "H", frozenset((3, 8, 9))),), "h//2", "h in {6, 7, 16, 17, 18, 19}"),
        ((Members(ORIGIN, "", "H", frozenset((4, 9))),), "2*h", "h = 2"),
        ((AtMost(ORIGIN, "", "H", 9),), "2*h", "h ≤ 4"),
        ((), "h/2", "h mod 2 = 0"),
        ((), "h-3", "h ≥ 4"),
    ],
)
def test_conditions_are_said_of_the_new_symbol(conditions, expression, domain):
    formula = Formula(symbol("H"), "params", Domain(conditions))
    assert str(formula.on(H=expression).domain) == domain


def test_greek_symbols_stay_positive():
    formula = Formula(8 * symbol("α"), "params", Domain(), frozenset("α"))
    assert str(formula.on(alpha="k/4").domain) == "every input"
    assert str(formula.on(alpha="k-2").domain) == "k ≥ 3"
    shifted = formula.on(alpha="β-1/2")
    assert shifted(beta="3/4") == 2
    for beta in ("1/2", "1/4"):
        with pytest.raises(DomainError, match="positive"):
            shifted(beta=beta)


@pytest.mark.parametrize("text", ["vgg16", "resnet50"])
def test_numbers_and_formulas_may_be_given(text):
    params = symcnn.derive(text).params
    assert params.on(H=224, W="224")(C=3) == params(H=224, W=224, C=3)
    side = Formula(symbol("n") + 200, "size", Domain((Bound(ORIGIN, "", "n", 24),)), frozenset("n"))
    assert params.square(side)(n=24, C=3) == params(H=224, W=224, C=3)
    with pytest.raises(DomainError):
        params.square(side)(n=23, C=3)
    assert params.square(symbol("n"))(n=224, C=3) == params(H=224, W=224, C=3)


def test_a_symbol_that_has_a_value_takes_no_other():
    formula = symcnn.derive("conv3-8,pool,fc3").params.on(H="2*h")
    assert formula(h=4, H=8, W=8, C=3) == formula(h=4, W=8, C=3)
    with pytest.raises(ArgumentError, match=r"H is 2\*h here, but 9 is given"):
        formula(h=4, H=9, W=8, C=3)
    with pytest.raises(ArgumentError, match="takes no other value"):
        formula.on(H=8)
    assert str(formula.at(W=8).on(C="W").value) == "96*h + 587"
    assert formula.at(W=8).on(C="W")(h=1) == formula(h=1, W=8, C=8)


@pytest.mark.parametrize(
    ("given", "error", "words"),
    [
        ({"Q": "h"}, ArgumentError, "no symbol Q"),
        ({"H": "2*"}, NotationError, "\\*"),
        ({"H": "cin"}, NotationError, "cin"),
        ({"H": "h/0"}, NotationError, "division by zero"),
        ({"H": 2.5}, ArgumentError, "exact"),
        ({"H": "0-h"}, DomainError, "at least 1"),
        ({"H": 1}, DomainError, "too small"),
    ],
)
def test_what_is_refused(given, error, words):
    with pytest.raises(error, match=words):
        symcnn.derive("conv3-8,pool,fc3").params.on(**given)


def test_a_name_is_given_once():
    with pytest.raises(ArgumentError, match="given twice"):
        symcnn.derive("conv3-{8*alpha}").params.on(alpha="k", α="k")


def test_errors_know_the_layer():
    formula = symcnn.derive("conv3-8,pool,pool,fc3").params.on(H="2*h")
    with pytest.raises(DomainError) as caught:
        formula(h=1, W=8, C=3)
    assert "1×4 map reaches it" in str(caught.value)
    assert "nearest that works: h = 2" in str(caught.value)


def test_a_formula_in_other_symbols_is_pickled():
    formula = symcnn.derive("conv3-8,pool,fc3").params.on(H="h+1")
    again = pickle.loads(pickle.dumps(formula))
    assert (again, again.by_term()) == (formula, formula.by_term())


def test_many_residues_of_several_symbols_are_one_condition():
    formula = Formula(symbol("H"), "params", Domain((Residues(ORIGIN, "", "H", 5, frozenset((1, 2))),)))
    put = formula.on(H="a+b")
    for a, b in product(range(1, 8), repeat=2):
        assert (outcome(put, {"a": a, "b": b}) != "outside") == ((a + b) % 5 in (1, 2))


def test_what_takes_too_long_to_scan_is_stated_as_it_is():
    height = symbol("H")
    condition = Comparison(ORIGIN, "", floor_div(height, 1_000_003), "=", floor_div(height, 1_000_033))
    put = Formula(height, "params", Domain((condition,))).on(H="h+1")
    assert put(h=5) == 6


def test_a_condition_of_an_unknown_kind_is_no_condition():
    class Strange(Condition):
        symbols = frozenset("H")

    with pytest.raises(TypeError):
        Formula(symbol("H"), "params", Domain((Strange(ORIGIN, ""),))).on(H="2*h")
