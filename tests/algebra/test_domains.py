"""Domains, against trying every input."""

import re
import subprocess
import sys
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import symcnn
from symcnn.algebra.arithmetic import floor_div, power
from symcnn.algebra.atoms import symbol
from symcnn.algebra.conditions import Members, Origin, Residues
from symcnn.algebra.domain import Domain
from symcnn.algebra.evaluation import substitute
from symcnn.algebra.ranges import Range, shortest
from symcnn.algebra.signs import smallest_input, surely_at_least, surely_positive, without_floor
from symcnn.errors import DomainError, LimitError, NotationError
from symcnn.source import Span

WINDOW = range(1, 1300)
"""Heights that are tried. What the strategies below draw repeats, or ends, before half of it."""


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("conv3-{C%3+1}", "every input"),  # a rest is never negative
        ("conv3-{C//2},conv3-{C%3+1}", "C ≥ 2"),
        ("conv3-{C%3}", "C mod 3 != 0"),
    ],
)
def test_what_is_taken_away_by_rounding_is_known(text, words):
    domain = symcnn.derive(text).domain
    assert str(domain) == words
    rest = {"conv3-{C%3}": lambda C: C % 3 > 0, "conv3-{C//2},conv3-{C%3+1}": lambda C: C > 1}
    assert all(({"C": C, "k": 2} in domain) == rest.get(text, lambda C: True)(C) for C in range(1, 20))


# --- Chains and merges of the height ---

LAYERS = {
    "pool2x1": lambda n: n // 2,
    "pool3x1": lambda n: n // 3,
    "pool3x1s2x1": lambda n: (n - 1) // 2 if n >= 3 else 0,
    "pool2x1:ceil": lambda n: -(-n // 2),
    "conv3x1s2x1-1": lambda n: -(-n // 2),
    "conv3x1p0-1": lambda n: n - 2,
    "conv2x1s2x1p1x0-1": lambda n: n // 2 + 1,
    "upsample2x1": lambda n: 2 * n,
    "pad2x0": lambda n: n + 4,
}
chains = st.lists(st.sampled_from(sorted(LAYERS)), max_size=3)


def run(chain, n):
    """What a chain makes of n positions; None where an output on the way is empty."""
    for layer in chain:
        n = LAYERS[layer](n)
        if n < 1:
            return None
    return n


def works(before, one, two, after, n):
    """Whether a network of two branches between two chains can be built on n positions."""
    n = run(before, n)
    if n is None:
        return False
    first, second = run(one, n), run(two, n)
    return first is not None and first == second and run(after, first) is not None


def branch(chain):
    return ",".join(chain) or "identity"


@settings(max_examples=60)
@given(chains, chains, chains, st.lists(st.sampled_from(["pool2x1", "conv3x1p0-1"]), max_size=1))
def test_merges(before, one, two, after):
    """A height is in the domain if and only if it works; an error is for what never works."""
    text = ",".join([*before, f"[{branch(one)}|{branch(two)}]", *after])
    good = {n for n in WINDOW if works(before, one, two, after, n)}
    try:
        domain = symcnn.derive(text).domain
    except NotationError:
        assert not good
        return
    assert good
    assert {n for n in WINDOW if {"H": n, "W": 1, "C": 1} in domain} == good
    assert said(domain, "H") == good
    for n in (1, 2, 3, 7, 50, 301):
        near = domain.nearest({"H": n, "W": 1, "C": 1})["H"]
        assert near in good
        assert abs(near - n) == min(abs(member - n) for member in good)


def said(domain, name):
    """The members of the window that the words for a domain allow."""
    members = set(WINDOW)
    for phrase in domain.phrases():
        numbers = [int(n) for n in re.findall(r"\d+", phrase)]
        if "…" in phrase:  # A long set is cut; what it holds cannot be read.
            return {n for n in WINDOW if {name: n, "W": 1} in domain}
        if match := re.fullmatch(rf"{name} ≥ (\d+)", phrase):
            members = {n for n in members if n >= int(match[1])}
        elif match := re.fullmatch(rf"{name} mod (\d+) (= \d+|in {{.*}})", phrase):
            members = {n for n in members if n % numbers[0] in numbers[1:]}
        elif match := re.fullmatch(rf"{name} mod (\d+) (!= \d+|not in {{.*}})", phrase):
            members = {n for n in members if n % numbers[0] not in numbers[1:]}
        elif match := re.fullmatch(rf"(\d+ ≤ )?{name} ≤ (\d+)", phrase):
            members = {n for n in members if numbers[-1] >= n >= ([1, *numbers])[-2]}
        else:
            assert re.fullmatch(rf"{name} (= \d+|in {{.*}})", phrase), phrase
            members &= set(numbers)
    return members


@settings(max_examples=50)
@given(st.lists(st.tuples(st.integers(0, 3), st.integers(1, 12)), min_size=1, max_size=3), st.integers(1, 4))
def test_whole_values_leave_residues(terms, bound):
    """(a·k + b)/d … as widths: k is in the domain if and only if each is an integer of at least 1."""
    rows = [f"{a}*k + {place}" for place, (a, _) in enumerate(terms)]
    widths = [f"({row})/{d}" for row, (_, d) in zip(rows, terms, strict=True)]
    text = ",".join(f"conv1-{{{width}}}" for width in widths) + f",conv1-{{k - {bound - 1}}}"
    good = {
        k
        for k in WINDOW
        if k >= bound and all((a * k + i) % d == 0 and a * k + i >= d for i, (a, d) in enumerate(terms))
    }
    try:
        domain = symcnn.derive(text).domain
    except NotationError:
        assert not good
        return
    assert {k for k in WINDOW if {"k": k} in domain} == good == said(domain, "k")


@pytest.mark.parametrize(
    ("text", "phrases"),
    {
        "conv3-64": [],
        "pool,pool": ["H, W ≥ 4"],
        "pool2x3": ["H ≥ 2", "W ≥ 3"],
        "pixelunshuffle2": ["H mod 2 = 0", "W mod 2 = 0"],
        "pool2,pixelunshuffle2": ["H, W ≥ 4", "H mod 4 in {0, 1}", "W mod 4 in {0, 1}"],
        "pool5,[pool2,upsample2|identity]": [
            "H, W ≥ 10",
            "H mod 10 in {0, 1, 2, 3, 4}",
            "W mod 10 in {0, 1, 2, 3, 4}",
        ],
        "[pool2x1|pool3x1]": ["H = 3"],
        "[pool3x1s2x1|pool2x1]": ["H ≥ 3", "H mod 2 = 1"],
        "conv1-{k/2},conv1-{k/3}": ["k mod 6 = 0"],
        "conv1-{k/6},conv1-{k/3}": ["k mod 6 = 0"],
        "conv1-{k*m/2},conv1-{k*m/4}": ["4 divides k*m"],
        "conv1-{k*m/4},conv1-{k*m/2}": ["4 divides k*m"],
        "conv1-{α*8},conv1-{α*16},conv1-{α*4}": ["4*α integer"],
        "conv1-{k*m},conv1-{(k*k + k)/2}": [],
        "conv1-{k*m/99991}": ["99991 divides k*m"],
        "conv1-{64/k}": ["k divides 64"],
        "pool{k}": ["H, W ≥ k"],
        "conv1-{k - m}": ["k ≥ m + 1"],
        "[conv1-k+conv1-m]": ["k = m"],
        "[conv1-{k*k}+conv1-4]": ["k = 2"],
        "conv1-{min(k - 3, m)}": ["k ≥ 4"],
        "conv1-{min(k, m)},conv1-{min(k, m) + j}": [],
        "conv1-{5 - k}": ["k ≤ 4"],
        "conv1-{round_to(α*k, 8)}": [],
        "[pool2x1|pool3x1],[conv3x1s2x1-1|identity]": ["H = 3"],
        "[pool2x1,upsample2x1|identity],[pool2x1,upsample2x1|identity]": ["H mod 2 = 0"],
    }.items(),
)
def test_words(text, phrases):
    domain = symcnn.derive(text).domain
    assert domain.phrases() == phrases
    assert str(domain) == (" and ".join(phrases) or "every input")
    assert repr(domain) == f"<domain: {domain}>"


def test_long_sets_are_cut():
    domain = symcnn.derive("[pool16x1s16x1,upsample16x1|conv1x1p0-1]").domain
    assert str(domain) == "H mod 16 = 0"
    many = Residues(Origin(), "", "H", 40, frozenset(range(20)))
    assert str(many) == "H mod 40 in {0, 1, 2, 3, 4, 5, 6, 7, … (20 in all)}"
    assert str(Members(Origin(), "", "H", frozenset({3, 5}))) == "H in {3, 5}"


# --- What is never ---


@pytest.mark.parametrize(
    "text",
    [
        "conv3-{0 - k}",
        "conv3-{1/2}",
        "conv3-{k + 1/2}",
        "conv3-{-α}",
        "[conv3-k+conv3-{k + 1}]",
        "[conv3-{k + m}+conv3-{k}]",
        "[conv1-{2*k}+conv1-{2*m + 2*k + 1}]",
        "[pool2x1|pool3x1],conv1-1,pool2x1,pool2x1",
        "[pool2x1|pool3x1],[pool2x1|pad1x0]",
        "input(H=3), pool2, pool2",
        "[conv1-{2*k}+conv1-{2*k + 1}]",
        "[conv1-{2*k}+conv1-{4*(k//2) + 1}]",
    ],
)
def test_never(text):
    with pytest.raises(NotationError) as caught:
        symcnn.derive(text)
    assert caught.value.exit_code == 2
    assert caught.value.span is not None


# --- Points ---


def test_the_first_condition_that_fails_is_named():
    domain = symcnn.derive("conv3-8,pool3,pool").domain
    with pytest.raises(DomainError) as caught:
        domain.check({"C": 3, "H": 5, "W": 2})
    error = caught.value
    assert error.message == "the input is too small for pool3: a 5×2 map reaches it"
    assert (error.span, error.hint, error.exit_code) == (Span(8, 13), "smallest input: 6×6", 3)
    domain.check({"H": 6, "W": 6})


def test_residues_are_summed_up():
    domain = symcnn.derive("pixelunshuffle2,pixelunshuffle2").domain
    with pytest.raises(DomainError) as caught:
        domain.check({"H": 6, "W": 8})
    assert "H mod 4 = 0 does not hold" in str(caught.value)
    assert caught.value.hint == "nearest that works: H = 4"


@pytest.mark.parametrize(
    ("text", "point", "hint"),
    [
        ("conv1-{k - m}", {"k": 2, "m": 2}, "nearest that works: k = 3"),
        ("conv1-{64/k}", {"k": 65}, "nearest that works: k = 64"),
        ("conv1-{64/k}", {"k": 3000}, None),
        ("conv1-{α/2}", {"α": 3}, "nearest that works: α = 4"),
        ("pool{k}", {"k": 9, "H": 4, "W": 9}, "nearest that works: k = 4"),
        ("conv1-{k/2},conv1-{k*m/3}", {"k": 5, "m": 1}, "nearest that works: k = 6"),
        ("[conv1-{k + 3}+conv1-{2*k}]", {"k": 9}, "nearest that works: k = 3"),
        ("[conv1-{k + 3}+conv1-{2*k}]", {"k": 1}, "nearest that works: k = 3"),
    ],
)
def test_nearest_points(text, point, hint):
    domain = symcnn.derive(text).domain
    with pytest.raises(DomainError) as caught:
        domain.check(point)
    assert caught.value.hint == hint


def test_no_point_is_near_where_conditions_contradict():
    one, two = (Members(Origin(), "", "k", frozenset({n})) for n in (3, 5))
    assert Domain((one, two)).nearest({"k": 4}) is None


def test_a_part_of_the_values():
    domain = symcnn.derive("conv1-{k - m},conv1-{k/2},pool").domain
    left = domain.at({"m": 3, "H": 2})
    assert left.phrases() == ["W ≥ 2", "k mod 2 = 0", "k ≥ 4"]
    assert left.symbols == {"k", "W"}
    assert symcnn.derive("conv1-{k*m/4}").domain.at({"m": 6}).phrases() == ["2 divides k"]
    with pytest.raises(DomainError):
        domain.at({"k": 3})
    assert domain.at({"α": 3}) == domain


def test_domains_meet():
    small, even = symcnn.derive("pool3").domain, symcnn.derive("pixelunshuffle2").domain
    assert (small & even).phrases() == ["H, W ≥ 3", "H mod 2 = 0", "W mod 2 = 0"]
    assert small & small is small
    assert small & symcnn.derive("pool3").domain == small


def test_ranges():
    assert list(Range(5, 4, frozenset({1})).around(2)) == [5]
    assert list(Range(5, 4, frozenset({1})).around(10)) == [9, 13]
    assert list(Range(1, 1, frozenset({0}), frozenset({2, 9})).around(5)) == [2, 9]
    assert "5" not in Range()
    assert shortest(6, frozenset({0, 2, 4})) == (2, frozenset({0}))
    assert shortest(6, frozenset({0, 1})) == (6, frozenset({0, 1}))


def test_division_by_zero_is_outside_of_the_domain():
    for text, point in (("conv1-{64/(k - 1)}", {"k": 1}), ("conv1-{k//(64/(m - 1))}", {"k": 9, "m": 1})):
        domain = symcnn.derive(text).domain
        assert point not in domain
        with pytest.raises(DomainError):
            domain.check(point)


# --- Signs from forms ---

values = st.lists(
    st.tuples(st.integers(-4, 6), st.sampled_from([(1, 0), (0, 1), (2, 0), (1, 1), (0, 0), (-1, 0)])),
    min_size=1,
    max_size=3,
)


@given(values, st.integers(-5, 5), st.integers(1, 3))
def test_what_is_claimed_of_signs_is_true(terms, bound, lower):
    def at(k, m):
        return sum(c * Fraction(k) ** i * m**j for c, (i, j) in terms)

    k, m = symbol("k"), symbol("m")
    value = sum(c * power(k, i) * power(m, j) for c, (i, j) in terms)
    if surely_at_least(value, bound, {"k": lower, "m": 1}.get):
        assert min(at(x, y) for x in range(lower, 9) for y in range(1, 9)) >= bound
    if surely_positive(value):
        assert min(at(x, y) for x in range(1, 9) for y in range(1, 9)) > 0


def test_signs_that_are_not_seen():
    k, alpha = symbol("k"), symbol("α")
    assert not surely_at_least(alpha - 1, 0, lambda _: 1)
    assert surely_at_least(alpha + 1, 1, lambda _: 1)
    assert not surely_at_least(floor_div(k, 2), 1, lambda _: 1)
    assert not surely_at_least(power(k, 17) - k, 0, lambda _: 1)
    assert not surely_at_least(power(k, -1) - k, 0, lambda _: 1)
    assert surely_at_least(power(k, -1) + k, 0, lambda _: 1)
    assert not surely_positive(0)
    assert not surely_positive(floor_div(k, 2))


@given(st.tuples(*(st.integers(*ends) for ends in ((-9, 9), (1, 5), (-4, 4), (1, 4), (1, 3), (1, 3)))))
def test_floors_are_solved_for(numbers):
    """`value >= bound` exactly from the smallest input on, and where what replaces it is at least 0."""
    a, s, r, t, u, bound = numbers
    value = u * floor_div(floor_div(symbol("n") + a, s) + r, t)
    replaced = without_floor(value, bound)
    name, least = smallest_input(replaced)
    assert name == "n"
    for n in range(-80, 81):
        holds = u * (((n + a) // s + r) // t) >= bound
        assert holds == (n >= least) == (substitute(replaced, {"n": n}) >= 0)


def test_what_has_no_smallest_input():
    n, m = symbol("n"), symbol("m")
    for value in (n * m, n + m, 0 - n, power(n, 2), symbol("α"), floor_div(n, 2) * m, 7):
        assert smallest_input(value) is None


# --- Costs of looking ---


def test_long_scans_are_refused():
    with pytest.raises(LimitError, match="takes more than 1,000,000 steps"):
        symcnn.derive("[conv1s1000003-1|conv1s1000003p1-1]")


def test_a_domain_reads_the_same_in_every_process():
    code = "import symcnn; print(symcnn.derive('conv1-{k-m},conv1-{a-b},conv1-{2*c-d},conv1-{α*k/m}').domain)"
    runs = [
        subprocess.run(
            [sys.executable, "-c", code],
            env={"PYTHONHASHSEED": seed, "PYTHONPATH": ":".join(sys.path)},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed in ("0", "1", "2")
    ]
    assert runs[0] == runs[1] == runs[2] != ""


def test_a_floor_of_what_may_be_negative_may_be_negative():
    domain = symcnn.derive("conv3-{floor((k-9)/2)+floor((m-9)/2)+1}").domain
    for k in range(1, 14):
        for m in (1, 6, 8, 9, 11):
            point = {"C": 3, "H": 8, "W": 8, "k": k, "m": m}
            assert (point in domain) == ((k - 9) // 2 + (m - 9) // 2 + 1 >= 1)
