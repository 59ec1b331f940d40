"""`symcnn check`."""

import json
import sys
from collections.abc import Sequence

import click

from symcnn.cli.options import ARCH, counting, declare, dtypes, json_flag, values
from symcnn.errors import SymcnnError


@declare()
@ARCH
@click.option(
    "--claim",
    "claims",
    multiple=True,
    required=True,
    metavar="CLAIM",
    help="A number or a formula; may be given several times.",
)
@values
@dtypes
@counting
@json_flag
def command(
    arch: str,
    claims: Sequence[str],
    size: str | None,
    define: Sequence[str],
    dtype: str,
    convention: str,
    as_json: bool,
) -> None:
    """Judge a claim about a network, and find what would explain it.

      symcnn check vgg16 --claim 138M
      symcnn check vgg16 --claim 'macs = 15.5G' --claim 'memory = 61MB'
      symcnn check conv3-256 --claim '9*cin*cout + cout'
      symcnn check cifar_resnet_a --claim '97216*n - 21926' -D C=3

    A number is of the parameters unless it names another quantity or a unit,
    and is checked at the input, as symcnn eval is. What is written with a
    letter or a decimal point is rounded to its last digit: 0.59M is 585,000 to
    595,000, or cut off.

    A formula may name C, H, W, the symbols of the network and what is known of
    its layers, by their words and places or by their tags: conv2.cin, fc1.cout,
    stem.k. It is proved for every input, or refuted.

    Exit codes: 0 all claims hold; 1 one is refuted; 4 one is neither proved nor
    refuted; 2 and 3 as ever.
    """
    from symcnn.console import ask, for_terminal

    try:
        question = ask(arch, size, define, convention)
        verdicts = [question.check(claim, dtype) for claim in claims]
    except SymcnnError as error:
        if not as_json:
            raise
        click.echo(json.dumps({"error": error.to_json()}))
        sys.exit(error.exit_code)
    answers = [verdict.to_json() for verdict in verdicts]
    if as_json:
        click.echo(json.dumps(answers if len(answers) > 1 else answers[0]))
    else:
        click.echo(for_terminal("\n\n".join(map(str, verdicts))))
    outcomes = {verdict.holds for verdict in verdicts}
    sys.exit(1 if False in outcomes else 4 if None in outcomes else 0)
