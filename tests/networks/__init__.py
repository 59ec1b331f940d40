"""Random networks in the notation, for tests that compare two ways to the same number.

    @given(networks(), inputs())
    def test_it(text, size): ...

A network is drawn as a *plan*: nested lists of wishes, without regard to what fits. `Writer` then turns the
plan into text and makes it fit: groups that divide, branches of one shape, a shortcut that can follow.
Hypothesis shrinks the plan, so that what fails is short; the text is a function of the plan alone.

Most texts run on most inputs. Some do not, on purpose: a network must be refused as surely as it is counted.
"""

from dataclasses import replace
from functools import cache

from hypothesis import settings
from hypothesis import strategies as st

from networks.known import Channels, Tensor
from networks.plans import Block, Leaf, Size
from networks.writer import ACTIVATION_FLAGS, PLAIN, Writer

__all__ = ["Size", "effort", "inputs", "networks", "rows"]


WEIGHT_FLAGS = tuple(":bn :relu :bn:relu :nobias :bn:bias :in:prelu :ln:gelu :gn1 :nobn".split())
USES = (
    "",
    "use conv:bn;",
    "use conv:bn:relu, dw:bn:relu6;",
    "use conv:nobias, dw:ln:bias, fc:relu;",
    "use conv:relu, pool:ceil;",
    "use conv:in, deconv:bn; use maxpool:same;",
)


def mostly(value: object, other: st.SearchStrategy) -> st.SearchStrategy:
    """What is simple, more often than not."""
    return st.one_of(st.just(value), st.just(value), other)


def both(values: st.SearchStrategy) -> st.SearchStrategy:
    """A value for each axis, the same one more often than not."""
    return st.one_of(values.map(lambda v: (v, v)), values.map(lambda v: (v, v)), st.tuples(values, values))


def leaves() -> st.SearchStrategy:
    """Layers of every kind; those with windows most often."""
    sizes, few = both(st.integers(1, 4) | st.integers(1, 5)), st.integers(1, 3)
    window = {
        "size": st.one_of(st.just((3, 3)), sizes),
        "stride": mostly((1, 1), both(few)),
        "padding": mostly(None, both(st.integers(0, 2))),
        "dilation": mostly((1, 1), both(st.integers(1, 2))),
        "groups": st.integers(1, 4),
        "width": st.integers(1, 6),
        "spelling": st.integers(0, 3),
        "repeat": mostly(1, few),
    }
    weighted = {**window, "flags": mostly("", st.sampled_from(WEIGHT_FLAGS))}
    pooling = {**window, "flags": mostly("", st.sampled_from(ACTIVATION_FLAGS))}
    fixed = "gap gmp adapool fc".split()
    others = "flatten upsample pixelshuffle pixelunshuffle shuffle take pad rarely".split()
    return st.one_of(
        st.builds(Leaf, st.just("conv"), **weighted),
        st.builds(Leaf, st.sampled_from(["conv", "dw", "deconv"]), **weighted),
        st.builds(Leaf, st.sampled_from(["pool", "avgpool"]), **pooling),
        st.builds(Leaf, st.sampled_from(PLAIN), flags=pooling["flags"], spelling=st.integers(0, 3)),
        st.builds(
            Leaf,
            st.sampled_from(others),
            size=sizes,
            width=st.integers(1, 6),
            spelling=st.integers(0, 3),
        ),
        st.builds(Leaf, st.sampled_from(fixed), size=sizes, width=st.integers(1, 6)),
    )


def blocks(plan: st.SearchStrategy) -> st.SearchStrategy:
    """Everything that puts items together."""
    ways = "residual concat group dense call elementwise residual excite bare net call detour concat".split()
    return st.builds(
        Block,
        st.sampled_from(ways),
        bodies=st.lists(plan, min_size=1, max_size=3).map(tuple),
        number=st.integers(1, 3) | st.integers(0, 7),
        width=st.integers(1, 6),
        flags=mostly("", st.sampled_from(ACTIVATION_FLAGS)),
    ).map(lambda block: replace(block, number=max(1, block.number) if block.how in LOOPS else block.number))


LOOPS = ("group", "call", "bare", "net")


@cache  # Building a strategy takes longer than drawing from it.
def plans(depth: int, most: int) -> st.SearchStrategy:
    """Rows of items, nested to some depth."""
    item = leaves()
    if depth:
        # `one_of` chooses among all alternatives of its alternatives; this makes half of the items blocks.
        item = st.one_of(item, *[blocks(plans(depth - 1, 3))] * 6)
    # Lists tend to be short; every other one is not.
    return st.lists(item, min_size=1, max_size=most) | st.lists(item, min_size=most // 2, max_size=most)


@st.composite
def networks(draw: st.DrawFn, depth: int = 2, most: int = 6) -> str:
    """Texts of whole networks, with `use`, definitions, tags, and widths that name `C`."""
    use, plan = draw(mostly("", st.sampled_from(USES))), draw(plans(depth, most))
    writer = Writer()
    text, _ = writer.items(plan, Tensor(Channels({"C": 1})))
    head = f"{use} " if use else ""
    return head + "".join(f"{definition}; " for definition in writer.definitions) + text


@st.composite
def rows(draw: st.DrawFn, depth: int = 1, most: int = 4) -> str:
    """Texts that mean the same wherever they stand: without definitions, `use`, tags and `C`."""
    text, _ = Writer(portable=True).items(draw(plans(depth, most)), Tensor(Channels({"?C": 1})))
    return text


def inputs(channels: int = 6, extent: int = 20) -> st.SearchStrategy[Size]:
    """Small inputs; every extent up to a limit, and often one that halves several times."""
    extents = st.one_of(st.integers(1, extent), st.sampled_from([8, 16, 24, 32]))
    return st.builds(Size, st.integers(1, channels), extents, extents)


def effort(share: float) -> settings:
    """Settings with a multiple of the examples that the profile asks for."""
    return settings(max_examples=max(1, round(share * settings().max_examples)))
