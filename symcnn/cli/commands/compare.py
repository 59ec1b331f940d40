"""`symcnn compare`."""

from collections.abc import Sequence

import click

from symcnn.cli.options import ARCH, conventions, declare, values
from symcnn.render import ACCOUNTS


@declare()
@ARCH
@values
@click.option(
    "--convention",
    "among",
    metavar="LIST",
    help="Only these conventions, separated by commas.",
    shell_complete=conventions,
)
@click.option("--format", "form", default="text", show_default=True, help=f"One of {', '.join(ACCOUNTS)}.")
@click.option("--formulas", is_flag=True, help="Closed forms in H, W, C instead of numbers.")
def command(
    arch: str, size: str | None, define: Sequence[str], among: str | None, form: str, formulas: bool
) -> None:
    """Tell what other counters say of a network, and why.

      symcnn compare vgg16
      symcnn compare 'conv3-64:bn:relu, gap, fc10' --input 32x32x3
      symcnn compare resnet50 --convention fvcore,thop --format markdown

    Each tool's rules are a convention; symcnn ARCH --convention NAME counts by
    one. Where the zoo has a network as a library builds it (vgg16.torchvision),
    the tools of that library are given that.
    """
    from symcnn.answers import accounted
    from symcnn.console import for_terminal, given_values, read_architecture, split_list
    from symcnn.render import renderer

    write = renderer("accounts", form)
    given, names = given_values(size, define), split_list(among)
    text = write(accounted(read_architecture(arch), given, formulas=formulas, among=names))
    click.echo(for_terminal(text) if form == "text" else text)
