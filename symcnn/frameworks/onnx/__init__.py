"""Networks as ONNX models, for inference at one height and width and any batch."""

from collections.abc import Mapping
from typing import Any, Final

from symcnn.frameworks import needed
from symcnn.frameworks.lowering import Source, lower, numbers_of
from symcnn.pipeline import Size

with needed("onnx"):
    from symcnn.frameworks.onnx.framework import Onnx

FRAMEWORK: Final = Onnx()


def to_onnx(
    source: Source,
    input: Size | None = None,
    *,
    symbols: Mapping[str, object] | None = None,
    seed: int = 0,
) -> Any:
    """Build an ONNX model.

    Each parameter is an initializer of its own, named as `conv3_64.weight`;
    normalizations use their running statistics, dropout does nothing.

    Args:
        source: a text in the notation, the name or the entry of a network of
            the zoo, or a parsed architecture.
        input: height, width and channels, as `derive` takes them; by default
            what the text pins, then the input of the zoo entry, then 224x224x3.
        symbols: values of further symbols.
        seed: of the values of weights; the same seed gives the same model in
            every framework.

    Returns:
        An `onnx.ModelProto` from `input`, (batch, C, H, W), to `output`,
        (batch, C, H, W), or (batch, C) where the output is 1×1 for every
        input, as after `fc` and `gap`.

    Raises:
        NotationError: if the text is no network.
        DomainError: if the network cannot take the input.
        UnsupportedError: if a layer has no counterpart.
        LimitError: if it is too large.

    >>> model = to_onnx("conv3-8:relu, pool, fc10", "8x8x3")
    >>> [node.op_type for node in model.graph.node]
    ['Conv', 'Relu', 'MaxPool', 'Flatten', 'Gemm']
    >>> [initializer.name for initializer in model.graph.initializer]
    ['conv3_8.weight', 'conv3_8.bias', 'fc10.weight', 'fc10.bias']
    """
    return FRAMEWORK.build(lower(numbers_of(source, input, symbols).graph), seed)
