"""`symcnn table`."""

from collections.abc import Sequence

import click

from symcnn.cli.options import ARCH, counting, declare, dtypes, questions
from symcnn.render import TABLES


@declare()
@ARCH
@questions
@dtypes
@counting
@click.option("--by", default="item", show_default=True, help="A row for each item, or each layer.")
@click.option("--format", "form", default="text", show_default=True, help=f"One of {', '.join(TABLES)}.")
@click.option("--formulas", is_flag=True, help="Closed forms in H, W, C instead of numbers.")
def command(
    arch: str,
    size: str | None,
    define: Sequence[str],
    of: str | None,
    dtype: str,
    convention: str,
    by: str,
    form: str,
    formulas: bool,
) -> None:
    """Print a table of the network.

    symcnn table resnet50 --by layer
    symcnn table vgg16 --of weights,activations --format markdown
    """
    from symcnn.console import ask, print_table

    print_table(ask(arch, size, define, convention), by=by, form=form, of=of, dtype=dtype, formulas=formulas)
