"""`assert_formula`: is it the network's formula? Proved or refuted, or else tried at points."""

import re
from collections.abc import Callable, Iterator
from fractions import Fraction
from inspect import signature
from random import Random
from typing import cast

from hypothesis import Phase, find, settings
from hypothesis.errors import NoSuchExample

from symcnn.algebra.formula import Formula
from symcnn.algebra.polynomials import Poly
from symcnn.algebra.symbols import canonical
from symcnn.claims import CLAIMABLE
from symcnn.claims.amounts import commas
from symcnn.claims.claim import PAPER, Claim
from symcnn.claims.formulas import Stated, judge, read_formula
from symcnn.claims.verdict import FormulaVerdict
from symcnn.claims.ways import Books, told
from symcnn.errors import ArgumentError
from symcnn.pipeline import Size, Source, derive
from symcnn.render.verdict import are, place
from symcnn.report import Report
from symcnn.testing.points import Point, points

POINTS = 200
"""Points at which a function is called, and a formula tried where there is no proof."""

SYMPY = {"ceiling": "ceil", "Max": "max", "Min": "min"}
"""Functions that sympy prints by other names than the notation has."""

MOST_SHOWN = 8
"""Items that a message lists."""


def assert_formula(
    formula: object,
    architecture: Source | Report,
    quantity: str = "params",
    *,
    input: Size | None = None,
) -> None:
    """Assert that a formula is the network's, for every input and all values of its symbols.

    Text, sympy expressions and formulas are compared exactly: equality is
    proved by residue classes, or refuted by the smallest counterexample. A
    Python function of some of the network's symbols, and what cannot be
    decided, is compared at 200 points: the smallest, and those where floors
    change, among others.

    Args:
        formula: an expression in the notation's language, such as
            `"9*C*64 + 64"`, in which layers have names, too, as in a claim;
            a sympy expression in plain symbols; a `Formula`;
            or a function whose parameters are named like symbols of the
            network, such as `lambda H, W, C: …`.
        architecture: the network, as `derive` takes it, or its report.
        quantity: what the formula counts, such as `params` or `macs`.
        input: values of the input's dimensions, put in first.

    Raises:
        AssertionError: if they differ. It tells what `symcnn check` does:
            where first, by how much, and to which layers the difference belongs.
        NotationError: if the text is no expression.
        ArgumentError: if there is no such quantity, or no such symbol in the network.

    >>> assert_formula("9*C*64 + 64", "conv3-64")
    >>> assert_formula(lambda C: 9 * C * 64 + 64, "conv3-64")
    >>> assert_formula("9*C*64", "conv3-64")
    Traceback (most recent call last):
        ...
    AssertionError: refuted: the parameters are 576*C + 64
      the claim comes to 576*C
      the difference is 64, for every input
      they differ first at C = 1: 640, where the claim says 576
    the difference:
      the bias: cout of conv3-64 is left out
    ...
    """
    __tracebackhide__ = True
    if isinstance(architecture, Report) and input is not None:
        raise ArgumentError("a report has its input already")
    report = architecture if isinstance(architecture, Report) else derive(architecture, input)
    wanted = report.total(quantity)
    if callable(formula) and not isinstance(formula, Formula) and not _is_sympy(formula):
        _compare_function(formula, report, wanted)
        return
    verdict = _judged(formula, report, quantity)
    if verdict.holds is None:
        claimed = verdict.difference.two
        _compare_function(claimed, report, wanted, str(claimed))
    elif not verdict.holds:
        raise AssertionError(str(verdict))


def _judged(formula: object, report: Report, quantity: str) -> FormulaVerdict:
    """Return what is to be said of text, a number, a sympy expression or a formula, as of a claim."""
    written = str(formula) if isinstance(formula, Formula) else _written(formula)
    claim = Claim(written, quantity, number=None, formula=written)
    stated = (
        Stated(formula, partial=True) if isinstance(formula, Formula) else read_formula(claim, report.graph)
    )
    return judge(report, Books(report), CLAIMABLE[quantity], claim, stated)


def _is_sympy(formula: object) -> bool:
    """Tell whether something is a sympy expression; sympy itself is imported by its user only."""
    return type(formula).__module__.partition(".")[0] == "sympy"


def _written(formula: object) -> str:
    """Return a text, a number or a sympy expression in the notation's language."""
    if not _is_sympy(formula):
        return str(formula).translate(PAPER)
    return re.sub(r"[A-Za-z_]\w*", lambda name: SYMPY.get(name[0], name[0]), str(formula))


def _refuse_unknown(names: frozenset[str], known: frozenset[str]) -> None:
    if unknown := sorted(names - known):
        raise ArgumentError(
            f"the network has no symbol {unknown[0]}", hint=f"its symbols are {', '.join(sorted(known))}"
        )


def _compare_function(
    function: Callable[..., object], report: Report, wanted: Formula, written: str | None = None
) -> None:
    """Call a function at points; raise where it is wrong first."""
    __tracebackhide__ = True
    names = None if written else _parameters(function, report)

    def answer(point: Point) -> object:
        return function(**(point if names is None else {n: point[k] for n, k in names.items()}))

    given = dict(wanted.bound)

    def at(point: Point) -> Point:
        return {**cast("Point", given), **point}

    try:
        point = find(
            points(report),
            lambda point: answer(at(point)) != wanted(**point),
            settings=settings(
                max_examples=POINTS, database=None, deadline=None, phases=[Phase.generate, Phase.shrink]
            ),
            random=Random(0),
        )
    except NoSuchExample:
        return
    name = "the claim" if written else getattr(function, "__name__", "the function")
    raise AssertionError("\n".join(_refuted(report, wanted, point, name, answer(at(point)))))


def _refuted(report: Report, wanted: Formula, point: Point, name: str, given: object) -> Iterator[str]:
    """Yield where something gives a wrong number, in the words of `symcnn check`."""
    numbers, way = report.at(**point), CLAIMABLE[wanted.quantity]
    words = told(report, way)
    yield f"refuted: {words} {are(words)} {wanted}"
    shown = commas(given) if isinstance(given, int | Fraction) else repr(given)
    at = place({**{n: v for n, v in wanted.bound if not isinstance(v, Poly)}, **point})
    yield f"  they differ at {at}: {commas(wanted(**point))}, where {name} says {shown}"
    yield "what there is:"
    shares = [(row.label, row[wanted.quantity]) for row in numbers.items]
    yield from [f"  {label}: {commas(count)}" for label, count in shares if count][:MOST_SHOWN]
    yield f"convention: {report.convention}"


def _parameters(function: Callable[..., object], report: Report) -> dict[str, str]:
    """Return the symbols that the parameters of a function stand for."""
    names = {name: canonical(name) for name in signature(function).parameters}
    _refuse_unknown(frozenset(names.values()), report.graph.symbols)
    return names
