"""`symcnn eval`."""

import sys
from collections.abc import Sequence

import click

from symcnn.cli.options import counting, declare, dtypes, json_flag, networks, questions
from symcnn.errors import ArgumentError


@declare()
@click.argument("arch", shell_complete=networks, required=False)
@questions
@dtypes
@counting
@json_flag
@click.option(
    "--batch",
    metavar="FILE",
    help='Answer each line, {"arch": ..., "H": ..., "n": ...}; - is standard input.',
)
def command(
    arch: str | None,
    size: str | None,
    define: Sequence[str],
    of: str | None,
    dtype: str,
    convention: str,
    batch: str | None,
    as_json: bool,
) -> None:
    """Evaluate exactly at one input, or for each line of a batch.

      symcnn eval vgg16
      symcnn eval 'conv3-64,(conv3-64,pool)xn,fc10' --input 32x32x3 -D n=3
      echo '{"arch": "vgg16", "H": 256}' | symcnn eval --batch -

    Without --input: what the text pins, then the input of the zoo entry, then
    224x224x3. A line of a batch that is wrong is answered by its error, and
    the exit code is 0 all the same.
    """
    from symcnn.console import answer_lines, ask, print_answer, split_list

    if batch is None and arch is None:
        raise ArgumentError("an architecture is missing", hint="symcnn eval vgg16")
    if batch is None:
        print_answer(
            lambda: ask(str(arch), size, define, convention).answer(split_list(of), dtype),
            answer_lines,
            as_json=as_json,
        )
    elif arch is not None or size or define:
        raise ArgumentError("--batch takes architectures and values from its lines")
    else:
        _evaluate_batch(batch, split_list(of), dtype, convention)


def _evaluate_batch(path: str, of: Sequence[str], dtype: str, convention: str) -> None:
    from symcnn.batch import answers
    from symcnn.console import opened

    with opened(path) as lines:
        for answer in answers(lines, of, dtype, convention):
            sys.stdout.write(answer + "\n")
            sys.stdout.flush()
