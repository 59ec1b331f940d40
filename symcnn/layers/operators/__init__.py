"""The operators that frameworks have, in plain numbers: what a layer comes down to.

A layer kind writes itself as a short row of these (`Layer.operators`), and each
framework implements each of these once. So a new kind is one class, and a new
framework one package. The vocabulary is closed: `OPERATORS` lists it.

Tensors are maps, (batch, C, H, W), or vectors, (batch, C). Pairs are height
and width; sides are ((top, bottom), (left, right)).
"""

from typing import Final

from symcnn.layers.operators import elements, pools, products, rearrange
from symcnn.layers.operators.base import NoCounterpart, Operator

FAMILIES: Final = (products, pools, elements, rearrange)
"""The modules in which the operators are, by what they do."""

OPERATORS: Final = tuple(kind for kind in Operator.__subclasses__() if kind is not NoCounterpart)
"""What a framework implements."""
