"""What symcnn says when it cannot answer: one message, the place, a way out.

The kinds stand in the order of the pipeline. Each also inherits the built-in
that it resembles, so `except ValueError` works as people expect.
"""

from typing import ClassVar, Self

from symcnn.source import Span, excerpt, position


class SymcnnError(Exception):
    """Base of everything that symcnn raises on purpose.

    Attributes:
        message: one sentence, without a trailing full stop.
        span: where in `source` it is, if it is about a place in a text.
        hint: what to type or to do instead, if that is known.
        related: further places that matter, each with a word about it.
        source: the text that `span` points into; set once, by the outermost
            function that knows the text.
    """

    kind: ClassVar[str] = "error"
    exit_code: ClassVar[int] = 2

    def __init__(
        self,
        message: str,
        span: Span | None = None,
        hint: str | None = None,
        related: tuple[tuple[str, Span], ...] = (),
    ) -> None:
        super().__init__(message)
        self.message = message
        self.span = span
        self.hint = hint
        self.related = related
        self.source: str | None = None

    def within(self, source: str) -> Self:
        """Attach the text that the spans point into, unless one is known."""
        if self.source is None and source:
            self.source = source
        return self

    @property
    def line(self) -> int | None:
        """Line of the span, from 1."""
        return self._position()[0]

    @property
    def column(self) -> int | None:
        """Column of the span, from 1."""
        return self._position()[1]

    def _position(self) -> tuple[int, int] | tuple[None, None]:
        if self.source is None or self.span is None:
            return None, None
        return position(self.source, self.span.start)

    def __str__(self) -> str:
        parts = [self.message]
        if self.source is not None and self.span is not None:
            parts.append(excerpt(self.source, self.span))
            for word, span in self.related:
                parts.append(f"  {word}:\n{excerpt(self.source, span)}")
        if self.hint:
            parts.append(f"  {self.hint}")
        return "\n".join(parts)

    def to_json(self) -> dict[str, str | int | None]:
        """Return the error as plain data: kind, message, line, column, hint."""
        return {
            "kind": self.kind,
            "message": self.message,
            "line": self.line,
            "column": self.column,
            "hint": self.hint,
        }


class ArgumentError(SymcnnError, ValueError):
    """A value, name or option handed over beside the text is wrong."""

    kind = "argument"


class NotationError(SymcnnError, ValueError):
    """The text is no network, or one that no input can satisfy."""

    kind = "notation"


class LimitError(NotationError):
    """The text asks for more than the limits allow."""

    kind = "limit"


class DivisionByZeroError(NotationError, ZeroDivisionError):
    """An expression divides by zero."""


class UnsupportedError(SymcnnError, NotImplementedError):
    """The question is understood, but there is no exact answer yet."""

    kind = "unsupported"


class MissingError(SymcnnError, ImportError):
    """Something that is installed apart is not there."""

    kind = "missing"


class DomainError(SymcnnError, ValueError):
    """The network is fine, but not for this input."""

    kind = "domain"
    exit_code = 3
