"""Tables and derivations in Markdown."""

from collections.abc import Sequence

from symcnn.accounts import Account, Accounts, Group
from symcnn.algebra.polynomials import Poly, Value
from symcnn.conventions.record import usual_title
from symcnn.derivation import Derivation
from symcnn.render.ledger import notes as ledger_notes
from symcnn.render.ledger import signed
from symcnn.render.sheet import Cell, Sheet, input_shown, number, shown, size
from symcnn.render.text import notes, rule_of, step_line, term_lines


def table(content: Sheet) -> str:
    """Write a table, with closed forms, domain and convention below."""
    rows = [
        [content.by, "output", *content.titles],
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
        f"## {content.title} of {_code(content.source)}",
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


def accounts(content: Accounts) -> str:
    """Write what conventions say: a table for each quantity, notes below."""
    lines = [f"## {_code(content.source)}, input {_plain(size(content.input))}", ""]
    for group in content.groups:
        lines += [*_group(group), ""]
    below = [f"- {_plain(name)}: {_plain(words)}" for name, words in ledger_notes(content)]
    return "\n".join([*lines, *below])


def _group(group: Group) -> Sequence[str]:
    rows = [
        ["convention", "prints", usual_title(group.quantity), "difference", "because"],
        ["---", "---", "---:", "---:", "---"],
        ["symcnn", usual_title(group.quantity), _number(group.plain), "", ""],
        *map(_account, group.accounts),
    ]
    return list(map(_row, rows))


def _account(content: Account) -> list[str]:
    because = "<br>".join(f"{_plain(signed(r.amount))}: {r.says}" for r in content.reasons)
    difference = _plain(signed(content.difference)) if content.difference != 0 else ""
    return [content.convention.name, content.prints, _number(content.value), difference, because]


def _number(value: Value) -> str:
    return _code(number(value)) if isinstance(value, Poly) else number(value)
