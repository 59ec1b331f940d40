"""Write `which-count-is-right.md`, the page about one question and its answers.

    python docs/make_claims.py            writes the page
    python docs/make_claims.py --check    exits with 1 and a diff if it is stale

Every number on the page is computed when it is written. The numbers that
people gave are claims, and what is said of them is the verdict.
"""

import shlex
import sys
from collections.abc import Iterable, Iterator
from fractions import Fraction
from itertools import chain
from pathlib import Path
from textwrap import wrap
from typing import Final

from pages import code, main, table

import symcnn
from symcnn.answers import Question
from symcnn.claims import CLAIMABLE
from symcnn.claims.amounts import Amount
from symcnn.claims.names import FIELDS
from symcnn.claims.verdict import NumberVerdict
from symcnn.table import Row

PAGE: Final = Path(__file__).with_name("which-count-is-right.md")

VGG16: Final = symcnn.derive("vgg16", symcnn.zoo["vgg16"].input).at()

CLAIMED: Final = {
    "0.59M": "3·3·256·256, taken for the count of a `conv3-256`",
    "138M": "the whole network, rounded",
    "138,357,544": "the whole network, with every bias",
    "295,168": "a `conv3-256` with its biases",
    "294,912": "the same without",
    "590,080": "another `conv3-256` with its biases",
    "102,764,544": "the first fully connected layer",
    "138,344,128": "a table of weights, added up",
    "138,353,320": "convolutions without biases",
    "93MB": "the memory of a forward pass",
}
"""What people say of VGG-16, and what they say that it is."""

LECTURED: Final = 24_000_000
"""Elements that the lecture notes state for a forward pass."""


def page() -> str:
    """Return the whole page."""
    sections = (_question, _one_layer, _three_layers, _sum, _biases, _formula, _memory, _glance, _reading)
    return "\n".join(reflowed(chain.from_iterable((*section(), "") for section in sections))).rstrip() + "\n"


def number(count: int | Fraction) -> str:
    """Write a number with separators."""
    return f"{count:,}" if isinstance(count, int) else f"{float(count):,.1f}"


def session(arch: str, claim: str) -> Iterator[str]:
    """Yield a claim as it is asked on the command line, with the answer but for the convention."""
    command = shlex.join(["symcnn", "check", arch, "--claim", claim])
    answer = str(Question(arch, {}).check(claim)).rpartition("\nconvention:")[0]
    yield from ("```console", f"$ {command}", *answer.split("\n"), "...", "```")


def calculation(row: Row[int], quantity: str) -> str:
    """Return how a layer comes to its parameters or its weights."""
    node = VGG16.graph.nodes[row.nodes[0]]
    weight, bias = node.layer.parameters(*node.shapes)
    factors = "·".join(str(factor.value) for factor in weight.shape)
    return f"{factors}{f' + {bias.count}' if quantity == 'params' else ''} = {number(row[quantity])}"


def reflowed(lines: Iterable[str]) -> Iterator[str]:
    """Yield lines with the paragraphs of prose among them filled anew."""
    prose: list[str] = []
    fenced = False
    for line in (*lines, ""):
        kept = fenced or not line or line.startswith(("#", "<", "|", "```"))
        if kept and prose:
            yield from wrap(" ".join(prose), 110, break_long_words=False, break_on_hyphens=False)
            prose = []
        fenced ^= line.startswith("```")
        if kept:
            yield line
        else:
            prose.append(line)


def _question() -> Iterator[str]:
    total = VGG16.params
    yield from (
        "# Which count is right?",
        "",
        "<!-- Written by docs/make_claims.py. Do not edit. -->",
        "",
        "The paper about VGG says that its network of 16 layers has 138 million",
        "parameters, and writes a layer",
        "as `conv3-256`. So somebody computes (3·3)·(256·256) =",
        f"{number(3 * 3 * 256 * 256)} for it, or 0.59 M,",
        "adds up, and does not come to 138 M. Ask around, and the answers contradict each other: one counts",
        "biases, one says that there are none, one adds up a table without them, and one gives a formula.",
        "",
        "Each of these numbers is the right answer to some question, and one more, from lecture notes, is",
        "not. This page takes them one by one;",
        "every figure on it is computed, and every verdict is that of `symcnn check`. The network is",
        "",
        "```text",
        symcnn.zoo["vgg16"].notation,
        "```",
        "",
        f"and has {number(total)} parameters on an image of 224×224×3.",
    )


def _one_layer() -> Iterator[str]:
    yield from (
        "## 0.59 M is one layer, and not each layer of that name",
        "",
        *session("vgg16", "0.59M"),
        "",
        "The product is right, for a layer that reads 256 channels and makes 256. Two of",
        "the three layers called",
        "`conv3-256` do. A name in the paper's table states the kernel and the channels",
        "that a layer *makes*;",
        "how many it *reads* is said by the layer before it.",
    )


def _three_layers() -> Iterator[str]:
    rows = [
        (code(row.label), calculation(row, "weights"), number(row["biases"]), number(row.params))
        for row in VGG16.layers
        if row.label == "conv3-256"
    ]
    first = next(row for row in VGG16.layers if row.label == "conv3-256")
    yield from (
        "## The three layers called conv3-256",
        "",
        *table(("layer", "weights", "biases", "parameters"), rows),
        "",
        f"Two of the answers are about the first of them: {number(first.params)} with its biases, and",
        f"{number(first['weights'])} without. They differ by {first['biases']}, one for",
        "each channel that the layer",
        "makes. Neither is a miscount: the one says parameters and means them, the other says parameters and",
        "means weights.",
    )


def _sum() -> Iterator[str]:
    rows = [
        (code(row.label), number(row["weights"]), number(row["biases"]), number(row.params))
        for row in VGG16.items
        if row.params
    ]
    total = ("**total**", *(f"**{number(VGG16.total(q))}**" for q in ("weights", "biases", "params")))
    dense = [row for row in VGG16.items if row.label.startswith("fc")]
    convolutions = VGG16.params - sum(row.params for row in dense)
    share = Fraction(100 * dense[0].params, VGG16.params)
    yield from (
        "## Where the 138 million are",
        "",
        *table(("item", "weights", "biases", "parameters"), [*rows, total]),
        "",
        f"All convolutions together have {number(convolutions)} parameters. Most of the",
        "network is its first fully",
        f"connected layer, which reads the last map whole: {calculation(dense[0], 'params')},",
        f"or {number(share)} % of all. Who adds up convolutions alone can't come near 138 M.",
    )


def _biases() -> Iterator[str]:
    text, size = symcnn.zoo["vgg16"].notation, symcnn.zoo["vgg16"].input
    unbiased = symcnn.derive(f"use conv:nobias; {text}", size).at().params
    published = next(count for count in symcnn.zoo["vgg16"].published if count.quantity == "params")
    totals = (
        ("weights and biases", VGG16.params),
        ("no biases in convolutions", unbiased),
        ("weights alone", VGG16.weights),
    )
    yield from (
        "## With biases, or without",
        "",
        "One of the answers holds that convolutions have no biases, and corrects the",
        "others. Many networks since",
        "have none, because a normalization follows that shifts each channel anyway.",
        "VGG-16 has no normalizations,",
        f"and its published count, {number(published.value)} ({published.source}),",
        "is the one with a bias for each channel.",
        "",
        *table(("what is counted", "total"), [(words, number(total)) for words, total in totals]),
        "",
        *session("vgg16", number(unbiased)),
        "",
        *session("vgg16", number(VGG16.weights)),
        "",
        f"All three are 138 M when they are rounded: biases are {number(VGG16.biases)} of",
        "the parameters, so that the",
        "rounded number can't tell who is right.",
    )


def _formula() -> Iterator[str]:
    yield from (
        "## A formula for any layer",
        "",
        "With kernels of n × m, k channels read and L made, another answer gives (n·m·k +",
        "1)·L, weights first and",
        "biases second. That is a claim about every n, m, k and L at once, and it is proved:",
        "",
        *session("input(C=k),conv{n}x{m}-L", "(n*m*k + 1)*L"),
        "",
        "Without the 1 it is the formula of the weights. It is refuted by the smallest",
        "layer there is, and the",
        "difference has a name:",
        "",
        *session("input(C=k),conv{n}x{m}-L", "n*m*k*L"),
        "",
        *session("conv3-256", "9*cin*cout"),
    )


def _memory() -> Iterator[str]:
    stated = LECTURED * 4
    column = VGG16.input_elements + sum(row.activations for row in VGG16.items)
    maps = [("input", VGG16.input, VGG16.input_elements)]
    maps += [(code(row.label), row.output, row.activations) for row in VGG16.layers if row.activations]
    rows = [(label, f"{h}×{w}×{c}", number(elements)) for label, (c, h, w), elements in maps]
    yield from (
        "## 93 MB",
        "",
        "A table in well-known lecture notes counts weights only, and lists the elements",
        "of every map beside them.",
        "Below it stands that they are 24 M in total, and that 24 M · 4 bytes are about",
        "93 MB for an image, and",
        "about twice as much with the backward pass. But the column adds up to something else:",
        "",
        *table(("layer", "map", "elements"), [*rows, ("**total**", "", f"**{number(column)}**")]),
        "",
        f"These are {number(column * 4)} bytes, or {number(Fraction(column * 4, 10**6))} MB; and",
        f"{number(Fraction(2 * column * 4, 10**6))} MB for both passes. The multiplication doesn't come out,",
        f"either: 24 M · 4 bytes are {number(Fraction(stated, 10**6))} MB, or",
        f"{number(Fraction(stated, 2**20))} MiB.",
        "",
        *session("vgg16", "93MB"),
        "",
        "So this number is no answer to any question that was tried, which is not a proof",
        "that nobody had one.",
    )


def _glance() -> Iterator[str]:
    rows = [(number_, meant, *_verdict(number_)) for number_, meant in CLAIMED.items()]
    yield from (
        "## At a glance",
        "",
        "Each number as a claim about the parameters of the whole network, or about its",
        "memory where it is in bytes:",
        "",
        *table(("claimed", "as", "verdict", "what gives it"), rows),
        "",
        "The same questions can be asked of any network, in Python by",
        "`report.check(claim)`; the exit code of",
        "`symcnn check` is 0 only if a claim holds, so that the numbers in a text can be",
        "kept right by a test.",
    )


def _reading() -> Iterator[str]:
    low, high = Amount(590_000, 10_000).ends
    forms = (
        ("`138357544`, `138,357,544`", "exactly that"),
        (
            "`0.59M`",
            f"what rounds to it, {number(int(low))} to {number(int(high))}, or is cut off to it",
        ),
        ("`5.9e5`, `0.59 million`", "the same"),
        ("`~590,000`, `about 590,000`", "the same: its last digit that is not 0 is the last that counts"),
        ("`93MB`, `93MiB`", "bytes: M is 1,000,000, and Mi is 1,048,576"),
        ("`15.5 GMACs`", "multiply-accumulates"),
        ("`3*3*256*256`", "what it comes to, exactly"),
        ("`9*cin*cout + cout`", "a formula, for every input"),
    )
    yield from (
        "## How a claim is read",
        "",
        *table(("claim", "stands for"), forms),
        "",
        "It is of the parameters, unless a unit says otherwise or a quantity stands",
        "before it, as in `macs = 15.5G`:",
        f"{', '.join(map(code, CLAIMABLE))}.",
        "",
        "In a formula stand C, H and W, the symbols of the network, and what is known of a layer:",
        f"{', '.join(map(code, FIELDS))}. In a network of one convolution or fully",
        "connected layer these stand alone.",
        "In others they follow a name and a point: a tag, as in `stem.cin` after",
        "`conv3-64@stem`, or a word and a",
        "number in the order of the table by layer, as in `conv2.cout` and `fc1.params`. They may be",
        "written as on paper or in PyTorch, too: `C_in`, `k_h`, `in_channels`. A formula that has no value",
        "at some input of the network, such as (H - 3)/(H - 3), is refuted there.",
        "",
        "What gives the same number is listed by how far-fetched it is: one change before",
        "two, and a quantity, a",
        "convention or a part before another type of element, a slip, or another input.",
        "It is a fact that it gives the",
        "number; that somebody meant it is not. A number of two digits is given by much,",
        "so that it is said how many candidates were tried, and only counted what is little different",
        "from a simpler explanation, and what chance gives as well: where more than one candidate in eight",
        "claims would be expected to give such a number, going by how many candidates as simple come to",
        "something between half and twice of it. JSON has them all.",
    )


def _verdict(claim: str) -> Iterable[str]:
    """Return a verdict in a word, and what gives the number."""
    verdict = symcnn.derive("vgg16").check(claim)
    assert isinstance(verdict, NumberVerdict)
    if verdict.match:
        given = f"{verdict.words}: {number(int(verdict.value))}"
    elif told := [explanation for explanation in verdict.explanations if not explanation.aside]:
        best = told[0]
        steps = f"{best.calculation} = " if best.calculation else ""
        given = f"{best.words}: {steps}{number(int(best.value))}"
    else:
        given = "nothing that was tried"
    return verdict.outcome, given


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:], PAGE, page()))
