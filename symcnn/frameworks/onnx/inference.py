"""Shapes as ONNX infers them, and whether windows fit into them."""

from typing import Any

import onnx
from onnx import helper

from symcnn.frameworks.base import RefusedError


def inferred(model: Any) -> dict[str, tuple[int, ...]]:
    """Return the shapes of all tensors of a model, by name; a batch of no number is 0.

    Raises:
        RefusedError: if the model is none, or nothing fits somewhere.
    """
    try:
        onnx.checker.check_model(model, full_check=True)
        graph = onnx.shape_inference.infer_shapes(model, strict_mode=True, data_prop=True).graph
    except (onnx.checker.ValidationError, onnx.shape_inference.InferenceError) as error:
        raise RefusedError(str(error)) from None
    shapes = {
        value.name: tuple(dim.dim_value for dim in value.type.tensor_type.shape.dim)
        for value in (*graph.input, *graph.value_info, *graph.output)
    }
    for node in graph.node:
        if node.op_type in ("Conv", "MaxPool", "AveragePool"):
            _fits(node, shapes[node.input[0]])
    if not all(size >= 1 for shape in shapes.values() for size in shape[1:]):
        raise RefusedError(f"nothing is left of the map: {shapes}")
    return shapes


def _fits(node: Any, shape: tuple[int, ...]) -> None:
    """Refuse a window that is larger than the map with its padding.

    The operators round a quotient down, which then is below 0; inference and
    onnxruntime round it towards 0, and go on with a position that there is not.
    """
    told = {attribute.name: helper.get_attribute_value(attribute) for attribute in node.attribute}
    kernel = told["kernel_shape"]
    pads = told.get("pads", [0] * (2 * len(kernel)))
    dilations = told.get("dilations", [1] * len(kernel))
    spans = [d * (k - 1) + 1 for k, d in zip(kernel, dilations, strict=True)]
    extents = [n + sum(pads[axis :: len(kernel)]) for axis, n in enumerate(shape[2:])]
    if any(span > extent for span, extent in zip(spans, extents, strict=True)):
        windows, maps = ("×".join(map(str, sizes)) for sizes in (spans, extents))
        raise RefusedError(f"{node.name}: a window of {windows} is larger than its map of {maps}")
