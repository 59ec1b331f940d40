"""Whole outputs, letter by letter; see `tests/golden/README.md`."""

from pathlib import Path

import pytest

GOLDEN = Path(__file__).parents[1] / "golden"
OUTPUTS = {
    "vgg16.txt": ("vgg16",),
    "vgg16-derivation.txt": ("derive", "vgg16"),
    "lenet5-layers.md": ("table", "lenet5", "--by", "layer", "--format", "markdown"),
    "lenet5.json": ("eval", "lenet5", "--json"),
    "one-convolution.txt": ("derive", "input(C=k), conv{n}x{m}-L"),
    "scaled-python.txt": ("derive", "conv3-{32*α}, pool, fc10", "--format", "python"),
    "vgg16-claim.json": ("check", "vgg16", "--claim", "weights = 0.59M", "--json"),
    "vgg16.csv": ("table", "vgg16", "--of", "weights,macs", "--format", "csv"),
    "scaled.tex": ("derive", "conv3-{32*α}, pool, fc10", "--input", "8x8x3", "--format", "latex"),
    "residual.tex": ("table", "conv3-8, [+ conv3-8, conv3-8], gap, fc10", "--format", "latex"),
}


@pytest.mark.parametrize("name", OUTPUTS)
def test_the_output_is_as_it_was_checked(cli, name):
    assert cli(*OUTPUTS[name]).out == (GOLDEN / name).read_text(encoding="utf-8")


def test_every_golden_file_is_compared():
    assert {path.name for path in GOLDEN.iterdir()} == {*OUTPUTS, "README.md"}
