"""The indivisible parts of polynomials: symbols, floors, minima, brackets.

Atoms are interned: there is one object for each meaning, so that comparing
and hashing cost nothing. Make them with `arithmetic.py`, which first brings
their arguments into canonical form.
"""

from fractions import Fraction
from itertools import count
from threading import Lock
from typing import ClassVar, Self
from weakref import WeakValueDictionary

from symcnn.algebra.polynomials import Poly, Value, is_whole
from symcnn.algebra.symbols import canonical, is_rational
from symcnn.errors import LimitError
from symcnn.limits import MAX_NESTING, MAX_PARTS

_known: "WeakValueDictionary[tuple[object, ...], Atom]" = WeakValueDictionary()
_lock = Lock()
_serials = count()


class Atom:
    """One indivisible part; `arguments` are what it is made of.

    Attributes:
        arguments: names or values, in canonical form.
        serial: the order in which atoms were first met; orders monomials.
        symbols: names of the symbols inside.
        whole: whether it is an integer for every value of its symbols.
        depth: how many atoms are nested in it, itself included.
        size: how many atoms are written when it is.
        rank: what atoms are printed in the order of: symbols by name, then
            floors by symbol and denominator, then the rest.
    """

    __slots__ = (
        "__weakref__",
        "_inner",  # kept, as every walk over atoms asks for it
        "_values",
        "arguments",
        "depth",
        "rank",
        "serial",
        "size",
        "symbols",
        "whole",
    )
    is_bracket: ClassVar[bool] = False

    arguments: tuple[object, ...]
    serial: int
    symbols: frozenset[str]
    whole: bool
    depth: int
    size: int
    rank: str
    _values: "tuple[Value, ...]"
    _inner: "frozenset[Atom]"

    def __new__(cls, *arguments: object) -> Self:
        """Return the one atom of this kind and these arguments."""
        key = (cls, *arguments)
        atom = _known.get(key)
        if atom is None:
            with _lock:
                atom = _known.get(key)
                if atom is None:
                    atom = super().__new__(cls)
                    atom.arguments, atom.serial = arguments, next(_serials)
                    atom._values = tuple(a for a in arguments if isinstance(a, int | Fraction | Poly))
                    inner = (v.atoms() for v in atom._values if isinstance(v, Poly))
                    atom._inner = frozenset[Atom]().union(*inner)
                    atom.symbols = atom._find_symbols()
                    atom.whole = atom._find_whole()
                    atom.depth = 1 + max((inner.depth for inner in atom.inner()), default=0)
                    if atom.depth > MAX_NESTING:
                        raise LimitError(f"an expression nests deeper than {MAX_NESTING} levels")
                    atom.size = 1 + sum(map(_size, atom._values))
                    if atom.size > MAX_PARTS:
                        raise LimitError(f"an expression has more than {MAX_PARTS:,} parts")
                    atom.rank = atom._find_rank()
                    _known[key] = atom
        assert isinstance(atom, cls)
        return atom

    def _find_symbols(self) -> frozenset[str]:
        return symbols_of(*(a for a in self.arguments if not isinstance(a, str)))

    def _find_whole(self) -> bool:
        return True

    @property
    def multiple(self) -> int:
        """A number that it is a multiple of, where it is an integer."""
        return 1

    def _find_rank(self) -> str:
        return f"3{type(self).__name__}({'|'.join(map(_rank, self.values()))})"

    def values(self) -> tuple[Value, ...]:
        """Return the values that this atom is made of."""
        return self._values

    def inner(self) -> "frozenset[Atom]":
        """Return the atoms that it is directly made of."""
        return self._inner

    def implies(self, other: "Atom") -> bool:
        """Tell whether one Iverson bracket is 0 wherever another is."""
        return self is other

    def __reduce__(self) -> tuple[object, ...]:
        return (type(self), self.arguments)


class Symbol(Atom):
    """A name; its argument is the canonical spelling."""

    __slots__ = ()

    def __new__(cls, name: str) -> Self:
        """Return the symbol of that name, however it is spelled."""
        return super().__new__(cls, canonical(name))

    def _find_whole(self) -> bool:
        return not is_rational(self.name)

    @property
    def name(self) -> str:
        """The canonical spelling."""
        return str(self.arguments[0])

    def _find_symbols(self) -> frozenset[str]:
        return frozenset((self.name,))

    def _find_rank(self) -> str:
        return f"1{self.name}"


class Floor(Atom):
    """⌊numerator / denominator⌋, the denominator positive."""

    __slots__ = ()

    def _find_rank(self) -> str:
        numerator, denominator = self.values()
        return f"2{','.join(sorted(self.symbols))}/{_rank(denominator)}/{_rank(numerator)}"


class Ceil(Atom):
    """⌈numerator / denominator⌉ where it is no floor: of rational symbols."""

    __slots__ = ()


class Least(Atom):
    """The least of several values."""

    __slots__ = ()

    def _find_whole(self) -> bool:
        return all(map(is_whole, self.values()))


class Greatest(Atom):
    """The greatest of several values."""

    __slots__ = ()

    def _find_whole(self) -> bool:
        return all(map(is_whole, self.values()))


class RoundTo(Atom):
    """`round_to(x, m)` of the notation."""

    __slots__ = ()

    def _find_whole(self) -> bool:
        return is_whole(self.values()[1])

    @property
    def multiple(self) -> int:
        step = self.arguments[1]
        return step if isinstance(step, int) else 1


class Exponential(Atom):
    """base ** exponent with a symbolic exponent."""

    __slots__ = ()

    def _find_whole(self) -> bool:
        base, exponent = self.values()
        return is_whole(base) and is_whole(exponent) and _is_natural(exponent)


def _is_natural(value: Value) -> bool:
    """Tell whether a value is not negative by its form: a sum of symbols, and of floors of such."""
    if not isinstance(value, Poly):
        return value >= 0
    symbolic = all(
        isinstance(atom, Symbol) or (isinstance(atom, Floor) and all(map(_is_natural, atom.values())))
        for atom in value.atoms()
    )
    return symbolic and min(value.terms.values()) > 0


class Unit(Atom):
    """A polynomial kept together, since it stands in a denominator."""

    __slots__ = ()

    def _find_whole(self) -> bool:
        return is_whole(self.values()[0])


class Differs(Atom):
    """Iverson bracket: 1 where at least one of the differences is not 0, else 0."""

    __slots__ = ()
    is_bracket = True


class Reaches(Atom):
    """Iverson bracket: 1 where its argument is at least 0, else 0."""

    __slots__ = ()
    is_bracket = True

    def implies(self, other: Atom) -> bool:
        """[n >= 3] implies [n >= 2]."""
        if not isinstance(other, Reaches):
            return False
        gap = other.values()[0] - self.values()[0]
        return not isinstance(gap, Poly) and gap >= 0


class OverPasses(Atom):
    """What a value comes to over the passes of a loop: arguments index, first, last, value.

    The index is a symbol of its own, which is none of the atom's symbols.
    """

    __slots__ = ()

    def _find_whole(self) -> bool:
        return is_whole(self.values()[3])

    def _find_symbols(self) -> frozenset[str]:
        index, first, last, value = self.values()
        return symbols_of(first, last, value) - symbols_of(index)


class Summation(OverPasses):
    """The sum of a value over the passes of a loop, where it has no closed form."""

    __slots__ = ()


class Maximum(OverPasses):
    """The greatest value of any pass of a loop; 0 if there is no pass."""

    __slots__ = ()


def _size(value: Value) -> int:
    """Return how many atoms are written in a value."""
    return sum(a.size for m in value.terms for a, _ in m) if isinstance(value, Poly) else 0


def _rank(value: Value) -> str:
    """Return a key of a value, the same in every process; small numbers come in their order."""
    if not isinstance(value, Poly):
        return f"{value!s:0>12}"
    terms = (
        "*".join([f"{c!s:0>12}", *sorted(f"{a.rank}^{e}" for a, e in m)]) for m, c in value.terms.items()
    )
    return "+".join(sorted(terms))


def symbols_of(*values: object) -> frozenset[str]:
    """Return the names of all symbols in some values, at any depth."""
    found: frozenset[str] = frozenset()
    for value in values:
        if isinstance(value, Poly):
            found = found.union(*(atom.symbols for atom in value.atoms()))
    return found


def all_atoms(*values: Value) -> "list[Atom]":
    """Return every atom of some values, at any depth, inner ones before outer ones."""
    found: set[Atom] = set()
    queue = [atom for value in values if isinstance(value, Poly) for atom in value.atoms()]
    while queue:
        atom = queue.pop()
        if atom not in found:
            found.add(atom)
            queue.extend(atom.inner())
    # An atom is made after those inside it, so serial numbers are a topological order.
    return sorted(found, key=lambda atom: atom.serial)


def symbol(name: str) -> Poly:
    """Return a symbol as a value.

    >>> symbol("alpha") * 32
    32*α
    """
    return Poly({((Symbol(name), 1),): 1})


def atom_value(atom: Atom) -> Poly:
    """Return an atom as a value."""
    return Poly({((atom, 1),): 1})


def as_atom(value: Value) -> Atom | None:
    """Return the atom that a value is; None if it is something else."""
    atoms = list(value.atoms()) if isinstance(value, Poly) else []
    return atoms[0] if len(atoms) == 1 and value == atom_value(atoms[0]) else None
