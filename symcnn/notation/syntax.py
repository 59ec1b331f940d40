"""An architecture as it was written: names, numbers and structure.

Nothing here knows a layer kind; `conv`, `dw` and `gap` are words like any
other. `str(architecture)` is the canonical notation, and parsing it gives an
equal architecture back.
"""

import re
from dataclasses import dataclass

from symcnn.notation.expressions import Expression, Name, Number, separated
from symcnn.notation.tree import Node, Values

Pieces = tuple[str | Node, ...]

BARE = re.compile(r"[^\Wx\d][^\Wx]*x?|x")
"""The names that may stand as a width or a count without braces: no `x` before their last letter."""


@dataclass(frozen=True, eq=False, repr=False)
class Pair(Node):
    """One value for both axes, or height × width: `3`, `1x7`, `{n}x{m}`."""

    first: Expression
    second: Expression | None = None

    def pieces(self) -> Pieces:
        """Return the value, or both with an `x` between them."""
        if self.second is None:
            return _touching(self.first)
        return (*_touching(self.first), "x", *_touching(self.second))


@dataclass(frozen=True, eq=False, repr=False)
class Geometry(Node):
    """A geometry letter (lower case) and its value: `s2`, `p1x0`."""

    letter: str
    value: Pair

    def pieces(self) -> Pieces:
        """Return the letter and its value."""
        return (self.letter, self.value)


@dataclass(frozen=True, eq=False, repr=False)
class Flag(Node):
    """A flag without its colon, the name as written: `bn`, `nobias`, `relu6` (value 6)."""

    name: str
    value: Expression | None = None

    def pieces(self) -> Pieces:
        """Return the flag with its colon."""
        return (":", self.name) if self.value is None else (":", self.name, *_touching(self.value))


@dataclass(frozen=True, eq=False, repr=False)
class Word(Node):
    """A layer, or a definition without arguments: `conv3s2-64`, `pool`, `D`."""

    word: str
    size: Pair | None = None
    geometry: tuple[Geometry, ...] = ()
    width: Expression | None = None

    def pieces(self) -> Pieces:
        """Return word, size, geometry and, after a dash, the width."""
        size = () if self.size is None else (self.size,)
        width = () if self.width is None else ("-", *_counting(self.width))
        return (self.word, *size, *self.geometry, *width)


@dataclass(frozen=True, eq=False, repr=False)
class Argument(Node):
    """`value`, `name=value`, or `first->then` with `then` for the later repeats."""

    value: Expression
    then: Expression | None = None
    name: str | None = None

    def pieces(self) -> Pieces:
        """Return `name=value->then`, as far as it is there."""
        name = () if self.name is None else (self.name, "=")
        then = () if self.then is None else ("->", self.then)
        return (*name, self.value, *then)


@dataclass(frozen=True, eq=False, repr=False)
class Call(Node):
    """A definition with its arguments: `res(64, 2->1)`."""

    name: str
    arguments: tuple[Argument, ...]

    def pieces(self) -> Pieces:
        """Return the name and the arguments in parentheses."""
        return (self.name, "(", *separated(self.arguments), ")")


@dataclass(frozen=True, eq=False, repr=False)
class Recall(Node):
    """`@a` as an item: go on from the tensor of that tag."""

    tag: str

    def pieces(self) -> Pieces:
        """Return the tag with its sign."""
        return ("@", self.tag)


@dataclass(frozen=True, eq=False, repr=False)
class Group(Node):
    """`(a, b)`."""

    items: "tuple[Item, ...]"

    def pieces(self) -> Pieces:
        """Return the items in parentheses."""
        return ("(", *separated(self.items), ")")


@dataclass(frozen=True, eq=False, repr=False)
class Bracket(Node):
    """`[a | b]`, `[+ f]`: branches joined by one operator.

    Attributes:
        operator: `|`, `+` or `*`.
        identity: whether the operator leads, so that the first branch is the
            input itself; it is not among `branches`.
        branches: the branches written out, each a row of items.
    """

    operator: str
    identity: bool
    branches: "tuple[tuple[Item, ...], ...]"

    def pieces(self) -> Pieces:
        """Return the branches in brackets, joined by the operator."""
        out: list[str | Node] = []
        for branch in self.branches:
            out += (f" {self.operator} ", *separated(branch))
        return ("[", *([f"{self.operator} "] if self.identity else []), *out[1:], "]")


@dataclass(frozen=True, eq=False, repr=False)
class Item(Node):
    """What stands between two commas: a body with flags, one repeat, one tag."""

    body: Word | Call | Recall | Group | Bracket
    flags: tuple[Flag, ...] = ()
    repeat: Expression | None = None
    tag: str | None = None

    def pieces(self) -> Pieces:
        """Return body, flags, repeat and tag."""
        repeat = () if self.repeat is None else (self._repeat_sign(self.repeat), *_counting(self.repeat))
        tag = () if self.tag is None else ("@", self.tag)
        return (self.body, *self.flags, *repeat, *tag)

    def _repeat_sign(self, count: Expression) -> str:
        """Return `x`, after a space where it would else be read as part of what precedes it."""
        if self.flags:
            return " x"
        if not isinstance(self.body, Word):
            return "x"
        width = self.body.width
        if width is None or (_is_bare(width) and _is_bare(count)):
            return " x"
        return "x"


@dataclass(frozen=True, eq=False, repr=False)
class Default(Node):
    """One word of a `use` statement with its flags: `conv:bn`."""

    word: str
    flags: tuple[Flag, ...]

    def pieces(self) -> Pieces:
        """Return the word and its flags."""
        return (self.word, *self.flags)


@dataclass(frozen=True, eq=False, repr=False)
class Parameter(Node):
    """A parameter of a definition, with its default if it has one."""

    name: str
    default: Expression | None = None

    def pieces(self) -> Pieces:
        """Return the name, with `=` and the default if there is one."""
        return (self.name,) if self.default is None else (self.name, "=", self.default)


@dataclass(frozen=True, eq=False, repr=False)
class Definition(Node):
    """`name(parameters) = items;`."""

    name: str
    parameters: tuple[Parameter, ...]
    items: tuple[Item, ...]

    def pieces(self) -> Pieces:
        """Return `name(parameters) = items`, without the semicolon."""
        parameters = ("(", *separated(self.parameters), ")") if self.parameters else ()
        return (self.name, *parameters, " = ", *separated(self.items))


@dataclass(frozen=True, eq=False, repr=False)
class Pin(Node):
    """One input dimension pinned by `input(...)`; `name` is C, H or W."""

    name: str
    value: Expression

    def pieces(self) -> Pieces:
        """Return `name=value`."""
        return (self.name, "=", self.value)


@dataclass(frozen=True, eq=False, repr=False)
class Architecture(Node):
    """A whole text.

    Attributes:
        defaults: what `use` states, in the order written.
        definitions: in the order written.
        pins: what `input(...)` pins, in the order written.
        items: the network.
        text: the text that the spans point into (no part of the meaning).
    """

    defaults: tuple[Default, ...]
    definitions: tuple[Definition, ...]
    pins: tuple[Pin, ...]
    items: tuple[Item, ...]
    text: str = ""

    def pieces(self) -> Pieces:
        """Return the statements, each but the network with a semicolon."""
        use = ("use ", *separated(self.defaults), "; ") if self.defaults else ()
        definitions = tuple(piece for definition in self.definitions for piece in (definition, "; "))
        pins = ("input(", *separated(self.pins), "), ") if self.pins else ()
        return (*use, *definitions, *pins, *separated(self.items))

    def parts(self) -> Values:
        """Return the statements; the text is no part of the meaning."""
        return (self.defaults, self.definitions, self.pins, self.items)


def _is_bare(expression: Expression) -> bool:
    return isinstance(expression, Name) and BARE.fullmatch(expression.name) is not None


def _touching(value: Expression) -> Pieces:
    """Return a value that touches a letter: a number, or an expression in braces."""
    return (value,) if isinstance(value, Number) else ("{", value, "}")


def _counting(value: Expression) -> Pieces:
    """Return a width or a count: as `_touching`, or a bare name."""
    return (value,) if _is_bare(value) else _touching(value)
