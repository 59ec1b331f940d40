"""What a table shows, before any format: headings, rows, totals."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from symcnn.algebra.formula import Formula
from symcnn.algebra.polynomials import Poly, Value
from symcnn.algebra.printing import text
from symcnn.algebra.styles import is_sum
from symcnn.conventions import Convention
from symcnn.errors import ArgumentError, UnsupportedError
from symcnn.report import Report
from symcnn.table import COLUMNS, Table

Cell = int | Formula | None
"""A number, a formula, or nothing where there is no closed form."""


class InputCell(NamedTuple):
    """What the input has of a quantity, and whether the total has it too."""

    cell: Cell
    in_total: bool


@dataclass(frozen=True)
class Line:
    """One row: a label, the shape that goes on (channels, height, width), and cells."""

    label: str
    shape: tuple[Any, Any, Any]
    cells: tuple[Cell, ...]


@dataclass(frozen=True)
class Sheet:
    """A table with its notes.

    Attributes:
        by: `item` or `layer`.
        columns: the quantities.
        titles: their headings.
        input: channels, height and width that enter.
        input_cells: what the input itself has of each column.
        lines: the rows.
        totals: the totals, one a column.
        closed: the closed forms to print below, by quantity.
        domain: the inputs for which the formulas hold, in words; empty if there are none.
        convention: what is counted.
        symbols: names of the symbols without a value.
    """

    by: str
    columns: tuple[str, ...]
    titles: tuple[str, ...]
    input: tuple[Any, Any, Any]
    input_cells: tuple[InputCell, ...]
    lines: tuple[Line, ...]
    totals: tuple[Cell, ...]
    closed: tuple[tuple[str, str], ...]
    domain: str
    convention: Convention
    symbols: tuple[str, ...]


def sheet(
    table: Table[Any], *, by: str = "item", columns: Sequence[str] = COLUMNS, closed: Report | None = None
) -> Sheet:
    """Return what a table shows.

    Args:
        table: the rows and totals.
        by: one row for each `item` of the string, or for each `layer`.
        columns: the quantities.
        closed: a report whose closed forms are printed below.

    Raises:
        ArgumentError: if `by` is neither, or a quantity is unknown.
    """
    if by not in ("item", "layer"):
        raise ArgumentError(f"rows are by item or by layer, not by {by!r}")
    rows = table.items if by == "item" else table.layers
    lines = tuple(
        Line(row.label, row.output, tuple(_cell(table, c, row.nodes) for c in columns)) for row in rows
    )
    return Sheet(
        by=by,
        columns=tuple(columns),
        titles=tuple(map(table.convention.title, columns)),
        input=table.input,
        input_cells=tuple(_input_cell(table, c) for c in columns),
        lines=lines,
        totals=tuple(_cell(table, c, None) for c in columns),
        closed=tuple((c, _closed(closed, c)) for c in columns) if closed else (),
        domain=str((closed or table).domain) if closed or table.symbols else "",
        convention=table.convention,
        symbols=(closed or table).symbols,
    )


def _cell(table: Table[Any], column: str, nodes: tuple[int, ...] | None) -> Cell:
    try:
        return table.total(column) if nodes is None else table.row_value(column, nodes)
    except UnsupportedError:
        return None


def _input_cell(table: Table[Any], column: str) -> InputCell:
    if column == "activations":
        return InputCell(table.input_elements, in_total=False)
    return InputCell(table.input_memory if column == "memory" else None, in_total=column == "memory")


def input_shown(cell: InputCell) -> str:
    """Write a cell of the input: in parentheses if the total does not have it."""
    if cell.cell is None:
        return ""
    return shown(cell.cell) if cell.in_total else f"({shown(cell.cell)})"


def _closed(report: Report, column: str) -> str:
    try:
        return str(report.total(column))
    except UnsupportedError as error:
        return error.message


def shown(cell: Cell) -> str:
    """Write a number with separators, a formula in the notation, nothing as a dash."""
    if cell is None:
        return "–"
    return f"{cell:,}" if isinstance(cell, int) else str(cell)


def number(value: Value) -> str:
    """Write a value: numbers with separators."""
    return text(value) if isinstance(value, Poly) else f"{value:,}" if isinstance(value, int) else str(value)


def size(shape: Sequence[Any]) -> str:
    """Write a shape as height × width × channels, sums in parentheses."""
    written = (str(s) if not isinstance(s, Poly) else text(s) for s in shape)
    channels, height, width = (f"({s})" if is_sum(s) else s for s in written)
    return f"{height}×{width}×{channels}"
