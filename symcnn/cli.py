"""The command line: `symcnn ARCH`, and commands that ask for one thing each."""

import sys
from collections.abc import Sequence
from enum import Enum
from typing import TYPE_CHECKING, Annotated, Any, NoReturn

import typer
from typer.core import TyperGroup

from symcnn._version import __version__
from symcnn.errors import ArgumentError, LimitError, SymcnnError
from symcnn.limits import MAX_TEXT

if TYPE_CHECKING:
    from rich.console import Console

    from symcnn.answers import Question

HELP = """Derive what a convolutional network costs: exactly, in closed form, step by step.

ARCH is an architecture such as 'conv3-64x2,pool,fc10', the name of a network
of the zoo, @FILE, or - for standard input.

\b
  symcnn vgg16
  symcnn 'conv3-64x2,pool,conv3-128x2,pool,fc10' --input 32x32x3
  symcnn derive vgg16
  symcnn eval resnet50 --json
  symcnn table vgg16 --by layer --format csv

Exit codes: 0 fine; 2 the notation or an argument is wrong; 3 the network is
fine, but not for this input (too small, branches that do not fit).
"""


class _Commands(TyperGroup):
    """Commands, where anything that is none is an architecture to summarize."""

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        if args and args[0] not in self.commands and (args[0] == "-" or not args[0].startswith("-")):
            args = ["summary", *args]
        return super().resolve_command(ctx, args)


app = typer.Typer(
    cls=_Commands,
    help=HELP,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
    pretty_exceptions_enable=False,
)


def _names(incomplete: str) -> list[str]:
    from symcnn.catalog import zoo

    return [name for name in zoo if name.startswith(incomplete)]


Arch = Annotated[
    str, typer.Argument(metavar="ARCH", help="A string, a zoo name, @FILE or -.", autocompletion=_names)
]
Input = Annotated[
    str | None, typer.Option("--input", metavar="HxWxC", help="The input: height, width, channels.")
]
Define = Annotated[
    list[str] | None,
    typer.Option("-D", "--define", metavar="NAME=VALUE", help="A value for a symbol, or for H, W, C."),
]
Of = Annotated[str | None, typer.Option("--of", metavar="LIST", help="Quantities, separated by commas.")]
Dtype = Annotated[str, typer.Option("--dtype", help="The type of an element, for memory.")]


class By(str, Enum):
    """What a row of a table is."""

    ITEM = "item"
    LAYER = "layer"


class TableFormat(str, Enum):
    """The formats of tables."""

    TEXT = "text"
    MARKDOWN = "markdown"
    CSV = "csv"
    JSON = "json"
    LATEX = "latex"


class DerivationFormat(str, Enum):
    """The formats of derivations."""

    TEXT = "text"
    LATEX = "latex"
    MARKDOWN = "markdown"
    JSON = "json"
    PYTHON = "python"


@app.callback(invoke_without_command=True)
def _root(
    ctx: typer.Context,
    version: Annotated[bool, typer.Option("--version", help="Print the version.")] = False,
) -> None:
    if version:
        typer.echo(f"symcnn {__version__}")
        raise typer.Exit
    if ctx.invoked_subcommand is None:
        typer.echo(ctx.get_help())
        raise typer.Exit(2)


@app.command(hidden=True)
def summary(
    arch: Arch, input: Input = None, define: Define = None, of: Of = None, dtype: Dtype = "float32"
) -> None:
    """Print the table by item, the closed forms, their domain and the convention."""
    question = _question(arch, input, define)
    _print_table(question, "item", "text", _list(of), dtype=dtype, closed=True)


@app.command()
def derive(
    arch: Arch,
    input: Input = None,
    define: Define = None,
    of: Of = None,
    format: Annotated[DerivationFormat, typer.Option("--format", help="How to write it.")] = (
        DerivationFormat.TEXT
    ),
) -> None:
    """Show how counts come about: rule, numbers, sum and closed form.

    \b
      symcnn derive vgg16
      symcnn derive 'input(C=k),conv{n}x{m}-L'
      symcnn derive vgg16 --of params,macs --format latex
    """
    from symcnn.derivation import derivation
    from symcnn.render import renderer

    question = _question(arch, input, define)
    report = question.report()
    shown = report if report.symbols else report.at()
    write = renderer("derivation", format.value)
    parts = [
        write(derivation(question.closed(), shown, quantity, str(question.architecture)))
        for quantity in _list(of) or ["params"]
    ]
    many_json = format is DerivationFormat.JSON and len(parts) > 1
    typer.echo(f"[{', '.join(parts)}]" if many_json else "\n\n\n".join(parts))


@app.command("eval")
def evaluate(
    arch: Annotated[
        str | None,
        typer.Argument(metavar="[ARCH]", help="A string, a zoo name, @FILE or -.", autocompletion=_names),
    ] = None,
    input: Input = None,
    define: Define = None,
    of: Of = None,
    dtype: Dtype = "float32",
    as_json: Annotated[bool, typer.Option("--json", help="Write JSON.")] = False,
    batch: Annotated[
        str | None,
        typer.Option("--batch", metavar="FILE", help='Questions, one a line: {"arch": ..., "H": ...}.'),
    ] = None,
) -> None:
    """Evaluate exactly at one input, or for each line of a batch.

    \b
      symcnn eval vgg16
      symcnn eval 'conv3-64,(conv3-64,pool)xn,fc10' --input 32x32x3 -D n=3
      echo '{"arch": "vgg16", "H": 256}' | symcnn eval --batch -

    Without --input: what the text pins, then the input of the zoo entry, then
    224x224x3.
    """
    import json

    from symcnn.answers import ANSWERED

    quantities = _list(of) or list(ANSWERED)
    if batch is not None:
        if arch is not None or input is not None or define:
            raise ArgumentError("--batch takes architectures and values from its lines")
        _run_batch(batch, quantities, dtype)
        return
    if arch is None:
        raise ArgumentError("an architecture is missing", hint="symcnn eval vgg16")
    try:
        answer = _question(arch, input, define).answer(quantities, dtype)
    except SymcnnError as error:
        if not as_json:
            raise
        typer.echo(json.dumps({"error": error.to_json()}))
        raise typer.Exit(error.exit_code) from None
    typer.echo(json.dumps(answer) if as_json else _answer_lines(answer))


@app.command()
def table(
    arch: Arch,
    input: Input = None,
    define: Define = None,
    of: Of = None,
    by: Annotated[By, typer.Option("--by", help="A row for each item or each layer.")] = By.ITEM,
    format: Annotated[TableFormat, typer.Option("--format", help="How to write it.")] = TableFormat.TEXT,
    formulas: Annotated[
        bool, typer.Option("--formulas", help="Closed forms in H, W, C instead of numbers.")
    ] = False,
    dtype: Dtype = "float32",
) -> None:
    """Print a table of the network.

    \b
      symcnn table resnet50 --by layer
      symcnn table vgg16 --of weights,activations --format markdown
    """
    question = _question(arch, input, define)
    _print_table(question, by.value, format.value, _list(of), dtype=dtype, formulas=formulas)


@app.command("zoo")
def show_zoo(
    name: Annotated[str | None, typer.Argument(metavar="[NAME]", autocompletion=_names)] = None,
) -> None:
    """List the networks of the zoo, or print one.

    \b
      symcnn zoo
      symcnn zoo resnet50
    """
    from symcnn.catalog import zoo

    if name is None:
        width = max(map(len, zoo), default=0)
        typer.echo("\n".join(f"{entry.name:<{width}}  {entry.title}" for entry in zoo.values()))
        return
    if name not in zoo:
        from difflib import get_close_matches

        near = get_close_matches(name, zoo, n=2)
        hint = f"did you mean: {' or '.join(near)}" if near else "symcnn zoo lists them"
        raise ArgumentError(f"the zoo has no network {name!r}", hint=hint)
    entry = zoo[name]
    counts = [f"# {p.quantity}{_symbols(p.symbols)}: {p.value:,} ({p.source})" for p in entry.published]
    size = "x".join(str(entry.input[axis]) for axis in "HWC")
    typer.echo("\n".join([f"# {entry.title}", f"# input: {size}", *counts, entry.notation]))


def _symbols(symbols: Any) -> str:
    return f" at {', '.join(f'{n} = {v}' for n, v in symbols.items())}" if symbols else ""


def _question(arch: str, size: str | None, define: Sequence[str] | None) -> "Question":
    from symcnn.answers import Question
    from symcnn.pipeline import bound_values

    symbols: dict[str, object] = {}
    for definition in define or ():
        name, equals, value = definition.partition("=")
        if not (name and equals and value) or name.strip() in symbols:
            raise ArgumentError(f"-D {definition} is no NAME=VALUE, or comes twice", hint="as in -D n=9")
        symbols[name.strip()] = value.strip()
    return Question(_text(arch), bound_values(size, symbols))


def _text(arch: str) -> str:
    """Return the text that ARCH names: itself, a file's, or standard input's.

    Raises:
        ArgumentError: if a file cannot be read.
        LimitError: if it is too long to be one architecture.
    """
    if arch != "-" and not arch.startswith("@"):
        return arch
    try:
        if arch == "-":
            data = sys.stdin.buffer.read(4 * MAX_TEXT + 1)
        else:
            with open(arch[1:], "rb") as file:
                data = file.read(4 * MAX_TEXT + 1)
        text = data.decode("utf-8-sig")
    except OSError as error:
        raise ArgumentError(f"cannot read {arch[1:]}: {error.strerror or error}") from None
    except UnicodeDecodeError:
        if len(data) > 4 * MAX_TEXT:
            raise LimitError(f"an architecture has more than {MAX_TEXT:,} characters") from None
        raise ArgumentError("the architecture is no UTF-8 text") from None
    return text.strip()


def _list(of: str | None) -> list[str]:
    return [name.strip() for name in (of or "").split(",") if name.strip()]


def _print_table(
    question: "Question",
    by: str,
    format: str,
    quantities: Sequence[str],
    *,
    dtype: str,
    formulas: bool = False,
    closed: bool = False,
) -> None:
    from symcnn.answers import expanded
    from symcnn.render import renderer
    from symcnn.render.sheet import sheet
    from symcnn.report import COLUMNS

    forms = question.closed(dtype) if closed or formulas else None
    report = forms if formulas and forms else question.report(dtype)
    content = sheet(
        report if report.symbols else report.at(),
        by=by,
        columns=expanded(quantities) or COLUMNS,
        closed=forms if closed else None,
    )
    write = renderer("table", format)
    if format == "text" and sys.stdout.isatty():
        typer.echo(write(content, _console()), color=True)
    else:
        typer.echo(write(content))


def _console() -> "Console":
    from rich.console import Console

    return Console(highlight=False)


def _answer_lines(answer: dict[str, Any]) -> str:
    size = "x".join(str(answer["input"][axis]) for axis in "HWC")
    symbols = "".join(f", {name} = {value}" for name, value in answer["symbols"].items())
    lines = [f"{'input':<14}{size}{symbols}"]
    for name, value in answer.items():
        if name not in ("input", "symbols", "output", "convention"):
            lines.append(f"{name.replace('_', ' '):<14}{value:,}" if isinstance(value, int) else f"{name}  {value}")
    channels, height, width = answer["output"]
    return "\n".join([*lines, f"{'output':<14}{height}x{width}x{channels}", f"convention    {answer['convention']}"])


def _run_batch(path: str, quantities: Sequence[str], dtype: str) -> None:
    from symcnn.batch import answers

    try:
        lines = sys.stdin.buffer if path == "-" else open(path, "rb")  # noqa: SIM115 - closed below
    except OSError as error:
        raise ArgumentError(f"cannot read {path}: {error.strerror}") from None
    with lines:
        for answer in answers(lines, quantities, dtype):
            sys.stdout.write(answer + "\n")
            sys.stdout.flush()


def main(arguments: Sequence[str] | None = None) -> NoReturn:
    """Run the command line, and leave with its exit code."""
    try:
        app(args=list(arguments) if arguments is not None else None, prog_name="symcnn")
    except SymcnnError as error:
        typer.echo(f"error: {error}", err=True)
        sys.exit(error.exit_code)
    except BrokenPipeError:
        # The reader has gone (`symcnn … | head`); nothing is left to say to it.
        sys.stderr.close()
        sys.exit(0)
    sys.exit(0)
