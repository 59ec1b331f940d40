"""`symcnn check`."""

import json

import pytest

from symcnn.render.verdict import verdict as written

CODES = {
    ("vgg16", "--claim", "138M"): 0,
    ("vgg16", "--claim", "0.59M"): 1,
    ("vgg16", "--claim", "138M", "--claim", "macs = 15.5G"): 0,
    ("vgg16", "--claim", "138M", "--claim", "macs = 15.6G"): 1,
    ("conv3-256", "--claim", "9*cin*cout"): 1,
    ("conv3-256", "--claim", "9*cin*cout", "--input", "8x8x3"): 1,
    ("conv3-256", "--claim", "(9*C + 1)*256"): 0,
    ("cifar_resnet_a", "--claim", "97216*n - 21926"): 1,
    ("cifar_resnet_a", "--claim", "97216*n - 21926", "-D", "C=3"): 0,
    ("cifar_resnet_a", "--claim", "0.85M", "-D", "n=9"): 0,
    ("conv3-8", "--claim", "memory = 2*(C + 8)*H*W", "--dtype", "float16"): 0,
    ("input(C=3),conv3-8", "--claim", "224"): 0,
    ("conv1-1:nobias,conv1-{max(n,m)}", "--claim", "C + 2*(n + m - min(n, m))"): 4,
    ("conv1-1:nobias,conv1-{max(n,m)}", "--claim", "C + 2*(n + m - min(n, m))", "--claim", "C"): 1,
    ("vgg16", "--claim", "138Q"): 2,
    ("vgg16", "--claim", "138M", "--dtype", "float3"): 2,
    ("vgg16", "--claim", "138M", "-D", "n=3"): 2,
    ("vgg16", "--claim", "C", "-D", "n=3"): 2,
    ("cifar_resnet_a", "--claim", "0.85M"): 2,
    ("vgg16",): 2,
    ("con3-8", "--claim", "3"): 2,
    ("vgg16", "--claim", "138M", "--input", "8x8x3"): 3,
}


@pytest.mark.parametrize("arguments", CODES)
def test_the_exit_code_says_whether_claims_hold(cli, arguments):
    assert cli("check", *arguments).code == CODES[arguments]
    if len(arguments) > 1:
        done = cli("check", *arguments, "--json")
        assert (done.code, done.err) == (CODES[arguments], "")
        answers = json.loads(done.out)
        assert isinstance(answers, list) == (arguments.count("--claim") > 1)


def test_the_question_that_people_ask(cli):
    lines = cli("check", "vgg16", "--claim", "0.59M").out.splitlines()
    assert lines.pop(2).startswith("what gives the same, the simplest first (5 of ")
    assert lines[:6] == [
        "refuted: the parameters are 138,357,544 at 224×224×3, not 0.59M",
        "  what rounds to it is 585,000 to 595,000",
        "  1. the parameters of the second and third conv3-256, each: 3·3·256·256 + 256 = 590,080 (rounded)",
        "     the first has 295,168, since 128 channels enter it",
        "     conv3-256x3, pool,",
        "     ^^^^^^^^^^^",
    ]


def test_a_formula_is_refuted(cli):
    assert cli("check", "conv3-256", "--claim", "9*cin*cout").out.splitlines()[:9] == [
        "refuted: the parameters are 2304*C + 256",
        "  the claim comes to 2304*C",
        "  the difference is 256, for every input",
        "  they differ first at C = 1: 2,560, where the claim says 2,304",
        "the difference:",
        "  the bias: cout of conv3-256 is left out",
        "what gives the same, the simplest first:",
        "  1. the weights: 2304*C",
        "     the same as the parameters without the biases of convolutions,"
        " the parameters without any biases, the parameters if biases are forgotten",
    ]


def test_errors_in_json_have_their_place(cli):
    answer = json.loads(cli("check", "vgg16", "--claim", "params = 9*cin", "--json").out)["error"]
    assert (answer["kind"], answer["column"]) == ("notation", 12)
    assert answer["hint"].startswith("known: conv1.cin")


def test_a_claim_is_asked_for(cli):
    assert "--claim" in cli("check", "vgg16").err


def test_only_verdicts_are_written():
    with pytest.raises(TypeError):
        written(None)
