"""What names mean at a place: parameters, `cin`, tags and free symbols."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Final

from symcnn.algebra.arithmetic import ceil_div, divide, floor_div, greatest, least, modulo, power, round_to
from symcnn.algebra.atoms import symbol
from symcnn.algebra.demand import Demand
from symcnn.algebra.polynomials import Poly, Value, checked, tidy
from symcnn.algebra.symbols import canonical
from symcnn.elaborate.tags import Tags
from symcnn.errors import NotationError, SymcnnError
from symcnn.notation.expressions import Expression, Function, Name, Negation, Number, Power, Product, Sum


@dataclass(frozen=True)
class Scope:
    """What a row of items sees.

    Attributes:
        tags: the tags in sight.
        parameters: values by the names of the definition's parameters.
        channels: `cin`, the channels that enter the definition; None outside.
        definitions: names of the definitions being built, outermost first.
        depth: levels of brackets and definitions around.
        loops: loops around, whose passes are not written out.
    """

    tags: Tags
    parameters: Mapping[str, Value] = field(default_factory=dict[str, Value])
    channels: Value | None = None
    definitions: tuple[str, ...] = ()
    depth: int = 0
    loops: int = 0

    def repeated(self, loops: int = 0) -> "Scope":
        """Return what one of several passes sees: the tags around, while it keeps its own."""
        return Scope(
            Tags(self.tags), self.parameters, self.channels, self.definitions, self.depth, self.loops + loops
        )


def _floor(value: Value) -> Value:
    return floor_div(value, 1)


def _ceil(value: Value) -> Value:
    return ceil_div(value, 1)


def _least(*values: Value) -> Value:
    return least(values)


def _greatest(*values: Value) -> Value:
    return greatest(values)


FUNCTIONS: Final[Mapping[str, Callable[..., Value]]] = {
    "floor": _floor,
    "ceil": _ceil,
    "min": _least,
    "max": _greatest,
    "round_to": round_to,
}


class Names:
    """The free symbols of a network: which there are, and which have a value.

    Args:
        bound: values by canonical names, of symbols and of C, H, W.
        demand: where what an expression requires is recorded.
    """

    def __init__(self, bound: Mapping[str, Value]) -> None:
        self.bound = dict(bound)
        self.free: set[str] = set()

    def evaluate(self, expression: Expression, scope: Scope, demand: Demand) -> Value:
        """Evaluate an expression of the notation, exactly.

        Raises:
            NotationError: if a name has no meaning here, or a number is
                divided by zero.
            LimitError: if a number grows over the limit of digits.
        """
        if isinstance(expression, Number):
            return expression.value
        try:
            value = checked(self._value(expression, scope, demand))
            return value if isinstance(value, Poly) else tidy(value)
        except SymcnnError as error:
            if error.span is None:
                error.span = expression.span
            raise

    def _value(self, expression: Expression, scope: Scope, demand: Demand) -> Value:
        match expression:
            case Number(value=value):
                return value
            case Name():
                return self._name(expression, scope)
            case Sum(signs=signs, terms=terms):
                out: Value = 0
                for sign, term in zip(signs, terms, strict=True):
                    value = self._value(term, scope, demand)
                    out = out + value if sign == "+" else out - value
                return out
            case Product(operators=operators, factors=factors):
                out = 1
                for operator, factor in zip(operators, factors, strict=True):
                    out = _apply(operator, out, self._value(factor, scope, demand), demand)
                return checked(out)
            case Negation(operand=operand):
                return -1 * self._value(operand, scope, demand)
            case Power(base=base, exponent=exponent):
                raised = self._value(exponent, scope, demand)
                if isinstance(raised, Poly):
                    demand.whole(raised, "an exponent is an integer")
                return power(self._value(base, scope, demand), raised)
            case Function(name=name, arguments=arguments):
                values = [self._value(a, scope, demand) for a in arguments]
                if name == "round_to":
                    demand.at_least(values[1], 1, "round_to rounds to multiples of at least 1")
                return demand.pruned(FUNCTIONS[name](*values))
            case _:
                raise TypeError(type(expression))

    def _name(self, expression: Name, scope: Scope) -> Value:
        name = expression.name
        if name in scope.parameters:
            return scope.parameters[name]
        if name == "cin":
            if scope.channels is None:
                raise NotationError(
                    "cin is the channels that enter a definition, and this is outside of one",
                    expression.span,
                    "the channels of the network's input are C",
                )
            return scope.channels
        known = canonical(name)
        self.free.add(known)
        return self.bound[known] if known in self.bound else symbol(known)


def _apply(operator: str, one: Value, two: Value, demand: Demand) -> Value:
    if operator == "*":
        return one * two
    if operator == "/":
        # What is cancelled may not be 0 either.
        demand.nonzero(two, "a number is divided by zero")
        return divide(one, two)
    if isinstance(two, Poly):
        demand.at_least(two, 1, "a divisor is at least 1")
    return floor_div(one, two) if operator == "//" else modulo(one, two)
