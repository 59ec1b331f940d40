"""What is required, one after another, against trying all points of a box; and how it is said."""

from fractions import Fraction
from functools import cache
from itertools import product

import pytest

from symcnn.algebra.arithmetic import ceil_div, differs, divide, floor_div, greatest, least, modulo, power
from symcnn.algebra.atoms import symbol
from symcnn.algebra.conditions import Bound, Origin, number_at
from symcnn.algebra.polynomials import Poly
from symcnn.algebra.requirements import ImpossibleError, Requirements
from symcnn.errors import SymcnnError

H, k, m, n, alpha = (symbol(name) for name in "Hkmnα")
NOWHERE = Origin()


def at_least(value, bound, *guards):
    return "≥", value, bound, guards


def whole(value, *guards):
    return "integer", value, None, guards


def same(one, two, *guards):
    return "=", one, two, guards


def state(requirements, statement):
    kind, value, other, guards = statement
    if kind == "≥":
        requirements.at_least(value, other, NOWHERE, "it is too small", guards)
    elif kind == "=":
        requirements.same(value, other, NOWHERE, "they differ", guards)
    else:
        requirements.whole(value, NOWHERE, "it is no integer", guards)


def stated(statements):
    requirements = Requirements()
    for statement in statements:
        state(requirements, statement)
    return requirements


NUMBERS = {"H": range(1, 25), "k": range(1, 9), "n": range(1, 6), "m": range(1, 5)}
NUMBERS["α"] = [Fraction(j, 4) for j in range(1, 13)]


def is_true(kind, number, other, point):
    if kind == "integer":
        return number.denominator == 1
    return number >= other if kind == "≥" else number == number_at(other, point)


@cache
def holds(statement, names):
    """The points of a box at which one statement holds, by evaluating it."""
    kind, value, other, guards = statement
    good = set()
    for numbers in product(*(NUMBERS[name] for name in names)):
        point = dict(zip(names, numbers, strict=True))
        try:
            if any(number_at(count, point) < least_ for count, least_ in guards):
                good.add(numbers)
                continue
            if is_true(kind, number_at(value, point), other, point):
                good.add(numbers)
        except SymcnnError:
            continue
    return good


ONE = [
    at_least(H, 5),
    at_least(2 * H - 7, 2),
    at_least(19 - H, 0),
    at_least(50 - 3 * H, 1),
    at_least(floor_div(H - 3, 2), 2),
    at_least(6 - floor_div(H, 3), 0),
    at_least(modulo(H, 3), 1),
    at_least(3 * floor_div(H, 2) - H - 2, 0),
    at_least(differs([H - 4]), 1),
    at_least(differs([2 * H - 7]), 1),
    at_least(differs([H - 1]), 1),
    at_least(differs([H - 4]) + differs([H - 5]), 2),
    at_least((H - 3) * (H - 6), 0),
    whole(divide(H, 2)),
    whole(divide(H + 1, 3)),
    whole(divide(H * H - 1, 4)),
    whole(divide(floor_div(H, 2), 3)),
    whole(divide(H + floor_div(H, 2), 2)),
    whole(divide(60, H)),
    whole(divide(-1 * H, 4) + Fraction(1, 2)),
    whole(divide(floor_div(H, 2) * H, 5)),
    same(floor_div(H, 2), floor_div(H, 3)),
    same(2 * floor_div(H, 2), H),
    same(H * H, 12 * H - 27),
    same(floor_div(H, 3), 3 + 0 * H),
    same(H * floor_div(H, 2), 18 + 0 * H),
]
TWO = [
    at_least(H, 3),
    at_least(k, 2),
    at_least(H - k, 1),
    at_least(floor_div(H, k), 2),
    at_least(floor_div(H - 5, k), 0),
    at_least(floor_div(H - 5, k), 1),
    at_least(least([H - k, 7 - k]), 1),
    at_least(5 - greatest([H - k, k]), 0),
    at_least(differs([H - k]), 1),
    at_least(H * k, 20),
    whole(divide(H * k, 4)),
    whole(divide(H * k, 2)),
    whole(divide(H, k)),
    at_least(divide(H, k), 1),
    whole(divide(H - k, 3)),
    whole(divide(least([H, k]), 2)),
    whole(divide(H, power(2, k))),
    at_least(H - power(2, k), 0),
    at_least(40 - power(2, k), 0),
    whole(divide(24, power(2, k))),
    same(H, 2 * k + 0 * H),
    same(H * k, 24 + 0 * H),
    same(floor_div(H, 2), k),
]
GUARDED = [
    at_least(H, 4, (n, 2)),
    at_least(H, 7, (n, 3), (k, 2)),
    at_least(H - power(2, n), 0, (n, 3)),
    at_least(n, 3),
    at_least(3 - n, 0, (k, 3)),
    at_least(n, 4, (n, 2)),
    at_least(n, 2, (n, 3)),
    at_least(n, 4, (n, 5), (n, 2)),
    at_least(0 * H - 1, 0, (n, 4)),
    at_least(2 - n, 1, (n, 2), (k, 3)),
    whole(divide(H, 2), (n, 2)),
    same(k, 3 + 0 * k, (n, 3)),
    same(H, k, (n, 4)),
    at_least(H, 3, (divide(n, 1) + k, 4)),
]
FRACTIONS = [
    at_least(alpha, 1),
    at_least(2 * alpha * k, 3),
    whole(4 * alpha),
    whole(2 * alpha),
    whole(alpha * k),
    same(4 * alpha * alpha, 1 + 0 * alpha),
    at_least(floor_div(alpha * k, 1), 1),
    at_least(ceil_div(k, 3) - alpha, 0),
    at_least(differs([2 * alpha - 1]), 1),
]


def sequences():
    for pool, names in ((ONE, "H"), (TWO, "Hk"), (GUARDED, "Hkn"), (FRACTIONS, "kα")):
        for place, statement in enumerate(pool):
            yield (statement,), names
            for step in (1, 2, 5) if names != "Hkn" else (1, 4):
                yield (statement, pool[(place + step) % len(pool)]), names


@pytest.mark.parametrize(("statements", "names"), list(sequences()))
def test_domains_are_where_all_holds(statements, names):
    good = set.intersection(*(holds(statement, names) for statement in statements))
    try:
        domain = stated(statements).domain()
    except ImpossibleError:
        assert not good
        return
    box = product(*(NUMBERS[name] for name in names))
    assert {p for p in box if dict(zip(names, p, strict=True)) in domain} == good


@pytest.mark.parametrize(
    ("statements", "words"),
    [
        ([at_least(H, 5), at_least(H, 3)], "H ≥ 5"),
        ([at_least(H, 3), at_least(H + k, 4)], "H ≥ 3"),
        ([at_least(H, 3), at_least(H + k, 5)], "H ≥ 3 and H ≥ 5 - k"),
        ([at_least(H - k, 1), at_least(2 * H - 2 * k, 2), at_least(H - k, 1)], "H ≥ k + 1"),
        ([at_least(differs([H - 1]), 1)], "H ≥ 2"),
        ([at_least(differs([2 * H - 7]), 1)], "every input"),
        ([at_least(differs([H - 4]), 1)], "H != 4"),
        ([at_least(H, 5), at_least(differs([H - 4]), 1)], "H ≥ 5"),
        ([whole(divide(H, 2)), whole(divide(H, 2))], "H mod 2 = 0"),
        ([whole(divide(floor_div(H, 2), 3))], "H mod 6 in {0, 1}"),
        ([whole(divide(H * k, 4)), whole(divide(H * k, 2))], "4 divides H*k"),
        ([whole(divide(H * k, 2)), whole(divide(H * k, 4))], "4 divides H*k"),
        ([whole(divide(H, k)), at_least(divide(H, k), 1)], "k divides H"),
        ([whole(divide(H - 5, k)), at_least(divide(H - 5, k), 1)], "k divides H - 5 and H ≥ k + 5"),
        ([whole(divide(H * H + H, 2))], "every input"),
        ([whole(divide(3 - H - k, 4))], "4 divides H + k - 3"),
        ([whole(H + k + divide(m, 7))], "m mod 7 = 0"),
        ([same(4 * alpha * alpha, 1 + 0 * alpha)], "1 = 4*α**2"),
        ([same(H * k, 24 + 0 * H)], "24 = H*k"),
        ([same(H, 2 * k), same(H, 2 * k)], "H = 2*k"),
        ([at_least(n, 2, (n, 3))], "every input"),
        ([at_least(n, 4, (n, 5), (n, 2))], "every input"),
        ([at_least(n, 3), at_least(H, 4, (n, 2))], "H ≥ 4 and n ≥ 3"),
        ([at_least(2 - n, 0), at_least(H, 4, (n, 3))], "n ≤ 2"),
        ([at_least(0 * H - 1, 0, (n, 4))], "n ≤ 3"),
        ([at_least(H, 4, (n, 2), (k, 3))], "H ≥ 4 if k ≥ 3 and n ≥ 2"),
    ],
    ids=str,
)
def test_what_follows_is_not_said(statements, words):
    assert str(stated(statements).domain()) == words


@pytest.mark.parametrize(
    "statements",
    [
        [at_least(H, 5), at_least(4 - H, 0)],
        [at_least(2 - H - k, 1)],
        [at_least(H, 5), at_least(5 - H - k, 0)],
        [at_least(-1 * alpha, 0)],
        [at_least(3 - floor_div(H, 2) - H, 4)],
        [whole(divide(2 * H + 1, 2))],
        [whole(divide(H * H + 1, 4))],
        [same(H, H + k)],
        [same(2 * H, 2 * k + H + k + H + 1)],
        [same(H * H, 2 + 0 * H)],
        [whole(divide(H, 2)), whole(divide(H + 1, 2))],
        [at_least(n, 3), at_least(0 * H - 1, 0, (n, 2))],
    ],
    ids=str,
)
def test_what_never_holds_is_refused(statements):
    with pytest.raises(ImpossibleError):
        stated(statements)


def test_a_copy_leaves_what_it_is_of():
    base = stated([at_least(H, 3), at_least(H - k, 1), whole(divide(H * k, 4))])
    before = str(base.domain())
    copy = base.fork()
    assert copy.surely(H - k - 1)
    assert copy.surely(H - 3)
    for again in (at_least(H, 3), at_least(H - k, 1), whole(divide(H * k, 4))):
        copy_of = base.fork()
        state(copy_of, again)
        assert str(copy_of.domain()) == before
    for new in (
        at_least(H, 9),
        at_least(k - m, 1),
        whole(divide(m, 3)),
        at_least(divide(m, k), 1),
        same(k, m),
    ):
        state(copy, new)
    assert str(base.domain()) == before
    assert not base.surely(H - 9)
    assert not base.surely(k - m - 1)
    state(base, at_least(k - m, 1))
    assert str(base.domain()) != before


def test_what_is_stated_on_one_symbol_is_kept_where_it_says_more():
    requirements = Requirements()
    for least_ in (4, 3, 4, 6):
        requirements.state(Bound(NOWHERE, "", "H", least_))
    assert [c.least for c in requirements.domain().conditions] == [4, 6]


def test_the_map_that_arrives_is_told():
    for origin, message in (
        (Origin(), "it is too small"),
        (Origin(shape=(H, 3 + 0 * H, k), text="pool"), "it is too small"),
        (Origin(shape=(H, 3, 4), text="pool"), "it is too small: a 3×4 map reaches it"),
    ):
        with pytest.raises(ImpossibleError) as caught:
            Requirements().at_least(0 * H, 1, origin, "it is too small")
        assert caught.value.message == message


@pytest.mark.parametrize(
    ("difference", "never"),
    [
        (0, False),
        (3, True),
        (Fraction(-1, 2), True),
        (H - k, False),
        (H + k, True),
        (-1 - H, True),
        (H - 1, False),
    ],
    ids=str,
)
def test_what_is_never_nothing(difference, never):
    assert Requirements().never_zero(difference) is never
    assert never or isinstance(difference, Poly) or difference == 0
