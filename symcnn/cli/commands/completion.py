"""`symcnn completion`."""

from typing import TYPE_CHECKING, cast

import click

from symcnn.cli.options import declare

if TYPE_CHECKING:
    from click.shell_completion import ShellComplete


@declare(short_help="Print a script that completes commands and names.")
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
def command(shell: str) -> None:
    """Print the script that completes commands and zoo names in a shell.

    symcnn completion bash >> ~/.bashrc
    symcnn completion zsh >> ~/.zshrc
    symcnn completion fish > ~/.config/fish/completions/symcnn.fish
    """
    from click.shell_completion import get_completion_class

    from symcnn.cli.group import app
    from symcnn.cli.running import COMPLETE

    kind = cast("type[ShellComplete]", get_completion_class(shell))
    click.echo(kind(app, {}, "symcnn", COMPLETE).source())
