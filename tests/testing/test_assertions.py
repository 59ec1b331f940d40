"""`assert_formula`: what is right passes, what is wrong is told with place, amount and items."""

import importlib

import pytest
import sympy

import symcnn
import symcnn.testing
from symcnn.errors import ArgumentError, NotationError
from symcnn.testing import assert_formula

NETWORK = "conv3-64,pool,fc10"
H, W, C = sympy.symbols("H W C")


def told(formula, network=NETWORK, quantity="params", **options):
    with pytest.raises(AssertionError) as failure:
        assert_formula(formula, network, quantity, **options)
    return str(failure.value).splitlines()


@pytest.mark.parametrize(
    ("formula", "network", "options"),
    [
        ("640*(H//2)*(W//2) + 576*C + 74", NETWORK, {}),
        ("576*C + 10*64*floor(H/2)*floor(W/2) + 64 + 10", NETWORK, {}),
        (640 * sympy.floor(H / 2) * sympy.floor(W / 2) + 576 * C + 74, NETWORK, {}),
        (lambda H, W, C: 640 * (H // 2) * (W // 2) + 576 * C + 74, NETWORK, {}),
        (lambda W, C, H: 640 * (H // 2) * (W // 2) + 576 * C + 74, symcnn.derive(NETWORK), {}),
        (symcnn.derive(NETWORK).params, symcnn.parse(NETWORK), {}),
        (138357544, "vgg16", {"input": "224x224x3"}),
        ("138357544", "vgg16", {"input": (224, 224, 3)}),
        (lambda: 138357544, "vgg16", {"input": "224x224x3"}),
        (lambda C: 576 * C + 64, "conv3-64", {"input": {"C": 3}}),
        (sympy.ceiling(H / 2) * sympy.ceiling(W / 2) * 8, "conv3s2-8", {"quantity": "activations"}),
        (10 * sympy.Max(C, 4) * C, "conv1-{10*max(C,4)}:nobias", {}),
        ("H//2 + (H + 1)//2", "conv1x1-1", {"quantity": "activations", "input": {"W": 1}}),
        (lambda alpha, C: 9 * C * 32 * alpha + 32 * alpha, "conv3-{32*α}", {}),
    ],
)
def test_what_is_right_passes(formula, network, options):
    assert assert_formula(formula, network, **options) is None


def test_a_forgotten_bias():
    assert told("640*(H//2)*(W//2) + 576*C + 64")[:-1] == [
        "refuted: the parameters are 640*floor(H/2)*floor(W/2) + 576*C + 74",
        "  the claim comes to 640*floor(H/2)*floor(W/2) + 576*C + 64",
        "  the difference is 10, for H, W ≥ 2",
        "  they differ first at 2×2×1: 1,290, where the claim says 1,280",
        "the difference:",
        "  the bias: cout of fc10 is left out",
    ]


def test_it_tells_what_a_claim_is_told():
    formula = "640*(H//2)*(W//2) + 1152*C + 138"
    assert "\n".join(told(formula)) == str(symcnn.derive(NETWORK).check(formula))


def test_a_wrong_rounding_in_sympy():
    lines = told(640 * sympy.ceiling(H / 2) * sympy.floor(W / 2) + 576 * C + 74)
    assert lines[1] == "  the claim comes to 640*ceil(H/2)*floor(W/2) + 576*C + 74"
    assert lines[3] == "  they differ first at 3×2×1: 1,290, where the claim says 1,930"


def test_names_of_layers():
    assert assert_formula("9*cin*cout + cout", "conv3-256") is None
    assert "  the bias: cout of conv3-256 is left out" in told("9*cin*cout", "conv3-256")


def test_a_formula_of_another_network():
    assert told(symcnn.derive("conv3-64").params, "conv3-64:nobias")[1:4] == [
        "  the claim comes to 576*C + 64",
        "  the difference is -64, for every input",
        "  they differ first at C = 1: 576, where the claim says 640",
    ]


def test_a_number_is_a_formula_for_every_input():
    """In a claim, a number is one for a usual input, and may be rounded."""
    assert told("640", "conv3-64")[3] == "  they differ first at C = 2: 1,216, where the claim says 640"
    assert told(138344128, "vgg16", input="224x224x3")[2] == "  the difference is 13416, for every input"
    with pytest.raises(NotationError):
        assert_formula("138M", "vgg16", input="224x224x3")


def test_a_function_is_told_with_the_items_at_the_least_point():
    def area(H, W, C):
        return 640 * (H * W // 4) + 576 * C + 74

    assert told(area)[:-1] == [
        "refuted: the parameters are 640*floor(H/2)*floor(W/2) + 576*C + 74",
        "  they differ at 3×3×1: 1,290, where area says 1,930",
        "what there is:",
        "  conv3-64: 640",
        "  fc10: 650",
    ]
    pinned = told(lambda: "3", "input(C=k),conv3-64", "macs", input={"H": 8, "W": 8})
    assert pinned[1] == "  they differ at H = 8, W = 8, k = 1: 36,864, where <lambda> says '3'"


def test_other_quantities():
    assert told("9*C*64*H*W + 64", "conv3-64", "macs")[2] == "  the difference is -64, for every input"


UNDECIDED = "conv1-{max(H, W)}:nobias"


def test_what_is_not_decided_is_tried_at_points():
    """That the greater of two and the less add up is not seen in the form."""
    assert symcnn.derive(UNDECIDED).check("C*(H + W - min(H, W))").holds is None
    assert assert_formula("C*(H + W - min(H, W))", UNDECIDED) is None


def test_what_is_wrong_at_a_point_is_refuted():
    assert told("C*max(W, H, 2)", UNDECIDED)[3] == "  they differ first at 1×1×1: 1, where the claim says 2"
    line = told("C*(H + W + 1 - min(H, W, 9))", UNDECIDED)[3]
    assert line == "  they differ at 1×1×1: 1, where the claim says 2"


@pytest.mark.parametrize("formula", ["9*C*64 +", "9*cim*64", "9**"])
def test_what_is_no_expression(formula):
    with pytest.raises(NotationError):
        assert_formula(formula, "conv3-64")


def test_symbols_that_the_network_has_not():
    with pytest.raises(NotationError):
        assert_formula("9*c*64", "conv3-64")
    with pytest.raises(ArgumentError, match="the network has no symbol c\n  its symbols are C, H, W"):
        assert_formula(lambda c: 9 * c, "conv3-64")


def test_quantities_that_there_are_not():
    with pytest.raises(ArgumentError, match="no quantity 'flopses'"):
        assert_formula("9*C*64", "conv3-64", "flopses")


def test_a_report_has_its_input():
    with pytest.raises(ArgumentError, match="has its input already"):
        assert_formula("9", symcnn.derive("conv3-64"), input="8x8x3")


def test_a_function_that_fails_shows_its_own_error():
    with pytest.raises(ZeroDivisionError):
        assert_formula(lambda C: 1 // 0, "conv3-64")


def test_hypothesis_is_missing(monkeypatch):
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    with pytest.raises(ModuleNotFoundError) as error:
        importlib.reload(symcnn.testing)
    assert str(error.value) == "symcnn.testing needs hypothesis: pip install 'symcnn[hypothesis]'"
    assert error.value.name == "hypothesis"
