"""Verdicts on claims, for terminals and for files that people read."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from typing import Final

from symcnn.algebra.polynomials import Number
from symcnn.claims.amounts import Amount, commas
from symcnn.claims.chance import BY_CHANCE, FAR
from symcnn.claims.verdict import (
    MAX_EXPLANATIONS,
    MAX_POINTS,
    Explanation,
    FormulaVerdict,
    NumberVerdict,
    Verdict,
)
from symcnn.source import excerpt

MAX_LISTED: Final = 5
"""Explanations that are written out."""


MAX_ALSO: Final = 3
"""Other names of an explanation that are written out."""


def verdict(content: Verdict) -> str:
    """Write a verdict: whether the claim holds, and what explains it."""
    if isinstance(content, NumberVerdict):
        lines = [*_number(content)]
    elif isinstance(content, FormulaVerdict):
        lines = [*_formula(content)]
    else:
        raise TypeError(type(content))
    return "\n".join([*lines, f"convention: {content.convention}"])


def _number(content: NumberVerdict) -> Iterator[str]:
    at, is_ = place(content.point), f"{content.words} {are(content.words)} {commas(content.value)}"
    claimed = content.claim.claimed
    if content.match:
        exact = content.match == "exactly"
        yield f"holds: {is_} at {at}" + ("" if exact else f", which is {claimed}, {content.match}")
        return
    worth = content.claim.number if content.claim.formula else None
    comes_to = f" = {commas(worth.amount.value)}" if worth and str(worth.amount.value) != claimed else ""
    yield f"refuted: {is_} at {at}, not {claimed}{comes_to}"
    yield from _ends(content)
    if any(not e.aside for e in content.explanations):
        yield from _explanations(content)
        return
    yield from _nothing(content)


def _nothing(content: NumberVerdict) -> Iterator[str]:
    """Yield what there is, where nothing explains a number."""
    if by_chance := len(content.explanations):
        gives = "gives" if by_chance == 1 else "give"
        words = f"simple gives this number; {_found(by_chance)} of {content.tried:,} candidates {gives} it,"
        yield f"  nothing {words} {BY_CHANCE}"
    else:
        yield f"  nothing that was tried gives this number ({content.tried:,} candidates)"
    if content.claim.number and (apart := _apart(content.claim.number.amount, content.value)):
        yield f"  it is {apart} than that"
    yield "what there is:"
    for words, value in content.facts:
        yield f"  {words}: {commas(value)}"


def _found(number: int) -> str:
    return f"{number} or more" if number == MAX_EXPLANATIONS else str(number)


def _apart(claimed: Amount, value: Number) -> str:
    """Tell how far an amount is from what it should be, if it is not far: `544 less`, `1.8 % less`."""
    apart = Fraction(claimed.value) - value
    if abs(apart) * 10 > value:
        return ""
    percent = abs(apart) * 100 / value
    much = f"{commas(round(percent, 1 if percent > 1 else 3))} %" if claimed.step else commas(abs(apart))
    return f"{much} {'more' if apart > 0 else 'less'}"


def _ends(content: NumberVerdict) -> Iterator[str]:
    """Yield what the digits claim: which numbers round to them, and how many elements bytes are."""
    number = content.claim.number
    if number is None or not number.amount.step:
        return
    yield f"  what rounds to it is {_between(number.amount.ends)}"
    if content.element_size:
        kinds = [(number.amount, ""), (number.binary, ", if 1024 stands for 1000")]
        for amount, words in kinds:
            if amount is not None:
                ends = [Fraction(end) / content.element_size for end in amount.ends]
                yield f"    {_between(ends)} elements of {content.element_size} bytes{words}"


def _between(ends: Sequence[Number]) -> str:
    return " to ".join(map(commas, ends))


def _explanations(content: Verdict) -> Iterator[str]:
    told = [e for e in content.explanations if not e.aside]
    found = _found(len(content.explanations))
    does = "does" if found == "1" else "do"
    of = f" ({found} of {content.tried:,} candidates {does})" if content.tried else ""
    yield f"what gives the same, the simplest first{of}:"
    for number, explanation in enumerate(told[:MAX_LISTED], 1):
        yield from _explanation(number, explanation, content.source)
    further = Counter(e.aside or FAR for e in content.explanations if e not in told[:MAX_LISTED])
    yield from (f"  and {more} more, {why}" for why, more in further.items())


def _explanation(number: int, content: Explanation, source: str) -> Iterator[str]:
    value = content.value if isinstance(content.value, str) else commas(content.value)
    steps = f"{content.calculation} = " if content.calculation not in ("", value) else ""
    match = "" if content.match == "exactly" else f" ({content.match})"
    yield f"  {number}. {content.words}: {steps}{value}{match}"
    if content.contrast:
        yield f"     {content.contrast}"
    if content.also:
        more = len(content.also) - MAX_ALSO
        others = [*content.also[:MAX_ALSO], *([f"{more} more"] if more > 0 else [])]
        yield f"     the same as {', '.join(others)}"
    if number == 1:
        for spot in content.places[:1] if source else ():
            yield from (f"   {line}" for line in excerpt(source, spot.span).split("\n"))


def _formula(content: FormulaVerdict) -> Iterator[str]:
    difference = content.difference
    yield f"{content.outcome}: {content.words} {are(content.words)} {difference.one}"
    yield f"  the claim comes to {difference.two}"
    if content.holds:
        yield f"  equal for all of the domain: {difference.formula.domain}"
        return
    if not difference.is_zero:
        yield f"  the difference is {difference}, for {difference.formula.domain}"
    if difference.is_zero and content.holds is None:
        yield "  equal wherever both have a value; whether the claim has one at every input is not known"
        return
    if content.holds is None:
        yield f"  neither proved nor refuted; equal at {len(content.checked)} points that were tried"
        for at in content.checked[:MAX_POINTS]:
            yield f"    {place(at)}"
        return
    one, two = content.numbers or (0, 0)
    at = place(content.counterexample or {})
    if two is None:
        yield f"  at {at} it has no value, where {content.words} {are(content.words)} {commas(one)}"
        return
    first = " first" * difference.is_least
    yield f"  they differ{first} at {at}: {commas(one)}, where the claim says {commas(two)}"
    yield "the difference:"
    yield from (f"  {words}" for words in content.belongs)
    if content.explanations:
        yield from _explanations(content)


def place(point: Mapping[str, Number]) -> str:
    """Write a point: an input as height × width × channels, the rest by names."""
    left = dict(point)
    size = "×".join(str(left.pop(axis)) for axis in "HWC") if left.keys() >= set("HWC") else ""
    return (
        ", ".join([size] * bool(size) + [f"{name} = {value}" for name, value in left.items()])
        or "every input"
    )


def are(words: str) -> str:
    """Return the verb for what a claim is about."""
    return "is" if words.startswith(("the receptive", "the total")) else "are"
