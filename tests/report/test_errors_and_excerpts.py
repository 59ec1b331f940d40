"""Errors: what they say, what they are, and how a place in a text is drawn."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from symcnn import errors
from symcnn.errors import NotationError, SymcnnError
from symcnn.source import WINDOW, Span, excerpt, position

KINDS = {
    errors.ArgumentError: ("argument", 2, ValueError),
    errors.NotationError: ("notation", 2, ValueError),
    errors.LimitError: ("limit", 2, ValueError),
    errors.DivisionByZeroError: ("notation", 2, ZeroDivisionError),
    errors.UnsupportedError: ("unsupported", 2, NotImplementedError),
    errors.DomainError: ("domain", 3, ValueError),
}


@pytest.mark.parametrize("kind", KINDS)
def test_kinds_codes_and_builtins(kind):
    error = kind("it is so")
    assert (error.kind, error.exit_code) == KINDS[kind][:2]
    assert isinstance(error, KINDS[kind][2] | SymcnnError)
    assert isinstance(error, KINDS[kind][2])


def test_an_error_is_its_message_its_place_and_its_hint():
    error = NotationError("it is so", Span(5, 8), "do this", (("and here", Span(0, 4)),)).within("pool\nrel")
    assert str(error) == "it is so\n  rel\n  ^^^\n  and here:\n  pool\n  ^^^^\n  do this"
    assert error.to_json() == {
        "kind": "notation",
        "message": "it is so",
        "line": 2,
        "column": 1,
        "hint": "do this",
    }


@pytest.mark.parametrize(
    "error",
    [
        NotationError("it is so"),
        NotationError("it is so").within("pool"),
        NotationError("it is so", Span(0, 1)),
    ],
)
def test_without_a_place_only_the_message_is_said(error):
    assert str(error) == "it is so"
    assert (error.line, error.column) == (None, None)


def test_the_text_is_attached_once():
    error = NotationError("it is so", Span(0, 1))
    assert error.within("").source is None
    assert error.within("first").within("second").source == "first"


def test_a_span_may_be_drawn_to_another():
    assert Span(3, 5).to(Span(1, 9)) == Span(3, 9)


@pytest.mark.parametrize(
    ("text", "span", "drawn"),
    [
        ("conv3-64,pol", Span(9, 12), "  conv3-64,pol\n           ^^^"),
        ("pool", Span(4, 4), "  pool\n      ^"),
        ("", Span(0, 0), "  \n  ^"),
        ("a\nbc\nd", Span(2, 6), "  bc\n  ^^"),
        ("a\tb\x1b[c", Span(4, 5), "  a b?[c\n      ^"),
    ],
)
def test_a_place_is_drawn_under_its_line(text, span, drawn):
    assert excerpt(text, span) == drawn


@pytest.mark.parametrize(("start", "end"), [(0, 3), (100, 103), (297, 300), (0, 300), (299, 300), (300, 300)])
def test_a_long_line_is_cropped_around_the_place(start, end):
    text = "".join(chr(0x4E00 + i) for i in range(300))
    line, carets = (row[2:] for row in excerpt(text, Span(start, end)).split("\n"))
    assert len(line) <= WINDOW + 2
    place = carets.index("^")
    assert start == 300 or line[place] == text[start]
    assert len(carets) <= len(line) + 1
    assert line.startswith("…") == (text[0] not in line)
    assert line.endswith("…") == (text[-1] not in line)


@given(st.text(), st.data())
def test_any_place_can_be_drawn(text, data):
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, len(text)))
    line, carets = excerpt(text, Span(start, end)).split("\n")
    assert line.isprintable()
    assert set(carets.strip()) == {"^"}
    row, column = position(text, start)
    assert text.split("\n")[row - 1][: column - 1] == text[:start].rpartition("\n")[2]
