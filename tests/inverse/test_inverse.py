"""What is solved for is exactly what trying every value finds."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from symcnn.algebra.arithmetic import (
    ceil_div,
    differs,
    divide,
    floor_div,
    greatest,
    least,
    power,
    reaches,
    round_to,
)
from symcnn.algebra.atoms import symbol
from symcnn.algebra.bounds import Ranges
from symcnn.algebra.claims import OneOf, Periodic, Sign, Unless
from symcnn.algebra.conditions import number_at
from symcnn.algebra.envelopes import Envelopes
from symcnn.algebra.intervals import Interval
from symcnn.algebra.inverse import solved
from symcnn.algebra.sums import Passes, greatest_over, index_name, sum_over
from symcnn.errors import LimitError

X = symbol("x")
I = symbol(index_name(0))  # noqa: E741 - it is an index
small = st.integers(-6, 6)


def polynomials(variable=X):
    return st.lists(small, min_size=1, max_size=4).map(
        lambda cs: sum((c * power(variable, i) for i, c in enumerate(cs)), 0)
    )


def lines(variable=X):
    return st.builds(lambda a, b: a * variable + b, st.integers(1, 5), small)


def loops(over):
    body = st.one_of(
        lines(I),
        st.builds(lambda a, m: floor_div(a, power(2, I)) * m, st.integers(1, 60), st.integers(1, 3)),
        st.builds(lambda a, c: round_to(a * I + c, 4), st.integers(1, 3), st.integers(1, 9)),
    )
    return st.builds(lambda value: over(Passes(index_name(0), 0, X - 1), value), body)


def atoms():
    return st.one_of(
        lines(),
        st.builds(floor_div, lines(), st.integers(2, 6)),
        st.builds(ceil_div, lines(), st.integers(2, 6)),
        st.builds(floor_div, polynomials(), st.integers(2, 5)),
        st.builds(lambda a, b: least((a, b)), lines(), st.integers(1, 40) | lines()),
        st.builds(lambda a, b: greatest((a, b)), polynomials(), st.integers(1, 40) | lines()),
        st.builds(round_to, lines(), st.sampled_from([4, 8])),
        st.builds(lambda b, c: power(b, X) * c, st.integers(2, 3), st.integers(1, 3)),
        st.builds(lambda a: floor_div(a, power(2, X)), st.integers(1, 300)),
        st.builds(lambda a: floor_div(a + power(2, X) - 1, power(2, X)), st.integers(1, 300)),
        st.builds(lambda a: divide(a, power(2, X)), st.integers(1, 300)),
        st.builds(lambda a: divide(a, X + 1), st.integers(1, 9)),
        st.builds(lambda n: reaches(X, n), st.integers(1, 30)),
        st.builds(lambda n: differs((X - n,)), st.integers(1, 30)),
        loops(sum_over),
        loops(greatest_over),
    )


def values():
    term = st.builds(lambda c, one, two: c * one * two, small, atoms(), atoms() | st.just(1))
    return st.builds(lambda p, terms: p + sum(terms, 0), polynomials(), st.lists(term, max_size=3))


signs = st.builds(
    lambda v, c, relation: Sign(v + c, relation), values(), st.integers(-5000, 5000), st.sampled_from("≥>=")
)
periodic = st.builds(
    lambda v, d, m: Periodic(divide(v, d), m, frozenset((0,)) if m < 3 else frozenset((0, m - 1))),
    polynomials() | st.builds(lambda a, b: a * floor_div(b, 4), lines(), lines()),
    st.integers(1, 4),
    st.integers(1, 4),
)
members = st.builds(lambda v, m: OneOf(v, frozenset(m)), lines(), st.sets(st.integers(1, 99), min_size=1))
plain = st.one_of(signs, signs, periodic, members)
claims = st.one_of(plain, st.builds(lambda n, c: Unless(Sign(X - n, "≥"), c), st.integers(2, 40), plain))


def check(asked, start, found):
    """Compare with trying each value, near the start, near all ends, and far away."""
    ends = {e for part in found for e in (part.first, part.last) if e is not None}
    window = set(range(1, 130)) | {e + d for e in ends for d in range(-9, 10)}
    for n in sorted(n for n in window if 1 <= n < 1_000):
        wanted = n in start and all(claim.holds("x", n) for claim in asked)
        assert wanted == any(n in part for part in found), n


@given(st.lists(claims, min_size=1, max_size=3))
def test_everything_found_holds_and_everything_that_holds_is_found(asked):
    start = Interval(1, None)
    try:
        found = solved(asked, "x", start)
    except LimitError:
        start = Interval(1, 300)
        found = solved(asked, "x", start)
    check(asked, start, found)


@given(signs, st.integers(1, 20), st.integers(1, 6))
def test_progressions_are_searched_by_their_positions(claim, first, step):
    start = Interval(first, first + 100 * step, step)
    check([claim], start, solved([claim], "x", start))


@given(values(), st.integers(1, 60), st.integers(0, 40), st.integers(0, 40))
def test_ranges_and_envelopes_hold_every_value(value, first, width, at):
    last = first + width
    for end in (last, None):
        ranges = Ranges({"x": (first, end)})
        low, high = ranges.of(value)
        below, above = Envelopes("x", first, end, ranges).of(value)
        n = min(first + at, last)
        exact = number_at(value, {"x": n})
        assert low is None or low <= exact
        assert high is None or exact <= high
        for side, sign in ((below, 1), (above, -1)):
            bound = (
                exact
                if side is None
                else sum((c * (n - first) ** i for i, c in enumerate(side)), Fraction(0))
            )
            assert sign * bound <= sign * exact


@given(values(), st.integers(1, 40))
def test_the_range_at_a_point_is_the_value_unless_it_is_everything(value, n):
    low, high = Ranges({"x": (n, n)}).of(value)
    assert low == high == number_at(value, {"x": n})


@given(polynomials(), st.integers(-1000, 1000), st.sampled_from("≥>="))
def test_inequalities_of_polynomials_are_always_decided(value, shift, relation):
    claim = Sign(value + shift, relation)
    check([claim], Interval(1, None), solved([claim], "x", Interval(1, None)))


def quasi_linear():
    return st.lists(
        st.builds(lambda c, a, m: c * floor_div(a, m), small, lines(), st.integers(1, 4)), max_size=3
    )


@given(quasi_linear(), small, st.integers(-60, 60), st.sampled_from("≥>="))
def test_sums_of_floors_are_always_decided(floors, slope, shift, relation):
    claim = Sign(sum(floors, slope * X) + shift, relation)
    check([claim], Interval(1, None), solved([claim], "x", Interval(1, None)))


@pytest.mark.parametrize(
    ("value", "relation", "found"),
    [
        (floor_div(X, 2) + floor_div(X + 1, 2) - X, "=", [Interval(1, None)]),
        (X - 2 * floor_div(X, 2), "=", [Interval(2, None, 2)]),
        (100 - X * X, "≥", [Interval(1, 10)]),
        (X * X - 5 * X + 6, "=", [Interval(2, 3)]),
        (X * X - 5 * X + 6, ">", [Interval(1, 1), Interval(4, None)]),
        (power(2, X) - 1000 * X, "≥", [Interval(14, None)]),
        (power(2, X) - power(X, 3), ">", [Interval(1, 1), Interval(10, None)]),
        (power(4, X) - 1000 * power(2, X), ">", [Interval(10, None)]),
        (X - 10**40, "≥", [Interval(10**40, None)]),
        (X - X + 0, ">", []),
        (divide(1, X - 3), "≥", [Interval(4, None)]),
        (power(X - 5, 2), "≥", [Interval(1, None)]),
        (-1 * power(X - 5, 2), ">", []),
        (-1 * power(X - 5, 2), "≥", [Interval(5, 5)]),
    ],
)
def test_known_sets(value, relation, found):
    assert list(solved([Sign(value, relation)], "x", Interval(1, None))) == found


def test_what_cannot_be_decided_is_refused_and_found_in_a_range():
    # Neither range nor period shows where ⌊x²/7⌋ is even, so that each value is tried.
    value = floor_div(X * X, 7) - 2 * floor_div(floor_div(X * X, 7), 2)
    claim = Sign(value, "=")
    with pytest.raises(LimitError, match="100,000 values") as raised:
        solved([claim], "x", Interval(1, None))
    assert "upto" in str(raised.value)
    # 1/x comes as near to 0 as one likes, and a range does not say that it stays above.
    with pytest.raises(LimitError):
        solved([Sign(divide(1, X), ">")], "x", Interval(1, None))
    check([claim], Interval(1, 500), solved([claim], "x", Interval(1, 500)))


ALPHA, Y, HALF = symbol("α"), symbol("y"), Fraction(1, 2)


@pytest.mark.parametrize(
    ("value", "given", "range_"),
    [
        (ceil_div(2 * ALPHA, 3), {"α": (1, None)}, (1, None)),
        (round_to(X, Y), {"x": (3, 9), "y": (2, 4)}, (2, 13)),
        (round_to(X, Y), {"x": (3, None), "y": (2, 4)}, (2, None)),
        (round_to(X, 8), {"x": (None, 3)}, (8, 8)),
        (power(Y, X), {"x": (1, 3), "y": (2, None)}, (2, None)),
        (power(Y, X), {"x": (1, 3), "y": (2, 4)}, (2, 64)),
        (power(Y, X), {"x": (-3, -1), "y": (2, 4)}, (Fraction(1, 64), HALF)),
        (power(Y, X), {"x": (-3, -1), "y": (2, None)}, (0, HALF)),
        (power(Y, X), {"x": (None, 3), "y": (2, 4)}, (0, 64)),
        (power(Y, X), {"x": (1, 3), "y": (0, 4)}, (None, None)),
        (power(Y, X), {"x": (1, 3), "y": (Fraction(1, 3), HALF)}, (None, None)),
        (power(Y, X), {"x": (1, 3), "y": (HALF, HALF)}, (Fraction(1, 8), HALF)),
        (power(2, X), {"x": (-(10**9), 1)}, (0, 2)),
        (X * Y, {"x": (-2, 3), "y": (-1, None)}, (None, None)),
        (X * Y, {"x": (-2, 3), "y": (-1, 4)}, (-8, 12)),
        (X * Y, {"x": (-2, 3), "y": (None, -1)}, (None, None)),
        (X * Y, {"x": (0, 0), "y": (None, None)}, (0, 0)),
        (X * X * X, {"x": (-2, 3)}, (-8, 27)),
        (X * X * X, {"x": (-2, -1)}, (-8, -1)),
        (X * X, {"x": (-2, -1)}, (1, 4)),
        (X * X, {"x": (None, 3)}, (0, None)),
        (divide(1, X), {"x": (-4, -2)}, (-HALF, Fraction(-1, 4))),
        (divide(1, X), {"x": (-4, 2)}, (None, None)),
        (differs((X, Y)), {"x": (0, 0), "y": (0, 0)}, (0, 0)),
        (differs((X, Y)), {"x": (None, -1), "y": (0, 0)}, (1, 1)),
        (sum_over(Passes(index_name(0), 0, X), floor_div(Y, I + 1)), {"x": (None, 2), "y": (6, 9)}, (0, 27)),
        (sum_over(Passes(index_name(0), 0, X), round_to(I, 4)), {"x": (1, None)}, (8, None)),
        (greatest_over(Passes(index_name(0), 0, X), round_to(I, 4)), {"x": (7, 7)}, (8, 8)),
        (greatest_over(Passes(index_name(0), 0, X), round_to(I, 4)), {"x": (7, 11)}, (8, 12)),
        (greatest_over(Passes(index_name(0), 0, X), round_to(I, 4)), {"x": (7, None)}, (8, None)),
    ],
)
def test_ranges(value, given, range_):
    assert Ranges(given).of(value) == range_


def test_sums_of_many_passes_are_bounded_in_stretches():
    value = sum_over(Passes(index_name(0), 0, X), round_to(I, 4))
    exact = sum(round_to(i, 4) for i in range(5001))
    low, high = Ranges({"x": (5000, 5000)}).of(value)
    assert low < exact < high
    assert high - low < exact / 10
