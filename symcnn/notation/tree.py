"""What every node of a syntax tree can do: compare, hash and print itself.

All three walk iteratively, because the depth of a tree comes from the user.
"""

from dataclasses import dataclass, field, fields, replace
from typing import Any, Protocol, Self, cast

from symcnn.source import Span

NOWHERE = Span(0, 0)

Values = tuple[Any, ...]


class Printer(Protocol):
    """What IPython and hypothesis print with."""

    def text(self, text: str, /) -> object: ...


@dataclass(frozen=True, eq=False, repr=False)
class Node:
    """A place in a text with a meaning; equal to another whatever its place."""

    span: Span = field(default=NOWHERE, kw_only=True)

    def pieces(self) -> "tuple[str | Node, ...]":
        """Return the canonical notation as strings and the nodes between them."""
        raise NotImplementedError

    def parts(self) -> Values:
        """Return the values that make up the meaning: every field but the span."""
        return tuple(getattr(self, f.name) for f in fields(self) if f.name != "span")

    def moved(self, span: Span) -> Self:
        """Return the same meaning at another place."""
        return replace(self, span=span)

    def __str__(self) -> str:
        out: list[str] = []
        stack: list[str | Node] = [self]
        while stack:
            piece = stack.pop()
            if isinstance(piece, str):
                out.append(piece)
            else:
                stack.extend(reversed(piece.pieces()))
        return "".join(out)

    def __repr__(self) -> str:
        return f"{type(self).__name__}({str(self)!r})"

    def _repr_pretty_(self, printer: "Printer", cycle: bool) -> None:
        """Print the text, not the fields, in IPython and in what hypothesis reports."""
        printer.text(repr(self))

    def __eq__(self, other: object) -> bool:
        stack: list[tuple[Any, Any]] = [(self, other)]
        while stack:
            one, two = stack.pop()
            if type(one) is not type(two):
                return False
            if isinstance(one, Node):
                one, two = one.parts(), two.parts()
            if not isinstance(one, tuple):
                if one != two:
                    return False
                continue
            ones, twos = cast("Values", one), cast("Values", two)
            if len(ones) != len(twos):
                return False
            stack.extend(zip(ones, twos, strict=True))
        return True

    def __hash__(self) -> int:
        seen: list[Any] = []
        stack: list[Any] = [self]
        while stack:
            node = stack.pop()
            if isinstance(node, Node):
                seen.append(type(node).__name__)
                node = node.parts()
            if isinstance(node, tuple):
                values = cast("Values", node)
                seen.append(len(values))
                stack.extend(values)
            else:
                seen.append(node)
        return hash(tuple(seen))
