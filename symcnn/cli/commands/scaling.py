"""`symcnn scaling`."""

from collections.abc import Sequence

import click

from symcnn.cli.options import ARCH, counting, declare, dtypes, json_flag, questions


@declare(short_help="Tell how costs grow with each symbol.")
@ARCH
@questions
@click.option("--at", "at", metavar="VALUES", help="A point, to tell elasticities there: n=4,k=10.")
@dtypes
@counting
@json_flag
def command(
    arch: str,
    size: str | None,
    define: Sequence[str],
    of: str | None,
    at: str | None,
    dtype: str,
    convention: str,
    as_json: bool,
) -> None:
    """Tell how costs grow with each symbol: degree, and leading coefficient.

      symcnn scaling cifar_wide_resnet
      symcnn scaling cifar_wide_resnet --of params --at n=4,k=10
      symcnn scaling 'conv3-64,(conv3-64,pool)xn,fc10' --input 32x32x3

    Growth is for large values of one symbol while the others stay. The
    elasticity at a point is by how many percent a cost grows there per percent
    of the symbol; it is told where the cost is a polynomial in it. What
    --input and -D give is fixed.
    """
    from symcnn.console import ask, given_values, print_answer, split_list
    from symcnn.growth import grown, growth_lines

    point = None if at is None else given_values(None, split_list(at), "--at")
    print_answer(
        lambda: grown(ask(arch, size, define, convention), split_list(of), point, dtype),
        growth_lines,
        as_json=as_json,
    )
