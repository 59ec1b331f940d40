"""Places in a text, and how they are drawn under the line they stand in."""

from dataclasses import dataclass

WINDOW = 76
"""Columns of a long line that are shown around a span."""


@dataclass(frozen=True, slots=True)
class Span:
    """A half-open range of character offsets, `[start, end)`."""

    start: int
    end: int

    def to(self, other: "Span") -> "Span":
        """Return the span from the start of this one to the end of `other`.

        >>> Span(3, 5).to(Span(7, 9))
        Span(start=3, end=9)
        """
        return Span(self.start, max(self.end, other.end))


def position(text: str, offset: int) -> tuple[int, int]:
    r"""Return line and column, both from 1, of the character at `offset`.

    >>> position("pool,\nconv3", 7)
    (2, 2)
    """
    before = text[:offset]
    return before.count("\n") + 1, offset - (before.rfind("\n") + 1) + 1


def excerpt(text: str, span: Span) -> str:
    """Draw the line of `span` with carets under it.

    A long line is cropped around the span; a span over several lines is drawn
    to the end of its first; characters that could drive a terminal are shown
    as `?`.

    >>> print(excerpt("conv3-64,pol,fc10", Span(9, 12)))
      conv3-64,pol,fc10
               ^^^
    """
    line_start = text.rfind("\n", 0, span.start) + 1
    line_end = text.find("\n", span.start)
    line = _printable(text[line_start : line_end if line_end >= 0 else len(text)])
    first = span.start - line_start
    last = max(first + 1, min(span.end - line_start, len(line)))
    line, shift = _crop(line, first, last)
    carets = max(min(last - first, len(line) - (first - shift)), 1)
    return f"  {line}\n  {' ' * (first - shift)}{'^' * carets}"


def _printable(line: str) -> str:
    return "".join(c if c.isprintable() else " " if c in "\t\r" else "?" for c in line)


def _crop(line: str, first: int, last: int) -> tuple[str, int]:
    """Return a window of `line` around `[first, last)` and how far it moved left."""
    if len(line) <= WINDOW:
        return line, 0
    start = max(0, min(first - WINDOW // 3, len(line) - WINDOW))
    shown = line[start : start + WINDOW]
    head = "…" if start else ""
    tail = "…" if start + WINDOW < len(line) else ""
    return head + shown + tail, start - len(head)
