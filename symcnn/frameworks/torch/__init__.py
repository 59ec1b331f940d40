"""Networks as PyTorch modules.

A module runs on inputs of any size that its fully connected layers allow; it
is built, and checked, for one.
"""

from collections.abc import Mapping
from typing import Final

from symcnn.frameworks import needed
from symcnn.frameworks.lowering import Source, lower, numbers_of
from symcnn.pipeline import Size

with needed("torch"):
    from symcnn.frameworks.torch.framework import Torch
    from symcnn.frameworks.torch.network import Network

FRAMEWORK: Final = Torch()


def to_torch(
    source: Source,
    input: Size | None = None,
    *,
    symbols: Mapping[str, object] | None = None,
    seed: int = 0,
    device: str = "cpu",
) -> Network:
    """Build a PyTorch module that trains.

    Args:
        source: a text in the notation, the name or the entry of a network of
            the zoo, or a parsed architecture.
        input: height, width and channels, as `derive` takes them; by default
            what the text pins, then the input of the zoo entry, then 224x224x3.
        symbols: values of further symbols.
        seed: of the values that weights start with; the same seed gives the
            same model in every framework.
        device: where the module is; on `meta` it has shapes, but no values.

    Returns:
        A module from (batch, C, H, W) to (batch, C, H, W), or to (batch, C)
        where the output is 1×1 for every input, as after `fc` and `gap`.

    Raises:
        NotationError: if the text is no network.
        DomainError: if the network cannot take the input.
        UnsupportedError: if a layer has no counterpart.
        LimitError: if it is too large.

    >>> to_torch("conv3-8:relu, pool, fc10", "8x8x3")
    Network(
      conv3-8:relu, pool, fc10
      (conv3_8): Conv2d(3, 8, kernel_size=(3, 3), stride=(1, 1), padding=(1, 1))
      (relu): ReLU()
      (pool): MaxPool2d(kernel_size=(2, 2), stride=(2, 2), padding=0, dilation=(1, 1), ceil_mode=False)
      (flatten): Flatten(start_dim=1, end_dim=-1)
      (fc10): Linear(in_features=128, out_features=10, bias=True)
    )
    """
    program = lower(numbers_of(source, input, symbols).graph)
    if device == "meta":
        return FRAMEWORK.build(program, None)
    return FRAMEWORK.build(program, seed).to(device)
