"""Tables and derivations in Markdown."""

from collections.abc import Sequence

from symcnn.derivation import Derivation
from symcnn.render.sheet import Cell, Sheet, input_shown, number, shown, size, title
from symcnn.render.text import notes, rule_of, step_line, term_lines


def table(content: Sheet) -> str:
    """Write a table, with closed forms, domain and convention below."""
    rows = [
        [content.by, "output", *map(title, content.columns)],
        ["---", "---", *("---:" for _ in content.columns)],
        ["input", size(content.input), *map(input_shown, content.input_cells)],
        *([_code(x.label), size(x.shape), *map(_cell, x.cells)] for x in content.lines),
        ["**total**", "", *(f"**{_cell(cell)}**" for cell in content.totals)],
    ]
    below = [f"- {name}: {_plain(words)}" for name, words in notes(content) if name]
    return "\n".join([*(_row(row) for row in rows), "", *below])


def _row(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in cells)} |"


def _code(words: str) -> str:
    """Write code so that no text can end it: with more backticks than it has in a row."""
    fence = "`"
    while fence in words:
        fence += "`"
    return f"{fence}{words}{fence}"


def _cell(cell: Cell) -> str:
    return shown(cell) if cell is None or isinstance(cell, int) else _code(shown(cell))


def _plain(words: str) -> str:
    return words.replace("*", r"\*").replace("_", r"\_")


def derivation(content: Derivation) -> str:
    """Write a derivation: each step with its rule, the sum, and the closed form."""
    lines = [
        f"## {title(content.quantity)} of {_code(content.source)}",
        "",
        f"Input: {size(content.input)}",
        "",
    ]
    for section in content.sections:
        lines.append(f"- {_code(section.label)}")
        before = ""
        for step in section.steps:
            rule = rule_of(step.products)
            if rule and rule != before:
                lines.append(f"  - rule: {_plain(rule)}")
            before = rule or before
            lines.append(f"  - {_plain(step_line(step))}")
    lines += ["", f"Sum: **{_plain(number(content.total))}**", "", "Closed form, term by term:", ""]
    lines += [f"- {_plain(line)}" for line in term_lines(content)]
    lines += ["", f"$$ {content.formula.latex} $$", "", f"Valid for {content.domain}."]
    return "\n".join([*lines, "", f"Convention: {content.convention}"])
