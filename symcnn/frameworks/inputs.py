"""The inputs at which a network is verified.

>>> [str(size) for size in sizes(Question("conv3-8,pool,fc10", {"C": 3}))]
['224x224x3', '2x2x3', '5x7x3', '1x2x3 (outside)', '2x1x3 (outside)']
"""

from collections.abc import Iterator
from dataclasses import dataclass

from symcnn.answers import Question
from symcnn.elaborate import elaborate
from symcnn.errors import UnsupportedError
from symcnn.graph import Graph
from symcnn.limits import MAX_LAYERS


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
