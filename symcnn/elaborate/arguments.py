"""Matching the arguments of a call with the parameters of a definition."""

from collections.abc import Mapping

from symcnn.algebra.polynomials import Value
from symcnn.elaborate.flags import Evaluate
from symcnn.elaborate.suggestions import for_call, written_as
from symcnn.errors import NotationError
from symcnn.layers import WORDS
from symcnn.notation.expressions import Expression
from symcnn.notation.syntax import Argument, Call, Definition, Item, Parameter


def given(
    definition: Definition, arguments: tuple[Argument, ...], item: Item, index: int, evaluate: Evaluate
) -> dict[str, Value]:
    """Evaluate the arguments of a call, by the names of the parameters.

    Args:
        definition: what is called.
        arguments: what it is called with.
        item: the item that calls it.
        index: the number of the repetition; it decides `first->then`.
        evaluate: evaluates an expression where the call is written.

    Raises:
        NotationError: if there are too many, or one is unknown or comes twice.
    """
    names = [p.name for p in definition.parameters]
    values: dict[str, Value] = {}
    for place, argument in enumerate(arguments):
        if argument.name is None and place >= len(names):
            raise wrong_arguments(definition, item, f"{len(arguments)} are given")
        name = names[place] if argument.name is None else argument.name
        if name not in names:
            takes = f"it takes {', '.join(names)}" if names else "it takes no arguments"
            raise NotationError(f"{definition.name} has no parameter {name}", argument.span, takes)
        if name in values:
            raise NotationError(f"{definition.name} gets {name} twice", argument.span)
        values[name] = evaluate(argument.value if index == 0 or argument.then is None else argument.then)
    return values


def default_of(parameter: Parameter, definition: Definition, item: Item) -> Expression:
    """Return the default of a parameter that no argument is given for.

    Raises:
        NotationError: if it has none.
    """
    if parameter.default is None:
        raise wrong_arguments(definition, item, f"{parameter.name} is missing")
    return parameter.default


def wrong_arguments(definition: Definition, item: Item, what: str) -> NotationError:
    """Return the error for a wrong number of arguments."""
    takes = ", ".join(str(p) for p in definition.parameters)
    name = definition.name
    hint = f"it is defined as {name}({takes})" if takes else f"{name} takes no arguments"
    return NotationError(f"wrong arguments for {name}: {what}", item.span, hint)


def unknown_definition(call: Call, definitions: Mapping[str, Definition]) -> NotationError:
    """Return the error for a call of something that is not defined."""
    if call.name.lower() in WORDS:
        message = f"{call.name} is a layer and takes no arguments"
        return NotationError(message, call.span, written_as(call.name))
    return NotationError(f'unknown definition "{call.name}"', call.span, for_call(call, definitions))
