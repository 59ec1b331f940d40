"""From the text to a program."""

import re

from oracles.counts import Malformed
from oracles.expressions import FUNCTIONS, OPERATORS, apply, constant, name, power
from oracles.tree import (
    Argument,
    Call,
    Definition,
    Expr,
    Flag,
    Group,
    Item,
    Items,
    Layer,
    Merge,
    Program,
    Recall,
    Tail,
)
from oracles.vocabulary import SPECS, Spec, layer_word, symbol_name

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
