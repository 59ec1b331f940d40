"""`symcnn derive`."""

from collections.abc import Sequence

import click

from symcnn.cli.options import ARCH, counting, declare, questions
from symcnn.render import DERIVATIONS


@declare(short_help="Show how counts come about, step by step.")
@ARCH
@questions
@counting
@click.option("--format", "form", default="text", show_default=True, help=f"One of {', '.join(DERIVATIONS)}.")
def command(
    arch: str, size: str | None, define: Sequence[str], of: str | None, convention: str, form: str
) -> None:
    """Show how counts come about: rule, numbers, sum and closed form.

    symcnn derive vgg16
    symcnn derive 'input(C=k),conv{n}x{m}-L'
    symcnn derive vgg16 --of params,macs --format latex
    """
    from symcnn.console import ask, for_terminal, split_list
    from symcnn.derivation import derivation
    from symcnn.render import renderer

    write = renderer("derivation", form)
    question = ask(arch, size, define, convention)
    report = question.report()
    shown = report if report.symbols else report.at()
    closed, source = question.closed(), str(question.architecture)
    parts = [write(derivation(closed, shown, name, source)) for name in split_list(of) or ["params"]]
    as_list = form == "json" and len(parts) > 1
    text = f"[{', '.join(parts)}]" if as_list else "\n\n\n".join(parts)
    click.echo(for_terminal(text) if form == "text" else text)
