"""The arithmetic of the notation, as a tree: `4*c`, `round_to(32*α, 8)`.

Names are kept as written; what they mean is decided where they are used.
"""

from dataclasses import dataclass
from fractions import Fraction
from typing import ClassVar

from symcnn.notation.tree import Node

FUNCTIONS = {"floor": (1, 1), "ceil": (1, 1), "min": (1, None), "max": (1, None), "round_to": (2, 2)}
"""The functions of the language, with the fewest and most arguments they take."""


@dataclass(frozen=True, eq=False, repr=False)
class Expression(Node):
    """Any arithmetic expression.

    Attributes:
        precedence: how tightly it binds; what binds less tightly than its
            place asks for is printed in parentheses.
    """

    precedence: ClassVar[int] = 5

    def binding(self, least: int) -> tuple[str | Node, ...]:
        """Return the pieces of this expression where at least that precedence is needed."""
        return (self,) if self.precedence >= least else ("(", self, ")")


@dataclass(frozen=True, eq=False, repr=False)
class Number(Expression):
    """A non-negative literal, exact: an integer, or `4.5` as 9/2."""

    value: int | Fraction

    def pieces(self) -> tuple[str | Node, ...]:
        """Return the digits; a fraction as an exact decimal."""
        numerator, denominator = self.value.numerator, self.value.denominator
        if denominator == 1:
            return (str(numerator),)
        places = denominator.bit_length()
        digits, rest = divmod(numerator * 10**places, denominator)
        if rest:
            return (f"({numerator}/{denominator})",)
        whole, decimals = divmod(digits, 10**places)
        return (f"{whole}.{decimals:0{places}}".rstrip("0"),)


@dataclass(frozen=True, eq=False, repr=False)
class Name(Expression):
    """A parameter, `cin`, or a free symbol."""

    name: str

    def pieces(self) -> tuple[str | Node, ...]:
        """Return the name."""
        return (self.name,)


@dataclass(frozen=True, eq=False, repr=False)
class Sum(Expression):
    """Terms joined by `+` and `-`; the first sign is always `+`."""

    signs: tuple[str, ...]
    terms: tuple[Expression, ...]

    precedence: ClassVar[int] = 1

    def pieces(self) -> tuple[str | Node, ...]:
        """Return the terms with their signs between them."""
        return _chain(self.signs, self.terms, least=2)


@dataclass(frozen=True, eq=False, repr=False)
class Product(Expression):
    """Factors joined by `*`, `/`, `//` and `%`, from left to right; the first is `*`."""

    operators: tuple[str, ...]
    factors: tuple[Expression, ...]

    precedence: ClassVar[int] = 2

    def pieces(self) -> tuple[str | Node, ...]:
        """Return the factors with their operators between them."""
        return _chain(self.operators, self.factors, least=3)


@dataclass(frozen=True, eq=False, repr=False)
class Negation(Expression):
    """`-x`, which binds weaker than `**` and stronger than `*`."""

    operand: Expression

    precedence: ClassVar[int] = 3

    def pieces(self) -> tuple[str | Node, ...]:
        """Return the sign and the operand."""
        return ("-", *self.operand.binding(3))


@dataclass(frozen=True, eq=False, repr=False)
class Power(Expression):
    """`base ** exponent`, grouping to the right."""

    base: Expression
    exponent: Expression

    precedence: ClassVar[int] = 4

    def pieces(self) -> tuple[str | Node, ...]:
        """Return base and exponent."""
        return (*self.base.binding(5), "**", *self.exponent.binding(3))


@dataclass(frozen=True, eq=False, repr=False)
class Function(Expression):
    """`floor(x)` and its like."""

    name: str
    arguments: tuple[Expression, ...]

    def pieces(self) -> tuple[str | Node, ...]:
        """Return the name and the arguments in parentheses."""
        return (self.name, "(", *separated(self.arguments), ")")


def separated(nodes: tuple[Node, ...], separator: str = ", ") -> tuple[str | Node, ...]:
    """Return `nodes` with a separator between each two.

    >>> separated((Name("a"), Name("b")))
    (Name('a'), ', ', Name('b'))
    """
    out: list[str | Node] = []
    for node in nodes:
        out += (separator, node)
    return tuple(out[1:])


def _chain(
    operators: tuple[str, ...], operands: tuple[Expression, ...], least: int
) -> tuple[str | Node, ...]:
    out: list[str | Node] = []
    for operator, operand in zip(operators, operands, strict=True):
        out += (operator, *operand.binding(least))
    return tuple(out[1:])
