"""The terms of finite sums as numbers: against Python, and sums in sums within the limit."""

from fractions import Fraction

import pytest

from symcnn.algebra.arithmetic import divide, floor_div, greatest, least, power, reaches, round_to
from symcnn.algebra.atoms import symbol
from symcnn.algebra.evaluation import substitute
from symcnn.algebra.series import series
from symcnn.algebra.sums import Passes, greatest_over, index_name, sum_over
from symcnn.errors import LimitError

OUTER, INNER = index_name(0), index_name(1)
i, j, n = symbol(OUTER), symbol(INNER), symbol("n")


@pytest.mark.parametrize(
    ("value", "term"),
    [
        (i * i - 3 * i + 1, lambda i: i * i - 3 * i + 1),
        (divide(i * i + i, 2) + divide(1, 3), lambda i: Fraction(i * i + i, 2) + Fraction(1, 3)),
        (least([i, 9]) * greatest([i - 4, 2]) - 1, lambda i: min(i, 9) * max(i - 4, 2) - 1),
        (floor_div(100, power(2, i)) * i, lambda i: 100 // 2**i * i),
        (divide(power(3, i), power(2, i)), lambda i: Fraction(3**i, 2**i)),
        (round_to(i, 4) * reaches(i, 3), lambda i: max(4, (i + 2) // 4 * 4) * (i >= 3)),
    ],
)
def test_terms_are_what_python_says(value, term):
    terms = list(series(OUTER, 1, 6, value))
    assert terms == [substitute(value, {OUTER: number}) for number in range(1, 7)]
    assert terms[:4] == [term(number) for number in range(1, 5)]
    assert list(series(OUTER, 3, 2, value)) == []


@pytest.mark.parametrize("count", [1, 2, 5, 30])
def test_sums_in_sums(count):
    within = Passes(INNER, 0, i - 3)
    added, most = (over(within, least([i + j, 7])) for over in (sum_over, greatest_over))
    passes = Passes(OUTER, 1, n - 1)
    terms = [[min(a + b, 7) for b in range(a - 2)] for a in range(1, count)]
    total = substitute(sum_over(passes, i * added - most), {"n": count})
    assert total == sum(a * sum(row) - max(row, default=0) for a, row in enumerate(terms, start=1))
    greatest_of_all = substitute(greatest_over(passes, (20 - i) * added), {"n": count})
    assert greatest_of_all == max([0] + [(20 - a) * sum(row) for a, row in enumerate(terms, start=1)])


def test_all_terms_of_sums_in_sums_count():
    inner = sum_over(Passes(INNER, 0, n + i), least([i + j, n]))
    total = sum_over(Passes(OUTER, 0, n - 1), inner)
    with pytest.raises(LimitError, match="more than 1,000,000 terms"):
        substitute(total, {"n": 10**5})


def test_a_term_over_the_limit_of_digits():
    with pytest.raises(LimitError, match="more than 1,000 digits"):
        list(series(OUTER, 1, 5, power(10, 300 * i) + i))
    with pytest.raises(LimitError, match="more than 1,000 digits"):
        list(series(OUTER, 10**999, 10**999 + 1, 20 * i))
