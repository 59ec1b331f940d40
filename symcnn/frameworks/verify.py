"""A network against frameworks: parameters, shapes and MACs of every layer, and which inputs are refused.

>>> [str(size) for size in sizes(Question("conv3-8,pool,fc10", {"C": 3}))]
['224x224x3', '2x2x3', '5x7x3', '1x2x3 (outside)', '2x1x3 (outside)']
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from typing import Any, Final, cast

from symcnn.algebra.evaluation import substitute
from symcnn.answers import Question
from symcnn.elaborate import elaborate
from symcnn.errors import ArgumentError, UnsupportedError
from symcnn.frameworks import FRAMEWORKS, framework
from symcnn.frameworks.base import Framework, Layer, RefusedError
from symcnn.frameworks.program import Program, lower
from symcnn.graph import Graph
from symcnn.layers.merges import Add, Multiply
from symcnn.limits import MAX_LAYERS
from symcnn.report import Numbers, Row

MOST_RUN: Final = 50_000_000
"""Parameters, at the most, of a model that is run."""


@dataclass(frozen=True)
class Input:
    """An input at which a network is verified.

    Attributes:
        height: its height.
        width: its width.
        channels: its channels.
        inside: whether it is in the domain.
    """

    height: int
    width: int
    channels: int
    inside: bool = True

    def __str__(self) -> str:
        return f"{self.height}x{self.width}x{self.channels}" + " (outside)" * (not self.inside)


@dataclass(frozen=True)
class Difference:
    """What a framework says otherwise.

    Attributes:
        layer: the layer in the notation, or the output.
        quantity: what is counted.
        ours: the value here.
        theirs: the value there.
    """

    layer: str
    quantity: str
    ours: object
    theirs: object

    def __str__(self) -> str:
        return f"{self.layer}: {self.quantity} {_shown(self.ours)} here, {_shown(self.theirs)} there"


@dataclass(frozen=True)
class Outcome:
    """What came of one comparison.

    Attributes:
        framework: the framework, with its version.
        input: the input.
        verdict: what agreed, or why nothing can be told.
        differences: what did not.
    """

    framework: str
    input: str
    verdict: str
    differences: tuple[Difference, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """Return the outcome as plain data."""
        return {
            "framework": self.framework,
            "input": self.input,
            "agrees": not self.differences,
            "verdict": self.verdict,
            "differences": [vars(difference) for difference in self.differences],
        }


def verify(question: Question, names: Sequence[str]) -> Iterator[Outcome]:
    """Compare a network with frameworks, at its input and at awkward ones.

    Inside the domain, each layer's parameters, buffers, output and, where the
    framework counts them, MACs are compared. Outside, the framework has to
    refuse. The smallest model is run, and all frameworks have to agree on what
    comes out.

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
    smallest = min((size for size in inputs if size.inside), key=lambda size: size.height * size.width)
    numbers = at(question, smallest).numbers(written_out=MAX_LAYERS)
    if numbers.params <= MOST_RUN:
        from symcnn.frameworks.running import run

        yield from run(frameworks, str(smallest), lower(numbers.graph))


def at(question: Question, size: Input) -> Question:
    """Return a question at another input, as far as the text does not pin it."""
    sides = {"H": size.height, "W": size.width}
    values = {name: value for name, value in sides.items() if name in question.point}
    return Question(question.architecture, {**question.point, **values})


def unbound(question: Question) -> Graph:
    """Return the graph of a question in H and W."""
    values = {name: value for name, value in question.point.items() if name not in ("H", "W")}
    return elaborate(question.architecture, values, MAX_LAYERS)


def sizes(question: Question) -> list[Input]:
    """Return the inputs to verify: the one asked for, the smallest, an odd one, and some outside."""
    channels, height, width = question.numbers().input
    asked = Input(height, width, channels)
    try:
        domain = unbound(question).domain
    except UnsupportedError:
        return [asked]
    if not {"H", "W"} <= question.point.keys():
        return [asked]

    def near(height: int, width: int) -> Iterator[Input]:
        point = domain.nearest({"H": height, "W": width})
        if point is not None:
            yield Input(int(point["H"]), int(point["W"]), channels)

    found = [asked, *near(1, 1)]
    least = found[-1]
    found += near(2 * least.height + 1, 3 * least.width + 1)
    outside = [
        Input(h, w, channels, inside=False)
        for h, w in (
            (least.height - 1, least.width),
            (least.height, least.width - 1),
            (height + 1, width),
        )
        if min(h, w) >= 1 and {"H": h, "W": w} not in domain
    ]
    return list(dict.fromkeys([*found, *outside]))


def titled(each: Framework) -> str:
    """Return a framework with its version."""
    return f"{each.name} {version(each.package)}"


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
    if not each.refuses:
        return Outcome(titled(each), str(size), "cannot be told: shapes are inferred without a check")
    try:
        each.inspect(lower(graph, point))
    except RefusedError:
        return Outcome(titled(each), str(size), "refused by both")
    except ArgumentError:
        return Outcome(titled(each), str(size), "cannot be told: a size is no integer")
    if _repeats(graph, point):
        return Outcome(titled(each), str(size), "cannot be told: it repeats what is 1 by chance")
    taken = Difference("the network", "input", "refused", "taken")
    return Outcome(titled(each), str(size), "taken", (taken,))


def _repeats(graph: Graph, point: Mapping[str, int]) -> bool:
    """Tell whether unequal tensors are added or multiplied."""
    merges = (node for node in graph.nodes if isinstance(node.layer, Add | Multiply))
    sizes = ([tuple(substitute(v, point) for v in s.sizes) for s in node.shapes] for node in merges)
    return any(len(set(shapes)) > 1 for shapes in sizes)


def _shown(value: object) -> str:
    if isinstance(value, tuple):
        return "×".join(str(size) for size in cast("tuple[int, ...]", value))
    return f"{value:,}" if isinstance(value, int) else str(value)


def outcome_lines(outcomes: Sequence[Outcome]) -> str:
    """Write outcomes for people: a line for each, with the differences below."""
    rows = [(outcome.framework, outcome.input) for outcome in outcomes]
    first, second = (max(map(len, column)) for column in zip(*rows, strict=True))
    lines: list[str] = []
    for (name, size), outcome in zip(rows, outcomes, strict=True):
        mark = "differs" if outcome.differences else "-" if "cannot" in outcome.verdict else "agrees"
        lines.append(f"{name:<{first}}  {size:<{second}}  {mark:<7}  {outcome.verdict}")
        lines += [f"    {difference}" for difference in outcome.differences]
    return "\n".join(lines)
