"""One question at one point: values, defaults, and the plain data of its answer."""

import pytest

from symcnn.answers import ANSWERED, Question, expanded
from symcnn.errors import ArgumentError, DomainError


@pytest.mark.parametrize(
    ("text", "values", "size"),
    [
        ("conv3-8", {}, {"C": 3, "H": 224, "W": 224}),
        ("lenet5", {}, {"C": 1, "H": 28, "W": 28}),
        ("lenet5", {"H": "32"}, {"C": 1, "H": 32, "W": 28}),
        ("input(H=8), conv3-8", {}, {"C": 3, "H": 8, "W": 224}),
        ("input(C=2*k), conv3-8", {"k": 5, "W": 7}, {"C": 10, "H": 224, "W": 7}),
    ],
)
def test_each_dimension_has_its_own_default(text, values, size):
    assert Question(text, values).answer()["input"] == size


def test_an_answer_is_plain_data():
    answer = Question("use conv:bn; conv3-{8*α}, gap, fc-n", {"alpha": "1/2", "n": 10}).answer()
    assert list(answer) == ["input", "symbols", *ANSWERED, "output", "convention"]
    assert answer["symbols"] == {"α": "1/2", "n": 10}
    assert (answer["weights"], answer["biases"], answer["normalization"]) == (27 * 4 + 40, 10, 8)
    assert answer["buffers"] == 8
    assert answer["output"] == [10, 1, 1]


def test_quantities_are_chosen_and_axes_written_out():
    answer = Question("conv3-8", {}).answer(["receptive_field", "memory"], "int8")
    assert answer["receptive_field_height"] == answer["receptive_field_width"] == 3
    assert answer["memory"] == 224 * 224 * 11
    assert "params" not in answer
    assert expanded(["stride", "stride_width"]) == ["stride_height", "stride_width"]


@pytest.mark.parametrize(
    ("text", "values", "said"),
    [
        ("conv3-w", {}, "no value is given for w\n  give one, as in -D w=1"),
        ("conv3-{v*w}", {}, "no value is given for v, w\n  give one, as in -D v=1 -D w=1"),
        ("conv3-w", {"w": 1, "v": 2}, "there is no symbol v in the network\n  known: C, H, W, w"),
        ("conv3-8", {"H": "0.5"}, "H is an integer, but 1/2 was given"),
    ],
)
def test_values_that_do_not_fit_the_network_are_refused(text, values, said):
    with pytest.raises(ArgumentError, match=said):
        Question(text, values).answer()


def test_what_has_no_closed_form_is_null():
    """A window of the size of a pass of adaptive pooling depends on the input."""
    answer = Question("adapool3, conv3-3", {}).answer(["receptive_field", "params"])
    assert (answer["receptive_field_height"], answer["params"]) == (None, 84)


def test_a_value_that_the_text_pins_otherwise_is_refused():
    with pytest.raises(ArgumentError, match="the text pins C, but 4 is given") as refused:
        Question("input(C=3), conv3-8", {"C": 4}).answer()
    assert refused.value.to_json() | {"message": ""} == {
        "kind": "argument",
        "message": "",
        "line": 1,
        "column": 7,
        "hint": None,
    }


def test_the_domain_is_checked():
    with pytest.raises(DomainError, match="too small"):
        Question("vgg16", {"H": 31}).answer()


def test_closed_forms_keep_the_input_and_put_in_the_rest():
    question = Question("conv3-w", {"w": 2, "H": 9})
    assert str(question.closed().macs) == "18*C*H*W"
    assert str(question.report().macs) == str(54 * 9 * 224)
