"""Tables and derivations in LaTeX."""

import re
from collections.abc import Iterator, Sequence
from typing import Final

from symcnn.algebra.atoms import symbol
from symcnn.algebra.domain import Domain
from symcnn.algebra.formula import Formula
from symcnn.algebra.parts import Term
from symcnn.algebra.polynomials import Value
from symcnn.algebra.printing import latex
from symcnn.algebra.styles import is_sum
from symcnn.algebra.wording import TEX
from symcnn.derivation import Derivation, Product, Section
from symcnn.render.sheet import Cell, Sheet

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
    return "".join(SPECIAL.get(char) or _math(char) for char in words)


def _math(char: str) -> str:
    """Write a character that LaTeX's text fonts lack as mathematics."""
    if char in MATH:
        return f"${MATH[char]}$"
    written = latex(symbol(char)) if char.isalpha() and not char.isascii() else char
    return f"${written}$" if written != char else char


MATH: Final = {"≥": r"\ge", "≤": r"\le", "×": r"\times", "·": r"\cdot", "…": r"\ldots"}
"""Signs of the texts about formulas."""


def _code(words: str) -> str:
    return rf"\texttt{{{escaped(words)}}}"


def _cell(cell: Cell) -> str:
    if cell is None:
        return "--"
    return f"${cell.latex}$" if isinstance(cell, Formula) else f"{cell:,}".replace(",", "{,}")


def _size(shape: Sequence[Formula | Value]) -> str:
    written = (s.latex if isinstance(s, Formula) else latex(s) for s in shape)
    channels, height, width = (rf"\left({s}\right)" if is_sum(s) else s for s in written)
    return rf"${height} \times {width} \times {channels}$"


def table(content: Sheet) -> str:
    """Write a `tabular`; it needs no package, but amsmath where a formula has `round_to`."""
    columns = len(content.columns)
    rows = [
        [content.by, "output", *map(escaped, content.titles)],
        ["input", _size(content.input), *(_cell(c.cell) if c.in_total else "" for c in content.input_cells)],
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
    convention = f"% convention: {content.convention}"
    return "\n".join([*lines, body[-1], r"\hline", r"\end{tabular}", convention])


def derivation(content: Derivation) -> str:
    """Write a derivation as text with displayed formulas."""
    name = escaped(content.title)
    lines = [rf"\paragraph{{{name} of {_code(content.source)}}}", f"Input: {_size(content.input)}.", ""]
    for section in content.sections:
        lines += _section(section)
    lines += [rf"\noindent Sum: ${latex(content.total)}$.", "", r"\[", rf"  {content.formula.latex}", r"\]"]
    if content.terms:
        lines += [r"\noindent Term by term:", r"\begin{itemize}"]
        lines += [*(f"  \\item {_term(term)}" for term in content.terms), r"\end{itemize}"]
    lines += [f"Valid for {_domain(content.domain)}.", ""]
    return "\n".join([*lines, f"Convention: {escaped(str(content.convention))}."])


def _domain(domain: Domain) -> str:
    return " and ".join(f"${phrase}$" for phrase in domain.phrases(TEX)) or escaped(str(domain))


def _term(term: Term) -> str:
    sources = "; ".join(f"{_code(label)}: ${latex(value)}$" for label, value in term.sources)
    return f"${latex(term.value)}$ from {sources}"


def _section(section: Section) -> Iterator[str]:
    yield rf"\noindent {_code(section.label)}"
    yield r"\begin{itemize}"
    for step in section.steps:
        rule = " + ".join(r" \cdot ".join(_name(f.name) for f in product) for product in step.products)
        # What says the same as the one before is not repeated.
        sides = dict.fromkeys(side for side in (rule, _sum(step.products), latex(step.value)) if side)
        yield rf"  \item {_code(step.label)}: ${' = '.join(sides)}$; {_size(step.shape)} goes on"
    yield r"\end{itemize}"


def _name(name: str) -> str:
    """Write the name of a factor: `C_in/g` as a fraction of names with indices."""
    if name.startswith("Σ("):
        written = re.sub(r"[^Σ()·]+", lambda part: _name(part[0]), name)
        return written.replace("Σ(", r"\sum\left(").replace(")", r"\right)").replace("·", r" \cdot ")
    if "/" in name:
        top, bottom = name.split("/")
        return rf"\frac{{{_name(top)}}}{{{_name(bottom)}}}"
    head, _, index = name.partition("_")
    if index:
        return rf"{head}_{{\mathrm{{{index}}}}}"
    return head if len(head) == 1 else rf"\mathrm{{{escaped(head).replace(' ', '~')}}}"


def _sum(products: tuple[Product, ...]) -> str:
    return " + ".join(r" \cdot ".join(_factor(f.value) for f in product) for product in products)


def _factor(value: Value) -> str:
    written = latex(value)
    return rf"\left({written}\right)" if is_sum(written) else written
