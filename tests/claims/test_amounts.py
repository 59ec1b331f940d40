"""How the numbers of claims are read, and what gives them."""

from fractions import Fraction

import pytest

from symcnn.claims.amounts import Amount, commas, read_amount
from symcnn.claims.claim import read_claim
from symcnn.claims.registry import QUANTITIES
from symcnn.errors import ArgumentError, LimitError, NotationError

NAMES = [way.name for way in QUANTITIES]

READ = {
    "138357544": (138357544, 0),
    "138,357,544": (138357544, 0),
    "138_357_544": (138357544, 0),
    "138 357 544": (138357544, 0),
    "138M": (138 * 10**6, 10**6),
    "138.0 m": (138 * 10**6, 10**5),
    "0.59M": (590_000, 10_000),
    "15.5G": (15_500_000_000, 10**8),
    "15.5B": (15_500_000_000, 10**8),
    "2T": (2 * 10**12, 10**12),
    "3K": (3000, 1000),
    "4.5": (Fraction(9, 2), Fraction(1, 10)),
    "~590,000": (590_000, 10_000),
    "≈ 590,123": (590_123, 1),
    "about 0": (0, 1),
    "~0.59M": (590_000, 10_000),
    "93MB": (93 * 10**6, 10**6),
    "93MiB": (93 * 2**20, 2**20),
    "1.5 KiB": (1536, Fraction(1024, 10)),
    "93 bytes": (93, 0),
    "93B": (93 * 10**9, 10**9),
    "15.5 GMACs": (15_500_000_000, 10**8),
    "138M parameters": (138 * 10**6, 10**6),
    "138'357'544": (138357544, 0),
    "138 million": (138 * 10**6, 10**6),
    "15.5 billion FLOPs": (15_500_000_000, 10**8),
    "2 trillion": (2 * 10**12, 10**12),
    "60 thousand": (60_000, 1000),
    "3.4 mio": (3_400_000, 10**5),
    "569M mult-adds": (569 * 10**6, 10**6),
    "1.38e8": (138 * 10**6, 10**6),
    "1e6": (10**6, 10**6),
    "138E+6 params": (138 * 10**6, 10**6),
    "25e-1": (Fraction(5, 2), Fraction(1, 10)),
    "1e400": (10**400, 10**400),
    "approximately 60,000": (60_000, 10_000),
    "ca. 0.6M": (600_000, 100_000),
    "≈1.4e8": (140 * 10**6, 10**7),
}


@pytest.mark.parametrize("text", READ)
def test_an_amount_has_a_value_and_a_last_digit(text):
    read = read_amount(text)
    assert (read.amount.value, read.amount.step) == READ[text]


@pytest.mark.parametrize("text", ["", "C", "1x2", "-5", "3*3", "1e", "0x10", "1.M", ".5", "M", "5 5"])
def test_what_is_no_amount_is_left_to_the_expressions(text):
    assert read_amount(text) is None


@pytest.mark.parametrize("text", ["3,14", "1,38M", "12,3456", "138.357.544", "1.234.5 M"])
def test_a_comma_is_no_decimal_point(text):
    with pytest.raises(NotationError, match="thousands") as error:
        read_amount(text, 7)
    assert (error.value.span.start, error.value.span.end) == (7, 7 + len(text))


def test_much_white_space_takes_no_time():
    assert read_amount("5" + " " * 9000 + "M").amount == Amount(5_000_000, 1_000_000)
    assert read_amount("5" + " " * 9000 + "x") is None


def test_an_amount_has_a_limit():
    assert read_amount("9" * 999).amount.value == 10**999 - 1
    for text in ("9" * 1001, "1e1000", "1e-5000", "1e" + "9" * 5000):
        with pytest.raises(LimitError, match="1,000 digits"):
            read_amount(text)


@pytest.mark.parametrize(
    ("number", "match"),
    [
        (590_000, "exactly"),
        (585_000, "rounded"),
        (595_000, "rounded"),
        (595_001, "truncated"),
        (599_999, "truncated"),
        (600_000, None),
        (584_999, None),
    ],
)
def test_both_halves_round_and_the_rest_is_cut_off(number, match):
    assert Amount(590_000, 10_000).match(number) == match


def test_an_exact_amount_has_no_neighbors():
    assert [Amount(5).match(n) for n in (4, 5, 6)] == [None, "exactly", None]


def test_bytes_have_a_second_reading_unless_they_say_which():
    assert read_amount("93MB").binary == Amount(93 * 2**20, 2**20)
    assert [read_amount(text).binary for text in ("93MiB", "93 bytes", "93M")] == [None, None, None]


def test_decimals_are_written_where_they_are_exact():
    written = [commas(n) for n in (Fraction(1, 3), Fraction(5, 1), Fraction(12345, 10), Fraction(1, 8))]
    assert written == ["1/3", "5", "1,234.5", "0.125"]
    assert [commas(n) for n in (10**400, -(10**60))] == [
        "100000000000… (401 digits)",
        "-10000000000… (61 digits)",
    ]


CLAIMS = {
    "138M": "params",
    "weights = 138344128": "weights",
    "Weights: 138,344,128": "weights",
    "parameters == 138M": "params",
    "peak memory = 25.7MB": "peak_memory",
    "parameter memory = 553 MB": "parameter_memory",
    "macs=15.5G": "macs",
    "15.5GMACs": "macs",
    "31 GFLOPs": "flops",
    "93MB": "memory",
    "params = 9*cin*cout": "params",
    "= 138M": "params",
    "macs ≈ 15.5G": "macs",
    "weights ~ 138M": "weights",
    "number of parameters = 138M": "params",
    "Total params: 138,357,544": "params",
    "Trainable params: 25,583,592": "params",
    "Non-trainable params: 53,120": "buffers",
    "total mult-adds = 15.5G": "macs",
    "parameter count = 138M": "params",
    "the total number of weights = 1": "weights",
    "9*C": "params",
    138357544: "params",
}


@pytest.mark.parametrize("text", CLAIMS)
def test_a_claim_is_of_a_quantity(text):
    assert read_claim(text, NAMES).quantity == CLAIMS[text]


def test_arithmetic_without_names_is_a_number():
    claim = read_claim("params = (3*3)*(256*256)", NAMES)
    assert claim.number.amount == Amount(589824)
    assert claim.claimed == "(3*3)*(256*256)"
    assert read_claim("3·3×256−4 # = 2300", NAMES).number.amount == Amount(2300)
    assert read_claim("-5", NAMES).number.amount == Amount(-5)


WRONG = {
    "parms = 3": ('there is no quantity "parms"', (0, 5), "did you mean: params"),
    "zebra = 3": ('there is no quantity "zebra"', (0, 5), "known: params"),
    "params = ": ("nothing is claimed", (8, 9), "as in: params = 138M"),
    "": ("nothing is claimed", (0, 0), "as in: params = 138M"),
    "macs = 3MB": ("the claim is about macs, and its unit about memory", (6, 10), "leave one of them out"),
    "params = 1,38M": ("commas part a number into thousands", (8, 14), "as in 138,357,544 and 0.59M"),
    "params = 9*cin = 3": ("a claim says of one quantity what it is", (15, 16), "params = 9*cin*cout"),
    "9*C == params": ("a claim says of one quantity what it is", (4, 5), "params = 9*cin*cout"),
    "= ": ("nothing is claimed", (1, 2), "as in: params = 138M"),
    "params = k²": ("a power is written **", (10, 11), "write: **2"),
    "k³*cin": ("a power is written **", (1, 2), "write: **3"),
    "params = 3*": ('nothing follows "*"', (11, 11), "did you mean: 3"),
    "params = 3/0": ("division by zero", None, None),
}


@pytest.mark.parametrize("text", WRONG)
def test_errors_point_into_the_claim(text):
    message, span, hint = WRONG[text]
    with pytest.raises(NotationError) as error:
        read_claim(text, NAMES)
    assert message in error.value.message
    assert span is None or (error.value.span.start, error.value.span.end) == span
    assert hint is None or hint in error.value.hint
    assert error.value.source in (text, None)


@pytest.mark.parametrize("claim", [1.5, None, True, b"138M"])
def test_a_claim_is_text_or_an_integer(claim):
    with pytest.raises(ArgumentError, match="text or an integer"):
        read_claim(claim, NAMES)


@pytest.mark.parametrize("claim", [10**1000, "C" * 10_001])
def test_claims_have_limits(claim):
    with pytest.raises(LimitError):
        read_claim(claim, NAMES)
