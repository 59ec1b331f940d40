"""Write `conventions.md`, the page about counting conventions, from their records.

    python docs/make_conventions.py            writes the page
    python docs/make_conventions.py --check    exits with 1 and a diff if it is stale

What the page says of a convention is its record, and every number on it is
counted when the page is written.
"""

import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final

from pages import code, main, table

from symcnn.answers import accounted
from symcnn.conventions import DEFAULT, Convention, Rule, Term, conventions
from symcnn.conventions.record import usual_title
from symcnn.render.ledger import signed
from symcnn.render.sheet import number

PAGE: Final = Path(__file__).with_name("conventions.md")

INTRODUCTION: Final = """\
# Counting conventions

<!-- Written by docs/make_conventions.py from the records in symcnn/conventions. Do not edit. -->

Is a multiply-accumulate one operation or two, are biases in, are the statistics
of a batch normalization parameters? Counters answer differently, so every
number that symcnn prints comes with the convention that it follows. Unless
another one is asked for that is its own:

- **parameters** are what is trained: weights, biases, scale and shift of
  normalizations; running means and variances are **buffers**, and apart;
- **MACs** are multiply-accumulates of convolutions and fully connected layers,
  without bias additions;
- **activations** are elements of the outputs of convolutions, pools and fully
  connected layers; normalizations, activation functions, dropout, reshapes and
  merges work in place, and the input is a line of its own.

What a tool counts is a record: weights over sizes of layers, which gives closed
forms as symcnn's own counts have them. `symcnn compare` puts all of them side by
side and says why they differ; `--convention NAME` makes any command count so:

```console
$ symcnn compare "conv3-8:bn:relu, gap, fc10" --input 32x32x3
...
$ symcnn eval resnet50 --of macs --convention torchinfo
input       224x224x3
macs        4,089,238,376
...
```

```pycon
>>> import symcnn
>>> report = symcnn.derive("conv3-8:bn, gap, fc10")
>>> str(report.macs), str(report.under("fvcore").macs)
('72*C*H*W + 80', '72*C*H*W + 24*H*W + 80')
>>> symcnn.derive("resnet50.keras", convention="keras").params(H=224, W=224, C=3)
25636712

```
"""

BUILT: Final = """\
## Which network a tool reads

A tool counts what a library runs, and a paper's notation leaves things out: the
activation functions, the adaptive pool that torchvision puts in front of VGG's
classifier, the biases that Keras gives ResNet's convolutions. They change none
of symcnn's own counts of VGG-16 at 224×224, but those of tools, and the closed
form in H and W. So a network as a library builds it is an entry of the zoo of
its own, `NAME.LIBRARY`, and `symcnn compare NAME` applies the conventions of
that library's tools to it. What the two texts differ by is among the reasons.
Where the zoo has no such entry, and for a text of one's own, all conventions are
applied to the text as it stands; if it has no activation function, a note says
that none is counted. `--convention` counts the text that it is given, and notes
on standard error where the tool reads another one; `symcnn check` looks there,
too, for what would explain a number.
"""

RECORDS: Final = """\
## The records

Each layer counts the sum of the terms that name it: so many times a size. Sizes
multiply: `output * kernel` are the cells of all windows. A term in **bold**
stands for the plain count of its layers; the others come on top of it.

| size | is |
| --- | --- |
| `macs`, `params`, `activations` | the plain count |
| `weights`, `biases`, `normalization`, `buffers`, `bias_additions` | as reports name them |
| `input`, `output` | elements that enter; that leave |
| `input_positions`, `positions` | height × width of what enters; of what leaves |
| `kernel`, `C_in`, `C_out/g` | cells of a window; channels that enter; that leave each group |
| `size` | of an `lrn` |
| `further_operands` | operands of a merge, less 1 |
| `biases/g`, `C_out/g//g` | biases of one group; C_out/g over g once more, rounded down |
| `convolved_positions` | of a convolution with the kernel, stride and padding of a transposed one |

The tests compare every record with what the tool itself counts: of each kind of
layer alone, of VGG-16, ResNet-50 and MobileNetV2 as torchvision builds them, of
U-Net, and of random chains of layers. Where the tool is wrong, the record says
so; as a rule it is wrong in the same way.
"""


def page() -> str:
    """Return the whole page."""
    others = [convention for name, convention in conventions.items() if name != DEFAULT]
    parts = [INTRODUCTION, BUILT]
    for name, words in (("vgg16", "VGG-16"), ("resnet50", "ResNet-50")):
        parts.append(_lines([f"## {words} at 224×224×3", "", *_compared(name)]))
    return "\n".join([*parts, RECORDS, *(_lines(_section(convention)) for convention in others)])


def _lines(lines: Iterable[str]) -> str:
    return "\n".join(lines).rstrip("\n") + "\n"


def _compared(name: str) -> Iterator[str]:
    """Yield one table of all that conventions say of a network which differs from the plain counts."""
    found = accounted(name, {})
    for group in found.groups:
        title = usual_title(group.quantity)
        same = ", ".join(code(a.convention.name) for a in group.accounts if not a.reasons)
        agreed = f" The same is said by {same}." if same else ""
        yield f"{title[0].upper()}{title[1:]}: {number(group.plain)}.{agreed}"
        yield ""
        rows = (
            (
                code(a.convention.name),
                a.prints,
                number(a.value),
                "<br>".join(f"{signed(r.amount)}: {r.says}" for r in a.reasons),
            )
            for a in group.accounts
            if a.reasons
        )
        yield from _table(("convention", "prints", "count", "because"), rows)


def _table(headings: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> Iterator[str]:
    """Yield a table with an empty line behind it, and nothing where it has no rows."""
    if listed := list(rows):
        yield from table(headings, listed)
        yield ""


def _section(convention: Convention) -> Iterator[str]:
    yield from (f"### {convention.name}", "")
    yield f"{convention.tool} {convention.version}; {convention.source}."
    yield ""
    for rule in convention.rules.values():
        yield f"- {_heading(rule)}: {rule.says}"
    yield ""
    for rule in convention.rules.values():
        title = rule.prints
        yield from _table((f"{title}: layers", "size", "times", "why"), map(_row, rule.terms))
    if convention.defects:
        yield from ("What is wrong with it, or to be known:", "")
        yield from (f"- {defect.says}" for defect in convention.defects)
        yield ""


def _heading(rule: Rule) -> str:
    usual = usual_title(rule.quantity)
    return f"**{usual}**" if rule.prints == usual else f"**{usual}**, which it calls {rule.prints}"


def _row(term: Term) -> tuple[str, str, str, str]:
    size = code(" * ".join(term.of))
    layers = ", ".join(map(code, sorted(term.layers))) or "all"
    return layers, f"**{size}**" if term.instead else size, str(term.times), term.says


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:], PAGE, page()))
