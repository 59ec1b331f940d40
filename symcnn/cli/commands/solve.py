"""`symcnn solve`."""

from collections.abc import Sequence

import click

from symcnn.cli.options import ARCH, counting, declare, dtypes, json_flag, questions
from symcnn.errors import ArgumentError


@declare(short_help="Find all values of a symbol that keep budgets.")
@ARCH
@click.option("--for", "unknowns", metavar="NAMES", required=True, help="The symbol, or two: n,k.")
@click.option("--where", multiple=True, metavar="BUDGET", help="As in 'params <= 1.7M' or 'memory <= 90MB'.")
@click.option("--tie", multiple=True, metavar="NAME=EXPR", help="A symbol in terms of those sought: W=H.")
@click.option("--box", metavar="RANGES", help="Where to look for two symbols: n=1..50,k=1..64.")
@click.option("--upto", metavar="VALUE", help="The greatest value to look at, if not all can be decided.")
@questions
@dtypes
@counting
@json_flag
def command(
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
    convention: str,
    as_json: bool,
) -> None:
    """Find all values of a symbol that keep budgets, the extreme one first.

      symcnn solve cifar_resnet_a --for n --where 'params <= 1.7M'
      symcnn solve vgg16 --for H --tie W=H --where 'params = 138357544'
      symcnn solve cifar_wide_resnet --for n,k --box n=1..50,k=1..64 --where 'params <= 10M'

    The relations are <=, <, >=, > and =. The exit code is 0 also where no
    value keeps them.
    """
    from symcnn.console import ask, print_answer, split_list
    from symcnn.search import Search, found, read_box, read_ties, search_lines

    names = split_list(unknowns)
    if len(names) not in (1, 2) or (len(names) == 1) is not (box is None):
        one = f"--for {names[0]} --upto 50, " if len(names) == 1 else ""
        hint = f"as in {one}--for n,k --box n=1..50,k=1..64"
        raise ArgumentError("--for takes one symbol, or two with --box", hint=hint)
    if upto is not None and box is not None:
        raise ArgumentError("--upto is for one symbol, --box for two")
    search = Search(names, where, read_ties(tie), read_box(split_list(box)), upto, split_list(of), dtype)
    print_answer(lambda: found(ask(arch, size, define, convention), search), search_lines, as_json=as_json)
