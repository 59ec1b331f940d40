"""The zoo: famous networks, each a file in the native notation.

A file `zoo/NAME.cnn` starts with comments that state what it is:

    # VGG-16, configuration D.
    # input: 224x224x3
    # params: 138357544 (torchvision, weights metadata)
    # macs: 15470264320 (counted by hand; calflops 0.3.2)
    conv3-64x2, pool, ...

What a library builds under that name, with all that runs there, activation
functions above all, is a file `zoo/NAME.LIBRARY.cnn`.

The first comment is the title. A published count names its quantity, with
values of symbols in brackets if the network has some (`# params[n=9]: 853018
(...)`), and its source in parentheses.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache
from importlib.resources import files
from typing import Final

from symcnn.algebra.polynomials import Number
from symcnn.algebra.symbols import canonical, exact
from symcnn.errors import ArgumentError

SUFFIX: Final = ".cnn"
_COUNT: Final = re.compile(
    r"# (?P<quantity>\w+)(?:\[(?P<symbols>[^\]]*)\])?: (?P<value>\d+) \((?P<source>.*)\)"
)
_INPUT: Final = re.compile(r"# input: (?P<H>\d+)x(?P<W>\d+)x(?P<C>\d+)")


DEFAULT_INPUT: Final[Mapping[str, int]] = {"H": 224, "W": 224, "C": 3}
"""The input where neither a question, the text nor the zoo states one."""


@dataclass(frozen=True)
class Published:
    """A count that somebody published.

    Attributes:
        quantity: what is counted, as `Report` names it.
        value: the count.
        symbols: the values of symbols that it holds for.
        source: where it was published.
    """

    quantity: str
    value: int
    symbols: Mapping[str, Number]
    source: str


@dataclass(frozen=True)
class Entry:
    """A network of the zoo.

    Attributes:
        name: its name.
        title: what it is, in a line.
        notation: the architecture.
        input: H, W and C of the input that it is published for.
        published: counts that it must reproduce, at that input.
    """

    name: str
    title: str
    notation: str
    input: Mapping[str, int]
    published: tuple[Published, ...]

    def __str__(self) -> str:
        return self.notation


def read_entry(name: str, content: str) -> Entry:
    r"""Read the content of a zoo file.

    Raises:
        ValueError: if its header is incomplete or has a line of no known form.

    >>> entry = read_entry("tiny", "# A tiny one.\n# input: 8x8x3\n# params: 84 (by hand)\nconv3-3")
    >>> entry.title, entry.notation, entry.published[0].value
    ('A tiny one.', 'conv3-3', 84)
    """
    lines = content.splitlines()
    header = [line for line in lines if line.startswith("#")]
    notation = "\n".join(line for line in lines if not line.startswith("#")).strip()
    size: dict[str, int] = {}
    published: list[Published] = []
    for line in header[1:]:
        if match := _INPUT.fullmatch(line):
            size = {axis: int(value) for axis, value in match.groupdict().items()}
        elif match := _COUNT.fullmatch(line):
            symbols = _symbols(match["symbols"] or "")
            published.append(Published(match["quantity"], int(match["value"]), symbols, match["source"]))
        else:
            raise ValueError(f"{name}: a line of no known form: {line}")
    if not (header and notation and size):
        raise ValueError(f"{name}: title, input or notation is missing")
    return Entry(name, header[0].removeprefix("# "), notation, size, tuple(published))


def _symbols(text: str) -> dict[str, Number]:
    pairs = [part.split("=") for part in text.split(",") if part]
    return {canonical(name.strip()): exact(name.strip(), value.strip()) for name, value in pairs}


class Zoo(Mapping[str, Entry]):
    """The networks by name, each read when it is asked for.

    >>> zoo["vgg16"].input
    {'H': 224, 'W': 224, 'C': 3}
    """

    def __getitem__(self, name: str) -> Entry:
        if name not in self._names():
            raise KeyError(name)
        return _load(name)

    def __iter__(self) -> Iterator[str]:
        return iter(self._names())

    def __len__(self) -> int:
        return len(self._names())

    def __contains__(self, name: object) -> bool:
        return name in self._names()

    @staticmethod
    def _names() -> Mapping[str, None]:
        return _names()


@cache
def _names() -> Mapping[str, None]:
    found = (f.name for f in (files("symcnn") / "zoo").iterdir())
    return dict.fromkeys(sorted(n.removesuffix(SUFFIX) for n in found if n.endswith(SUFFIX)))


@cache
def _load(name: str) -> Entry:
    content = (files("symcnn") / "zoo" / f"{name}{SUFFIX}").read_text(encoding="utf-8")
    return read_entry(name, content)


zoo: Final = Zoo()
"""The networks by name."""


def usual_input(notation: str) -> Mapping[str, int]:
    """Return the input that a network is published for, or else `DEFAULT_INPUT`.

    >>> usual_input(zoo["lenet5"].notation)["H"], usual_input("conv3-64")["H"]
    (28, 224)
    """
    return next((e.input for e in zoo.values() if e.notation == notation), DEFAULT_INPUT)


def find(name: str) -> Entry:
    """Return the network of a name.

    Raises:
        ArgumentError: if there is none; with the nearest name.
    """
    if name not in zoo:
        near = get_close_matches(name, zoo, n=1)
        hint = f"did you mean: {near[0]}" if near else "symcnn zoo lists them"
        raise ArgumentError(f"the zoo has no network {name!r}", hint=hint)
    return zoo[name]


def built(name: str, library: str) -> Entry | None:
    """Return a network of the zoo as a library builds it, with all that runs; None where the zoo lacks it.

    >>> built("resnet50", "keras").name, built("lenet5", "keras")
    ('resnet50.keras', None)
    """
    return zoo.get(f"{name}.{library}")


def builds(name: str) -> list[Entry]:
    """Return a network of the zoo as each library builds it; none of what is no name there.

    >>> [entry.name for entry in builds("resnet50")]
    ['resnet50.keras', 'resnet50.torchvision']
    """
    return [zoo[entry] for entry in zoo if entry.startswith(f"{name}.")]


def described(entry: Entry) -> str:
    """Write a network as its file has it, with readable counts."""
    size = "x".join(str(entry.input[axis]) for axis in ("H", "W", "C"))
    lines = [f"# {entry.title}", f"# input: {size}"]
    for count in entry.published:
        values = ", ".join(f"{name} = {value}" for name, value in count.symbols.items())
        at = f" at {values}" if values else ""
        lines.append(f"# {count.quantity}{at}: {count.value:,} ({count.source})")
    return "\n".join([*lines, entry.notation])
