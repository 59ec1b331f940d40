"""What somebody claims of a network: a number or a formula, of some quantity."""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Final

from symcnn.algebra.conditions import Origin
from symcnn.algebra.demand import Demand
from symcnn.algebra.polynomials import TOO_LONG, Number, Poly
from symcnn.algebra.requirements import Requirements
from symcnn.claims.amounts import Amount, Measured, read_amount
from symcnn.errors import ArgumentError, LimitError, NotationError, UnsupportedError
from symcnn.limits import MAX_DIGITS
from symcnn.reading import read_value
from symcnn.source import Span

ALIASES: Final[Mapping[str, str]] = {
    "parameters": "params",
    "param": "params",
    "mults": "macs",
    "mac": "macs",
    "flop": "flops",
    "bias": "biases",
    "weight": "weights",
    "mem": "memory",
}
"""Other names of quantities."""

MAX_CLAIM: Final = 10_000
"""Characters in one claim."""

_NAMED: Final = re.compile(r"(?:[^#]|#[^\n]*\n)*?[^\W\d]")
"""What begins a text with a name in it that is in no comment."""

_STATED: Final = re.compile(r"\s*(?P<name>[^\W\d]\w*(?: \w+)*)\s*(?:==?|:)(?P<rest>.*)", re.DOTALL)


@dataclass(frozen=True)
class Claim:
    """A claim, as it was written.

    Attributes:
        text: the text.
        quantity: what it is about.
        number: the number claimed; None for a formula with names in it.
        formula: the formula, with spaces in place of what precedes it, so
            that places in it are places in the text; None for a plain number.
    """

    text: str
    quantity: str
    number: Measured | None
    formula: str | None

    @property
    def claimed(self) -> str:
        """What is claimed, without the name of the quantity."""
        match = _STATED.fullmatch(self.text)
        return _printable(match["rest"] if match else self.text)

    def __str__(self) -> str:
        return _printable(self.text)


def _printable(text: str) -> str:
    """Return a text in one line, without what could drive a terminal."""
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())


def read_claim(text: object, quantities: Collection[str]) -> Claim:
    """Read a claim.

    Args:
        text: `138M`, `weights = 138344128`, `memory = 93MB`, `params = 9*cin*cout`, or an integer.
        quantities: the names of what a claim may be about.

    Raises:
        ArgumentError: if it is neither text nor integer.
        NotationError: if it names an unknown quantity, or states none, or two.
        LimitError: if it is too long.

    >>> claim = read_claim("memory = 93MB", ["params", "memory"])
    >>> claim.quantity, claim.number.amount
    ('memory', Amount(value=93000000, step=1000000))
    """
    if isinstance(text, int) and not isinstance(text, bool):
        if abs(text) >= TOO_LONG:
            raise LimitError(f"an integer has more than {MAX_DIGITS:,} digits")
        text = str(text)
    if not isinstance(text, str):
        raise ArgumentError(
            f"a claim is text or an integer, not {type(text).__name__}", hint='as in "138M" or 138357544'
        )
    if len(text) > MAX_CLAIM:
        raise LimitError(f"a claim has more than {MAX_CLAIM:,} characters")
    try:
        return _read(text, quantities)
    except NotationError as error:
        error.source = None  # which has spaces in place of the quantity
        raise error.within(text) from None


def _read(text: str, quantities: Collection[str]) -> Claim:
    match = _STATED.fullmatch(text)
    name = _quantity(match, quantities) if match else None
    start = match.start("rest") if match else 0
    rest = text[start:]
    if not rest.strip():
        raise NotationError("nothing is claimed", Span(start, len(text)), "as in: params = 138M")
    number = read_amount(rest, start)
    unit = number.quantity if number else None
    if name and unit and unit != name and not (unit == "memory" and name.endswith("memory")):
        raise NotationError(
            f"the claim is about {name}, and its unit about {unit}",
            Span(start, len(text)),
            "leave one of them out",
        )
    formula = None if number else " " * start + rest
    if formula and not _NAMED.match(formula):
        number = Measured(Amount(constant(formula)), None, None)
    return Claim(text, name or unit or "params", number, formula)


def without_closed_form(quantity: str) -> UnsupportedError:
    """Return the error that says that a quantity cannot be judged here."""
    return UnsupportedError(f"the {quantity.replace('_', ' ')} has no simple closed form here")


def constant(formula: str) -> Number:
    """Return what an expression without names comes to.

    Raises:
        NotationError: if it is no expression.
        LimitError: if a number grows over the limit of digits.
    """
    value = read_value(formula, Demand(Requirements(), Origin()))
    assert not isinstance(value, Poly)  # there is no name for a symbol in it
    return value


def _quantity(match: re.Match[str], quantities: Collection[str]) -> str:
    """Return the quantity that stands before the sign of a claim."""
    written = match["name"].lower().replace(" ", "_")
    name = ALIASES.get(written, written)
    if name not in quantities:
        near = get_close_matches(name, [*quantities, *ALIASES], n=1)
        hint = f"did you mean: {near[0]}" if near else f"known: {', '.join(quantities)}"
        raise NotationError(f'there is no quantity "{match["name"]}"', Span(*match.span("name")), hint)
    return name
