"""Text to syntax tree and back: the only place that knows the grammar.

`parse` reads a whole architecture, `parse_expression` the arithmetic alone;
`str()` of what they return is the canonical notation.
"""

from dataclasses import replace
from typing import Literal, cast

from symcnn.errors import NotationError
from symcnn.notation.expressions import Expression
from symcnn.notation.scan import scan
from symcnn.notation.syntax import Architecture
from symcnn.source import Span

__all__ = ["parse", "parse_expression"]


def parse(text: str) -> Architecture:
    """Read an architecture.

    Args:
        text: the notation, for example `conv3-64x2, pool, fc10`.

    Returns:
        What it says, with the place of everything in `text`.

    Raises:
        NotationError: the text is no architecture; the error knows the place.
        LimitError: the text is too long or nests too deep.

    >>> print(parse("conv3-64x2,pool,D x6@a"))
    conv3-64x2, pool, D x6@a
    """
    tree = cast("Architecture", _read(text, "architecture"))
    return replace(tree, text=text, span=Span(0, len(text)))


def parse_expression(text: str) -> Expression:
    """Read an expression of the notation.

    Args:
        text: the expression without braces, for example `round_to(32*α, 8)`.

    Raises:
        NotationError: the text is no expression; the error knows the place.
        LimitError: the text is too long or nests too deep.

    >>> print(parse_expression("(2 * (c)) / (4*k)"))
    (2*c)/(4*k)
    """
    return cast("Expression", _read(text, "sum"))


def _read(text: str, start: Literal["architecture", "sum"]) -> object:
    # lark takes as long to import as Python to start; the tree alone does not need it.
    from symcnn.notation.grammar import read

    try:
        scan(text)
        return read(text, start)
    except NotationError as error:
        raise error.within(text) from None
