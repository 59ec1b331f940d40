"""Tables and derivations in LaTeX."""

from collections.abc import Iterator, Sequence
from typing import Final

from symcnn.algebra.formula import Formula
from symcnn.algebra.polynomials import Value
from symcnn.algebra.printing import latex
from symcnn.derivation import Derivation, Product, Section
from symcnn.render.sheet import Cell, Sheet, title

SPECIAL: Final = {
    "\\": r"\textbackslash{}",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
    **{c: "\\" + c for c in "&%$#_{}"},
}
"""Characters of text that LaTeX reads as commands."""


def escaped(words: str) -> str:
    r"""Write text so that LaTeX prints it as it is.

    >>> escaped("a_b & 50%")
    'a\\_b \\& 50\\%'
    """
    return "".join(SPECIAL.get(char, char) for char in words)


def _code(words: str) -> str:
    return rf"\texttt{{{escaped(words)}}}"


def _cell(cell: Cell) -> str:
    if cell is None:
        return "--"
    return f"${cell.latex}$" if isinstance(cell, Formula) else f"{cell:,}".replace(",", "{,}")


def _size(shape: Sequence[Formula | Value]) -> str:
    channels, height, width = (s.latex if isinstance(s, Formula) else latex(s) for s in shape)
    return rf"${height} \times {width} \times {channels}$"


def table(content: Sheet) -> str:
    """Write a `tabular`; it needs no package."""
    columns = len(content.columns)
    rows = [
        [content.by, "output", *(escaped(title(c)) for c in content.columns)],
        ["input", _size(content.input), *("" for _ in content.columns)],
        *([_code(x.label), _size(x.shape), *map(_cell, x.cells)] for x in content.lines),
        ["total", "", *map(_cell, content.totals)],
    ]
    body = [rf"{' & '.join(row)} \\" for row in rows]
    lines = [
        rf"\begin{{tabular}}{{ll{'r' * columns}}}",
        r"\hline",
        body[0],
        r"\hline",
        *body[1:-1],
        r"\hline",
    ]
    return "\n".join([*lines, body[-1], r"\hline", r"\end{tabular}"])


def derivation(content: Derivation) -> str:
    """Write a derivation as text with displayed formulas."""
    name = escaped(title(content.quantity))
    lines = [rf"\paragraph{{{name} of {_code(content.source)}}}", f"Input: {_size(content.input)}.", ""]
    for section in content.sections:
        lines += _section(section)
    lines += [rf"\noindent Sum: ${latex(content.total)}$.", "", r"\[", rf"  {content.formula.latex}", r"\]"]
    domain = escaped(str(content.domain)).replace("≥", r"$\ge$")
    return "\n".join([*lines, f"Valid for {domain}."])


def _section(section: Section) -> Iterator[str]:
    yield rf"\noindent {_code(section.label)}"
    yield r"\begin{itemize}"
    for step in section.steps:
        sums = f"{_sum(step.products)} = " if step.products else ""
        yield rf"  \item {_code(step.label)}: ${sums}{latex(step.value)}$; {_size(step.shape)} goes on"
    yield r"\end{itemize}"


def _sum(products: tuple[Product, ...]) -> str:
    return " + ".join(r" \cdot ".join(_factor(f.value) for f in product) for product in products)


def _factor(value: Value) -> str:
    written = latex(value)
    return rf"\left({written}\right)" if " + " in written or " - " in written else written
