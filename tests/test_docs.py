"""The documentation says what the program does.

What looks like a Python session is a doctest, run by `pytest --doctest-glob='*.md' README.md docs`. This file
is about the rest: shell sessions, the page about layers, and links.
"""

import doctest
import re
import shlex
import subprocess
import sys
from pathlib import Path
from textwrap import dedent

import make_conventions
import make_layers
import make_reference
import pages
import pytest

import symcnn
from symcnn.cli import main
from symcnn.conventions import DEFAULT, conventions
from symcnn.layers import KINDS, WORDS

ROOT = Path(__file__).parents[1]
PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").glob("*.md"))]
CONSOLE = re.compile(r"^```console\n(.*?)^```$", re.DOTALL | re.MULTILINE)
PYTHON = re.compile(r"^```python\n(.*?)^```$", re.DOTALL | re.MULTILINE)
LINK = re.compile(r"\]\(([^)#:\s]+)(?:#[^)]*)?\)")


def sessions():
    """Every shell session that calls symcnn: its commands, each with what is printed."""
    for page in PAGES:
        for number, block in enumerate(CONSOLE.findall(page.read_text(encoding="utf-8")), 1):
            _, *parts = re.split(r"^\$ ", block, flags=re.MULTILINE)
            steps = [part.partition("\n")[::2] for part in parts]
            if steps[0][0].startswith("symcnn"):
                yield pytest.param(steps, id=f"{page.stem}-{number}")


def run(command, capsys):
    """Run `symcnn …`; return what it prints and its exit code."""
    _, *arguments = shlex.split(command)
    with pytest.raises(SystemExit) as end:
        main(arguments)
    printed = capsys.readouterr()
    return printed.out + printed.err, end.value.code


@pytest.mark.parametrize("steps", list(sessions()))
def test_shell_sessions(steps, capsys):
    """In what is printed, `...` stands for what was left out."""
    code = None
    for command, expected in steps:
        printed, code = (f"{code}\n", 0) if command == "echo $?" else run(command, capsys)
        shown = doctest.OutputChecker().check_output(expected.rstrip() + "\n", printed, doctest.ELLIPSIS)
        assert shown, printed


def test_readme_shows_the_main_job():
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    (command, printed), *_ = next(steps for steps in (case.values[0] for case in sessions()))
    blocks = "conv3-64x2,pool,conv3-128x2,pool,conv3-256x3,pool,conv3-512x3,pool,conv3-512x3,pool"
    assert command == f'symcnn "{blocks},fc4096x2,fc1000"'
    assert f"$ {command}\n{printed}" in readme
    for figure in ("138,357,544", "2097152*floor(H/32)*floor(W/32) + 576*C + 35595368", "H, W ≥ 32"):
        assert figure in printed


def test_every_line_of_the_notation_is_a_network():
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    table = readme.partition("## The notation in ten lines")[2].partition("\n## ")[0]
    rows = [line.split(" | ")[0] for line in table.splitlines() if line.startswith("| `")]
    assert len(rows) == 10
    for text in (span.replace("\\|", "|") for row in rows for span in re.findall("`([^`]+)`", row)):
        assert symcnn.derive(text).output


def test_the_page_about_layers_is_current():
    assert make_layers.PAGE.read_text(encoding="utf-8") == make_layers.page(), (
        "run: python docs/make_layers.py"
    )


def test_a_page_is_written_or_checked(tmp_path, capsys):
    page, write = tmp_path / "page.md", pages.main
    assert write(["--check"], page, "one\ntwo\n") == 1
    assert "+two\n" in capsys.readouterr().out
    assert write([], page, "one\ntwo\n") == 0
    assert write(["--check"], page, "one\ntwo\n") == 0
    assert capsys.readouterr().out == ""
    assert write(["--check"], page, "one\nthree\n") == 1
    assert "-two\n+three\n" in capsys.readouterr().out


def test_the_page_about_conventions_is_current():
    assert make_conventions.PAGE.read_text(encoding="utf-8") == make_conventions.page(), (
        "run: python docs/make_conventions.py"
    )


def test_every_convention_has_a_section():
    page = make_conventions.PAGE.read_text(encoding="utf-8")
    headings = re.findall(r"^### (.*)$", page, re.MULTILINE)
    assert headings == [name for name in conventions if name != DEFAULT]


def test_the_reference_is_current():
    assert make_reference.PAGE.read_text(encoding="utf-8") == make_reference.page(), (
        "run: python docs/make_reference.py"
    )


@pytest.mark.parametrize("name", ["make_layers", "make_gallery", "make_conventions", "make_reference"])
def test_the_scripts_check_their_pages(name):
    command = [sys.executable, str(ROOT / "docs" / f"{name}.py"), "--check"]
    done = subprocess.run(command, capture_output=True, check=False, cwd=ROOT)
    assert (done.returncode, done.stdout, done.stderr) == (0, b"", b"")


def test_every_word_has_a_section():
    page = (ROOT / "docs" / "layers.md").read_text(encoding="utf-8")
    sections = {part.partition("\n")[0]: part for part in page.split("\n### ")[1:]}
    for word, kind in WORDS.items():
        assert f"`{word}`" in sections[kind.spec.word]
        assert f"`{kind.spec.example}`" in sections[kind.spec.word]
        assert isinstance(symcnn.derive(kind.spec.example).graph.nodes[0].layer, kind)
    assert [s for s in sections if s.isalpha()] == [
        kind.spec.word for kind in sorted(KINDS.values(), key=lambda k: page.index(f"\n### {k.spec.word}\n"))
    ]


EXAMPLES = {
    '"""Locally': """
        import symcnn
        report = symcnn.derive("local3s2-2:relu, fc10")
        assert report.params(H=5, W=5, C=3) == 2 * 2 * (3 * 3 * 3 * 2 + 2) + 2 * 2 * 2 * 10 + 10
        assert str(report.domain) == "H, W ≥ 3"
        assert symcnn.derive("local3-2:bn").biases(H=3, W=3) == 0
        assert symcnn.derive("local3p1-2").macs(H=4, W=4, C=1) == 4 * 4 * 3 * 3 * 2
        assert str(symcnn.derive("conv3-2, local5-2").receptive_field.height) == "7"
    """,
    '"""Tables': """
        import symcnn
        from symcnn.render.sheet import sheet
        assert table(sheet(symcnn.derive("pool").at(H=2, W=2, C=1), columns=["params"])).split("\\n") == [
            "\\toutput\\tparams", "pool\\t1×1×1\\t0", "total\\t\\t0"
        ]
    """,
    '"""How deep': """
        import symcnn
        assert sum(count(symcnn.derive("vgg16").graph)) == 16
    """,
}


@pytest.mark.parametrize("start", EXAMPLES, ids=lambda start: start.strip('"'))
def test_examples_for_contributors(start):
    """Each runs in a process of its own, since a layer kind is registered for good."""
    text = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    (code,) = (block for block in PYTHON.findall(text) if block.startswith(start))
    done = subprocess.run(
        [sys.executable, "-c", code + dedent(EXAMPLES[start])],
        capture_output=True,
        encoding="utf-8",
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_links_lead_somewhere(page):
    for target in LINK.findall(page.read_text(encoding="utf-8")):
        assert (page.parent / target).exists(), target
