"""Domains in LaTeX, and examples of them."""

import pytest

import symcnn
from symcnn.algebra.conditions import Members
from symcnn.algebra.domain import NOWHERE, Domain
from symcnn.derivation import derivation
from symcnn.errors import UnsupportedError
from symcnn.render import renderer

WRITTEN = {
    "conv3-64": (r"\mathrm{every~input}", {}),
    "pool3x2": (r"H \ge 3\ \mathrm{and}\ W \ge 2", {"H": 3, "W": 2}),
    "conv3-64, (conv3-64, pool)xn": (r"H, W \ge 2^{n}", {"H": 2, "W": 2, "n": 1}),
    "conv3-8@a, pool, [upsample2 + @a]": (
        r"H \bmod 2 = 0\ \mathrm{and}\ W \bmod 2 = 0",
        {"H": 2, "W": 2},
    ),
    "[conv3s2-8 + conv4p0-8]": (r"H \in \{6, 7\}\ \mathrm{and}\ W \in \{6, 7\}", {"H": 6, "W": 6}),
    "[conv3s18x1-8 + conv4x3s18x1p0x1-8]": (
        r"H \bmod 18 \notin \{1, 2, 3\}",
        {"H": 4},
    ),
    "[pool + pool3]": (r"H = 3\ \mathrm{and}\ W = 3", {"H": 3, "W": 3}),
    "conv3-{32*α}": (r"32 \alpha \in \mathbf{Z}", {"α": 1}),
    "b = conv3-{(cin+3)/2}; b xn": (r"2^{n} \mid C - 3", {"C": 1, "n": 1}),
    "b = conv3-{2*cin-3}; b xn": (
        r"C \ge 2\ \mathrm{and}\ C \ge 3\ \mathrm{if}\ n \ge 2",
        {"C": 2, "n": 1},
    ),
    "input(H=7, W=9), conv{k}p0-8": (r"k \le 7", {"k": 1}),
    "input(H=224, W=224), (conv3-4, pool)xn": (r"n \le 7", {"n": 1}),
    "[pool{k}s2 + pool]": (
        r"H, W \ge 2\ \mathrm{and}\ H, W \ge k\ \mathrm{and}\ "
        r"\left\lfloor \frac{H - k + 2}{2} \right\rfloor = \left\lfloor \frac{H}{2} \right\rfloor"
        r"\ \mathrm{and}\ "
        r"\left\lfloor \frac{W - k + 2}{2} \right\rfloor = \left\lfloor \frac{W}{2} \right\rfloor",
        {"H": 2, "W": 2, "k": 1},
    ),
}


@pytest.mark.parametrize(("text", "written"), WRITTEN.items(), ids=WRITTEN.keys())
def test_domains_in_latex_with_an_example(text: str, written: tuple[str, dict[str, int]]) -> None:
    domain = symcnn.derive(text).domain
    assert (domain.latex, domain.example()) == written
    assert domain.example() in domain


@pytest.mark.parametrize("name", [name for name in symcnn.zoo if symcnn.derive(name).symbols])
def test_the_zoo_has_examples(name: str) -> None:
    domain = symcnn.derive(name).domain
    assert domain.example() in domain


def test_a_search_without_a_result_says_so() -> None:
    with pytest.raises(UnsupportedError, match="a short search finds no example of n in"):
        Domain((Members(NOWHERE, "", "n", frozenset()),)).example()


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("conv3-8", "Valid for every input."),
        (
            "conv3-8, [conv3s2-8 + pool], (pool)xn",
            r"Valid for $H \bmod 2 = 0$ and $W \bmod 2 = 0$ and $H, W \ge 2 \cdot 2^{n} - 1$.",
        ),
    ],
)
def test_derivations_say_their_domain_in_formulas(text: str, sentence: str) -> None:
    report = symcnn.derive(text)
    content = derivation(report, report, "params", text)
    assert sentence in renderer("derivation", "latex")(content).splitlines()


def test_floors_need_no_parentheses_to_be_raised_to_a_power() -> None:
    params = symcnn.derive("conv3-{k+1}, pool, fc10").params.square("n")
    assert params.latex == (
        r"10 k \left\lfloor \frac{n}{2} \right\rfloor^{2} + 9 C k + "
        r"10 \left\lfloor \frac{n}{2} \right\rfloor^{2} + 9 C + k + 11"
    )
    grown = symcnn.derive("b = conv3-{(k+1)*cin}; b xn").output[0]
    assert grown.latex == r"C \left(k + 1\right)^{n}"


def test_numbers_do_not_run_together() -> None:
    params = symcnn.derive("b = conv3-{2*cin}; conv3-4, b xn").params
    assert params.latex == r"96 \cdot 2^{2 n} + 36 C + 8 \cdot 2^{n} - 100"
    divided = symcnn.derive("conv3-{k**2}, conv3g{2**n}-{k**2}:nobias").params
    assert divided.latex == r"9 C k^{2} + \frac{9 k^{4}}{2^{n}} + k^{2}"


def test_a_sum_without_terms_has_no_list_of_them() -> None:
    report = symcnn.derive("pool")
    written = renderer("derivation", "latex")(derivation(report, report, "params", "pool"))
    assert "Term by term" not in written
    assert r"\begin{itemize}" + "\n" + r"\end{itemize}" not in written
