"""Formulas that are claimed: proved, refuted with what they leave out, or left open."""

import json

import networks
import pytest
from hypothesis import assume, given
from networks import effort

import symcnn
import symcnn.testing
from symcnn.algebra.arithmetic import divide, greatest, least, power
from symcnn.algebra.atoms import symbol
from symcnn.algebra.conditions import Comparison, Origin
from symcnn.algebra.domain import Domain
from symcnn.algebra.equality import vanishes
from symcnn.algebra.polynomials import Poly
from symcnn.claims.names import naming
from symcnn.errors import DomainError, LimitError, NotationError, SymcnnError, UnsupportedError

CLASSIFIER = "conv3-64@stem,pool,conv3-128,gap,fc10"

TRUE = {
    ("conv3-256", "9*cin*cout + cout"),
    ("conv3-256", "k*k*cin*cout + cout"),
    ("conv3-256", "params = (k**2*C + 1)*256"),
    ("conv3-256", "k_h·k_w×C_in*Cout + c_out"),
    ("conv3-256", "kernel_size**2*in_channels*out_channels + out_channels"),
    ("conv3s2g4-64", "macs = k*k*C_in/groups*C_out*H_out*W_out"),
    (CLASSIFIER, "conv1.params + conv2.params + fc1.C_in*fc1.C_out + fc1.out_channels"),
    ("input(C=k),conv{n}x{m}-L", "(n*m*k+1)*L"),
    ("input(C=k),conv{n}x{m}-L", "(kh*kw*cin + 1)*cout"),
    ("conv3s2g4-64", "macs = k*k*cin/g*cout*hout*wout"),
    ("conv3s2g4-64", "weights = 9*C*16"),
    ("fc10", "cin*hin*win*cout + cout"),
    ("dw3p1", "(k*k + 1)*cin"),
    ("conv3p2d2-8", "params = k*k*cin*cout + cout + p - d"),
    (CLASSIFIER, "conv1.params + conv2.params + fc1.params"),
    (CLASSIFIER, "weights = 9*stem.cin*stem.cout + 9*stem.cout*conv2.cout + fc1.cin*fc1.cout"),
    (CLASSIFIER, "macs = conv1.macs + conv2.weights*(H//2)*(W//2) + 1280"),
    (CLASSIFIER, "biases = conv1.biases + conv2.biases + fc1.biases"),
    ("vgg16", "2097152*floor(H/32)*floor(W/32) + 576*C + 35595368"),
    ("vgg16", "2097152*(H//2//16)*((W//8)//4) + 576*C + 35595368"),
    ("pool,fc1", "C*(H//2)*(W - ceil(W/2)) + 1"),
    ("cifar_resnet_a", "97216*n - 21926 + 144*(C - 3)"),
    ("conv3-8", "memory = 4*(C*H*W + 8*H*W)"),
    ("conv3-8", "flops = 2*72*C*H*W"),
    ("conv3-8,conv3-8@a,pool", "a.cin*9*a.cout + 8 + conv1.params"),
}


@pytest.mark.parametrize(("text", "claim"), sorted(TRUE))
def test_true_formulas_are_proved(text, claim):
    verdict = symcnn.derive(text).check(claim)
    assert verdict.holds is True
    assert (verdict.explanations, verdict.counterexample) == ((), None)
    assert str(verdict).startswith("holds: ")


REFUTED = {
    ("conv3-256", "9*cin*cout"): (
        {"C": 1},
        (2560, 2304),
        "the bias: cout of conv3-256 is left out",
        "the weights",
    ),
    ("conv3-256", "9*cin*cout + 2*cout"): (
        {"C": 1},
        (2560, 2816),
        "the bias: cout of conv3-256 is counted once too often",
        "the parameters if each bias is counted twice",
    ),
    ("input(C=k),conv{n}x{m}-L", "n*m*k*L"): (
        {"L": 1, "k": 1, "m": 1, "n": 1},
        (2, 1),
        "the bias: cout of conv{n}x{m}-L is left out",
        "the weights",
    ),
    ("conv3-8,conv3-8", "72*C + 576"): (
        {"C": 1},
        (664, 648),
        "the biases are left out",
        "the weights",
    ),
    ("conv3-8:bn", "72*C"): (
        {"C": 1},
        (88, 72),
        "the scales and shifts of normalizations: C + C of bn are left out",
        "the parameters of conv3-8",
    ),
    ("conv3-8,pool,fc10", "72*C + 8"): (
        {"C": 1, "H": 2, "W": 2},
        (170, 80),
        "the parameters: cin*hin*win*cout + cout of fc10 are left out",
        "the parameters of the network without its fully connected layers",
    ),
    ("pool,fc1", "C*ceil(H/2)*ceil(W/2) + 1"): (
        {"C": 1, "H": 2, "W": 3},
        (2, 3),
        "C*floor(H/2)*floor(W/2): this term comes from fc1 (C*floor(H/2)*floor(W/2) + 1)",
        "the parameters if sizes were rounded up where pools round down",
    ),
    ("cifar_resnet_a", "97216*n - 21926"): (
        {"C": 1, "n": 1},
        (75002, 75290),
        "there is none for C = 3: the claim is of an input of 3 channels",
        "the parameters if the input had 3 channels",
    ),
    ("conv3-8", "macs = 144*C*H*W"): (
        {"C": 1, "H": 1, "W": 1},
        (72, 144),
        "the multiply-accumulates: kh*kw*cin*cout*hout*wout of conv3-8 are counted once too often",
        "the FLOPs (two for each multiply-accumulate)",
    ),
    ("conv3-8", "H"): ({"C": 1, "H": 1}, (80, 1), "72*C: this term comes from conv3-8 (72*C + 8)", None),
}


@pytest.mark.parametrize(("text", "claim"), sorted(REFUTED))
def test_false_formulas_are_refuted_by_the_smallest_point_and_attributed(text, claim):
    point, numbers, belongs, explained = REFUTED[text, claim]
    verdict = symcnn.derive(text).check(claim)
    assert verdict.holds is False
    assert (verdict.counterexample, verdict.numbers) == (point, numbers)
    assert verdict.belongs[0] == belongs
    assert (verdict.explanations[0].words if verdict.explanations else None) == explained
    assert belongs in str(verdict)


def test_layers_that_are_left_out_are_listed():
    verdict = symcnn.derive("vgg16").check("fc1.params + fc2.params + fc3.params")
    first, *layers, last = verdict.belongs
    assert first == "the parameters of the convolutions are left out"
    assert layers[0] == "the first conv3-64: kh*kw*cin*cout + cout = 576*C + 64"
    assert (len(layers), last) == (8, "and 5 more layers")


def test_terms_that_no_layer_has_are_named():
    verdict = symcnn.derive("vgg16").check("C*H + 576*C")
    assert "-C*H: no layer has this term" in verdict.belongs
    assert any(words.endswith(" and 8 more") for words in verdict.belongs)
    loop = symcnn.derive("(conv3-8:bn)xn").check("weights = 72*C + 576*n")
    assert loop.holds is False


def test_what_is_left_out_of_a_loop_has_no_rule():
    verdict = symcnn.derive("conv3-8:nobias,(conv3-8)xn").check("weights = 72*C")
    assert verdict.belongs == ("the weights of conv3-8 ×(n) are left out", "conv3-8 ×(n): 576*n")


def test_a_formula_may_be_that_of_several_layers():
    words = [e.words for e in symcnn.derive("conv3-8x3").check("conv2.params").explanations]
    assert words == [
        "the parameters of the second conv3-8",
        "the parameters of the third conv3-8",
        "the first conv3-8: the parameters if each convolution read as many channels as it makes"
        " (k·k·cout·cout)",
    ]


def test_a_claim_for_images_of_three_channels():
    verdict = symcnn.derive("cifar_resnet_a").check("97216*n - 21926")
    assert verdict.belongs == (
        "there is none for C = 3: the claim is of an input of 3 channels",
        "144*C: this term comes from conv3-16 (144*C)",
    )
    assert verdict.explanations[0].words == "the parameters if the input had 3 channels"
    gray = symcnn.derive("conv3-8,pool").check("macs = 72*H*W").belongs
    assert gray[0] == "there is none for C = 1: the claim is of an input of 1 channel"


def test_a_difference_that_is_no_layer_is_told_term_by_term():
    told = symcnn.derive("conv3-8").check("memory = 4*(2*H*W + 8*H*W)").belongs
    assert told == (
        "4*C*H*W: this term comes from the input (4*C*H*W)",
        "-8*H*W: this term has another factor in conv3-8 (32*H*W)",
    )
    many = "+".join(f"{n}*((H + {n})//{n + 2})" for n in range(1, 40))
    assert symcnn.derive("conv3-8").check(many).belongs[-1] == "and 33 more terms"


def test_bytes_are_counted_in_the_type_of_the_report():
    report = symcnn.derive("conv3-8", dtype="float16")
    assert report.check("memory = 2*(C*H*W + 8*H*W)").holds is True
    refuted = report.check("memory = 2*8*H*W")
    assert refuted.explanations[0].words == "the bytes of all tensors of a forward pass of conv3-8"
    assert "the bytes of the activations, without the input" in refuted.explanations[0].also


def test_what_can_not_be_decided_says_what_was_tried():
    verdict = symcnn.derive("conv1-1:nobias,conv1-{max(n,m)}").check("C + 2*(n + m - min(n, m))")
    assert (verdict.holds, verdict.outcome) == (None, "unknown")
    assert {"m": 2, "n": 1} in verdict.checked
    assert verdict.tried == len(verdict.checked) > 8
    assert f"equal at {verdict.tried} points that were tried" in str(verdict)
    assert len(verdict.to_json()["equal_at"]) == 8


GAPS = {
    ("conv3-256", "params*(H - 1)/(H - 1)"): {"C": 1, "H": 1},
    ("conv3-256", "params*(H - 1)//(H - 1)"): {"C": 1, "H": 1},
    ("conv3-256", "params + 0/(H - 3000)"): {"C": 1, "H": 3000},
    ("conv3-256", "params*(H - W)/(H - W)"): {"C": 1, "H": 1, "W": 1},
    ("conv3-256", "params*(H*H - W*W - 77)/(H*H - W*W - 77)"): {"C": 1, "H": 9, "W": 2},
    ("conv3-256", "params + 0*2**(H/2)"): {"C": 1, "H": 1},
    ("conv3-256", "params + 0*(H//(100 - C))"): {"C": 100},
    ("conv3-256", "params + 0*(H//(C - 1))"): {"C": 1},
    ("conv3-8,pool,fc1", "(72*C + 9 + 8*(H//2)*(W//2))*(H//4)/(H//4)"): {"C": 1, "H": 2, "W": 2},
    ("conv3-k", "params*(k - 5)/(k - 5)"): {"C": 1, "k": 5},
    ("conv3-8", "params*(1/(H - 3))/(1/(H - 3))"): {"C": 1, "H": 3},
    ("conv3-8", "params*(floor(1/(H - 5)) - 7)/(floor(1/(H - 5)) - 7)"): {"C": 1, "H": 5},
    ("input(C=2),dw3", "params + 0*(3//(H - W))"): {"H": 1, "W": 1},
}


@pytest.mark.parametrize(("text", "claim"), GAPS)
def test_a_formula_without_a_value_at_some_input_is_refuted(text, claim):
    verdict = symcnn.derive(text).check(claim)
    assert (verdict.holds, verdict.counterexample) == (False, GAPS[text, claim])
    assert "it has no value, where the parameters are" in str(verdict)
    assert verdict.to_json()["counterexample"]["claimed"] is None
    with pytest.raises(AssertionError, match="it has no value"):
        symcnn.testing.assert_formula(claim.removeprefix("params = "), text)


def test_a_divisor_that_is_never_zero_leaves_no_gap():
    for text, claim in (
        ("conv3-256", "params*H/H + H/2 - H/2"),
        ("conv3-256", "params*(H + W)/(H + W)"),
        ("conv3-256", "params*(2*H - 1)/(2*H - 1)"),
        ("conv3-8,pool,fc1", "(72*C + 9 + 8*(H//2)*(W//2))*(H//2)//(H//2)"),
        ("conv3-8,pool,fc1", "(72*C + 9 + 8*(H//2)*(W//2))*(H - 1)/(H - 1)"),
        ("conv1-{8*α}", "params*(α + 1)/(α + 1)"),
    ):
        assert symcnn.derive(text).check(claim).holds is True


def test_where_it_is_not_known_whether_there_is_a_value_nothing_is_proved():
    never = "H*H*H - 2*W*W*W - 1"
    verdict = symcnn.derive("conv3-8").check(f"params*({never})/({never})")
    for large in ("params*(2**(C**9) - 3)/(2**(C**9) - 3)", "params + 0*(3//(2**(C**9) - C))"):
        assert symcnn.derive("conv3-8").check(large).holds is None
    assert verdict.holds is None
    assert "whether the claim has one at every input is not known" in str(verdict)


def test_a_formula_at_a_point_where_it_has_no_value():
    numbers = symcnn.derive("conv3-8").at(C=3, H=8, W=8)
    assert numbers.check("params*(H - 9)/(H - 9)").holds is True
    with pytest.raises(DomainError, match="a number is divided by zero: H != 8 does not hold"):
        numbers.check("params*(H - 8)/(H - 8)")


def test_what_has_no_value_at_a_point_is_not_said_to_be_equal_there():
    m, n = symbol("m"), symbol("n")
    undefined_at_one = divide(1, greatest((m, n)) - 1) - divide(1, m + n - least((m, n)) - 1)
    verdict = vanishes(undefined_at_one, Domain())
    assert verdict.zero is None
    assert verdict.tried
    assert {"m": 1, "n": 1} not in verdict.tried


def test_what_is_too_large_at_a_point_is_no_point_that_was_tried():
    m, n = symbol("m"), symbol("n")
    tower = Comparison(Origin(), "", symbol("H"), "≥", power(2, n * n))
    verdict = vanishes(greatest((m, n)) + least((m, n)) - m - n, Domain((tower,)))
    assert verdict.zero is None
    assert max(point["n"] for point in verdict.tried) < 60


WRONG = {
    ("vgg16", "9*cin"): (
        'the network has several layers, and "cin" is of none',
        (2, 5),
        "known: conv1.cin, conv2.cin",
    ),
    ("vgg16", "params = conv99.cin"): ('there is no layer "conv99"', (9, 19), "known: conv1.cin"),
    ("vgg16", "conv1.zzz"): ('a layer has no "zzz"', (0, 9), "known: cin, cout"),
    ("vgg16", "nix.zzz"): ('there is no layer "nix"', (0, 7), "known: conv1.cin"),
    ("vgg16", "params = foo"): ('"foo" means nothing in this network', (9, 12), "known: C, H, W"),
    ("conv3-8", "foo"): ('"foo" means nothing in this network', (0, 3), "and of its layer cin"),
    ("conv1x3-8", "k*cin"): ("conv1x3-8 has no k", (0, 1), "kh and kw"),
    ("fc10", "k*cin"): ("fc10 has no k", (0, 1), "kh and kw"),
    ("fc10", "kh*cin"): ("fc10 has no kh", (0, 2), None),
    ("vgg16", "params = 9*conv1.cin*"): ('nothing follows "*"', (21, 21), "did you mean: 9*conv1.cin"),
    ("b=conv3-{cin+1}; b xn", "conv1.cin"): ("differs from pass to pass", (0, 9), None),
    ("conv3-8", "C/0"): ("division by zero", None, None),
}


@pytest.mark.parametrize(("text", "claim"), sorted(WRONG))
def test_errors_point_into_the_claim(text, claim):
    message, span, hint = WRONG[text, claim]
    with pytest.raises(NotationError) as error:
        symcnn.derive(text).check(claim)
    assert message in error.value.message
    assert span is None or (error.value.span.start, error.value.span.end) == span
    assert hint is None or hint in error.value.hint
    assert error.value.source == claim


def test_claims_have_limits_and_domains():
    report = symcnn.derive("conv3-8")
    with pytest.raises(LimitError):
        report.check("C*9**9**9**9")
    with pytest.raises(DomainError):
        symcnn.derive("vgg16").check("C + H // (31 - H)")
    with pytest.raises(UnsupportedError):
        symcnn.derive("conv3-8@a,(conv3-8,pool)xn,gap,[@a*identity]").check("memory = C")


def test_layers_are_named_by_words_and_tags():
    graph = symcnn.derive("conv3-8@a,[+conv3-8:bn@b]@c,(conv3-8x2@d,pool)@e,fc10@f").graph
    names = naming(graph)
    assert set("abdf") <= names.layers.keys()
    label = {name: graph.nodes[i].label() for name, i in names.layers.items()}
    assert (label["a"], label["b"], label["d"], label["f"]) == ("conv3-8", "conv3-8", "conv3-8", "fc10")
    assert names.layers["d"] == names.layers["conv4"]
    assert names.only is None


@effort(0.2)
@given(networks.networks(), networks.inputs())
def test_every_formula_that_is_derived_is_proved(text, size):
    try:
        report = symcnn.derive(text)
        report.at(**size._asdict())
    except SymcnnError:
        assume(False)
        return
    for quantity in ("params", "macs"):
        formula = report.total(quantity)
        assume(isinstance(formula.value, Poly))
        assert report.check(f"{quantity} = {formula}").holds is True
        refuted = report.check(f"{quantity} = {formula} + C")
        assert refuted.holds is False
        point = {name: refuted.counterexample.get(name, 1) for name in formula.required}
        assert refuted.numbers == (formula(**point), formula(**point) + refuted.counterexample["C"])


def test_json_is_plain():
    answer = json.loads(json.dumps(symcnn.derive("conv3-256").check("9*cin*cout").to_json()))
    assert answer["counterexample"] == {"at": {"C": 1}, "is": 2560, "claimed": 2304, "least": True}
    assert (answer["is"], answer["claimed"], answer["difference"]) == ("2304*C + 256", "2304*C", "256")
    assert symcnn.derive("conv3-256").check("9*cin*cout + cout").to_json()["counterexample"] is None
