"""The layout of kernels where channels come before rows and columns, as in PyTorch and ONNX."""

from typing import Any

from symcnn.layers.operators.products import Convolve


def kernels(o: Convolve, name: str, values: Any) -> Any:
    """Return a parameter of a convolution: its kernels as (out, in, rows, columns)."""
    if name != "weight":
        return values
    return values.reshape(*o.kernel_size, -1, o.out_channels).transpose(3, 2, 0, 1)


def transposed_kernels(name: str, values: Any) -> Any:
    """Return a parameter of a transposed convolution: its kernels as (in, out, rows, columns)."""
    return values.transpose(2, 3, 0, 1) if name == "weight" else values
