"""`symcnn diff`, and what it is made of."""

import json

import pytest

import symcnn
from symcnn import comparison
from symcnn.answers import compared
from symcnn.cli import main
from symcnn.comparison import aligned, compare
from symcnn.render import renderer


def run(capsys, *arguments):
    with pytest.raises(SystemExit) as left:
        main(["diff", *arguments])
    out, err = capsys.readouterr()
    return left.value.code, out, err


def test_networks_written_differently_are_equal(capsys):
    code, out, _ = run(
        capsys, "conv3-64x2,fc10", "conv3-64,conv3-64,fc10", "--of", "params", "--input", "32x32x3"
    )
    assert code == 0
    assert out.splitlines()[:5] == [
        "conv3-64x2,fc10 minus conv3-64,conv3-64,fc10",
        "",
        "params: 0",
        "  valid for every input",
        "  equal for every input",
    ]
    assert [line.split() for line in out.splitlines()[7:10]] == [
        ["conv3-64x2,fc10", "conv3-64,conv3-64,fc10", "params", "difference"],
        ["~", "conv3-64x2", "conv3-64", "36,928"],
        ["+", "conv3-64", "-36,928"],
    ]


def test_a_difference_is_shown_item_by_item(capsys):
    code, out, _ = run(capsys, "resnet50", "resnet101")
    assert code == 0
    for line in (
        "params: -18992128",
        "  they differ first at C = 1",
        "  at H = 224, W = 224, C = 3: 25,557,032 - 44,549,160 = -18,992,128",
        "MACs: -18939904*ceil(H/16)*ceil(W/16)",
        "  by n for H = W = n: negative for every n",
        "~  res(256, 2->1)x6  res(256, 2->1)x23        -18,992,128   -3,712,221,184",
    ):
        assert line in out.splitlines()


def test_signs_change_by_each_symbol(capsys):
    _, out, _ = run(capsys, "conv3-{8*n},fc1", "conv3-64,fc1", "--of", "params", "-D", "n=2")
    assert "  by side for H = W = side: negative for every side" in out
    _, out, _ = run(capsys, "conv3-{8*n}", "conv3-64", "--of", "params")
    assert "  by n: negative for n ≤ 7; zero for n = 8; positive for n ≥ 9" in out
    assert "conv3-64 " not in out.splitlines()[5]


def test_json_says_the_same(capsys):
    code, out, _ = run(capsys, "vgg16", "alexnet", "--of", "params,stride", "--format", "json")
    answer = json.loads(out)
    assert code == 0
    params = answer["quantities"]["params"]
    assert params["numbers"] == {"one": 138357544, "two": 61100840, "difference": 77256704}
    assert (params["equal"], params["counterexample"]) == (False, {"C": 1, "H": 63, "W": 63})
    assert params["signs"][1]["zero"] == [{"first": 10781, "last": 10781, "step": 1}]
    assert answer["quantities"]["stride_height"]["difference"] == "0"
    assert answer["items"][-1]["params"] == {"one": 4097000, "two": 4097000}


def test_what_is_not_decided_is_said(capsys):
    one, two = "conv1-1:nobias,conv1-{max(n,m)}", "conv1-1:nobias,conv1-{n+m-min(n,m)}"
    code, out, _ = run(capsys, one, two, "--of", "params")
    assert (code, "whether they are equal for every input is not known" in out) == (0, True)


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (("conv3-8", "conv3-k", "-D", "q=3"), 2, "no symbol q in the networks"),
        (("conv3-8", "conv3-8", "--format", "csv"), 2, "no format 'csv'"),
        (("conv3-8", "conv"), 2, "conv"),
        (("pool", "conv3-8", "--input", "1x1x3"), 3, "too small"),
        (("input(H=3),conv3-8", "input(H=4),conv3-8"), 3, "in the one, and"),
    ],
)
def test_errors_have_their_exit_codes(capsys, arguments, code, words):
    found, _, err = run(capsys, *arguments)
    assert (found, words in err) == (code, True), err


def test_pins_hold_for_both_networks():
    content = compared(("input(H=30,W=30),pool,fc{k}", "gap,fc3"), {"k": 3}, ["params"])
    assert content.point == {"H": 30, "W": 30, "C": 3, "k": 3}
    assert content.contrasts[0].numbers == (3 * 15 * 15 * 3 + 3, 12)


def test_an_item_without_a_closed_form_is_left_open():
    reports = [symcnn.derive(text) for text in ("conv3-8,(conv3-8)x100", "conv3-8,(conv3-8)x101")]
    content = compare(*reports, ["peak_memory"], {"C": 3, "H": 9, "W": 9}, ("one", "two"))
    assert content.pairs[-1].values == {"peak_memory": (None, None)}
    assert renderer("comparison", "text")(content).splitlines()[-3].endswith("–")


def test_many_items_are_aligned_by_their_places(monkeypatch):
    one, two = (symcnn.derive(text).items for text in ("pool,conv3-8", "conv3-8"))
    assert [(a and a.label, b and b.label) for a, b in aligned(one, two)] == [
        ("pool", None),
        ("conv3-8", "conv3-8"),
    ]
    monkeypatch.setattr(comparison, "MAX_ALIGNED", 1)
    assert [(a and a.label, b and b.label) for a, b in aligned(one, two)] == [
        ("pool", "conv3-8"),
        ("conv3-8", None),
    ]
