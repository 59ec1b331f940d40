"""What was found wrong once, and must stay right."""

import pytest

import symcnn
from symcnn.errors import DomainError, NotationError


@pytest.mark.parametrize("text", ["fc10x2 x3", "gn2x2 x3"])
def test_a_repeat_of_a_repeat(text):
    with pytest.raises(NotationError, match="a repeat, which comes once and last"):
        symcnn.derive(text)


def test_an_optional_identity_that_cannot_be_added():
    """At k = 1 the channels agree, but a valid convolution leaves a smaller map."""
    text = "conv3-16,[+conv3p0-{16*k}]:opt"
    with pytest.raises(NotationError):
        symcnn.derive(text.replace("16*k", "16"))
    with pytest.raises(DomainError):
        symcnn.derive(text).params(C=3, H=8, W=8, k=1)


@pytest.mark.parametrize(
    ("text", "named"), [("conv3-{m - 5},pool3", "pool3"), ("pool1x3,pool3x1", "pool3x1")]
)
def test_a_value_that_was_not_given_is_not_blamed(text, named):
    with pytest.raises(DomainError) as caught:
        symcnn.derive(text, {"H": 2})
    assert text[caught.value.span.start : caught.value.span.end] == named


def test_the_order_of_pins():
    one, two = (symcnn.derive(f"input({pins}),conv3-4") for pins in ("H=W,W=32", "W=32,H=W"))
    assert one.macs.value == two.macs.value


def test_a_pin_of_itself():
    with pytest.raises(NotationError):
        symcnn.derive("input(H=H+1),conv3-4")


def test_200_levels_of_definitions():
    names = [f"d_{chr(97 + i // 26)}{chr(97 + i % 26)}" for i in range(198)]
    chain = ";".join(f"{one}={two}" for one, two in zip(names, [*names[1:], "conv3-4"], strict=True))

    def at_depth(frames):
        return at_depth(frames - 1) if frames else symcnn.derive(f"{chain};{names[0]}").weights(C=2)

    assert at_depth(300) == 72
