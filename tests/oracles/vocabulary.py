"""The words of the notation, and the names of symbols."""

import re
import unicodedata
from typing import NamedTuple


class Spec(NamedTuple):
    """What a word may carry: `!` must be there, `?` may be there, nothing may not."""

    size: str = ""
    width: str = ""
    pair: bool = False
    decimal: bool = False
    letters: str = ""
    flags: frozenset[str] = frozenset()


NORMS = frozenset("bn in ln gn".split())
ACTIVATIONS = frozenset(
    "relu leaky elu sigmoid hsigmoid silu hswish mish gelu tanh softmax prelu".split(),
)
WEIGHTED = NORMS | ACTIVATIONS | {"bias"}
ROUNDING = frozenset({"ceil", "same"})
SKIPS = frozenset({"proj", "pad", "opt"})
POOL = Spec(size="?", pair=True, letters="spd", flags=ROUNDING | ACTIVATIONS)

SPECS = {
    "conv": Spec(size="!", width="!", pair=True, letters="spdg", flags=WEIGHTED | {"valid", "same"}),
    "dw": Spec(size="!", width="?", pair=True, letters="spd", flags=WEIGHTED | {"valid", "same"}),
    "deconv": Spec(size="!", width="!", pair=True, letters="spdg", flags=WEIGHTED),
    "fc": Spec(size="?", width="?", flags=WEIGHTED),
    "pool": POOL,
    "avgpool": POOL,
    "gap": Spec(flags=ACTIVATIONS),
    "gmp": Spec(flags=ACTIVATIONS),
    "adapool": Spec(size="?", pair=True, flags=ACTIVATIONS),
    "gn": Spec(size="?", flags=ACTIVATIONS),
    **dict.fromkeys("bn in ln".split(), Spec(flags=ACTIVATIONS)),
    **dict.fromkeys("relu leaky elu lrn drop".split(), Spec(size="?", decimal=True)),
    **dict.fromkeys(ACTIVATIONS - {"relu", "leaky", "elu"}, Spec()),
    **dict.fromkeys("scale flatten identity".split(), Spec()),
    **dict.fromkeys("shuffle pixelshuffle pixelunshuffle".split(), Spec(size="?")),
    "upsample": Spec(size="?", pair=True),
    "pad": Spec(size="!", pair=True),
    "take": Spec(width="!"),
}
ALIASES = {"maxpool": "pool", "depthwise": "dw", "convt": "deconv", "linear": "fc", "dense": "fc"}

KINDS = {
    **dict.fromkeys(NORMS, "norm"),
    **dict.fromkeys(ACTIVATIONS, "activation"),
    **dict.fromkeys(ROUNDING | {"valid"}, "fit"),
    **dict.fromkeys(SKIPS, "skip"),
    "bias": "bias",
}


def layer_word(word: str) -> str | None:
    """The layer's own name, or None where no layer is called so."""
    word = ALIASES.get(word.lower(), word.lower())
    return word if word in SPECS else None


def symbol_name(name: str) -> str:
    """`α` and `alpha` are one symbol."""
    spelled = unicodedata.name(name, "") if len(name) == 1 else ""
    match = re.fullmatch(r"GREEK (SMALL|CAPITAL) LETTER (\w+)", spelled)
    if match is None:
        return name
    letter = match[2].replace("LAMDA", "LAMBDA").lower()
    return letter if match[1] == "SMALL" else letter.capitalize()


GREEK = {symbol_name(chr(code)).lower() for code in range(0x3B1, 0x3CA)}
