"""Tables, derivations and comparisons as JSON: integers as numbers, formulas as text."""

import json
from fractions import Fraction

from symcnn.accounts import Account, Accounts
from symcnn.algebra.intervals import Interval
from symcnn.algebra.polynomials import Value
from symcnn.algebra.printing import text
from symcnn.comparison import Comparison, Contrast, Pair
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
        "convention": str(content.convention),
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


def comparison(content: Comparison) -> str:
    """Write a comparison; `equal` is null where that is not known."""
    body = {
        "one": content.sources[0],
        "two": content.sources[1],
        "at": {name: _value(value) for name, value in content.point.items()},
        "quantities": {contrast.quantity: _contrast(contrast) for contrast in content.contrasts},
        "items": [_pair(pair) for pair in content.pairs],
        "convention": str(content.convention),
    }
    return json.dumps(body, indent=2, ensure_ascii=False)


def _contrast(content: Contrast) -> dict[str, object]:
    difference, numbers = content.difference, content.numbers
    point = difference.counterexample
    return {
        "difference": str(difference),
        "domain": str(difference.formula.domain),
        "equal": difference.is_zero,
        "counterexample": point and {name: _value(value) for name, value in point.items()},
        "numbers": numbers and {"one": numbers[0], "two": numbers[1], "difference": numbers[0] - numbers[1]},
        "signs": [
            {
                "by": signs.name,
                "negative": list(map(_interval, signs.negative)),
                "zero": list(map(_interval, signs.zero)),
                "positive": list(map(_interval, signs.positive)),
            }
            for signs in content.signs
        ],
    }


def _interval(content: Interval) -> dict[str, object]:
    return {"first": plain(content.first), "last": plain(content.last), "step": plain(content.step)}


def _pair(content: Pair) -> dict[str, object]:
    values = {name: {"one": plain(a), "two": plain(b)} for name, (a, b) in content.values.items()}
    return {"one": content.one, "two": content.two, **values}


def accounts(content: Accounts) -> str:
    """Write what conventions say; the amounts of the reasons add up to the difference."""
    body = {
        "architecture": content.source,
        "input": [_value(size) for size in content.input],
        "quantities": {
            group.quantity: {"plain": _value(group.plain), "conventions": list(map(_account, group.accounts))}
            for group in content.groups
        },
        "domain": content.domain,
        "remark": content.remark,
        "convention": content.convention,
    }
    return json.dumps(body, indent=2, ensure_ascii=False)


def _account(content: Account) -> dict[str, object]:
    convention = content.convention
    return {
        "convention": convention.name,
        "tool": convention.tool,
        "version": convention.version,
        "prints": content.prints,
        "network": content.network or None,
        "value": _value(content.value),
        "difference": _value(content.difference),
        "reasons": [{"amount": _value(r.amount), "says": r.says} for r in content.reasons],
        "defects": [{"says": note.says, "exact": note.exact} for note in content.notes],
    }
