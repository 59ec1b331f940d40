"""Claims about a network: a number or a formula, judged and explained.

`check` reads a claim (`claim.py`, `amounts.py`) and asks whether the network
has what is claimed. A number that it has not is searched for (`search.py`,
`candidates.py`) among the ways to count (`registry.py`) and the parts of the
network (`parts.py`). A formula is proved or refuted (`formulas.py`).
"""

from collections.abc import Mapping
from dataclasses import replace
from fractions import Fraction
from typing import Any, Final

from symcnn.algebra.formula import exact_point, refuse_contradictions
from symcnn.algebra.polynomials import Number, Poly
from symcnn.algebra.symbols import INPUT
from symcnn.catalog import usual_input
from symcnn.claims.amounts import Amount, Measured, commas
from symcnn.claims.claim import Claim, read_claim, without_closed_form
from symcnn.claims.formulas import judge, read_formula
from symcnn.claims.registry import CONVENTIONS, QUANTITIES
from symcnn.claims.search import Search
from symcnn.claims.verdict import Explanation, FormulaVerdict, NumberVerdict, Verdict
from symcnn.claims.ways import Books, Way, told
from symcnn.errors import ArgumentError
from symcnn.report import Numbers
from symcnn.table import Table

CLAIMABLE: Final[Mapping[str, Way]] = {way.name: way for way in QUANTITIES}
"""The quantities that a claim may be about."""


def check(table: Table[Any], claim: object, point: Mapping[str, object] | None = None) -> Verdict:
    """Judge a claim about a network.

    Args:
        table: the report.
        claim: `138M`, `weights = 138344128`, `memory = 93MB`, `9*cin*cout`, or an integer.
        point: values of symbols, for numbers; H, W and C are those of the
            network's zoo entry, or else 224, 224 and 3, where nothing states them.

    Raises:
        NotationError: if the claim cannot be read.
        ArgumentError: if a symbol has no value that a number needs.
        DomainError: if the network cannot take the point, or has no input for which the formula holds.
        UnsupportedError: if the quantity has no closed form.
    """
    read = read_claim(claim, CLAIMABLE)
    books = Books(table)
    way = CLAIMABLE[read.quantity]
    if read.number is None:
        stated = read_formula(read, table.graph)
        if not isinstance(table, Numbers):
            return judge(table, books, way, read, stated)
        read = replace(read, number=Measured(Amount(stated.at(table.point)), None, None))
    return _number(table, books, way, read, _point(table, point))


def is_formula(claim: object) -> bool:
    """Tell whether a claim is a formula, with names in it, rather than a number.

    Raises:
        NotationError: if it cannot be read.

    >>> is_formula("9*cin*cout"), is_formula("params = 138M"), is_formula("3*3*64")
    (True, False, False)
    """
    return read_claim(claim, CLAIMABLE).number is None


def _point(table: Table[Any], given: Mapping[str, object] | None) -> dict[str, Number]:
    """Return values of all symbols.

    Raises:
        ArgumentError: if one has none.
        DomainError: if the network cannot take them.
    """
    if isinstance(table, Numbers):
        return dict(table.point)
    bound = {name for name, _ in table.graph.bound}
    values = exact_point(dict(given or {}), table.graph.symbols)
    refuse_contradictions(table.graph.bound, values)
    usual = usual_input(table.graph.text)
    where = {**{n: usual[n] for n in INPUT if n not in bound}, **values}
    if missing := sorted(set(table.symbols) - where.keys()):
        example = ", ".join(f"{name}=1" for name in missing)
        raise ArgumentError(
            f"a number needs a value for {', '.join(missing)}",
            hint=f"as in report.at({example}).check(...), or -D {missing[0]}=1",
        )
    table.domain.check(where)
    return where


def _number(
    table: Table[Any], books: Books, way: Way, claim: Claim, point: Mapping[str, Number]
) -> NumberVerdict:
    """Return the verdict on a number."""
    assert claim.number is not None
    search = Search(books, point, way, claim.number)
    value = search.total(way)
    if value is None:
        raise without_closed_form(claim.quantity)
    match = claim.number.amount.match(value)
    explanations = () if match else search.found()
    ways = [w for w in (*QUANTITIES, *CONVENTIONS) if w.of == way.of]
    values = [(w, number) for w in ways if (number := search.total(w))]
    unique = {number: w for w, number in reversed(values)}
    facts = [(_words(w, number, books), number) for w, number in values if unique[number] is w]
    shown = {n: v for n, v in table.graph.bound if not isinstance(v, Poly)} | dict(point)
    return NumberVerdict(
        claim=claim,
        holds=match is not None,
        words=told(table, way),
        source=table.graph.text,
        convention=str(table.convention),
        explanations=explanations,
        tried=search.tried,
        value=value,
        match=match,
        point=shown,
        facts=tuple(facts),
        element_size=books.element_size if way.in_bytes else None,
    )


def _words(way: Way, value: Number, books: Books) -> str:
    """Return what a way counts, with the elements where it is of bytes."""
    if not way.in_bytes:
        return way.words
    size = books.element_size
    return f"{way.words} ({commas(Fraction(value) / size)} elements of {size} bytes)"


__all__ = [
    "CONVENTIONS",
    "Amount",
    "Claim",
    "Explanation",
    "FormulaVerdict",
    "NumberVerdict",
    "Verdict",
    "check",
    "is_formula",
]
