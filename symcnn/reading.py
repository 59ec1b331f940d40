"""Reading values: text in the notation's expression language, the inverse of printing them."""

from symcnn.algebra.demand import Demand
from symcnn.algebra.polynomials import Value
from symcnn.elaborate.scope import Names, Scope
from symcnn.elaborate.tags import Tags
from symcnn.errors import NotationError
from symcnn.notation import parse_expression


def read_value(text: str, demand: Demand) -> Value:
    """Return the value of an expression in free symbols.

    Args:
        text: the expression, as in `{…}` of the notation.
        demand: where what the expression requires is stated: divisors of at
            least 1.

    Raises:
        NotationError: if it is no expression, or divides by zero.
        LimitError: if it is too long, or a number grows over the limit of digits.

    >>> from symcnn.algebra.conditions import Origin
    >>> from symcnn.algebra.requirements import Requirements
    >>> requirements = Requirements()
    >>> read_value("(64*h + 7) // k", Demand(requirements, Origin())), requirements.domain()
    (floor((64*h + 7)/k), <domain: every input>)
    """
    try:
        return Names({}).evaluate(parse_expression(text), Scope(Tags()), demand)
    except NotationError as error:
        raise error.within(text) from None
