"""The styles that values are written in: text, LaTeX and Python.

Text is the notation's own expression language, so what is printed can be
typed.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import reduce
from typing import Final

from symcnn.algebra.symbols import GREEK


@dataclass(frozen=True)
class Style:
    """How the parts of a value are written.

    Attributes:
        symbol: a symbol's name.
        times: a product of factors, all written.
        power: base and exponent, both written.
        fraction: numerator and denominator, both written.
        floor, ceil: of numerator and denominator, both written.
        call: a function's name and its arguments.
        over: of `sum` or `max`, the index, first, last, and what is under it.
        bracket: of a list of (difference's two sides), and whether they are to differ
            (else the first is to be at least the second).
    """

    symbol: Callable[[str], str]
    times: Callable[[Sequence[str]], str]
    power: Callable[[str, str], str]
    fraction: Callable[[str, str], str]
    floor: Callable[[str, str], str]
    ceil: Callable[[str, str], str]
    call: Callable[[str, list[str]], str]
    over: Callable[[str, list[str]], str]
    bracket: Callable[[list[tuple[str, str]], bool], str]


def _wrapped(written: str) -> str:
    """Put a sum or a product in parentheses, for text and Python."""
    simple = written.replace("_", "").isalnum() or (written.endswith(")") and _one_call(written))
    return written if simple else f"({written})"


def _one_call(written: str) -> bool:
    """Tell whether the text is one call `f(...)` or one parenthesis."""
    head, _, rest = written.partition("(")
    if head and not head.replace("_", "").isalnum():
        return False
    depth, ends = 1, list[int]()
    for place, char in enumerate(rest):
        depth += (char == "(") - (char == ")")
        ends += [place] if depth == 0 else []
    return ends[0] == len(rest) - 1


def divisor(written: str) -> str:
    """Put what stands in a denominator in parentheses, unless it is a power."""
    base, power, exponent = written.partition("**")
    plain = power and base.replace("_", "").isalnum() and _wrapped(exponent) == exponent
    return written if plain else _wrapped(written)


def _upper(written: str) -> str:
    """Put a sum (not a product) in parentheses."""
    return f"({written})" if is_sum(written) else written


def is_sum(written: str) -> bool:
    """Tell whether a text is a sum, outside of all brackets."""
    depth = 0
    for place, char in enumerate(written):
        depth += (char in "([{") - (char in ")]}")
        if depth == 0 and char in "+-" and place:
            return True
    return False


def index(name: str) -> str:
    """Return how the index of a loop is shown: `i_`, and `j_`, `k_` further inside.

    >>> index("#1"), index("n")
    ('i_', 'n')
    """
    return f"{'ijklmnopqrst'[(int(name[1:]) - 1) % 12]}_" if name.startswith("#") else name


TEXT: Final = Style(
    symbol=index,
    times="*".join,
    power=lambda base, exponent: f"{_wrapped(base)}**{_wrapped(exponent)}",
    fraction=lambda top, bottom: f"{_upper(top)}/{divisor(bottom)}",
    floor=lambda top, bottom: f"floor({_upper(top)}/{divisor(bottom)})" if bottom != "1" else f"floor({top})",
    ceil=lambda top, bottom: f"ceil({_upper(top)}/{divisor(bottom)})" if bottom != "1" else f"ceil({top})",
    call=lambda name, arguments: f"{name}({', '.join(arguments)})",
    over=lambda name, parts: f"{name}({parts[3]} for {parts[0]} = {parts[1]}..{parts[2]})",
    bracket=lambda sides, differ: f"[{' or '.join(f'{one} {_SIGN[differ]} {two}' for one, two in sides)}]",
)


def _latex_symbol(name: str) -> str:
    """Write a symbol: Greek letters by name, long names upright, `k_1` with an index."""
    head, _, below = index(name).rstrip("_").partition("_")
    if head in _LATEX_GREEK:
        head = _LATEX_GREEK[head]
    elif len(head) > 1:
        head = rf"\mathrm{{{head}}}"
    return rf"{head}_{{{below.replace('_', ',')}}}" if head and below else head or r"\_"


_LATEX_GREEK: Final = {letter: rf"\{name}" for name, letter in GREEK.items() if name != "omicron"} | {
    letter.upper(): rf"\{name.capitalize()}"
    for name, letter in GREEK.items()
    # The other capitals look like Latin letters, and LaTeX has no names for them.
    if name in ("gamma", "delta", "theta", "lambda", "xi", "pi", "sigma", "upsilon", "phi", "psi", "omega")
}


LATEX: Final = Style(
    symbol=_latex_symbol,
    times=lambda factors: reduce(_latex_times, factors) if factors else "",
    power=lambda base, exponent: f"{_latex_wrapped(base)}^{{{exponent}}}",
    fraction=lambda top, bottom: rf"\frac{{{top}}}{{{bottom}}}",
    floor=lambda top, bottom: rf"\left\lfloor {_latex_ratio(top, bottom)} \right\rfloor",
    ceil=lambda top, bottom: rf"\left\lceil {_latex_ratio(top, bottom)} \right\rceil",
    call=lambda name, arguments: rf"{_latex_function(name)}\left({', '.join(arguments)}\right)",
    over=lambda name, parts: rf"\{name}_{{{parts[0]}={parts[1]}}}^{{{parts[2]}}} \left({parts[3]}\right)",
    bracket=lambda sides, differ: rf"\left[{_latex_either(sides, differ)}\right]",
)


def _latex_times(before: str, factor: str) -> str:
    """Write one more factor: numbers do not run together, as in 2·2ⁿ."""
    return before + (r" \cdot " if factor[0].isdigit() else " ") + factor


def _latex_wrapped(written: str) -> str:
    """Put what has several parts in parentheses, but not what stands in brackets already."""
    return written if " " not in written or _in_brackets(written) else rf"\left({written}\right)"


def _in_brackets(written: str) -> bool:
    """Tell whether a text is one pair of brackets, such as those of a floor, with what is inside."""
    depth = 0
    for bracket in re.finditer(r"\\(?:left|right)(?![a-z])", written):
        depth += 1 if bracket[0] == r"\left" else -1
        if depth == 0:
            return written.startswith(r"\left") and " " not in written[bracket.end() :]
    return False


def _latex_ratio(top: str, bottom: str) -> str:
    return top if bottom == "1" else rf"\frac{{{top}}}{{{bottom}}}"


def _latex_function(name: str) -> str:
    escaped = name.replace("_", "\\_")
    return rf"\{name}" if name in ("min", "max") else rf"\operatorname{{{escaped}}}"


def _latex_either(sides: list[tuple[str, str]], differ: bool) -> str:
    sign = r"\ne" if differ else r"\ge"
    return r" \lor ".join(f"{one} {sign} {two}" for one, two in sides)


_SIGN: Final = {True: "!=", False: ">="}


def _python_over(name: str, parts: list[str]) -> str:
    each = f"{parts[3]} for {parts[0]} in range({parts[1]}, {parts[2]} + 1)"
    return each if name == "sum" else f"({each}), default=0"


PYTHON: Final = Style(
    symbol=index,
    times="*".join,
    power=lambda base, exponent: f"{_wrapped(base)}**{_wrapped(exponent)}",
    fraction=lambda top, bottom: f"Fraction({top}, {bottom})",
    floor=lambda top, bottom: f"({_upper(top)}//{divisor(bottom)})",
    ceil=lambda top, bottom: f"-(-{_wrapped(top)}//{divisor(bottom)})",
    call=lambda name, arguments: f"{name}({', '.join(arguments)})",
    over=lambda name, parts: f"{name}({_python_over(name, parts)})",
    bracket=lambda sides, differ: f"({' or '.join(f'{one} {_SIGN[differ]} {two}' for one, two in sides)})",
)
