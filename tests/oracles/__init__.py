"""A second implementation of the notation: it counts by brute force, on a concrete input.

This is the project's independent evidence. It shares no code with the package: it reads the text with a
scanner of its own, writes every repeat out, evaluates expressions as Python fractions, and finds extents by
*placing* windows one after another instead of by a formula. What it says is meant to be evidently right, not
fast.

    count("conv3-64,pool,fc10", 3, 32, 32).params
    receptive_field("conv3-64,pool,conv3-64", 3, 32, 32)

With `tensors=True` even the counts of a layer are enumerated: every weight's index is put into a set, and
every multiplication is counted one by one. That is for small sizes only.
"""

import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from fractions import Fraction

from oracles.counts import Counts, Malformed, Refused, Row
from oracles.expressions import name
from oracles.machine import Machine
from oracles.reading import Reader
from oracles.tensors import Scope, Tensor
from oracles.tree import Expr, Program
from oracles.vocabulary import GREEK, symbol_name
from oracles.windows import Window

__all__ = ["Counts", "Malformed", "Refused", "Row", "Window", "count", "receptive_field"]


def symbol_values(symbols: Mapping[str, int | Fraction]) -> dict[str, Fraction]:
    """Symbols by their one name; only Greek ones may be broken numbers."""
    values: dict[str, Fraction] = {}
    for given, number in symbols.items():
        symbol, value = symbol_name(given), Fraction(number)
        if value <= 0 or (value.denominator != 1 and symbol.lower() not in GREEK):
            raise Refused(f"{given} cannot be {number}")
        values[symbol] = value
    return values


def is_constant(expr: Expr) -> bool:
    """Does an expression have a value when no name has one?"""
    try:
        expr({})
    except KeyError:
        return False
    return True


def pin(program: Program, values: dict[str, Fraction]) -> None:
    """Give the input dimensions that the text pins their values; a given one must agree."""
    for dimension, expr in program.pins:
        pinned = expr(values)
        if values.setdefault(dimension, pinned) != pinned:
            raise Refused(f"the text pins {dimension} to {pinned}")


def interpret(
    text: str,
    given: Mapping[str, int | None],
    symbols: Mapping[str, int | Fraction],
    tensors: bool = False,
) -> tuple[Machine, Tensor, Tensor]:
    """Read a text and run it: the machine, its input and its output."""
    program = Reader(text).program()
    values = symbol_values(symbols)
    values.update({key: Fraction(value) for key, value in given.items() if value is not None})
    pin(program, values)
    scope = Scope(values)
    channels, height, width = (scope.whole(name(dimension)) for dimension in "CHW")
    pins = dict(program.pins)
    pinned = [key in pins and is_constant(pins[key]) for key in "HW"]
    machine = Machine(program, tensors)
    x = machine.begin(channels, (height, width), pinned)
    return machine, x, machine.run(values, x)


@contextmanager
def deep_stack() -> Iterator[None]:
    """Room for 200 nested brackets, the notation's limit; only here, so that no test of the package gains."""
    limit = sys.getrecursionlimit()
    sys.setrecursionlimit(max(limit, 10_000))
    try:
        yield
    finally:
        sys.setrecursionlimit(limit)


def count(
    text: str,
    /,
    C: int | None = None,
    H: int | None = None,
    W: int | None = None,
    *,
    tensors: bool = False,
    **symbols: int | Fraction,
) -> Counts:
    """Count everything about a network on one input.

    Args:
        text: The network, in the notation.
        C: The input's channels; may be left out where the text pins it, as may H and W.
        H: The input's height.
        W: The input's width.
        tensors: Count weights and multiplications one by one; for small sizes.
        symbols: The values of the free symbols.

    Raises:
        Refused: The network cannot run on this input.
        KeyError: A free symbol has no value.
        OverflowError: The tensors are too large to go through their positions.
    """
    with deep_stack():
        return interpret(text, {"C": C, "H": H, "W": W}, symbols, tensors)[0].counts


def receptive_field(
    text: str,
    /,
    C: int | None = None,
    H: int | None = None,
    W: int | None = None,
    **symbols: int | Fraction,
) -> tuple[int, int]:
    """The rows and columns of the input that an element of the output sees, at most.

    Positions in the padding count, as if the input went on forever; but what sees a whole axis (global pools,
    fully connected layers) sees exactly that.
    """
    with deep_stack():
        machine, x, y = interpret(text, {"C": C, "H": H, "W": W}, symbols)
    height = machine.field(y.rows, x.rows, machine.periods[0])
    return height, machine.field(y.columns, x.columns, machine.periods[1])
