"""Convolutions and matrices in ONNX."""

from typing import Any

from symcnn.frameworks.channels_first import kernels, transposed_kernels
from symcnn.frameworks.onnx.operators import Nodes, arranged, pads, write
from symcnn.frameworks.program import Step
from symcnn.layers.operators import products as op


@write.register
def _(o: op.Convolve, to: Nodes) -> None:
    to.add(
        "Conv",
        [*to.inputs, *to.held],
        kernel_shape=o.kernel_size,
        strides=o.stride,
        pads=pads(o.padding),
        dilations=o.dilation,
        group=o.groups,
    )


@write.register
def _(o: op.ConvolveTransposed, to: Nodes) -> None:
    to.add(
        "ConvTranspose",
        [*to.inputs, *to.held],
        kernel_shape=o.kernel_size,
        strides=o.stride,
        pads=[before for before, _ in o.crop] + [max(0, after) for _, after in o.crop],
        output_padding=[max(0, -after) for _, after in o.crop],
        dilations=o.dilation,
        group=o.groups,
    )


@write.register
def _(o: op.Linear, to: Nodes) -> None:
    to.add("Gemm", [*to.inputs, *to.held])


@arranged.register
def _(o: op.Convolve, step: Step, name: str, values: Any) -> Any:
    return kernels(o, name, values)


@arranged.register
def _(o: op.ConvolveTransposed, step: Step, name: str, values: Any) -> Any:
    return transposed_kernels(name, values)


@arranged.register
def _(o: op.Linear, step: Step, name: str, values: Any) -> Any:
    return values.reshape(-1, o.out_features) if name == "weight" else values
