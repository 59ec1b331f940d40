"""From rows of items to statements: `use` and definitions.

The grammar reads both as rows of items; here they become what they are.
"""

import re
from typing import NamedTuple

from symcnn.errors import NotationError
from symcnn.notation.checks import meant, shortened
from symcnn.notation.expressions import Name
from symcnn.notation.syntax import (
    Argument,
    Call,
    Default,
    Definition,
    Item,
    Parameter,
    Word,
)
from symcnn.source import Span

Row = tuple[Item, ...]

_ALIAS = re.compile(r"[^\Wx\d][^\Wx\d]*x?|x")
KEYWORDS = ("use", "input")
AXES = ("C", "H", "W")
RESERVED = (*AXES, "cin")


class Use(NamedTuple):
    """What one `use` statement says."""

    defaults: tuple[Default, ...]


# --- Rows ---


def check_row(items: Row) -> None:
    """Refuse `input` after the first item, and calls whose arguments are out of order."""
    for number, item in enumerate(items):
        if isinstance(item.body, Call):
            if number and is_input(item.body):
                raise _misplaced_input(item)
            _check_arguments(item.body)


def check_no_input(items: Row) -> None:
    """Refuse `input` as the first item of a row that is not the network."""
    if isinstance(items[0].body, Call) and is_input(items[0].body):
        raise _misplaced_input(items[0])


def is_input(call: Call) -> bool:
    """Return whether a call is `input(...)`, in whatever case."""
    return call.name.lower() == "input"


def _misplaced_input(item: Item) -> NotationError:
    return NotationError(
        "input(…) is only the first item of a network", item.span, f"begin with: {item.body}, …"
    )


def _check_arguments(call: Call) -> None:
    seen: dict[str, Argument] = {}
    for argument in call.arguments:
        if argument.name is None:
            if seen:
                first = tuple(a for a in call.arguments if a.name is None)
                named = tuple(a for a in call.arguments if a.name is not None)
                message = "an argument without a name stands after one with a name"
                raise NotationError(message, argument.span, meant(Call(call.name, first + named)))
        elif argument.name in seen:
            related = (("first given here", seen[argument.name].span),)
            once = tuple(a for a in call.arguments if a is not argument)
            message = f'the argument "{shortened(argument.name)}" is given twice'
            raise NotationError(message, argument.span, meant(Call(call.name, once)), related)
        else:
            seen[argument.name] = argument


# --- use ---


def default(item: Item) -> Default:
    """Read one word of a `use` statement; an alias may have a dash (`soft-max`)."""
    body = item.body
    if not isinstance(body, Word):
        raise NotationError("use takes words with flags", item.span, "write: use conv:bn")
    width = body.width
    alias = width if isinstance(width, Name) and _ALIAS.fullmatch(width.name) else None
    word = body.word if alias is None else f"{body.word}-{alias.name}"
    if body.size is not None or width is not alias:
        repaired = Default(body.word, item.flags)
        raise NotationError("a word after use has no size or width", body.span, meant(repaired))
    if item.repeat is not None or item.tag is not None:
        repaired = Default(word, item.flags)
        raise NotationError("a word after use has no repeat or tag", item.span, meant(repaired))
    if not item.flags:
        raise NotationError(f'no flags for "{shortened(word)}"', item.span, meant(f"use {word}:bn"))
    return Default(word, item.flags, span=item.span)


# --- Definitions ---


def definition(head: Item, items: Row) -> Definition:
    """Read `name(parameters) = items`."""
    body = head.body
    if head.flags or head.repeat is not None or head.tag is not None:
        message = "the name of a definition takes no flags, repeat or tag"
        raise NotationError(message, head.span, meant(f"{body} = …"))
    if isinstance(body, Call):
        return _with_parameters(body, head, items)
    if not isinstance(body, Word):
        raise NotationError("only a name can be defined", head.span, "write: name(c) = conv3-c; name(64)")
    if body.size is not None and not body.geometry and body.width is None:
        raise _digits_in_name(body.word, head.span)
    if body.size is not None or body.width is not None:
        raise NotationError("only a name can be defined", head.span, meant(f"{body.word} = …"))
    return Definition(body.word, (), items, span=head.span.to(items[-1].span))


def _digits_in_name(letters: str, span: Span) -> NotationError:
    message = "the name of a definition without parameters has no digits"
    return NotationError(message, span, meant(f"{letters} = …"))


def _with_parameters(call: Call, head: Item, items: Row) -> Definition:
    span = Span(call.span.start, call.span.start + len(call.name))
    if call.name.lower() in KEYWORDS:
        raise NotationError(f'a definition may not be named "{call.name}"', span, meant(f"my_{call.name}"))
    if not call.arguments and any(c.isdigit() for c in call.name):
        raise _digits_in_name("".join(c for c in call.name if not c.isdigit()), span)
    _check_arguments(call)
    parameters: dict[str, Parameter] = {}
    for argument in call.arguments:
        parameter = _parameter(argument)
        if parameter.name in parameters:
            related = (("first named here", parameters[parameter.name].span),)
            message = f'two parameters are named "{shortened(parameter.name)}"'
            raise NotationError(message, argument.span, "rename one of them", related)
        parameters[parameter.name] = parameter
    return Definition(call.name, tuple(parameters.values()), items, span=head.span.to(items[-1].span))


def _parameter(argument: Argument) -> Parameter:
    if argument.then is not None:
        raise NotationError('"->" has no meaning in a default', argument.span, meant(without_then(argument)))
    name, default_value = argument.name, argument.value
    if name is None:
        if not isinstance(argument.value, Name):
            raise NotationError("a parameter is a name", argument.span, "write: name(c, s=1) = …")
        name, default_value = argument.value.name, None
    if name in RESERVED:
        what = "the channels that enter a definition" if name == "cin" else "the input of the network"
        raise NotationError(
            f'"{name}" means {what} and is no parameter', argument.span, meant(name.lower()[:1])
        )
    return Parameter(name, default_value, span=argument.span)


def without_then(argument: Argument) -> Argument:
    """Return an argument that is the same in every repeat."""
    return Argument(argument.value, None, argument.name)
