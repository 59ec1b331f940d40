"""A batch: one answer a line, in order, whatever the lines are."""

import errno
import json
import os
import tracemalloc
from io import BytesIO

import pytest
from hypothesis import given
from hypothesis import strategies as st

from symcnn.batch import MAX_LINE, answers
from symcnn.errors import ArgumentError

LENET = 61706


def answered(data):
    """Return the answers to the lines in some bytes."""
    return [json.loads(line) for line in answers(BytesIO(data), (), "float32")]


def message(data):
    """Return the message of the only answer, an error."""
    (answer,) = answered(data)
    assert list(answer) == ["error"]
    assert list(answer["error"]) == ["kind", "message", "line", "column", "hint"]
    return answer["error"]["message"]


def test_lines_are_answered_in_order_with_errors_in_their_place():
    found = answered(b'{"arch": "lenet5"}\n{"arch": "con3-8"}\nnonsense\n{"arch": "vgg16"}')
    assert [a.get("params") for a in found] == [LENET, None, None, 138357544]
    assert [a["error"]["kind"] for a in found[1:3]] == ["notation", "argument"]


def test_the_command_answers_all_and_leaves_with_zero(cli, tmp_path):
    path = tmp_path / "questions.jsonl"
    path.write_bytes(b'{"arch": "vgg16", "H": 5}\n\xff\n{"arch": "lenet5"}\n')
    for done in (cli("eval", "--batch", str(path)), cli("eval", "--batch", "-", stdin=path.read_bytes())):
        assert (done.code, done.err) == (0, "")
        assert [next(iter(json.loads(line))) for line in done.out.splitlines()] == ["error", "error", "input"]


def test_an_empty_batch_has_no_answers(cli):
    assert cli("eval", "--batch", "-") == cli("eval", "--batch", "-", "--json")
    assert answered(b"") == []


def test_quantities_and_dtype_hold_for_every_line(cli):
    done = cli("eval", "--batch", "-", "--of", "memory", "--dtype", "int8", stdin=b'{"arch":"conv3-8"}')
    assert json.loads(done.out)["memory"] == 224 * 224 * (3 + 8)


def test_what_is_not_given_has_the_defaults_of_eval():
    sizes = [a["input"] for a in answered(b'{"arch":"vgg16","H":256}\n{"arch":"lenet5"}\n{"arch":"pool"}')]
    assert sizes == [
        {"C": 3, "H": 256, "W": 224},
        {"C": 1, "H": 28, "W": 28},
        {"C": 3, "H": 224, "W": 224},
    ]


@pytest.mark.parametrize("value", [b"0.25", b'"1/4"', b'"0.25"', b"0.250"])
@pytest.mark.parametrize("name", ["alpha", "α"])
def test_decimals_and_fractions_are_exact(name, value):
    line = b'{"arch": "mobilenet_v1_alpha", "%s": %s}' % (name.encode(), value)
    (answer,) = answered(line)
    assert answer["params"] == 470072
    assert answer["symbols"] == {"α": "1/4"}


def test_a_tenth_is_a_tenth():
    assert message(b'{"arch": "conv3-{32*\\u03b1}", "alpha": 0.1}').endswith("32*α integer does not hold")


REFUSED = {
    b"": "the line is empty",
    b" \t\r": "the line is empty",
    b"\x00": "the line is no JSON",
    b"\xff\xfe": "the line is no JSON",
    b"[" * 100_000: "the line is no JSON",
    b'{"arch":' * 100_000: "the line is no JSON",
    b'{"arch": "lenet5"} x': "the line is no JSON",
    b'{"arch": "lenet5", "H": 1/4}': "the line is no JSON",
    b"[]": "a question is a JSON object",
    b"null": "a question is a JSON object",
    b"7": "a question is a JSON object",
    b"{}": 'a question has its architecture as text under "arch"',
    b'{"arch": 5}': 'a question has its architecture as text under "arch"',
    b'{"arch": null}': 'a question has its architecture as text under "arch"',
    b'{"arch": "vgg16", "H": null}': "H needs a number",
    b'{"arch": "vgg16", "H": true}': "H needs a number",
    b'{"arch": "vgg16", "H": [1]}': "H needs a number",
    b'{"arch": "vgg16", "H": NaN}': "H needs a number, not 'NaN'",
    b'{"arch": "vgg16", "H": -Infinity}': "H needs a number, not '-Infinity'",
    b'{"arch": "vgg16", "H": 1e999999999}': "H needs a number",
    b'{"arch": "vgg16", "H": 1' + b"0" * 5000 + b"}": "a number is longer than 1,000 digits",
    b'{"arch": "vgg16", "H": 0}': "H is positive, but 0 was given",
    b'{"arch": "vgg16", "H": -1}': "H is positive, but -1 was given",
    b'{"arch": "vgg16", "H": 224.5}': "H is an integer, but 449/2 was given",
    b'{"arch": "vgg16", "": 1}': "there is no symbol",
    b'{"arch": "vgg16", "\\ud800": 1}': "there is no symbol",
    b'{"arch": "conv3-w"}': "no value is given for w",
    b'{"arch": "mobilenet_v1_alpha", "\\u03b1": 1, "alpha": 1}': "α is given twice",
    b'{"arch": "\\ud800"}': "unexpected character U+D800",
    b'{"arch": "@/etc/passwd"}': 'a tag is a name after "@"',
    b'{"arch": "-"}': "a width needs a word before it",
    b'{"arch": "' + b"(" * 5000 + b'"}': "brackets nest more than 200 deep",
    b'{"arch": "' + b"pool," * 200_001 + b'"}': "the text is longer than 1,000,000 characters",
}


@pytest.mark.parametrize("line", REFUSED, ids=lambda line: repr(line[:30]))
def test_a_bad_line_is_answered_by_an_error(line):
    assert REFUSED[line] in message(line or b"\n")


@pytest.mark.parametrize(
    "line", [b' {"arch":"lenet5"} ', b'\xef\xbb\xbf{"arch":"lenet5"}', b'{"arch":"lenet5"}\r']
)
def test_white_space_and_a_byte_order_mark_do_no_harm(line):
    assert answered(line + b"\n" + line)[1]["params"] == LENET


@given(st.binary(max_size=60))
def test_any_bytes_get_one_answer_a_line(data):
    lines = data.split(b"\n")
    found = answered(data)
    assert len(found) == len(lines) - (lines[-1] == b"")
    assert all("error" in answer for answer in found)


@given(st.dictionaries(st.text(max_size=5), st.integers() | st.text(max_size=9) | st.none(), max_size=4))
def test_any_object_gets_an_answer(question):
    (answer,) = answered(json.dumps(question | {"arch": "conv3-n, pool"}).encode())
    assert ("error" in answer) != ("params" in answer)


class Endless:
    """A line of many bytes that are made as they are read."""

    def __init__(self, size, end):
        self.left = size
        self.end = BytesIO(end)

    def readline(self, limit):
        if self.left == 0:
            return self.end.readline(limit)
        size = min(limit, self.left)
        self.left -= size
        return b"x" * size


@pytest.mark.parametrize("end", [b"", b'\n{"arch": "lenet5"}'])
def test_a_line_that_is_too_long_is_skipped_in_bounded_memory(end):
    tracemalloc.start()
    try:
        found = [json.loads(line) for line in answers(Endless(40 * MAX_LINE, end), (), "float32")]
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert found[0]["error"]["message"] == "a line is longer than 8,000,000 bytes"
    assert found[0]["error"]["kind"] == "limit"
    assert [answer["params"] for answer in found[1:]] == ([LENET] if end else [])
    assert peak < 4 * MAX_LINE


def test_a_line_of_exactly_the_limit_is_read():
    start = b'{"arch": "lenet5"}'
    line = start + b" " * (MAX_LINE - len(start) - 1) + b"\n"
    assert answered(line + start)[0]["params"] == LENET


def test_answers_come_as_lines_are_read():
    """A batch may be endless: the first answer does not wait for the second line."""
    stream = BytesIO(b'{"arch":"lenet5"}\n{"arch":"lenet5"}\n')
    found = answers(stream, (), "float32")
    next(found)
    assert stream.tell() == len(b'{"arch":"lenet5"}\n')


@pytest.mark.parametrize("second", [b'"H": 256', b'"H": 224', b'"x": 1, "H": 256', b'"x": {"y": 1, "y": 2}'])
def test_a_value_that_is_given_twice_is_refused(second):
    said = message(b'{"arch": "vgg16", "H": 224, %s}' % second)
    assert said in ("H is given twice", "y is given twice")


def test_an_architecture_that_is_given_twice_is_refused():
    assert message(b'{"arch": "vgg16", "arch": "vgg16"}') == "arch is given twice"


def test_a_line_of_very_many_keys_is_read_in_time():
    """Comparing each key with all others would take minutes."""
    keys = b",".join(b'"k%d":1' % i for i in range(200_000))
    assert message(b'{"arch": "pool", %s, "arch": "pool"}' % keys) == "arch is given twice"


def test_what_cannot_be_read_ends_the_batch_after_its_answers():
    class Torn:
        """A disk that fails after a line."""

        def __init__(self):
            self.lines = iter([b'{"arch": "lenet5"}\n'])

        def readline(self, _):
            if line := next(self.lines, b""):
                return line
            raise OSError(errno.EIO, os.strerror(errno.EIO))

    found = answers(Torn(), (), "float32")
    assert json.loads(next(found))["params"] == LENET
    with pytest.raises(ArgumentError, match="cannot read on: Input/output error"):
        next(found)
