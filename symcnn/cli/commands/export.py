"""`symcnn export`."""

from collections.abc import Sequence

import click

from symcnn.cli.options import ARCH, declare, values
from symcnn.frameworks import FRAMEWORKS


@declare()
@ARCH
@click.option("--to", "name", help=f"One of {', '.join(FRAMEWORKS)}; by default, as FILE is called.")
@click.option(
    "-o", "--output", metavar="FILE", required=True, help="The file, which is replaced if it exists."
)
@values
@click.option(
    "--seed", type=click.IntRange(min=0), default=0, show_default=True, help="Of the first weights."
)
def command(
    arch: str, name: str | None, output: str, size: str | None, define: Sequence[str], seed: int
) -> None:
    """Write a network as a model of a framework.

      symcnn export vgg16 --to onnx -o vgg16.onnx
      symcnn export 'conv3-8:relu,pool,fc10' --input 8x8x3 -o small.keras
      symcnn export cifar_resnet_a -D n=3 -o resnet20.pt2

    Weights are drawn at random; the same seed gives the same model in every
    framework. ONNX: NAME.onnx, and NAME.onnx.data beside it over 2 GB. Keras:
    NAME.keras. PyTorch: NAME.pt2, a program of torch.export that evaluates; to
    train, build the module in Python, by symcnn.frameworks.torch.to_torch.

    Needs the framework: pip install 'symcnn[onnx]', [keras] or [torch].
    """
    from pathlib import Path

    from symcnn.console import ask
    from symcnn.frameworks.export import chosen, export
    from symcnn.limits import MAX_LAYERS

    name = chosen(name, Path(output))
    numbers = ask(arch, size, define).numbers(written_out=MAX_LAYERS)
    files = export(numbers, name, Path(output), seed)
    channels, height, width = numbers.input
    written = " and ".join(map(str, files))
    click.echo(f"wrote {written}: {numbers.params:,} parameters, input {height}x{width}x{channels}")
