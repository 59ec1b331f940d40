"""From an architecture to a graph: names resolved, blocks expanded, shapes known."""

from collections.abc import Mapping

from symcnn.algebra.polynomials import Number
from symcnn.algebra.requirements import ImpossibleError
from symcnn.elaborate.builder import Builder
from symcnn.errors import DomainError, NotationError, SymcnnError
from symcnn.graph import Graph
from symcnn.limits import MAX_WRITTEN_OUT
from symcnn.notation.syntax import Architecture

DIMENSIONS = ("C", "H", "W")


def elaborate(
    architecture: Architecture,
    bound: Mapping[str, Number] | None = None,
    written_out: int = MAX_WRITTEN_OUT,
) -> Graph:
    """Build the graph of an architecture.

    Args:
        architecture: what was parsed.
        bound: values of symbols (canonical names), and of C, H, W, that are
            put in before building.
        written_out: repeats of a number up to which each pass has nodes of its
            own; of more, one pass stands for all.

    Raises:
        NotationError: if no input can satisfy the architecture.
        DomainError: if some can, but not with the values given.
        LimitError: if it is larger than the limits allow.
        UnsupportedError: if it repeats something a symbolic number of times.
    """
    bound = bound or {}
    try:
        return Builder(architecture, bound, written_out).build()
    except ImpossibleError as error:
        plain = NotationError(error.message, error.span, error.hint, error.related)
        raise _explained(architecture, bound, plain).within(architecture.text) from None
    except SymcnnError as error:
        raise error.within(architecture.text) from None


def _explained(architecture: Architecture, bound: Mapping[str, Number], error: NotationError) -> SymcnnError:
    """Tell what no input can satisfy from what fails at the values given.

    The network is built again with fewer values given; if that works, its
    domain says what is wrong with them, and what would work.
    """
    pinned = {pin.name for pin in architecture.pins}
    given = {name: value for name, value in bound.items() if name not in pinned}
    if not given:
        return error
    without_input = {n: v for n, v in given.items() if n not in DIMENSIONS}
    for kept in [without_input] if without_input == {} else [without_input, {}]:
        try:
            Builder(architecture, kept).build().domain.at(given)
        except DomainError as refusal:
            return refusal
        except ImpossibleError as impossible:
            error = impossible
        except SymcnnError:
            break
    else:
        return error
    return DomainError(error.message, error.span, error.hint, error.related)
