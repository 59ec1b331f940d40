"""What was probably meant by a name that means nothing."""

from collections.abc import Iterable
from difflib import get_close_matches

from symcnn.layers import KNOWN_AS, WORDS
from symcnn.layers.merges import MERGES
from symcnn.notation.syntax import Call, Word


def for_word(word: Word, definitions: Iterable[str]) -> str | None:
    """Return the hint for a word that is no layer and no definition."""
    name, rest = word.word, str(word)[len(word.word) :]
    own = {d.lower(): d for d in definitions}
    known = {**{w: w for w in WORDS}, **own}
    head, letter = name[:-1].lower(), name[-1:].lower()
    if head in WORDS and letter in WORDS[head].spec.geometry and word.size:
        spec = WORDS[head].spec
        default = "2" if "size" not in spec.requires else "3"
        return f"geometry follows a size; did you mean: {head}{default}{letter}{rest}"
    if f"{name}x".lower() in known:
        return f"a word ends before x and a digit; did you mean: {name}x"
    for place, char in enumerate(name):
        if char == "x" and name[:place].lower() in known:
            return f"a repeat stands apart; did you mean: {name[:place]} {name[place:]}{rest}"
    return for_join(name) or _near(name, {**KNOWN_AS, **known}, rest)


def _near(name: str, known: dict[str, str], rest: str) -> str | None:
    near = get_close_matches(plain(name), known, n=1)
    return f"did you mean: {known[near[0]]}{rest}" if near else None


def plain(name: str) -> str:
    """Return a name as it is compared with what others call a layer.

    >>> plain("Global_AvgPool2d")
    'globalavgpool'
    """
    return name.lower().replace("_", "").removesuffix("2d")


def for_join(name: str) -> str | None:
    """Return the hint for what is called a concatenation, a sum or a product elsewhere."""
    signs = (sign for sign, kind in MERGES.items() if plain(name) in kind.known_as)
    return next((f"branches are joined in brackets: [conv3-64 {sign} identity]" for sign in signs), None)


def for_call(call: Call, definitions: Iterable[str]) -> str | None:
    """Return the hint for a call of something that is not defined."""
    near = get_close_matches(call.name, list(definitions), n=1)
    if near:
        return f"did you mean: {near[0]}{str(call)[len(call.name) :]}"
    return for_join(call.name) or written_as(call.name)


def written_as(name: str) -> str | None:
    """Return how a layer is written that is called as in a program: `Conv2d(3, 64)`."""
    kind = WORDS.get(KNOWN_AS.get(plain(name), plain(name)))
    return f"a layer is written with its numbers: {kind.spec.example}" if kind else None
