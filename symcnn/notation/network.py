"""From statements to an architecture: what each contributes, and what `input` pins."""

from symcnn.errors import NotationError
from symcnn.notation.checks import meant, shortened
from symcnn.notation.statements import AXES, Row, Use, is_input, without_then
from symcnn.notation.syntax import Architecture, Argument, Call, Default, Definition, Pin
from symcnn.source import Span


def architecture(statements: list[Use | Definition | Row]) -> Architecture:
    """Put the statements together; the last of them is the network."""
    defaults: list[Default] = []
    definitions: dict[str, Definition] = {}
    for statement in statements[:-1]:
        if isinstance(statement, Use):
            defaults += statement.defaults
        elif isinstance(statement, Definition):
            _add(definitions, statement)
        else:
            raise _early_network(statement, statements[-1])
    network = statements[-1]
    if isinstance(network, Use | Definition):
        end = (network.defaults[-1] if isinstance(network, Use) else network).span.end
        raise NotationError(
            "there is no network", Span(end, end), "add it after a semicolon: …; conv3-64, pool"
        )
    pins = _pins(network)
    return Architecture(tuple(defaults), tuple(definitions.values()), pins, network[1 if pins else 0 :])


def _add(definitions: dict[str, Definition], new: Definition) -> None:
    if new.name in definitions:
        old = definitions[new.name].span
        length = len(new.name)
        raise NotationError(
            f'"{shortened(new.name)}" is defined twice',
            Span(new.span.start, new.span.start + length),
            "rename one of them",
            (("first defined here", Span(old.start, old.start + length)),),
        )
    definitions[new.name] = new


def _early_network(row: Row, last: Use | Definition | Row) -> NotationError:
    span = row[0].span.to(row[-1].span)
    if isinstance(last, Use | Definition):
        return NotationError(
            "the network stands after definitions and use", span, "move it to the end of the text"
        )
    return NotationError('";" ends a definition, "," separates items', span, meant(f"{row[-1]}, {last[0]}"))


def _pins(network: Row) -> tuple[Pin, ...]:
    item = network[0]
    call = item.body
    if not isinstance(call, Call) or not is_input(call):
        return ()
    if item.flags or item.repeat is not None or item.tag is not None:
        raise NotationError("input takes no flags, repeat or tag", item.span, meant(call))
    if not call.arguments:
        raise NotationError("input pins nothing", item.span, meant("input(C=3, H=224, W=224)"))
    pins = tuple(_pin(argument, number) for number, argument in enumerate(call.arguments))
    if len(network) == 1:
        end = item.span.end
        raise NotationError("there is no network after the input", Span(end, end), meant(f"{call}, conv3-64"))
    return pins


def _pin(argument: Argument, number: int) -> Pin:
    name = argument.name
    if name is None:
        hint = meant(Pin(AXES[min(number, 2)], argument.value))
        raise NotationError("input names its dimensions", argument.span, hint)
    if argument.then is not None:
        raise NotationError('"->" has no meaning in input', argument.span, meant(without_then(argument)))
    if name not in AXES:
        near = meant(Pin(name.upper(), argument.value)) if name.upper() in AXES else "they are C, H and W"
        raise NotationError(f'input has no dimension "{shortened(name)}"', argument.span, near)
    return Pin(name, argument.value, span=argument.span)
