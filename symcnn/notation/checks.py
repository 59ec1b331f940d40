"""What the grammar admits and the language does not, with the text that was meant.

Each check looks at one node, or at what is about to become one, and raises a
`NotationError` whose hint is the repaired text.
"""

from difflib import get_close_matches
from typing import Final, NamedTuple, cast

from symcnn.errors import LimitError, NotationError
from symcnn.limits import MAX_DIGITS, MAX_NESTING
from symcnn.notation.expressions import FUNCTIONS, Expression, Function, Name, Number
from symcnn.notation.syntax import BARE, Bracket, Group, Item, Word
from symcnn.notation.tree import Node
from symcnn.source import Span

LONGEST: Final = 160
"""Characters of a name or of repaired text that an error shows."""


class Operator(NamedTuple):
    """An operator between branches, and its place."""

    sign: str
    span: Span


def meant(*nodes: Node | str) -> str:
    """Return the hint that offers each of `nodes`, as far as they are short.

    >>> meant("pool3 xn", "pool3x{n}")
    'did you mean: pool3 xn, or: pool3x{n}'
    """
    return "did you mean: " + ", or: ".join(shortened(str(node)) for node in nodes)


def shortened(text: str) -> str:
    """Return `text`, cut where it is too long to be shown."""
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}…"


# --- Expressions ---


def check_digits(number: str, span: Span) -> None:
    """Refuse a number of too many digits, before it is computed."""
    if len(number) > MAX_DIGITS and len(number.replace(".", "")) > MAX_DIGITS:
        raise LimitError(f"a number has more than {MAX_DIGITS:,} digits", span)


def check_depth(expression: Expression) -> None:
    """Refuse an expression whose tree is too deep."""
    if isinstance(expression, Number | Name):
        return
    stack: list[tuple[object, int]] = [(expression, 1)]
    while stack:
        part, depth = stack.pop()
        if isinstance(part, Node):
            if depth > MAX_NESTING:
                raise LimitError(f"an expression nests more than {MAX_NESTING} deep", part.span)
            stack.extend((inner, depth + 1) for inner in part.parts())
        elif isinstance(part, tuple):
            stack.extend((inner, depth) for inner in cast("tuple[object, ...]", part))


def check_function(call: Function) -> None:
    """Refuse an unknown function, and a wrong number of arguments."""
    name_span = Span(call.span.start, call.span.start + len(call.name))
    if call.name not in FUNCTIONS:
        near = get_close_matches(call.name[:40], FUNCTIONS, 1)
        hint = (
            meant(Function(near[0], call.arguments)) if near else f"the functions are {', '.join(FUNCTIONS)}"
        )
        raise NotationError(f'unknown function "{shortened(call.name)}"', name_span, hint)
    least, most = FUNCTIONS[call.name]
    count = len(call.arguments)
    if count < least or (most is not None and count > most):
        wanted = f"{least} argument{'s' * (least > 1)}" if most else f"at least {least} argument"
        example = "x" if most == 1 else "x, 8"
        raise NotationError(
            f"{call.name} takes {wanted}, not {count}", call.span, f"write: {call.name}({example})"
        )


# --- Words and brackets ---


def check_touching(left: Span, right: Span, rule: str, repaired: Node | str) -> None:
    """Refuse white space between a letter and its value."""
    if left.end != right.start:
        raise NotationError(rule, right, meant(repaired))


def check_whole(value: Expression) -> None:
    """Refuse a decimal where a whole number belongs."""
    if isinstance(value, Number) and not isinstance(value.value, int):
        hint = f"write a whole number: {max(1, round(value.value))}"
        raise NotationError("only the size of a layer may be a decimal", value.span, hint)


def check_word(word: Word, head: Span, *, bare: bool) -> None:
    """Refuse keywords, white space inside, geometry given twice, and a width that hides a repeat."""
    if word.word.lower() in {"use", "input"}:
        _refuse_keyword(word.word.lower(), head)
    if word.size is not None:
        check_touching(head, word.size.span, "a size touches its word", word)
    if word.geometry:
        _check_geometry(word)
    if bare and isinstance(word.width, Name) and not BARE.fullmatch(word.width.name):
        _refuse_hidden_repeat(word, word.width)


def _refuse_keyword(word: str, span: Span) -> None:
    if word == "use":
        hint = "it stands before the network: use conv:bn; conv3-64"
        raise NotationError('"use" starts a statement and names no layer', span, hint)
    hint = "write it first: input(C=3, H=224, W=224), conv3-64"
    raise NotationError('"input" takes dimensions and names no layer', span, hint)


def _check_geometry(word: Word) -> None:
    seen: dict[str, Span] = {}
    end = word.size.span if word.size is not None else word.span
    for part in word.geometry:
        check_touching(end, part.span, "geometry touches its size", word)
        if part.letter in seen:
            once = tuple(g for g in word.geometry if g is not part)
            repaired = Word(word.word, word.size, once, word.width)
            related = (("first given here", seen[part.letter]),)
            raise NotationError(f'"{part.letter}" is given twice', part.span, meant(repaired), related)
        for value in (part.value.first, part.value.second):
            if value is not None:
                check_whole(value)
        seen[part.letter] = end = part.span


def _refuse_hidden_repeat(word: Word, width: Name) -> None:
    name = width.name
    offers: list[Node] = [word]
    cut = name.find("x", 1, -1)
    if cut > 0:
        left = Word(word.word, word.size, word.geometry, Name(name[:cut]))
        offers.insert(0, Item(left, repeat=Name(name[cut + 1 :])))
    message = f'the width "{shortened(name)}" may be a name or hide a repeat'
    raise NotationError(message, width.span, meant(*offers))


def only_operator(operators: list[Operator], branches: tuple[tuple[Item, ...], ...], span: Span) -> str:
    """Return the operator of a bracket; refuse none, and two that differ."""
    if not operators:
        one = branches[0]
        repaired = (Group(one), Bracket("|", False, (one, (Item(Word("identity")),))))
        raise NotationError("a bracket joins two branches or more", span, meant(*repaired))
    first = operators[0]
    for other in operators:
        if other.sign != first.sign:
            hint = f"put one of them in a bracket of its own: [a {first.sign} [b {other.sign} c]]"
            related = (("the first operator", first.span),)
            raise NotationError("a bracket has one operator", other.span, hint, related)
    return first.sign
