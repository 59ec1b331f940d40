"""`symcnn solve`: what it prints, as text and as JSON, and what it refuses."""

import json

import pytest

import symcnn


def test_the_largest_value_comes_first_with_what_it_costs(cli):
    done = cli("solve", "cifar_resnet_a", "--for", "n", "--where", "params <= 853018")
    assert done.code == 0
    words = [line.split() for line in done.out.splitlines()]
    assert words[0] == "given C = 3, H = 32, W = 32".split()
    assert words[1] == ["largest", "n", "9"]
    assert words[2] == ["params", "853,018"]
    assert words[3][0] == "macs"
    assert words[4] == "all n ≤ 9".split()
    assert words[5][:2] == ["convention", "symcnn:"]


def test_the_smallest_value_where_there_is_no_largest(cli):
    done = cli("solve", "conv3-k", "--for", "k", "--where", "params >= 0.28K", "--of", "weights", "-D", "C=3")
    assert "smallest k" in done.out
    assert "k ≥ 10" in done.out
    assert "weights" in done.out
    assert "macs" not in done.out


def test_costs_that_are_too_long_to_evaluate_are_left_open(cli):
    # Every pass from the eighth on has one pixel: 9·64·64 more. 2**n is too long to write by then.
    done = cli("solve", "(conv3s2-64)xn", "--for", "n", "--where", "params <= 1G", "--of", "macs")
    assert (done.code, done.out.splitlines()[3].split()) == (0, ["macs", "–"])


def test_no_value_is_an_answer(cli):
    done = cli("solve", "vgg16", "--for", "H", "--where", "macs <= 1M")
    assert (done.code, "no H" in done.out, "largest" in done.out) == (0, True, False)


def test_ties_upto_and_several_budgets(cli):
    done = cli("solve", "vgg16", "--for", "H", "--tie", "W=H", "--where", "params = 138357544", "--json")
    answer = json.loads(done.out)
    assert answer["for"] == ["H"]
    assert answer["solution"] == "224 ≤ H ≤ 255"
    assert answer["intervals"] == [{"first": 224, "last": 255, "step": 1}]
    assert (answer["smallest"], answer["largest"]) == (224, 255)
    assert answer["input"] == {"C": 3, "W": "H"}
    assert answer["at"][0]["params"] == 138_357_544
    assert answer["at"][0]["macs"] == symcnn.derive("vgg16").macs(H=255, W=255, C=3)
    both = ("--where", "params=138357544", "--where", "macs>16G")
    done = cli("solve", "vgg16", "--for", "H", "--tie", "W=H", *both, "--upto", "240", "--json")
    macs = symcnn.derive("vgg16").macs
    inside = [n for n in range(224, 241) if macs(H=n, W=n, C=3) > 16 * 10**9]
    assert json.loads(done.out)["solution"] == f"{inside[0]} ≤ H ≤ {inside[-1]} (of H ≤ 240)"


def test_rationals(cli):
    done = cli("solve", "mobilenet_v1_alpha", "--for", "alpha", "--where", "params<=3M", "--json")
    answer = json.loads(done.out)
    assert answer["intervals"] == [{"first": "1/32", "last": "13/16", "step": "1/32"}]
    assert answer["at"][0]["α"] == "13/16"
    # 32·α is rounded to at most 16 up to 160/9.
    network = "conv3-{round_to(32*α, 8)}:nobias"
    answer = json.loads(cli("solve", network, "--for", "α", "--where", "params<=432", "--json").out)
    assert answer["intervals"] == [{"first": 0, "last": "5/9", "step": None, "open_first": True}]
    assert (answer["smallest"], answer["largest"]) == (None, "5/9")


BOX = ("--for", "n,k", "--box", "n=1..9,k=1..64", "--where", "params <= 2000")


def test_boxes(cli):
    network = "conv3-k,(conv3-k)xn"
    answer = json.loads(cli("solve", network, *BOX, "--json").out)
    params = symcnn.derive(network).params
    inside = [(n, k) for n in range(1, 10) for k in range(1, 65) if params(n=n, k=k, C=3) <= 2000]
    assert answer["count"] == len(inside)
    assert [(at["n"], at["k"]) for at in answer["at"]][:2] == [(9, 4), (8, 5)]
    assert all(at["params"] == params(n=at["n"], k=at["k"], C=3) for at in answer["at"])
    lines = cli("solve", network, *BOX).out.splitlines()
    assert lines[1].split()[:6] == ["n", "=", "9,", "k", "=", "4"]
    # 9·3·4 + 4 + 9·(9·4·4 + 4)
    assert "params 1,444" in lines[1]
    assert lines[-2].startswith("all")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--for", "k"), "no budget is given\n  as in --where 'params <= 1.7M'"),
        (("--for", "k", "--where", "params"), "is no budget"),
        (("--for", "k", "--where", "params <= much"), "no exact amount"),
        (("--for", "k", "--where", "quality <= 5"), "there is no quantity"),
        (("--for", "k", "--where", "params <= 5", "-D", "k=3"), "k is sought"),
        (("--for", "k", "--where", "params <= 5", "--tie", "k=H"), "k is sought"),
        (("--for", "q", "--where", "params <= 5", "-D", "k=3"), "there is no symbol q"),
        (("--for", "k", "--where", "params <= 5", "-D", "q=3"), "there is no symbol q"),
        (("--for", "k", "--where", "params <= 5", "--tie", "W"), "is no NAME=EXPR"),
        (("--for", "k", "--where", "params <= 5", "--tie", "W=k", "--tie", "W=H"), "W twice"),
        (("--for", "", "--where", "params <= 5"), "one symbol, or two"),
        (("--for", "k,n", "--where", "params <= 5"), "one symbol, or two"),
        (("--for", "k", "--where", "params <= 5", "--box", "k=1..3"), "one symbol, or two"),
        (("--for", "k,H", "--where", "params <= 5", "--box", "k=1..3"), "where to look for k, H is missing"),
        (("--for", "k,H", "--where", "params <= 5", "--box", "k=1..3,k=1..4"), "is no NAME=FIRST..LAST"),
        (("--for", "k,H", "--where", "params <= 5", "--box", "k=1-3"), "is no NAME=FIRST..LAST"),
        (
            ("--for", "k,H", "--where", "params <= 5", "--box", "k=1..3,H=1..4", "--upto", "3"),
            "--upto is for one",
        ),
    ],
)
def test_what_is_refused(cli, arguments, message):
    done = cli("solve", "conv3-k", *arguments)
    assert (done.code, done.out) == (2, "")
    assert message in done.err


def test_errors_are_json_on_demand(cli):
    done = cli("solve", "conv3-k", "--for", "k", "--where", "params", "--json")
    assert done.code == 2
    assert json.loads(done.out)["error"]["kind"] == "argument"
