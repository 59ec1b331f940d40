"""`symcnn scaling`: how costs grow, in words, in columns, and as data."""

import json

import pytest

WRN = "parameters grow with the square of k, linearly in C, linearly in n; they do not depend on H, W"


def test_growth_is_told_in_words_and_columns(cli):
    done = cli("scaling", "cifar_wide_resnet", "--of", "params")
    assert (done.code, done.err) == (0, "")
    assert done.out.splitlines()[:6] == [
        WRN,
        "  in  degree  leading coefficient",
        "  k   2       96768*n - 22784",
        "  C   1       144",
        "  n   1       96768*k**2 + 448*k",
        "",
    ]
    assert done.out.splitlines()[6].startswith("convention: symcnn: params")


def test_elasticities_are_exact(cli):
    done = cli("scaling", "cifar_wide_resnet", "--of", "params,macs", "--at", "n=4,k=10")
    assert "  k   2       36453760/18239597  96768*n - 22784" in done.out.splitlines()
    # The MACs hold floors of H.
    columns = [line.split(None, 3) for line in done.out.splitlines()]
    assert ["H", "1", "–"] in [cells[:3] for cells in columns]
    assert "elasticities at C = 3, H = 32, W = 32, n = 4, k = 10" in done.out.splitlines()


def test_data(cli):
    text = "conv3-{32*alpha},conv3-{64*alpha}"
    answer = json.loads(cli("scaling", text, "--of", "params", "--at", "alpha=3/2", "--json").out)
    assert answer["at"] == {"C": 3, "H": 224, "W": 224, "α": "3/2"}
    assert answer["params"]["symbols"]["α"] == {
        "degree": 2,
        "leading": "18432",
        "bases": [],
        "elasticity": "293/149",
    }
    assert answer["params"]["domain"] == "32*α integer"
    assert answer["params"]["says"].startswith("parameters grow with the square of α")


@pytest.mark.parametrize(
    ("arguments", "shown"),
    [
        (("b=conv3-{2*cin};conv3-8,b xn", "--of", "params"), "  n   –       base 2"),
        (("conv3-64,(conv3-64,pool)xn,fc10", "--input", "32x32x3"), "  n   –       –"),
        (("vgg16", "--input", "224x224x3", "--of", "params"), "parameters are constant"),
        (("pool,conv3-8", "--input", "8x8x3", "--of", "stride"), "stride width is constant"),
    ],
)
def test_what_grows_otherwise_or_not_at_all(arguments, shown, cli):
    assert shown in cli("scaling", *arguments).out.splitlines()


@pytest.mark.parametrize(
    ("arguments", "code", "says"),
    [
        (("vgg16", "-D", "n=3"), 2, "there is no symbol n in the network\n  known: C, H, W"),
        (("vgg16", "--at", "z=3"), 2, "there is no symbol z in the network"),
        (("vgg16", "--at", "H"), 2, "--at H is no NAME=VALUE\n  as in --at n=9"),
        (("vgg16", "--at", "H=32,H=64"), 2, "--at gives H twice"),
        (("vgg16", "--input", "32x32x3", "--at", "H=64"), 2, "H has a value already"),
        (("conv3-{k*n}", "--at", "n=2"), 2, "--at needs a value for k\n  as in --at k=1"),
        (("vgg16", "--of", "depth"), 2, "there is no quantity 'depth'"),
        (("vgg16", "--at", "H=31"), 3, "the input is too small for pool"),
    ],
)
def test_what_is_refused(arguments, code, says, cli):
    done = cli("scaling", *arguments)
    assert (done.code, done.out) == (code, "")
    assert says in done.err
