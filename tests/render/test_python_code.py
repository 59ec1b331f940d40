"""The functions that `derive --format python` writes are run, and agree with the formulas."""

import keyword
from fractions import Fraction
from itertools import product

import pytest

import symcnn
from symcnn.algebra.atoms import symbol
from symcnn.algebra.conditions import AtMost, Bound, Condition, Guarded, Members, Residues
from symcnn.algebra.domain import NOWHERE
from symcnn.algebra.requirements import Requirements
from symcnn.algebra.restating import restate
from symcnn.derivation import derivation
from symcnn.errors import DomainError
from symcnn.render import code


def function(source, quantity="params"):
    """Return the function of a quantity and its formula, having executed the former."""
    report = symcnn.derive(source)
    text = code.derivation(derivation(report, report, quantity, source))
    space = {}
    exec(compile(text, "<derived>", "exec"), space)
    return space[quantity], report.total(quantity)


def as_arguments(point):
    """Rename what Python could not take as the name of a parameter."""
    return {f"{name}_" if keyword.iskeyword(name) else name: value for name, value in point.items()}


def agreed(source, quantity, grid):
    """Compare function and formula on a grid; return how many points were refused."""
    call, formula = function(source, quantity)
    refused = 0
    for values in product(*grid.values()):
        point = {n: v for n, v in zip(grid, values, strict=True) if n in formula.required}
        try:
            expected = formula(**point)
        except DomainError:
            refused += 1
            with pytest.raises(ValueError, match="it needs "):
                call(**as_arguments(point))
        else:
            found = call(**as_arguments(point))
            assert type(found) is int
            assert found == expected, point
    return refused


SIZES = {"C": [3], "H": [1, 2, 7, 33], "W": [1, 6, 32]}
CASES = [
    ("vgg16", {}, True),
    ("resnet18", {}, False),
    ("conv3-a, pool3s2, [+ conv3-b]:proj, fc10", {"a": [1, 2], "b": [1, 2]}, True),
    ("conv3-8@a, pool, pool, conv3-8, [upsample4 + @a]", {}, True),
    ("conv3-{2*a}, [identity + conv3-{b+2}]", {"a": [1, 2], "b": [1, 2]}, True),
    ("conv3-8, [conv3s2-8, upsample2 + identity]", {}, True),
    ("[conv3s2-8 + conv4p0-8]", {}, True),
    ("conv3-{(a+b)/2}, fc3", {"a": [1, 2], "b": [1, 2]}, True),
    ("conv3-{class}, conv3-{lambda*8}, fc-{in}", {"class": [1, 3], "λ": [Fraction(1, 4)], "in": [2]}, False),
    ("conv3-12, conv3g{g}-12", {"g": [1, 2, 5, 12, 13]}, True),
    ("conv3-{8*α}, pool", {"α": [Fraction(1, 8), Fraction(1, 3), Fraction(2)]}, True),
    (
        "conv3-{round_to(α*k, 8)}, conv1-{max(3, k//2)}",
        {"α": [Fraction(1, 3), Fraction(5, 4)], "k": [9, 40]},
        False,
    ),
]


@pytest.mark.parametrize("quantity", ["params", "macs", "activations"])
@pytest.mark.parametrize(("source", "more", "refuses"), CASES, ids=[case[0] for case in CASES])
def test_function_and_formula_agree_everywhere(source, more, refuses, quantity):
    assert bool(agreed(source, quantity, {**SIZES, **more})) == refuses


def test_a_keyword_of_python_gets_an_underscore():
    call, _ = function("conv3-{class}")
    assert call(C=1, class_=2) == 20


def test_a_keyword_gets_its_underscore_in_conditions_as_well():
    call, _ = function("conv3-{(in+k)/2}")
    assert call(C=1, in_=1, k=1) == 10


@pytest.mark.parametrize("value", [0, -1, -2])
@pytest.mark.parametrize("source", ["conv3-w", "conv3-{w/2}, fc-{k}", "conv3-12, conv3g{w}-12"])
def test_values_that_no_symbol_can_have_are_refused(source, value):
    call, formula = function(source)
    point = {"C": 3, "H": 1, "W": 1, "k": 1, "w": value}
    with pytest.raises(ValueError, match=r"it needs .*w"):
        call(**{n: v for n, v in point.items() if n in formula.required})


def test_a_greek_letter_that_is_not_positive_is_refused():
    call, _ = function("conv3-{32*α}")
    assert call(C=3, α=Fraction(1, 32)) == 28
    for value in (Fraction(-1, 2), 0):
        with pytest.raises(ValueError, match="it needs a positive α"):
            call(C=3, α=value)


def test_conditions_have_no_needless_brackets():
    report = symcnn.derive("conv3-{(a+b)/2}, conv3g{g*h}-{c}")
    text = code.derivation(derivation(report, report, "params", ""))
    assert "if not (a + b) % 2 == 0:" in text
    assert "% (2*g*h) == 0" in text


def test_the_docstring_names_quantity_domain_and_convention():
    call, _ = function("conv3-8, pool", "macs")
    first, _, last, _ = call.__doc__.split("\n")
    assert first == "Return the MACs of a network, for H, W ≥ 2."
    assert last.strip().startswith("Convention: symcnn: params = trainable")


def test_what_matters_from_some_number_of_passes_on():
    call, formula = function("(conv3s2p0-4)xn")
    for size, n in product(range(1, 20), range(1, 5)):
        point = {"C": 3, "H": size, "W": 20, "n": n}
        if point in formula.domain:
            assert call(**point) == formula(**point)
        else:
            with pytest.raises(ValueError, match="it needs"):
                call(**point)


@pytest.mark.parametrize(
    ("inner", "allowed"),
    [
        (Bound(NOWHERE, "", "k", 4), {4, 5, 6, 7, 8}),
        (AtMost(NOWHERE, "", "k", 4), {1, 2, 3, 4}),
        (Residues(NOWHERE, "", "k", 3, frozenset({0, 2})), {2, 3, 5, 6, 8}),
        (Members(NOWHERE, "", "k", frozenset({2, 7})), {2, 7}),
    ],
)
def test_guarded_conditions(inner, allowed):
    condition = Guarded(NOWHERE, "", symbol("n"), 3, inner)
    written = code._test(condition)
    for k, n in product(range(1, 9), (2, 3)):
        expected = n < 3 or k in allowed
        assert eval(written, {"k": k, "n": n}) is expected
        assert condition.holds({"k": k, "n": n}) is expected
        assert condition.at({"n": n}).holds({"k": k}) is expected
    assert str(condition) == f"{inner} if n ≥ 3"


def test_the_most_that_a_symbol_may_be():
    call, formula = function("conv3-{10-k}")
    assert call(C=3, k=9) == formula(C=3, k=9)
    with pytest.raises(ValueError, match="it needs k <= 9"):
        call(C=3, k=10)


class Strange(Condition):
    """A condition that nothing else knows."""

    symbols = frozenset({"k"})

    def holds(self, values):
        return True

    def write(self, wording):
        return "strange"


def test_a_condition_of_another_kind_is_a_mistake_of_ours():
    condition = Strange(NOWHERE, "")
    assert condition.at({"k": 3}) is condition
    with pytest.raises(TypeError):
        code._test(condition)
    with pytest.raises(TypeError):
        restate(Requirements(), condition, {"k": 3})
