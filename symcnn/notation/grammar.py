"""Where the grammars are, and the parser made of them."""

from functools import cache
from pathlib import Path
from typing import Literal

from lark import Lark, UnexpectedInput

from symcnn.notation.build import Builder
from symcnn.notation.checks import check_depth
from symcnn.notation.expressions import Expression
from symcnn.notation.mistakes import explain

_PACKAGE = Path(__file__).resolve().parents[1]
# A wheel carries the grammars inside the package; a checkout has them beside it.
_FOLDER = next(p for p in (_PACKAGE / "grammars", _PACKAGE.parent / "grammars") if p.is_dir())


@cache
def parser() -> Lark:
    """Return the parser of the native notation, built at the first call."""
    return Lark.open(  # pyright: ignore[reportUnknownMemberType] - lark leaves its options untyped
        str(_FOLDER / "native.lark"),
        parser="lalr",
        start=["architecture", "sum"],
        transformer=Builder(),
        maybe_placeholders=False,
    )


def read(text: str, start: Literal["architecture", "sum"]) -> object:
    """Parse `text` as one of the start symbols.

    Raises:
        NotationError: the text does not follow the grammar or the rules beyond it.
    """
    try:
        # What it takes as callback is untyped in lark; what it returns is declared here.
        tree: object = parser().parse(text, start=start)  # pyright: ignore[reportUnknownMemberType]
    except UnexpectedInput as error:
        raise explain(text, error, start) from None
    if isinstance(tree, Expression):
        check_depth(tree)
    return tree
