"""What is verified at which inputs and how it is told, with a framework that answers as it is told."""

import json
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

from symcnn import frameworks
from symcnn.algebra.domain import Domain
from symcnn.answers import Question
from symcnn.errors import ArgumentError, SymcnnError
from symcnn.frameworks import FRAMEWORKS, base, verify
from symcnn.frameworks.base import Framework, Layer, RefusedError
from symcnn.frameworks.export import chosen
from symcnn.frameworks.inputs import sizes
from symcnn.frameworks.lowering import lower, numbers_of
from symcnn.frameworks.outcomes import Difference, Outcome, outcome_lines


class Fake(Framework):
    """Says what the package says, but for what it is told to say otherwise."""

    key = "torch"
    package = "pytest"

    def __init__(self, wrong=None, macs=True, takes=False):
        self.wrong, self.macs, self.takes = wrong or {}, macs, takes
        self.seen = []

    def build(self, program, seed):
        return program, seed

    def save(self, model, path):
        program, seed = model
        path.write_text(f"{program.text} {seed}")
        path.with_name(path.name + ".data").write_text("data")

    def inspect(self, program):
        self.seen.append(program.input)
        if "all" in self.wrong:
            raise RefusedError("too large")
        _, height, width = program.input
        try:
            numbers = numbers_of(program.text, (height, width, program.input[0]))
        except SymcnnError as error:
            if self.takes:
                return []
            raise RefusedError(str(error)) from None
        return [
            Layer(
                row.output,
                row.params + self.wrong.get(row.label, 0),
                row["buffers"],
                row.macs if self.macs else None,
            )
            for row in numbers.layers
        ]

    def run(self, model, images):
        raise NotImplementedError


@pytest.fixture
def fake(monkeypatch):
    """Put a fake in the place of each framework, and nothing in the place of numpy."""

    def use(**told):
        made = Fake(**told)
        monkeypatch.setattr(
            verify, "framework", lambda name: frameworks.framework(name) if name not in FRAMEWORKS else made
        )
        ran = SimpleNamespace(
            run=lambda each, size, program: iter([Outcome("ran", size, str(program.result))])
        )
        monkeypatch.setitem(sys.modules, "symcnn.frameworks.running", ran)
        return made

    return use


def outcomes(text, names=("torch",), **values):
    return list(verify.verify(Question(text, values), names))


# --- Inputs ---


@pytest.mark.parametrize(
    ("text", "values", "expected"),
    [
        ("conv3-8,pool,fc10", {}, "224x224x3 2x2x3 5x7x3 1x2x3- 2x1x3-"),
        ("conv3-8,pool3x1,gap", {"H": 9, "W": 8, "C": 4}, "9x8x4 3x1x4 7x4x4 2x1x4-"),
        ("conv3-8", {"H": 1, "W": 1}, "1x1x3 3x4x3"),
        ("[pool|conv3s2-3]", {"H": 4, "W": 4}, "4x4x3 2x2x3 4x6x3 1x2x3- 2x1x3- 5x4x3-"),
        ("input(C=3,H=9,W=9),pool", {}, "9x9x3"),
        ("input(H=9),pool", {}, "9x224x3"),
        # Repeats whose number is that of rows have no closed form in H.
        ("b=conv3-{cin*cin//2+1};b x{H//4},gap", {"H": 8, "W": 4, "C": 2}, "8x4x2"),
    ],
)
def test_inputs(text, values, expected):
    found = [str(size).replace(" (outside)", "-") for size in sizes(Question(text, values))]
    assert found == expected.split()


def test_no_other_input_is_known(monkeypatch):
    monkeypatch.setattr(Domain, "nearest", lambda self, point: None)
    assert [str(size) for size in sizes(Question("pool", {"H": 4, "W": 4}))] == ["4x4x3"]


# --- Outcomes ---


def test_all_agrees(fake):
    told = fake()
    found = outcomes("conv3-8:bn,pool,fc10", H=9, W=8)
    assert [o.verdict for o in found] == ["4 layers: parameters, shapes, MACs"] * 3 + [
        "refused by both"
    ] * 2 + ["(10,)"]
    assert not any(o.differences for o in found)
    assert told.seen == [(3, 9, 8), (3, 2, 2), (3, 5, 7), (3, 1, 2), (3, 2, 1)]


def test_what_differs_is_named(fake):
    fake(wrong={"conv3-8": 5}, macs=False)
    first = outcomes("conv3-8,fc10", H=3, W=3)[0]
    assert first.verdict == "2 layers: parameters, shapes"
    assert [str(d) for d in first.differences] == ["conv3-8: params 224 here, 229 there"]


def test_shapes_are_written_as_such():
    assert str(Difference("pool", "output", (3, 4, 5), (3, 4, 6))) == "pool: output 3×4×5 here, 3×4×6 there"


def test_what_should_be_taken_is_refused(fake):
    fake(wrong={"all": 1})
    assert str(outcomes("conv3-8", H=1, W=1)[0].differences[0]) == (
        "the network: input taken here, refused (too large) there"
    )


def test_what_should_be_refused_is_taken(fake):
    fake(takes=True)
    assert [o.verdict for o in outcomes("pool", H=4, W=4)[3:5]] == ["taken", "taken"]
    found = [o.verdict for o in outcomes("[conv3s2-4+pool,conv1-4]", H=4, W=4)[3:6]]
    assert found[-1] == "cannot be told: it repeats what is 1 by chance"


def test_what_a_framework_cannot_tell(fake):
    fake()
    assert outcomes("pixelunshuffle,fc3", H=4, W=4)[-2].verdict == "cannot be told: a size is no integer"


def test_large_models_are_not_run(fake, monkeypatch):
    fake()
    text = "conv3-8,fc1"
    assert outcomes(text, H=9, W=9)[-1].input == "3x4x3"
    monkeypatch.setattr(verify, "MOST_MACS", 9 * 3 * 8 + 8)
    assert outcomes(text, H=9, W=9)[-1].input == "1x1x3"
    monkeypatch.setattr(verify, "MOST_PARAMETERS", 100)
    assert len(outcomes(text, H=9, W=9)) == 3


def test_frameworks_are_named(fake):
    fake()
    with pytest.raises(ArgumentError, match="no framework is named"):
        outcomes("conv3-8", names=())
    with pytest.raises(ArgumentError, match="unknown framework 'caffe'"):
        outcomes("conv3-8", names=("caffe",))


def test_lines_of_outcomes():
    found = [
        Outcome("A", "1x1x3", "fine"),
        Outcome("Long", "2x2x3 (outside)", "cannot be told: why"),
        Outcome("A", "1x1x3", "2 layers", (Difference("conv", "macs", 1000, None),)),
    ]
    assert outcome_lines(found).splitlines() == [
        "A     1x1x3            agrees   fine",
        "Long  2x2x3 (outside)  -        cannot be told: why",
        "A     1x1x3            differs  2 layers",
        "    conv: macs 1,000 here, None there",
    ]


# --- The commands ---


def test_verify_by_command(cli, fake):
    fake()
    done = cli("verify", "conv3-8,pool", "--with", "torch, onnx", "--input", "4x4x3")
    assert (done.code, done.err) == (0, "")
    assert done.out.splitlines()[0].split()[2:] == "4x4x3 agrees 2 layers: parameters, shapes, MACs".split()


def test_verify_tells_by_its_exit_code(cli, fake):
    fake(wrong={"conv3-8": 5})
    done = cli("verify", "conv3-8", "--with", "torch", "--input", "4x4x3", "--json")
    answer = json.loads(done.out)
    assert (done.code, answer["agrees"]) == (1, False)
    assert answer["outcomes"][0]["differences"] == [
        {"layer": "conv3-8", "quantity": "params", "ours": 224, "theirs": 229}
    ]


def test_errors_of_verify(cli, fake):
    fake()
    done = cli("verify", "pool", "--with", "torch", "--input", "1x1x3")
    assert done.code == 3
    assert "too small for pool" in done.err
    done = cli("verify", "pool", "--with", "torch", "--input", "1x1x3", "--json")
    assert (done.code, json.loads(done.out)["error"]["kind"]) == (3, "domain")


@pytest.fixture
def writing(monkeypatch):
    monkeypatch.setattr("symcnn.frameworks.export.framework", lambda name: Fake())


def test_export_by_command(cli, writing, tmp_path):
    path = tmp_path / "a.onnx"
    path.write_text("old")
    done = cli("export", "conv3-8", "-o", str(path), "--input", "4x5x3", "--seed", "7")
    assert (done.code, done.err) == (0, "")
    assert done.out == f"wrote {path} and {path}.data: 224 parameters, input 4x5x3\n"
    assert path.read_text() == "conv3-8 7"
    assert sorted(p.name for p in tmp_path.iterdir()) == ["a.onnx", "a.onnx.data"]


def test_export_leaves_what_is_there_if_it_fails(cli, writing, tmp_path, monkeypatch):
    def fail(self, model, path):
        path.write_text("half")
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Fake, "save", fail)
    path = tmp_path / "a.keras"
    path.write_text("old")
    done = cli("export", "conv3-8", "-o", str(path))
    assert (done.code, done.err) == (2, f"error: cannot write {path}: No space left on device\n")
    assert [p.name for p in tmp_path.iterdir()] == ["a.keras"]
    assert path.read_text() == "old"


def test_export_into_no_directory(cli, writing, tmp_path):
    done = cli("export", "conv3-8", "-o", str(tmp_path / "none" / "a.pt2"))
    assert (done.code, "cannot write" in done.err) == (2, True)


@pytest.mark.parametrize(
    ("name", "path", "message"),
    [
        (
            None,
            "a.pth",
            "a.pth is no name of a model\n  "
            "its name ends in .pt2 for torch, .keras for keras, .onnx for onnx",
        ),
        ("onnx", "a.pt2", "a.pt2 is no name of a model\n  name it a.onnx"),
        ("onnx", "a", "a is no name of a model\n  name it a.onnx"),
        ("jax", "a", "unknown framework 'jax'\n  known: torch, keras, onnx"),
    ],
)
def test_names_of_files(name, path, message):
    with pytest.raises(ArgumentError) as caught:
        chosen(name, Path(path))
    assert str(caught.value) == message


def test_the_name_says_the_framework():
    assert [chosen(None, Path(f"a{known.suffix}")) for known in FRAMEWORKS.values()] == list(FRAMEWORKS)
    assert chosen("torch", Path("a.pt2")) == "torch"
    assert base.Framework.name.fget(Fake()) == "PyTorch"
    assert lower(numbers_of("conv3-8", "4x4x3").graph).input == (3, 4, 4)
