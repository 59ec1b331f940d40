"""What `symcnn solve` answers: the values of one or two symbols that keep budgets."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from re import fullmatch
from typing import Any, Final

from symcnn.algebra.formula import Formula
from symcnn.algebra.intervals import Interval
from symcnn.algebra.polynomials import Number
from symcnn.algebra.symbols import INPUT, canonical
from symcnn.answers import Question, expanded
from symcnn.errors import ArgumentError, LimitError
from symcnn.pipeline import derive
from symcnn.report import Report
from symcnn.solving import Constraint, evaluated, solve, solve_box

SHOWN = ("params", "macs")
"""The quantities that are shown at the largest value, besides those with a budget."""


Result = tuple[dict[str, Any], Sequence[Mapping[str, Number]]]
"""What is found, as plain data, and the points whose costs are shown."""

AS_IN: Final = "as in --where 'params <= 1.7M'"
"""How a budget is written, in errors."""


@dataclass(frozen=True)
class Search:
    """What is sought.

    Attributes:
        unknowns: the symbols, one or two.
        where: budgets, as in `params <= 1.7M`.
        ties: expressions in the unknowns by symbol.
        box: the least and greatest value of each of two unknowns.
        upto: the greatest value to look at, of one.
        shown: quantities to show besides those with a budget.
        dtype: the type of an element, for memory.
    """

    unknowns: Sequence[str]
    where: Sequence[str]
    ties: Mapping[str, str]
    box: Mapping[str, tuple[int, int]]
    upto: str | None = None
    shown: Sequence[str] = ()
    dtype: str = "float32"


def read_ties(texts: Sequence[str]) -> dict[str, str]:
    """Read ties such as `W=H`.

    Raises:
        ArgumentError: if one is none, or a symbol has two.
    """
    ties: dict[str, str] = {}
    for text in texts:
        name, _, value = (part.strip() for part in text.partition("="))
        if not (name and value) or canonical(name) in ties:
            raise ArgumentError(
                f"--tie {text} is no NAME=EXPR, or gives {name} twice", hint="as in --tie W=H"
            )
        ties[canonical(name)] = value
    return ties


def read_box(texts: Sequence[str]) -> dict[str, tuple[int, int]]:
    """Read ranges such as `n=1..50`.

    Raises:
        ArgumentError: if one is none, or a symbol has two.
    """
    box: dict[str, tuple[int, int]] = {}
    for text in texts:
        match = fullmatch(r"([^=\s]+)\s*=\s*(\d{1,18})\s*\.\.\s*(\d{1,18})", text)
        if match is None or canonical(match[1]) in box:
            raise ArgumentError(f"--box {text} is no NAME=FIRST..LAST", hint="as in --box n=1..50,k=1..64")
        box[canonical(match[1])] = int(match[2]), int(match[3])
    return box


def found(question: Question, search: Search) -> dict[str, Any]:
    """Return the answer as plain data.

    Raises:
        ArgumentError: if a budget, a symbol or a box is wrong.
        DomainError: if the network cannot take the values that are given.
    """
    names = list(map(canonical, search.unknowns))
    ties = search.ties
    if not search.where:
        raise ArgumentError("no budget is given", hint=AS_IN)
    if sought := [name for name in names if name in question.given or name in ties]:
        others = [name for name in INPUT if name not in names]
        hint = f"tie another to it, as in --tie {others[-1]}={sought[0]}" if sought[0] in ties else None
        raise ArgumentError(f"{sought[0]} is sought, and takes no value", hint=hint)
    point = {name: value for name, value in question.point.items() if name not in names and name not in ties}
    report = derive(
        question.architecture, symbols=point, dtype=search.dtype, convention=question.convention.name
    )
    values: dict[str, object] = {**point, **ties}
    constraints = [constraint(report, text) for text in search.where]
    answer = {
        "for": names,
        "where": list(search.where),
        "input": {axis: _plain(values[axis]) for axis in INPUT if axis in values},
        "symbols": {name: _plain(value) for name, value in values.items() if name not in INPUT},
    }
    budgeted = [each.formula.quantity for each in constraints]
    shown = list(dict.fromkeys([*budgeted, *expanded(search.shown or SHOWN)]))
    if len(names) == 1:
        result, points = _of_one(constraints, names[0], values, search)
    else:
        result, points = _of_two(constraints, search.box, values, names)
    costs = {name: report.total(name) for name in shown} if points else {}
    at = [
        _costs(point, {name: _cost(cost, point, values) for name, cost in costs.items()}) for point in points
    ]
    return {**answer, **result, "at": at, "convention": str(report.convention)}


def _cost(cost: Formula, point: Mapping[str, Number], values: Mapping[str, object]) -> Number | None:
    """Return a cost at a solution; None where numbers on the way are too long to write."""
    try:
        return evaluated(cost, point, values)
    except LimitError:
        return None


def _costs(point: Mapping[str, Number], costs: Mapping[str, Number | None]) -> dict[str, object]:
    return {name: _plain(value) for name, value in (*point.items(), *costs.items())}


def constraint(report: Report, text: str) -> Constraint:
    """Read a budget.

    Raises:
        ArgumentError: if it is none.

    >>> import symcnn
    >>> constraint(symcnn.derive("conv3-k"), "params <= 1.7M")[1:]
    ('<=', '1.7M')
    """
    match = fullmatch(r"\s*([a-z_]+)\s*(<=|>=|==|<|>|=|≤|≥)\s*(\S.*?)\s*", text)
    if match is None:
        raise ArgumentError(f"{text!r} is no budget", hint=AS_IN)
    return Constraint(report.total(match[1]), match[2], match[3])


def _of_one(
    constraints: Sequence[Constraint], name: str, values: Mapping[str, object], search: Search
) -> Result:
    solution = solve(constraints, name, values, upto=search.upto)
    extreme = solution.smallest if solution.largest is None else solution.largest
    result = {
        "solution": str(solution),
        "intervals": [_interval(part) for part in solution.intervals],
        "smallest": _plain(solution.smallest),
        "largest": _plain(solution.largest),
    }
    return result, [] if extreme is None else [{name: extreme}]


def _of_two(
    constraints: Sequence[Constraint],
    box: Mapping[str, tuple[int, int]],
    values: Mapping[str, object],
    names: Sequence[str],
) -> Result:
    if sorted(box) != sorted(names):
        example = ",".join(f"{name}=1..50" for name in names)
        raise ArgumentError(f"where to look for {', '.join(names)} is missing", hint=f"--box {example}")
    solution = solve_box(constraints, {name: box[name] for name in names}, values)
    points: list[Mapping[str, Number]] = [dict(zip(names, point, strict=True)) for point in solution.front]
    return {"solution": str(solution), "count": len(solution)}, points


def _interval(part: Interval) -> dict[str, Any]:
    """Return an interval as plain data."""
    plain: dict[str, Any] = {
        "first": _plain(part.first),
        "last": _plain(part.last),
        "step": _plain(part.step),
    }
    ends = {"open_first": part.open_first, "open_last": part.open_last}
    return plain | {name: True for name, is_open in ends.items() if is_open}


def _plain(value: object) -> object:
    """Return a number as JSON has it: fractions as text."""
    return value if value is None or isinstance(value, int | str) else str(value)


def search_lines(answer: Mapping[str, Any]) -> str:
    """Write an answer for people: the extreme solution with what it costs, then all of them."""
    given = {**answer["input"], **answer["symbols"]}
    points = list(answer["at"])
    rows = [("given", ", ".join(f"{name} = {value}" for name, value in given.items()) or "–")]
    names = answer["for"]
    if len(names) == 1 and points:
        word = "smallest" if answer["largest"] is None else "largest"
        rows.append((f"{word} {names[0]}", str(points[0][names[0]])))
        rows += [(_words(name), _grouped(value)) for name, value in points[0].items() if name not in names]
    for point in points if len(names) == 2 else ():
        costs = (f"{_words(name)} {_grouped(value)}" for name, value in point.items() if name not in names)
        rows.append((", ".join(f"{name} = {point[name]}" for name in names), ", ".join(costs)))
    rows += [("all", answer["solution"]), ("convention", answer["convention"])]
    widest = max(len(name) for name, _ in rows)
    return "\n".join(f"{name:<{widest}}  {value}" for name, value in rows)


def _words(name: str) -> str:
    return name.replace("_", " ")


def _grouped(value: object) -> str:
    return f"{value:,}" if isinstance(value, int) else "–" if value is None else str(value)
