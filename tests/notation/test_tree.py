"""Nodes compare by meaning, know their place, and print themselves."""

import subprocess
import sys
from fractions import Fraction

import pytest

from symcnn.notation import parse, parse_expression
from symcnn.notation.expressions import Name, Number, Sum
from symcnn.notation.syntax import Architecture, Bracket, Call, Group, Item, Pair, Recall, Word
from symcnn.notation.tree import Node
from symcnn.source import Span

TEXT = (
    "use conv:bn ; f(c, s=1) = [+ conv3 - {4*c}]; input(C=3), conv1x7s2p0-64:bn:gn8 x2@t,"
    " [ @t | f(64, 2->1)x3 ], D xn"
)


def walk(node: object) -> list[Node]:
    found: list[Node] = []
    stack = [node]
    while stack:
        part = stack.pop()
        if isinstance(part, Node):
            found.append(part)
            stack.extend(part.parts())
        elif isinstance(part, tuple):
            stack.extend(part)
    return found


def test_every_node_knows_its_place():
    for node in walk(parse(TEXT)):
        if isinstance(node, Architecture):
            assert node.span == Span(0, len(TEXT))
        else:
            place = TEXT[node.span.start : node.span.end]
            assert place.replace(" ", "").strip("{}") == str(node).replace(" ", "").strip("{}")


def test_places_of_expressions():
    text = "(a+b)*-c**2"
    product = parse_expression(text)
    shown = {text[n.span.start : n.span.end] for n in walk(product)}
    assert shown == {text, "(a+b)", "a", "b", "-c**2", "c**2", "c", "2"}


def test_the_text_is_kept_and_no_part_of_the_meaning():
    one, two = parse("pool,pool"), parse(" pool , pool ")
    assert (one.text, two.text) == ("pool,pool", " pool , pool ")
    assert one == two
    assert hash(one) == hash(two)


@pytest.mark.parametrize(
    ("one", "two"),
    [
        ("pool", "Pool"),
        ("pool", "pool, pool"),
        ("pool2", "pool"),
        ("conv3-64", "conv3-65"),
        ("pool x2", "pool2"),
        ("(a)", "a"),
        ("[a | b]", "[a + b]"),
        ("[| b]", "[a | b]"),
        ("f(a)", "f(a=a)"),
        ("f(a-b)", "f(a+b)"),
        ("f((a+b)+c)", "f(a+b+c)"),
        ("f(a/b)", "f(a//b)"),
        ("use a:b; a", "use a:c; a"),
        ("D = a; a", "D = b; a"),
        ("input(C=3), a", "a"),
    ],
)
def test_texts_of_other_meaning_differ(one: str, two: str):
    assert parse(one) != parse(two)
    assert hash(parse(one)) != hash(parse(two))


def test_a_node_equals_no_other_kind():
    assert Name("a") != Recall("a")
    assert Name("a") != "a"
    assert Number(2) != Number(Fraction(5, 2))


def test_shapes():
    item = parse("conv1x7S2-w:bn xn@t").items[0]
    assert isinstance(item.body, Word)
    assert item.body.word == "conv"
    assert item.body.size == Pair(Number(1), Number(7))
    assert [(g.letter, g.value) for g in item.body.geometry] == [("s", Pair(Number(2)))]
    assert item.body.width == Name("w")
    assert [(f.name, f.value) for f in item.flags] == [("bn", None)]
    assert (item.repeat, item.tag) == (Name("n"), "t")


def test_shapes_that_the_elaborator_decides():
    assert parse("fc4096x2").items[0].body == Word("fc", Pair(Number(4096), Number(2)))
    assert parse("soft-max").items[0].body == Word("soft", width=Name("max"))
    assert parse("drop0.5").items[0].body == Word("drop", Pair(Number(Fraction(1, 2))))
    assert parse("block35(1)").items[0].body == Call("block35", parse("f(1)").items[0].body.parts()[1])
    assert parse("@a").items[0] == Item(Recall("a"))
    assert parse("(a)").items[0].body == Group((Item(Word("a")),))
    assert parse("[+ a]").items[0].body == Bracket("+", True, ((Item(Word("a")),),))


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (Fraction(9, 2), "4.5"),
        (Fraction(1, 1000), "0.001"),
        (Fraction(2), "2"),
        (Fraction(1, 3), "(1/3)"),
        (10, "10"),
    ],
)
def test_numbers_print_exactly(value: int | Fraction, text: str):
    assert str(Number(value)) == text


def test_decimals_are_exact():
    assert parse_expression("0.1") == Number(Fraction(1, 10))
    assert parse_expression("2.0") == Number(2)
    assert parse_expression("a-b+c") == Sum(("+", "-", "+"), (Name("a"), Name("b"), Name("c")))


def test_repr_shows_the_text():
    assert repr(parse("pool , pool")) == "Architecture('pool, pool')"


def test_a_bare_node_prints_nothing():
    with pytest.raises(NotImplementedError):
        str(Node())


def test_the_tree_needs_no_parser():
    code = "import sys, symcnn.notation.syntax; sys.exit('lark' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
