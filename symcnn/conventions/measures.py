"""What a term of a convention can weigh: named sizes of a layer, as products of named factors.

A term names one of them, or a product of several (`output * kernel`). They say
how large a thing is, never whether it is counted: that is the convention's.
"""

from collections.abc import Callable, Mapping
from itertools import chain, product
from typing import Any, Final

from symcnn.algebra.arithmetic import ceil_div, divide, floor_div, greatest
from symcnn.algebra.polynomials import Value
from symcnn.graph import Node
from symcnn.layers import Factor, Pair, Role, Shape
from symcnn.layers.shape import FLOOR
from symcnn.layers.windows import TransposedConv, effective

Product = tuple[Factor, ...]
Measure = Callable[[Node], tuple[Product, ...]]


def _shape(suffix: str, shape: Shape) -> Product:
    return tuple(map(Factor, (f"C_{suffix}", f"H_{suffix}", f"W_{suffix}"), shape.sizes))


def _roles(*roles: Role) -> Measure:
    return lambda node: tuple(p.shape for p in node.layer.parameters(*node.shapes) if p.role in roles)


def _macs(node: Node) -> tuple[Product, ...]:
    factors = node.layer.macs(*node.shapes)
    return (factors,) if factors else ()


def _bias_additions(node: Node) -> tuple[Product, ...]:
    return (_shape("out", node.output),) if getattr(node.layer, "bias", False) else ()


def _biases_of_a_group(node: Node) -> tuple[Product, ...]:
    return ((Factor("C_out/g", _per_group(node)),),) if getattr(node.layer, "bias", False) else ()


def _activations(node: Node) -> tuple[Product, ...]:
    return (_shape("out", node.output),) if node.layer.counts_activations else ()


def _field(node: Node, name: str) -> Any:  # noqa: ANN401 - whatever the layer has under that name
    return getattr(node.layer, name)


def _kernel(node: Node) -> tuple[Product, ...]:
    size: Pair = _field(node, "kernel_size")
    return ((Factor("k_h", size.height), Factor("k_w", size.width)),)


def _one(name: str, value: Callable[[Node], Value]) -> Measure:
    return lambda node: ((Factor(name, value(node)),),)


def _per_group(node: Node) -> Value:
    return divide(node.output.channels, getattr(node.layer, "groups", 1))


def _convolved(node: Node) -> tuple[Product, ...]:
    """Return the positions of a convolution that has the geometry of a transposed one."""
    layer, x = node.layer, node.shapes[0]
    assert isinstance(layer, TransposedConv)
    sizes: list[Value] = []
    for axis in ("height", "width"):
        kernel, stride, dilation = (
            getattr(getattr(layer, n), axis) for n in ("kernel_size", "stride", "dilation")
        )
        surplus = effective(kernel, dilation) - stride
        padding = getattr(layer.padding, axis) if layer.padding else greatest((0, ceil_div(surplus, 2)))
        sizes.append(getattr(x, axis).slide(kernel, stride, padding, dilation, FLOOR).value)
    return (tuple(map(Factor, ("H_conv", "W_conv"), sizes)),)


MEASURES: Final[Mapping[str, Measure]] = {
    "macs": _macs,
    "params": _roles(Role.WEIGHT, Role.BIAS, Role.NORMALIZATION),
    "weights": _roles(Role.WEIGHT),
    "biases": _roles(Role.BIAS),
    "normalization": _roles(Role.NORMALIZATION),
    "buffers": _roles(Role.BUFFER),
    "activations": _activations,
    "bias_additions": _bias_additions,
    "input": lambda node: (_shape("in", node.shapes[0]),),
    "output": lambda node: (_shape("out", node.output),),
    "positions": lambda node: (_shape("out", node.output)[1:],),
    "input_positions": lambda node: (_shape("in", node.shapes[0])[1:],),
    "convolved_positions": _convolved,
    "kernel": _kernel,
    "biases/g": _biases_of_a_group,
    "C_in": _one("C_in", lambda node: node.shapes[0].channels),
    "C_out/g": _one("C_out/g", _per_group),
    "C_out/g//g": _one("C_out/g//g", lambda n: floor_div(_per_group(n), getattr(n.layer, "groups", 1))),
    "size": _one("size", lambda node: _field(node, "size")),
    "further_operands": _one("operands-1", lambda node: len(node.shapes) - 1),
}
"""Every measure by its name in a record.

`macs`, `params`, `activations`, `weights`, `biases`, `normalization`,
`buffers` and `bias_additions` are what reports call so. `input` and `output`
are elements, `positions` height × width. `convolved_positions` are those of a
convolution with the kernel, stride and padding of a transposed one.
"""


def products(names: tuple[str, ...], node: Node) -> tuple[Product, ...]:
    """Return a product of measures of a layer, multiplied out as a sum of products of factors."""
    return tuple(tuple(chain(*factors)) for factors in product(*(MEASURES[name](node) for name in names)))
