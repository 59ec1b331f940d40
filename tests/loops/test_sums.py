"""Sums and maxima over passes: closed where they can be, finite where not, exact in any case."""

import pickle
from fractions import Fraction

import pytest
import sympy
from hypothesis import given
from hypothesis import strategies as st

from symcnn.algebra.arithmetic import differs, divide, floor_div, greatest, power, reaches, round_to
from symcnn.algebra.atoms import Maximum, Summation, all_atoms, symbol, symbols_of
from symcnn.algebra.evaluation import substitute
from symcnn.algebra.polynomials import Poly
from symcnn.algebra.printing import latex, python, text
from symcnn.algebra.sums import Passes, at_each, geometric, greatest_over, index_name, sum_over, there_is
from symcnn.algebra.to_sympy import to_sympy
from symcnn.errors import LimitError, UnsupportedError

INDEX = index_name(0)
i, n, k, H = symbol(INDEX), symbol("n"), symbol("k"), symbol("H")
VALUES = {"k": 3, "H": 37}


def kinds(value):
    return {type(atom) for atom in all_atoms(value)}


@st.composite
def summands(draw):
    """Polynomials in the index, times powers, brackets and what does not depend on it."""
    value = 0
    for _ in range(draw(st.integers(1, 3))):
        term = draw(st.sampled_from([1, -2, Fraction(1, 2), k, k * H, floor_div(H, 2)]))
        for _ in range(draw(st.integers(0, 2))):
            term = term * draw(
                st.sampled_from(
                    [
                        i,
                        i + 1,
                        2 * i - 3,
                        power(2, i),
                        power(3, i),
                        power(k, i),
                        divide(1, power(4, i)),
                        differs((i - 2,)),
                        differs((2 * i - 5,)),
                        differs((3 * i + 4,)),
                        differs((i - k,)),
                        differs((i - 70,)),
                        differs((i, k - 3)),
                        floor_div(H, power(2, i)),
                        reaches(i, 2),
                    ]
                )
            )
        value = value + term
    return value


def brute(value, first, last, over=sum):
    found = [substitute(substitute(value, {INDEX: number}), VALUES) for number in range(first, last + 1)]
    return over(found) if found else 0


@given(summands(), st.integers(0, 3), st.integers(1, 8))
def test_sums(value, first, count):
    """The number of passes is at least the number of those written out, less one."""
    last = first - 1 + count
    closed = sum_over(Passes(INDEX, first, n - 1), value)
    assert INDEX not in symbols_of(closed)
    assert substitute(closed, {"n": last + 1, **VALUES}) == brute(value, first, last)
    assert substitute(sum_over(Passes(INDEX, first, last), value), VALUES) == brute(value, first, last)


@given(summands(), st.integers(0, 3))
def test_empty_sums(value, first):
    closed = sum_over(Passes(INDEX, first, n - 1), value)
    if first:
        assert substitute(closed, {"n": first, **VALUES}) == 0
    assert sum_over(Passes(INDEX, first, first - 1), value) == 0
    assert sum_over(Passes(INDEX, first, first - 2), value) == 0


@given(summands(), st.integers(0, 2), st.integers(1, 6))
def test_maxima(value, first, count):
    value = value * value
    last = first - 1 + count
    found = greatest_over(Passes(INDEX, first, n - 1), value)
    assert substitute(found, {"n": last + 1, **VALUES}) == brute(value, first, last, max)
    assert substitute(greatest_over(Passes(INDEX, first, last), value), VALUES) == brute(
        value, first, last, max
    )


@pytest.mark.parametrize(
    ("value", "closed"),
    [
        (5, "5*n"),
        (k, "k*n"),
        (2 * i + 1, "n**2"),
        (i * i * i, "(n**4 - 2*n**3 + n**2)/4"),
        (power(2, i), "2**n - 1"),
        (3 * power(4, i), "2**(2*n) - 1"),
        (differs((i - 2,)), "n - [n >= 3]"),
        (differs((2 * i - 5,)), "n"),
        (differs((i + 1,)), "n"),
    ],
)
def test_closed_sums(value, closed):
    assert str(sum_over(Passes(INDEX, 0, n - 1), value)) == closed


@pytest.mark.parametrize(
    "value",
    [
        floor_div(H, power(2, i)),
        i * power(2, i),
        power(k, i),
        round_to(3 * i + 1, 8),
        greatest((i, k)),
        differs((i - k,)),
        differs((i - 70,)),
        divide(1, i + 1),
    ],
)
def test_finite_sums(value):
    total = sum_over(Passes(INDEX, 0, n - 1), value)
    assert Summation in kinds(total)
    assert symbols_of(total) == (symbols_of(value) - {INDEX}) | {"n"}
    for count in (1, 2, 5):
        assert substitute(total, {"n": count, **VALUES}) == brute(value, 0, count - 1)


def test_part_of_a_sum_is_closed():
    total = sum_over(Passes(INDEX, 0, n - 1), 6 * i + floor_div(H, power(2, i)))
    assert str(total) == "3*n**2 - 3*n + sum(floor(H/2**i_) for i_ = 0..n - 1)"


SUM = sum_over(Passes(INDEX, 1, n - 1), k * floor_div(H, power(2, i)))
MOST = greatest_over(Passes(INDEX, 0, n - 1), (i + 1) * floor_div(H, power(2, i)))


@pytest.mark.parametrize("atom", [SUM, MOST])
def test_they_are_values_like_others(atom):
    assert pickle.loads(pickle.dumps(atom)) == atom
    assert substitute(atom, {INDEX: 7}) == atom
    half = substitute(atom, {"H": 20})
    assert symbols_of(half) == symbols_of(atom) - {"H"}
    there = {"n": 3, "k": 2, "H": 20}
    assert substitute(half, there) == substitute(atom, there)
    assert substitute(substitute(atom, {"n": 3}), there) == substitute(atom, there)
    assert INDEX not in symbols_of(substitute(atom, {"n": 3}))


def test_how_sympy_takes_them():
    symbols = {name: sympy.Symbol(name) for name in ("n", "k", "H")}
    there = {symbols["n"]: 3, symbols["k"]: 2, symbols["H"]: 20}
    assert to_sympy(SUM).subs(there).doit() == 2 * (20 // 2 + 20 // 4)
    bracket = to_sympy(reaches(n, 3))
    assert [bracket.subs(symbols["n"], number) for number in (2, 3)] == [0, 1]
    with pytest.raises(UnsupportedError, match="sympy has no maximum"):
        to_sympy(MOST)


def test_how_they_are_printed():
    assert text(SUM) == "sum(k*floor(H/2**i_) for i_ = 1..n - 1)"
    assert text(MOST) == "max(i_*floor(H/2**i_) + floor(H/2**i_) for i_ = 0..n - 1)"
    assert r"\sum_{i=1}^{n - 1}" in latex(SUM)
    assert r"\max_{" in latex(MOST)


@pytest.mark.parametrize("value", [SUM, MOST, SUM * MOST + 1, sum_over(Passes(INDEX, 0, n - 1), power(k, i))])
def test_python_code_is_the_value(value):
    code = python(value)
    for count in (1, 2, 6):
        point = {"n": count, "k": 2, "H": 100}
        assert eval(code, dict(point)) == substitute(value, point)


def test_what_a_maximum_is_where_the_form_shows_it():
    over = Passes(INDEX, 0, n - 1)
    assert str(greatest_over(over, k + 1)) == "k + 1"
    assert str(greatest_over(over, k * i + 3)) == "k*n - k + 3"
    assert str(greatest_over(over, floor_div(H, power(2, i)))) == "H"
    assert str(greatest_over(over, 5 * power(2, i))) == "5*2**n/2"
    assert Maximum in kinds(greatest_over(over, i * floor_div(3 - k, 2)))
    assert str(greatest_over(over, i * floor_div(k - 1, 2))) == "n*floor((k - 1)/2) - floor((k - 1)/2)"
    assert Maximum in kinds(greatest_over(over, floor_div(H - 9, power(2, i))))
    assert str(greatest_over(over, floor_div(H - 9, power(2, i)), {"H": 9}.get)) == "H - 9"
    assert Maximum in kinds(greatest_over(over, i * i - 3 * i))
    assert Maximum in kinds(greatest_over(over, i + floor_div(H, power(2, i))))
    assert Maximum in kinds(greatest_over(over, greatest((i, H))))
    assert greatest_over(Passes(INDEX, 0, 3), i * (3 - i)) == 2


def test_a_million_terms_are_enough():
    over = Passes(INDEX, 0, n - 1)
    total = sum_over(over, floor_div(H, power(2, i)))
    with pytest.raises(LimitError, match="more than 1,000,000 terms"):
        substitute(total, {"n": 10**6 + 1, "H": 5})
    with pytest.raises(LimitError):
        at_each(over, i)
    with pytest.raises(LimitError):
        sum_over(Passes(INDEX, 0, 10**6), floor_div(H, power(2, i)))


def test_how_many_passes_there_are():
    assert there_is(n, 1) == 1
    assert str(there_is(n, 3)) == "[n >= 3]"
    assert there_is(5, 5) == 1 != there_is(4, 5)
    assert str(Passes(INDEX, 2, n - 1).count) == "n - 2"
    assert isinstance(there_is(n, 3) * there_is(n, 2), Poly)
    assert there_is(n, 3) * there_is(n, 2) == there_is(n, 3)


@pytest.mark.parametrize("last", [0, 1, 4])
def test_powers_of_a_symbol_as_often_as_a_difference_says(last):
    """One power fewer may be none at all, so that no power is written apart."""
    m = symbol("m")
    added = geometric(k, n - m + 1)
    assert str(added) == "sum(k**p_ for p_ = 0..n - m)"
    for base in (1, 2, 3):
        assert substitute(added, {"k": base, "n": 5 + last, "m": 5}) == sum(base**i for i in range(last + 1))
