"""How conditions are said: in words, or in LaTeX."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Final

from symcnn.algebra.polynomials import Value
from symcnn.algebra.printing import latex, text
from symcnn.algebra.styles import LATEX, TEXT

MAX_MEMBERS: Final = 12
"""Members of a set that are written out."""

SHOWN: Final = 8
"""Members of a larger set that are written before the dots."""


@dataclass(frozen=True)
class Wording:
    """The signs and words between values.

    Attributes:
        value: writes a value.
        symbol: writes the name of a symbol.
        least, most: of a bound, "is at least" and "is at most".
        one_of, none_of: between a symbol and a set.
        differs: between a symbol and what it is not.
        mod: between a symbol and its modulus.
        divides: between what divides and what it divides.
        whole: behind what is an integer.
        given: between a condition and what it depends on.
        and_: between two conditions.
        always: what holds everywhere.
        braces: around a set.
        bracket: around what an Iverson bracket tells.
        dots: behind the first members of a large set; their number goes in.
    """

    value: Callable[[Value], str]
    symbol: Callable[[str], str]
    least: str
    most: str
    one_of: str
    none_of: str
    differs: str
    mod: str
    divides: str
    whole: str
    given: str
    and_: str
    always: str
    braces: tuple[str, str]
    bracket: tuple[str, str]
    dots: str

    def bare(self, bracket: str) -> str:
        """Return what stands in an Iverson bracket."""
        return bracket.removeprefix(self.bracket[0]).removesuffix(self.bracket[1])

    def members(self, numbers: Iterable[int]) -> str:
        """Write a set of numbers, of a large one the first."""
        shown = [str(n) for n in sorted(numbers)]
        if len(shown) > MAX_MEMBERS:
            shown = [*shown[:SHOWN], self.dots.format(len(shown))]
        return self.braces[0] + ", ".join(shown) + self.braces[1]


WORDS: Final = Wording(
    value=text,
    symbol=TEXT.symbol,
    least=" ≥ ",
    most=" ≤ ",
    one_of=" in ",
    none_of=" not in ",
    differs=" != ",
    mod=" mod ",
    divides=" divides ",
    whole=" integer",
    given=" if ",
    and_=" and ",
    always="every input",
    braces=("{", "}"),
    bracket=("[", "]"),
    dots="… ({} in all)",
)

# Only what LaTeX has without packages: so the integers are bold.
TEX: Final = Wording(
    value=latex,
    symbol=LATEX.symbol,
    least=r" \ge ",
    most=r" \le ",
    one_of=r" \in ",
    none_of=r" \notin ",
    differs=r" \ne ",
    mod=r" \bmod ",
    divides=r" \mid ",
    whole=r" \in \mathbf{Z}",
    given=r"\ \mathrm{if}\ ",
    and_=r"\ \mathrm{and}\ ",
    always=r"\mathrm{every~input}",
    braces=(r"\{", r"\}"),
    bracket=(r"\left[", r"\right]"),
    dots=r"\ldots\ (\mathrm{{{}~in~all}})",
)
