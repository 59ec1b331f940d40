"""The zoo as a mapping, and how its files are read."""

from fractions import Fraction

import pytest

import symcnn
from symcnn.catalog import described, find, read_entry
from symcnn.errors import ArgumentError

FILE = "# Tiny.\n# input: 8x9x3\n# params[n=2,α=1/4]: 84 (by hand (twice))\n# macs: 5 (x)\n\nconv3-3,\npool\n"


def test_the_zoo_is_a_mapping():
    assert len(symcnn.zoo) == len(list(symcnn.zoo)) > 90
    assert list(symcnn.zoo) == sorted(symcnn.zoo)
    assert "vgg16" in symcnn.zoo
    assert "VGG16" not in symcnn.zoo
    assert 5 not in symcnn.zoo
    assert symcnn.zoo["vgg16"] is symcnn.zoo["vgg16"]
    assert str(symcnn.zoo["vgg16"]) == symcnn.zoo["vgg16"].notation


@pytest.mark.parametrize("name", ["vgg61", "", "../zoo/vgg16", "vgg16.cnn"])
def test_a_name_that_is_none_is_a_key_error(name):
    with pytest.raises(KeyError):
        symcnn.zoo[name]


def test_a_file_is_read():
    entry = read_entry("tiny", FILE)
    assert (entry.name, entry.title, entry.notation) == ("tiny", "Tiny.", "conv3-3,\npool")
    assert entry.input == {"H": 8, "W": 9, "C": 3}
    params, macs = entry.published
    assert (params.quantity, params.value, params.source) == ("params", 84, "by hand (twice)")
    assert params.symbols == {"n": 2, "α": Fraction(1, 4)}
    assert (macs.symbols, macs.value) == ({}, 5)


def test_a_blank_after_the_comma_does_no_harm():
    assert read_entry("tiny", FILE.replace(",α", ", α")) == read_entry("tiny", FILE)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("conv3-3", "title, input or notation is missing"),
        ("# Tiny.\nconv3-3", "title, input or notation is missing"),
        ("# Tiny.\n# input: 8x8x3\n", "title, input or notation is missing"),
        ("# Tiny.\n# input: 8x8\nconv3-3", "a line of no known form: # input: 8x8"),
        ("# Tiny.\n# params: 84\nconv3-3", "a line of no known form: # params: 84"),
    ],
)
def test_a_file_that_lacks_something_is_refused(content, said):
    with pytest.raises(ValueError, match=f"tiny: {said}"):
        read_entry("tiny", content)


def test_an_entry_is_described_as_its_file_has_it():
    assert described(read_entry("tiny", FILE)).splitlines() == [
        "# Tiny.",
        "# input: 8x9x3",
        "# params at n = 2, α = 1/4: 84 (by hand (twice))",
        "# macs: 5 (x)",
        "conv3-3,",
        "pool",
    ]


def test_find_suggests_the_nearest_name():
    assert find("vgg16") is symcnn.zoo["vgg16"]
    with pytest.raises(ArgumentError, match="did you mean: resnet"):
        find("resnet5")
    with pytest.raises(ArgumentError, match="symcnn zoo lists them"):
        find("zzzz")
