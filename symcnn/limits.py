"""The limits that keep untrusted text harmless, each stated once.

Every text or file that a user can hand over is read in bounded time and
memory. What goes over a limit is refused with a `LimitError` that names it.
"""

from typing import Final

MAX_TEXT: Final = 1_000_000
"""Characters in one architecture."""

MAX_NESTING: Final = 200
"""Levels of brackets, of nested definitions, and of an expression's tree."""

MAX_PARTS: Final = 100_000
"""Parts of an expression as it is written, where what occurs twice is written twice."""

MAX_LAYERS: Final = 100_000
"""Layers written out (and items visited) when a network is built."""

MAX_WRITTEN_OUT: Final = 64
"""Repeats of a number up to which each pass is written out."""

MAX_LOOPS: Final = 6
"""Repeats in each other that are not written out; each is built three times."""

MAX_DIGITS: Final = 1_000
"""Decimal digits of any integer, in the text or computed from it."""

MAX_SCAN: Final = 1_000_000
"""Inputs that are tried one by one where two extents are compared."""

MAX_TERMS: Final = 4_000
"""Terms that one multiplication of expressions may make."""

MAX_SYMBOLIC_WORK: Final = 2_000_000
"""Products of terms, in all layers, that channels made of symbols may take."""
