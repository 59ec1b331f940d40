"""A network against frameworks: parameters, shapes and MACs of every layer, and which inputs are refused."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from symcnn.algebra.evaluation import substitute
from symcnn.answers import Question
from symcnn.errors import ArgumentError
from symcnn.frameworks import FRAMEWORKS, framework
from symcnn.frameworks.base import Framework, Layer, RefusedError
from symcnn.frameworks.inputs import Input, at, sizes, unbound
from symcnn.frameworks.lowering import lower
from symcnn.frameworks.outcomes import Difference, Outcome, titled
from symcnn.frameworks.program import Program
from symcnn.graph import Graph
from symcnn.layers.merges import Add, Multiply
from symcnn.limits import MAX_LAYERS
from symcnn.report import Numbers
from symcnn.table import Row

MOST_PARAMETERS: Final = 50_000_000
"""Parameters, at the most, of a model that is run."""

MOST_MACS: Final = 10_000_000_000
"""Multiply-accumulates, at the most, of a model that is run."""


def verify(question: Question, names: Sequence[str]) -> Iterator[Outcome]:
    """Compare a network with frameworks, at its input and at awkward ones.

    Inside the domain, each layer's parameters, buffers, output and, where the
    framework counts them, MACs are compared. Outside, the framework has to
    refuse. One model is run, if possible at an odd input, and all frameworks have
    to agree on what comes out.

    Args:
        question: the network and its input.
        names: the frameworks.

    Raises:
        ArgumentError: if there is no such framework, or a symbol has no value.
        MissingError: if one is not installed.
        DomainError: if the network cannot take its input.
        UnsupportedError: if a layer has no counterpart.
    """
    if not names:
        raise ArgumentError("no framework is named", hint=f"known: {', '.join(FRAMEWORKS)}")
    frameworks = [framework(name) for name in names]
    inputs = sizes(question)
    for size in inputs:
        if size.inside:
            numbers = at(question, size).numbers(written_out=MAX_LAYERS)
            program = lower(numbers.graph)
            yield from (_inside(each, size, numbers, program) for each in frameworks)
        else:
            graph = unbound(question)
            yield from (_outside(each, size, graph) for each in frameworks)
    for size in reversed([size for size in inputs if size.inside]):
        numbers = at(question, size).numbers(written_out=MAX_LAYERS)
        if numbers.params <= MOST_PARAMETERS and numbers.macs <= MOST_MACS:
            from symcnn.frameworks.running import run

            yield from run(frameworks, str(size), lower(numbers.graph))
            return


def _inside(each: Framework, size: Input, numbers: Numbers, program: Program) -> Outcome:
    """Compare a network layer by layer."""
    try:
        layers = each.inspect(program)
    except RefusedError as error:
        refused = Difference("the network", "input", "taken", f"refused ({error})")
        return Outcome(titled(each), str(size), "refused", (refused,))
    pairs = zip(numbers.layers, layers, strict=True)
    differences = tuple(d for row, layer in pairs for d in _differences(row, layer))
    macs = ", MACs" if all(layer.macs is not None for layer in layers) else ""
    return Outcome(titled(each), str(size), f"{len(layers)} layers: parameters, shapes{macs}", differences)


def _differences(row: Row[int], layer: Layer) -> Iterator[Difference]:
    """Return where a framework has another number."""
    ours = {"params": row.params, "buffers": row["buffers"], "output": row.output, "macs": row.macs}
    for quantity, value in ours.items():
        theirs = getattr(layer, quantity)
        if theirs is not None and theirs != value:
            yield Difference(row.label, quantity, value, theirs)


def _outside(each: Framework, size: Input, graph: Graph) -> Outcome:
    """Let a framework refuse an input."""
    point = {"H": size.height, "W": size.width}
    try:
        each.inspect(lower(graph, point))
    except RefusedError:
        return Outcome(titled(each), str(size), "refused by both")
    except ArgumentError:
        return Outcome(titled(each), str(size), "cannot be told: a size is no integer")
    if repeats(graph, point):
        return Outcome(titled(each), str(size), "cannot be told: it repeats what is 1 by chance")
    taken = Difference("the network", "input", "refused", "taken")
    return Outcome(titled(each), str(size), "taken", (taken,))


def repeats(graph: Graph, point: Mapping[str, int]) -> bool:
    """Tell whether unequal tensors are added or multiplied."""
    merges = (node for node in graph.nodes if isinstance(node.layer, Add | Multiply))
    sizes = ([tuple(substitute(v, point) for v in s.sizes) for s in node.shapes] for node in merges)
    return any(len(set(shapes)) > 1 for shapes in sizes)
