"""What the command line refuses: one message and what to type instead, in one style."""

import click
import pytest

from symcnn.cli import running

REFUSED = {
    # arguments: what is said
    ("--foo", "vgg16"): (
        "no such option '--foo'",
        "Did you mean '--of'?",
        "symcnn ARCH --help tells what it takes",
    ),
    ("vgg16", "--inptu", "3"): (
        "no such option '--inptu'",
        "Did you mean '--input'?",
        "symcnn ARCH --help tells what it takes",
    ),
    ("check", "vgg16"): ("missing option '--claim'", "symcnn check --help tells what it takes"),
    ("diff", "vgg16"): ("missing argument 'ARCH2'", "symcnn diff --help tells what it takes"),
    ("zoo", "a", "b"): ("got unexpected extra argument (b)", "symcnn zoo --help tells what it takes"),
    ("export", "vgg16", "-o", "a.onnx", "--seed", "-1"): (
        "invalid value for '--seed': -1 is not in the range x>=0",
        "symcnn export --help tells what it takes",
    ),
    ("table", "vgg16", "--by"): ("option '--by' requires an argument",),
    ("resnet-50",): (
        '"resnet-50" is no layer, and no network of the zoo',
        "resnet-50",
        "^^^^^^^^^",
        "did you mean: resnet50",
    ),
    ("MobileNet V2",): (
        '"MobileNet V2" is no layer, and no network of the zoo',
        "MobileNet V2",
        "^^^^^^^^^^^^",
        "did you mean: mobilenet_v2",
    ),
    ("solve", "vgg16", "--for", "H", "--tie", "H=W", "--where", "params < 1M"): (
        "H is sought, and takes no value",
        "tie another to it, as in --tie W=H",
    ),
    ("solve", "vgg16", "--for", "W", "-D", "W=3", "--where", "params < 1M"): (
        "W is sought, and takes no value",
    ),
    ("solve", "vgg16", "--for", "H", "--box", "H=1..3", "--where", "params < 1M"): (
        "--for takes one symbol, or two with --box",
        "as in --for H --upto 50, --for n,k --box n=1..50,k=1..64",
    ),
    ("solve", "vgg16", "--for", "H,W", "--where", "params < 1M"): (
        "--for takes one symbol, or two with --box",
        "as in --for n,k --box n=1..50,k=1..64",
    ),
    ("solve", "vgg16", "--for", "H", "--where", "params < 1MB"): (
        "'1MB' is an amount of bytes, and params are none",
        'as in "1.7M"',
    ),
    ("conv3-{width*64}", "-D", "width=0.5"): (
        "width is an integer, but 1/2 was given",
        "only symbols with Greek names may be fractions: α or alpha",
    ),
}


@pytest.mark.parametrize(("arguments", "said"), REFUSED.items(), ids=map(" ".join, REFUSED))
def test_what_is_refused_is_told_in_one_style(cli, arguments: tuple[str, ...], said: tuple[str, ...]) -> None:
    done = cli(*arguments)
    assert (done.code, done.out) == (2, "")
    assert done.err == "\n  ".join([f"error: {said[0]}", *said[1:]]) + "\n"


def test_without_arguments_the_help_is_shown(cli) -> None:
    done = cli()
    assert done.code == 2
    assert (done.out + done.err).startswith("Usage: symcnn")
    assert cli("--help").code == 0


def test_what_click_refuses_outside_of_a_command_is_told_as_it_is(cli, monkeypatch) -> None:
    def broken(arguments: list[str]) -> int:
        raise click.ClickException("No luck.")

    monkeypatch.setattr(running, "_invoke", broken)
    assert cli("vgg16").err == "error: no luck\n"


def test_budgets_of_memory_may_be_in_bytes(cli) -> None:
    def largest(amount: str) -> str:
        done = cli("solve", "cifar_resnet_a", "--for", "n", "--where", f"memory <= {amount}")
        return done.out.splitlines()[1].split()[-1]

    assert largest("10MB") == largest("10M") == largest("10,000KB") == "43"
    assert largest("10MiB") == largest("10485760") == "45"


OUTSIDE = {
    "conv3-{32*α}": ({"α": "0.3"}, "α = 5/16"),
    "conv3-{32*α}, conv3-{48*α}": ({"α": "0.3"}, "α = 5/16"),
    "conv3-{3*α-1}": ({"α": "0.3"}, "α = 2/3"),
    "conv3-{96*α/β}": ({"α": "0.3", "β": "7"}, "α = 7/24"),
    "conv3-{32/α}": ({"α": "5"}, "α = 4"),
    "D = [| conv3-k]; conv3-16, D x{(L-4)/3}": ({"L": "41"}, "L = 40"),
}


@pytest.mark.parametrize(("text", "case"), OUTSIDE.items(), ids=OUTSIDE.keys())
def test_the_nearest_value_is_told_of_fractions_and_where_others_are_open(cli, text, case) -> None:
    values, nearest = case
    done = cli(text, *(part for name, value in values.items() for part in ("-D", f"{name}={value}")))
    assert done.code == 3
    assert done.err.splitlines()[-1] == f"  nearest that works: {nearest}"
