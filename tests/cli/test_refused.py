"""What the command line refuses: where it says so, and with which status."""

import json

import pytest

import symcnn

REFUSED = {
    # arguments: (code, what the message says)
    ("vgg16", "--input", "31x31x3"): (3, "smallest input: 32×32"),
    ("con3-64",): (2, "did you mean: conv3-64"),
    ("",): (2, "there is no network"),
    ("vgg17",): (2, "no network of the zoo"),
    ("vgg16", "--input", "224x224"): (2, "'224x224' is no input size"),
    ("vgg16", "--input", "0x224x3"): (2, "H is positive, but 0 was given"),
    ("vgg16", "--input", "224x224x3", "-D", "H=224"): (2, "H is given twice"),
    ("vgg16", "-D", "H=224", "-D", "H=224"): (2, "-D gives H twice"),
    ("vgg16", "-D", "H"): (2, "-D H is no NAME=VALUE\n  as in -D n=9"),
    ("vgg16", "-D", "=1"): (2, "-D =1 is no NAME=VALUE"),
    ("vgg16", "-D", "H=1.5"): (2, "H is an integer, but 3/2 was given"),
    ("vgg16", "-D", "H=big"): (2, "H needs a number, not 'big'"),
    ("vgg16", "-D", "n=3"): (2, "there is no symbol n in the network\n  known: C, H, W"),
    ("vgg16", "--of", "foo"): (2, "there is no quantity 'foo'\n  known: params, weights"),
    ("vgg16", "--dtype", "int4"): (2, "unknown dtype 'int4'\n  known: float64"),
    ("input(C=3), pool", "-D", "C=4"): (
        2,
        "the text pins C, but 4 is given\n  input(C=3), pool\n        ^^^",
    ),
    ("conv3-64,", "pool"): (2, "an architecture is one argument\n  quote it: symcnn 'conv3-64, pool'\n"),
    ("conv3-64,", "pool,", "fc9", "--of", "macs"): (2, "quote it: symcnn 'conv3-64, pool, fc9' --of macs\n"),
    ("input(C=k),", "conv{n}x{m}-L"): (2, "quote it: symcnn 'input(C=k), conv{n}x{m}-L'\n"),
    ("deriv", "vgg16"): (2, "an architecture is one argument\n  did you mean: symcnn derive vgg16\n"),
    ("tabel", "vgg16", "--of", "macs"): (2, "did you mean: symcnn table vgg16 --of macs\n"),
    ("VGG16",): (
        2,
        '"VGG16" is no layer, and no network of the zoo\n  VGG16\n  ^^^^^\n  did you mean: vgg16\n',
    ),
    ("eval", "conv3-8", "--input", "1" + "0" * 1000 + "x1x1"): (2, "a size is longer than 1,000 digits"),
    ("eval", "conv3-w", "-D", "w=1" + "0" * 1100): (2, "the value of w is longer than 1,000 digits"),
    ("eval", "conv3-w"): (2, "no value is given for w"),
    ("eval", "conv3-w", "-D", "w=3", "-D", "v=3"): (2, "there is no symbol v"),
    ("eval",): (2, "an architecture is missing"),
    ("eval", "vgg16", "--batch", "-"): (2, "--batch takes architectures and values from its lines"),
    ("eval", "--batch", "-", "--input", "1x1x1"): (2, "--batch takes"),
    ("eval", "--batch", "-", "-D", "n=1"): (2, "--batch takes"),
    ("derive", "vgg16", "--of", "memory"): (2, "the derivation of 'memory' cannot be shown"),
    ("derive", "vgg16", "--format", "csv"): (2, "there is no format 'csv' here\n  known: text, latex"),
    ("table", "vgg16", "--format", "python"): (2, "there is no format 'python' here\n  known: text, mark"),
    ("table", "vgg16", "--by", "row"): (2, "rows are by item or by layer, not by 'row'"),
    ("zoo", "vgg61"): (2, "the zoo has no network 'vgg61'\n  did you mean: vgg"),
    ("zoo", "zzzz"): (2, "symcnn zoo lists them"),
}


@pytest.mark.parametrize("arguments", REFUSED, ids=lambda words: " ".join(words)[:60])
def test_a_refusal_goes_to_standard_error_with_its_code(cli, arguments):
    code, said = REFUSED[arguments]
    done = cli(*arguments)
    assert (done.code, done.out) == (code, "")
    assert done.err.startswith("error: ")
    assert said in done.err
    assert "Traceback" not in done.err


@pytest.mark.parametrize("arguments", [(), ("-x",), ("eval", "vgg16", "--bogus"), ("vgg16", "fc10")])
def test_bad_usage_leaves_with_two(cli, arguments):
    assert cli(*arguments).code == 2


@pytest.mark.parametrize("arguments", [("vgg16", "--of", "macs", "fc10"), ("derive", "conv3-64,", "pool")])
def test_what_stands_after_an_architecture_is_refused(cli, arguments):
    done = cli(*arguments)
    assert (done.code, done.out) == (2, "")
    assert "error: got unexpected extra argument" in done.err


@pytest.mark.parametrize(
    "arguments",
    [
        ("--input", "7x9x5", "conv3-w", "-D", "w=2"),
        ("--input", "7x9x5", "-D", "w=2", "conv3-w"),
        ("-D", "w=2", "conv3-w", "--input", "7x9x5"),
        ("-Dw=2", "--input=7x9x5", "--", "conv3-w"),
        ("--input", "7x9x5", "-D", "w=2", "-"),
    ],
)
def test_options_may_stand_before_the_architecture(cli, arguments):
    expected = cli("conv3-w", "--input", "7x9x5", "-D", "w=2")
    assert "224" not in expected.out
    assert cli(*arguments, stdin=b"conv3-w") == expected


def test_options_of_all_commands_stay_theirs(cli):
    assert cli("-h").out == cli("--help").out
    assert cli("--version", "vgg16").out == f"symcnn {symcnn.__version__}\n"


def test_an_interrupt_leaves_without_a_traceback(cli, monkeypatch):
    def interrupted(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr("symcnn.console.ask", interrupted)
    done = cli("vgg16")
    assert (done.code, done.out, done.err) == (130, "", "\n")


def test_a_greek_letter_has_an_english_name(cli):
    answer = json.loads(cli("eval", "conv3-{32*α}", "-D", "alpha=0.25", "--json").out)
    assert (answer["params"], answer["symbols"]) == (27 * 8 + 8, {"α": "1/4"})


def test_json_of_eval_is_ascii(cli):
    """So that no encoding of the output can harm it."""
    assert cli("eval", "conv3-{32*α}", "-D", "α=1/4", "--json").out.isascii()


@pytest.mark.parametrize("value", ["0.25", "1/4"])
def test_a_greek_letter_may_be_a_fraction(cli, value):
    done = cli("eval", "conv3-{32*α}", "-D", f"α={value}", "--json")
    assert json.loads(done.out)["params"] == 27 * 8 + 8
