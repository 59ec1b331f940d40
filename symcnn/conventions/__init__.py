"""The conventions: who counts what, each a file `conventions/NAME.toml`.

>>> sorted(conventions)[:4]
['calflops', 'calflops-flops', 'fvcore', 'keras']
>>> conventions["fvcore"].version
'0.1.5.post20221221'
"""

from collections.abc import Iterator, Mapping
from difflib import get_close_matches
from functools import cache
from importlib.resources import files
from typing import Final

from symcnn.conventions.record import COUNTED, Convention, Defect, Rule, Term, read_record
from symcnn.errors import ArgumentError

SUFFIX: Final = ".toml"
DEFAULT: Final = "symcnn"
"""The convention that is followed unless another one is asked for."""


class Conventions(Mapping[str, Convention]):
    """The conventions by name, each read when it is asked for."""

    def __getitem__(self, name: str) -> Convention:
        if name not in _names():
            raise KeyError(name)
        return _load(name)

    def __iter__(self) -> Iterator[str]:
        return iter(_names())

    def __len__(self) -> int:
        return len(_names())


@cache
def _names() -> Mapping[str, None]:
    found = (f.name for f in (files("symcnn") / "conventions").iterdir())
    return dict.fromkeys(sorted(n.removesuffix(SUFFIX) for n in found if n.endswith(SUFFIX)))


@cache
def _load(name: str) -> Convention:
    content = (files("symcnn") / "conventions" / f"{name}{SUFFIX}").read_text(encoding="utf-8")
    return read_record(name, content)


conventions: Final = Conventions()
"""The conventions by name."""


def find(name: str) -> Convention:
    """Return the convention of a name.

    Raises:
        ArgumentError: if there is none; with the nearest names.

    >>> find("fvcoer")
    Traceback (most recent call last):
    symcnn.errors.ArgumentError: there is no convention 'fvcoer'
      did you mean: fvcore
    """
    if name not in conventions:
        near = get_close_matches(name.lower(), conventions, n=3)
        hint = f"did you mean: {', '.join(near)}" if near else f"known: {', '.join(conventions)}"
        raise ArgumentError(f"there is no convention {name!r}", hint=hint)
    return conventions[name]


__all__ = [
    "COUNTED",
    "DEFAULT",
    "Convention",
    "Conventions",
    "Defect",
    "Rule",
    "Term",
    "conventions",
    "find",
    "read_record",
]
