"""Answering one question at one point, as `symcnn eval` and its batches do."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from symcnn.accounts import Accounts, account
from symcnn.algebra.formula import exact_point
from symcnn.algebra.polynomials import Number, Poly
from symcnn.algebra.symbols import INPUT, canonical
from symcnn.catalog import DEFAULT_INPUT, Entry, builds, built, zoo
from symcnn.comparison import Comparison, compare
from symcnn.conventions import DEFAULT, conventions, find
from symcnn.elaborate import elaborate
from symcnn.errors import ArgumentError, DomainError, UnsupportedError
from symcnn.limits import MAX_WRITTEN_OUT
from symcnn.notation.syntax import Architecture
from symcnn.pipeline import read
from symcnn.report import Numbers, Report

if TYPE_CHECKING:
    from symcnn.claims import NumberVerdict, Verdict

ANSWERED: Final = ("params", "weights", "biases", "normalization", "buffers", "macs", "activations")
"""The quantities of an answer unless others are asked for."""


class Question:
    """A network and values for its symbols.

    Args:
        source: a text in the notation, the name or the entry of a network of
            the zoo, or a parsed architecture.
        values: values by symbol, C, H, W among them.
        convention: the name of what counts as what.

    Raises:
        NotationError: if the text is no network.
        ArgumentError: if a value is not exact, or there is no such convention.
    """

    def __init__(
        self,
        source: str | Architecture | Entry,
        values: Mapping[str, object],
        convention: str = DEFAULT,
    ) -> None:
        self.source = source
        self.convention = find(convention)
        self.architecture: Architecture = read(source)
        self.given = exact_point(dict(values), frozenset(map(canonical, values)))
        pinned = {pin.name for pin in self.architecture.pins}
        entry = zoo.get(source) if isinstance(source, str) else source
        usual = entry.input if isinstance(entry, Entry) else DEFAULT_INPUT
        self.point = {**{n: usual[n] for n in INPUT if n not in pinned}, **self.given}

    def report(self, dtype: str = "float32", written_out: int = MAX_WRITTEN_OUT) -> Report:
        """Return the report at the input, with formulas in the symbols that have no value."""
        report = Report(elaborate(self.architecture, self.point, written_out), dtype, self.convention)
        self._refuse_unknown(report)
        return report

    def check(self, claim: str, dtype: str = "float32") -> "Verdict":
        """Judge a claim: a number at the point, a formula for all inputs, with the given values put in.

        Raises:
            NotationError: if the claim cannot be read.
            ArgumentError: if a number needs a value for a symbol, or a name means nothing here.
            DomainError: if the network cannot take the values.
            UnsupportedError: if the quantity has no closed form.
        """
        # Judging reads the records of all conventions, which other questions need not wait for.
        from symcnn.claims import check, is_formula

        if is_formula(claim):
            report = Report(elaborate(self.architecture, self.given), dtype, self.convention)
            self._refuse_unknown(report)
            return check(report, claim, self.point)
        report = self.closed(dtype)
        self._refuse_unknown(report)
        verdict = check(report, claim, self.point)
        if verdict.holds or verdict.explanations:
            return verdict
        others = dict(self._elsewhere(claim, dtype))
        explanations = tuple(e for name, other in others.items() for e in other.elsewhere(name))
        return replace(
            verdict, explanations=explanations, tried=verdict.tried + sum(v.tried for v in others.values())
        )

    def _elsewhere(self, claim: str, dtype: str) -> Iterator[tuple[str, "NumberVerdict"]]:
        """Yield the verdict on a number, for the network as each library builds it."""
        from symcnn.claims import NumberVerdict

        for entry in builds(self.source) if isinstance(self.source, str) else ():
            with suppress(DomainError):
                verdict = Question(entry, self.given, self.convention.name).check(claim, dtype)
                assert isinstance(verdict, NumberVerdict)
                yield entry.name, verdict

    @property
    def build(self) -> Entry | None:
        """The network as the convention's tool is fed it, where the zoo has an entry of its own for that."""
        return built(self.source, self.convention.library) if isinstance(self.source, str) else None

    def numbers(self, dtype: str = "float32", written_out: int = MAX_WRITTEN_OUT) -> Numbers:
        """Return the report in numbers.

        Args:
            dtype: the type of an element, for memory.
            written_out: repeats of a number up to which each pass has rows of
                its own.

        Raises:
            ArgumentError: if a symbol has no value, or a name means nothing here.
            DomainError: if the network cannot take the values.
        """
        report = self.report(dtype, written_out)
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


def accounted(
    text: str, values: Mapping[str, object], *, formulas: bool = False, among: Sequence[str] = ()
) -> Accounts:
    """Tell what each convention says of a network, and why.

    Args:
        text: a text in the notation, or the name of a network of the zoo.
        values: values by symbol, C, H, W among them.
        formulas: whether counts are closed forms in H, W, C instead of numbers.
        among: the names of the conventions; all if there are none.

    Raises:
        NotationError: if the text is no network.
        ArgumentError: if a name means nothing there, or there is no such convention.
        DomainError: if the network cannot take the values.
    """
    others = [find(name) for name in dict.fromkeys(among or conventions) if name != DEFAULT]
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
