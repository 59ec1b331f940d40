"""Texts become trees, and trees the same texts again."""

from pathlib import Path

import pytest
from hypothesis import given
from strategies import architectures, expressions

from symcnn.notation import parse, parse_expression
from symcnn.notation.expressions import Expression
from symcnn.notation.syntax import Architecture

CASES = Path(__file__).parents[1] / "cases"


def lines(name: str) -> list[str]:
    return [line for line in (CASES / name).read_text(encoding="utf-8").splitlines() if line[:2] != "# "]


@pytest.mark.parametrize("text", [line for line in lines("identity.txt") if line])
def test_canonical_text_is_printed_as_written(text: str):
    assert str(parse(text)) == text


@pytest.mark.parametrize("line", [line for line in lines("canonical.txt") if line])
def test_other_text_is_printed_canonically(line: str):
    written, canonical = line.split("  ==>  ")
    assert str(parse(written)) == canonical
    assert parse(written) == parse(canonical)


@given(architectures)
def test_printed_architectures_parse_to_themselves(architecture: Architecture):
    text = str(architecture)
    assert parse(text) == architecture
    assert str(parse(text)) == text
    assert hash(parse(text)) == hash(architecture)


@given(expressions)
def test_printed_expressions_parse_to_themselves(expression: Expression):
    assert parse_expression(str(expression)) == expression
