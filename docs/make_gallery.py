"""Write `gallery.md`, the page about the networks of the zoo, from the zoo.

    python docs/make_gallery.py            writes the page
    python docs/make_gallery.py --check    exits with 1 and a diff if it is stale

Every formula and every domain on the page is derived when it is written, and
every published count is one that the tests reproduce.
"""

import re
import sys
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain
from pathlib import Path
from typing import Final

from pages import code, main, table

import symcnn
from symcnn.algebra.symbols import INPUT
from symcnn.catalog import Entry, Published

PAGE: Final = Path(__file__).with_name("gallery.md")

LONG: Final = 200
"""A formula of more characters is folded, and broken into lines."""

WIDTH: Final = 100
"""How long such a line may be."""

INTRODUCTION: Final = """\
# Gallery

<!-- Written by docs/make_gallery.py from the files in symcnn/zoo. Do not edit. -->

The networks that come along: [families](#families), whose strings have symbols
of their own, with their closed forms; what a string
[does not say](#what-the-notation-does-not-say); and
[single networks](#single-networks), with their counts.

A name stands for its string, on the command line and in Python:

```pycon
>>> import symcnn
>>> family = symcnn.derive("cifar_resnet_a")
>>> str(family.params.at(C=3))
'97216*n - 21926'
>>> family.params(C=3, n=9)
853018
>>> symcnn.derive("cifar_resnet_a", "32x32x3", symbols={"n": 9}).at().macs
125485696

```

Parameters are those that are trained; MACs are multiply-accumulates, without
bias additions. Where a source counts otherwise, it is said how its count was
brought to that.
"""

FAMILIES: Final = """\
## Families

C, H and W are the channels, height and width of the input. Latin letters are
positive integers, Greek letters positive rationals. `[…]` is 1 where what it
says is true, and 0 elsewhere. Each closed form holds for its whole domain, not
only at the points that somebody published.
"""

LIMITS: Final = """\
## What the notation does not say

A repeat has no index: its passes differ by what enters them, and by
`first->later`. So these families have no string.

- **RegNetX(w_0, w_a, w_m, d)**. Its paper (arXiv:2003.13678) gives block j the
  width u = w_0 + w_a·j, rounds that to the nearest w_0·w_m^s for a whole s, and
  the result to a multiple of 8; a stage is a run of blocks of equal width. That
  needs the index j, a logarithm, and a number of stages that comes out of the
  calculation. What can be said is the outcome: [`regnet_x`](#regnet_x) is
  RegNetX with the widths and depths of its stages as symbols, and the published
  networks are points of it.
- **U-Net(depth)**. The way up joins the tensors of the way down in reverse
  order, and a tag that is set inside a repeat is not seen outside of it. Each
  depth has its own string: [`unet_depth1`](#unet_depth1) to
  [`unet_depth6`](#unet_depth6), with the width as symbol.
- **SqueezeNet of any number of modules**. In `b + i*(3//f)` the 3 is the place
  of a module, written by hand. [`squeezenet`](#squeezenet) has all that its
  paper leaves open of the eight modules, the frequency f included; it has no
  symbol for eight.
- **PyramidNet(α) in general**. Block j of N has 16 + α·j/N channels, rounded
  down, which are equal steps only if N divides α.
  [`cifar_pyramidnet`](#cifar_pyramidnet) has the step as symbol.
- **EfficientNet's resolution** is no symbol of its string either, but the H and
  W of the input.
"""

NETWORKS: Final = """\
## Single networks

Counts at the input stated, and the inputs for which the closed forms hold.
"""


def page() -> str:
    """Return the whole page."""
    families = [entry for entry in symcnn.zoo.values() if is_family(entry)]
    others = [entry for entry in symcnn.zoo.values() if not is_family(entry)]
    sections = [
        INTRODUCTION,
        FAMILIES,
        _lines(_index(families)),
        *(_lines(_section(entry)) for entry in families),
        LIMITS,
        NETWORKS,
        _lines(_networks(others)),
    ]
    return "\n".join(sections)


def is_family(entry: Entry) -> bool:
    """Return whether the string of a network has symbols of its own."""
    return any(count.symbols for count in entry.published)


def _lines(lines: Iterable[str]) -> str:
    return "".join(f"{line}\n" for line in lines)


def _index(families: Sequence[Entry]) -> Iterator[str]:
    rows = ((f"[`{e.name}`](#{e.name})", ", ".join(_symbols(e)), e.title.rstrip(".")) for e in families)
    yield from table(("family", "symbols", "what it is"), rows)


def _symbols(entry: Entry) -> list[str]:
    return [name for name in symcnn.derive(entry).symbols if name not in INPUT]


def _section(entry: Entry) -> Iterator[str]:
    """Yield what the page says of a family."""
    report = symcnn.derive(entry)
    channels = entry.input["C"]
    yield from (f"### {entry.name}", "", entry.title, "", "```text", entry.notation, "```", "")
    yield from _stated("Parameters", str(report.params))
    if len(shorter := str(report.params.at(C=channels))) <= LONG:
        yield from _stated(f"Parameters for C = {channels}", shorter)
    yield from _stated("MACs", str(report.macs))
    yield from _stated("Holds for", *report.domain.phrases())
    yield f"Published, at {_size(entry)}:"
    yield ""
    yield from table(("at", "quantity", "count", "source"), map(_row, entry.published))


def _stated(what: str, *formulas: str) -> Iterator[str]:
    """Yield formulas or conditions, folded away if they are long."""
    if len("; ".join(formulas)) <= LONG:
        yield f"{what}: {_joined(formulas)}"
    else:
        yield from (f"<details><summary>{what}</summary>", "", "```text")
        yield from chain.from_iterable(map(broken, formulas))
        yield from ("```", "", "</details>")
    yield ""


def broken(formula: str) -> list[str]:
    """Break a formula into lines, each of which but the first begins with a sign.

    >>> [line[:8] for line in broken("a + " + "floor((H - 5)/4)*b + " * 5 + "c")]
    ['a + floo', '+ floor(']
    """
    lines = [""]
    for term in _terms(formula):
        if len(lines[-1] + term) <= WIDTH or not lines[-1]:
            lines[-1] += term
        else:
            lines.append(term.lstrip())
    return lines


def _terms(formula: str) -> Iterator[str]:
    """Yield the terms of the outermost sum, each with its sign; sums in a floor stay together."""
    # A common denominator puts the whole sum into parentheses.
    outermost = int(formula.startswith("("))
    term, depth = "", 0
    for part in re.split(r"(?= [+-] )", formula):
        if depth == outermost and term:
            yield term
            term = ""
        term += part
        depth += part.count("(") - part.count(")")
    yield term


def _row(count: Published) -> tuple[str, str, str, str]:
    point = ", ".join(f"{name} = {value}" for name, value in count.symbols.items())
    return point, count.quantity, f"{count.value:,}", count.source


def _networks(entries: Sequence[Entry]) -> Iterator[str]:
    headings = ("network", "input", "parameters", "MACs", "holds for", "parameters published by")
    yield from table(headings, map(_network, entries))


def _network(entry: Entry) -> tuple[str, ...]:
    report = symcnn.derive(entry)
    numbers = report.at(**entry.input)
    holds = _joined(report.domain.phrases())
    sources = next(count.source for count in entry.published if count.quantity == "params")
    return code(entry.name), _size(entry), f"{numbers.params:,}", f"{numbers.macs:,}", holds, sources


def _joined(formulas: Sequence[str]) -> str:
    """Join formulas or conditions; a domain without conditions is every input."""
    return "; ".join(map(code, formulas)) or "every input"


def _size(entry: Entry) -> str:
    return "×".join(str(entry.input[axis]) for axis in ("H", "W", "C"))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:], PAGE, page()))
