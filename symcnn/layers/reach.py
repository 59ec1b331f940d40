"""Which input positions an output position sees, along one axis.

These are the data of the receptive field; `analyses/receptive_field.py`
composes them along a network.
"""

from dataclasses import dataclass

from symcnn.algebra.polynomials import Value


@dataclass(frozen=True)
class Pointwise:
    """Position i sees position i."""


@dataclass(frozen=True)
class Window:
    """Position i sees `size` positions from i·stride − before on, or every `dilation`-th of them."""

    size: Value
    stride: Value = 1
    before: Value = 0
    dilation: Value = 1


@dataclass(frozen=True)
class Spread:
    """Input position j adds to output positions from j·factor − before on.

    Of the `size` positions there it adds to every `dilation`-th. With
    size = factor and before = 0 this is nearest-neighbor upsampling.
    """

    factor: Value
    size: Value
    before: Value = 0
    dilation: Value = 1


@dataclass(frozen=True)
class Whole:
    """Every position sees the whole axis."""


@dataclass(frozen=True)
class Varying:
    """What a position sees depends on the input's size in no simple way."""


Reach = Pointwise | Window | Spread | Whole | Varying
