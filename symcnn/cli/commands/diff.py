"""`symcnn diff`."""

from collections.abc import Sequence

import click

from symcnn.cli.options import counting, declare, dtypes, networks, questions
from symcnn.render import COMPARISONS


@declare(short_help="Compare two networks, in closed form and item by item.")
@click.argument("one", metavar="ARCH1", shell_complete=networks)
@click.argument("two", metavar="ARCH2", shell_complete=networks)
@questions
@dtypes
@counting
@click.option("--format", "form", default="text", show_default=True, help=f"One of {', '.join(COMPARISONS)}.")
def command(
    one: str,
    two: str,
    size: str | None,
    define: Sequence[str],
    of: str | None,
    dtype: str,
    convention: str,
    form: str,
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
    values, quantities = given_values(size, define), expanded(split_list(of)) or ["params", "macs"]
    content = compared(texts, values, quantities, dtype, convention)
    click.echo(write(content) if form == "json" else for_terminal(write(content)))
