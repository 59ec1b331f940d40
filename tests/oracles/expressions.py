"""Arithmetic, as functions of the values of names."""

import math
from collections.abc import Callable, Sequence
from fractions import Fraction

from oracles.counts import MOST_DIGITS, Malformed, Refused
from oracles.tree import Expr, Values
from oracles.vocabulary import symbol_name


def power(base: Fraction, exponent: Fraction) -> Fraction:
    """`**`, exact or refused."""
    if exponent.denominator != 1:
        raise Refused(f"{base} to the power of {exponent} is not rational")
    size = max(abs(base.numerator), base.denominator)
    if size > 1 and abs(exponent) * math.log10(size) > MOST_DIGITS:
        raise Refused(f"{base} to the power of {exponent} has too many digits")
    return Fraction(base ** int(exponent))


def round_to(value: Fraction, multiple: Fraction) -> Fraction:
    """The "make divisible" of the MobileNet code, on exact numbers."""
    rounded = max(multiple, math.floor((value + multiple / 2) / multiple) * multiple)
    return rounded + multiple if rounded < value * 9 / 10 else rounded


OPERATORS: dict[str, Callable[[Fraction, Fraction], Fraction]] = {
    "+": lambda a, b: a + b,
    "-": lambda a, b: a - b,
    "*": lambda a, b: a * b,
    "/": lambda a, b: a / b,
    "//": lambda a, b: Fraction(a // b),
    "%": lambda a, b: a - b * (a // b),
    "**": power,
}
FUNCTIONS: dict[str, Callable[..., Fraction]] = {
    "floor": lambda a: Fraction(math.floor(a)),
    "ceil": lambda a: Fraction(math.ceil(a)),
    "min": lambda *values: min(values),
    "max": lambda *values: max(values),
    "round_to": round_to,
}


def apply(function: Callable[..., Fraction], operands: Sequence[Expr]) -> Expr:
    """The expression that applies a function to the values of its operands."""

    def evaluate(values: Values) -> Fraction:
        try:
            return function(*[operand(values) for operand in operands])
        except ZeroDivisionError:
            raise Refused("division by zero") from None
        except TypeError:
            raise Malformed("wrong number of arguments") from None

    return evaluate


def constant(text: str) -> Expr:
    """The expression that is a number."""
    value = Fraction(text)
    return lambda _: value


def name(text: str) -> Expr:
    """The expression that is a name."""
    text = symbol_name(text)

    def evaluate(values: Values) -> Fraction:
        if text in values:
            return values[text]
        if text == "cin":
            raise Malformed("cin stands outside a definition")
        raise KeyError(f"no value is given for {text}")

    return evaluate
