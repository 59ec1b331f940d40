"""Inverse problems in one integer unknown: all its values for which claims hold.

The values that are left are a union of progressions. Each claim thins it out:
periodic ones by their residues; inequalities and equations by halving
intervals until the claim is proved, or refuted, on each. An interval without
an end is split into one up to twice its start and the rest. Where floors keep
that from ending, as ⌊H/2⌋ + ⌊(H+1)/2⌋ = H does, the interval is split into
residue classes, on which they are polynomials.
"""

from collections.abc import Iterable, Iterator
from typing import Final

from symcnn.algebra.atoms import Symbol, symbol
from symcnn.algebra.claims import Claim, OneOf, Periodic, Sign, Unless, shared_period
from symcnn.algebra.intervals import Interval, joined
from symcnn.algebra.polynomials import Number, Poly, Value, terms_of
from symcnn.algebra.symbols import INDEX
from symcnn.errors import LimitError

MAX_CELLS: Final = 1_500
"""Intervals that are looked at before a claim is asked for each residue apart."""

MAX_SCANNED: Final = 100_000
"""Values that are tried one by one where nothing is proved."""

MAX_CLASSES: Final = 10_000
"""Residues that are told apart, and progressions that a set is made of."""

MORE_BITS: Final = 200
"""How much longer than the numbers of a claim a value is, at the most, from which on it is no longer open."""

TIME: Final = f"{INDEX}0"
"""The name of the position in a progression."""


def solved(claims: Iterable[Claim], name: str, start: Interval) -> tuple[Interval, ...]:
    """Return the members of a progression for which all claims hold.

    Args:
        claims: what is to hold; the unknown is their only symbol.
        name: the unknown, taken for an integer.
        start: what it is sought in.

    Raises:
        LimitError: if that cannot be decided within the limits.

    >>> n = symbol("n")
    >>> solved([Sign(50 - n * n, "≥"), Sign(n * n - 5 * n + 6, "≥")], "n", Interval(1, None))[0].last
    7
    """
    left = [start]
    # What is known of the unknown itself narrows down what the other claims are asked about.
    for claim in sorted(claims, key=_effort):
        left = list(joined(found for part in left for found in _within(claim, name, part)))
        if len(left) > MAX_CLASSES:
            raise LimitError(f"the values of {name} are more than {MAX_CLASSES:,} intervals")
    return tuple(left)


def _effort(claim: Claim) -> int:
    if isinstance(claim, Sign):
        plain = isinstance(claim.value, Poly) and all(isinstance(a, Symbol) for a in claim.value.atoms())
        return 0 if plain else 3
    return 1 if isinstance(claim, OneOf) else 2 if isinstance(claim, Periodic) else 4


def _within(claim: Claim, name: str, part: Interval) -> Iterable[Interval]:
    """Return the members of a progression for which a claim holds."""
    match claim:
        case Sign():
            return _where(claim, name, part)
        case Periodic():
            return _by_residues(claim, name, part)
        case OneOf(value=value, members=members):
            places = (_within(Sign(value - member, "="), name, part) for member in sorted(members))
            return joined(found for place in places for found in place)
        case Unless(exception=exception, claim=inner):
            others = _where(exception.negated(), name, part)
            return [*_where(exception, name, part), *(f for o in others for f in _within(inner, name, o))]
        case _:
            raise TypeError(type(claim))


def _classes(part: Interval, number: int) -> Iterator[Interval]:
    """Split a progression into several of a longer step."""
    assert isinstance(part.step, int)
    for first in range(int(part.first), int(part.first) + number * part.step, part.step):
        if part.last is None:
            yield Interval(first, None, part.step * number)
        elif first <= part.last:
            step = part.step * number
            yield Interval(first, first + (int(part.last) - first) // step * step, step)


def _by_residues(claim: Periodic, name: str, part: Interval) -> Iterable[Interval]:
    on = claim.put({name: _position(part)})
    length = on.period()
    if length == 1:
        return [part]
    if length is None or length > MAX_SCANNED:
        return _scanned(claim, name, part)
    classes = zip(_classes(part, length), range(length), strict=False)
    return [found for found, time in classes if on.holds(TIME, time)]


def _position(part: Interval) -> Value:
    """Return the members of a progression in terms of their position, from 0 on."""
    assert isinstance(part.step, int)
    return int(part.first) + part.step * symbol(TIME)


def _where(claim: Sign, name: str, part: Interval) -> Iterable[Interval]:
    """Return where an inequality or an equation holds in a progression."""
    assert isinstance(part.step, int)
    if part.step == 1:
        on, first, last = claim, int(part.first), part.last
    else:
        on, first = claim.put({name: _position(part)}), 0
        last = None if part.last is None else (int(part.last) - int(part.first)) // part.step
    try:
        found = list(
            _halved(on, name if part.step == 1 else TIME, first, None if last is None else int(last))
        )
    except LimitError:
        return _apart(claim, name, part)
    base = int(part.first) - first * part.step
    return [
        Interval(base + part.step * a, None if b is None else base + part.step * b, part.step)
        for a, b in found
    ]


def _halved(claim: Sign, name: str, first: int, last: int | None) -> Iterator[tuple[int, int | None]]:
    """Yield intervals of positions where a claim is proved, halving those where it is open."""
    queue: list[tuple[int, int | None]] = [(first, last)]
    longest = first.bit_length() + MORE_BITS + max(map(_bits, terms_of(claim.value).values()), default=0)
    for _ in range(MAX_CELLS):
        if not queue:
            return
        first, last = queue.pop()
        verdict = claim.verdict(name, first, last)
        if verdict is None and first == last:
            verdict = claim.holds(name, first)
        if verdict:
            yield first, last
        elif verdict is None:
            middle = 2 * first + 1 if last is None else (first + last) // 2
            if middle.bit_length() > longest:
                break
            queue += [(middle + 1, last), (first, middle)]
    raise LimitError(f"a condition is open after {MAX_CELLS:,} intervals")


def _bits(number: Number) -> int:
    return number.numerator.bit_length() + number.denominator.bit_length()


def _apart(claim: Sign, name: str, part: Interval) -> Iterable[Interval]:
    """Ask about each residue apart, or else each value apart."""
    length = shared_period(claim.value)
    if length is None or not 1 < length <= MAX_CLASSES:
        return _scanned(claim, name, part)
    assert isinstance(part.step, int)
    if part.step % length == 0:
        return _scanned(claim, name, part)
    return joined(found for piece in _classes(part, length) for found in _where(claim, name, piece))


def _scanned(claim: Claim, name: str, part: Interval) -> Iterable[Interval]:
    """Try each value.

    Raises:
        LimitError: if there are too many.
    """
    assert isinstance(part.step, int)
    if part.last is None or part.last - part.first > MAX_SCANNED * part.step:
        raise LimitError(
            f"whether a condition holds is open for more than {MAX_SCANNED:,} values",
            hint="give the greatest value to look at: upto=1000",
        )
    numbers = range(int(part.first), int(part.last) + 1, part.step)
    return joined(Interval(n, n) for n in numbers if claim.holds(name, n))
