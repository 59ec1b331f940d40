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

import math
import re
import sys
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from fractions import Fraction
from itertools import product
from typing import NamedTuple

__all__ = ["Counts", "Malformed", "Refused", "Row", "count", "receptive_field"]

MOST_LAYERS = 100_000
MOST_DIGITS = 1_000
MOST_POSITIONS = 1_000_000


class Refused(Exception):  # noqa: N818 - a verdict on an input, not a failure of the oracle
    """The network cannot run on this input."""


class Malformed(Refused):
    """The text is not in the notation, so that no input would do."""


class Row(NamedTuple):
    """What one layer adds."""

    word: str
    shape: tuple[int, int, int]
    params: int
    macs: int


@dataclass
class Counts:
    """Everything that is counted about one network on one input."""

    weights: int = 0
    biases: int = 0
    normalization: int = 0
    buffers: int = 0
    macs: int = 0
    bias_additions: int = 0
    normalization_ops: int = 0
    activation_ops: int = 0
    pooling_ops: int = 0
    elementwise_ops: int = 0
    activations: int = 0
    output: tuple[int, int, int] = (0, 0, 0)
    layers: list[Row] = field(default_factory=list)

    @property
    def params(self) -> int:
        """The trainable parameters."""
        return self.weights + self.biases + self.normalization


# --- What the text says --------------------------------------------------------------------------

Values = Mapping[str, Fraction]
Expr = Callable[[Values], Fraction]


class Flag(NamedTuple):
    """`:gn8` is the flag gn of size 8."""

    name: str
    size: Expr | None = None


class Tail(NamedTuple):
    """What may follow an item: flags, one repeat, one tag."""

    flags: tuple[Flag, ...] = ()
    repeat: Expr | None = None
    tag: str | None = None


class Layer(NamedTuple):
    """A word of the vocabulary."""

    word: str
    size: tuple[Expr, ...]
    geometry: Mapping[str, tuple[Expr, ...]]
    width: Expr | None
    tail: Tail


class Argument(NamedTuple):
    """`s=2->1`: the value in the first repeat, and in the later ones."""

    name: str | None
    first: Expr
    then: Expr


class Call(NamedTuple):
    """A use of a definition."""

    name: str
    arguments: tuple[Argument, ...]
    tail: Tail


class Group(NamedTuple):
    """Items in parentheses."""

    items: "Items"
    tail: Tail


class Merge(NamedTuple):
    """Branches in brackets; with a leading operator, the first one is the identity."""

    operator: str
    leading: bool
    branches: tuple["Items", ...]
    tail: Tail


class Recall(NamedTuple):
    """`@a` as an item."""

    tag: str
    tail: Tail = Tail()


Item = Layer | Call | Group | Merge | Recall
Items = tuple[Item, ...]


class Definition(NamedTuple):
    """`name(p, q=1) = items;`."""

    parameters: tuple[tuple[str, Expr | None], ...]
    body: Items


@dataclass
class Program:
    """A whole text."""

    definitions: dict[str, Definition] = field(default_factory=dict)
    uses: dict[str, tuple[Flag, ...]] = field(default_factory=dict)
    pins: tuple[tuple[str, Expr], ...] = ()
    network: Items = ()


# --- The vocabulary ------------------------------------------------------------------------------


class Spec(NamedTuple):
    """What a word may carry: `!` must be there, `?` may be there, nothing may not."""

    size: str = ""
    width: str = ""
    pair: bool = False
    decimal: bool = False
    letters: str = ""
    flags: frozenset[str] = frozenset()


NORMS = frozenset("bn in ln gn".split())
ACTIVATIONS = frozenset(
    "relu leaky elu sigmoid hsigmoid silu hswish mish gelu tanh softmax prelu".split(),
)
WEIGHTED = NORMS | ACTIVATIONS | {"bias"}
ROUNDING = frozenset({"ceil", "same"})
SKIPS = frozenset({"proj", "pad", "opt"})
POOL = Spec(size="?", pair=True, letters="spd", flags=ROUNDING | ACTIVATIONS)

SPECS = {
    "conv": Spec(size="!", width="!", pair=True, letters="spdg", flags=WEIGHTED | {"valid", "same"}),
    "dw": Spec(size="!", width="?", pair=True, letters="spd", flags=WEIGHTED | {"valid", "same"}),
    "deconv": Spec(size="!", width="!", pair=True, letters="spdg", flags=WEIGHTED),
    "fc": Spec(size="?", width="?", flags=WEIGHTED),
    "pool": POOL,
    "avgpool": POOL,
    "gap": Spec(flags=ACTIVATIONS),
    "gmp": Spec(flags=ACTIVATIONS),
    "adapool": Spec(size="?", pair=True, flags=ACTIVATIONS),
    "gn": Spec(size="?", flags=ACTIVATIONS),
    **dict.fromkeys("bn in ln".split(), Spec(flags=ACTIVATIONS)),
    **dict.fromkeys("relu leaky elu lrn drop".split(), Spec(size="?", decimal=True)),
    **dict.fromkeys(ACTIVATIONS - {"relu", "leaky", "elu"}, Spec()),
    **dict.fromkeys("scale flatten identity".split(), Spec()),
    **dict.fromkeys("shuffle pixelshuffle pixelunshuffle".split(), Spec(size="?")),
    "upsample": Spec(size="?", pair=True),
    "pad": Spec(size="!", pair=True),
    "take": Spec(width="!"),
}
ALIASES = {"maxpool": "pool", "depthwise": "dw", "convt": "deconv", "linear": "fc", "dense": "fc"}

KINDS = {
    **dict.fromkeys(NORMS, "norm"),
    **dict.fromkeys(ACTIVATIONS, "activation"),
    **dict.fromkeys(ROUNDING | {"valid"}, "fit"),
    **dict.fromkeys(SKIPS, "skip"),
    "bias": "bias",
}


def layer_word(word: str) -> str | None:
    """The layer's own name, or None where no layer is called so."""
    word = ALIASES.get(word.lower(), word.lower())
    return word if word in SPECS else None


def symbol_name(name: str) -> str:
    """`α` and `alpha` are one symbol."""
    spelled = unicodedata.name(name, "") if len(name) == 1 else ""
    match = re.fullmatch(r"GREEK (SMALL|CAPITAL) LETTER (\w+)", spelled)
    if match is None:
        return name
    letter = match[2].replace("LAMDA", "LAMBDA").lower()
    return letter if match[1] == "SMALL" else letter.capitalize()


GREEK = {symbol_name(chr(code)).lower() for code in range(0x3B1, 0x3CA)}


# --- Expressions ---------------------------------------------------------------------------------


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


# --- Reading -------------------------------------------------------------------------------------

NAME = re.compile(r"[^\W\d]\w*")
NUMBER = re.compile(r"\d+(\.\d+)?")


class Reader:
    """Reads a text from left to right, one method for each thing that the notation has."""

    def __init__(self, text: str) -> None:
        self.text = re.sub(r"#[^\n]*", "", text).replace("×", "x")
        self.at = 0

    # Characters

    def fail(self, expected: str) -> Malformed:
        """What to raise where the text goes wrong."""
        return Malformed(f"expected {expected} at {self.text[self.at : self.at + 20]!r}")

    def here(self, pattern: str | re.Pattern[str]) -> re.Match[str] | None:
        """The match of a pattern at this place, white space included in what it matches."""
        return re.compile(pattern).match(self.text, self.at)

    def accept(self, pattern: str | re.Pattern[str]) -> str | None:
        """Step over a pattern and return it, if it is there."""
        match = self.here(pattern)
        if match is None:
            return None
        self.at = match.end()
        return match[0]

    def expect(self, pattern: str | re.Pattern[str], what: str) -> str:
        """Step over a pattern that must be there."""
        found = self.accept(pattern)
        if found is None:
            raise self.fail(what)
        return found

    def space(self) -> None:
        """Step over white space."""
        self.accept(r"\s*")

    def token(self, pattern: str) -> str | None:
        """Step over a pattern with white space on either side, if it is there."""
        found = self.accept(rf"\s*(?:{pattern})\s*")
        return found.strip() if found is not None else None

    def word(self) -> str:
        """Letters and `_`; it ends before a repeat, `x` and a digit or a brace."""
        return self.expect(r"(?:(?!x[\d{])[^\W\d])+", "a word")

    # Expressions

    def expression(self) -> Expr:
        """A sum; the minus of `->` is none."""
        left = self.term()
        while operator := self.token(r"\+|-(?!>)"):
            left = apply(OPERATORS[operator], (left, self.term()))
        return left

    def term(self) -> Expr:
        """A product."""
        left = self.signed()
        while operator := self.token(r"//|\*(?!\*)|/|%"):
            left = apply(OPERATORS[operator], (left, self.signed()))
        return left

    def signed(self) -> Expr:
        """A power, or the negative of one: -2**2 is -4."""
        if self.token("-(?!>)"):
            return apply(lambda value: -value, (self.signed(),))
        if self.token(r"\+"):
            return self.signed()
        base = self.atom()
        return apply(power, (base, self.signed())) if self.token(r"\*\*") else base

    def atom(self) -> Expr:
        """A number, a name, a function's value, or an expression in parentheses."""
        if self.token(r"\("):
            inner = self.expression()
            self.close(r"\)")
            return inner
        if number := self.accept(NUMBER):
            return constant(number)
        found = self.expect(NAME, "an expression")
        if not self.token(r"\("):
            return name(found)
        operands = [self.expression()]
        while self.token(","):
            operands.append(self.expression())
        self.close(r"\)")
        if found not in FUNCTIONS:
            raise Malformed(f"there is no function {found}")
        return apply(FUNCTIONS[found], operands)

    def close(self, bracket: str) -> None:
        """Step over a closing bracket, and the white space before it."""
        self.space()
        self.expect(bracket, f"the closing {bracket[-1]}")

    def braced(self) -> Expr:
        """`{expr}`."""
        self.expect(r"\{\s*", "a brace")
        inner = self.expression()
        self.close(r"\}")
        return inner

    # Items

    def value(self, decimal: bool = False) -> Expr:
        """A size: a number or `{expr}`."""
        if self.here(r"\{"):
            return self.braced()
        number = self.expect(NUMBER, "a number")
        if "." in number and not decimal:
            raise Malformed(f"{number} is no count")
        return constant(number)

    def pair(self, both: bool, decimal: bool = False) -> tuple[Expr, ...]:
        """One value, or, where a layer takes two, `height x width` without white space."""
        first = self.value(decimal)
        if not both or not self.here("x"):
            return (first,)
        self.expect(r"x(?=[\d{])", "a second extent (a repeat takes a space here)")
        return (first, self.value())

    def amount(self) -> Expr:
        """A width or count: a number, `{expr}`, or a bare name."""
        if self.here(r"[\d{]"):
            return self.value()
        found = self.expect(r"(?!x[\d{])[^\W\d](?:(?!x[\d{])\w)*", "a number or a name")
        if "x" in found[:-1]:
            raise Malformed(f"{found} may be a name or a repeat")
        return name(found)

    def tail(self) -> Tail:
        """Flags, one repeat, one tag."""
        flags: list[Flag] = []
        while self.token(":"):
            flag = self.word().lower()
            flags.append(Flag(flag, self.value(decimal=True) if self.here(r"[\d{]") else None))
        if flags and self.here("x"):
            raise Malformed("a repeat after a flag takes a space")
        repeat = None
        if self.accept(r"\s*x(?=[\d{]|[^\W\d])"):
            repeat = self.amount()
        tag = self.expect(NAME, "a tag") if self.accept(r"\s*@") else None
        return Tail(tuple(flags), repeat, tag)

    def items(self) -> Items:
        """Items between commas."""
        found = [self.item()]
        while self.token(","):
            found.append(self.item())
        return tuple(found)

    def item(self) -> Item:
        """One item of any kind."""
        self.space()
        if self.accept("@"):
            return Recall(self.expect(NAME, "a tag"))
        if self.accept(r"\("):
            inner = self.items()
            self.close(r"\)")
            return Group(inner, self.tail())
        if self.here(r"\["):
            return self.merge()
        if self.here(r"[^\W\d]\w*\("):
            return Call(self.expect(NAME, "a name"), self.arguments(), self.tail())
        return self.layer()

    def layer(self) -> Item:
        """A word with what it carries; a word that is no layer is a definition without arguments."""
        if self.accept(r"(?i:soft-max)(?![^\W\d]|_)|(?i:soft-max)(?=x[\d{])"):
            return Layer("softmax", (), {}, None, self.tail())
        spelled = self.word()
        word = layer_word(spelled)
        if word is None:
            return Call(spelled, (), self.tail())
        spec = SPECS[word]
        size = self.pair(spec.pair, spec.decimal) if self.here(r"[\d{]") else ()
        geometry = self.geometry(spec) if size else {}
        width = self.amount() if self.accept("-") else None
        self.check(word, spec, bool(size), width is not None)
        return Layer(word, size, geometry, width, self.tail())

    def geometry(self, spec: Spec) -> dict[str, tuple[Expr, ...]]:
        """Letters with values: `s2p1`."""
        found: dict[str, tuple[Expr, ...]] = {}
        while letter := self.accept(r"(?!x)[^\W\d](?=[\d{])"):
            letter = letter.lower()
            if letter not in spec.letters or letter in found:
                raise Malformed(f"the letter {letter} does not belong here")
            found[letter] = self.pair(letter != "g")
        return found

    @staticmethod
    def check(word: str, spec: Spec, size: bool, width: bool) -> None:
        """Is everything there that a word needs, and nothing that it does not take?"""
        for what, rule, there in (("size", spec.size, size), ("width", spec.width, width)):
            if there > bool(rule) or there < (rule == "!"):
                raise Malformed(f"{word} {'takes no' if there else 'needs a'} {what}")
        if word == "fc" and size == width:
            raise Malformed("fc takes one width")

    def arguments(self) -> tuple[Argument, ...]:
        """`(64, s=2->1)`."""
        self.expect(r"\(\s*", "(")
        found: list[Argument] = []
        while not self.here(r"\)"):
            if found:
                self.expect(r",\s*", "a comma")
            named = self.token(r"[^\W\d]\w*\s*=")
            first = self.expression()
            then = self.expression() if self.token("->") else first
            self.space()
            found.append(Argument(symbol_name(named[:-1].strip()) if named else None, first, then))
        self.at += 1
        return tuple(found)

    def merge(self) -> Merge:
        """`[a + b]`, `[+ a]`."""
        self.expect(r"\[\s*", "[")
        operator = self.token(r"[|+*]") or ""
        leading = bool(operator)
        branches = [self.items()]
        while found := self.token(r"[|+*]"):
            operator = operator or found
            if found != operator:
                raise Malformed("a bracket has one operator")
            branches.append(self.items())
        self.close(r"\]")
        if not operator:
            raise Malformed("a bracket needs an operator")
        return Merge(operator, leading, tuple(branches), self.tail())

    # The whole text

    def program(self) -> Program:
        """Definitions and defaults, then the network."""
        found = Program()
        while not self.here(r"\s*\Z"):
            if found.network or found.pins:
                raise self.fail("the end")
            self.space()
            if self.accept(r"(?i:use)\s+"):
                self.use(found)
            elif self.starts_definition():
                self.definition(found)
            else:
                self.network(found)
            if not self.token(";") and not self.here(r"\s*\Z"):
                raise self.fail("a comma, a semicolon or the end")
        if not (found.network or found.pins):
            raise Malformed("there is no network")
        return found

    def use(self, found: Program) -> None:
        """`use conv:bn, dw:bn`."""
        while True:
            word = layer_word(self.word())
            tail = self.tail()
            if word is None or not tail.flags or tail.repeat or tail.tag:
                raise Malformed("use takes a layer's word and flags")
            found.uses[word] = found.uses.get(word, ()) + tail.flags
            if not self.token(","):
                return

    def starts_definition(self) -> bool:
        """A name, perhaps parameters in balanced parentheses, and an equals sign."""
        match = self.here(r"[^\W\d]\w*\s*")
        if match is None:
            return False
        end, depth = match.end(), 0
        while end < len(self.text) and (depth or self.text[end] == "("):
            depth += {"(": 1, ")": -1}.get(self.text[end], 0)
            end += 1
        return re.compile(r"\s*=").match(self.text, end) is not None

    def definition(self, found: Program) -> None:
        """`name(p, q=1) = items`."""
        called = self.expect(NAME, "a name")
        if layer_word(called) or called.lower() in ("use", "input") or called in found.definitions:
            raise Malformed(f"the name {called} is taken")
        self.space()
        parameters = self.parameters() if self.accept(r"\(\s*") else ()
        self.token("=")
        found.definitions[called] = Definition(parameters, self.items())

    def parameters(self) -> tuple[tuple[str, Expr | None], ...]:
        """What stands in the parentheses of a definition."""
        found: dict[str, Expr | None] = {}
        while not self.accept(r"\)"):
            if found:
                self.expect(r",\s*", "a comma")
            parameter = symbol_name(self.expect(NAME, "a parameter"))
            if parameter in found or parameter in ("C", "H", "W", "cin"):
                raise Malformed(f"the parameter {parameter} is taken")
            found[parameter] = self.expression() if self.token("=") else None
            self.space()
        return tuple(found.items())

    def network(self, found: Program) -> None:
        """The items; `input(...)` may stand first."""
        if self.accept(r"(?i:input)(?=\()"):
            arguments = self.arguments()
            if any(pin.name not in ("C", "H", "W") or pin.then is not pin.first for pin in arguments):
                raise Malformed("input pins C, H and W")
            found.pins = tuple((str(pin.name), pin.first) for pin in arguments)
            if len(dict(found.pins)) < len(arguments) or not arguments:
                raise Malformed("input pins each of C, H and W once")
            if not self.token(","):
                return
        found.network = self.items()


# --- Counting one layer, in two ways -------------------------------------------------------------


# What there is along the rows and along the columns: the cells of a kernel, or the places of windows.
Grid = tuple[Sequence[int], Sequence[int]]
POINT: Grid = (range(1), range(1))


class Summed:
    """Sums over groups, kernel cells and window places, of which there is one for each row and column."""

    @staticmethod
    def elements(channels: int, height: int, width: int) -> int:
        """The elements of a tensor."""
        return channels * height * width

    @staticmethod
    def convolution(c_in: int, c_out: int, groups: int, cells: Grid, places: Grid) -> tuple[int, int]:
        """Weights and multiplications; every place uses every weight once."""
        weights = 0
        for _ in range(groups):
            weights += len(cells[0]) * len(cells[1]) * (c_in // groups) * (c_out // groups)
        return weights, weights * len(places[0]) * len(places[1])

    # A transposed convolution scatters from its input where a convolution gathers to its output: with
    # places on the input, both use every weight once at every place.
    transposed = convolution

    @staticmethod
    def pooling(channels: int, cells: Grid, places: Grid) -> int:
        """The elements that enter windows."""
        return channels * len(cells[0]) * len(cells[1]) * len(places[0]) * len(places[1])


class Tensors:
    """One by one: every weight is an index in a set, every multiplication a step of a loop."""

    @staticmethod
    def elements(channels: int, height: int, width: int) -> int:
        """The elements of a tensor."""
        return sum(1 for _ in product(range(channels), range(height), range(width)))

    @staticmethod
    def convolution(c_in: int, c_out: int, groups: int, cells: Grid, places: Grid) -> tuple[int, int]:
        """For each output element, the inputs of its group under each cell of the kernel."""
        used: set[tuple[int, ...]] = set()
        macs = 0
        for o, _, _ in product(range(c_out), *places):
            group = o // (c_out // groups)
            for c, *cell in product(range(c_in), *cells):
                if c // (c_in // groups) == group:
                    used.add((o, c, *cell))
                    macs += 1
        return len(used), macs

    @staticmethod
    def transposed(c_in: int, c_out: int, groups: int, cells: Grid, places: Grid) -> tuple[int, int]:
        """Each input element is scattered to the outputs of its group through each cell of the kernel."""
        used: set[tuple[int, ...]] = set()
        macs = 0
        for c, _, _ in product(range(c_in), *places):
            group = c // (c_in // groups)
            first = group * (c_out // groups)
            for o, *cell in product(range(first, first + c_out // groups), *cells):
                used.add((c, o, *cell))
                macs += 1
        return len(used), macs

    @staticmethod
    def pooling(channels: int, cells: Grid, places: Grid) -> int:
        """Every element of every window."""
        return sum(1 for _ in product(range(channels), *places, *cells))


# --- Windows on an axis --------------------------------------------------------------------------


class Window(NamedTuple):
    """A kernel on one axis; p is None where the padding follows from the fit."""

    k: int
    s: int = 1
    p: int | None = None
    d: int = 1
    fit: str | None = None

    @property
    def reach(self) -> int:
        """From the first cell of the kernel to its last."""
        return self.d * (self.k - 1)

    @property
    def start(self) -> int:
        """Where the first window starts. `same` pads as evenly as it can, and less at the start."""
        return -(self.reach // 2) if self.p is None else -self.p

    def starts(self, n: int) -> list[int]:
        """Where the windows on an axis of extent n start."""
        start, found = self.start, []
        while self.takes(start, n):
            found.append(start)
            start += self.s
        return found

    def takes(self, start: int, n: int) -> bool:
        """Is there a window that starts here?"""
        if self.p is None:
            # Same padding: one window for each s-th element.
            return start - self.start < n
        if self.fit == "ceil":
            # One more window where the one before has left something over, if it starts on the input.
            return start < n and start - self.s + self.reach < n - 1 + self.p
        return start + self.reach <= n - 1 + self.p

    def sees(self, y: int) -> Iterable[int]:
        """The positions that output y depends on, whether or not they lie in the padding."""
        first = self.start + y * self.s
        return [first + self.d * cell for cell in range(self.k)]


class Scatter(NamedTuple):
    """A transposed kernel on one axis; p is None where the output is n·s."""

    k: int
    s: int
    p: int | None
    d: int

    def extent(self, n: int) -> int:
        """The extent of the output: where anything lands, less the padding at either end."""
        if self.p is None:
            return n * self.s
        landings = {x * self.s + self.d * cell for x in range(n) for cell in range(self.k)}
        return max(landings) + 1 - 2 * self.p

    def sees(self, y: int) -> Iterable[int]:
        """The input positions that land on output y."""
        # By default, what stands over is cut off evenly, and more at the start (as PyTorch's output_padding).
        surplus = self.d * (self.k - 1) + 1 - self.s
        cut = max(0, (surplus + 1) // 2) if self.p is None else self.p
        return {
            (y + cut - self.d * cell) // self.s
            for cell in range(self.k)
            if (y + cut - self.d * cell) % self.s == 0
        }


# --- Tensors in the network ----------------------------------------------------------------------

Back = Callable[[int], Iterable[int]]


@dataclass(frozen=True)
class Axis:
    """One spatial axis of a tensor.

    Strides count from the last place where the extent was cut loose from the input (the frame): two strides
    can be compared only in one frame.
    """

    extent: int
    fixed: bool  # the same extent on every input
    frame: int
    stride: Fraction
    node: int

    @property
    def one(self) -> bool:
        """Is the extent 1 by construction, and not by chance?"""
        return self.fixed and self.extent == 1


class Tensor(NamedTuple):
    """A tensor's shape, and where its axes come from."""

    channels: int
    rows: Axis
    columns: Axis

    @property
    def axes(self) -> tuple[Axis, Axis]:
        """Both spatial axes."""
        return self.rows, self.columns

    @property
    def shape(self) -> tuple[int, int, int]:
        """Channels, height, width."""
        return self.channels, self.rows.extent, self.columns.extent


class Scope:
    """The names that a body sees: values, and tags."""

    def __init__(self, values: Values, outer: "Scope | None" = None) -> None:
        self.values = values
        self.outer = outer
        self.tags: dict[str, Tensor] = {}

    def recall(self, tag: str) -> Tensor:
        """The tensor with a tag."""
        scope: Scope | None = self
        while scope is not None:
            if tag in scope.tags:
                return scope.tags[tag]
            scope = scope.outer
        raise Malformed(f"no tensor is tagged {tag}")

    def tag(self, tag: str, tensor: Tensor) -> None:
        """Give a tensor a tag, once."""
        if tag in self.tags:
            raise Malformed(f"the tag {tag} stands twice")
        self.tags[tag] = tensor

    def whole(self, expr: Expr, least: int = 1) -> int:
        """The value of an expression that must be a whole number."""
        value = expr(self.values)
        if value.denominator != 1 or value < least:
            raise Refused(f"{value} is no whole number from {least} up")
        if value >= 10**MOST_DIGITS:
            raise Refused(f"a number has more than {MOST_DIGITS} digits")
        return int(value)


Style = dict[str, Flag]


def settle(flags: Iterable[Flag], taken: frozenset[str]) -> Style:
    """Which flag is on, for each kind: the last one wins, and `:noX` undoes `:X`."""
    style: Style = {}
    for flag in flags:
        plain = flag.name.removeprefix("no")
        if plain not in taken:
            raise Malformed(f"the flag {flag.name} does not belong here")
        if flag.size is not None and not SPECS.get(plain, Spec()).size:
            raise Malformed(f"the flag {flag.name} takes no size")
        kind = KINDS[plain]
        if plain in (flag.name, "bias"):
            style[kind] = flag
        elif kind in style and style[kind].name == plain:
            del style[kind]
    return style


class Kernel(NamedTuple):
    """A layer with weights, as far as its input has no say in it."""

    word: str
    c_out: int
    windows: Sequence[Window]
    groups: int
    style: Style
    scope: Scope


def cells(windows: Sequence[Window]) -> Grid:
    """The cells of a kernel."""
    return range(windows[0].k), range(windows[1].k)


def both(values: Sequence[int]) -> tuple[int, int]:
    """One value stands for both axes."""
    return values[0], values[-1]


# --- Running a network ---------------------------------------------------------------------------


class Machine:
    """Runs a program on one input and keeps the counts."""

    def __init__(self, program: Program, tensors: bool) -> None:
        self.program = program
        self.how: type[Summed | Tensors] = Tensors if tensors else Summed
        self.counts = Counts()
        self.running: list[str] = []
        self.steps = 0
        self.frames = 0
        # For each axis ever made: the axes it depends on, and how (None: on the whole of it).
        self.links: list[list[tuple[int, Back | None]]] = []
        self.periods = [1, 1]
        for word, flags in program.uses.items():
            settle(flags, SPECS[word].flags)

    # Axes

    def axis(self, extent: int, links: list[tuple[int, Back | None]], like: Axis, stride: Fraction) -> Axis:
        """A new axis."""
        if extent < 1:
            raise Refused("nothing is left of an axis")
        if extent > MOST_POSITIONS:
            raise OverflowError("this input is too large for brute force")
        self.links.append(links)
        return replace(like, extent=extent, stride=stride, node=len(self.links) - 1)

    def step(self, axis: Axis, extent: int, back: Back, stride: Fraction | int = 1) -> Axis:
        """The axis that a layer makes of another."""
        return self.axis(extent, [(axis.node, back)], axis, axis.stride * stride)

    def cut(self, axis: Axis, extent: int, back: Back | None = None) -> Axis:
        """An axis whose extent has nothing to do with the input's; it sees the whole of it, if not told."""
        self.frames += 1
        loose = replace(axis, fixed=True, frame=self.frames)
        return self.axis(extent, [(axis.node, back)], loose, Fraction(1))

    def begin(self, channels: int, extents: Sequence[int], pinned: Sequence[bool]) -> Tensor:
        """The input."""
        blank = Axis(0, False, 0, Fraction(1), 0)
        rows, columns = (
            self.axis(extent, [], replace(blank, fixed=fixed), Fraction(1))
            for extent, fixed in zip(extents, pinned, strict=True)
        )
        return Tensor(channels, rows, columns)

    # Items

    def sequence(self, items: Items, x: Tensor, scope: Scope) -> Tensor:
        """One item after another."""
        for item in items:
            x = self.item(item, x, scope)
        return x

    def item(self, item: Item, x: Tensor, scope: Scope) -> Tensor:
        """An item with its repeat, written out, and its tag."""
        if item.tail.repeat is None:
            x = self.once(item, x, scope, 0)
        else:
            for index in range(scope.whole(item.tail.repeat)):
                x = self.once(item, x, Scope(scope.values, scope), index)
        if item.tail.tag is not None:
            scope.tag(item.tail.tag, x)
        return x

    def once(self, item: Item, x: Tensor, scope: Scope, index: int) -> Tensor:
        """An item in one of its repeats."""
        self.steps += 1
        if self.steps > MOST_LAYERS:
            raise Refused(f"more than {MOST_LAYERS} items when written out")
        match item:
            case Recall():
                return scope.recall(item.tag)
            case Layer():
                return self.layer(item, x, scope)
            case Merge():
                return self.merge(item, x, scope)
            case Group():
                y = self.sequence(item.items, x, scope)
            case Call():
                y = self.call(item, x, scope, index)
        return self.activate(settle(item.tail.flags, ACTIVATIONS), y)

    def call(self, call: Call, x: Tensor, scope: Scope, index: int) -> Tensor:
        """The body of a definition, which sees its parameters, `cin` and the free symbols."""
        definition = self.program.definitions.get(call.name)
        if definition is None or call.name in self.running:
            raise Malformed(f"{call.name} is " + ("not defined" if definition is None else "recursive"))
        values = dict(self.free)
        values["cin"] = Fraction(x.channels)
        values.update(self.bind(definition, call, scope, index, values))
        self.running.append(call.name)
        y = self.sequence(definition.body, x, Scope(values))
        self.running.pop()
        return y

    @staticmethod
    def bind(definition: Definition, call: Call, scope: Scope, index: int, values: Values) -> Values:
        """The parameters' values: positional arguments, named ones, then defaults."""
        names = [parameter for parameter, _ in definition.parameters]
        found: dict[str, Fraction] = {}
        for place, argument in enumerate(call.arguments):
            if argument.name is None and (place >= len(names) or len(found) != place):
                raise Malformed(f"{call.name} has too many arguments, or one after a named one")
            parameter = names[place] if argument.name is None else argument.name
            if parameter not in names or parameter in found:
                raise Malformed(f"{call.name} takes no {parameter}, or takes it once")
            found[parameter] = (argument.then if index else argument.first)(scope.values)
        seen = dict(values)
        for parameter, default in definition.parameters:
            if parameter not in found and default is None:
                raise Malformed(f"{call.name} needs {parameter}")
            if parameter not in found:
                found[parameter] = default(seen)
            seen[parameter] = found[parameter]
        return found

    def run(self, values: Values, x: Tensor) -> Tensor:
        """The whole network."""
        self.free = values
        y = self.sequence(self.program.network, x, Scope(values))
        self.counts.output = y.shape
        return y

    # Merges

    def merge(self, item: Merge, x: Tensor, scope: Scope) -> Tensor:
        """Branches on the same input, put together."""
        residual = item.leading and item.operator == "+" and len(item.branches) == 1
        style = settle(item.tail.flags, ACTIVATIONS | (SKIPS if residual else frozenset()))
        outs = [self.sequence(branch, x, scope) for branch in item.branches]
        if item.leading:
            skip = style["skip"].name if "skip" in style else None
            outs = [*self.identity(x, outs[0], skip, scope), *outs]
        return self.activate(style, self.join(item.operator, outs))

    def identity(self, x: Tensor, y: Tensor, skip: str | None, scope: Scope) -> list[Tensor]:
        """What the identity of `[+ f]` is; there may be none."""
        pairs = list(zip(x.axes, y.axes, strict=True))
        strides = [
            after.stride / before.stride if after.frame == before.frame else None for before, after in pairs
        ]
        if skip is None or (x.channels == y.channels and strides == [1, 1]):
            return [x]
        if skip == "opt":
            return []
        if any(stride is None or stride.denominator != 1 for stride in strides):
            raise Refused("the identity has no stride that could be followed")
        windows = [Window(1, int(stride)) for stride in strides if stride is not None]
        if skip == "proj":
            style = settle(self.program.uses.get("conv", ()), SPECS["conv"].flags)
            style.pop("activation", None)
            return [self.convolution(x, Kernel("conv", y.channels, windows, 1, style, scope))]
        if y.channels < x.channels:
            raise Refused("zero padding does not take channels away")
        return [Tensor(y.channels, *self.slide(x, windows)[0])]

    def join(self, operator: str, outs: Sequence[Tensor]) -> Tensor:
        """Concatenate, add or multiply."""
        if len(outs) == 1:
            return outs[0]
        rows, columns = (self.joint([out.axes[i] for out in outs], operator != "|") for i in (0, 1))
        if operator == "|":
            return Tensor(sum(out.channels for out in outs), rows, columns)
        if len({out.channels for out in outs}) > 1:
            raise Refused("the branches differ in channels")
        y = Tensor(outs[0].channels, rows, columns)
        self.counts.elementwise_ops += (len(outs) - 1) * self.how.elements(*y.shape)
        return y

    def joint(self, axes: Sequence[Axis], broadcast: bool) -> Axis:
        """The axis of a merge: equal extents, but for what is 1 by construction."""
        full = [axis for axis in axes if not (broadcast and axis.one)] or list(axes)
        if len({axis.extent for axis in full}) > 1:
            raise Refused("the branches differ in extent")
        if len({(axis.frame, axis.stride) for axis in full}) > 1:
            self.frames += 1
            like = replace(full[0], frame=self.frames, stride=Fraction(1))
        else:
            like = full[0]
        links: list[tuple[int, Back | None]] = [
            (axis.node, (lambda y: (y,)) if axis in full else (lambda _: (0,))) for axis in axes
        ]
        fixed = any(axis.fixed for axis in full)
        return self.axis(full[0].extent, links, replace(like, fixed=fixed), like.stride)

    # Layers

    def layer(self, layer: Layer, x: Tensor, scope: Scope) -> Tensor:
        """A layer and the norm and activation that its flags add."""
        flags = self.program.uses.get(layer.word, ()) + layer.tail.flags
        style = settle(flags, SPECS[layer.word].flags)
        own = settle(layer.tail.flags, SPECS[layer.word].flags)
        if "p" in layer.geometry and "fit" in own and own["fit"].name != "ceil":
            raise Malformed("the padding is said twice")
        if layer.word in ("conv", "dw", "deconv", "fc"):
            return self.weighted(layer, x, scope, style)
        if layer.word in ("pool", "avgpool"):
            y = self.pooled(layer, x, scope, style)
        elif layer.word in ("gap", "gmp", "adapool"):
            y = self.adaptive(layer, x, scope)
        else:
            y = self.plain(layer, x, scope)
        return self.activate(style, y)

    def record(
        self, word: str, y: Tensor, *, weights: int = 0, biases: int = 0, macs: int = 0, norm: int = 0
    ) -> None:
        """Add what a layer has to the counts."""
        self.counts.weights += weights
        self.counts.biases += biases
        self.counts.normalization += norm
        self.counts.macs += macs
        self.counts.layers.append(Row(word, y.shape, weights + biases + norm, macs))

    def slide(self, x: Tensor, windows: Sequence[Window]) -> tuple[list[Axis], Grid]:
        """Place windows on both axes: the new axes, and the windows' places."""
        starts = [window.starts(axis.extent) for window, axis in zip(windows, x.axes, strict=True)]
        axes = [
            self.step(axis, len(places), window.sees, window.s)
            for axis, window, places in zip(x.axes, windows, starts, strict=True)
        ]
        return axes, (starts[0], starts[1])

    @staticmethod
    def windows(
        layer: Layer, scope: Scope, fit: str | None, k: Sequence[int], s: Sequence[int]
    ) -> list[Window]:
        """What a layer's geometry says on each axis."""

        def values(letter: str, least: int, default: Sequence[int | None]) -> Sequence[int | None]:
            given = [scope.whole(expr, least) for expr in layer.geometry.get(letter, ())]
            return both(given) if given else default

        if fit == "same" and "p" not in layer.geometry:
            padding: Sequence[int | None] = (None, None)
        else:
            padding = values("p", 0, (0, 0))
        strides, dilations = values("s", 1, s), values("d", 1, (1, 1))
        return [Window(k[i], strides[i] or 1, padding[i], dilations[i] or 1, fit) for i in (0, 1)]

    def weighted(self, layer: Layer, x: Tensor, scope: Scope, style: Style) -> Tensor:
        """A convolution of any kind, or a fully connected layer."""
        c_out = layer.width or (layer.size[0] if layer.word == "fc" else None)
        width = x.channels if c_out is None else scope.whole(c_out)
        if layer.word == "fc":
            return self.connected(x, Kernel("fc", width, (), 1, style, scope))
        sizes = both([scope.whole(size) for size in layer.size])
        fit = style["fit"].name if "fit" in style else "same"
        windows = self.windows(layer, scope, fit, sizes, (1, 1))
        groups = x.channels if layer.word == "dw" else 1
        if "g" in layer.geometry:
            groups = scope.whole(layer.geometry["g"][0])
        run = self.deconvolution if layer.word == "deconv" else self.convolution
        return run(x, Kernel(layer.word, width, windows, groups, style, scope))

    def convolution(self, x: Tensor, kernel: Kernel) -> Tensor:
        """A convolution gathers to every output position, padded ones as full ones."""
        self.divide(kernel.groups, x.channels, kernel.c_out)
        axes, places = self.slide(x, kernel.windows)
        weights, macs = self.how.convolution(
            x.channels, kernel.c_out, kernel.groups, cells(kernel.windows), places
        )
        return self.dress(kernel, Tensor(kernel.c_out, *axes), weights, macs)

    def deconvolution(self, x: Tensor, kernel: Kernel) -> Tensor:
        """A transposed convolution scatters from every input position."""
        self.divide(kernel.groups, x.channels, kernel.c_out)
        axes: list[Axis] = []
        for i, (axis, window) in enumerate(zip(x.axes, kernel.windows, strict=True)):
            scatter = Scatter(window.k, window.s, window.p, window.d)
            self.periods[i] *= window.s
            axes.append(self.step(axis, scatter.extent(axis.extent), scatter.sees, Fraction(1, window.s)))
        places = (range(x.rows.extent), range(x.columns.extent))
        weights, macs = self.how.transposed(
            x.channels, kernel.c_out, kernel.groups, cells(kernel.windows), places
        )
        return self.dress(kernel, Tensor(kernel.c_out, *axes), weights, macs)

    @staticmethod
    def divide(groups: int, *channels: int) -> None:
        """Groups must come out even."""
        if any(number % groups for number in channels):
            raise Refused(f"{groups} groups do not divide {channels} channels")

    def connected(self, x: Tensor, kernel: Kernel) -> Tensor:
        """A fully connected layer is a 1×1 convolution of the flattened tensor."""
        units = self.how.elements(*x.shape)
        y = Tensor(kernel.c_out, *(self.cut(axis, 1) for axis in x.axes))
        weights, macs = self.how.convolution(units, kernel.c_out, 1, POINT, POINT)
        return self.dress(kernel, y, weights, macs)

    def dress(self, kernel: Kernel, y: Tensor, weights: int, macs: int) -> Tensor:
        """Bias, norm and activation of a layer with weights; a norm takes the bias's place if not told."""
        elements, style = self.how.elements(*y.shape), kernel.style
        self.counts.activations += elements
        biased = style["bias"].name == "bias" if "bias" in style else "norm" not in style
        if biased:
            self.counts.bias_additions += elements
        biases = self.how.elements(y.channels, 1, 1) if biased else 0
        self.record(kernel.word, y, weights=weights, biases=biases, macs=macs)
        if "norm" in style:
            size = style["norm"].size
            self.normalize(style["norm"].name, y, None if size is None else kernel.scope.whole(size))
        return self.activate(style, y)

    def normalize(self, word: str, y: Tensor, groups: int | None) -> None:
        """A scale and a shift for each channel; `bn` keeps a mean and a variance, too."""
        if word == "gn":
            self.divide(groups or 32, y.channels)
        pairs = self.how.elements(y.channels, 2, 1)
        self.counts.buffers += pairs if word == "bn" else 0
        self.counts.normalization_ops += self.how.elements(*y.shape)
        self.record(word, y, norm=pairs)

    def activate(self, style: Style, y: Tensor) -> Tensor:
        """The activation that flags add."""
        if "activation" in style:
            self.activation(style["activation"].name, y)
        return y

    def activation(self, word: str, y: Tensor) -> None:
        """One operation for each element; `prelu` has a weight for each channel."""
        self.counts.activation_ops += self.how.elements(*y.shape)
        self.record(word, y, weights=self.how.elements(y.channels, 1, 1) if word == "prelu" else 0)

    def pooled(self, layer: Layer, x: Tensor, scope: Scope, style: Style) -> Tensor:
        """A sliding pool."""
        kernel = both([scope.whole(size) for size in layer.size] or [2])
        fit = style["fit"].name if "fit" in style else None
        windows = self.windows(layer, scope, fit, kernel, kernel)
        if any(2 * (window.p or 0) > window.k for window in windows):
            raise Refused("a pool is padded by more than half its window")
        axes, places = self.slide(x, windows)
        y = Tensor(x.channels, *axes)
        self.counts.pooling_ops += self.how.pooling(x.channels, cells(windows), places)
        self.counts.activations += self.how.elements(*y.shape)
        self.record(layer.word, y)
        return y

    def adaptive(self, layer: Layer, x: Tensor, scope: Scope) -> Tensor:
        """A pool whose output is given, 1×1 if nothing is said."""
        sizes = both([scope.whole(size) for size in layer.size] or [1])
        axes: list[Axis] = []
        for i, (axis, size) in enumerate(zip(x.axes, sizes, strict=True)):
            self.periods[i] *= size
            axes.append(self.cut(axis, size, None if size == 1 else self.share(axis.extent, size)))
        y = Tensor(x.channels, *axes)
        self.counts.pooling_ops += self.how.elements(*x.shape)
        self.counts.activations += self.how.elements(*y.shape)
        self.record(layer.word, y)
        return y

    @staticmethod
    def share(n: int, size: int) -> Back:
        """Which of n positions an adaptive pool's output sees."""
        return lambda y: range(y * n // size, -(-(y + 1) * n // size))

    def plain(self, layer: Layer, x: Tensor, scope: Scope) -> Tensor:
        """A layer that has no window and no matrix of weights."""
        word = layer.word
        if word in NORMS:
            self.normalize(word, x, scope.whole(layer.size[0]) if layer.size else None)
        elif word in ACTIVATIONS:
            self.activation(word, x)
        elif word == "lrn":
            self.counts.normalization_ops += self.how.elements(*x.shape)
            self.record(word, x)
        elif word == "scale":
            self.counts.elementwise_ops += self.how.elements(*x.shape)
            self.record(word, x, weights=self.how.elements(x.channels, 1, 1))
        else:
            x = self.reshaped(layer, x, scope)
            self.record(word, x)
        return x

    def reshaped(self, layer: Layer, x: Tensor, scope: Scope) -> Tensor:
        """A layer that moves elements and computes nothing."""
        size = [scope.whole(value) for value in layer.size] if layer.word not in ("drop",) else []
        match layer.word:
            case "flatten":
                return Tensor(self.how.elements(*x.shape), *(self.cut(axis, 1) for axis in x.axes))
            case "upsample":
                return self.enlarge(x, x.channels, both(size or [2]))
            case "pixelshuffle":
                r = (size or [2])[0]
                self.divide(r * r, x.channels)
                return self.enlarge(x, x.channels // (r * r), (r, r))
            case "pixelunshuffle":
                return self.fold(x, (size or [2])[0])
            case "pad":
                axes = [
                    self.step(axis, axis.extent + 2 * n, lambda y, n=n: (y - n,))
                    for axis, n in zip(x.axes, both(size), strict=True)
                ]
                return Tensor(x.channels, *axes)
            case "shuffle":
                self.divide((size or [2])[0], x.channels)
            case "take":
                taken = scope.whole(layer.width or constant("0"))
                if taken > x.channels:
                    raise Refused(f"there are no {taken} channels to take")
                return x._replace(channels=taken)
        return x

    def enlarge(self, x: Tensor, channels: int, factors: tuple[int, int]) -> Tensor:
        """Every position becomes several."""
        axes: list[Axis] = []
        for i, (axis, factor) in enumerate(zip(x.axes, factors, strict=True)):
            self.periods[i] *= factor
            axes.append(
                self.step(axis, axis.extent * factor, lambda y, f=factor: (y // f,), Fraction(1, factor))
            )
        return Tensor(channels, *axes)

    def fold(self, x: Tensor, r: int) -> Tensor:
        """Several positions become channels of one."""
        self.divide(r, x.rows.extent, x.columns.extent)
        axes = [self.step(axis, axis.extent // r, Window(r, r, 0).sees, r) for axis in x.axes]
        return Tensor(x.channels * r * r, *axes)

    # What an output sees

    def field(self, axis: Axis, origin: Axis, period: int) -> int:
        """The longest stretch of the origin that any of the axis's positions in one period sees."""
        first = max(0, (axis.extent - period) // 2)
        places = range(first, min(axis.extent, first + period))
        return max(self.span(axis.node, place, origin) for place in places)

    def span(self, node: int, place: int, origin: Axis) -> int:
        """From the first position of the origin that one place sees to the last."""
        seen: dict[int, set[int]] = {node: {place}}
        whole: set[int] = set()
        for at in range(node, -1, -1):
            for source, back in self.links[at] if at in seen or at in whole else ():
                if back is None or at in whole:
                    whole.add(source)
                else:
                    seen.setdefault(source, set()).update(x for y in seen[at] for x in back(y))
        if origin.node in whole:
            return origin.extent
        positions = seen.get(origin.node)
        return max(positions) - min(positions) + 1 if positions else 0


# --- The doors -----------------------------------------------------------------------------------


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
