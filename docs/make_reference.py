"""Write `reference.md`, the page that lists every command, option, class and function.

    python docs/make_reference.py            writes the page
    python docs/make_reference.py --check    exits with 1 and a diff if it is stale

What it says of them is their help and the first lines of their docstrings.
"""

import inspect
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from textwrap import fill
from typing import Final

import click
from pages import code, main, table

import symcnn
from symcnn.algebra.difference import Difference, Signs
from symcnn.algebra.parts import Term
from symcnn.algebra.scaling import Growth, Scaling
from symcnn.algebra.solution import BoxSolution, Solution
from symcnn.algebra.views import Collected
from symcnn.claims import Verdict
from symcnn.cli import app
from symcnn.report import Numbers, Report
from symcnn.table import DTYPES, QUANTITIES, Row

PAGE: Final = Path(__file__).with_name("reference.md")

INTRODUCTION: Final = """\
# Reference

<!-- Written by docs/make_reference.py from the help of the commands and the docstrings. Do not edit. -->

Every [command](#commands) with its options, and what there is [in Python](#in-python). How things belong
together is told in the other pages: [the notation](notation.md), [families](families.md),
[conventions](conventions.md), [models](frameworks.md), [testing formulas](testing-formulas.md).

## Commands

ARCH is a text in the notation, the name of a network of the zoo, `@FILE`, or `-` for standard input. Amounts
and values are exact: `-D alpha=0.75` is 3/4. Without `--input` the input is what the text pins, else that of
the zoo entry, else 224x224x3.
"""

NAMES: Final = (
    "Quantities are {quantities}; `receptive_field` and `stride` stand for both of their axes. "
    "Types of elements are {dtypes}."
)
"""What options take by name."""

PYTHON: Final = """\
## In Python

`import symcnn` offers the first table; the classes after it are what its functions return. Values are
keyword arguments by the names of the symbols, exact: integers, fractions, or text such as `"0.75"`. All
errors inherit from `SymcnnError`.
"""

WIDTH: Final = 110
"""Characters in a line."""

CLASSES: Final = (Report, Numbers, Row, symcnn.Formula, symcnn.Domain, Term, Collected)
FURTHER: Final = (Scaling, Growth, Solution, BoxSolution, Difference, Signs, Verdict)
"""The classes whose public names are listed."""


def page() -> str:
    """Return the page."""
    quantities, dtypes = (", ".join(map(code, names)) for names in (QUANTITIES, DTYPES))
    names = fill(NAMES.format(quantities=quantities, dtypes=dtypes), WIDTH)
    lines = [INTRODUCTION, names, "", *_commands(), PYTHON, *_doors()]
    for kind in (*CLASSES, *FURTHER):
        lines += _class(kind)
    return "\n".join(lines).rstrip() + "\n"


def _commands() -> Iterator[str]:
    context = click.Context(app)
    for name in sorted(app.list_commands(context), key=lambda name: (name != "summary", name)):
        command = app.get_command(context, name)
        assert command is not None
        usage = " ".join(map(_argument, (p for p in command.params if isinstance(p, click.Argument))))
        yield f"### symcnn {'' if name == 'summary' else name + ' '}{usage}".rstrip()
        yield from ("", (command.help or "").split("\n\n")[0].replace("\n", " "), "")
        options = [p for p in command.params if isinstance(p, click.Option)]
        yield from [*table(("option", "is"), map(_option, options)), ""] if options else ()


def _argument(argument: click.Argument) -> str:
    name = argument.human_readable_name.upper()
    return name if argument.required else f"[{name}]"


def _option(option: click.Option) -> tuple[str, str]:
    names = ", ".join(map(code, option.opts))
    takes = "" if option.is_flag else f" {option.metavar or option.type.name.upper()}"
    shown = f" By default {code(str(option.default))}." if option.show_default else ""
    return names + takes, f"{option.help}{shown}{' Required.' if option.required else ''}"


def _doors() -> Iterator[str]:
    names = (name for name in symcnn.__all__ if not name.startswith("_"))
    yield from table(("name", "is"), ((code(name), _first(getattr(symcnn, name))) for name in names))
    yield ""


def _class(kind: type) -> Iterator[str]:
    yield from (f"### {kind.__name__}", "", _first(kind), "")
    if kind is Numbers:
        yield from ("It has what a `Report` has, with integers in the place of formulas.", "")
        return
    fields = _attributes(kind)
    names = [name for name in dir(kind) if not name.startswith("_") and name not in {*fields, *dir(Mapping)}]
    rows = [*fields.items(), *((name, _first(inspect.getattr_static(kind, name))) for name in names)]
    yield from table(("name", "is"), ((_written(kind, name), says) for name, says in sorted(rows)))
    yield ""


def _written(kind: type, name: str) -> str:
    """Write a name, with its parameters if it is a method."""
    member = getattr(kind, name, None)
    if not inspect.isfunction(member):
        return code(name)
    parameters = [p for p in inspect.signature(member).parameters.values() if p.name != "self"]
    stars = {inspect.Parameter.VAR_KEYWORD: "**", inspect.Parameter.VAR_POSITIONAL: "*"}
    return code(f"{name}({', '.join(stars.get(p.kind, '') + p.name for p in parameters)})")


def _attributes(kind: type) -> dict[str, str]:
    """Return the attributes that the docstring of a class tells of."""
    _, _, after = inspect.cleandoc(kind.__doc__ or "").partition("\nAttributes:\n")
    told: dict[str, str] = {}
    for line in after.split("\n\n")[0].splitlines():
        name, colon, says = line.strip().partition(": ")
        if line.startswith("    ") and not line.startswith("     ") and colon:
            for each in name.split(", "):
                told[each] = says
        elif told:
            told[next(reversed(told))] += " " + line.strip()
    return {name: says[:1].upper() + says[1:] for name, says in told.items()}


def _first(thing: object) -> str:
    """Return the first line of what a docstring says, for a table."""
    lines = (inspect.getdoc(thing) or "").split("\n\n")[0].replace("\n", " ")
    return lines.replace("|", r"\|").replace("``", "`")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:], PAGE, page()))
