"""Models of networks in PyTorch, Keras and ONNX, at a concrete input.

Each framework is one module here, named in `FRAMEWORKS`; importing it imports
the framework.

>>> from symcnn.frameworks import FRAMEWORKS
>>> list(FRAMEWORKS)
['torch', 'keras', 'onnx']
"""

from collections.abc import Generator
from contextlib import contextmanager
from importlib import import_module
from typing import TYPE_CHECKING, Final, NamedTuple

from symcnn.errors import ArgumentError, MissingError

if TYPE_CHECKING:
    from symcnn.frameworks.base import Framework


class Known(NamedTuple):
    """A framework before it is imported.

    Attributes:
        title: its name.
        suffix: how the names of its files end.
    """

    title: str
    suffix: str


FRAMEWORKS: Final = {
    "torch": Known("PyTorch", ".pt2"),
    "keras": Known("Keras", ".keras"),
    "onnx": Known("ONNX", ".onnx"),
}
"""The frameworks, by the names of their modules here, which are those of the extras, too."""


@contextmanager
def needed(name: str) -> Generator[None, None, None]:
    """Tell how to install a framework where it cannot be imported.

    Raises:
        MissingError: if an import in the context fails.
    """
    try:
        yield
    except ImportError as error:
        hint = f"pip install 'symcnn[{name}]'"
        raise MissingError(f"{FRAMEWORKS[name].title} cannot be imported: {error}", hint=hint) from None


def framework(name: str) -> "Framework":
    """Return a framework by name.

    Raises:
        ArgumentError: if there is none of that name.
        MissingError: if it is not installed.
    """
    if name not in FRAMEWORKS:
        raise ArgumentError(f"unknown framework {name!r}", hint=f"known: {', '.join(FRAMEWORKS)}")
    found: Framework = import_module(f"symcnn.frameworks.{name}").FRAMEWORK
    return found
