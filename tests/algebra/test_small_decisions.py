"""Small decisions of the algebra and the layers, each where it changes an answer."""

from fractions import Fraction
from importlib import import_module
from pkgutil import walk_packages

import pytest

import symcnn
from symcnn.algebra.arithmetic import divide, floor_div, least, power
from symcnn.algebra.atoms import Floor, symbol, symbols_of
from symcnn.algebra.claims import Sign
from symcnn.algebra.conditions import Bound, Comparison, Members, Origin, Residues, Whole, number_at
from symcnn.algebra.domain import Domain
from symcnn.algebra.equality import vanishes
from symcnn.algebra.implications import implies
from symcnn.algebra.intervals import MAX_POINTS, Interval
from symcnn.algebra.lowest import _way_of
from symcnn.algebra.passes import Passes
from symcnn.algebra.polynomials import is_whole
from symcnn.algebra.powers import divides
from symcnn.algebra.printing import latex, text
from symcnn.algebra.residues import Class, classes
from symcnn.algebra.signs import lower_bound, period, without_floor
from symcnn.algebra.solution import Solution
from symcnn.algebra.sums import direction, index_name, sum_over
from symcnn.analyses.memory import _without_exceeded, without_floors
from symcnn.errors import ArgumentError, DomainError, LimitError, UnsupportedError
from symcnn.layers import Pair, dense, windows
from symcnn.layers.base import whole
from symcnn.layers.merges import MERGES
from symcnn.solving import Constraint, solve_box

H, k, m, n = (symbol(name) for name in "Hkmn")
SIZE = {"H": 4, "W": 4, "C": 3}


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("[conv1-{k*k}+conv1-{3*k}]", "k = 3"),  # next to the bound up to which roots are sought
        ("[conv1-{k*k}+conv1-{9*k-20}]", "k in {4, 5}"),
        ("[conv1-{k*k}+conv1-{100000*k}]", "k**2 = 100000*k"),  # too far to be sought
    ],
)
def test_all_roots_are_found(text, words):
    assert str(symcnn.derive(text).domain) == words


@pytest.mark.parametrize("text", ["[+ conv3-{C+1}]:proj", "conv3-{2*C+1}, [+ conv3-C]:proj"])
def test_what_always_differs_has_no_bracket(text):
    assert "[" not in str(symcnn.derive(text).params)


def test_the_simpler_form_of_the_channels_goes_on():
    for sum_of in ("[conv1-{m*m+m} + conv1-k]", "[conv1-k + conv1-{m*m+m}]"):
        assert str(symcnn.derive(sum_of).output[0]) == "k"


@pytest.mark.parametrize(("height", "nearest"), [(97, 96), (103, 96), (110, 112), (104, 96)])
def test_the_nearest_input_is_the_nearest(height, nearest):
    with pytest.raises(DomainError, match=f"nearest that works: H = {nearest}"):
        symcnn.derive("unet").params(H=height, W=96, C=3)


def test_the_nearest_point_mends_what_fails():
    formula = symcnn.derive("conv1-{k-m}, conv1-{j-i}").params
    with pytest.raises(DomainError, match="nearest that works: i = 1"):
        formula(k=5, m=1, j=2, i=2, C=1)


@pytest.mark.parametrize("size", ["1x5", "5x1"])
def test_a_classifier_reads_both_axes(size):
    assert str(symcnn.derive(f"adapool{size}, fc3").params) == "15*C + 3"


@pytest.mark.parametrize("word", ["bn", "in", "ln", "scale", "lrn", "relu", "drop", "prelu"])
def test_what_writes_over_its_input_takes_no_memory(word):
    alone = symcnn.derive("conv3-8")
    assert symcnn.derive(f"conv3-8, {word}").memory.diff_with(alone.memory).is_zero


@pytest.mark.parametrize(("value", "hint"), [("1e5", "without an exponent"), ("big", None), ("1/0", None)])
def test_a_number_with_an_exponent_is_to_be_written_out(value, hint):
    with pytest.raises(ArgumentError) as caught:
        symcnn.derive("conv3-8").params(C=value)
    assert (hint is None) == (caught.value.hint is None)
    assert hint is None or hint in caught.value.hint


def at_least(left, right):
    return Comparison(Origin(), "", left, "≥", right)


@pytest.mark.parametrize(
    ("one", "two", "follows"),
    [
        (at_least(H, k), at_least(2 * H, k), True),
        (at_least(H, k), at_least(2 * H, 2 * k), True),
        (at_least(H, k), at_least(H, k + 1), False),
        (at_least(H, 2 * k), at_least(m, k), False),
        (at_least(H, k), at_least(m, 0 * k + 2), False),
    ],
)
def test_inequalities_that_follow_from_others(one, two, follows):
    assert implies(one, two, lambda _: 1) is follows


def test_defaults_are_those_of_the_notation():
    assert windows.Conv(out_channels=8, kernel_size=Pair(3, 3)).bias
    assert dense.FullyConnected(out_features=8).bias
    assert symcnn.derive("conv3-32, gn").graph.nodes[1].layer.label() == "gn"
    assert str(symcnn.derive("gn").domain) == "C mod 32 = 0"


@pytest.mark.parametrize("n_", [1, 2, 3, 4])
def test_fields_of_strides_by_symbols(n_):
    """Each pass sees s times as far: 1 + 2·(1 + s + … + s**(n - 1)) positions."""
    formula = symcnn.derive("(conv3s{s}-8)xn").receptive_field.height
    for s in (1, 2, 3):
        assert formula(s=s, n=n_, H=500, W=500, C=1) == 1 + 2 * sum(s**i for i in range(n_))


MODULES = [module.name for module in walk_packages(symcnn.__path__, "symcnn.")]


@pytest.mark.parametrize(
    "name", [n for n in MODULES if not n.startswith(("symcnn.frameworks", "symcnn.__main__"))]
)
def test_what_a_module_offers_is_there(name):
    module = import_module(name)
    assert all(hasattr(module, offered) for offered in getattr(module, "__all__", ()))


@pytest.mark.parametrize(
    ("ask", "message", "hint"),
    [
        (lambda: whole(divide(7, 2)), "7/2 is no integer", None),
        (lambda: whole(k), "k is no integer", None),
        (
            lambda: symcnn.derive("conv3-{floor(8/α)}").params.solve("α", at_most=500, C=3),
            "the bounds of α may be no fractions, because of floor(8/α)",
            "a rational symbol is solved for where all it makes is rounded, or is an integer",
        ),
        (
            lambda: list(symcnn.derive("conv3-{round_to(32*α,8)}").params.solve("α", at_most=5_000, C=3)),
            "the values of α are all rationals of an interval",
            "ask for solution.intervals",
        ),
        (
            lambda: symcnn.derive("conv3-{C//2}").params.elasticity("C", C=6),
            "this is no polynomial in C: it has floor(C/2)",
            None,
        ),
        (
            lambda: symcnn.derive("pad{k/2}").params(k=3),
            "the padding is an integer: k mod 2 = 0 does not hold",
            None,
        ),
    ],
)
def test_refusals_say_what_is_meant(ask, message, hint):
    with pytest.raises(symcnn.SymcnnError) as caught:
        ask()
    assert caught.value.message == message
    assert hint is None or caught.value.hint == hint


def test_only_members_that_are_allowed_are_classes():
    origin = Origin()
    domain = Domain(
        (Members(origin, "", "k", frozenset((2, 3, 4))), Residues(origin, "", "k", 2, frozenset((0,))))
    )
    assert classes(k, domain) == {"k": [Class(2), Class(4)]}


def test_a_power_may_be_a_fraction_where_its_exponent_may_be_negative():
    assert is_whole(power(2, n + m))
    assert not is_whole(power(2, n + least([n - 5, m])))
    assert not is_whole(power(2, n - m))


def test_floors_are_merged_only_over_integers():
    half = divide(k, 2)
    assert text(floor_div(floor_div(H, 2) + half, 3)) == text(floor_div(half + floor_div(H, 2), 3))
    for height in range(1, 14):
        for width in range(1, 14):
            form = floor_div(floor_div(H, 2) + half, 3)
            exact = (Fraction(height // 2) + Fraction(width, 2)) // 3
            assert number_at(form, {"H": height, "k": width}) == exact


def test_what_stands_below_a_fraction_is_in_parentheses():
    assert text(divide(H, power(2, n))) == "H/2**n"
    assert text(divide(H, power(2, n) * k)) in ("H/(2**n*k)", "H/(k*2**n)")
    assert latex(symbol("Ω")) == r"\Omega"
    assert latex(symbol("ω")) == r"\omega"


def test_bounds_without_floors():
    value = 3 * floor_div(H, 2) + 2 * k + 1
    assert without_floors(value, upper=True) == divide(3 * H, 2) + 2 * k + 1
    assert without_floors(value, upper=False) == 2 * k + 1


def test_what_grows_with_the_index():
    (floor_atom,) = floor_div(H, k).atoms()
    (grows,) = power(k, n).atoms()
    assert isinstance(floor_atom, Floor)
    assert (_way_of("n", floor_atom), _way_of("n", grows)) == (0, 1)
    assert (_way_of("k", grows), symbols_of(power(k, n))) == (0, {"k", "n"})


def test_a_difference_that_no_class_decides_is_looked_for_at_points():
    verdict = vanishes(power(k, n) - power(k, m), Domain())
    assert verdict.zero is False
    assert verdict.point in ({"k": 2, "m": 1, "n": 2}, {"k": 2, "m": 2, "n": 1})


@pytest.mark.parametrize(
    ("stronger", "weaker", "follows"),
    [
        (at_least(H, power(2, n)), at_least(H, power(2, n - 1)), True),
        (at_least(H, power(2, n - 1)), at_least(H, power(2, n)), False),
        (at_least(H, 0 * k - power(2, n)), at_least(H, power(2, n - 1)), False),
        (at_least(H, power(2, n)), at_least(H, 3 * power(2, n - 2)), True),
        (at_least(H, power(2, n)), at_least(H, 3 * power(2, n - 1)), False),
    ],
)
def test_larger_powers_imply_smaller_ones(stronger, weaker, follows):
    assert implies(stronger, weaker, lambda _: 3) is follows


def test_pairs_of_a_solution_are_looked_up_in_every_interval():
    formula = symcnn.derive("conv3-{k}, (conv3-{k})xn").macs
    least_one = Constraint(formula, ">=", 3_000)
    pairs = solve_box([Constraint(formula, "<=", 9_000), least_one], {"k": (1, 12), "n": (1, 9)}, SIZE)
    for one in range(1, 13):
        for two in range(1, 10):
            assert ((one, two) in pairs) == (3_000 <= formula(k=one, n=two, **SIZE) <= 9_000)


CAPITALS = {"Γ": "Gamma", "Δ": "Delta", "Θ": "Theta", "Λ": "Lambda", "Ξ": "Xi", "Π": "Pi", "Σ": "Sigma"}
CAPITALS |= {"Υ": "Upsilon", "Φ": "Phi", "Ψ": "Psi", "Ω": "Omega"}


@pytest.mark.parametrize("letter", CAPITALS)
def test_capitals_have_their_names_in_latex(letter):
    assert latex(symbol(letter)) == f"\\{CAPITALS[letter]}"


def test_what_a_lattice_requires_is_said():
    with pytest.raises(DomainError) as caught:
        symcnn.derive("conv3-4, pool").params.on(H="h/2")(h=3, W=4, C=1)
    assert caught.value.message == "H = h/2 is an integer: h mod 2 = 0 does not hold"


def test_a_floor_over_a_fraction_stays_apart():
    """⌊⌊3/2⌋/(1/2)⌋ is 2, and not ⌊3/(2·1/2)⌋."""
    assert number_at(floor_div(floor_div(H, 2), symbol("α")), {"H": 3, "α": Fraction(1, 2)}) == 2


def test_a_product_with_a_floor_is_no_floor():
    half = floor_div(symbol("first"), 2)
    for other in (symbol("H"), symbol("second")):  # whichever of them was met first
        assert without_floor(other * half, 1) == other * half - 1


def test_equal_along_the_diagonal_is_not_equal():
    verdict = vanishes(power(k, n) - power(n, k), Domain())
    assert (verdict.zero, verdict.point) == (False, {"k": 1, "n": 2})


def test_a_product_of_which_a_factor_may_be_negative_is_no_natural_exponent():
    assert not is_whole(power(2, n * least([n - 5, m])))


def test_members_are_narrowed_by_later_merges():
    text_ = "conv1-1@a, [pool3x1 | pool4x1], [identity | @a, pool5x1]"
    domain = symcnn.derive(text_).domain
    assert str(domain) == "H = 5"
    kept = [n_ for n_ in range(1, 60) if n_ // 3 == n_ // 4 == n_ // 5 >= 1]
    assert [n_ for n_ in range(1, 60) if {"H": n_, "W": 1, "C": 1} in domain] == kept


def test_a_number_over_a_symbol_may_be_nothing():
    assert lower_bound(floor_div(5, k), lambda _: 1) == 0


def test_powers_of_a_rational_may_fall():
    index = index_name(0)
    assert direction(index, power(symbol("α"), symbol(index))) == 0
    assert direction(index, power(k, symbol(index))) == 1


def test_a_number_is_said_beside_a_symbol_that_may_be_less():
    assert str(symcnn.derive("[* pool{2*k}, gap], pool4").domain) == "H, W ≥ 4 and H, W ≥ 2*k"


def test_nothing_follows_from_two_falling_powers():
    assert not implies(at_least(H, 0), at_least(H, power(2, n) + power(2, 2 * n)), lambda _: 1)


def test_several_intervals_of_one_row_are_all_looked_through():
    """A valid convolution costs little with a small kernel, and with one as large as the map."""
    macs = symcnn.derive("input(H=9, W=9), conv{k}p0-n").macs
    pairs = solve_box([Constraint(macs, "<=", 200)], {"n": (1, 2), "k": (1, 9)}, {"C": 1})
    cheap = {(a, b) for a in (1, 2) for b in range(1, 10) if a * b * b * (10 - b) ** 2 <= 200}
    assert {(a, b) for a in (1, 2) for b in range(1, 10) if (a, b) in pairs} == cheap
    assert {b for a, b in cheap if a == 2} == {1, 9}


@pytest.mark.parametrize("passes", [1, 2, 3])
def test_fields_through_enlarged_maps_by_symbols(passes):
    field = symcnn.derive("(upsample{k+1}, conv3-8)xn, conv3-8").receptive_field.height
    for factor in (1, 2, 3):
        known = symcnn.derive("(upsample{k+1}, conv3-8)xn, conv3-8", symbols={"k": factor, "n": passes})
        assert field(k=factor, n=passes, H=9, W=9, C=1) == known.receptive_field.height(H=9, W=9, C=1)


def test_a_coefficient_is_no_sum_of_what_items_have():
    formula = symcnn.derive("conv3-{k}, conv3-{k}").params
    assert sum(len(term.sources) for term in formula.by_term()) == 4
    with pytest.raises(UnsupportedError, match="no sum of what items have"):
        formula.collect("k")[1].by_term()


def test_an_inequality_is_scaled_to_what_it_is_compared_with():
    assert implies(at_least(12 * H, 4 * k), at_least(3 * H, k), lambda _: 1)
    assert not implies(at_least(12 * H, 4 * k), at_least(4 * H, 3 * k), lambda _: 1)
    assert implies(at_least(H, k), at_least(m, 0 * k + 1), lambda _: 1)


def test_powers_of_two_bases_are_not_compared_by_one_of_them():
    """From H ≥ 2**(n + m) it does not follow that H ≥ 2**n*3**m."""
    both = power(2, n) * power(3, m)
    assert not implies(at_least(H, power(2, n + m)), at_least(H, both), lambda _: 1)


def test_a_divided_difference_is_written_as_it_is():
    assert divides(divide(H - k, power(2, n))) == (power(2, n), H - k)
    assert divides(divide(1 - H - k, power(2, n))) == (power(2, n), H + k - 1)


@pytest.mark.parametrize(
    ("width", "steps"), [("min(floor(4*α), floor(6*α-1))", 12), ("max(floor(2*α), 3)", 6)]
)
def test_bounds_of_what_is_rounded_at_several_steps(width, steps):
    formula = symcnn.derive(f"conv3-{{{width}}}:nobias").params
    solution = formula.solve("α", at_most=27, C=1)
    for j in range(1, 4 * steps):
        point = {"α": Fraction(j, steps), "C": 1}
        fits = point in formula.domain and formula(**point) <= 27
        assert (point["α"] in solution) == fits


def test_problems_are_told_of_what_was_put_in():
    with pytest.raises(DomainError) as caught:
        symcnn.derive("conv3-8@a, [pool3x1 | pool4x1]").params.on(H="h+3")(h=3, W=1, C=1)
    assert caught.value.message.startswith("cannot concat 2×1×8 and 1×1×8")
    with pytest.raises(DomainError, match=r"^α = n - 3 is positive: n ≥ 4 does not hold"):
        symcnn.derive("conv3-{floor(8*α)}").params.on(α="n-3")(n=2, C=1)


def test_a_quotient_by_one_call_needs_no_parentheses():
    assert text(divide(k, floor_div(H + 1, 3))) == "k/floor((H + 1)/3)"


def test_what_may_be_exceeded_because_of_a_floor_is_kept():
    """At H = 7, W = 1 the floor is 0, and the first of them the smaller one."""
    values = [8 * floor_div(H, 8) + 3 * symbol("W"), H + 2]
    assert set(_without_exceeded(values, {})) == set(values)


def test_the_first_branch_is_compared_with_the_one_that_differs():
    with pytest.raises(symcnn.SymcnnError, match=r"^cannot concat H×W×1 and floor"):
        symcnn.derive("[conv1-1 | conv1-2 | pool]")


def test_finitely_many_places_that_are_too_many_to_look_at():
    with pytest.raises(LimitError, match="takes more than 1,000,000 steps"):
        symcnn.derive("[pool2x1 | pool3x1, pad500000000x0]")


def test_a_sum_of_what_may_be_negative_has_no_bound():
    index = index_name(0)
    summed = sum_over(Passes(index, 0, n - 1), floor_div(H - k, power(2, symbol(index))))
    assert lower_bound(summed, lambda _: 1) is None


def test_an_inequality_is_no_equation():
    assert vanishes(k - n, Domain((at_least(k, n),))).zero is False
    assert vanishes(k - n, Domain((Comparison(Origin(), "", k, "=", n),))).zero is True
    assert vanishes(k - n, Domain((Whole(Origin(), "", divide(k, n)),))).zero is False


@pytest.mark.parametrize("relation", [">", "≥"])
def test_what_does_not_hold_twice_holds(relation):
    claim = Sign(k - 3, relation)
    assert claim.negated().negated() == claim
    for number in range(1, 6):
        assert claim.negated().holds("k", number) is not claim.holds("k", number)


def test_divisibility_of_what_is_put_in():
    formula = symcnn.derive("conv3-{n/k}").params.on(n="2*m")
    assert formula(m=3, k=2, C=1) == 30
    with pytest.raises(DomainError):
        formula(m=1, k=3, C=1)


def test_periods_of_floors_in_floors_multiply():
    assert period(floor_div(3 * floor_div(H, 2), 5)) == 10


def test_classes_are_of_allowed_values():
    fourth = Domain((Residues(Origin(), "", "H", 4, frozenset((0,))),))
    assert classes(floor_div(H, 2), fourth) == {"H": [Class(4, 4)]}


def test_a_bound_follows_from_itself():
    three, four = (Bound(Origin(), "", "H", least_) for least_ in (3, 4))
    assert implies(three, three, lambda _: 1)
    assert implies(four, three, lambda _: 1)
    assert not implies(three, four, lambda _: 1)


def test_powers_of_what_is_negative_are_not_compared():
    one, two = (at_least(H, power(-2, exponent)) for exponent in (n + 1, n))
    assert not implies(one, two, lambda _: 1)
    assert not implies(at_least(H, power(-2, n + m)), at_least(H, 3 * power(-2, n)), lambda _: 1)
    halves = [at_least(H, power(Fraction(1, 2), exponent)) for exponent in (n, n + 1)]
    assert implies(*halves, lambda _: 1)
    assert not implies(*halves[::-1], lambda _: 1)


def test_growth_is_told_in_words():
    words = str(symcnn.derive("conv1-{k*k}:nobias, conv1-k:nobias").params.scaling())
    assert words == "parameters grow with the cube of k, linearly in C; they do not depend on H, W"


def test_strides_of_moved_space_multiply():
    stride = symcnn.derive("pixelunshuffle4, conv3s2-8").stride.height
    assert stride(H=16, W=16, C=1) == 8


@pytest.mark.parametrize("kind", MERGES.values())
def test_merges_by_other_names(kind):
    for name in kind.known_as:
        with pytest.raises(symcnn.SymcnnError) as caught:
            symcnn.derive(f"conv3-8, {name}")
        assert caught.value.hint == f"branches are joined in brackets: [conv3-64 {kind.sign} identity]"


def test_the_largest_of_several_intervals_is_in_the_last():
    intervals = (Interval(Fraction(1, 2), Fraction(3, 4), None), Interval(2, 3, None))
    assert Solution("α", intervals).largest == 3


def test_of_many_values_the_first_are_told():
    values = [n * n for n in range(1, MAX_POINTS + 4)]
    words = str(Solution("k", tuple(Interval(value, value) for value in values)))
    told = ", ".join(map(str, values[: MAX_POINTS - 4]))
    assert words == f"k in {{{told}, … ({len(values)} in all)}}"
