"""The vocabulary: every layer kind, one class each, found by its words."""

from symcnn.layers import activations, dense, merges, norms, pools, rearrange, windows
from symcnn.layers.base import (
    KINDS,
    KNOWN_AS,
    WORDS,
    Factor,
    Layer,
    Operation,
    Parameter,
    Role,
    Spec,
    Takes,
    layer,
)
from symcnn.layers.shape import Extent, Pair, Shape

FAMILIES = (windows, pools, dense, norms, activations, rearrange, merges)
"""The modules that declare kinds; importing them fills the registry."""

__all__ = [
    "FAMILIES",
    "KINDS",
    "KNOWN_AS",
    "WORDS",
    "Extent",
    "Factor",
    "Layer",
    "Operation",
    "Pair",
    "Parameter",
    "Role",
    "Shape",
    "Spec",
    "Takes",
    "layer",
]
