"""Which of many explanations are worth telling: few digits are given by much, and by much that is alike."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Mapping
from fractions import Fraction
from typing import Final

from symcnn.algebra.polynomials import Number
from symcnn.claims.candidates import MATCHES, Hit
from symcnn.claims.ways import Kind

PLAIN: Final = 2
"""The cost of a single simple change, which is told however few the digits are."""

OFTEN: Final = Fraction(1, 8)
"""How many candidates may be expected to give a number by chance for one that does to be told."""

FURTHER: Final = 7
"""How much more than the simplest explanation one costs that is not worth telling beside it."""

BY_CHANCE: Final = "as likely by chance"
FAR: Final = "further fetched"
ALIKE: Final = "little different from a simpler one"


class Chance:
    """How likely it is that a number is given by chance.

    Args:
        values: what was tried came to, each with the least cost of it.
    """

    def __init__(self, values: Mapping[Number, int]) -> None:
        self._values = sorted(values)
        self._costs = [values[value] for value in self._values]

    def expected(self, hit: Hit) -> Fraction:
        """Return how many candidates as simple as a hit would give its amount by chance.

        It is the share of the numbers between half and twice the amount that
        are taken for it, times how many candidates come to numbers there.
        What rounds alike is one.
        """
        amount = hit.amount
        if not amount.step:
            return Fraction(0)
        low, high = Fraction(amount.value) / 2, 2 * amount.value
        first, last = bisect_left(self._values, low), bisect_right(self._values, high)
        near = {
            value // amount.step
            for value, cost in zip(self._values[first:last], self._costs[first:last], strict=True)
            if cost <= hit.cost
        }
        taken = amount.step * (1 if hit.match == "rounded" else Fraction(3, 2))
        return len(near) * taken / (high - low)


def asides(hits: Iterable[Hit], chance: Chance) -> Iterator[str]:
    """Yield for each of some hits, the simplest first, why it is not worth telling; empty if it is.

    Of hits on one part, such as the same layers in several conventions, the
    simplest is told, another quantity, and what is nearer.
    """
    told: dict[tuple[str, str, bool], int] = {}
    values: set[Number] = set()
    first: int | None = None
    for hit in hits:
        of = hit.way.name if hit.way.in_bytes else hit.way.of
        subject, nearness = (of, hit.part.words, hit.together), MATCHES.index(hit.match)
        plain = hit.way.kind is Kind.QUANTITY and not hit.condition
        simple = hit.cost <= PLAIN and hit.match != "truncated"
        known = subject in told and nearness >= told[subject]
        if (known and not plain) or (hit.condition and hit.value in values):
            yield ALIKE
        elif not simple and subject not in told and chance.expected(hit) > OFTEN:
            yield BY_CHANCE
        elif first is not None and hit.cost >= first + FURTHER:
            yield FAR
        else:
            first = hit.cost if first is None else first
            told[subject] = min(nearness, told.get(subject, nearness))
            values.add(hit.value)
            yield ""
