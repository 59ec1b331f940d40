"""What the names in a claimed formula stand for: `cin`, `conv2.cout`, `stem.k`, symbols of the network."""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final, cast

from symcnn.algebra.atoms import symbols_of
from symcnn.algebra.polynomials import Value, product, total
from symcnn.claims.parts import Layers
from symcnn.conventions import DEFAULT, find
from symcnn.derivation import products_of
from symcnn.errors import NotationError
from symcnn.graph import Graph, Node
from symcnn.layers import Pair
from symcnn.notation import parse, parse_expression
from symcnn.notation.expressions import Expression, Name
from symcnn.notation.syntax import Item
from symcnn.notation.tree import Node as Piece

DOT: Final = "ꞏ"
"""A letter that stands for the dot of `conv2.cin` where the expression is parsed: names have no dots."""

_DOTTED: Final = re.compile(r"(?<![\w.])([^\W\d]\w*)\.(?=[^\W\d])")

Field = Callable[[Node], Value | None]
"""What a field of a layer is; None where it has none."""


def _geometry(field: str, axis: str | None = None) -> Field:
    def read(node: Node) -> Value | None:
        value = getattr(node.layer, field, None)
        if not isinstance(value, Pair):
            return value if axis is None else None
        if axis is None:
            return value.height if value.height == value.width else None
        return getattr(value, axis)

    return read


def _count(quantity: str) -> Field:
    def read(node: Node) -> Value:
        products = products_of(node, quantity, find(DEFAULT))
        return total(product(f.value for f in factors) for factors in products)

    return read


FIELDS: Final[Mapping[str, Field]] = {
    "cin": lambda node: node.shapes[0].channels,
    "cout": lambda node: node.output.channels,
    "k": _geometry("kernel_size"),
    "kh": _geometry("kernel_size", "height"),
    "kw": _geometry("kernel_size", "width"),
    "s": _geometry("stride"),
    "p": _geometry("padding"),
    "d": _geometry("dilation"),
    "g": _geometry("groups"),
    "hin": lambda node: node.shapes[0].height.value,
    "win": lambda node: node.shapes[0].width.value,
    "hout": lambda node: node.output.height.value,
    "wout": lambda node: node.output.width.value,
    "params": _count("params"),
    "weights": _count("weights"),
    "biases": _count("biases"),
    "macs": _count("macs"),
}
"""The fields of a layer that a formula may name."""

SPELLINGS: Final[Mapping[str, str]] = {
    "inchannels": "cin",
    "outchannels": "cout",
    "kernelsize": "k",
    "stride": "s",
    "padding": "p",
    "dilation": "d",
    "groups": "g",
}
"""Other names of fields, in small letters and without underscores."""


def field_of(name: str) -> str | None:
    """Return the field that a name means, as it may be written: `cin`, `C_in`, `in_channels`; None if none.

    >>> field_of("k_h"), field_of("C_out"), field_of("K")
    ('kh', 'cout', None)
    """
    if name in FIELDS:
        return name
    plain = name.replace("_", "").lower()
    plain = SPELLINGS.get(plain, plain)
    return plain if plain in FIELDS and len(name) > 1 else None


@dataclass(frozen=True)
class Naming:
    """The names of a network's layers.

    Attributes:
        graph: the network.
        layers: the layers by name: tags, and `conv1`, `conv2`, … by their words.
        only: the one layer with weights, if there is just one.
    """

    graph: Graph
    layers: Mapping[str, int]
    only: int | None

    def values(self, formula: str) -> tuple[Expression, dict[str, Value]]:
        """Return a formula as an expression, and the values of the names in it that are no symbols.

        Raises:
            NotationError: if it is none, or a name means nothing here.
            LimitError: if it is too long.
        """
        expression = parse_expression(_DOTTED.sub(rf"\1{DOT}", formula))
        found: dict[str, Value] = {}
        for name in below(expression):
            if isinstance(name, Name) and (value := self._value(name)) is not None:
                found[name.name] = value
        return expression, found

    def _value(self, name: Name) -> Value | None:
        layer, dot, field = name.name.partition(DOT)
        if dot:
            return self._field(name, layer, field)
        if name.name in self.graph.symbols:
            return None
        if (own := field_of(name.name)) is not None:
            if self.only is None:
                raise NotationError(
                    f'the network has several layers, and "{name.name}" is of none',
                    name.span,
                    self._known(own),
                )
            return self._of(name, self.only, own)
        known = ", ".join(sorted(self.graph.symbols))
        fields = "" if self.only is None else f", and of its layer {', '.join(FIELDS)}"
        raise NotationError(
            f'"{name.name}" means nothing in this network', name.span, f"known: {known}{fields}"
        )

    def _field(self, name: Name, layer: str, field: str) -> Value:
        if layer not in self.layers:
            raise NotationError(f'there is no layer "{layer}"', name.span, self._known(field))
        known = field_of(field)
        if known is None:
            raise NotationError(f'a layer has no "{field}"', name.span, f"known: {', '.join(FIELDS)}")
        return self._of(name, self.layers[layer], known)

    def _of(self, name: Name, index: int, field: str) -> Value:
        node = self.graph.nodes[index]
        value = FIELDS[field](node)
        if value is None:
            raise NotationError(
                f"{node.label()} has no {field}",
                name.span,
                "kh and kw, where they differ" if field == "k" else None,
            )
        if symbols_of(value) & {passes.index for passes in node.passes}:
            raise NotationError(f"the {field} of {node.label()} differs from pass to pass", name.span)
        return value

    def _known(self, field: str) -> str:
        names = [f"{name}.{field_of(field) or 'cin'}" for name in self.layers]
        return f"known: {', '.join(names[:MAX_SHOWN])}{', …' * (len(names) > MAX_SHOWN)}"


MAX_SHOWN: Final = 8
"""Names that a hint lists."""


def naming(graph: Graph) -> Naming:
    """Return the names of a network's layers.

    >>> import symcnn
    >>> list(naming(symcnn.derive("conv3-8@stem,pool,fc10").graph).layers)
    ['conv1', 'pool1', 'fc1', 'stem']
    """
    layers: dict[str, int] = {}
    counts: dict[str, int] = {}
    nodes = Layers(graph).nodes
    for index in nodes:
        if word := graph.nodes[index].layer.spec.word:
            counts[word] = counts.get(word, 0) + 1
            layers[f"{word}{counts[word]}"] = index
    layers.update(_tagged(graph))
    with_weights = [i for i in nodes if graph.nodes[i].layer.macs(*graph.nodes[i].shapes)]
    return Naming(graph, layers, with_weights[0] if len(with_weights) == 1 else None)


def _tagged(graph: Graph) -> Iterator[tuple[str, int]]:
    """Yield tags with the layers that their items stand for; of a repeated one the last."""
    if "@" not in graph.text:
        return
    tags = {item.span: item.tag for item in below(parse(graph.text)) if isinstance(item, Item) and item.tag}
    for index, node in enumerate(graph.nodes):
        if node.span in tags and (node.layer.macs(*node.shapes) or node.layer.spec.flag is None):
            yield tags[node.span], index


def below(piece: Piece) -> Iterator[Piece]:
    """Yield all nodes of a tree."""
    stack: list[Any] = [piece]
    while stack:
        top = stack.pop()
        if isinstance(top, Piece):
            yield top
            stack.extend(top.parts())
        elif isinstance(top, tuple):
            stack.extend(cast("tuple[Any, ...]", top))
