"""Budgets of networks: facts that are published or calculated by hand, and what trying every value finds."""

from decimal import Decimal
from fractions import Fraction
from itertools import islice

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import symcnn
from symcnn.algebra.intervals import Interval
from symcnn.budgets import amount
from symcnn.errors import ArgumentError, DomainError, LimitError, UnsupportedError
from symcnn.solving import Constraint, evaluated, solve, solve_box

RISING_AND_FALLING = "conv3-64,(conv3-64,pool)xn,fc1000"


def params(text, **bound):
    return symcnn.derive(text, symbols=bound).params


@pytest.mark.parametrize(
    ("text", "unknown", "budget", "values", "words"),
    [
        # 138,357,544 is VGG-16's published count; its maps are 7 rows for 224 to 255 rows of input.
        ("vgg16", "H", {"equals": 138_357_544}, {"W": "H", "C": 3}, "224 ≤ H ≤ 255"),
        ("vgg16", "n", {"equals": 138_357_544}, {"H": "n", "W": "n", "C": 3}, "224 ≤ n ≤ 255"),
        ("vgg16", "m", {"equals": 138_357_544}, {"H": "32*m", "W": "32*m", "C": 3}, "m = 7"),
        # CIFAR ResNet-(6n+2): 97216·n − 21926, as 853,018 at n = 9.
        ("cifar_resnet_a", "n", {"at_most": 853_018}, {"C": 3, "H": 32, "W": 32}, "n ≤ 9"),
        ("cifar_resnet_a", "n", {"at_most": 853_017}, {"C": 3, "H": 32, "W": 32}, "n ≤ 8"),
        ("cifar_resnet_a", "n", {"equals": 853_018}, {"C": 3, "H": 32, "W": 32}, "n = 9"),
        ("cifar_resnet_a", "n", {"equals": 853_019}, {"C": 3, "H": 32, "W": 32}, "no n"),
        # Three convolutions of 64 channels: parameters do not depend on the height.
        ("conv3-64", "H", {"at_most": 1792}, {"C": 3}, "every H"),
        ("conv3-64", "H", {"at_most": 1791}, {"C": 3}, "no H"),
        # The last map halves as the network grows, down to one pixel at 7 passes of 224 rows.
        (RISING_AND_FALLING, "n", {"at_most": 802_855_720}, {"H": 224, "W": 224, "C": 3}, "n ≤ 7"),
        (RISING_AND_FALLING, "n", {"at_most": 802_855_719}, {"H": 224, "W": 224, "C": 3}, "2 ≤ n ≤ 7"),
        (RISING_AND_FALLING, "n", {"at_most": 325_288}, {"H": 224, "W": 224, "C": 3}, "n = 7"),
        # MobileNet 1.0 has 4,231,976 parameters without rounding: 3139584·α² + 1091392·α + 1000.
        ("mobilenet_v1_alpha", "alpha", {"at_most": 4_231_976}, {"C": 3}, "α = j/32, 1/32 ≤ α ≤ 1"),
        ("mobilenet_v1_alpha", "α", {"at_least": 4_231_976}, {"C": 3}, "α = j/32, α ≥ 1"),
        # At k = 1 there is no projection: 448 + 9·16·16 + 16, and not 448 + 10·16·16 + 32.
        ("conv3-16,[+conv3-{16*k}]:proj", "k", {"equals": 448 + 144 * 16 + 16}, {"C": 3}, "k = 1"),
        ("conv{k}p0-64", "k", {"at_most": 10**9}, {"C": 1, "H": 4, "W": 4}, "k ≤ 4"),
        ("conv3-{k/2}", "k", {"at_most": 280}, {"C": 3}, "k mod 2 = 0, 2 ≤ k ≤ 20"),
        ("conv3-{k/2}", "k", {"at_least": 280}, {"C": 3}, "k mod 2 = 0, k ≥ 20"),
        ("conv3-{k/2}", "k", {"at_least": 1}, {"C": 3}, "k mod 2 = 0"),
        ("conv3-{(k+1)/2}", "k", {"at_most": 280}, {"C": 3}, "k mod 2 = 1, k ≤ 19"),
        ("conv3-{(k+1)/2}", "k", {"at_least": 1}, {"C": 3}, "k mod 2 = 1"),
    ],
)
def test_facts(text, unknown, budget, values, words):
    assert str(params(text).solve(unknown, **budget, **values)) == words


def test_macs_of_a_valid_convolution_rise_and_fall_with_its_size():
    # k²·(9 − k)² is 64, 196, 324, 400, 400, 324, 196, 64 and 0 at k = 9, where nothing is left.
    macs = symcnn.derive("conv{k}p0-1").macs
    squares = {k: k * k * (9 - k) ** 2 for k in range(1, 9)}
    solution = macs.solve("k", at_least=324, H=8, W=8, C=1)
    assert list(solution) == [k for k, value in squares.items() if value >= 324] == [3, 4, 5, 6]
    assert str(macs.solve("k", at_most=196, H=8, W=8, C=1)) == "k ≤ 2 or 7 ≤ k ≤ 8"


def test_budgets_of_several_quantities_at_once():
    report = symcnn.derive("cifar_resnet_a")
    values = {"C": 3, "H": 32, "W": 32}
    both = [Constraint(report.params, "<", "1.7M"), Constraint(report.macs, "<=", "100M")]
    solution = solve(both, "n", values)
    brute = [
        n
        for n in range(1, 60)
        if report.params(n=n, **values) < 1_700_000 and report.macs(n=n, **values) <= 10**8
    ]
    assert list(solution) == brute
    assert solution.largest == brute[-1]


@pytest.mark.parametrize("relation", ["<=", "<", ">=", ">", "=", "==", "≤", "≥"])
def test_every_relation(relation):
    compare = {"<": lambda a, b: a < b, ">": lambda a, b: a > b, "=": lambda a, b: a == b}
    formula = params("conv3-k:nobias")
    solution = solve([Constraint(formula, relation, 270)], "k", {"C": 3})
    for k in range(1, 30):
        known = {"≤": "<=", "≥": ">=", "==": "="}.get(relation, relation)
        wanted = any(compare[sign](27 * k, 270) for sign in known)
        assert (k in solution) == wanted


NETWORKS = [
    ("conv3-64x2,pool,conv3-128,pool,fc10", "H", {"W": 20, "C": 3}),
    ("conv3-8,pool,conv3-16,pool3s2:ceil,fc10", "W", {"H": "W", "C": 1}),
    (RISING_AND_FALLING, "n", {"H": 100, "W": 60, "C": 3}),
    ("(conv3s2-16)xn,fc10", "n", {"H": 40, "W": 20, "C": 3}),
    ("conv3-k,(conv3-k)xn,gap,fc10", "n", {"k": 7, "C": 3, "H": 9, "W": 9}),
    ("conv3-k,(conv3-k)xn,gap,fc10", "k", {"n": 3, "C": 3, "H": 9, "W": 9}),
    ("use conv:nobias; B=conv3-{2*cin}; conv3-4,B xn,gap,fc10", "n", {"C": 3, "H": 9, "W": 9}),
    ("conv{k}p0-8,conv{k}p0-8,fc2", "k", {"H": 30, "W": 21, "C": 3}),
    ("conv3s{s}-8,fc10", "s", {"H": 50, "W": 31, "C": 3}),
    ("conv3-{min(8*k, 64)},fc10", "k", {"H": 5, "W": 5, "C": 3}),
    ("[conv3s2-8 | pool],conv3-8", "H", {"W": 16, "C": 3}),
    (
        "use conv:bn; b(c,s=1)=[+conv3s{s}-c,conv3-c]:proj; conv3-16,b(16*k)xn,gap,fc10",
        "k",
        {"n": 2, "C": 3, "H": 8, "W": 8},
    ),
]


@given(st.sampled_from(NETWORKS), st.sampled_from(["params", "macs", "activations", "memory"]), st.data())
def test_what_is_solved_for_is_what_trying_every_value_finds(case, quantity, data):
    text, unknown, values = case
    formula = symcnn.derive(text).total(quantity)
    tries = {n: tried(formula, unknown, n, values) for n in range(1, 48)}
    known = [v for v in tries.values() if v is not None]
    bound = data.draw(st.sampled_from(known)) + data.draw(st.integers(-1, 1))
    relation = data.draw(st.sampled_from(["<=", "<", ">=", ">", "="]))
    solution = solve([Constraint(formula, relation, bound)], unknown, values)
    holds = {"<=": int.__le__, "<": int.__lt__, ">=": int.__ge__, ">": int.__gt__, "=": int.__eq__}[relation]
    ends = [e for part in solution.intervals for e in (part.first, part.last) if e is not None]
    for n in {*tries, *(e + d for e in ends for d in range(-2, 3) if e + d >= 1)}:
        value = tried(formula, unknown, n, values)
        assert (n in solution) == (value is not None and holds(value, bound)), n


def tried(formula, unknown, n, values):
    point = {name: n if isinstance(value, str) else value for name, value in values.items()}
    try:
        return formula(**point, **{unknown: n})
    except DomainError:
        return None


@settings(max_examples=20)
@given(st.integers(0, 4_000_000), st.integers(0, 10**8), st.booleans())
def test_boxes_hold_exactly_the_points_that_keep_the_budgets(most, macs, turned):
    report = symcnn.derive("cifar_wide_resnet")
    values = {"C": 3, "H": 32, "W": 32}
    constraints = [Constraint(report.params, "<=", most), Constraint(report.macs, "<=", macs)]
    sides = {"n": (1, 6), "k": (1, 9)}
    names = ("k", "n") if turned else ("n", "k")
    solution = solve_box(constraints, {name: sides[name] for name in names}, values)
    brute = set()
    for n in range(2, 7):
        for k in range(1, 10):
            if report.params(n=n, k=k, **values) <= most and report.macs(n=n, k=k, **values) <= macs:
                brute.add((k, n) if turned else (n, k))
    assert set(solution) == set(solution.points) == brute
    assert len(solution) == len(brute)
    assert bool(solution) == bool(brute)
    front = {p for p in brute if not any(q != p and q[0] >= p[0] and q[1] >= p[1] for q in brute)}
    assert set(solution.front) == front
    assert all(point in solution for point in brute)
    assert (99, 1) not in solution
    assert "n" not in solution


def test_a_box_in_words():
    formula = params("conv3-k,(conv3-k)xn")
    box = {"n": (1, 3), "k": (1, 4)}
    solution = solve_box([Constraint(formula, "<=", 200)], box, {"C": 1})
    # 10·k + n·(9·k² + k): 188 at (1, 4), 198 at (2, 3), 134 at (3, 2); 336 at (2, 4), 282 at (3, 3).
    assert str(solution) == "9 of 1 ≤ n ≤ 3 and 1 ≤ k ≤ 4; the largest (n, k): (3, 2), (2, 3), (1, 4)"
    assert (
        str(solve_box([Constraint(formula, "<", 1)], box, {"C": 1})) == "no (n, k) of 1 ≤ n ≤ 3 and 1 ≤ k ≤ 4"
    )
    assert repr(solution) == f"<solution: {solution}>"
    assert not solve_box([Constraint(formula, "<=", 200)], {"n": (3, 1), "k": (1, 4)}, {"C": 1})
    assert not solve_box([Constraint(formula, "<=", 200)], {"n": (1, 3), "k": (4, 1)}, {"C": 1})


@pytest.mark.parametrize(
    ("box", "kind", "message"),
    [
        ({"n": (1, 3)}, ArgumentError, "two integer symbols"),
        ({"n": (1, 3), "alpha": (1, 2)}, ArgumentError, "two integer symbols"),
        ({"n": (1, 2_000), "k": (1, 1_000)}, LimitError, "1,000,000 points"),
    ],
)
def test_boxes_that_are_refused(box, kind, message):
    with pytest.raises(kind, match=message):
        solve_box([Constraint(params("conv3-k,(conv3-k)xn"), "<=", 200)], box, {"C": 1})


@pytest.mark.parametrize(
    ("unknown", "budget", "values", "message"),
    [
        ("k", {}, {"C": 3}, "no budget"),
        ("k", {"at_most": 1.5}, {"C": 3}, "no exact amount"),
        ("k", {"at_most": True}, {"C": 3}, "no exact amount"),
        ("k", {"at_most": "many"}, {"C": 3}, "no exact amount"),
        ("k", {"at_most": "1" * 2000}, {"C": 3}, "no exact amount"),
        ("k", {"at_most": 5}, {}, "params needs a value for C"),
        ("k", {"at_most": 5}, {"C": 3, "k": 4}, "k is sought"),
        ("k", {"at_most": 5}, {"C": 3, "q": 4}, "there is no symbol q here"),
        ("q", {"at_most": 5}, {"C": 3, "k": 4}, "there is no symbol q here"),
        ("k", {"at_most": 5}, {"C": "m"}, "no value is given for m"),
        ("k", {"at_most": 5}, {"C": 2.5}, "C needs an exact number"),
        ("k", {"at_most": 5}, {"C": "5/2"}, "C is an integer"),
        ("k", {"at_most": 5, "upto": 0}, {"C": 3}, "k is positive"),
    ],
)
def test_what_is_refused(unknown, budget, values, message):
    with pytest.raises(ArgumentError, match=message):
        params("conv3-k").solve(unknown, **budget, **values)


def test_names_and_relations_that_are_refused():
    with pytest.raises(ArgumentError, match="given twice"):
        solve([Constraint(params("conv3-{8*α}"), "<=", 500)], "C", {"α": 1, "alpha": 1})
    with pytest.raises(ArgumentError, match="no relation"):
        solve([Constraint(params("conv3-k"), "!=", 500)], "k", {"C": 1})
    with pytest.raises(ArgumentError, match="needs a value for C"):
        evaluated(params("conv3-k"), {"k": 3}, {})


def test_a_value_of_another_symbol_changes_nothing_that_is_pinned():
    pinned = params("input(C=3,H=8),conv3-k")
    assert str(pinned.solve("k", at_most=280, W=9)) == "k ≤ 10"


def test_symbols_with_a_value_keep_it():
    pinned = params("input(C=3),conv3-k")
    assert str(pinned.solve("k", at_most=280, C=3)) == "k ≤ 10"
    for unknown, values in (("k", {"C": 4}), ("C", {"k": 4})):
        with pytest.raises(ArgumentError, match="C is 3 here"):
            pinned.solve(unknown, at_most=280, **values)
    # The input has as many channels as the unknown says.
    tied = params("input(C=k),conv3-8")
    assert str(tied.solve("k", at_most=10**6, C=5)) == "k = 5"
    with pytest.raises(ArgumentError, match="C is k here"):
        tied.solve("C", at_most=280, k=4)


def test_expressions_are_integers_and_positive():
    formula = params("conv3-k")
    assert str(formula.solve("m", at_most=280, C=3, k="m/2")) == "m mod 2 = 0, 2 ≤ m ≤ 20"
    assert str(formula.solve("m", at_most=280, C=3, k="m - 4")) == "5 ≤ m ≤ 14"
    assert str(formula.solve("m", at_most=280, C="m", k="12 // m")) == "m ≤ 12"
    assert str(params("conv3-{8*α}").solve("m", at_most=448, C=3, α="m - 1")) == "2 ≤ m ≤ 3"
    assert str(params("conv3-{8*α}").solve("m", at_most=448, C=3, α="m/8")) == "m ≤ 16"


def test_residues_and_members_of_merges():
    unet = symcnn.derive("conv3-8@a,pool,conv3-8,[upsample2|@a],conv3-8")
    inside = [h for h in range(2, 200, 2) if unet.macs(H=h, W=4, C=1) <= 10**5]
    words = f"H mod 2 = 0, {inside[0]} ≤ H ≤ {inside[-1]}"
    assert str(unet.macs.solve("H", at_most=10**5, W=4, C=1)) == words
    # ⌊N/2⌋ = ⌊N/3⌋ for N = 3 only, beside N = 1, which leaves nothing.
    merged = symcnn.derive("[pool2s2 | pool3s3]")
    assert str(merged.activations.solve("H", at_least=1, W=3, C=1)) == "H = 3"


def test_a_solution_is_a_set_in_order():
    solution = params("conv3-{k/2}").solve("k", at_least=280, C=3)
    assert solution
    assert not solution.is_bounded
    assert (solution.smallest, solution.largest) == (20, None)
    assert list(islice(solution, 3)) == [20, 22, 24]
    assert 22 in solution
    assert not any(x in solution for x in (21, 18, Fraction(41, 2), "20", True, 2.0))
    assert repr(solution) == "<solution: k mod 2 = 0, k ≥ 20>"
    empty = params("conv3-k").solve("k", at_most=1, C=3)
    assert not empty
    assert (empty.smallest, empty.largest, list(empty), empty.is_bounded) == (None, None, [], True)


def test_upto_is_stated():
    solution = params("conv3-k").solve("k", at_least=280, C=3, upto=50)
    assert str(solution) == "10 ≤ k ≤ 50 (of k ≤ 50)"
    assert str(params("conv3-k").solve("k", at_least=10**9, C=3, upto=50)) == "no k (of k ≤ 50)"


def test_many_pieces_are_shortened():
    found = solved_words([(2 * n, 2 * n) for n in range(1, 40, 3)])
    assert found.endswith("… (13 in all)}")


def solved_words(points):
    from symcnn.algebra.solution import Solution

    return str(Solution("n", tuple(Interval(*p) for p in points)))


@pytest.mark.parametrize(
    ("given", "number"),
    [
        (5, 5),
        (Fraction(3, 2), Fraction(3, 2)),
        (Fraction(4, 2), 2),
        ("1.7M", 1_700_000),
        ("300k", 300_000),
        ("0.5", Fraction(1, 2)),
        ("3,000_000", 3_000_000),
        (" 2 G ", 2 * 10**9),
        ("2b", 2 * 10**9),
        ("1T", 10**12),
    ],
)
def test_amounts(given, number):
    assert amount(given) == number


@pytest.mark.parametrize("given", ["", "-5", "1e6", "1.7MM", ".", None, Decimal("1.5"), 2.0])
def test_no_amounts(given):
    with pytest.raises(ArgumentError):
        amount(given)


RATIONAL = [
    "conv3-{round_to(32*α, 8)},conv3-{round_to(20*α, 8)},fc10",
    "conv3-{floor(10*α) + 1},fc{ceil(3*α)}",
    "conv3-{max(floor(10*α), 3)},fc10",
    "conv3-{32*α},conv1-{round_to(24*α, 8)}",
    "conv3-{6*α/5},conv1-{2*α}",
    "conv3-{4*α*α},fc3",
    "[+conv3-{round_to(3*α, 4)}]:proj,fc10",
    "conv3-{round_to(min(32*α, 50), 8)},fc10",
    "conv3-{floor((round_to(32*α, 8) + 1)/3)},fc10",
]


@pytest.mark.parametrize("text", RATIONAL)
@given(data=st.data())
@settings(max_examples=15)
def test_rational_unknowns(text, data):
    formula = params(text)
    values = {"C": 4, "H": 2, "W": 2}
    points = sorted({Fraction(p, q) for q in (1, 2, 3, 5, 7, 8, 9, 16, 18, 32, 96) for p in range(1, 3 * q)})
    tries = {x: tried(formula, "α", x, values) for x in points}
    bound = data.draw(st.sampled_from([v for v in tries.values() if v is not None])) + data.draw(
        st.integers(-1, 1)
    )
    solution = solve([Constraint(formula, "<=", bound)], "α", values)
    ends = {e for part in solution.intervals for e in (part.first, part.last) if e is not None}
    near = {e + Fraction(d, 10**6) for e in ends for d in (-1, 0, 1)}
    for x in {*points, *(x for x in near if x > 0)}:
        value = tried(formula, "α", x, values)
        assert (x in solution) == (value is not None and value <= bound), x


def test_rational_solutions_in_words():
    rounded = params("conv3-{round_to(32*α, 8)}:nobias")
    # 32·α is rounded to at most 16 below 20, and up to 160/9, where 16 is 10 % below it.
    below = rounded.solve("α", at_most=27 * 16, C=3)
    assert str(below) == "α ≤ 5/9"
    assert (below.smallest, below.largest) == (None, Fraction(5, 9))
    above = rounded.solve("α", at_least=27 * 17, C=3)
    assert str(above) == "α > 5/9"
    assert (above.smallest, above.largest) == (None, None)
    between = rounded.solve("α", equals=27 * 40, C=3)
    assert str(between) == "10/9 < α < 11/8"
    assert (between.smallest, between.largest) == (None, None)
    assert str(rounded.solve("α", at_least=1, C=3)) == "every α"
    assert str(rounded.solve("α", at_least=1, C=3, upto="1/3")) == "α ≤ 1/3 (of α ≤ 1/3)"
    with pytest.raises(UnsupportedError, match="all rationals"):
        iter(between)
    lattice = params("conv3-{8*α}:nobias")
    assert list(lattice.solve("α", at_most=27 * 3, C=3)) == [Fraction(1, 8), Fraction(1, 4), Fraction(3, 8)]
    assert str(lattice.solve("α", at_least=1, C=3)) == "α = j/8"
    assert str(lattice.solve("α", at_least=1, C=3, upto="1/9")) == "no α (of α ≤ 1/9)"
    assert str(params("conv3-{2*α/3}").solve("α", at_least=1, C=3)) == "α = 3*j/2"
    assert str(params("conv3-{2*α + 1/3}").solve("α", at_least=1, C=3)) == "α = 1/3 + j/2"


@pytest.mark.parametrize(
    "width", ["floor(α*α)", "round_to(α, 8*α)", "floor(α/floor(2*α + 1))", "floor(α*floor(2*α))"]
)
def test_rational_bounds_that_may_be_no_fractions_are_refused(width):
    with pytest.raises(UnsupportedError, match="no fractions"):
        params(f"conv3-{{{width}}}").solve("α", at_most=500, C=3)
