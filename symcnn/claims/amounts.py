"""Numbers as people write them: exact, or rounded to the digits that are shown."""

import re
from dataclasses import dataclass
from fractions import Fraction
from typing import Final

from symcnn.algebra.polynomials import Number, tidy
from symcnn.budgets import LETTERS
from symcnn.errors import LimitError, NotationError
from symcnn.limits import MAX_DIGITS
from symcnn.source import Span

MULTIPLES: Final = {letter.lower(): power for letter, power in LETTERS.items()} | {
    "thousand": 1,
    "mio": 2,
    "mln": 2,
    "million": 2,
    "billion": 3,
    "trillion": 4,
}
"""What stands behind an amount, as powers of a thousand."""

UNITS: Final = {
    "b": "memory",
    "byte": "memory",
    "bytes": "memory",
    "mac": "macs",
    "macs": "macs",
    "madds": "macs",
    "mult-adds": "macs",
    "multiply-adds": "macs",
    "flop": "flops",
    "flops": "flops",
    "param": "params",
    "params": "params",
    "parameters": "params",
    "weights": "weights",
}
"""The units behind an amount, and the quantity that each is of."""

MAX_PLACES: Final = 8
"""Decimals that are written, one less."""

MAX_SHOWN: Final = 10**60
"""Integers from here on are written by their first digits, and how many there are."""

_DIGITS = r"[0-9]{1,3}(?:[,_'’ ][0-9]{3})+|[0-9]+"
_MULTIPLE = "|".join(sorted(filter(None, MULTIPLES), key=len, reverse=True))
_UNIT = "|".join(sorted(UNITS, key=len, reverse=True))
_ABOUT = r"~|∼|≈|≃|≅|about |around |roughly |approximately |approx\.? |circa |ca\.? "
_AMOUNT: Final = re.compile(
    rf"(?P<about>{_ABOUT})?\s*(?P<whole>{_DIGITS})(?P<decimals>\.[0-9]+)?"
    rf"(?:e(?P<exponent>[+-]?[0-9]+)|\s*(?P<multiple>{_MULTIPLE})(?P<binary>i(?=b))?)?\s*(?P<unit>{_UNIT})?",
    re.IGNORECASE,
)
_GROUPED: Final = re.compile(r"[0-9]+(?:(?:,[0-9]+)+|(?:\.[0-9]+){2,}) ?[a-z]*", re.IGNORECASE)


@dataclass(frozen=True)
class Amount:
    """A number with the precision to which it is stated.

    Attributes:
        value: the number as it stands, exact.
        step: what one more in its last digit would be; 0 if it is exact.
    """

    value: Number
    step: Number = 0

    def match(self, number: Number) -> str | None:
        """Tell how a number gives this amount: `exactly`, `rounded`, `truncated`, or not at all.

        Both ends of the interval that rounds to it are taken in, since people
        round halves up, down and to even; what is cut off goes up to the next
        step, which is left out.

        >>> [Amount(590_000, 10_000).match(n) for n in (589_824, 595_000, 599_999, 584_999)]
        ['rounded', 'rounded', 'truncated', None]
        """
        if number == self.value:
            return "exactly"
        if 2 * abs(number - self.value) <= self.step:
            return "rounded"
        return "truncated" if self.value < number < self.value + self.step else None

    @property
    def ends(self) -> tuple[Number, Number]:
        """The least and the greatest number that rounds to it."""
        half = Fraction(self.step) / 2
        return tidy(self.value - half), tidy(self.value + half)

    def scaled(self, factor: Fraction) -> "Amount":
        """Return the amount in another unit."""
        return Amount(tidy(self.value * factor), tidy(self.step * factor))


@dataclass(frozen=True)
class Measured:
    """An amount with its unit.

    Attributes:
        amount: the number.
        quantity: what the unit says it is of; None without a unit.
        binary: the same digits if K, M and G stood for powers of 1024; None
            where they say themselves what they stand for.
    """

    amount: Amount
    quantity: str | None
    binary: Amount | None


def read_amount(text: str, offset: int = 0) -> Measured | None:
    """Read a number such as `138,357,544`, `0.59M`, `5.9e5`, `93MB`, `15.5 GMACs` or `~590,000`.

    Args:
        text: the text.
        offset: where it begins in what the user wrote, for errors.

    Returns:
        None if the text is no number.

    Raises:
        NotationError: if it is a number whose commas or points do not do what they do here.
        LimitError: if it is too long.

    >>> read_amount("0.59M").amount
    Amount(value=590000, step=10000)
    """
    written = " ".join(text.split())
    match = _AMOUNT.fullmatch(written)
    if match is None:
        if _GROUPED.fullmatch(written):
            raise NotationError(
                "commas part a number into thousands, and a point is a decimal point",
                Span(offset, offset + len(text)),
                "as in 138,357,544 and 0.59M",
            )
        return None
    digits, decimals = re.sub("[,_'’ ]", "", match["whole"]), match["decimals"] or "."
    exponent = match["exponent"] or "0"
    if len(digits) + len(decimals) + _size(exponent) > MAX_DIGITS:
        raise LimitError(f"a number has more than {MAX_DIGITS:,} digits", Span(offset, offset + len(text)))
    power = MULTIPLES[(match["multiple"] or "").lower()]
    value, last = Fraction(f"{digits}{decimals}0"), Fraction(1, 10 ** (len(decimals) - 1))
    if match["about"]:
        last = max(last, Fraction(_last_place(digits))) if decimals == "." else last
    elif power == 0 and decimals == "." and not match["exponent"]:
        last = Fraction(0)
    value, last = value * Fraction(10) ** int(exponent), last * Fraction(10) ** int(exponent)
    base = 1024 if match["binary"] else 1000
    quantity = UNITS[match["unit"].lower()] if match["unit"] else None
    plain = Amount(value, last).scaled(Fraction(base**power))
    other = Amount(value, last).scaled(Fraction(1024**power))
    ambiguous = quantity == "memory" and power and not match["binary"]
    return Measured(plain, quantity, other if ambiguous else None)


def _size(exponent: str) -> int:
    """Return the digits that a power of ten adds; as many as are too many where there are more of its own."""
    return abs(int(exponent)) if len(exponent) < 6 else MAX_DIGITS


def _last_place(digits: str) -> int:
    """Return the place value of the last digit that is not 0: 10,000 in 590,000."""
    return 10 ** (len(digits) - len(digits.rstrip("0"))) if digits.strip("0") else 1


def commas(number: Number) -> str:
    """Write a number with separators, and with decimals where a few are exact.

    >>> commas(138357544), commas(Fraction(9, 2)), commas(Fraction(1, 3))
    ('138,357,544', '4.5', '1/3')
    """
    number = tidy(number)
    if abs(number) >= MAX_SHOWN:
        digits = str(int(number))
        return f"{digits[:12]}… ({len(digits.removeprefix('-'))} digits)"
    places = next((n for n in range(1, MAX_PLACES) if (number * 10**n).denominator == 1), 0)
    if isinstance(number, int) or not places:
        return f"{number:,}" if isinstance(number, int) else str(number)
    digits = f"{int(number * 10**places):0{places + 1}}"
    return f"{int(digits[:-places]):,}.{digits[-places:]}"
