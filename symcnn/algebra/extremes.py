"""Minima and maxima: which of their arguments matter, and what it takes that they reach a bound."""

from collections.abc import Callable, Iterator, Mapping

from symcnn.algebra.atoms import Atom, Greatest, Least, all_atoms, atom_value
from symcnn.algebra.evaluation import RULES, put, substitute
from symcnn.algebra.polynomials import Poly, Value, is_whole, terms_of

Surely = Callable[[Value], bool]
"""Tells whether a value is known not to be negative."""


def pruned(value: Value, surely: Surely) -> Value:
    """Leave out the arguments of minima and maxima that others are known never to be beyond.

    >>> from symcnn.algebra.arithmetic import least
    >>> from symcnn.algebra.atoms import symbol
    >>> from symcnn.algebra.signs import surely_at_least
    >>> pruned(2 * least([symbol("k"), 1]), lambda excess: surely_at_least(excess, 0, lambda name: 1))
    2
    """

    def decided(atom: Atom, values: list[Value]) -> Value:
        if isinstance(atom, Least | Greatest):
            values = _undominated(values, 1 if isinstance(atom, Least) else -1, surely)
        return RULES[type(atom)](*values)

    return _remade(value, decided)


def chosen(value: Value, point: Mapping[str, Value]) -> Value:
    """Replace each minimum and maximum by the argument that it is at a point, which gives all symbols in it.

    >>> from symcnn.algebra.arithmetic import least
    >>> from symcnn.algebra.atoms import symbol
    >>> chosen(least([2 * symbol("k"), 7]) + 1, {"k": 3})
    2*k + 1
    """

    def decided(atom: Atom, values: list[Value]) -> Value:
        if not isinstance(atom, Least | Greatest):
            return RULES[type(atom)](*values)
        found = [substitute(v, point) for v in values]
        numbers = [v for v in found if not isinstance(v, Poly)]
        if len(numbers) < len(values):
            return atom_value(atom)
        return values[numbers.index(min(numbers) if isinstance(atom, Least) else max(numbers))]

    return _remade(value, decided)


def conjuncts(value: Value) -> Iterator[Value]:
    """Yield values that are all at least 0 exactly where a value is: those of 2*min(k, m) - 6.

    >>> from symcnn.algebra.arithmetic import least
    >>> from symcnn.algebra.atoms import symbol
    >>> list(conjuncts(2 * least([symbol("k"), symbol("m")]) - 6))
    [2*k - 6, 2*m - 6]
    """
    for monomial, c in value.terms.items() if isinstance(value, Poly) else ():
        atom, exponent = monomial[0] if len(monomial) == 1 else (None, 0)
        if exponent == 1 and isinstance(atom, Least if c > 0 else Greatest):
            for part in atom.values():
                yield from conjuncts(value + c * (part - atom_value(atom)))
            return
    yield value


def surely_reaches(value: Value, surely: Surely) -> bool:
    """Tell whether a value is known not to be negative, also as a maximum with one such argument.

    >>> from symcnn.algebra.arithmetic import least
    >>> from symcnn.algebra.atoms import symbol
    >>> surely_reaches(12 - least([symbol("k"), 12]), lambda excess: excess == 0)
    True
    """
    if surely(value):
        return True
    for monomial, c in value.terms.items() if isinstance(value, Poly) else ():
        atom, exponent = monomial[0] if len(monomial) == 1 else (None, 0)
        if exponent == 1 and isinstance(atom, Greatest if c > 0 else Least):
            return any(
                surely_reaches(value + c * (part - atom_value(atom)), surely) for part in atom.values()
            )
    return False


def surely_whole(value: Value) -> bool:
    """Tell whether a value is an integer by its form, whatever its minima and maxima are.

    >>> from symcnn.algebra.arithmetic import divide, least
    >>> from symcnn.algebra.atoms import symbol
    >>> surely_whole(divide(least([2 * symbol("k"), 64]), 2))
    True
    """
    if is_whole(value):
        return True
    for monomial, c in terms_of(value).items():
        atom, exponent = monomial[0] if len(monomial) == 1 else (None, 0)
        if exponent == 1 and isinstance(atom, Least | Greatest) and c.denominator > 1:
            return all(surely_whole(value + c * (part - atom_value(atom))) for part in atom.values())
    return False


def _undominated(values: list[Value], sign: int, surely: Surely) -> list[Value]:
    """Return the arguments of a minimum (sign 1) or maximum (-1) but those that another decides."""
    kept = list(values)
    for value in values:
        others = [other for other in kept if other is not value]
        if any(surely(sign * (value - other)) for other in others):
            kept = others
    return kept


def _remade(value: Value, decided: Callable[[Atom, list[Value]], Value]) -> Value:
    """Return a value with its composed atoms made anew, inner ones first."""
    known: dict[Atom, Value] = {}
    for atom in all_atoms(value):
        known[atom] = (
            decided(atom, [put(v, known) for v in atom.values()]) if atom.values() else atom_value(atom)
        )
    return put(value, known)
