"""What a formula is the sum of: labelled parts, and which of them each term comes from."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

from symcnn.algebra.polynomials import Poly, Value, terms_of, total, value_of
from symcnn.algebra.printing import in_order, text
from symcnn.errors import UnsupportedError


class Part(NamedTuple):
    """A summand: an item of the string or a layer, and what it gives."""

    label: str
    value: Value


Parts = tuple[Part, ...] | Callable[[], tuple[Part, ...]]
"""The summands, or what returns them when they are asked for; none if they are not known."""


def parts_of(parts: Parts) -> tuple[Part, ...]:
    """Return the summands, made now if they were not made before."""
    return parts() if callable(parts) else parts


@dataclass(frozen=True)
class Term:
    """One term of a closed form, and the parts that it comes from.

    Attributes:
        value: the term.
        sources: what each part gives to it; they add up to it.
    """

    value: Value
    sources: tuple[Part, ...]

    def __str__(self) -> str:
        shares = "; ".join(f"{label}: {text(value)}" for label, value in self.sources)
        return f"{text(self.value)}  from {shares}"


def by_term(value: Value, parts: Parts, what: str) -> tuple[Term, ...]:
    """Split a closed form into its terms, each with the parts that give some of it.

    Args:
        value: the closed form.
        parts: what it is the sum of.
        what: the name of the quantity, for the error.

    Raises:
        UnsupportedError: if it is no sum of parts, as a maximum is none.

    >>> from symcnn.algebra.atoms import symbol
    >>> k = symbol("k")
    >>> for term in by_term(3 * k + 5, (Part("conv", 2 * k + 5), Part("fc", k)), "params"):
    ...     print(term)
    3*k  from conv: 2*k; fc: k
    5  from conv: 5
    """
    known = parts_of(parts)
    if total(part.value for part in known) != value:
        raise UnsupportedError(f"the {what.replace('_', ' ')} is no sum of what items have")
    sources: dict[object, list[Part]] = {}
    for label, share in known:
        for monomial, c in terms_of(share).items():
            sources.setdefault(monomial, []).append(Part(label, value_of({monomial: c})))
    return tuple(
        Term(Poly({monomial: c}) if monomial else c, tuple(sources[monomial]))
        for monomial, c in in_order(value)
    )
