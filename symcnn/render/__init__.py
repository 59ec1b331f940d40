"""How reports, derivations, comparisons and accounts are shown, one format a file.

A format module has `table(sheet)`, `derivation(derivation)`,
`comparison(comparison)`, `accounts(accounts)`, or several of them; each returns
text. The modules are found by their names here, and imported on use.
"""

from collections.abc import Callable, Mapping
from importlib import import_module
from typing import Any, Final

from symcnn.errors import ArgumentError

TABLES: Final[Mapping[str, str]] = {
    "text": "symcnn.render.text",
    "markdown": "symcnn.render.markdown",
    "csv": "symcnn.render.comma",
    "json": "symcnn.render.data",
    "latex": "symcnn.render.tex",
}
"""The formats of tables."""

DERIVATIONS: Final[Mapping[str, str]] = {
    "text": "symcnn.render.text",
    "latex": "symcnn.render.tex",
    "markdown": "symcnn.render.markdown",
    "json": "symcnn.render.data",
    "python": "symcnn.render.code",
}
"""The formats of derivations."""

COMPARISONS: Final[Mapping[str, str]] = {
    "text": "symcnn.render.contrast",
    "json": "symcnn.render.data",
}
"""The formats of comparisons."""

ACCOUNTS: Final[Mapping[str, str]] = {
    "text": "symcnn.render.ledger",
    "markdown": "symcnn.render.markdown",
    "json": "symcnn.render.data",
}
"""The formats of what conventions say of a network."""

KINDS: Final[Mapping[str, Mapping[str, str]]] = {
    "table": TABLES,
    "derivation": DERIVATIONS,
    "comparison": COMPARISONS,
    "accounts": ACCOUNTS,
}
"""What can be shown, with its formats."""


def renderer(kind: str, name: str) -> Callable[..., str]:
    """Return the function that writes one of `KINDS` in a format.

    Raises:
        ArgumentError: if there is no such format.
    """
    modules = KINDS[kind]
    if name not in modules:
        raise ArgumentError(f"there is no format {name!r} here", hint=f"known: {', '.join(modules)}")
    module: Any = import_module(modules[name])
    return getattr(module, kind)
