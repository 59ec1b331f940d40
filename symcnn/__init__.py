"""Closed forms of what a convolutional network costs, exactly.

>>> import symcnn
>>> report = symcnn.derive("conv3-64x2,pool,conv3-128x2,pool,fc10")
>>> report.params
<params: 1280*floor(H/4)*floor(W/4) + 576*C + 258442, for H, W ≥ 4>
>>> report.params(H=32, W=32, C=3)
342090
"""

from typing import TYPE_CHECKING

from symcnn._version import __version__

if TYPE_CHECKING:
    from symcnn.algebra.domain import Domain
    from symcnn.algebra.formula import Formula
    from symcnn.catalog import zoo
    from symcnn.errors import (
        ArgumentError,
        DomainError,
        LimitError,
        NotationError,
        SymcnnError,
        UnsupportedError,
    )
    from symcnn.graph import Graph
    from symcnn.notation import parse
    from symcnn.notation.syntax import Architecture
    from symcnn.pipeline import derive
    from symcnn.report import Numbers, Report

_HOMES = {
    "Domain": "symcnn.algebra.domain",
    "Formula": "symcnn.algebra.formula",
    "ArgumentError": "symcnn.errors",
    "DomainError": "symcnn.errors",
    "LimitError": "symcnn.errors",
    "NotationError": "symcnn.errors",
    "SymcnnError": "symcnn.errors",
    "UnsupportedError": "symcnn.errors",
    "Graph": "symcnn.graph",
    "parse": "symcnn.notation",
    "Architecture": "symcnn.notation.syntax",
    "derive": "symcnn.pipeline",
    "Numbers": "symcnn.report",
    "Report": "symcnn.report",
    "zoo": "symcnn.catalog",
}


def __getattr__(name: str) -> object:
    """Import a door when it is first used (PEP 562), so that importing symcnn is quick."""
    from importlib import import_module

    if name not in _HOMES:
        raise AttributeError(f"module 'symcnn' has no attribute {name!r}")
    value: object = getattr(import_module(_HOMES[name]), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *_HOMES})


__all__ = [
    "Architecture",
    "ArgumentError",
    "Domain",
    "DomainError",
    "Formula",
    "Graph",
    "LimitError",
    "NotationError",
    "Numbers",
    "Report",
    "SymcnnError",
    "UnsupportedError",
    "__version__",
    "derive",
    "parse",
    "zoo",
]
