"""What is found of a claim: whether it holds, and what would explain it."""

from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any, Final

from symcnn.algebra.difference import Difference
from symcnn.algebra.polynomials import Number
from symcnn.claims.claim import Claim
from symcnn.claims.parts import Place

HOLDS: Final[Mapping[bool | None, str]] = {True: "holds", False: "refuted", None: "unknown"}
"""The outcomes in a word."""


@dataclass(frozen=True)
class Explanation:
    """Something that gives the number, or the formula, that is claimed; no more is said.

    Attributes:
        name: the quantity, convention or slip.
        kinds: what is changed: `a part of the network`, `a known slip`; at most two.
        words: what it is, in words.
        value: what it comes to: a number, or a formula as text.
        match: how that gives the claim: `exactly`, `rounded` or `truncated`.
        cost: how far-fetched it is; explanations are listed by it.
        calculation: how the value comes about, where that is short.
        contrast: what sets it apart from its like.
        places: where it stands in the text.
        also: what else counts the same, in words.
        names: the name, and those of what else counts the same.
        layers: the layers that are counted, as indices into `graph.nodes`.
    """

    name: str
    kinds: tuple[str, ...]
    words: str
    value: Number | str
    match: str
    cost: int
    calculation: str = ""
    contrast: str = ""
    places: tuple[Place, ...] = ()
    also: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    layers: tuple[int, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """Return it as plain data."""
        return {
            "names": list(self.names),
            "changes": list(self.kinds),
            "words": self.words,
            "value": plain(self.value),
            "match": self.match,
            "calculation": self.calculation or None,
            "contrast": self.contrast or None,
            "also": list(self.also),
            "places": [{"label": p.label, "start": p.span.start, "end": p.span.end} for p in self.places],
        }


@dataclass(frozen=True, repr=False)
class Verdict(ABC):
    """Whether a claim holds, and why not.

    Attributes:
        claim: what was claimed.
        holds: True if it holds, False if it is refuted, None if that is not known.
        words: what the claim is about: `the parameters`.
        source: the text of the network, which places point into.
        convention: what is counted, in words.
        explanations: what gives the same, the simplest first.
        tried: how many candidates, or points, were tried.
    """

    claim: Claim
    holds: bool | None
    words: str
    source: str
    convention: str
    explanations: tuple[Explanation, ...]
    tried: int

    @property
    def outcome(self) -> str:
        """`holds`, `refuted` or `unknown`."""
        return HOLDS[self.holds]

    def to_json(self) -> dict[str, Any]:
        """Return the verdict as plain data; numbers are integers, or text where they are broken."""
        return {
            "claim": str(self.claim),
            "quantity": self.claim.quantity,
            "verdict": self.outcome,
            **self._details(),
            "explanations": [explanation.to_json() for explanation in self.explanations],
            "tried": self.tried,
            "convention": self.convention,
        }

    @abstractmethod
    def _details(self) -> dict[str, Any]:
        """Return what only this kind of verdict says."""

    def __bool__(self) -> bool:
        """Refuse to be taken for true or false, since there is a third outcome.

        Raises:
            TypeError: always.
        """
        raise TypeError("a verdict may be unknown; ask for verdict.holds")

    def __str__(self) -> str:
        from symcnn.render.verdict import verdict

        return verdict(self)

    __repr__ = __str__


@dataclass(frozen=True, repr=False)
class NumberVerdict(Verdict):
    """The verdict on a number.

    Attributes:
        value: what it is.
        match: how that gives the claim: `exactly`, `rounded`, `truncated`, or None.
        point: the input and the values of symbols at which it was checked.
        facts: what the network has of the quantity, counted in several ways.
        element_size: bytes of an element, where bytes are counted.
    """

    value: Number
    match: str | None
    point: Mapping[str, Number]
    facts: tuple[tuple[str, Number], ...]
    element_size: int | None = None

    def _details(self) -> dict[str, Any]:
        claimed = self.claim.number
        ends = claimed.amount.ends if claimed else None
        return {
            "value": plain(self.value),
            "match": self.match,
            "claimed": {"from": plain(ends[0]), "to": plain(ends[1])} if ends else None,
            "at": {name: plain(number) for name, number in self.point.items()},
            "facts": [{"words": words, "value": plain(number)} for words, number in self.facts],
        }

    def elsewhere(self, name: str) -> Iterator[Explanation]:
        """Yield what the verdict on another network, of a name, explains here."""
        if self.match:
            yield Explanation(
                f"{self.claim.quantity} of {name}",
                ("another network",),
                f"{self.words}, of {name}",
                self.value,
                self.match,
                cost=2,
                names=(self.claim.quantity,),
            )
        for found in self.explanations:
            yield replace(found, words=f"{found.words}, of {name}", places=(), layers=())


@dataclass(frozen=True, repr=False)
class FormulaVerdict(Verdict):
    """The verdict on a formula.

    Attributes:
        difference: the network's formula minus the claimed one.
        numbers: what is, and what is claimed, at the counterexample.
        belongs: to which layers the difference belongs, each in words.
        checked: points at which both are equal, if that is all that is known.
    """

    difference: Difference
    numbers: tuple[Number, Number] | None
    belongs: tuple[str, ...]
    checked: tuple[Mapping[str, Number], ...]

    @property
    def counterexample(self) -> Mapping[str, Number] | None:
        """The least point at which the formulas differ."""
        return self.difference.counterexample

    def _details(self) -> dict[str, Any]:
        point = self.counterexample
        numbers = self.numbers
        return {
            "is": str(self.difference.one),
            "claimed": str(self.difference.two),
            "difference": str(self.difference),
            "domain": str(self.difference.formula.domain),
            "counterexample": None
            if point is None or numbers is None
            else {
                "at": {name: plain(number) for name, number in point.items()},
                "is": plain(numbers[0]),
                "claimed": plain(numbers[1]),
            },
            "belongs_to": list(self.belongs),
            "equal_at": [{n: plain(number) for n, number in at.items()} for at in self.checked[:MAX_POINTS]],
        }


MAX_POINTS: Final = 8
"""Points that are listed where a formula is neither proved nor refuted."""


def plain(value: Number | str | None) -> int | str | None:
    """Return a number as JSON has it: an integer, or text."""
    return str(value) if isinstance(value, Fraction) and value.denominator != 1 else _whole(value)


def _whole(value: Number | str | None) -> int | str | None:
    return value.numerator if isinstance(value, Fraction) else value
