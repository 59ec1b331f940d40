"""From what the grammar recognizes to the syntax tree: one method for each rule.

The parser calls these as it goes, with the tokens and nodes of the rule.
"""

from fractions import Fraction
from typing import Any, cast

from lark import Token

from symcnn.notation.checks import (
    Operator,
    check_depth,
    check_digits,
    check_function,
    check_touching,
    check_whole,
    check_word,
    only_operator,
)
from symcnn.notation.expressions import Expression, Function, Name, Negation, Number, Power, Product, Sum
from symcnn.notation.network import architecture
from symcnn.notation.statements import Use, check_no_input, check_row, default, definition
from symcnn.notation.suffixes import Repeat, Tag, check_repeat, ordered
from symcnn.notation.syntax import (
    Architecture,
    Argument,
    Bracket,
    Call,
    Definition,
    Flag,
    Geometry,
    Group,
    Item,
    Pair,
    Recall,
    Word,
)
from symcnn.source import Span

Children = list[Any]


class Builder:
    """The actions of the grammar; holds no state, so one serves every text."""

    def number(self, children: Children) -> Number:
        """Read an integer, or a decimal exactly."""
        return _number(children[0])

    def name(self, children: Children) -> Name:
        """Keep the name as written."""
        return Name(str(children[0]), span=_span(children[0]))

    def function(self, children: Children) -> Function:
        """Check that the function exists and takes that many arguments."""
        function = Function(str(children[0]), tuple(children[2:-1]), span=_span(children[0], children[-1]))
        check_function(function)
        return function

    def parentheses(self, children: Children) -> Expression:
        """Widen the place of the expression to its parentheses."""
        opening, inner, closing = children
        return cast("Expression", inner).moved(_span(opening, closing))

    def negation(self, children: Children) -> Negation:
        """Negate the operand."""
        sign, operand = children
        return Negation(operand, span=_span(sign).to(operand.span))

    def power(self, children: Children) -> Power:
        """Raise the base to the exponent."""
        base, _, exponent = children
        return Power(base, exponent, span=base.span.to(exponent.span))

    def product(self, children: Children) -> Product:
        """Keep factors and operators in a row."""
        operators = ("*", *map(str, children[1::2]))
        return Product(operators, tuple(children[::2]), span=children[0].span.to(children[-1].span))

    def sum(self, children: Children) -> Sum:
        """Keep terms and signs in a row."""
        signs = ("+", *map(str, children[1::2]))
        return Sum(signs, tuple(children[::2]), span=children[0].span.to(children[-1].span))

    def braced(self, children: Children) -> Expression:
        """Widen the place of a whole expression to its braces."""
        opening, inner, closing = children
        check_depth(inner)
        return cast("Expression", inner).moved(_span(opening, closing))

    def extent(self, children: Children) -> Expression:
        """Read a value of a size or of geometry."""
        return _number(children[0]) if len(children) == 1 else self.braced(children)

    def pair(self, children: Children) -> Pair:
        """Read one value, or two with an `x` between them."""
        first, second = children[0], children[-1]
        if len(children) == 1:
            return Pair(first, span=first.span)
        return Pair(first, second, span=first.span.to(second.span))

    def geometry(self, children: Children) -> Geometry:
        """Lower the letter, since geometry ignores case."""
        letter, value = children
        return Geometry(letter.lower(), value, span=_span(letter).to(value.span))

    def word(self, children: Children) -> Word:
        """Take a layer apart: word, size, geometry and, after a dash, the width."""
        head, rest = children[0], children[1:]
        width = None
        if len(rest) > 1 and isinstance(rest[-2], Token):
            width = _count(rest[-1])
            rest = rest[:-2]
        end = width or (rest[-1] if rest else None)
        span = _span(head)
        word = Word(
            str(head),
            rest[0] if rest else None,
            tuple(rest[1:]),
            width,
            span=span if end is None else span.to(end.span),
        )
        check_word(word, span, bare=_is_bare(children[-1]))
        return word

    def call(self, children: Children) -> Call:
        """Read a name with its arguments."""
        return Call(str(children[0]), tuple(children[2:-1]), span=_span(children[0], children[-1]))

    def positional(self, children: Children) -> Argument:
        """Read `value` or `first->then`."""
        return _argument(None, children, children[0].span)

    def named(self, children: Children) -> Argument:
        """Read `name=value` or `name=first->then`."""
        return _argument(str(children[0]), children[1:], _span(children[0]))

    def group(self, children: Children) -> Group:
        """Read items in parentheses."""
        opening, items, closing = children
        check_no_input(items)
        return Group(items, span=_span(opening, closing))

    def bracket(self, children: Children) -> Bracket:
        """Read branches, which one and the same operator must join."""
        inner = children[1:-1]
        operators = [Operator(str(child), _span(child)) for child in inner if isinstance(child, Token)]
        branches = tuple(child for child in inner if not isinstance(child, Token))
        for branch in branches:
            check_no_input(branch)
        span = _span(children[0], children[-1])
        operator = only_operator(operators, branches, span)
        return Bracket(operator, isinstance(inner[0], Token), branches, span=span)

    def recall(self, children: Children) -> Recall:
        """Read a tag in the place of an item."""
        return Recall(children[0][1:], span=_span(children[0]))

    def flag(self, children: Children) -> Flag:
        """Read a flag with its value, if it has one."""
        name = _span(children[0])
        if len(children) == 1:
            return Flag(children[0][1:], span=name)
        value = _value(children[1])
        flag = Flag(children[0][1:], value, span=name.to(value.span))
        check_touching(name, value.span, "the value of a flag touches its name", flag)
        return flag

    def repeat(self, children: Children) -> Repeat:
        """Read a count, which may be a bare name."""
        sign, count = children
        value = _count(count)
        repeat = Repeat(value, _span(sign).to(value.span), _is_bare(count))
        check_repeat(repeat)
        return repeat

    def item(self, children: Children) -> Item:
        """Put flags, repeat and tag on a body; they have a fixed order."""
        body, *rest = children
        if not rest:
            return Item(body, span=body.span)
        return ordered(body, [Tag(s[1:], _span(s)) if isinstance(s, Token) else s for s in rest])

    def row(self, children: Children) -> tuple[Item, ...]:
        """Keep items in a row."""
        items = cast("tuple[Item, ...]", tuple(children))
        check_row(items)
        return items

    def use(self, children: Children) -> Use:
        """Read the words of a `use` statement with their flags."""
        return Use(tuple(map(default, children[1])))

    def definition(self, children: Children) -> Definition:
        """Read `head = items`."""
        head, items = children
        check_no_input(items)
        return definition(head, items)

    def architecture(self, children: Children) -> Architecture:
        """Put the statements together; the network is the last of them."""
        return architecture(children)


def _span(first: Token, last: Token | None = None) -> Span:
    return Span(cast("int", first.start_pos), cast("int", (last or first).end_pos))


def _is_bare(child: object) -> bool:
    return isinstance(child, Token) and child.type == "BARE"


def _number(token: Token) -> Number:
    span = _span(token)
    check_digits(token, span)
    if "." not in token:
        return Number(int(token), span=span)
    value = Fraction(token)
    return Number(value.numerator if value.denominator == 1 else value, span=span)


def _value(child: Token | Expression) -> Expression:
    return _number(child) if isinstance(child, Token) else child


def _count(child: Token | Expression) -> Expression:
    """Read a width or a count: a whole number, a bare name, or what stood in braces."""
    if isinstance(child, Token) and child.type == "BARE":
        return Name(str(child), span=_span(child))
    value = _value(child)
    check_whole(value)
    return value


def _argument(name: str | None, children: Children, start: Span) -> Argument:
    value = cast("Expression", children[0])
    then = cast("Expression", children[2]) if len(children) > 1 else None
    check_depth(value)
    if then is not None:
        check_depth(then)
    return Argument(value, then, name, span=start.to((then or value).span))
