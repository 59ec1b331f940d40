"""Each known slip, made by hand on random networks, is found by its name.

The wrong counts are made here from plain records of the layers, without the package.
"""

from dataclasses import dataclass, replace

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from networks import effort

import symcnn
from symcnn.claims.registry import SLIPS


@dataclass(frozen=True)
class Conv:
    k: int
    cout: int
    stride: int = 1
    grouped: bool = False
    normalized: bool = False
    times: int = 1

    def text(self, groups):
        body = f"conv{self.k}s{self.stride}g{groups}-{self.cout}{':bn' * self.normalized}"
        return f"{body} x{self.times}"


@dataclass(frozen=True)
class Pool:
    k: int
    ceil: bool = False

    def text(self, _):
        return f"pool{self.k}{':ceil' * self.ceil}"


@dataclass(frozen=True)
class Layer:
    """What a layer really is: all that its count needs."""

    kind: str
    k: int
    cin: int
    cout: int
    groups: int
    bias: int
    normalized: bool
    entering: int  # positions of the map that is read
    leaving: int
    again: bool = False  # a later pass of a repeated item
    before_pool: int = 0
    at_input: int = 0

    @property
    def weights(self):
        return (
            self.k
            * self.k
            * (self.cin // self.groups)
            * self.cout
            * (1 if self.kind == "conv" else self.entering)
        )

    @property
    def params(self):
        return self.weights + self.bias * self.cout + 2 * self.cout * self.normalized

    @property
    def macs(self):
        return self.weights * (self.leaving if self.kind == "conv" else 1)


def up(n, d):
    return -(-n // d)


def window(n, plan, rounding, padding):
    """Positions of a window along an axis, placed one after another."""
    if isinstance(plan, Pool):
        places = [x for x in range(0, n, plan.k) if x + plan.k <= n or plan.ceil]
        whole = [x for x in range(0, n, plan.k) if x + plan.k <= n]
        every = [*range(0, n, plan.k)]
        return len({"down": whole, "up": every}.get(rounding, places))
    if not padding:
        return len([x for x in range(0, n, plan.stride) if x + plan.k <= n])
    return n // plan.stride if rounding == "down" else up(n, plan.stride)


def build(plan, units, size, rounding=None, padding=True):
    """Return the text of a network and its layers, or None if a map vanishes."""
    channels, height, width = size
    items, layers, last, seen = [], [], None, (height, width)
    for step in plan:
        if isinstance(step, Pool):
            last = (height, width)
        passes = step.times if isinstance(step, Conv) else 1
        groups = 1
        if isinstance(step, Conv) and step.grouped and channels % 2 == step.cout % 2 == 0:
            groups = 2
        for number in range(passes):
            before = height * width
            height, width = (window(n, step, rounding, padding) for n in (height, width))
            if not height * width:
                return None
            if isinstance(step, Conv):
                bias = 0 if step.normalized else 1
                layers.append(
                    Layer("conv", step.k, channels, step.cout, groups, bias, step.normalized,
                          before, height * width, number > 0)
                )  # fmt: skip
                channels = step.cout
        items.append(step.text(groups))
    here = height * width
    before_pool = 0 if last is None else last[0] * last[1]
    layers.append(
        Layer(
            "fc",
            1,
            channels,
            units,
            1,
            1,
            False,
            here,
            1,
            False,
            before_pool,
            before_pool and seen[0] * seen[1],
        )
    )
    return ",".join([*items, f"fc{units}"]), layers


def without_inputs(x):
    return replace(x, cin=x.groups) if x.kind == "conv" else x


def squared(x):
    return replace(x, cin=x.cout * x.groups) if x.kind == "conv" else x


def pooled_less(x):
    return replace(x, entering=x.before_pool or x.entering)


def not_pooled(x):
    return replace(x, entering=x.at_input or x.entering)


def ungrouped(x):
    return replace(x, groups=1)


def changed(change):
    return lambda layers, of: sum(getattr(change(x), of) for x in layers)


def first_reads(channels):
    def count(layers, of):
        first, *others = layers
        assume(first.groups == 1)
        return sum(getattr(x, of) for x in [replace(first, cin=channels), *others])

    return count


SIMPLE = {
    "input channels forgotten": changed(without_inputs),
    "output channels squared": changed(squared),
    "groups ignored": changed(ungrouped),
    "classifier before the last pool": changed(pooled_less),
    "classifier at the input's size": changed(not_pooled),
    "first layer reads 1": first_reads(1),
    "first layer reads 3": first_reads(3),
    "repeats counted once": lambda layers, of: sum(getattr(x, of) for x in layers if not x.again),
    "bias forgotten": lambda layers, of: sum(x.params - x.bias * x.cout for x in layers),
    "bias doubled": lambda layers, of: sum(x.params + x.bias * x.cout for x in layers),
    "one bias a layer": lambda layers, of: sum(x.params - x.bias * (x.cout - 1) for x in layers),
    "batch norm counted 4C": lambda layers, of: sum(x.params + 2 * x.cout * x.normalized for x in layers),
}
"""What each slip makes of the layers as they are."""

RESIZED = {
    "floor for ceil": {"rounding": "down"},
    "ceil for floor": {"rounding": "up"},
    "padding forgotten": {"padding": False},
}
"""The slips about the sizes of maps."""

steps = st.one_of(
    st.builds(
        Conv,
        st.integers(1, 5),
        st.integers(1, 12),
        st.integers(1, 3),
        st.booleans(),
        st.booleans(),
        st.integers(1, 3),
    ),
    st.builds(Pool, st.integers(2, 3), st.booleans()),
)
plans = st.tuples(
    st.builds(Conv, st.integers(1, 3), st.integers(1, 8)), st.lists(steps, min_size=1, max_size=4)
).map(lambda plan: [plan[0], *plan[1]])
sizes = st.tuples(st.integers(1, 4), st.integers(12, 60), st.integers(12, 60))


def found(text, size, of, wrong):
    """The names of all that gives a number on a network."""
    channels, height, width = size
    verdict = symcnn.derive(text).at(C=channels, H=height, W=width).check(f"{of} = {wrong}")
    return verdict, {name for explanation in verdict.explanations for name in explanation.names}


@pytest.mark.parametrize("slip", SLIPS, ids=lambda slip: f"{slip.name}-{slip.of}")
@effort(0.3)
@given(plans, st.integers(1, 9), sizes)
def test_every_slip_is_found_by_its_name(slip, plan, units, size):
    built = build(plan, units, size)
    assume(built)
    text, layers = built
    right = sum(getattr(x, slip.of) for x in layers)
    if slip.name in SIMPLE:
        wrong = SIMPLE[slip.name](layers, slip.of)
    else:
        other = build(plan, units, size, **RESIZED[slip.name])
        assume(other)
        wrong = sum(getattr(x, slip.of) for x in other[1])
    verdict, names = found(text, size, slip.of, wrong)
    assert verdict.value == right
    assert verdict.holds is (wrong == right)
    assert wrong == right or slip.name in names


def test_every_slip_is_tried():
    assert {slip.name for slip in SLIPS} == SIMPLE.keys() | RESIZED.keys()
