"""Answering one question at one point, as `symcnn eval` and its batches do."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from symcnn.accounts import Accounts, account
from symcnn.algebra.formula import exact_point
from symcnn.algebra.polynomials import Number, Poly
from symcnn.algebra.symbols import INPUT, canonical
from symcnn.catalog import DEFAULT_INPUT, built, zoo
from symcnn.claims import Verdict, check, is_formula
from symcnn.comparison import Comparison, compare
from symcnn.conventions import DEFAULT, conventions, find
from symcnn.elaborate import elaborate
from symcnn.errors import ArgumentError, UnsupportedError
from symcnn.notation.syntax import Architecture
from symcnn.pipeline import read
from symcnn.report import Numbers, Report

ANSWERED: Final = ("params", "weights", "biases", "normalization", "buffers", "macs", "activations")
"""The quantities of an answer unless others are asked for."""


class Question:
    """A network and values for its symbols.

    Args:
        text: a text in the notation, or the name of a network of the zoo.
        values: values by symbol, C, H, W among them.
        convention: the name of what counts as what.

    Raises:
        NotationError: if the text is no network.
        ArgumentError: if a value is not exact, or there is no such convention.
    """

    def __init__(self, text: str, values: Mapping[str, object], convention: str = DEFAULT) -> None:
        self.convention = find(convention)
        self.architecture: Architecture = read(text)
        self.given = exact_point(dict(values), frozenset(map(canonical, values)))
        pinned = {pin.name for pin in self.architecture.pins}
        usual = zoo[text].input if text in zoo else DEFAULT_INPUT
        self.point = {**{n: usual[n] for n in INPUT if n not in pinned}, **self.given}

    def report(self, dtype: str = "float32") -> Report:
        """Return the report at the input, with formulas in the symbols that have no value."""
        report = Report(elaborate(self.architecture, self.point), dtype, self.convention)
        self._refuse_unknown(report)
        return report

    def check(self, claim: str, dtype: str = "float32") -> Verdict:
        """Judge a claim: a number at the point, a formula for all inputs, with the given values put in.

        Raises:
            NotationError: if the claim cannot be read.
            ArgumentError: if a number needs a value for a symbol, or a name means nothing here.
            DomainError: if the network cannot take the values.
            UnsupportedError: if the quantity has no closed form.
        """
        report = (
            Report(elaborate(self.architecture, self.given), dtype, self.convention)
            if is_formula(claim)
            else self.closed(dtype)
        )
        self._refuse_unknown(report)
        return check(report, claim, self.point)

    def numbers(self, dtype: str = "float32") -> Numbers:
        """Return the report in numbers.

        Raises:
            ArgumentError: if a symbol has no value, or a name means nothing here.
            DomainError: if the network cannot take the values.
        """
        report = self.report(dtype)
        if report.symbols:
            missing = ", ".join(report.symbols)
            example = " ".join(f"-D {name}=1" for name in report.symbols)
            raise ArgumentError(f"no value is given for {missing}", hint=f"give one, as in {example}")
        return report.at()

    def closed(self, dtype: str = "float32") -> Report:
        """Return the report in closed forms: only symbols with given values are put in."""
        bound = {name: value for name, value in self.given.items() if name not in INPUT}
        return Report(elaborate(self.architecture, bound), dtype, self.convention)

    def _refuse_unknown(self, report: Report) -> None:
        unknown = sorted(self.given.keys() - report.graph.symbols)
        if unknown:
            known = ", ".join(sorted(report.graph.symbols))
            raise ArgumentError(f"there is no symbol {unknown[0]} in the network", hint=f"known: {known}")

    def answer(self, quantities: Sequence[str] = (), dtype: str = "float32") -> dict[str, Any]:
        """Return the counts as plain data; without quantities, those of `ANSWERED`."""
        numbers = self.numbers(dtype)
        return {
            "input": dict(zip(INPUT, numbers.input, strict=True)),
            "symbols": {n: _plain(v) for n, v in self.given.items() if n not in INPUT},
            **{name: _count(numbers, name) for name in expanded(quantities or ANSWERED)},
            "output": list(numbers.output),
            "convention": str(numbers.convention),
        }


def expanded(quantities: Iterable[str]) -> list[str]:
    """Return quantities with `receptive_field` and `stride` as one for each axis."""
    out: list[str] = []
    for name in quantities:
        out += [f"{name}_height", f"{name}_width"] if name in ("receptive_field", "stride") else [name]
    return list(dict.fromkeys(out))


def _count(numbers: Numbers, quantity: str) -> int | str | None:
    """Return a quantity as plain data, None where it has no closed form."""
    try:
        return _plain(numbers.total(quantity))
    except UnsupportedError:
        return None


def _plain(value: Number) -> int | str:
    return value.numerator if value.denominator == 1 else str(value)


def compared(
    texts: tuple[str, str],
    values: Mapping[str, object],
    quantities: Sequence[str],
    dtype: str = "float32",
    convention: str = DEFAULT,
) -> Comparison:
    """Compare two networks; each takes the values of its own symbols.

    Without an input: what the texts pin, then the input of the first that is
    an entry of the zoo, then `DEFAULT_INPUT`.

    Raises:
        NotationError: if a text is no network.
        ArgumentError: if a name means nothing in either.
        DomainError: if one of them cannot take the values.
    """
    questions = tuple(Question(text, values, convention) for text in texts)
    reports = tuple(question.closed(dtype) for question in questions)
    given = questions[0].given
    known = frozenset[str]().union(*(report.graph.symbols for report in reports))
    if unknown := sorted(given.keys() - known):
        raise ArgumentError(
            f"there is no symbol {unknown[0]} in the networks", hint=f"known: {', '.join(sorted(known))}"
        )
    usual = next((zoo[text].input for text in texts if text in zoo), DEFAULT_INPUT)
    pins = {n: v for r in reports for n, v in r.graph.bound if not isinstance(v, Poly)}
    return compare(reports[0], reports[1], quantities, {**usual, **pins, **given}, texts)


def accounted(text: str, values: Mapping[str, object], *, formulas: bool = False) -> Accounts:
    """Tell what each convention says of a network, and why.

    Args:
        text: a text in the notation, or the name of a network of the zoo.
        values: values by symbol, C, H, W among them.
        formulas: whether counts are closed forms in H, W, C instead of numbers.

    Raises:
        NotationError: if the text is no network.
        ArgumentError: if a name means nothing there.
        DomainError: if the network cannot take the values.
    """
    others = [convention for name, convention in conventions.items() if name != DEFAULT]
    entries = {c.library: built(text, c.library) for c in others}
    reports = {
        library: (entry.name, _reported(entry.name, values, formulas=formulas))
        for library, entry in entries.items()
        if entry
    }
    return account(_reported(text, values, formulas=formulas), reports, others, text)


def _reported(text: str, values: Mapping[str, object], *, formulas: bool) -> Report:
    question = Question(text, values)
    report = question.report()
    return question.closed() if formulas else report
