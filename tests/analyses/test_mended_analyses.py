"""What was found wrong once, and must stay right."""

import subprocess
import sys
from contextlib import suppress

import pytest

import symcnn
from symcnn.errors import SymcnnError, UnsupportedError

POINT = {"C": 3, "H": 8, "W": 8}


def both_ways(quantity, text, **symbols):
    late = symcnn.derive(text).total(quantity)(**POINT, **symbols)
    return late, symcnn.derive(text, symbols=symbols).total(quantity)(**POINT)


@pytest.mark.parametrize("quantity", ["memory", "peak_memory"])
def test_memory_of_a_projection_in_symbols(quantity):
    late, early = both_ways(quantity, "use conv:bn; conv3-16,[+conv3-{16*k}]:proj", k=2)
    assert late == early


def test_peak_memory_of_an_optional_identity():
    late, early = both_ways("peak_memory", "conv3-16,[+conv3-{4*k},conv3-{16*k}]:opt", k=2)
    assert late == early


def test_peak_memory_with_negative_floors():
    report = symcnn.derive("input(C=10,H=1,W=1),conv1-{floor((k - 9)/2) + 5},conv1-7,conv1-7", dtype="int8")
    assert report.peak_memory(k=2) == 14


@pytest.mark.parametrize(
    "text", ["conv3-{64/(k - 1)},conv3-8", "conv3-{n**600},conv3-n,conv3-5", "conv3-{2**(n/3)},conv3-n"]
)
def test_peak_memory_of_widths_that_not_every_value_has(text):
    assert str(symcnn.derive(text).peak_memory)


@pytest.mark.parametrize("text", ["deconv1s2-4,conv1s2p1-4", "deconv1s2-4,conv1s2p1-4,conv3-5"])
def test_positions_that_see_nothing(text):
    with suppress(SymcnnError):
        assert "max()" not in str(symcnn.derive(text).receptive_field.height)


@pytest.mark.parametrize(
    ("text", "symbols"),
    [
        ("(deconv1s2-4,conv1s2p1-4)xn", {"n": 1}),
        ("(deconv1s2p0-4,conv1s2p1-4,conv3-4)xn", {"n": 1}),
        ("deconv1s2-4,conv1s2p1-4,(conv3-4)xn", {"n": 2}),
        # Where the identity is not added, no position sees anything; where it is, it sees itself.
        ("conv3-4,[+deconv1s2p0-4,conv1s2p1-k]:opt", {"k": 5}),
    ],
)
def test_what_sees_nothing_in_a_loop_or_under_a_bracket_has_no_form(text, symbols):
    with pytest.raises(UnsupportedError, match="no simple closed form"):
        _ = symcnn.derive(text, (16, 16, 4)).receptive_field
    assert symcnn.derive(text, (16, 16, 4), symbols=symbols).receptive_field.height() == 0


def test_fields_of_huge_windows():
    assert symcnn.derive(f"upsample2,conv{{{10**30}}}-4").receptive_field.height(H=9, W=9) == 10**30 // 2 + 1


def test_fields_of_wide_dilations_are_found_promptly():
    code = (
        "import symcnn\n"
        "try: print(symcnn.derive('deconv3s2d3000000000-4').receptive_field.height)\n"
        "except symcnn.UnsupportedError: print('refused')"
    )
    subprocess.run(
        [sys.executable, "-c", code],
        env={"PYTHONPATH": ":".join(sys.path)},
        capture_output=True,
        check=True,
        timeout=60,
    )
