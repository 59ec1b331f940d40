"""Names of symbols: one spelling each, and what values they stand for.

A symbol is a positive integer. Greek letters, and their English names, are
positive rationals: `alpha` and `α` are the same symbol, spelled `α`.
"""

import unicodedata
from collections.abc import Mapping
from fractions import Fraction
from functools import lru_cache
from typing import SupportsIndex

from symcnn.errors import ArgumentError
from symcnn.limits import MAX_DIGITS

GREEK: Mapping[str, str] = dict(
    zip(
        "alpha beta gamma delta epsilon zeta eta theta iota kappa lambda mu nu xi omicron pi rho sigma"
        " tau upsilon phi chi psi omega".split(),
        "αβγδεζηθικλμνξοπρστυφχψω",
        strict=True,
    )
)
"""English names of the Greek letters; capitalized names mean the capital letters."""

INDEX = "#"
"""What the names of the indices of loops begin with; no text can spell them."""

UNKNOWN = "?"
"""What the names begin with that stand for what enters a pass; no text can spell them."""

INPUT = ("C", "H", "W")
"""The input's channels, height and width: symbols of every architecture."""


@lru_cache(maxsize=4096)
def canonical(name: str) -> str:
    """Return the one spelling of a symbol's name.

    >>> canonical("alpha"), canonical("Gamma"), canonical("n")
    ('α', 'Γ', 'n')
    """
    name = unicodedata.normalize("NFKC", name)
    letter = GREEK.get(name.lower())
    if letter is None or name not in (name.lower(), name.capitalize()):
        return name
    return letter if name.islower() else letter.upper()


@lru_cache(maxsize=4096)
def is_rational(name: str) -> bool:
    """Tell whether a symbol (in its one spelling) stands for a positive rational.

    >>> is_rational("α"), is_rational("n")
    (True, False)
    """
    return len(name) == 1 and name.lower() in "αβγδεζηθικλμνξοπρστυφχψως"


def exact(name: str, value: object) -> int | Fraction:
    """Return a value handed over for a symbol as an exact positive number.

    Integers, fractions, sympy's and NumPy's integers, decimals and strings
    such as `"1/4"` are exact; floats are not, and are refused.

    Raises:
        ArgumentError: if the value is not exact, not positive, not an integer
            where the symbol is one, or longer than 1,000 digits.

    >>> exact("α", "0.25"), exact("H", 224)
    (Fraction(1, 4), 224)
    """
    number = _number(name, value)
    if max(abs(number.numerator), number.denominator) >= 10**MAX_DIGITS:
        raise ArgumentError(f"the value of {name} is longer than {MAX_DIGITS:,} digits")
    if number <= 0:
        raise ArgumentError(f"{name} is positive, but {number} was given")
    if number.denominator == 1:
        return int(number)
    if not is_rational(canonical(name)):
        raise ArgumentError(
            f"{name} is an integer, but {number} was given",
            hint="only symbols with Greek names may be fractions: α or alpha",
        )
    return number


def _number(name: str, value: object) -> Fraction:
    if isinstance(value, bool | float):
        kind = type(value).__name__
        raise ArgumentError(
            f"{name} needs an exact number, not the {kind} {value}",
            hint=f'give an integer, a Fraction, or a string such as {name}="{value}"',
        )
    try:
        if isinstance(value, str):
            return _from_text(value)
        if isinstance(value, SupportsIndex):
            return Fraction(value.__index__())
        if isinstance(value, Fraction):
            return value
        return _from_text(str(value))  # Decimal, sympy.Rational
    except ArgumentError:
        raise
    except (ValueError, TypeError, ZeroDivisionError):
        shown = str(value) if len(str(value)) < 40 else str(value)[:40] + "…"
        hint = "write it out, without an exponent" if "e" in shown.lower() else None
        raise ArgumentError(f"{name} needs a number, not {shown!r}", hint=hint) from None


def _from_text(text: str) -> Fraction:
    """Read `"224"`, `"0.25"` or `"1/4"`; no exponents, which make huge numbers of short texts."""
    if len(text) > 3 * MAX_DIGITS:
        raise ArgumentError(f"a number is longer than {MAX_DIGITS:,} digits")
    if "e" in text.lower():
        raise ValueError(text)
    return Fraction(text)
