"""The doors: from a text, an architecture or a graph to a report."""

from collections.abc import Mapping
from difflib import get_close_matches
from re import sub
from typing import Final, cast

from symcnn.algebra.formula import exact_point
from symcnn.algebra.polynomials import Number
from symcnn.algebra.symbols import INPUT, canonical
from symcnn.catalog import Entry, zoo
from symcnn.conventions import DEFAULT
from symcnn.elaborate import elaborate
from symcnn.errors import ArgumentError, NotationError
from symcnn.graph import Graph
from symcnn.layers import WORDS
from symcnn.limits import MAX_DIGITS
from symcnn.notation import parse
from symcnn.notation.syntax import Architecture
from symcnn.report import Report
from symcnn.source import Span

MAX_NAME: Final = 100
"""Characters up to which a text may be the name of a network, spelled otherwise."""

Source = str | Architecture | Graph | Entry
Size = str | tuple[int, int, int] | Mapping[str, object]


def derive(
    source: Source,
    input: Size | None = None,
    *,
    symbols: Mapping[str, object] | None = None,
    dtype: str = "float32",
    convention: str = DEFAULT,
) -> Report:
    """Derive the closed forms of a network.

    Args:
        source: a text in the notation, the name or the entry of a network of
            the zoo, a parsed architecture, or a graph.
        input: values for the input's dimensions, put in before deriving:
            `"224x224x3"` or `(224, 224, 3)` (height, width, channels), or a
            mapping of some of `H`, `W`, `C`. What is not given stays a symbol.
        symbols: exact values of further symbols, put in before deriving.
        dtype: the type of an element, for memory.
        convention: what is counted, by the name of one of `symcnn.conventions`.

    Raises:
        NotationError: if the text is no network.
        DomainError: if the network cannot take the values given.
        ArgumentError: if a value is not exact, or contradicts the text, or
            there is no such convention.

    >>> report = derive("conv3-64x2,pool,conv3-128x2,pool,fc10")
    >>> str(report.params)
    '1280*floor(H/4)*floor(W/4) + 576*C + 258442'
    >>> report.params(H=32, W=32, C=3)
    342090
    """
    bound = bound_values(input, symbols)
    if isinstance(source, Graph):
        if bound:
            raise ArgumentError("a graph is built already; its report takes values by at(...)")
        return Report(source, dtype, convention)
    return Report(elaborate(read(source), bound), dtype, convention)


def read(source: str | Architecture | Entry) -> Architecture:
    """Return the architecture of a text or of a zoo name.

    Raises:
        NotationError: if the text is no network.
    """
    if isinstance(source, Architecture):
        return source
    if isinstance(source, Entry):
        return parse(source.notation)
    if not isinstance(source, str):  # pyright: ignore[reportUnnecessaryIsInstance] - not all who call check types
        raise ArgumentError(f"a network is given as text, not as {type(source).__name__}")
    if source not in zoo and len(source) <= MAX_NAME:
        _refuse_misspelt(source)
    return parse(zoo[source].notation if source in zoo else source)


def _refuse_misspelt(name: str) -> None:
    """Refuse a text that is no layer, but nearly the name of a network.

    Raises:
        NotationError: with that name.
    """
    near = [other for other in zoo if _letters(other) == _letters(name)]
    if not near and name.replace(".", "_").isidentifier() and name.lower().rstrip("0123456789") not in WORDS:
        near = get_close_matches(name.lower(), zoo, n=3, cutoff=0.7)
    if near:
        error = NotationError(
            f'"{name}" is no layer, and no network of the zoo',
            Span(0, len(name)),
            f"did you mean: {', '.join(near)}",
        )
        raise error.within(name)


def _letters(name: str) -> str:
    """Return a name as it is compared: `ResNet-50` is resnet50."""
    return sub(r"[-_. ]", "", name).lower()


def bound_values(size: Size | None, symbols: Mapping[str, object] | None) -> dict[str, Number]:
    """Return exact values by canonical names, of dimensions and of symbols."""
    values: dict[str, object] = {}
    if isinstance(size, Mapping):
        values.update(size)
    elif size is not None:
        values.update(zip(("H", "W", "C"), _three(size), strict=True))
    if unknown := [name for name in values if name not in INPUT]:
        raise ArgumentError(f"the input has no dimension {unknown[0]}", hint="its dimensions are H, W and C")
    if twice := sorted(values.keys() & (symbols or {}).keys()):
        raise ArgumentError(f"{twice[0]} is given twice")
    values.update(symbols or {})
    return exact_point(values, frozenset(map(canonical, values)))


def _three(size: object) -> tuple[object, ...]:
    """Return height, width and channels."""
    sizes = read_size(size) if isinstance(size, str) else size
    if not isinstance(sizes, tuple | list) or len(cast("tuple[object, ...]", sizes)) != len(INPUT):
        raise ArgumentError(
            f"{size!r} is no input size", hint='give "224x224x3", (224, 224, 3), or {"H": 224, "W": 224}'
        )
    return tuple(cast("tuple[object, ...]", sizes))


def read_size(text: str) -> tuple[int, int, int]:
    """Read a size such as `224x224x3`: height, width, channels.

    Raises:
        ArgumentError: if it is none.

    >>> read_size("224x224x3")
    (224, 224, 3)
    """
    parts = text.lower().replace("×", "x").split("x")
    if len(parts) != 3 or not all(p.isascii() and p.isdigit() for p in parts):
        raise ArgumentError(f"{text!r} is no input size", hint="it is HEIGHTxWIDTHxCHANNELS, as in 224x224x3")
    if max(map(len, parts)) > MAX_DIGITS:
        raise ArgumentError(f"a size is longer than {MAX_DIGITS:,} digits")
    height, width, channels = map(int, parts)
    return height, width, channels
