"""Random values of the domain, for property tests."""

from fractions import Fraction

from hypothesis import strategies as st

from symcnn.notation.expressions import (
    FUNCTIONS,
    Expression,
    Function,
    Name,
    Negation,
    Number,
    Power,
    Product,
    Sum,
)
from symcnn.notation.syntax import (
    BARE,
    Architecture,
    Argument,
    Bracket,
    Call,
    Default,
    Definition,
    Flag,
    Geometry,
    Group,
    Item,
    Pair,
    Parameter,
    Pin,
    Recall,
    Word,
)

# --- Names and numbers ---

LETTERS = "abcnsxCHXNαβж_"
KEYWORDS = ("use", "input")

words = st.text(LETTERS, min_size=1, max_size=6) | st.sampled_from(["conv", "pool", "max", "soft", "x", "xx"])
names = st.builds(
    str.__add__, st.sampled_from(LETTERS), st.text(LETTERS + "0129", max_size=4)
) | st.sampled_from(["cin", "x2", "CxN", "expand", "max", "wx", "α"])
integers = st.integers(0, 10**6).map(Number)
decimals = (
    st.builds(Fraction, st.integers(0, 10**6), st.sampled_from([2, 5, 8, 10, 1000, 10**9]))
    .filter(lambda value: value.denominator > 1)
    .map(Number)
)


def _before_value(word: str) -> bool:
    """Return whether a value may touch `word`, which an `x` at its end would turn into a repeat."""
    return not word.endswith("x")


# --- Expressions ---


def _larger(inner: st.SearchStrategy[Expression]) -> st.SearchStrategy[Expression]:
    def chain(node: type[Sum] | type[Product], operators: str) -> st.SearchStrategy[Expression]:
        rest = st.lists(st.tuples(st.sampled_from(operators.split()), inner), min_size=1, max_size=3)
        return st.builds(
            lambda first, pairs: node(
                (operators[0], *(sign for sign, _ in pairs)), (first, *(term for _, term in pairs))
            ),
            inner,
            rest,
        )

    def call(name: str) -> st.SearchStrategy[Expression]:
        least, most = FUNCTIONS[name]
        arguments = st.lists(inner, min_size=least, max_size=most or 3)
        return st.builds(Function, st.just(name), arguments.map(tuple))

    return st.one_of(
        chain(Sum, "+ -"),
        chain(Product, "* / // %"),
        st.builds(Negation, inner),
        st.builds(Power, inner, inner),
        st.sampled_from(sorted(FUNCTIONS)).flatmap(call),
    )


def _expressions(leaves: int) -> st.SearchStrategy[Expression]:
    return st.recursive(integers | decimals | names.map(Name), _larger, max_leaves=leaves)


expressions = _expressions(8)
"""Every expression that can be written."""

values = _expressions(2)
"""Short ones, for the places of an architecture where one may stand."""

counts = integers | names.map(Name) | values.filter(lambda e: not isinstance(e, Number))
"""Widths and counts: no decimals."""

# --- Items ---


def _pairs(inner: st.SearchStrategy[Expression]) -> st.SearchStrategy[Pair]:
    return st.builds(Pair, inner, st.none() | inner)


geometry = st.lists(
    st.builds(Geometry, st.sampled_from("spdgqz"), _pairs(counts)), max_size=3, unique_by=lambda g: g.letter
).map(tuple)
flags = st.builds(Flag, words) | st.builds(Flag, words.filter(_before_value), values)
flag_rows = st.lists(flags, max_size=2).map(tuple)
layers = st.builds(
    Word, words.filter(lambda w: w.lower() not in KEYWORDS), st.none(), st.just(()), st.none() | counts
) | st.builds(Word, words.filter(_before_value), _pairs(values), geometry, st.none() | counts)


@st.composite
def calls(draw: st.DrawFn) -> Call:
    """Call with positional arguments before named ones."""
    name = draw(names.filter(lambda n: n.lower() != "input"))
    then = st.none() | values
    positional = draw(st.lists(st.builds(Argument, values, then), max_size=2))
    named = draw(st.lists(st.builds(Argument, values, then, names), max_size=2, unique_by=lambda a: a.name))
    return Call(name, (*positional, *named))


recalls = st.builds(Item, st.builds(Recall, names))


def _suffixed(bodies: st.SearchStrategy[Word | Call | Group | Bracket]) -> st.SearchStrategy[Item]:
    return st.builds(Item, bodies, flag_rows, st.none() | counts, st.none() | names)


def _rows(inner: st.SearchStrategy[Item]) -> st.SearchStrategy[tuple[Item, ...]]:
    return st.lists(inner, min_size=1, max_size=3).map(tuple)


@st.composite
def _brackets(draw: st.DrawFn, inner: st.SearchStrategy[Item]) -> Bracket:
    identity = draw(st.booleans())
    branches = draw(st.lists(_rows(inner), min_size=1 if identity else 2, max_size=3))
    return Bracket(draw(st.sampled_from("|+*")), identity, tuple(branches))


items: st.SearchStrategy[Item] = st.recursive(
    _suffixed(layers | calls()) | recalls,
    lambda inner: _suffixed(st.builds(Group, _rows(inner)) | _brackets(inner)),
    max_leaves=6,
)
"""Every item that can be written."""

# --- Whole texts ---

_free = names.filter(lambda name: name.lower() not in (*KEYWORDS, "cin", "c", "h", "w"))
parameters = st.lists(
    st.builds(Parameter, _free, st.none() | values), min_size=1, max_size=3, unique_by=lambda p: p.name
).map(lambda ps: tuple(sorted(ps, key=lambda p: p.default is not None)))
definitions = st.builds(Definition, _free, parameters, _rows(items)) | st.builds(
    Definition, words.filter(lambda w: w.lower() not in KEYWORDS), st.just(()), _rows(items)
)
aliases = st.builds("{}-{}".format, words, words.filter(BARE.fullmatch))
defaults = st.builds(
    Default,
    (words | aliases).filter(
        lambda w: w.lower() not in KEYWORDS and not w.lower().startswith(("use-", "input-"))
    ),
    st.lists(flags, min_size=1, max_size=3).map(tuple),
)
pins = st.lists(st.builds(Pin, st.sampled_from("CHW"), values), max_size=3, unique_by=lambda p: p.name).map(
    tuple
)
architectures = st.builds(
    Architecture,
    st.lists(defaults, max_size=2).map(tuple),
    st.lists(definitions, max_size=2, unique_by=lambda d: d.name).map(tuple),
    pins,
    _rows(items),
)
"""Every architecture that can be written, whether or not it means anything."""

# --- Texts that are nearly right ---

TOKENS = (
    ", ; : @ - x x2 xn -> = ( ) [ ] { } | + * / // ** % . 3 64 0.5 conv pool s2 c use input cin × ² # \n"
).split(" ")


@st.composite
def nearly_valid(draw: st.DrawFn, texts: st.SearchStrategy[str]) -> str:
    """Break a valid text: insert, cut, double or swap a few pieces of it."""
    text = draw(texts)
    for _ in range(draw(st.integers(1, 3))):
        start = draw(st.integers(0, len(text)))
        end = draw(st.integers(start, min(start + 6, len(text))))
        piece = draw(st.sampled_from([*TOKENS, "", text[start:end] * 2]) | st.characters())
        text = text[:start] + piece + text[end:]
    return text
