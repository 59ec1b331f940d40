"""The commands as one: those in `symcnn/cli/commands`, found by the names of their modules."""

import shlex
from difflib import get_close_matches
from importlib import import_module
from pkgutil import iter_modules
from typing import Final

import click

from symcnn._version import __version__
from symcnn.cli import commands
from symcnn.cli.options import with_examples
from symcnn.errors import ArgumentError

HELP: Final = """Derive what a convolutional network costs: exactly, in closed form, step by step.

ARCH is an architecture such as 'conv3-64x2,pool,fc10', the name of a network
of the zoo, @FILE, or - for standard input.

  symcnn vgg16
  symcnn 'conv3-64x2,pool,conv3-128x2,pool,fc10' --input 32x32x3
  symcnn derive vgg16
  symcnn eval resnet50 --json
  symcnn table vgg16 --by layer --format csv

What each of these takes is told by symcnn ARCH --help and symcnn COMMAND
--help.

Exit codes: 0 fine; 2 the notation or an argument is wrong; 3 the network is
fine, but not for this input (too small, or branches that do not fit). What
symcnn check judges adds 1 for refuted and 4 for unknown, and symcnn verify
1 for a difference.
"""


class Commands(click.Group):
    """Commands, where anything that is none is an architecture to summarize."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names of the commands: those of the modules that hold them."""
        return sorted(module.name for module in iter_modules(commands.__path__))

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Return a command; only its module is imported."""
        known = cmd_name in self.list_commands(ctx)
        return import_module(f"{commands.__name__}.{cmd_name}").command if known else None

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Take what is no command for the architecture of `summary`."""
        names = self.list_commands(ctx)
        if args[0] not in names and not ctx.resilient_parsing:
            _refuse_many(args, names)
            args = ["summary", *args]
        return super().resolve_command(ctx, args)

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Take options that stand before the architecture for those of `summary`."""
        known = {name for parameter in self.get_params(ctx) for name in parameter.opts}
        if args and args[0].startswith("-") and args[0] != "-" and args[0] not in known:
            args = ["summary", *args]
        return super().parse_args(ctx, args)


def _refuse_many(args: list[str], commands: list[str]) -> None:
    """Refuse an architecture that the shell has split, or a misspelt command."""
    if len(args) < 2 or args[1].startswith("-"):
        return
    near = get_close_matches(args[0], commands, n=1)
    end = next((i for i, part in enumerate(args) if part.startswith("-")), len(args))
    whole = shlex.join(["symcnn", " ".join(args[:end]), *args[end:]])
    hint = f"did you mean: {shlex.join(['symcnn', near[0], *args[1:]])}" if near else f"quote it: {whole}"
    raise ArgumentError("an architecture is one argument", hint=hint)


@click.group(cls=Commands, help=with_examples(HELP), context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, message="symcnn %(version)s")
def app() -> None:
    """Run one of the commands."""
