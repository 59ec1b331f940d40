"""How layers are spelled: words and their aliases, values for two axes, letters of the geometry."""

from collections.abc import Mapping, Sequence

SPELLINGS: Mapping[str, Sequence[str]] = {
    "conv": ("conv", "Conv", "CONV"),
    "dw": ("dw", "depthwise"),
    "deconv": ("deconv", "convt"),
    "pool": ("pool", "maxpool", "MaxPool"),
    "fc": ("fc", "FC-", "linear", "dense"),
    "drop": ("drop0.5", "drop"),
    "softmax": ("softmax", "soft-max"),
    "relu": ("relu", "ReLU", "relu6"),
    "leaky": ("leaky", "leaky0.2"),
    "lrn": ("lrn", "lrn3"),
    "gn": ("gn1",),
}
ACTIVATION_FLAGS = ("", ":relu", ":silu", ":prelu", ":softmax", ":noprelu")
PLAIN = (
    "bn in ln gn scale prelu relu leaky elu sigmoid hsigmoid silu hswish mish gelu tanh softmax lrn drop "
    "identity"
).split()


def pair(values: tuple[int, int]) -> str:
    """A value for each axis, as the notation writes it."""
    return f"{values[0]}" if values[0] == values[1] else f"{values[0]}x{values[1]}"


def letter(name: str, values: tuple[int, int]) -> str:
    """A letter of the geometry, unless it says what is so anyway."""
    return "" if values == (1, 1) else name + pair(values)


def again(text: str) -> str:
    """The same items once more; as a repeated item, they keep their tags to themselves."""
    return f"({text})x1" if "@" in text else text
