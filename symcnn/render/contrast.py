"""Comparisons of two networks for terminals, and for files that people read."""

from collections.abc import Iterator, Mapping

from symcnn.algebra.polynomials import Number
from symcnn.comparison import Comparison, Contrast, Pair
from symcnn.render.sheet import shown


def comparison(content: Comparison) -> str:
    """Write a comparison: each quantity's difference, then the items side by side."""
    one, two = content.sources
    lines = [f"{one} minus {two}", ""]
    for contrast in content.contrasts:
        lines += [*_contrast(contrast, content), ""]
    if content.pairs:
        lines += [*_pairs(content), ""]
    return "\n".join([*lines, f"convention: {content.convention}"])


def _contrast(content: Contrast, whole: Comparison) -> Iterator[str]:
    difference, point = content.difference, whole.point
    yield f"{whole.convention.title(content.quantity)}: {difference}"
    yield f"  valid for {difference.formula.domain}"
    yield f"  {_equality(content)}"
    if content.numbers:
        one, two = content.numbers
        yield f"  at {_at(point)}: {shown(one)} - {shown(two)} = {shown(one - two)}"
    if difference.is_zero is False:
        for signs in content.signs:
            yield f"  by {signs.name}{_rest(content, signs.name)}: {signs}"


def _equality(content: Contrast) -> str:
    difference = content.difference
    if difference.is_zero:
        return "equal for every input"
    if difference.counterexample is None:
        return "whether they are equal for every input is not known"
    return f"they differ{' first' * difference.is_least} at {_at(difference.counterexample)}"


def _rest(content: Contrast, name: str) -> str:
    """Tell how a symbol that is none of the networks is meant: as the side of a square."""
    return "" if name in content.difference.formula.accepted else f" for H = W = {name}"


def _at(point: Mapping[str, Number]) -> str:
    return ", ".join(f"{name} = {value}" for name, value in point.items()) or "every input"


def _pairs(content: Comparison) -> Iterator[str]:
    """Yield the items side by side; a mark tells those that differ, and which has an item alone."""
    names = [contrast.quantity for contrast in content.contrasts]
    header = [
        "",
        content.sources[0],
        content.sources[1],
        *(f"{content.convention.title(n)} difference" for n in names),
    ]
    rows = [header, *(_row(pair, names) for pair in content.pairs)]
    widths = [max(len(row[i]) for row in rows) for i in range(len(header))]
    for row in rows:
        cells = [
            f"{cell:<{width}}" if i < 3 else f"{cell:>{width}}"
            for i, (cell, width) in enumerate(zip(row, widths, strict=True))
        ]
        yield "  ".join(cells).rstrip()


def _row(pair: Pair, names: list[str]) -> list[str]:
    mark = " " if pair.same else "-" if pair.two is None else "+" if pair.one is None else "~"
    differences = (pair.values[name] for name in names)
    cells = (shown(None if one is None or two is None else one - two) for one, two in differences)
    return [mark, pair.one or "", pair.two or "", *cells]
