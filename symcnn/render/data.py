"""Tables and derivations as JSON: integers as numbers, formulas as text."""

import json
from fractions import Fraction

from symcnn.algebra.polynomials import Value
from symcnn.algebra.printing import text
from symcnn.derivation import Derivation, Step
from symcnn.render.sheet import Sheet


def plain(value: object) -> int | str | None:
    """Return a value as JSON has it: an integer, or text."""
    return value if value is None or isinstance(value, int) else str(value)


def _value(value: Value) -> int | str:
    return value if isinstance(value, int) else str(value) if isinstance(value, Fraction) else text(value)


def table(content: Sheet) -> str:
    """Write a table with all that stands below it."""
    rows = [
        {
            content.by: line.label,
            "output": [plain(size) for size in line.shape],
            **{c: plain(cell) for c, cell in zip(content.columns, line.cells, strict=True)},
        }
        for line in content.lines
    ]
    body = {
        "input": [plain(size) for size in content.input],
        "input_cells": {
            c: plain(cell.cell) for c, cell in zip(content.columns, content.input_cells, strict=True)
        },
        "rows": rows,
        "total": {c: plain(cell) for c, cell in zip(content.columns, content.totals, strict=True)},
        "closed": dict(content.closed),
        "domain": content.domain,
        "symbols": list(content.symbols),
        "convention": content.convention,
    }
    return json.dumps(body, indent=2, ensure_ascii=False)


def derivation(content: Derivation) -> str:
    """Write a derivation with all factors of all steps."""
    body = {
        "quantity": content.quantity,
        "architecture": content.source,
        "input": [_value(size) for size in content.input],
        "items": [
            {"item": section.label, "steps": [_step(step) for step in section.steps]}
            for section in content.sections
        ],
        "total": _value(content.total),
        "terms": [
            {
                "term": _value(term.value),
                "from": [{"item": label, "value": _value(value)} for label, value in term.sources],
            }
            for term in content.terms
        ],
        "formula": str(content.formula),
        "domain": str(content.domain),
        "convention": str(content.convention),
    }
    return json.dumps(body, indent=2, ensure_ascii=False)


def _step(step: Step) -> dict[str, object]:
    return {
        "layer": step.label,
        "rule": [[{"factor": f.name, "value": _value(f.value)} for f in p] for p in step.products],
        "value": _value(step.value),
        "output": [_value(size) for size in step.shape],
    }
