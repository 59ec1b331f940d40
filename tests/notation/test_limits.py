"""Untrusted text is read in bounded time and memory, whatever it is."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st
from strategies import architectures, nearly_valid

from symcnn.errors import LimitError, NotationError, SymcnnError
from symcnn.limits import MAX_DIGITS, MAX_NESTING, MAX_TEXT
from symcnn.notation import parse, parse_expression
from symcnn.notation.expressions import Name, Sum

N = MAX_NESTING


def nested(opening: str, inner: str, closing: str, depth: int = N) -> str:
    return opening * depth + inner + closing * depth


DEEP = {
    "groups": nested("(", "pool", ")"),
    "brackets": nested("[+ ", "pool", "]"),
    "parentheses": "pool{" + nested("(", "a", ")", N - 1) + "}",
    "functions": "pool{" + nested("min(", "a", ")", N - 1) + "}",
    "sums": "pool{" + nested("1+(", "a", ")", N - 1) + "}",
    "minus": "pool{" + "-" * (N - 1) + "a}",
    "powers": "pool{" + "a**" * (N - 1) + "a}",
}
TOO_DEEP = {
    "groups": nested("(", "pool", ")", N + 1),
    "brackets": nested("[+ ", "pool", "]", N + 1),
    "braces in groups": nested("(", "pool{a}", ")"),
    "unbalanced": "(" * (N + 1),
    "sums": "pool{" + nested("1+(", "a", ")", N) + "}",
    "minus": "pool{" + "-" * N + "a}",
    "more minus": "pool{" + "- " * (N + 1) + "a}",
    "minus between comments": "pool{" + "-#\n" * N + "a}",
    "powers": "pool{" + "a**" * N + "a}",
    "negated parentheses": "f("
    + nested("-(", "a", ")", N // 2 + 1)
    + "**"
    + nested("-(", "a", ")", N - 2)
    + ")",
    "then": "f(1->" + "-" * N + "a)",
}


@pytest.mark.parametrize("name", DEEP)
def test_as_deep_as_the_limit_works(name: str):
    architecture = parse(DEEP[name])
    assert str(parse(str(architecture))) == str(architecture)


@pytest.mark.parametrize("name", TOO_DEEP)
def test_deeper_is_refused_by_name(name: str):
    with pytest.raises(LimitError, match=f"more than {N} deep") as caught:
        parse(TOO_DEEP[name])
    assert caught.value.source == TOO_DEEP[name]
    assert caught.value.span is not None


def test_depth_needs_no_recursion():
    def descend(frames: int, text: str) -> bool:
        if frames:
            return descend(frames - 1, text)
        one, two = parse(text), parse(text)
        return one == two and hash(one) == hash(two) and str(one) == str(two) and bool(repr(one))

    for text in DEEP.values():
        assert descend(300, text)


def test_a_text_as_long_as_the_limit_is_read():
    assert parse(" " * (MAX_TEXT - 4) + "pool") == parse("pool")


def test_a_longer_text_is_refused():
    with pytest.raises(LimitError, match=r"longer than 1,000,000 characters"):
        parse(" " * (MAX_TEXT - 3) + "pool")


@pytest.mark.parametrize(
    "text", ["conv{}", "conv3-{}", "pool x{}", "f({})", "conv3s{}", "pool:leaky{}", "a{{{}+1}}"]
)
def test_digits(text: str):
    assert parse(text.format("9" * MAX_DIGITS))
    with pytest.raises(LimitError, match=r"more than 1,000 digits") as caught:
        parse(text.format("9" * (MAX_DIGITS + 1)))
    assert caught.value.span is not None
    assert caught.value.span.end - caught.value.span.start == MAX_DIGITS + 1


def test_digits_of_a_decimal_count_together():
    assert parse(f"drop0.{'1' * (MAX_DIGITS - 1)}")
    with pytest.raises(LimitError, match="digits"):
        parse(f"drop0.{'1' * MAX_DIGITS}")


def test_a_long_sum_stays_flat():
    expression = parse_expression("+".join(["a"] * 100_000))
    assert expression == Sum(("+",) * 100_000, (Name("a"),) * 100_000)
    assert len(str(expression)) == 199_999


HEAVY = {
    "items": "pool,",
    "opening": "(",
    "pairs": "()",
    "minus": "-",
    "spaced minus": "- ",
    "flags": ":bn",
    "repeats": "x1",
    "tags": "@a",
    "commas": ",",
    "definitions": "D=a;",
    "spaces": " ",
    "comment": "#",
    "digits": "1",
    "letters": "a",
    "x": "x",
    "Greek": "α",
    "garbage": "$",
    "garbage item": "conv3-64$,",
    "numbers": "9" * 999 + ",",
    "calls": "a(",
    "spaced": "-" + " " * 999,
}


@pytest.mark.parametrize("name", HEAVY)
@pytest.mark.parametrize("read", [parse, parse_expression])
def test_a_long_text_takes_time_in_proportion(name: str, read):
    size = MAX_TEXT // 20
    text = (HEAVY[name] * (size // len(HEAVY[name]) + 1))[:size]
    before = time.process_time()
    for candidate in (text, f"a{text}", f"a-{{{text[:-5]}}}"):
        try:
            read(candidate)
        except NotationError as error:
            str(error)
    # Some ten times what a slow machine needs; what is quadratic takes minutes.
    assert time.process_time() - before < 15


@given(st.text())
def test_any_text_is_read_or_refused(text: str):
    for read in (parse, parse_expression):
        try:
            read(text)
        except SymcnnError as error:
            check_error(text, error)


@given(nearly_valid(architectures.map(str)))
def test_nearly_valid_text_is_read_or_refused(text: str):
    try:
        architecture = parse(text)
    except SymcnnError as error:
        check_error(text, error)
    else:
        assert parse(str(architecture)) == architecture


def check_error(text: str, error: SymcnnError) -> None:
    assert isinstance(error, NotationError)
    assert (error.source or "") == text
    assert error.span is not None
    assert 0 <= error.span.start <= error.span.end <= len(text)
    assert error.hint
    assert not error.message.endswith(".")
    assert str(error).startswith(error.message)
