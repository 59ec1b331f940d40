"""`symcnn verify`."""

import json
import sys
from collections.abc import Sequence

import click

from symcnn.cli.options import ARCH, declare, json_flag, values
from symcnn.errors import SymcnnError
from symcnn.frameworks import FRAMEWORKS


@declare(short_help="Compare a network with what frameworks make of it.")
@ARCH
@click.option(
    "--with", "names", metavar="LIST", required=True, help=f"Some of {', '.join(FRAMEWORKS)}, with commas."
)
@values
@json_flag
def command(arch: str, names: str, size: str | None, define: Sequence[str], as_json: bool) -> None:
    """Compare a network with what frameworks make of it, layer by layer.

      symcnn verify vgg16 --with torch
      symcnn verify 'conv3-8,pool,fc10' --input 9x8x3 --with torch,keras,onnx

    Parameters, shapes and, of PyTorch, MACs are compared at the input, at the
    smallest that the network takes, and at an odd one that is no square. What
    the network cannot take, the framework must refuse. The model at the odd
    input, or at the smallest if that is too large, is run in each framework,
    with equal weights.

    Exit codes: 0 all agree; 1 something differs; 2 and 3 as ever.
    """
    from symcnn.console import ask, for_terminal, split_list
    from symcnn.frameworks.outcomes import outcome_lines
    from symcnn.frameworks.verify import verify

    try:
        outcomes = list(verify(ask(arch, size, define), split_list(names)))
    except SymcnnError as error:
        if not as_json:
            raise
        click.echo(json.dumps({"error": error.to_json()}))
        sys.exit(error.exit_code)
    agree = not any(outcome.differences for outcome in outcomes)
    if as_json:
        click.echo(json.dumps({"agrees": agree, "outcomes": [o.to_json() for o in outcomes]}))
    else:
        click.echo(for_terminal(outcome_lines(outcomes)))
    sys.exit(0 if agree else 1)
