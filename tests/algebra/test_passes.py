"""What holds in every pass of a loop, against going through the passes."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from symcnn.algebra.arithmetic import divide, floor_div, greatest, least, power
from symcnn.algebra.atoms import symbol
from symcnn.algebra.conditions import Origin, number_at
from symcnn.algebra.divisibility import integers
from symcnn.algebra.evaluation import substitute
from symcnn.algebra.extremes import chosen, conjuncts, pruned, surely_reaches, surely_whole
from symcnn.algebra.lowest import needed
from symcnn.algebra.passes import PassRequirements
from symcnn.algebra.powers import divides, lowest_terms, spare_power
from symcnn.algebra.requirements import Requirements
from symcnn.algebra.signs import surely_at_least
from symcnn.algebra.sums import Passes, index_name
from symcnn.errors import UnsupportedError

INDEX = index_name(0)
i, n, k, C = symbol(INDEX), symbol("n"), symbol("k"), symbol("C")


def surely_from(first):
    """What is known of values whose index starts at a pass, and whose symbols are at least 1."""

    def surely(excess):
        shifted = substitute(excess, {INDEX: i + first})
        return surely_at_least(shifted, 0, lambda name: 0 if name == INDEX else 1)

    return surely


def holds(value, **point):
    return number_at(value, {INDEX if name == "i" else name: number for name, number in point.items()})


FACTORS = [
    1,
    i,
    i * i,
    power(2, i),
    power(3, i),
    i * power(2, i),
    divide(1, power(2, i)),
    divide(power(3, i), power(2, i)),
    divide(power(2, i), power(3, i)),
    divide(power(9, i), power(4, i)),
    power(k, i),
    power(2, i * k),
]


@st.composite
def sequences(draw, divisors):
    """Sums of numbers or multiples of C, times what depends on the pass."""
    value = 0
    for _ in range(draw(st.integers(1, 3))):
        c = Fraction(draw(st.integers(-40, 40)), draw(st.sampled_from(divisors)))
        value = value + c * draw(st.sampled_from([1, C, C - 3])) * draw(st.sampled_from(FACTORS))
    return value


@given(sequences((1, 2, 3, 4, 6, 8)), st.integers(0, 2), st.integers(1, 24))
def test_integers_in_every_pass(value, first, number):
    found = integers(Passes(INDEX, first, n - 1), value)
    if found is None:
        return
    for count in range(first + 1, first + 6):
        point = {"C": number, "k": 2}
        every = all(holds(value, i=at, **point).denominator == 1 for at in range(first, count))
        said = (part for part in found if count - first >= part.passes)
        assert every == all(holds(part.value, n=count, **point).denominator == 1 for part in said)


def test_an_integer_that_the_powers_do_not_imply():
    value = divide(C, 3) * divide(power(5, i), power(2, i)) + divide(C, 3)
    found = integers(Passes(INDEX, 0, n - 1), value)
    assert [(str(part.value), part.passes) for part in found] == [("2*C/3", 1), ("2*C/2**n", 1)]


@given(sequences((1, 2)), st.integers(0, 2), st.integers(1, 12), st.integers(1, 3))
def test_what_is_least_over_the_passes(value, first, number, times):
    found = needed(Passes(INDEX, first, n - 1), value, surely_from(first))
    if found is None:
        return
    for count in range(first + 1, first + 6):
        point = {"C": number, "k": times}
        every = all(holds(value, i=at, **point) >= 0 for at in range(first, count))
        said = (part for part in found if count - first >= part.passes)
        assert every == all(holds(part.excess, n=count, **point) >= 0 for part in said)


@pytest.mark.parametrize(
    ("value", "places"),
    [
        (C * i + 3, [0]),
        (20 - C * i, [n - 1]),
        (power(2, i) * (C - 3) - 1, [0]),
        (power(2, i) * (C - 3) + 3, [0, 1, 2]),
        (power(2, i) * (C - 3) + 1000, [n - 1]),
        ((C - 3) * divide(1, power(2, i)) + 1, [0]),
        ((C - 3) * i + 1, [n - 1]),
        ((C - 3) * i - k, [0, n - 1]),
        (C + i + power(2, i) - k, [0]),
        (C - i - power(2, i), [n - 1]),
        (C + 9 * i - power(2, i), [0, n - 1]),
        (9 - divide(power(6, i), power(2, i) * power(3, i)), [0]),
    ],
)
def test_the_passes_that_decide(value, places):
    found = needed(Passes(INDEX, 0, n - 1), value, surely_from(0))
    assert [part.place for part in found] == places


@pytest.mark.parametrize(
    "value",
    [
        power(2, i) - 9 * i + C,
        9 - greatest([i, C]),
        C - power(2, i) * divide(1, power(k, i)),
    ],
)
def test_nothing_is_proved(value):
    assert needed(Passes(INDEX, 0, n - 1), value, surely_from(0)) is None


def test_divisibility_that_is_not_said():
    over = Passes(INDEX, 0, n - 1)
    assert integers(over, divide(power(k, i) + 1, 2)) is None
    assert integers(over, divide(1, power(2, i)) + divide(1, power(3, i))) is None
    assert integers(over, divide(i, power(2, i))) is None
    assert integers(over, divide(power(2, i) * power(i, 9), 7)) is None
    with pytest.raises(UnsupportedError, match="a divisibility"):
        PassRequirements(Requirements(), over).whole(divide(i, power(2, i)), Origin(), "")
    with pytest.raises(UnsupportedError, match="a requirement"):
        PassRequirements(Requirements(), over).at_least(power(2, i) - 9 * i + C, 0, Origin(), "")


@given(
    st.integers(-200, 200).filter(bool), st.integers(1, 12), st.sampled_from([2, 3, 6, 12]), st.integers(1, 6)
)
def test_up_to_which_power(above, below, base, count):
    value = divide(Fraction(above, below), power(base, n))
    spare = spare_power(value)
    assert (holds(value, n=count).denominator == 1) == (substitute(spare, {"n": count}) >= 0)
    both = divide(value, power(base, k))
    whole = holds(both, n=count, k=2).denominator == 1
    assert whole == (substitute(spare_power(both), {"n": count, "k": 2}) >= 0)


def test_values_without_powers_below():
    for value in (C, 4, divide(C, 2), divide(C, k), divide(1, power(k, n)), divide(C, power(2, n)) + 1):
        assert spare_power(value) is None
    assert spare_power(divide(1, power(2, n) * power(3, n))) is None
    assert spare_power(divide(1, 3 * power(2, n))) == -1
    assert divides(divide(3 * C, 7)) == (7, C)
    assert divides(divide(C, k)) == (k, C)
    assert divides(divide(symbol("α"), power(2, n))) is None
    assert divides(divide(C, power(2, n) * power(k, n))) == (power(2, n) * power(k, n), C)


@given(st.integers(1, 30), st.integers(1, 6), st.integers(1, 6))
def test_lowest_terms_keep_what_is_an_integer(c, number, count):
    value = divide(2 * c * C * power(3, n) + 30 * k * power(3, n), 5 * power(2, n))
    shorter = lowest_terms(value)
    for times in (1, 2, 5):
        point = {"C": number, "k": times, "n": count}
        assert (number_at(value, point).denominator == 1) == (number_at(shorter, point).denominator == 1)
    assert lowest_terms(divide(C, symbol("α"))) == divide(C, symbol("α"))


EXTREMES = [
    least([C, k]),
    2 * least([C, k + 2]) - 7,
    12 - greatest([C, 3]),
    greatest([C - 4, k]) - 3,
    12 - least([C, 12]),
    k * least([C, 5]) + greatest([C, k]),
    least([greatest([C, 4]), k]),
    least([floor_div(C, 2), k]) - 1,
]


@pytest.mark.parametrize("value", EXTREMES)
def test_minima_and_maxima(value):
    def surely(excess):
        return surely_at_least(excess, 0, lambda _: 1)

    for c in range(1, 16):
        for times in (1, 3, 20):
            point = {"C": c, "k": times}
            number = number_at(value, point)
            assert number_at(pruned(value, surely), point) == number
            assert number_at(chosen(value, point), point) == number
            assert (number >= 0) == all(number_at(part, point) >= 0 for part in conjuncts(value))
            assert number >= 0 or not surely_reaches(value, surely)


def test_what_minima_and_maxima_show():
    def surely(excess):
        return surely_at_least(excess, 0, lambda _: 1)

    assert surely_reaches(12 - least([C, 12]), surely)
    assert not surely_reaches(11 - least([C, 12]), surely)
    assert pruned(greatest([C + k, C]), surely) == C + k
    assert chosen(least([C, k]), {"C": 3}) == least([C, k])
    assert surely_whole(divide(least([2 * C, 6]), 2))
    assert not surely_whole(divide(least([2 * C, 5]), 2))
    assert str(least([k * least([C, 5]), 9])) == "min(5*k, 9, C*k)"
    assert str(least([least([C, 5]) + least([k, 7]), 9])) == "min(9, min(5, C) + min(7, k))"
    assert str(least([-1 * least([C, 5]), 9])) == "min(-min(5, C), 9)"
    assert str(least([divide(least([C, 5]), k), 9])) == "min(9, min(5, C)/k)"
