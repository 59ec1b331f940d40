"""Domains, formulas and sizes as they are written: each was read, and is as a person would write it.

That they are true is for other tests, with numbers. Here a change of wording is to be noticed, and read.
"""

from pathlib import Path

import pytest

import symcnn

DATA = Path(__file__).parents[1] / "data" / "written.txt"


def entries():
    """Yield texts, each with what is written of it by name."""
    text = ""
    for line in DATA.read_text(encoding="utf-8").splitlines():
        if line.startswith(" "):
            name, words = line.strip().split(": ", 1)
            yield text, name, words
        else:
            text = line


def written(report, name):
    """What there is to read of a network."""
    try:
        if name == "output":
            return "×".join(f"({s})" if " " in str(s) else str(s) for s in report.output)
        value = report.receptive_field.height if name == "field" else getattr(report, name)
        return str(value)
    except symcnn.UnsupportedError as error:
        return f"refused: {error.message}"


@pytest.mark.parametrize(("text", "name", "words"), list(entries()))
def test_what_is_written(text, name, words):
    assert written(symcnn.derive(text), name) == words
