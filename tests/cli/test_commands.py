"""Each command: what it prints, and the code it leaves with."""

import json
import re
import runpy
import shlex
import sys

import click
import pytest

import symcnn
from symcnn.cli import app

KEYS = ["input", "symbols", "params", "weights", "biases", "normalization", "buffers", "macs", "activations"]
KEYS += ["output", "convention"]


# --- Summary -------------------------------------------------------------------------------------


def test_an_architecture_is_summarized(cli):
    done = cli("vgg16")
    assert (done.code, done.err) == (0, "")
    lines = done.out.splitlines()
    assert lines[0].split() == ["item", "output", "params", "MACs", "activations"]
    assert lines[1].split() == ["input", "224×224×3", "(150,528)"]
    assert lines[15].split() == ["total", "138,357,544", "15,470,264,320", "15,087,080"]
    assert "params       2097152*floor(H/32)*floor(W/32) + 576*C + 35595368" in lines
    assert "valid for    H, W ≥ 32" in lines
    assert "symbols      C, H, W" in lines
    assert lines[-1].startswith("convention   symcnn: params = trainable")


@pytest.mark.parametrize(
    ("arguments", "size"),
    [
        (("conv3-8",), "224×224×3"),
        (("lenet5",), "28×28×1"),
        (("input(H=20), conv3-8",), "20×224×3"),
        (("input(C=1), conv3-8", "-D", "W=9"), "224×9×1"),
        (("conv3-8", "--input", "7x9x5"), "7×9×5"),
        (("conv3-8", "--input", "7×9×5"), "7×9×5"),
        (("lenet5", "-D", "H=32", "-D", "W=40"), "32×40×1"),
    ],
)
def test_each_dimension_of_the_input_has_its_own_default(cli, arguments, size):
    assert cli(*arguments).out.splitlines()[1].split()[:2] == ["input", size]


def test_symbols_without_a_value_stay_in_the_summary(cli):
    out = cli("input(C=k), conv{n}x{m}-L").out
    assert "params       L*k*m*n + L\n" in out
    assert "symbols      H, L, W, k, m, n\n" in out


def test_symbols_with_a_value_are_put_in(cli):
    out = cli("input(C=k), conv{n}x{m}-L", "-D", "n=3", "-D", "m=5", "-D", "L=2").out
    assert "params       30*k + 2\n" in out


def test_of_chooses_the_columns(cli):
    done = cli("lenet5", "--of", " weights, stride ,")
    assert done.out.splitlines()[0].split() == "item output weights stride height stride width".split()


def test_on_a_terminal_the_table_is_laid_out_for_it(cli, monkeypatch):
    monkeypatch.setenv("COLUMNS", "60")
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    printed = re.sub(r"\x1b\[\d*m", "", cli("vgg16").out)
    assert "left out for want of width: activations\n" in printed
    assert "left out" not in cli("table", "vgg16", "--format", "csv").out


# --- derive --------------------------------------------------------------------------------------


def test_derive_shows_rule_numbers_sum_and_closed_form(cli):
    out = cli("derive", "vgg16").out
    assert "  rule: k_h·k_w·C_in·C_out + C_out\n" in out
    assert "  conv3-256: 3·3·128·256 + 256 = 295,168; 56×56×256 goes on\n" in out
    assert "  pool: nothing to count; 7×7×512 goes on\n" in out
    assert "  576*C  from conv3-64x2: 576*C\n" in out
    assert "\nparams = 2097152*floor(H/32)*floor(W/32) + 576*C + 35595368\n" in out
    assert "\nat 224×224×3: 2097152·7·7 + 576·3 + 35595368 = 138,357,544\nvalid for H, W ≥ 32\n" in out


def test_several_derivations_stand_apart(cli):
    first, second = cli("derive", "lenet5", "--of", "params,macs").out.split("\n\n\n")
    assert first.startswith("params of conv5-6")
    assert second.startswith("MACs of conv5-6")


def test_several_derivations_in_json_are_a_list(cli):
    many = json.loads(cli("derive", "lenet5", "--of", "params,macs", "--format", "json").out)
    one = json.loads(cli("derive", "lenet5", "--format", "json").out)
    assert [d["quantity"] for d in many] == ["params", "macs"]
    assert one == many[0]


# --- eval ----------------------------------------------------------------------------------------


def test_eval_prints_a_line_for_each_quantity(cli):
    lines = cli("eval", "vgg16").out.splitlines()
    pairs = dict(line.split("  ", 1) for line in lines)
    assert pairs["input"].strip() == "224x224x3"
    assert pairs["params"].strip() == "138,357,544"
    assert pairs["output"].strip() == "1x1x1000"


def test_eval_shows_the_values_of_symbols(cli):
    out = cli("eval", "cifar_resnet_a", "-D", "n=9").out
    assert out.splitlines()[0].split(None, 1) == ["input", "32x32x3, n = 9"]
    assert "853,018" in out


def test_eval_prints_a_total_that_is_no_integer_as_a_fraction(cli):
    answer = json.loads(cli("eval", "deconv2s2-8", "--of", "stride", "--json").out)
    assert (answer["stride_height"], answer["stride_width"]) == ("1/2", "1/2")
    assert "stride height  1/2\n" in cli("eval", "deconv2s2-8", "--of", "stride").out


def test_eval_json_has_the_promised_keys(cli):
    answer = json.loads(cli("eval", "vgg16", "--json").out)
    assert list(answer) == KEYS
    assert answer["input"] == {"C": 3, "H": 224, "W": 224}
    assert answer["output"] == [1000, 1, 1]
    counts = {k: answer[k] for k in KEYS[2:-2]}
    assert counts == {
        "params": 138357544,
        "weights": 138344128,
        "biases": 138357544 - 138344128,
        "normalization": 0,
        "buffers": 0,
        "macs": 15470264320,
        "activations": 15087080,
    }


def test_an_unbound_repeat_works_once_it_has_a_value(cli):
    answer = json.loads(cli("eval", "conv3-8, (conv3-8)xn", "-D", "n=3", "--json").out)
    assert answer["symbols"] == {"n": 3}
    assert answer["params"] == (27 * 8 + 8) + 3 * (72 * 8 + 8)


@pytest.mark.parametrize(
    ("arguments", "code", "error"),
    [
        (
            ("con3-64",),
            2,
            {"kind": "notation", "message": 'unknown layer "con"', "line": 1, "column": 1}
            | {"hint": "did you mean: conv3-64"},
        ),
        (
            ("vgg16", "--input", "31x31x3"),
            3,
            {"kind": "domain", "message": "the input is too small for pool: a 1×1 map reaches it"}
            | {"line": 5, "column": 14, "hint": "smallest input: 32×32"},
        ),
        (
            ("conv3-w",),
            2,
            {"kind": "argument", "message": "no value is given for w", "line": None, "column": None}
            | {"hint": "give one, as in -D w=1"},
        ),
    ],
)
def test_eval_json_states_errors_as_json(cli, arguments, code, error):
    done = cli("eval", *arguments, "--json")
    assert (done.code, done.err) == (code, "")
    assert json.loads(done.out) == {"error": error}


# --- zoo, completion, help -----------------------------------------------------------------------


def test_zoo_lists_every_network_with_its_title(cli):
    lines = cli("zoo").out.splitlines()
    assert [line.split()[0] for line in lines] == list(symcnn.zoo)
    assert all(line.split(None, 1)[1] == symcnn.zoo[line.split()[0]].title for line in lines)


def test_zoo_prints_one_network_that_can_be_read_back(cli):
    out = cli("zoo", "vgg16").out
    assert "# input: 224x224x3\n# params: 138,357,544 (" in out
    assert json.loads(cli("eval", "-", "--json", stdin=out.encode()).out)["params"] == 138357544


def test_a_count_that_holds_for_some_symbols_says_so(cli):
    assert "# params at n = 9: 853,018 (" in cli("zoo", "cifar_resnet_a").out


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion_prints_a_script(cli, shell):
    assert "_SYMCNN_COMPLETE" in cli("completion", shell).out


def test_a_shell_without_a_script_is_refused_with_those_that_have_one(cli):
    done = cli("completion", "tcsh")
    assert (done.code, done.out) == (2, "")
    assert all(shell in done.err for shell in ("bash", "zsh", "fish"))


@pytest.mark.parametrize(
    ("typed", "offered"),
    [
        ("symcnn derive vgg1", ["plain,vgg11", "plain,vgg13"]),
        ("symcnn ev", ["plain,eval"]),
        ("symcnn table lenet5 --form", ["plain,--format", "plain,--formulas"]),
    ],
)
def test_a_shell_is_told_how_words_go_on(cli, monkeypatch, typed, offered):
    monkeypatch.setenv("_SYMCNN_COMPLETE", "bash_complete")
    monkeypatch.setenv("COMP_WORDS", typed)
    monkeypatch.setenv("COMP_CWORD", str(typed.count(" ")))
    done = cli()
    assert (done.code, done.err) == (0, "")
    assert set(offered) <= set(done.out.split())


def test_a_script_that_asks_for_what_there_is_not_fails(cli, monkeypatch):
    monkeypatch.setenv("_SYMCNN_COMPLETE", "tcsh_complete")
    assert cli().code == 1


@pytest.mark.parametrize("command", [[], ["derive"], ["eval"], ["table"], ["zoo"]])
def test_names_of_the_zoo_are_completed(command):
    from click.shell_completion import ShellComplete

    completer = ShellComplete(app, {}, "symcnn", "_SYMCNN_COMPLETE")
    found = [item.value for item in completer.get_completions(command, "vgg1")]
    assert not command or found == [name for name in symcnn.zoo if name.startswith("vgg1")]


def test_names_of_conventions_are_completed():
    from click.shell_completion import ShellComplete

    completer = ShellComplete(app, {}, "symcnn", "_SYMCNN_COMPLETE")
    found = [item.value for item in completer.get_completions(["eval", "vgg16", "--convention"], "ptf")]
    assert found == ["ptflops-aten", "ptflops-pytorch"]


@pytest.mark.parametrize("option", ["-h", "--help"])
def test_help_lists_the_commands(cli, option):
    done = cli(option)
    assert done.code == 0
    assert all(name in done.out for name in ("derive", "eval", "table", "zoo", "completion", "Exit codes"))


COMMANDS = {name: app.get_command(click.Context(app), name) for name in app.list_commands(click.Context(app))}


def examples(text):
    return [line.strip() for line in text.splitlines() if line.startswith("  symcnn ")]


@pytest.mark.parametrize("name", sorted(COMMANDS.keys() - {"summary"}))
def test_examples_in_the_help_are_not_run_together(cli, name):
    shown = cli(name, "--help").out
    assert examples(COMMANDS[name].help)
    for example in examples(COMMANDS[name].help):
        assert f"\n    {example}\n" in shown


@pytest.mark.parametrize("name", [*COMMANDS, None])
def test_every_example_of_the_help_works(cli, tmp_path, monkeypatch, name):
    monkeypatch.chdir(tmp_path)
    for example in examples((COMMANDS[name] if name else app).help):
        words, *redirected = example.split(" >", 1)
        done = cli(*shlex.split(words)[1:])
        if "pip install" in done.err:
            pytest.skip(done.err)  # an optional framework is not installed
        assert done.code == 0, example
        assert name == "completion" or not redirected


def test_version(cli):
    assert cli("--version").out == f"symcnn {symcnn.__version__}\n"


def test_the_package_runs_as_a_module(monkeypatch, capsys):
    monkeypatch.setattr(sys, "argv", ["symcnn", "--version"])
    with pytest.raises(SystemExit) as left:
        runpy.run_module("symcnn", run_name="__main__", alter_sys=True)
    assert (left.value.code, capsys.readouterr().out) == (0, f"symcnn {symcnn.__version__}\n")
