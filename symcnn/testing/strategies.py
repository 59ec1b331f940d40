"""Strategies for networks, and for the points at which they are asked for numbers.

A network is drawn as a *plan*: nested lists of wishes, without regard to what
fits. `Writer` then turns the plan into text and makes it fit: groups that
divide, branches of one shape, a shortcut that can follow. Hypothesis shrinks
the plan, so that what fails is short; the text is a function of the plan alone.
"""

from collections.abc import Iterable
from dataclasses import replace
from functools import cache
from itertools import product
from typing import TypeVar

from hypothesis import reject
from hypothesis import strategies as st

from symcnn.algebra.symbols import INPUT, canonical
from symcnn.errors import ArgumentError, SymcnnError
from symcnn.layers import WORDS
from symcnn.notation import parse
from symcnn.notation.expressions import Number
from symcnn.notation.syntax import Architecture, Pin
from symcnn.pipeline import derive
from symcnn.testing.known import Channels, Tensor
from symcnn.testing.plans import LOOPS, NEEDED, Allowed, Block, Leaf, Plan, Size
from symcnn.testing.points import Point, points
from symcnn.testing.spelling import ACTIVATION_FLAGS, PLAIN
from symcnn.testing.writer import Writer

T = TypeVar("T")

TRIES = 4
"""Texts that are drawn until one of them is a network that can be derived."""

WEIGHT_FLAGS = tuple(":bn :relu :bn:relu :nobias :bn:bias :in:prelu :ln:gelu :gn1 :nobn".split())
USES = (
    "use conv:bn;",
    "use conv:bn:relu, dw:bn:relu6;",
    "use conv:nobias, dw:ln:bias, fc:relu;",
    "use conv:relu, pool:ceil;",
    "use conv:in, deconv:bn; use maxpool:same;",
)
WAYS = "group residual concat dense call elementwise residual excite bare net call detour concat".split()
DRAWN = (*"conv dw deconv pool avgpool gap gmp adapool fc".split(), *PLAIN)
"""The words that are drawn, besides `OTHERS`."""

OTHERS = "flatten upsample pixelshuffle pixelunshuffle shuffle take pad".split()


def architectures(
    *,
    words: Iterable[str] | None = None,
    depth: int = 2,
    most: int = 6,
    branches: bool = True,
    loops: bool = True,
    symbols: Iterable[str] = (),
    pinned: bool = False,
) -> st.SearchStrategy[Architecture]:
    """Return networks that can be derived, from `conv1-1` to nested blocks, definitions and tags.

    What fails shrinks to few layers of small sizes and widths.

    Args:
        words: the layers that may occur, by word or alias, also as flags
            (`:bn` is `bn`); all if not given. Branches need `conv`, which
            makes their shapes fit.
        depth: how deep blocks stand in each other; 0 for a row of layers.
        most: the greatest number of items in a row.
        branches: whether there are branches, shortcuts and tags.
        loops: whether items are repeated, and definitions called.
        symbols: names that widths and numbers of repeats may have, such as `"k"`.
        pinned: whether the network begins with `input(C=…, H=…, W=…)`, which
            it then can take; otherwise they are symbols.

    Raises:
        ArgumentError: if there is no layer of a word, or a symbol cannot be one.

    >>> from hypothesis import find
    >>> find(architectures(), lambda network: "conv" in str(network))
    Architecture('conv1-1')
    >>> find(architectures(symbols=["k"], loops=False), lambda network: "k" in str(network))
    Architecture('conv1-k')
    """
    allowed = Allowed(_known(words), branches, loops, _symbols(symbols))
    if allowed.words is not None and not any(map(allowed.word, (*DRAWN, *OTHERS))):
        needed = [f"{word} needs {NEEDED[word]}" for word in sorted(allowed.words & NEEDED.keys())]
        raise ArgumentError(f"no layer can be drawn: {', '.join(needed) or 'there are no words'}")
    return _architectures(allowed, depth, most, pinned=pinned)


@st.composite
def _architectures(draw: st.DrawFn, allowed: Allowed, depth: int, most: int, *, pinned: bool) -> Architecture:
    for _ in range(TRIES):
        text = draw(texts(allowed, depth=depth, most=most))
        architecture = parse(text)
        if _derives(architecture):
            return draw(_pinned(architecture)) if pinned else architecture
    reject()


@st.composite
def texts(draw: st.DrawFn, allowed: Allowed, depth: int = 2, most: int = 6) -> str:
    """Return texts of whole networks, which need not fit any input, or each other, in every case."""
    uses = [use for use in USES if allowed.flags(use)]
    use = draw(mostly("", st.sampled_from(uses))) if uses else ""
    writer = Writer()
    text, _ = writer.items(draw(plans(allowed, depth, most)), Tensor(Channels({"C": 1})))
    head = f"{use} " if use else ""
    return head + "".join(f"{definition}; " for definition in writer.definitions) + text


@st.composite
def rows(draw: st.DrawFn, allowed: Allowed, depth: int = 1, most: int = 4) -> str:
    """Return texts that mean the same wherever they stand: without definitions, `use`, tags and `C`."""
    plan = draw(plans(allowed, depth, most))
    return Writer(portable=True).items(plan, Tensor(Channels({"?C": 1})))[0]


def sizes(channels: int = 6, extent: int = 20) -> st.SearchStrategy[Size]:
    """Return small inputs: every extent up to a limit, and often one that halves several times."""
    extents = st.one_of(st.integers(1, extent), st.sampled_from([8, 16, 24, 32]))
    return st.builds(Size, st.integers(1, channels), extents, extents)


def _derives(architecture: Architecture) -> bool:
    try:
        derive(architecture)
    except SymcnnError:
        return False
    return True


def _pinned(architecture: Architecture) -> st.SearchStrategy[Architecture]:
    """Return the architecture with an input that it can take."""

    def before(point: Point) -> Architecture:
        pins = tuple(Pin(name, Number(value)) for name, value in sorted(point.items()) if name in INPUT)
        return parse(str(replace(architecture, pins=pins)))

    return points(architecture).map(before)


def _known(words: Iterable[str] | None) -> frozenset[str] | None:
    """Return the words that aliases stand for."""
    if words is None:
        return None
    words = (words,) if isinstance(words, str) else tuple(words)
    if unknown := [word for word in words if word.lower() not in WORDS]:
        raise ArgumentError(f'unknown layer "{unknown[0]}"', hint='words are as in words=["conv", "pool"]')
    return frozenset(WORDS[word.lower()].spec.word for word in words)


def _symbols(names: Iterable[str]) -> tuple[str, ...]:
    names = tuple(canonical(name) for name in names)
    for name in names:
        if not name.isidentifier() or name in ("cin", "C", "H", "W") or len(name) > 40:
            raise ArgumentError(f"{name!r} cannot be a symbol here", hint='as in symbols=["k", "n"]')
    return names


# --- Plans ---------------------------------------------------------------------------------------


def mostly(value: T, other: st.SearchStrategy[T]) -> st.SearchStrategy[T]:
    """Return what is simple, more often than not."""
    return st.one_of(st.just(value), st.just(value), other)


def both(*values: int) -> st.SearchStrategy[tuple[int, int]]:
    """Return a value for each axis, the same one more often than not; the first value is the simplest.

    It is a single choice, so that every pair shrinks to the first one.
    """
    same = [(v, v) for v in values]
    return st.sampled_from([*same * len(values), *product(values, values)])


def leaves(allowed: Allowed) -> st.SearchStrategy[Leaf]:
    """Return layers of every kind; those with windows most often."""
    extents = both(1, 3, 2, 3, 4, 3, 5)
    widths = st.sampled_from(["", *allowed.symbols])
    window = {
        "size": extents,
        "stride": mostly((1, 1), both(1, 2, 3)),
        "padding": mostly(None, both(0, 1, 2)),
        "dilation": mostly((1, 1), both(1, 2)),
        "groups": st.integers(1, 4),
        "width": st.integers(1, 6),
        "spelling": st.integers(0, 3),
        "repeat": mostly(1, st.integers(1, 3)) if allowed.loops else st.just(1),
    }
    activations = flags_of(allowed, ACTIVATION_FLAGS)
    weighted = {**window, "flags": mostly("", flags_of(allowed, WEIGHT_FLAGS)), "symbol": widths}
    pooling = {**window, "flags": mostly("", activations)}
    plain = {"flags": pooling["flags"], "spelling": window["spelling"]}
    other = {"size": extents, "width": window["width"], "spelling": window["spelling"]}
    fixed = {"size": extents, "width": window["width"], "symbol": widths}
    kinds = [
        ("conv", weighted),
        ("conv dw deconv", weighted),
        ("pool avgpool", pooling),
        (" ".join(PLAIN), plain),
        (" ".join(OTHERS) + " rarely" * (not allowed.fitting), other),
        ("gap gmp adapool fc", fixed),
    ]
    found = [([word for word in words.split() if allowed.word(word)], wishes) for words, wishes in kinds]
    return st.one_of([st.builds(Leaf, st.sampled_from(words), **wishes) for words, wishes in found if words])


def flags_of(allowed: Allowed, flags: Iterable[str]) -> st.SearchStrategy[str]:
    """Return the flags among some that name only allowed layers."""
    return st.sampled_from([f for f in flags if allowed.flags(f)] or [""])


def blocks(allowed: Allowed, plan: st.SearchStrategy[Plan]) -> st.SearchStrategy[Block]:
    """Return everything that puts items together."""
    return st.builds(
        Block,
        st.sampled_from([way for way in WAYS if allowed.way(way)]),
        bodies=several(plan),
        number=st.sampled_from([1, 2, 3] * 3 + list(range(8))),
        width=st.integers(1, 6),
        flags=mostly("", flags_of(allowed, ACTIVATION_FLAGS)),
        symbol=st.sampled_from(["", *allowed.symbols]),
    ).map(lambda block: replace(block, number=max(1, block.number)) if block.how in REPEATED else block)


REPEATED = (*LOOPS, "net")
"""The blocks whose number is one of repeats, or of ways."""


@cache  # Building a strategy takes longer than drawing from it.
def plans(allowed: Allowed, depth: int, most: int) -> st.SearchStrategy[Plan]:
    """Return rows of items, nested to some depth."""
    item: st.SearchStrategy[Leaf | Block] = leaves(allowed)
    if depth and any(map(allowed.way, WAYS)):
        # `one_of` chooses among all alternatives of its alternatives; this makes half of the items blocks.
        item = st.one_of(item, *[blocks(allowed, plans(allowed, depth - 1, 3))] * 6)
    return row(item, most)


@st.composite
def several(draw: st.DrawFn, plan: st.SearchStrategy[Plan]) -> tuple[Plan, ...]:
    """Return the plans of up to three branches."""
    return tuple(draw(plan) for _ in range(draw(st.integers(1, 3))))


@st.composite
def row(draw: st.DrawFn, item: st.SearchStrategy[Leaf | Block], most: int) -> Plan:
    """Return several wishes; their number is drawn first, so that any of them may go while shrinking."""
    return [draw(item) for _ in range(draw(st.integers(1, most)))]
