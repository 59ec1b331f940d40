"""Write `layers.md`, the page about layers, from the registry.

    python docs/make_layers.py            writes the page
    python docs/make_layers.py --check    exits with 1 and a diff if it is stale

Whatever the page says of a layer comes from its class: its words, what it
takes, its docstring, and the answers of its rules for an input whose sizes are
symbols. So the formulas cannot drift from the code.
"""

import sys
from collections.abc import Iterator, Sequence
from inspect import cleandoc
from pathlib import Path
from typing import Final

from pages import code, main, table

import symcnn
from symcnn.algebra.atoms import symbol
from symcnn.algebra.conditions import Origin
from symcnn.algebra.demand import Demand
from symcnn.algebra.polynomials import Value
from symcnn.algebra.printing import text
from symcnn.algebra.requirements import Requirements
from symcnn.elaborate.flags import taken_flags
from symcnn.graph import Node
from symcnn.layers import FAMILIES, KINDS, WORDS, Extent, Layer, Pair, Shape, Spec, Takes
from symcnn.layers.base import GEOMETRY
from symcnn.layers.merges import MERGES, PaddedShortcut
from symcnn.layers.reach import Pointwise, Reach, Spread, Varying, Whole, Window
from symcnn.source import Span

PAGE: Final = Path(__file__).with_name("layers.md")

INTRODUCTION: Final = """\
# Layers

<!-- Written by docs/make_layers.py from the classes in symcnn/layers. Do not edit. -->

Every formula here is the answer of the layer's own rules for an input of
C × H × W (channels, height, width; the batch is left out) and symbols for its
numbers. A symbol in braces, as in `conv{k}-N`, stands where a number may
stand. One size or stride is for both axes; `{k}x{l}` is height × width.

- **Holds for** says for which inputs the layer exists. "Every input" means
  H, W, C ≥ 1.
- **Parameters** are named tensors; the count is the product of the shape.
  `C_in`, `H_in` and `W_in` are the channels, height and width that enter,
  `C_out`, `H_out` and `W_out` those that leave, `k_h` and `k_w` the height and
  width of the kernel, `g` the groups.
- **MACs** are multiply-accumulates. **Other operations** are counted apart, in
  categories: `symcnn table ARCH --of pooling_ops` and so on.
- How items are written and joined is told in [notation.md](notation.md).

"""

SYMBOLS: Final = {"kernel_size": "k", "output_size": "n", "factor": "r", "groups": "g", "padding": "p"}
"""The symbols that stand for sizes, by field; others are `n`."""


def page() -> str:
    """Return the whole page."""
    lines = [INTRODUCTION, *_index()]
    for family in FAMILIES:
        lines += ["", f"## {_heading(family.__doc__ or '')}"]
        for kind in _kinds(family.__name__):
            lines += ["", *_section(kind)]
        if family.__name__ == MERGES["+"].__module__:
            lines += ["", *_merges()]
    return "\n".join(lines) + "\n"


def _heading(docstring: str) -> str:
    """Return the heading that the first line of a module's docstring makes.

    >>> _heading("Pools: windows that take a maximum.")
    'Pools'
    """
    return docstring.splitlines()[0].partition(":")[0].rstrip(".")


def _index() -> Iterator[str]:
    yield "| word | also | example | what it does |"
    yield "| --- | --- | --- | --- |"
    for kind in (kind for family in FAMILIES for kind in _kinds(family.__name__)):
        word, also = kind.spec.word, " ".join(map(code, kind.spec.aliases))
        yield f"| [`{word}`](#{word}) | {also} | {code(kind.spec.example)} | {_summary(kind)} |"


def _kinds(module: str) -> list[type[Layer]]:
    return [kind for kind in KINDS.values() if kind.__module__ == module]


def _summary(kind: type[Layer]) -> str:
    return cleandoc(kind.__doc__ or "").splitlines()[0]


def _section(kind: type[Layer]) -> Iterator[str]:
    """Yield what the page says of one kind."""
    spec = kind.spec
    yield f"### {spec.word}"
    yield ""
    yield cleandoc(kind.__doc__ or "")
    yield ""
    yield from _takes(kind)
    yield ""
    yield from table(("written", "output", "holds for"), map(_form, forms(spec)))
    yield ""
    yield from _costs(spec)


def _takes(kind: type[Layer]) -> Iterator[str]:
    spec = kind.spec
    yield f"- written: {', '.join(map(code, (spec.word, *spec.aliases)))}; for example {code(spec.example)}"
    if spec.size is not None:
        yield f"- size: {spec.size.value}{_need(kind, spec.size_field, 'size')}"
    for letter in spec.geometry:
        yield f"- `{letter}`: {GEOMETRY[letter]}{_default(kind, GEOMETRY[letter])}"
    if spec.width_field is not None and spec.size is not Takes.WIDTH:
        yield f"- width, after the dash: {spec.width_field}{_need(kind, spec.width_field, 'width')}"
    taken = taken_flags(spec)
    if taken:
        yield f"- flags: {', '.join(_grouped(taken))}"
    if spec.flag is not None:
        yield f"- is itself a flag, {code(':' + spec.word)} ({spec.flag})"


def _grouped(flags: Sequence[str]) -> Iterator[str]:
    """Yield flags; normalizations and activations only as such."""
    seen = set[str]()
    for flag in flags:
        meaning = WORDS[flag].spec.flag if flag in WORDS else None
        if meaning is None:
            yield code(f":{flag}")
        elif meaning not in seen:
            seen.add(meaning)
            yield f"{meaning}s"


def _need(kind: type[Layer], field: str | None, part: str) -> str:
    if part in kind.spec.requires or kind.spec.size is Takes.WIDTH:
        return ", required"
    return _default(kind, field) or ", optional"


def _default(kind: type[Layer], field: str | None) -> str:
    value = kind.__dataclass_fields__[str(field)].default
    if isinstance(value, Pair):
        return f", {text(value.height)} unless stated"
    return f", {text(value)} unless stated" if isinstance(value, int) else ""


def forms(spec: Spec) -> list[str]:
    """Return ways to write a kind with symbols, from the barest to all geometry, then its flags."""
    bare = [spec.word] if not spec.requires else []
    flagged = [
        # `valid` and `same` state the padding, which is then not given besides.
        f"{_sized(spec, spec.geometry if flag == 'ceil' else spec.geometry.replace('p', ''))}:{flag}"
        for flag in spec.flags
    ]
    wide = [f"{_sized(spec)}-N"] if spec.width_field and "width" not in spec.requires else []
    plain = [*bare, _sized(spec), *wide, _sized(spec, spec.geometry[:1]), _whole(spec)]
    return list(dict.fromkeys([*plain, *flagged]))


def _whole(spec: Spec) -> str:
    return _sized(spec, spec.geometry)


def _sized(spec: Spec, letters: str = "") -> str:
    """Write a kind with symbols for its size, some geometry and, if it must have one, its width."""
    sized = spec.size in (Takes.PAIR, Takes.COUNT)
    size = f"{{{SYMBOLS.get(str(spec.size_field), 'n')}}}" if sized else ""
    geometry = "".join(f"{letter}{{{letter}}}" for letter in letters)
    return f"{spec.word}{size}{geometry}{'-N' if 'width' in spec.requires else ''}"


def _form(written: str) -> tuple[str, str, str]:
    report = symcnn.derive(written)
    output = " × ".join(code(str(size)) for size in report.output)
    return code(written), output, _said(report.domain.phrases())


def _said(phrases: Sequence[str]) -> str:
    return "; ".join(map(code, phrases)) or "every input"


def _costs(spec: Spec) -> Iterator[str]:
    """Yield what a layer has and does, by its rules."""
    node = _node(_whole(spec))
    layer, shapes = node.layer, node.shapes
    rows = [
        (p.name, p.role.value, code(" × ".join(factor.name for factor in p.shape)), _formula(p.count))
        for p in layer.parameters(*shapes)
    ]
    if rows:
        yield from table(("parameters", "counted as", "shape", "count"), rows)
        yield ""
    else:
        yield "- parameters: none"
    macs = layer.macs(*shapes)
    yield f"- MACs: {code('·'.join(factor.name for factor in macs)) if macs else 'none'}"
    yield f"- other operations: {_operations(_node(_sized(spec)))}"
    yield f"- activations: {'its output' if layer.counts_activations else 'none'}"
    if layer.in_place:
        yield "- memory: writes over its input, if nobody reads that afterwards"
    yield f"- one output position sees, along an axis, {_seen(layer.reach('height'))}"


def _node(written: str) -> Node:
    return symcnn.derive(written).graph.nodes[0]


def _operations(node: Node) -> str:
    counts = node.layer.operations(*node.shapes)
    return ", ".join(f"{code(kind.value)} {_formula(count)}" for kind, count in counts.items()) or "none"


def _seen(reach: Reach) -> str:
    match reach:
        case Pointwise():
            return "one position"
        case Window(size=size, before=before):
            shifted = f", shifted back by {_formula(before)}" if before != 0 else ""
            return f"a window of {_formula(size)}{shifted}"
        case Spread(factor=factor, size=size):
            every = "" if factor == 1 else f", and starts {_formula(factor)} after the one before"
            return f"the input positions that add to it: each spans {_formula(size)} outputs{every}"
        case Whole():
            return "the whole axis"
        case Varying():
            return "a part that varies with the size of the input"


def _merges() -> Iterator[str]:
    """Yield the sections of what joins branches; they have no words."""
    one, two = (Shape(symbol(f"C_{i}"), Extent(symbol(f"H_{i}")), Extent(symbol(f"W_{i}"))) for i in (1, 2))
    for sign, kind in MERGES.items():
        yield f"### [a {sign} b]"
        yield ""
        yield from _joined(kind(), one, two)
        yield ""
    yield "### [+ f]:pad"
    yield ""
    yield from _joined(PaddedShortcut(symbol("N"), Pair(symbol("s"), symbol("s"))), one)


def _joined(layer: Layer, *shapes: Shape) -> Iterator[str]:
    yield cleandoc(layer.__doc__ or "")
    yield ""
    requirements = Requirements()
    layer.require(Demand(requirements, Origin()), *shapes)
    entering = " and ".join(_shape(shape) for shape in shapes)
    output = layer.output(*shapes)
    yield f"- from {entering}: {_shape(output)}"
    yield f"- holds for: {_said(requirements.domain().phrases())}"
    node = Node(layer, (), shapes, output, 0, Span(0, 0))
    yield f"- parameters and MACs: none; other operations: {_operations(node)}"


def _shape(shape: Shape) -> str:
    return " × ".join(map(_formula, shape.sizes))


def _formula(value: Value) -> str:
    return code(text(value))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:], PAGE, page()))
