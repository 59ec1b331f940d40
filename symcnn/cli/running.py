"""Running the command line: exit codes, and streams that are closed, broken or interrupted."""

import os
import sys
from collections.abc import Callable, Sequence
from io import TextIOWrapper
from typing import Final, NoReturn

import click

from symcnn.cli.group import app
from symcnn.errors import SymcnnError

COMPLETE: Final = "_SYMCNN_COMPLETE"
"""The variable by which a shell asks for completions."""

INTERRUPTED: Final = 130
"""The exit code of what was interrupted from the keyboard, as shells have it."""

STDOUT: Final = 1
STDERR: Final = 2


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
        words = _usage(error)
        _say(lambda: click.echo(words, err=True))
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


NO_ARGUMENTS: Final = getattr(click.exceptions, "NoArgsIsHelpError", ())
"""What newer versions of click raise where nothing is asked: its message is the help."""


def _usage(error: click.ClickException) -> str:
    """Write what click refuses as other errors are written: one message, and what helps."""
    message = error.format_message()
    if isinstance(error, NO_ARGUMENTS):
        return message
    first, *more = message.rstrip(".").split(". ")
    lines = [f"error: {first[0].lower()}{first[1:]}", *(f"  {line}" for line in more)]
    context = error.ctx if isinstance(error, click.UsageError) else None
    if context is not None:
        path = "symcnn ARCH" if context.command.hidden else context.command_path
        lines.append(f"  {path} --help tells what it takes")
    return "\n".join(lines)


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
