"""The page about frameworks runs as it stands."""

import doctest
import re
import shlex
from pathlib import Path

import pytest
from frameworks.models import MARKS

from symcnn.frameworks import FRAMEWORKS
from symcnn.frameworks.lowering import numbers_of

pytestmark = MARKS


PAGE = (Path(__file__).parents[2] / "docs" / "frameworks.md").read_text(encoding="utf-8")


def fenced(kind):
    return re.findall(rf"^```{kind}\n(.*?)^```$", PAGE, re.DOTALL | re.MULTILINE)


def test_the_page_runs():
    for name in FRAMEWORKS:
        pytest.importorskip(name)
    names = {}
    for block in fenced("python"):
        exec(block, names)
    assert doctest.OutputChecker().check_output(fenced("text")[0], f"{names['model']}\n", doctest.ELLIPSIS)
    assert names["keras_model"].count_params() == sum(
        numbers_of("cifar_resnet_a", symbols={"n": 3}).total(quantity) for quantity in ("params", "buffers")
    )


def test_the_sessions_of_the_page(cli, tmp_path, monkeypatch):
    for name in FRAMEWORKS:
        pytest.importorskip(name)
    monkeypatch.chdir(tmp_path)
    for block in fenced("shell"):
        for session in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]:
            command, _, expected = session.partition("\n")
            done = cli(*shlex.split(command)[1:])
            printed = re.sub(r"(PyTorch|ONNX) \S+ +", lambda found: f"{found[1]} ...".ljust(13), done.out)
            assert (done.code, printed) == (0, expected), done.err
