"""Claims that are true by another tool's convention."""

import pytest

import symcnn
from symcnn.claims import ways
from symcnn.claims.ways import Books, Kind, Told
from symcnn.conventions import conventions
from symcnn.conventions.record import read_record
from symcnn.report import Report

RESNET50 = symcnn.derive("resnet50")

# What the tools print for VGG-16 and ResNet-50 at 224×224×3, where their networks have the zoo's layers.
NARROW = """\
tool = "narrow"
version = "1"
library = "none"
source = "by hand"

[macs]
says = "those of convolutions"

[[macs.terms]]
layers = ["conv"]
of = "macs"
"""

PRINTED = {
    ("vgg16.torchvision", "macs = 15,470,289,408"): {"fvcore macs"},
    ("vgg16.torchvision", "macs = 15,470,314,496"): {"thop macs"},
    ("vgg16.torchvision", "macs = 15,503,523,304"): {"onnx-tool macs"},
    ("vgg16.torchvision", "macs = 15,523,225,576"): {"ptflops-pytorch macs"},
    ("vgg16.torchvision", "macs = 30,973,778,432"): {"calflops-flops macs"},
    ("vgg16", "macs = 15,483,821,032"): {"torchinfo macs", "ptflops-aten macs"},
    ("resnet50", "macs = 4,111,512,576"): {"fvcore macs"},
    ("resnet50", "macs = 4,089,185,256"): {"macs and biases", "ptflops-aten macs"},
}


@pytest.mark.parametrize(("name", "claim"), sorted(PRINTED))
def test_what_a_tool_prints_is_explained_by_the_tool(name, claim):
    first = symcnn.derive(name).check(claim).explanations[0]
    assert PRINTED[name, claim] <= set(first.names)
    assert first.kinds == ("another convention",)


@pytest.mark.parametrize("name", sorted(conventions))
def test_a_claim_holds_under_the_convention_that_it_follows(name):
    report = RESNET50.under(name)
    numbers = report.at(H=224, W=224, C=3)
    for quantity in ("params", "macs", "activations"):
        verdict = report.check(f"{quantity} = {numbers.total(quantity)}")
        assert verdict.holds is True
        assert verdict.convention == str(conventions[name])
        assert report.check(f"{quantity} = {report.total(quantity)}").holds is True
        plain = RESNET50.check(f"{quantity} = {numbers.total(quantity)}")
        names = {found for e in plain.explanations for found in e.names}
        assert plain.holds or f"{name} {quantity}" in names


def test_the_convention_is_named_in_the_verdict():
    words = str(RESNET50.under("fvcore").check("macs = 4.11G"))
    assert words.startswith("holds: the multiply-accumulates as fvcore counts them are 4,111,512,576 at")
    back = RESNET50.under("fvcore").check("macs = 4,089,184,256").explanations[0]
    assert back.words == "the multiply-accumulates as symcnn counts them"


def test_a_convention_that_does_not_say_how_a_layer_is_counted_is_no_explanation(monkeypatch):
    record = read_record("narrow", NARROW)
    monkeypatch.setattr(ways, "Report", lambda *_: Report(report.graph, "int8", record))
    report = symcnn.derive("conv3-8,fc10")
    narrow = Told("narrow macs", "the MACs of convolutions", Kind.CONVENTION, "macs", convention="narrow")
    assert narrow.counted(Books(report)) is None


def test_the_command_follows_a_convention(cli):
    assert cli("check", "resnet50", "--claim", "macs = 4.11G", "--convention", "fvcore").code == 0
    assert cli("check", "resnet50", "--claim", "macs = 4.11G").code == 1
    assert cli("check", "resnet50", "--claim", "macs = 4.11G", "--convention", "fvcoer").code == 2
