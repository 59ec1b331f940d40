"""The exercise in the docs, run as a course would run it."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

import symcnn

PAGE = (Path(__file__).parents[2] / "docs" / "testing-formulas.md").read_text(encoding="utf-8")


def block(mark):
    """The code after a mark of the page."""
    return re.search(rf"<!-- {re.escape(mark)} -->\n```\w*\n(.*?)```", PAGE, re.DOTALL)[1]


def graded(folder, submission, name="submission"):
    """What pytest says of a submission: its status, and the lines that do not depend on the machine."""
    (folder / f"{name}.py").write_text(submission, encoding="utf-8")
    (folder / f"test_{name}.py").write_text(block(f"file: test_{name}.py"), encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "--tb=short", "-p", "no:cacheprovider", "-p", "no:cov"],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(Path(symcnn.__file__).parents[1]), "COLUMNS": "100"},
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    kept = [line for line in done.stdout.splitlines() if line.startswith("E  ")]
    return done.returncode, kept, done.stdout


def test_a_right_submission_passes(tmp_path):
    status, wrong, out = graded(tmp_path, block("file: submission.py"))
    assert (status, wrong) == (0, []), out


def test_a_wrong_submission_is_told_what_the_page_shows(tmp_path):
    status, wrong, out = graded(tmp_path, block("file: submission.py, of another student"))
    assert status == 1, out
    shown = block("output").splitlines()
    assert [line for line in shown if line.startswith("E  ")] == wrong


@pytest.mark.parametrize(
    ("mistake", "told"),
    [
        (("16*((H-12)", "15*((H-12)"), "refuted: the parameters are"),
        (("(H // 2 - 6)", "(H // 2 - 5)"), "refuted: the multiply-accumulates are"),
    ],
)
def test_every_count_is_looked_at(tmp_path, mistake, told):
    status, wrong, out = graded(tmp_path, block("file: submission.py").replace(*mistake))
    assert status == 1, out
    assert told in wrong[0]


COUNTER = """
import symcnn


def my_counter(text, **point):
    return symcnn.derive(text).at(**point).QUANTITY
"""


def test_a_counter_is_tested_as_the_page_shows(tmp_path):
    right, wrong = (COUNTER.replace("QUANTITY", quantity) for quantity in ("params", "weights"))
    status, _, out = graded(tmp_path, right, "counter")
    assert status == 0, out
    status, _, out = graded(tmp_path, wrong, "counter")
    assert status == 1
    found = re.search(r"architecture=Architecture\('(.*)'\)", out)
    assert found, out
    assert "," not in found[1], out  # one layer
