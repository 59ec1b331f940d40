"""A value at many points, one after another: the terms of a finite sum, as numbers.

Putting a number into a value makes each of its atoms anew, which takes too
long for a sum of a million terms. Here its atoms are put in order once, and
each term only goes through their rules. Of sums in sums all terms count.
"""

from collections.abc import Callable, Iterator
from fractions import Fraction
from typing import cast

from symcnn.algebra.arithmetic import power
from symcnn.algebra.atoms import Atom, Greatest, Least, OverPasses, Summation, Symbol
from symcnn.algebra.evaluation import RULES
from symcnn.algebra.polynomials import TOO_LONG, Number, Poly, Value, checked, denominator, tidy
from symcnn.errors import LimitError
from symcnn.limits import MAX_SCAN

Known = dict[Atom, Number]
"""The numbers that atoms are, at one point."""

Evaluate = Callable[[Known], Number]


class Budget:
    """Terms that may be gone through, in sums and in the sums in them."""

    def __init__(self) -> None:
        self.left = MAX_SCAN

    def spend(self, terms: int) -> None:
        """Take account of some terms.

        Raises:
            LimitError: if they are too many.
        """
        self.left -= terms
        if self.left < 0:
            raise LimitError(f"a sum without a closed form has more than {MAX_SCAN:,} terms")


def series(index: str, first: int, last: Number, value: Value) -> Iterator[Number]:
    """Yield a value in which nothing but the index is open, at each number from the first to the last.

    Raises:
        LimitError: if there are too many, at once or on the way.

    >>> from symcnn.algebra.atoms import symbol
    >>> list(series("n", 2, 4, symbol("n") * symbol("n")))
    [4, 9, 16]
    """
    budget = Budget()
    evaluate = _evaluator(value, budget)
    numbers = range(first, int(last) + 1)
    budget.spend(len(numbers))
    return _terms(Symbol(index), numbers, evaluate, {})


def _terms(place: Atom, numbers: range, evaluate: Evaluate, around: Known) -> Iterator[Number]:
    known = dict(around)

    def at(number: int) -> Number:
        known[place] = number
        return evaluate(known)

    return map(at, numbers)


def _evaluator(value: Value, budget: Budget) -> Evaluate:
    """Return what evaluates a value where its symbols are known: atom by atom, inner ones first."""
    steps = [(atom, _rule(atom, budget)) for atom in _in_order(value)]
    combined = _combined(value)

    def evaluate(known: Known) -> Number:
        for atom, rule in steps:
            known[atom] = rule(known)
        return combined(known)

    return evaluate


def _in_order(value: Value) -> list[Atom]:
    """Return the atoms of a value but symbols, at any depth but inside of sums, inner ones first."""
    found: set[Atom] = set()
    queue = [value]
    while queue:
        part = queue.pop()
        atoms = part.atoms() if isinstance(part, Poly) else ()
        for atom in set(atoms) - found:
            if not isinstance(atom, Symbol):
                found.add(atom)
                queue.extend(atom.values()[2:3] if isinstance(atom, OverPasses) else atom.values())
    # An atom is made after those inside it.
    return sorted(found, key=lambda atom: atom.serial)


def _rule(atom: Atom, budget: Budget) -> Evaluate:
    """Return what an atom is where those inside it are known."""
    if isinstance(atom, OverPasses):
        return _over_passes(atom, budget)
    parts = [_combined(value) for value in atom.values()]
    if isinstance(atom, Least | Greatest):
        extreme = min if isinstance(atom, Least) else max
        return lambda known: extreme([part(known) for part in parts])
    rule = RULES[type(atom)]
    return lambda known: cast("Number", rule(*[part(known) for part in parts]))


def _over_passes(atom: OverPasses, budget: Budget) -> Evaluate:
    index, first, last, value = atom.arguments
    assert isinstance(index, Poly)
    assert isinstance(first, int)
    (place,) = index.atoms()
    end, evaluate = _combined(cast("Value", last)), _evaluator(cast("Value", value), budget)
    adds_up = isinstance(atom, Summation)

    def rule(known: Known) -> Number:
        numbers = range(first, int(end(known)) + 1)
        budget.spend(len(numbers))
        terms = _terms(place, numbers, evaluate, known)
        return _short(sum(terms) if adds_up else max(terms, default=0))

    return rule


def _combined(value: Value) -> Evaluate:
    """Return what evaluates the terms of a value where its atoms are known."""
    if not isinstance(value, Poly):
        return lambda known: value
    below = denominator(value)
    # Integers as long as possible: the one division is the last step.
    terms = [
        (int(c * below), [a for a, e in m if e == 1], [power for power in m if power[1] != 1])
        for m, c in value.terms.items()
    ]

    def combined(known: Known) -> Number:
        out: Number = 0
        for c, plain, raised in terms:
            factor: Number = c
            for atom in plain:
                factor = factor * known[atom]
            for atom, exponent in raised:
                factor = factor * cast("Number", power(known[atom], exponent))
            out = out + factor
        return _short(out if below == 1 else Fraction(out) / below)

    return combined


def _short(number: Number) -> Number:
    """Return a number, as an integer if it is one, unless it is over the limit of digits."""
    if isinstance(number, int) and -TOO_LONG < number < TOO_LONG:
        return number
    return cast("Number", checked(tidy(number)))
