"""What `symcnn scaling` answers: how quantities grow with each symbol."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from symcnn.algebra.formula import Formula
from symcnn.algebra.polynomials import Number
from symcnn.algebra.printing import text
from symcnn.algebra.scaling import Growth, Scaling
from symcnn.algebra.symbols import INPUT
from symcnn.answers import Question, expanded
from symcnn.errors import ArgumentError, UnsupportedError
from symcnn.report import Report

SCALED: Final = ("params", "macs")
"""The quantities that are told of unless others are asked for."""

HEADS: Final = ("in", "degree", "elasticity", "leading coefficient")
"""The heads of the columns."""


def grown(
    question: Question,
    quantities: Sequence[str] = (),
    point: Mapping[str, Number] | None = None,
    dtype: str = "float32",
) -> dict[str, Any]:
    """Return how quantities grow with each symbol that has no value, as plain data.

    Args:
        question: the network, and values for some of its symbols.
        quantities: their names; those of `SCALED` unless given.
        point: values of the other symbols, where elasticities are wanted; an input
            that it does not give is the usual one.
        dtype: the type of an element, for memory.

    Raises:
        ArgumentError: if a name means nothing here, or the point lacks a value.
        DomainError: if the point lies outside the domain.
        UnsupportedError: if a quantity has no closed form.
    """
    report = question.closed(dtype)
    if unknown := sorted({*question.given, *(point or ())} - report.graph.symbols):
        known = ", ".join(sorted(report.graph.symbols))
        raise ArgumentError(f"there is no symbol {unknown[0]} in the network", hint=f"known: {known}")
    given = {name: value for name, value in question.given.items() if name in INPUT}
    at = None if point is None else _whole_point(question, report, point)
    answer: dict[str, Any] = {"at": None if at is None else {n: _plain(v) for n, v in at.items()}}
    for name in expanded(quantities or SCALED):
        formula = report.total(name).at(**given)
        scaling = formula.scaling()
        says = str(scaling)
        symbols = {n: _growth(scaling, n, formula, at) for n in _ordered(scaling)}
        answer[name] = {"says": says, "symbols": symbols, "domain": str(formula.domain)}
    return {**answer, "convention": str(report.convention)}


def _whole_point(question: Question, report: Report, point: Mapping[str, Number]) -> dict[str, Number]:
    """Return a point with the usual input, where neither it nor the question gives another."""
    if twice := sorted(point.keys() & question.given.keys()):
        raise ArgumentError(f"{twice[0]} has a value already, so that nothing grows with it")
    whole = {**question.point, **point}
    if missing := [name for name in report.symbols if name not in whole]:
        example = ",".join(f"{name}=1" for name in missing)
        raise ArgumentError(f"--at needs a value for {', '.join(missing)}", hint=f"as in --at {example}")
    return {name: value for name, value in whole.items() if name not in question.given}


def _ordered(scaling: Scaling) -> list[str]:
    """Return the symbols on which a formula depends, those with which it grows most first."""
    return sorted((n for n, growth in scaling.items() if growth.degree != 0), key=scaling.order)


def _growth(scaling: Scaling, name: str, formula: Formula, at: Mapping[str, Number] | None) -> dict[str, Any]:
    growth: Growth = scaling[name]
    return {
        "degree": growth.degree,
        "leading": None if growth.leading is None else str(growth.leading),
        "bases": [text(base) for base in growth.bases],
        "elasticity": None if at is None else _elasticity(formula, name, at),
    }


def _elasticity(formula: Formula, name: str, at: Mapping[str, Number]) -> int | str | None:
    """Return an elasticity as plain data, None where the formula is no polynomial in the symbol."""
    known = {n: v for n, v in at.items() if n in formula.accepted | formula.required}
    try:
        return _plain(formula.elasticity(name, **known))
    except UnsupportedError:
        return None


def _plain(value: Number) -> int | str:
    return value.numerator if value.denominator == 1 else str(value)


def growth_lines(answer: Mapping[str, Any]) -> str:
    """Write the answer for people: a sentence for each quantity, and what its symbols do."""
    at = answer["at"]
    lines: list[str] = []
    for name, content in answer.items():
        if name not in ("at", "convention"):
            lines += [content["says"], *_table(content["symbols"], elastic=at is not None), ""]
    if at is not None:
        lines.append(f"elasticities at {', '.join(f'{name} = {value}' for name, value in at.items())}")
    return "\n".join([*lines, f"convention: {answer['convention']}"])


def _table(symbols: Mapping[str, Any], *, elastic: bool) -> list[str]:
    """Write what each symbol does, in columns."""
    if not symbols:
        return []
    rows = [HEADS, *((name, *_cells(growth)) for name, growth in symbols.items())]
    kept = [row if elastic else (*row[:2], row[3]) for row in rows]
    widths = [max(map(len, column)) for column in zip(*kept, strict=True)]
    padded = ("  ".join(f"{cell:<{n}}" for cell, n in zip(row, widths, strict=True)) for row in kept)
    return [f"  {line}".rstrip() for line in padded]


def _cells(growth: Mapping[str, Any]) -> tuple[str, str, str]:
    known = (growth["degree"], growth["elasticity"], growth["leading"])
    degree, elasticity, leading = ("–" if value is None else str(value) for value in known)
    return degree, elasticity, f"base {', '.join(growth['bases'])}" if growth["bases"] else leading
