"""The command line: `symcnn ARCH`, and commands that ask for one thing each.

What needs the algebra is imported where it is used, so that `--help`,
`--version` and completion are quick.
"""

import json
import os
import shlex
import sys
from collections.abc import Callable, Sequence
from difflib import get_close_matches
from inspect import cleandoc
from io import TextIOWrapper
from textwrap import dedent, indent
from typing import TYPE_CHECKING, Any, Final, NoReturn, TypeVar, cast

import click

from symcnn._version import __version__
from symcnn.errors import ArgumentError, SymcnnError
from symcnn.render import COMPARISONS, DERIVATIONS, TABLES

if TYPE_CHECKING:
    from click.shell_completion import ShellComplete

F = TypeVar("F", bound=Callable[..., Any])

HELP: Final = """Derive what a convolutional network costs: exactly, in closed form, step by step.

ARCH is an architecture such as 'conv3-64x2,pool,fc10', the name of a network
of the zoo, @FILE, or - for standard input.

  symcnn vgg16
  symcnn 'conv3-64x2,pool,conv3-128x2,pool,fc10' --input 32x32x3
  symcnn derive vgg16
  symcnn eval resnet50 --json
  symcnn table vgg16 --by layer --format csv

Exit codes: 0 fine; 2 the notation or an argument is wrong; 3 the network is
fine, but not for this input (too small, or branches that do not fit).
"""


def with_examples(text: str) -> str:
    """Return a help text in which paragraphs of commands keep their lines, as click is told by a mark."""
    paragraphs = cleandoc(text).split("\n\n")
    examples = (p.lstrip().startswith("symcnn ") for p in paragraphs)
    return "\n\n".join(
        f"\b\n{indent(dedent(paragraph), '  ')}" if example else paragraph
        for paragraph, example in zip(paragraphs, examples, strict=True)
    )


class Commands(click.Group):
    """Commands, where anything that is none is an architecture to summarize."""

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Take what is no command for the architecture of `summary`."""
        if args[0] not in self.commands and not ctx.resilient_parsing:
            self._refuse_many(args)
            args = ["summary", *args]
        return super().resolve_command(ctx, args)

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Take options that stand before the architecture for those of `summary`."""
        known = {name for parameter in self.get_params(ctx) for name in parameter.opts}
        if args and args[0].startswith("-") and args[0] != "-" and args[0] not in known:
            args = ["summary", *args]
        return super().parse_args(ctx, args)

    def add_command(self, cmd: click.Command, name: str | None = None) -> None:
        """Add a command, whose examples keep their lines."""
        cmd.help = with_examples(cmd.help or "")
        super().add_command(cmd, name)

    def _refuse_many(self, args: list[str]) -> None:
        """Refuse an architecture that the shell has split, or a misspelt command."""
        if len(args) < 2 or args[1].startswith("-"):
            return
        near = get_close_matches(args[0], self.commands, n=1)
        end = next((i for i, part in enumerate(args) if part.startswith("-")), len(args))
        whole = shlex.join(["symcnn", " ".join(args[:end]), *args[end:]])
        hint = f"did you mean: {shlex.join(['symcnn', near[0], *args[1:]])}" if near else f"quote it: {whole}"
        raise ArgumentError("an architecture is one argument", hint=hint)


def networks(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[str]:
    """Return the networks of the zoo whose names begin so, for completion."""
    from symcnn.catalog import zoo

    return [name for name in zoo if name.startswith(incomplete)]


def options(*declared: Callable[[F], F]) -> Callable[[F], F]:
    """Return several options as one decorator, in the order in which help lists them."""

    def add(command: F) -> F:
        for option in reversed(declared):
            command = option(command)
        return command

    return add


questions: Final = options(
    click.option("--input", "size", metavar="HxWxC", help="The input: height, width, channels."),
    click.option(
        "-D",
        "--define",
        "define",
        multiple=True,
        metavar="NAME=VALUE",
        help="A value for a symbol, or for H, W, C.",
    ),
    click.option("--of", "of", metavar="LIST", help="Quantities, separated by commas."),
)
dtypes: Final = options(
    click.option("--dtype", default="float32", show_default=True, help="The type of an element, for memory.")
)
ARCH: Final = click.argument("arch", shell_complete=networks)


@click.group(cls=Commands, help=with_examples(HELP), context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, message="symcnn %(version)s")
def app() -> None:
    """Run one of the commands."""


@app.command(hidden=True)
@ARCH
@questions
@dtypes
def summary(arch: str, size: str | None, define: Sequence[str], of: str | None, dtype: str) -> None:
    """Print the table by item, the closed forms, their domain and the convention."""
    from symcnn.console import ask, print_table

    print_table(ask(arch, size, define), of=of, dtype=dtype, closed=True)


@app.command()
@ARCH
@questions
@click.option("--format", "form", default="text", show_default=True, help=f"One of {', '.join(DERIVATIONS)}.")
def derive(arch: str, size: str | None, define: Sequence[str], of: str | None, form: str) -> None:
    """Show how counts come about: rule, numbers, sum and closed form.

    symcnn derive vgg16
    symcnn derive 'input(C=k),conv{n}x{m}-L'
    symcnn derive vgg16 --of params,macs --format latex
    """
    from symcnn.console import ask, for_terminal, split_list
    from symcnn.derivation import derivation
    from symcnn.render import renderer

    write = renderer("derivation", form)
    question = ask(arch, size, define)
    report = question.report()
    shown = report if report.symbols else report.at()
    closed, source = question.closed(), str(question.architecture)
    parts = [write(derivation(closed, shown, name, source)) for name in split_list(of) or ["params"]]
    as_list = form == "json" and len(parts) > 1
    text = f"[{', '.join(parts)}]" if as_list else "\n\n\n".join(parts)
    click.echo(for_terminal(text) if form == "text" else text)


@app.command("eval")
@click.argument("arch", shell_complete=networks, required=False)
@questions
@dtypes
@click.option("--json", "as_json", is_flag=True, help="Write JSON.")
@click.option(
    "--batch",
    metavar="FILE",
    help='Answer each line, {"arch": ..., "H": ..., "n": ...}; - is standard input.',
)
def evaluate(
    arch: str | None,
    size: str | None,
    define: Sequence[str],
    of: str | None,
    dtype: str,
    batch: str | None,
    as_json: bool,
) -> None:
    """Evaluate exactly at one input, or for each line of a batch.

      symcnn eval vgg16
      symcnn eval 'conv3-64,(conv3-64,pool)xn,fc10' --input 32x32x3 -D n=3
      echo '{"arch": "vgg16", "H": 256}' | symcnn eval --batch -

    Without --input: what the text pins, then the input of the zoo entry, then
    224x224x3.
    """
    from symcnn.console import answer_lines, ask, split_list

    if batch is None and arch is None:
        raise ArgumentError("an architecture is missing", hint="symcnn eval vgg16")
    if batch is None:
        _answer(
            lambda: ask(str(arch), size, define).answer(split_list(of), dtype), answer_lines, as_json=as_json
        )
    elif arch is not None or size or define:
        raise ArgumentError("--batch takes architectures and values from its lines")
    else:
        _evaluate_batch(batch, split_list(of), dtype)


def _answer(
    answered: Callable[[], dict[str, Any]], lines: Callable[[dict[str, Any]], str], *, as_json: bool
) -> None:
    from symcnn.console import for_terminal

    try:
        answer = answered()
    except SymcnnError as error:
        if not as_json:
            raise
        click.echo(json.dumps({"error": error.to_json()}))
        sys.exit(error.exit_code)
    click.echo(json.dumps(answer) if as_json else for_terminal(lines(answer)))


def _evaluate_batch(path: str, of: Sequence[str], dtype: str) -> None:
    from symcnn.batch import answers
    from symcnn.console import opened

    with opened(path) as lines:
        for answer in answers(lines, of, dtype):
            sys.stdout.write(answer + "\n")
            sys.stdout.flush()


@app.command()
@ARCH
@questions
@dtypes
@click.option("--by", default="item", show_default=True, help="A row for each item, or each layer.")
@click.option("--format", "form", default="text", show_default=True, help=f"One of {', '.join(TABLES)}.")
@click.option("--formulas", is_flag=True, help="Closed forms in H, W, C instead of numbers.")
def table(
    arch: str,
    size: str | None,
    define: Sequence[str],
    of: str | None,
    dtype: str,
    by: str,
    form: str,
    formulas: bool,
) -> None:
    """Print a table of the network.

    symcnn table resnet50 --by layer
    symcnn table vgg16 --of weights,activations --format markdown
    """
    from symcnn.console import ask, print_table

    print_table(ask(arch, size, define), by=by, form=form, of=of, dtype=dtype, formulas=formulas)


@app.command()
@click.argument("one", metavar="ARCH1", shell_complete=networks)
@click.argument("two", metavar="ARCH2", shell_complete=networks)
@questions
@dtypes
@click.option("--format", "form", default="text", show_default=True, help=f"One of {', '.join(COMPARISONS)}.")
def diff(
    one: str, two: str, size: str | None, define: Sequence[str], of: str | None, dtype: str, form: str
) -> None:
    """Compare two networks: ARCH1 minus ARCH2, in closed form and item by item.

      symcnn diff resnet50 resnet101
      symcnn diff conv3-64x2,fc10 conv3-64,conv3-64,fc10 --of params --input 32x32x3

    It tells whether they are equal for every input, the least input where they
    differ, and where the sign changes. The exit code is 0 whether they are
    equal or not.
    """
    from symcnn.answers import compared, expanded
    from symcnn.console import for_terminal, given_values, read_architecture, split_list
    from symcnn.render import renderer

    write = renderer("comparison", form)
    texts = read_architecture(one), read_architecture(two)
    content = compared(
        texts, given_values(size, define), expanded(split_list(of)) or ["params", "macs"], dtype
    )
    click.echo(write(content) if form == "json" else for_terminal(write(content)))


@app.command()
@ARCH
@click.option("--for", "unknowns", metavar="NAMES", required=True, help="The symbol, or two: n,k.")
@click.option("--where", multiple=True, metavar="BUDGET", help="As in 'params <= 1.7M'; K, M, G, B.")
@click.option("--tie", multiple=True, metavar="NAME=EXPR", help="A symbol in terms of those sought: W=H.")
@click.option("--box", metavar="RANGES", help="Where to look for two symbols: n=1..50,k=1..64.")
@click.option("--upto", metavar="VALUE", help="The greatest value to look at, if not all can be decided.")
@questions
@dtypes
@click.option("--json", "as_json", is_flag=True, help="Write JSON.")
def solve(
    arch: str,
    unknowns: str,
    where: Sequence[str],
    tie: Sequence[str],
    box: str | None,
    upto: str | None,
    size: str | None,
    define: Sequence[str],
    of: str | None,
    dtype: str,
    as_json: bool,
) -> None:
    """Find all values of a symbol that keep budgets, the extreme one first.

      symcnn solve cifar_resnet_a --for n --where 'params <= 1.7M'
      symcnn solve vgg16 --for H --tie W=H --where 'params = 138357544'
      symcnn solve cifar_wide_resnet --for n,k --box n=1..50,k=1..64 --where 'params <= 10M'

    The relations are <=, <, >=, > and =. The exit code is 0 also where no
    value keeps them.
    """
    from symcnn.console import ask, split_list
    from symcnn.search import Search, found, read_box, read_ties, search_lines

    names = split_list(unknowns)
    if len(names) not in (1, 2) or (len(names) == 1) is not (box is None):
        hint = "--for n,k --box n=1..50,k=1..64"
        raise ArgumentError("--for takes one symbol, or two with --box", hint=hint)
    if upto is not None and box is not None:
        raise ArgumentError("--upto is for one symbol, --box for two")
    search = Search(names, where, read_ties(tie), read_box(split_list(box)), upto, split_list(of), dtype)
    _answer(lambda: found(ask(arch, size, define), search), search_lines, as_json=as_json)


@app.command("zoo")
@click.argument("name", shell_complete=networks, required=False)
def show_zoo(name: str | None) -> None:
    """List the networks of the zoo, or print one.

    symcnn zoo
    symcnn zoo resnet50
    """
    from symcnn.catalog import described, find, zoo

    if name is not None:
        click.echo(described(find(name)))
        return
    width = max(map(len, zoo))
    click.echo("\n".join(f"{entry.name:<{width}}  {entry.title}" for entry in zoo.values()))


@app.command(short_help="Print a script that completes commands and names.")
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
def completion(shell: str) -> None:
    """Print the script that completes commands and zoo names in a shell.

    symcnn completion bash >> ~/.bashrc
    symcnn completion zsh >> ~/.zshrc
    symcnn completion fish > ~/.config/fish/completions/symcnn.fish
    """
    from click.shell_completion import get_completion_class

    kind = cast("type[ShellComplete]", get_completion_class(shell))
    click.echo(kind(app, {}, "symcnn", COMPLETE).source())


def main(arguments: Sequence[str] | None = None) -> NoReturn:
    """Run the command line, and leave with its exit code."""
    sys.exit(_run(sys.argv[1:] if arguments is None else list(arguments)))


def _run(arguments: list[str]) -> int:
    for stream in (sys.stdout, sys.stderr):
        # Output that an encoding cannot show is shown by its code, not refused.
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
    if sys.stdout is None:  # pyright: ignore[reportUnnecessaryComparison] - it is None when it is closed
        _say(lambda: click.echo("error: standard output is closed", err=True))
        return 2
    try:
        return _invoke(arguments)
    except SymcnnError as error:
        words = f"error: {error}"
        _say(lambda: click.echo(words, err=True))
        return error.exit_code
    except click.ClickException as error:
        _say(error.show)
        return error.exit_code
    except KeyboardInterrupt:
        _say(lambda: click.echo(err=True))  # so that the prompt stands on a line of its own after ^C
        return INTERRUPTED
    except BrokenPipeError:
        # The reader has gone (`symcnn … | head`); what is left to flush goes nowhere.
        _write_nowhere(STDOUT)
        return 0
    except OSError as error:
        words = f"error: cannot write: {error.strerror or error}"
        _say(lambda: click.echo(words, err=True))
        _write_nowhere(STDOUT)
        return 2


def _invoke(arguments: list[str]) -> int:
    """Do what `app.main` does, which would take a broken pipe for a failure."""
    if instruction := os.environ.get(COMPLETE):
        from click.shell_completion import shell_complete

        return shell_complete(app, {}, "symcnn", COMPLETE, instruction)
    try:
        with app.make_context("symcnn", arguments) as context:
            app.invoke(context)
    except click.exceptions.Exit as leaving:
        return leaving.exit_code
    sys.stdout.flush()
    return 0


def _say(write: Callable[[], None]) -> None:
    """Write to standard error; where that fails, the exit code has to say it."""
    try:
        write()
    except OSError:
        _write_nowhere(STDERR)


def _write_nowhere(descriptor: int) -> None:
    """Send what is left to flush to nowhere, so that leaving does not fail on it."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), descriptor)


COMPLETE: Final = "_SYMCNN_COMPLETE"
"""The variable by which a shell asks for completions."""

INTERRUPTED: Final = 130
"""The exit code of what was interrupted from the keyboard, as shells have it."""

STDOUT: Final = 1
STDERR: Final = 2
