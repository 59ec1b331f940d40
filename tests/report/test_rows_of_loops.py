"""Rows of tables around repeats that are not written out: what goes on from each."""

import pytest

import symcnn

AROUND = {
    "channels that grow by a number": "conv3-4, [| conv3-3]xn, conv3-8",
    "channels that double": "b = conv3-{2*cin}; conv3-4, b xn, conv3-8",
    "maps that are halved": "conv3-4, (conv3-4, pool)xn, conv3-8",
    "a first pass that differs": "b(c, s=1) = [+ conv3s{s}-c]:proj; conv3-4, b(8, 2->1)xn, gap, fc10",
    "a repeat at the start": "([| conv3-4], pool)xn, conv3-8",
    "two repeats in a row": "conv3-4, [| conv3-3]xn, (conv3-5, pool)xn",
    "a layer with a row of its own": "conv3-4, fc4 xn, fc10",
    "a repeat in a repeat": "conv3-4, ([| conv3-3]xn, pool)xn, conv3-8",
}


@pytest.mark.parametrize("text", AROUND.values(), ids=AROUND.keys())
@pytest.mark.parametrize("n", [1, 2, 3])
def test_rows_go_on_with_what_they_go_on_with_written_out(text: str, n: int) -> None:
    point = {"H": 64, "W": 72, "C": 3}
    closed = symcnn.derive(text).at(n=n, **point)
    written = symcnn.derive(text, symbols={"n": n}).at(**point)
    outputs = {row.span: row.output for row in written.items}
    assert {row.span: row.output for row in closed.items} == outputs


def test_the_row_before_a_repeat_does_not_speak_of_its_passes() -> None:
    first, repeat, _ = symcnn.derive("conv3-4, [| conv3-4]xn, conv3-8").items
    assert [str(size) for size in first.output] == ["4", "H", "W"]
    assert [str(size) for size in repeat.output] == ["4*n + 4", "H", "W"]
    assert str(first["receptive_field_height"]) == "3"
