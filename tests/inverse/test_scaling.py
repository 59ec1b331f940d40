"""How formulas grow: words by hand, leading terms and elasticities by differences."""

from fractions import Fraction
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

import symcnn
from symcnn.errors import ArgumentError, DomainError, UnsupportedError

WORDS = [
    (
        "mobilenet_v1_alpha",
        "params",
        "parameters grow with the square of α, linearly in C; they do not depend on H, W",
    ),
    ("conv3-64,pool,fc10", "params", "parameters grow linearly in C, linearly in H, linearly in W"),
    ("conv{k}p0-1", "macs", "MACs grow with power 4 of k, linearly in C, linearly in H, linearly in W"),
    (
        "B=conv3-{2*cin}; conv3-4,B xn",
        "params",
        "parameters grow exponentially in n, with base 2, linearly in C; they do not depend on H, W",
    ),
    (
        "input(C=3),(conv3-8,pool)xn",
        "memory",
        "memory grows linearly in H, linearly in W, with no power of n",
    ),
    # The powers divide, so that there are less parameters rather than more.
    (
        "input(C=3,H=64,W=64),conv3-8,(conv3-8,pool)xn,fc10",
        "params",
        "parameters grow with no power of n",
    ),
    ("input(C=3,W=8),conv3-8", "params", "parameters do not depend on H"),
    # What is least or greatest, or stands under a bracket, is the same for all large n.
    (
        "conv3-{min(k**2, k*n)}",
        "params",
        "parameters grow linearly in C, linearly in k; they tend to a limit in n; they do not depend on H, W",
    ),
    ("input(C=3,H=9,W=9),conv3-{min(n, 8)}", "memory", "memory tends to a limit in n"),
    (
        "b(c)=conv3-c;b(4->8)x{k-n}",
        "params",
        "parameters grow linearly in C, linearly in k, with no power of n; they do not depend on H, W",
    ),
    ("input(C=3,W=8),conv3-8", "memory", "memory grows linearly in H"),
]


@pytest.mark.parametrize(("text", "quantity", "words"), WORDS)
def test_words(text, quantity, words):
    scaling = symcnn.derive(text).total(quantity).scaling()
    assert str(scaling) == words
    assert repr(scaling) == f"<scaling: {words}>"


def test_a_number_grows_with_nothing():
    scaling = symcnn.derive("input(C=3,H=8,W=8),conv3-8").params.scaling()
    assert (str(scaling), len(scaling), list(scaling)) == ("parameters are constant", 0, [])


@pytest.mark.parametrize(
    ("text", "name", "degree", "leading"),
    [
        ("vgg16", "H", 1, "65536*floor(W/32)"),
        ("conv3-{round_to(8*α, 4)},conv3-8", "alpha", 1, "72*C + 584"),
        ("conv3-{ceil(α/3)}:nobias", "α", 1, "3*C"),
        ("conv3-{floor((k + n)/m) + 1}:nobias", "k", 1, "9*C/m"),
        # There is a projection for large k: 9·16·16·k, 16·16·k and 16·k.
        ("conv3-16,[+conv3-{16*k}:nobias]:proj", "k", 1, "2576"),
        ("conv3-{round_to(k, n)}", "n", None, None),
        ("conv3-{floor(8/k) + 1}", "k", None, None),
        ("conv3-{k**n}:nobias", "k", None, None),
        ("conv3-{min(k, 8)}:nobias", "k", 0, "72*C"),
        ("conv3-{min(k**2, k*n)}:nobias", "k", 1, "9*C*n"),
        ("conv3-{max(k**2, k*n)}:nobias", "k", 2, "9*C"),
        # [k >= n + 2] is 1 for large k, and 0 for large n.
        ("b(c)=conv3-c:nobias;b(4->8)x{k-n}", "k", 1, "576"),
        ("b(c)=conv3-c:nobias;b(4->8)x{k-n}", "n", None, None),
        ("conv3-{max(2*k, 8)}:nobias", "k", 1, "18*C"),
        ("conv3-{max(2*k, k + 8)}:nobias", "k", None, None),
        ("conv3-{max(k - n*k + 3, 8)}:nobias", "k", None, None),
        ("conv3g{k}-{4*k}:nobias", "C", 1, "36"),
        ("conv3-{k*k - k + 8}:nobias", "k", 2, "9*C"),
        ("conv3-{2*floor((k + 1)/2) - k + 8}", "k", None, None),
        ("conv3-{floor(min(k, 8)/2) + 1}", "k", None, None),
    ],
)
def test_leading_terms(text, name, degree, leading):
    growth = symcnn.derive(text).params.scaling()[name]
    assert growth.degree == degree
    assert (growth.leading and str(growth.leading)) == leading


@given(st.sampled_from(["vgg16", "resnet18", "cifar_resnet_a", "densenet121_k"]), st.sampled_from("CHW"))
def test_leading_terms_are_what_differences_come_to(text, name):
    # On multiples of the stride the macs are polynomials: their highest difference is the leading term.
    macs = symcnn.derive(text, symbols=None).macs
    point = {"C": 3, "H": 224, "W": 224, "n": 2, "k": 4}
    known = {n: point[n] for n in macs.required | {"C", "H", "W"}}
    growth = macs.scaling()[name]
    degree, step, start = growth.degree, 32, 320
    values = [macs(**{**known, name: start + i * step}) for i in range(degree + 1)]
    for _ in range(degree):
        values = [b - a for a, b in pairwise(values)]
    factorial = 1
    for i in range(1, degree + 1):
        factorial *= i
    assert Fraction(values[0], factorial * step**degree) == growth.leading(**known)


def test_elasticity_is_what_small_changes_come_to():
    params = symcnn.derive("mobilenet_v1_alpha").params
    exact = params.elasticity("alpha", C=3, α=1)
    # (2·3139584 + 1091392)/4231976, from the published formula.
    assert exact == Fraction(2 * 3139584 + 1091392, 4231976)
    small = Fraction(1, 32)
    up, down = (params(C=3, α=1 + d * small) for d in (1, -1))
    assert abs(Fraction(up - down, 2) / small / params(C=3, α=1) - exact) < Fraction(1, 10**6)
    assert symcnn.derive("conv3-64").params.elasticity("H", C=3, H=8) == 0


@pytest.mark.parametrize(
    ("text", "name", "values", "kind", "message"),
    [
        ("vgg16", "H", {"C": 3, "H": 224, "W": 224}, UnsupportedError, r"floor\(H/32\)"),
        ("vgg16", "H", {"C": 3, "H": 22, "W": 224}, DomainError, "smallest"),
        ("conv3-k", "k", {"C": 3}, ArgumentError, "needs a value for k"),
        ("conv3-k", "H", {"C": 3, "k": 3}, ArgumentError, "no value is given for H"),
        ("pool", "H", {"H": 8, "W": 8}, ArgumentError, "0 there"),
    ],
)
def test_elasticities_that_are_refused(text, name, values, kind, message):
    with pytest.raises(kind, match=message):
        symcnn.derive(text).params.elasticity(name, **values)
