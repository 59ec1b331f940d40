"""Networks as Keras models, on any backend, at one height and width.

Maps are channels last, (batch, H, W, C), which every backend runs on a CPU.
Models are made of Keras' own layers and operations, so that their files open
without symcnn.
"""

from collections.abc import Mapping
from typing import Any, Final

from symcnn.frameworks import needed
from symcnn.frameworks.keras.backend import choose_backend
from symcnn.frameworks.lowering import Source, lower, numbers_of
from symcnn.pipeline import Size

with needed("keras"):
    choose_backend()
    from symcnn.frameworks.keras.framework import Keras

FRAMEWORK: Final = Keras()


def to_keras(
    source: Source,
    input: Size | None = None,
    *,
    symbols: Mapping[str, object] | None = None,
    seed: int = 0,
) -> Any:
    """Build a Keras model that trains once it is compiled.

    Args:
        source: a text in the notation, the name or the entry of a network of
            the zoo, or a parsed architecture.
        input: height, width and channels, as `derive` takes them; by default
            what the text pins, then the input of the zoo entry, then 224x224x3.
        symbols: values of further symbols.
        seed: of the values that weights start with; the same seed gives the
            same model in every framework.

    Returns:
        A `keras.Model` from (batch, H, W, C) to (batch, H, W, C), or to
        (batch, C) where the output is 1×1 for every input, as after `fc` and
        `gap`.

    Raises:
        NotationError: if the text is no network.
        DomainError: if the network cannot take the input.
        UnsupportedError: if a layer has no counterpart.
        LimitError: if it is too large.

    >>> model = to_keras("conv3-8:relu, pool, fc10", "8x8x3")
    >>> model.output_shape, model.count_params()
    ((None, 10), 1514)
    """
    return FRAMEWORK.build(lower(numbers_of(source, input, symbols).graph), seed)
