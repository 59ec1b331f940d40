"""Options and arguments that several commands take."""

from collections.abc import Callable
from inspect import cleandoc
from textwrap import dedent, indent
from typing import Any, Final, TypeVar

import click

F = TypeVar("F", bound=Callable[..., Any])


def with_examples(text: str) -> str:
    """Return a help text in which paragraphs of commands keep their lines, as click is told by a mark."""
    paragraphs = cleandoc(text).split("\n\n")
    examples = (p.lstrip().startswith("symcnn ") for p in paragraphs)
    return "\n\n".join(
        f"\b\n{indent(dedent(paragraph), '  ')}" if example else paragraph
        for paragraph, example in zip(paragraphs, examples, strict=True)
    )


def declare(*, hidden: bool = False, short_help: str | None = None) -> Callable[[F], click.Command]:
    """Return the decorator of a command, whose help is its docstring; its module names it."""

    def made(function: F) -> click.Command:
        text = with_examples(function.__doc__ or "")
        return click.command(help=text, hidden=hidden, short_help=short_help)(function)

    return made


def networks(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[str]:
    """Return the networks of the zoo whose names begin so, for completion."""
    from symcnn.catalog import zoo

    return [name for name in zoo if name.startswith(incomplete)]


def conventions(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[str]:
    """Return the conventions whose names begin so, for completion."""
    from symcnn.conventions import conventions as known

    return [name for name in known if name.startswith(incomplete)]


def options(*declared: Callable[[F], F]) -> Callable[[F], F]:
    """Return several options as one decorator, in the order in which help lists them."""

    def add(command: F) -> F:
        for option in reversed(declared):
            command = option(command)
        return command

    return add


values: Final = options(
    click.option("--input", "size", metavar="HxWxC", help="The input: height, width, channels."),
    click.option(
        "-D",
        "--define",
        "define",
        multiple=True,
        metavar="NAME=VALUE",
        help="A value for a symbol, or for H, W, C.",
    ),
)
questions: Final = options(
    values, click.option("--of", "of", metavar="LIST", help="Quantities, as in params,macs,memory.")
)
dtypes: Final = options(
    click.option("--dtype", default="float32", show_default=True, help="The type of an element, for memory.")
)
counting: Final = options(
    click.option(
        "--convention",
        default="symcnn",
        show_default=True,
        metavar="NAME",
        help="Count as a tool does; symcnn compare tells who says what.",
        shell_complete=conventions,
    )
)
ARCH: Final = click.argument("arch", shell_complete=networks)
json_flag: Final = click.option("--json", "as_json", is_flag=True, help="Write JSON.")
