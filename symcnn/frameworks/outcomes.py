"""What came of comparing a network with a framework, and how it is told."""

from collections.abc import Sequence
from dataclasses import dataclass
from importlib.metadata import version
from typing import Any, cast

from symcnn.frameworks.base import Framework


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


def titled(each: Framework) -> str:
    """Return a framework with its version."""
    return f"{each.name} {version(each.package)}"


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


def _shown(value: object) -> str:
    if isinstance(value, tuple):
        return "×".join(str(size) for size in cast("tuple[int, ...]", value))
    return f"{value:,}" if isinstance(value, int) else str(value)
