"""Models as files."""

from pathlib import Path
from tempfile import TemporaryDirectory

from symcnn.errors import ArgumentError
from symcnn.frameworks import FRAMEWORKS, framework
from symcnn.frameworks.lowering import lower
from symcnn.report import Numbers


def chosen(name: str | None, path: Path) -> str:
    """Return the framework of a file, from its name unless it is named.

    Raises:
        ArgumentError: if there is none, or the file is called otherwise.

    >>> chosen(None, Path("vgg16.onnx"))
    'onnx'
    """
    endings = ", ".join(f"{known.suffix} for {key}" for key, known in FRAMEWORKS.items())
    if name is not None and name not in FRAMEWORKS:
        raise ArgumentError(f"unknown framework {name!r}", hint=f"known: {', '.join(FRAMEWORKS)}")
    found = next((key for key, known in FRAMEWORKS.items() if known.suffix == path.suffix), None)
    if found is None or name not in (None, found):
        hint = f"name it {path.stem}{FRAMEWORKS[name].suffix}" if name else f"its name ends in {endings}"
        raise ArgumentError(f"{path} is no name of a model", hint=hint)
    return found


def export(numbers: Numbers, name: str, path: Path, seed: int) -> list[Path]:
    """Write the model of a network; return the files.

    A file of that name is replaced once the new one is whole.

    Args:
        numbers: the network, with all repeats written out.
        name: the framework.
        path: the file.
        seed: of the values that weights start with.

    Raises:
        ArgumentError: if it cannot be written.
        MissingError: if the framework is not installed.
        UnsupportedError: if a layer has no counterpart.
        LimitError: if the model is too large.
    """
    writer = framework(name)
    program = lower(numbers.graph)
    try:
        with TemporaryDirectory(dir=path.parent, prefix=f".{path.name}.") as work:
            writer.save(writer.build(program, seed), Path(work, path.name))
            return sorted(file.replace(path.with_name(file.name)) for file in Path(work).iterdir())
    except OSError as error:
        raise ArgumentError(f"cannot write {path}: {error.strerror or error}") from None
