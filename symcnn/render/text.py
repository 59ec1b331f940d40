"""Tables and derivations for terminals, and for files that people read."""

from collections.abc import Iterator
from io import StringIO
from typing import Any, Final

from rich.console import Console
from rich.table import Table as RichTable
from rich.text import Text

from symcnn.algebra.polynomials import Poly, Value
from symcnn.algebra.printing import text
from symcnn.algebra.styles import is_sum
from symcnn.derivation import Derivation, Product, Section, Step
from symcnn.render.sheet import Sheet, input_shown, number, sheet, shown, size
from symcnn.table import Table

UNBOUNDED: Final = 100_000
"""Columns of what is no terminal: nothing is wrapped there."""


def plain_table(report: Table[Any]) -> str:
    """Return a report as a table without colors, for `repr`."""
    return table(sheet(report))


def table(content: Sheet, console: Console | None = None) -> str:
    """Write a table, with closed forms, domain and convention below.

    Args:
        content: what to show.
        console: where it will be printed, for its width and colors.
    """
    if console is None:
        console = Console(width=UNBOUNDED, color_system=None, force_terminal=False, file=StringIO())
    count, needed = fitting(content, console.width)
    width = console.width
    console.width = max(width, needed)
    with console.capture() as capture:
        console.print(_grid(content, count), crop=False)
        if left_out := content.titles[count:]:
            console.print(Text(f"left out for want of width: {', '.join(left_out)}", style="dim"))
        for name, words in notes(content):
            console.print(_note(name, words, width), crop=False, soft_wrap=True)
    console.width = width
    return "\n".join(line.rstrip() for line in capture.get().rstrip("\n").split("\n"))


def fitting(content: Sheet, width: int) -> tuple[int, int]:
    """Tell how many of the columns fit the width.

    Numbers are never cut; the last columns go first, the first one stays.

    Returns:
        How many fit, and the width that they need.
    """
    shapes = [content.input, *(line.shape for line in content.lines)]
    needed = 12 + 3 + max(len(size(shape)) for shape in shapes)
    for place, title in enumerate(content.titles):
        cells = [shown(line.cells[place]) for line in content.lines]
        cells += [shown(content.totals[place]), input_shown(content.input_cells[place]), title]
        more = 3 + max(map(len, cells))
        if needed + more > width and place:
            return place, needed
        needed += more
    return len(content.titles), needed


def _grid(content: Sheet, count: int) -> RichTable:
    grid = RichTable(box=None, pad_edge=False, show_edge=False, header_style="bold", padding=(0, 3, 0, 0))
    grid.add_column(content.by, overflow="fold", min_width=12)
    grid.add_column("output", no_wrap=True)
    for title in content.titles[:count]:
        grid.add_column(title, justify="right", no_wrap=True)
    entering = [input_shown(cell) for cell in content.input_cells[:count]]
    grid.add_row("input", size(content.input), *entering, style="dim")
    for line in content.lines:
        grid.add_row(Text(line.label), size(line.shape), *(shown(cell) for cell in line.cells[:count]))
    grid.add_row("total", "", *(shown(cell) for cell in content.totals[:count]), style="bold")
    return grid


def notes(content: Sheet) -> Iterator[tuple[str, str]]:
    """Yield what stands below a table: closed forms, domain, symbols, convention."""
    yield "", ""
    for column, form in content.closed:
        yield content.convention.title(column), form
    if content.domain:
        yield "valid for", content.domain
    if content.symbols:
        yield "symbols", ", ".join(content.symbols)
    yield "convention", str(content.convention)


def _note(name: str, words: str, width: int) -> Text:
    """Lay out a note with a hanging indent where the width is bounded."""
    indent = 13
    if width == UNBOUNDED or len(words) + indent <= width:
        return Text.assemble((f"{name:<{indent}}" if name else "", "bold"), words)
    rows, row = list[str](), ""
    for word in words.split(" "):
        if row and indent + len(row) + 1 + len(word) > width:
            rows.append(row)
            row = word
        else:
            row = f"{row} {word}" if row else word
    lines = f"\n{' ' * indent}".join([*rows, row])
    return Text.assemble((f"{name:<{indent}}", "bold"), lines)


def derivation(content: Derivation) -> str:
    """Write a derivation: each step with its rule, the sum, and the closed form."""
    lines = [f"{content.title} of {content.source}", f"input: {size(content.input)}", ""]
    for section in content.sections:
        lines += [*_section(section), ""]
    lines += [f"sum: {_sum_line(content)}", "", "closed form, term by term:"]
    lines += [f"  {line}" for line in term_lines(content)]
    lines += ["", f"{content.title} = {content.formula}"]
    if check := check_line(content):
        lines.append(check)
    lines.append(f"valid for {content.domain}")
    return "\n".join([*lines, f"convention: {content.convention}"])


def _section(section: Section) -> Iterator[str]:
    yield section.label
    before = ""
    for step in section.steps:
        rule = rule_of(step.products)
        if rule and rule != before:
            yield f"  rule: {rule}"
        before = rule or before
        yield f"  {step_line(step)}"


def step_line(step: Step) -> str:
    """Write a step: `conv3-256: 3·3·128·256 + 256 = 295,168; 56×56×256 goes on`."""
    goes_on = f"{size(step.shape)} goes on"
    if not step.products:
        return f"{step.label}: nothing to count; {goes_on}"
    numbers = " + ".join("·".join(_factor(f.value) for f in product) for product in step.products)
    result = number(step.value)
    return f"{step.label}: {numbers}{'' if numbers == result else f' = {result}'}; {goes_on}"


def _factor(value: Value) -> str:
    written = text(value)
    return f"({written})" if is_sum(written) else written


def rule_of(products: tuple[Product, ...]) -> str:
    """Write the rule of a step in symbols."""
    return " + ".join("·".join(factor.name for factor in product) for product in products)


def _sum_line(content: Derivation) -> str:
    values = [step.value for section in content.sections for step in section.steps if step.value != 0]
    parts = [number(value) for value in values]
    shown_parts = parts if len(parts) <= 40 else [*parts[:20], "…", *parts[-5:]]
    total = number(content.total)
    return f"{' + '.join(shown_parts)} = {total}" if len(parts) > 1 else total


def check_line(content: Derivation) -> str:
    """Write the closed form with the numbers put in, which gives the sum again.

    Empty for formulas, and where there is nothing to put in.
    """
    if content.values is None or not isinstance(content.formula.value, Poly):
        return ""
    terms = " + ".join("·".join(map(str, factors)) for factors in content.values)
    return f"at {size(content.input)}: {terms.replace(' + -', ' - ')} = {number(content.total)}"


def term_lines(content: Derivation) -> Iterator[str]:
    """Write each term of the closed form with the items that it comes from."""
    for term in content.terms:
        sources = [f"{label}: {number(value)}" for label, value in term.sources]
        more = f"; and {len(sources) - 12} more items" if len(sources) > 12 else ""
        yield f"{number(term.value)}  from {'; '.join(sources[:12])}{more}"
