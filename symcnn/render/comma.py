"""Tables as comma-separated values."""

import csv
from io import StringIO

from symcnn.conventions import DEFAULT
from symcnn.render.sheet import Sheet


def table(content: Sheet) -> str:
    """Write the rows and the total; numbers without separators, shapes in three columns.

    Headings name the convention unless it is symcnn's own.
    """
    other = "" if content.convention.name == DEFAULT else f" ({content.convention.name})"
    columns = [column + other for column in content.columns]
    out = StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow([content.by, "channels", "height", "width", *columns])
    entering = (c.cell if c.in_total else "" for c in content.input_cells)
    writer.writerow(["input", *content.input, *entering])
    for line in content.lines:
        writer.writerow([line.label, *line.shape, *("" if c is None else c for c in line.cells)])
    writer.writerow(["total", "", "", "", *("" if c is None else c for c in content.totals)])
    return out.getvalue().rstrip("\n")
