"""Floors, ceilings and windows, against plain loops over integers."""

from fractions import Fraction
from math import ceil, floor, prod

import pytest
from hypothesis import given
from hypothesis import strategies as st

import symcnn
from symcnn.algebra.arithmetic import ceil_div, divide, floor_div, is_whole, modulo
from symcnn.algebra.atoms import all_atoms, symbol
from symcnn.algebra.evaluation import substitute
from symcnn.algebra.polynomials import Poly
from symcnn.algebra.printing import text
from symcnn.algebra.signs import period
from symcnn.errors import DomainError, NotationError

N = symbol("n")
M = symbol("m")
BOTH_SIGNS = range(-25, 26)

small = st.integers(-12, 12)
strides = st.integers(1, 6)

# --- Rings ---

polynomials = st.lists(
    st.tuples(st.fractions(-3, 3, max_denominator=4), st.integers(0, 2), st.integers(0, 2)), max_size=3
).map(lambda terms: sum((c * prod([N] * i) * prod([M] * j) for c, i, j in terms), start=0))


@given(polynomials, polynomials, polynomials)
def test_values_are_a_ring(a, b, c):
    assert a + b == b + a
    assert a * b == b * a
    assert (a + b) + c == a + (b + c)
    assert (a * b) * c == a * (b * c)
    assert a * (b + c) == a * b + a * c
    assert a - a == 0
    assert 1 * a == a
    assert -(a - b) == b - a


@given(polynomials, polynomials)
def test_equal_values_hash_alike(a, b):
    assert hash((a + b) * (a - b)) == hash(a * a - b * b)


@given(polynomials, polynomials.filter(lambda value: value != 0))
def test_a_product_is_divided_exactly(a, b):
    assert divide(a * b, b) == a


@given(st.fractions(), st.fractions().filter(bool))
def test_numbers_divide_like_fractions(a, b):
    assert divide(a, b) == a / b
    assert floor_div(a, b) == a // b
    assert ceil_div(a, b) == -(-a // b)
    assert modulo(a, b) == a % b


# --- Floors of integers ---


@given(small, small, strides, small, strides)
def test_nested_floors(u, c, s, r, t):
    """⌊(⌊(u·n + c)/s⌋ + r)/t⌋ at negative arguments, too."""
    inner = floor_div(u * N + c, s)
    outer = floor_div(inner + r, t)
    for n in BOTH_SIGNS:
        assert substitute(inner, {"n": n}) == (u * n + c) // s
        assert substitute(outer, {"n": n}) == ((u * n + c) // s + r) // t


@given(small, small, strides, strides)
def test_ceilings_and_remainders(u, c, s, t):
    up, left = ceil_div(u * N + c, s), modulo(u * N + c, s)
    above = ceil_div(up, t)
    for n in BOTH_SIGNS:
        assert substitute(up, {"n": n}) == ceil(Fraction(u * n + c, s))
        assert substitute(left, {"n": n}) == (u * n + c) % s
        assert substitute(above, {"n": n}) == ceil(Fraction(ceil(Fraction(u * n + c, s)), t))


@given(small, small, small, strides, strides)
def test_floors_of_several_symbols(u, v, c, s, t):
    value = floor_div(floor_div(u * N + v * M + c, s), t)
    for n in range(-6, 7):
        for m in range(-6, 7):
            assert substitute(value, {"n": n, "m": m}) == (u * n + v * m + c) // s // t


@given(small, strides, small, strides)
def test_symbolic_denominators(a, s, r, t):
    """One floor for ⌊(⌊(n + a)/m⌋ + r)/(t·m)⌋, for every m."""
    value = floor_div(floor_div(N + a, M) + r, t * M)
    up = ceil_div(N + a, s * M)
    for n in range(-9, 10):
        for m in range(1, 6):
            assert substitute(value, {"n": n, "m": m}) == ((n + a) // m + r) // (t * m)
            assert substitute(up, {"n": n, "m": m}) == ceil(Fraction(n + a, s * m))


@given(st.fractions(-3, 3, max_denominator=6), st.fractions(-3, 3, max_denominator=6), strides)
def test_floors_with_broken_coefficients(u, c, s):
    value = floor_div(u * N + c, s)
    assert is_whole(value)
    for n in BOTH_SIGNS:
        assert substitute(value, {"n": n}) == floor((u * n + c) / s)


steps = st.lists(st.tuples(st.integers(-3, 3), st.integers(2, 3)), min_size=1, max_size=2)


@given(steps, steps)
def test_equal_chains_have_equal_forms(one, two):
    """Where a floor comes last, two chains are one function if and only if they are one form."""

    def chain(steps):
        value = N
        for r, t in steps:
            value = floor_div(value + r, t)
        return value

    first, second = chain(one), chain(two)
    reaches = 2 * prod(t for _, t in one + two)
    same = all(substitute(first, {"n": n}) == substitute(second, {"n": n}) for n in range(reaches))
    assert (first == second) == same


@given(small, strides, small, strides, st.integers(1, 4))
def test_periods(c, s, r, t, u):
    value = floor_div(u * floor_div(N + c, s) + r, t) + 2 * N
    length = period(value)
    rise = substitute(value, {"n": length}) - substitute(value, {"n": 0})
    for n in BOTH_SIGNS:
        assert substitute(value, {"n": n + length}) - substitute(value, {"n": n}) == rise


def test_what_has_no_period():
    half = divide(N, 2)
    without = [
        N * N,
        N * M,
        half,
        floor_div(N, M),
        floor_div(symbol("α"), 2),
        floor_div(N * N, 2),
        symbol("α"),
    ]
    assert [period(value) for value in without] == [None] * len(without)
    assert period(7) == 1


# --- Windows, placed one after another ---


def placed(n, window, how):
    """How many windows fit on n positions: the number of their starts, counted."""
    k, s, p, d = window
    span = d * (k - 1) + 1
    if how == "same":
        return len(range(0, n, s))
    if how == "floor":
        return len(range(-p, n + p - span + 1, s))
    # The last one may overhang by less than a stride, but starts inside the input or its leading padding.
    return len(range(-p, min(n, n + p + s - span), s))


@st.composite
def windows(draw):
    """A layer's text that acts on the height, and what it makes of n positions (0 or less: nothing)."""
    how = draw(st.sampled_from(["floor", "ceil", "same"]))
    k, s, d = draw(st.integers(1, 5)), draw(st.integers(1, 4)), draw(st.integers(1, 3))
    p = 0 if how == "same" else draw(st.integers(0, k // 2))
    size = f"{k}x1s{s}x1d{d}x1"
    if how == "floor" and draw(st.booleans()):
        return f"conv{size}p{p}x0-1", lambda n: placed(n, (k, s, p, d), "floor")
    if how == "same" and draw(st.booleans()):
        return f"conv{size}-1", lambda n: placed(n, (k, s, p, d), "same")
    padding, flag = ("", ":same") if how == "same" else (f"p{p}x0", "" if how == "floor" else ":ceil")
    return f"pool{size}{padding}{flag}", lambda n: placed(n, (k, s, p, d), how)


def stretched():
    """An upsampling or a transposed convolution."""
    by = st.integers(2, 3)
    return by.map(lambda f: (f"upsample{f}x1", lambda n: n * f)) | st.tuples(by, st.integers(1, 3)).map(
        lambda sk: (
            f"deconv{sk[1]}x1s{sk[0]}x1p0-1",
            lambda n: (n - 1) * sk[0] + sk[1],
        )
    )


def outputs(steps, n):
    """Every output along the way; it ends where nothing is left."""
    out = []
    for _, apply in steps:
        n = apply(n)
        out.append(n)
        if n < 1:
            break
    return out


@given(st.lists(windows(), min_size=1, max_size=4))
def test_a_chain_of_windows_is_one_floor(steps):
    report = symcnn.derive(",".join(written for written, _ in steps))
    height = report.output[1]
    floors = [atom for atom in all_atoms(height.value) if atom.symbols == {"H"} and atom.values()]
    assert len(floors) <= 1
    assert text(height.value).count("floor") + text(height.value).count("ceil") <= 1
    assert list(report.domain.ranges) in ([], ["H"])
    check(steps, report)


@given(st.lists(windows() | stretched(), min_size=1, max_size=4))
def test_a_chain_with_upsampling(steps):
    try:
        report = symcnn.derive(",".join(written for written, _ in steps))
    except NotationError:
        assert all(outputs(steps, n)[-1] < 1 for n in range(1, 400))
        return
    check(steps, report)


def check(steps, report):
    """Value and domain against the windows, placed, for every height up to 60."""
    height = report.output[1]
    for n in range(1, 61):
        expected = outputs(steps, n)
        if expected[-1] >= 1:
            assert height(H=n) == expected[-1]
        else:
            assert {"H": n, "W": 1, "C": 1} not in report.domain
            with pytest.raises(DomainError, match="smallest input"):
                height(H=n)


@given(st.lists(windows(), min_size=1, max_size=3), st.integers(1, 30))
def test_symbols_in_geometry_give_what_numbers_give(steps, n):
    """The same chain with its strides as symbols: other forms, the same values and the same domain."""
    literal = ",".join(written for written, _ in steps)
    values = {}
    parts = []
    for place, (written, _) in enumerate(steps):
        head, _, rest = written.partition("s")
        if not head.startswith(("pool", "conv")) or ":same" in written:
            parts.append(written)
            continue
        stride, _, after = rest.partition("x1")
        values[f"s_{'abc'[place]}"] = int(stride)
        parts.append(f"{head}s{{s_{'abc'[place]}}}x1{after}")
    report = symcnn.derive(",".join(parts))
    try:
        expected = symcnn.derive(literal).output[1](H=n)
    except DomainError:
        assert {"H": n, "W": 1, "C": 1, **values} not in report.domain
    else:
        assert report.output[1](H=n, **values) == expected


def test_a_window_on_a_multiple_that_does_not_divide_is_kept():
    value = floor_div(3 * floor_div(N, 2), 2)
    assert isinstance(value, Poly)
    assert text(value) == "floor(3*floor(n/2)/2)"
