"""`symcnn compare`: what each convention says of a network, side by side, and the reasons."""

import json
from pathlib import Path

import pytest

import symcnn
from symcnn.answers import accounted
from symcnn.conventions import COUNTED, conventions

OTHERS = set(conventions) - {"symcnn"}


def counts(cli, arch, quantity, *more):
    """What `symcnn compare` prints of a quantity, by convention."""
    body = json.loads(cli("compare", arch, "--format", "json", *more).out)
    return {told["convention"]: told for told in body["quantities"][quantity]["conventions"]}


def reasons(told):
    return {reason["says"]: reason["amount"] for reason in told["reasons"]}


# --- VGG-16 and ResNet-50, as the tools count them -----------------------------------------------

VGG16 = {
    "calflops": (15_470_264_320, []),
    "fvcore": (15_470_289_408, [25_088]),
    "thop": (15_470_314_496, [25_088, 25_088]),
    "torchinfo": (15_483_821_032, [13_556_712]),
    "ptflops-aten": (15_483_821_032, [13_556_712]),
    "ptflops-pytorch": (15_523_225_576, [13_556_712, 2 * 13_555_712, 2 * 6_121_472, 2 * 25_088]),
    "onnx-tool": (15_503_523_304, [13_556_712, 6_121_472, 25_088, 13_555_712]),
    "torch-flop-counter": (30_940_528_640, [15_470_264_320]),
    "calflops-flops": (30_973_778_432, [15_470_264_320, 13_547_520, 13_555_712, 6_121_472, 25_088]),
    "pycls": (15_483_821_032, [13_556_712]),
    "torchvision": (15_470_264_320, []),
}
RESNET50 = {
    "ptflops-aten": 4_089_185_256,
    "torchinfo": 4_089_238_376,
    "fvcore": 4_111_512_576,
    "thop": 4_133_742_592,
    "ptflops-pytorch": 4_132_436_968,
    "pycls": 4_089_185_256,
    "torch-flop-counter": 2 * 4_089_184_256,
}


def test_the_operations_of_vgg16(cli):
    told = counts(cli, "vgg16", "macs")
    assert {n: (x["value"], [r["amount"] for r in x["reasons"]]) for n, x in told.items()} == VGG16
    assert {name: x["network"] for name, x in told.items()} == {
        name: None if name == "pycls" else "vgg16.torchvision" for name in VGG16
    }


def test_the_operations_of_resnet50(cli):
    told = counts(cli, "resnet50", "macs")
    assert {name: told[name]["value"] for name in RESNET50} == RESNET50
    assert told.keys() == VGG16.keys()


def test_the_parameters_of_resnet50(cli):
    told = counts(cli, "resnet50", "params")
    assert told["torchvision"]["value"] == 25_557_032
    assert told["keras"]["value"] == 25_636_712
    assert reasons(told["keras"]) == {
        "biases of the network as it is built there (resnet50.keras)": 26_560,
        "running mean and variance of batch normalizations": 53_120,
    }
    assert told["keras-trainable"]["value"] == 25_583_592
    assert reasons(told["onnx-tool"]) == {"running mean and variance of batch normalizations": 53_120}


def test_activations(cli):
    told = counts(cli, "resnet50", "activations")
    assert {name: (x["prints"], x["value"]) for name, x in told.items()} == {
        "fvcore": ("activations", 11_114_984),
        "pycls": ("acts", 11_315_688),
    }


# --- What holds of all ---------------------------------------------------------------------------

NETWORKS = ["vgg16", "resnet50", "mobilenet_v2", "unet", "densenet121", "shufflenet_v2_x1_0", "alexnet_2012"]


@pytest.mark.parametrize("formulas", [False, True])
@pytest.mark.parametrize("name", NETWORKS)
def test_reasons_add_up_to_the_difference(name, formulas):
    found = accounted(name, {}, formulas=formulas)
    assert [group.quantity for group in found.groups] == list(COUNTED)
    for group in found.groups:
        for told in group.accounts:
            assert sum((reason.amount for reason in told.reasons), 0) == told.difference
            assert told.value - group.plain == told.difference
            assert all(reason.amount != 0 and reason.says for reason in told.reasons)
    assert {told.convention.name for group in found.groups for told in group.accounts} == OTHERS


def test_formulas_at_the_input_are_the_numbers():
    numbers, formulas = (accounted("resnet50", {}, formulas=f) for f in (False, True))
    for one, two in zip(numbers.groups, formulas.groups, strict=True):
        for told, closed in zip(one.accounts, two.accounts, strict=True):
            network = closed.network or "resnet50"
            formula = symcnn.derive(network).under(closed.convention.name).total(one.quantity)
            assert formula.value == closed.value
            assert formula(H=224, W=224, C=3) == told.value


def test_the_library_may_build_another_network(cli):
    """Elsewhere than at 224 torchvision's classifier reads 7×7 all the same."""
    told = counts(cli, "vgg16", "params", "--input", "256x256x3")
    fewer = 4096 * 512 * (7 * 7 - 8 * 8)
    assert reasons(told["torchvision"]) == {
        "weights of the network as it is built there (vgg16.torchvision)": fewer
    }
    assert not told["pycls"]["reasons"]
    assert counts(cli, "vgg16", "macs", "--input", "256x256x3")["thop"]["defects"][0]["exact"] is False


# --- Formats -------------------------------------------------------------------------------------


def test_as_text(cli):
    lines = cli("compare", "vgg16").out.splitlines()
    assert lines[0] == "vgg16, input 224×224×3"
    assert "params, as symcnn counts them: 138,357,544" in lines
    place = lines.index("  fvcore 0.1.5.post20221221  flops      15,470,289,408")
    assert lines[place + 1] == "    + 25,088: the adaptive pool reads each input element once"
    assert "  thop 0.1.1.post2209072238  MACs       15,470,314,496          + 50,176" in lines
    note = (
        "vgg16.torchvision: the network as torchvision builds it, which the tools of torchvision were given"
    )
    assert note in lines
    assert lines[-1].startswith("convention: symcnn: params = trainable")
    assert sum(line.startswith("ptflops-pytorch: what a module does") for line in lines) == 1


def test_what_is_taken_off_and_what_may_differ(cli):
    out = cli("compare", "conv3-8, gn4, pool:same", "--input", "9x9x3").out
    assert (
        "\n    - 16: modules without a rule have no parameters: group normalizations and layer scale\n" in out
    )
    assert "\ncalflops-flops: what it prints can differ: a pool with `same` padding" in out
    assert "\nthop: group normalizations have no rule" in out
    assert "\nnote: no activation function is written in this network" in out
    assert "note: " not in cli("compare", "conv3-8:relu").out


def test_with_formulas(cli):
    assert "params, as symcnn counts them: 592*n + 401049\n" in cli("compare", "(conv3-8:bn:relu)xn, fc1").out
    lines = cli("compare", "conv3-8:bn, gap, fc10", "--formulas").out.splitlines()
    assert lines[0] == "conv3-8:bn, gap, fc10, input H×W×C"
    assert "    + 16*H*W: batch normalizations: two operations for each element" in lines
    assert "    - 16*n: modules without a rule have no parameters" in cli("compare", "(conv3-8:gn4)xn").out
    assert "valid for: every input" in lines


def test_long_formulas_do_not_widen_the_column(cli):
    out = cli("compare", "densenet121", "--formulas").out
    assert all(not line.endswith(" ") for line in out.splitlines())


def test_as_markdown(cli):
    lines = cli("compare", "resnet50", "--format", "markdown").out.splitlines()
    assert lines[0] == "## `resnet50`, input 224×224×3"
    row = "| fvcore | flops | 4,111,512,576 | + 22,328,320 |"
    (found,) = (line for line in lines if line.startswith(row))
    assert found.count("<br>") == 1
    assert "| symcnn | MACs | 4,089,184,256 |  |  |" in lines
    assert "| calflops | MACs | 4,089,184,256 |  |  |" in lines
    formulas = cli("compare", "conv3-8:bn", "--format", "markdown", "--formulas").out
    assert "| `72*C*H*W + 16*H*W` | + 16\\*H\\*W |" in formulas


def test_as_json(cli):
    body = json.loads(cli("compare", "conv1-2:bn:relu", "--input", "2x2x1", "--format", "json").out)
    told = {x["convention"]: x for x in body["quantities"]["macs"]["conventions"]}
    assert body["quantities"]["macs"]["plain"] == 8
    assert (body["domain"], body["remark"], body["input"]) == ("", "", [1, 2, 2])
    assert told["thop"] == {
        "convention": "thop",
        "tool": "thop",
        "version": "0.1.1.post2209072238",
        "prints": "MACs",
        "network": None,
        "value": 40,
        "difference": 32,
        "reasons": [{"amount": 32, "says": "normalizations: four operations for each element"}],
        "defects": [],
    }


def test_what_cannot_be_compared_is_refused(cli):
    done = cli("compare", "vgg16", "--input", "16x16x3")
    assert (done.code, done.out) == (3, "")
    assert cli("compare", "vgg61").code == 2
    assert "there is no symbol" in cli("compare", "vgg16", "-D", "k=1").err
    assert "there is no format" in cli("compare", "vgg16", "--format", "csv").err


def test_some_conventions_only(cli):
    lines = cli("compare", "resnet50", "--convention", "keras, fvcore,keras,symcnn").out.splitlines()
    named = [line.split()[0] for line in lines if line.startswith("  ") and not line.startswith("   ")]
    assert named == ["keras", "fvcore", "fvcore", "fvcore"]
    assert lines[-1].startswith("convention: symcnn: ")
    done = cli("compare", "resnet50", "--convention", "keras,fvcoer")
    assert (done.code, done.out) == (2, "")
    assert done.err == "error: there is no convention 'fvcoer'\n  did you mean: fvcore\n"


def test_text_from_a_file(cli, tmp_path: Path):
    (tmp_path / "net.cnn").write_text("conv3-8:relu, pool, fc10\n", encoding="utf-8")
    assert cli("compare", f"@{tmp_path / 'net.cnn'}").out == cli("compare", "conv3-8:relu, pool, fc10").out


# --- --convention --------------------------------------------------------------------------------

TEXT = "conv3-8:bn, gap, fc10"
ASKED = {
    "summary": ((TEXT,), "flops        72*C*H*W + 24*H*W + 80\n"),
    "derive": (("derive", TEXT, "--of", "macs"), "  rule: 2·C_out·H_out·W_out\n"),
    "eval": (("eval", TEXT, "--of", "macs", "--input", "2x2x1"), "macs        464\n"),
    "table": (("table", TEXT, "--of", "macs", "--format", "csv"), "macs (fvcore)\n"),
    "markdown": (
        ("table", TEXT, "--format", "markdown"),
        "| item | output | params | flops | activations |\n",
    ),
    "diff": (("diff", TEXT, "conv3-8, gap, fc10", "--of", "macs"), "flops: 16*H*W\n"),
    "solve": (
        ("solve", "bn", "--for", "H", "--where", "macs <= 100", "-D", "W=1", "-D", "C=1"),
        "largest H   50\nmacs        100\n",
    ),
}


@pytest.mark.parametrize(("arguments", "words"), ASKED.values(), ids=ASKED)
def test_every_command_counts_by_a_convention_and_says_so(cli, arguments, words):
    done = cli(*arguments, "--convention", "fvcore")
    assert done.code == 0, done.err
    assert words in done.out
    if "csv" not in arguments:
        assert "fvcore (fvcore 0.1.5" in done.out
    assert cli(*arguments).out != done.out


@pytest.mark.parametrize("arguments", [arguments for arguments, _ in ASKED.values()], ids=ASKED)
def test_every_command_refuses_an_unknown_convention(cli, arguments):
    done = cli(*arguments, "--convention", "fvcoer")
    assert (done.code, done.out) == (2, "")
    assert done.err == "error: there is no convention 'fvcoer'\n  did you mean: fvcore\n"


@pytest.mark.parametrize("arguments", [arguments for arguments, _ in ASKED.values()], ids=ASKED)
def test_no_name_is_no_convention(cli, arguments):
    done = cli(*arguments, "--convention", "")
    assert (done.code, done.out) == (2, "")
    assert done.err.startswith("error: there is no convention ''\n  known: calflops, ")


def test_a_note_tells_of_the_network_that_a_tool_reads(cli):
    note = "note: what thop itself reads is vgg16.torchvision, the network as built there\n"
    assert cli("eval", "vgg16", "--convention", "thop", "--json").err == note
    others = ("vgg16", "symcnn"), ("vgg16", "keras"), ("vgg16.torchvision", "thop"), ("conv3-8", "thop")
    for text, name in others:
        assert cli("eval", text, "--convention", name).err == ""


@pytest.mark.parametrize("name", ["fvcore", "thop", "ptflops-pytorch", "onnx-tool"])
def test_a_claim_is_explained_by_the_network_as_a_library_builds_it(cli, name):
    done = cli("check", "vgg16", "--claim", f"macs = {VGG16[name][0]}", "--json")
    [found] = json.loads(done.out)["explanations"]
    assert done.code == 1
    assert found["words"].endswith(", of vgg16.torchvision")
    assert f"{name} macs" in found["names"]
    assert (found["value"], found["places"]) == (VGG16[name][0], [])


def test_a_claim_that_holds_of_the_network_as_a_library_builds_it(cli):
    claim = f"macs = {VGG16['thop'][0]}"
    done = cli("check", "vgg16", "--claim", claim, "--convention", "thop")
    assert (
        "  1. the multiply-accumulates as thop counts them, of vgg16.torchvision: 15,470,314,496" in done.out
    )
    assert done.code == 1


def test_a_claim_that_no_network_explains(cli):
    done = cli("check", "vgg16", "--claim", "params = 5")
    assert "nothing that was tried gives this number (1," in done.out
    small = cli("check", "vgg16", "--claim", "params = 5", "--input", "32x32x3")
    assert small.code == 1


def test_batches_count_by_a_convention(cli):
    line = json.dumps({"arch": "bn", "H": 2, "W": 2, "C": 1}).encode()
    answer = json.loads(cli("eval", "--batch", "-", "--of", "macs", "--convention", "thop", stdin=line).out)
    assert answer["macs"] == 16
    assert answer["convention"].startswith("thop (thop 0.1.1")
