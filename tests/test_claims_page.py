"""The page about one question and its answers says what the program finds."""

import re
from pathlib import Path

import make_claims
import pytest

PAGE = (Path(__file__).parents[1] / "docs" / "which-count-is-right.md").read_text(encoding="utf-8")

FIGURES = (
    "0.59 M",
    "(3·3)·(256·256) = 589,824",
    "295,168",
    "294,912",
    "590,080",
    "102,764,544",
    "512·7·7·4096 + 4096",
    "138,357,544",
    "138,344,128",
    "138,353,320",
    "(n·m·k + 1)·L",
    "**15,237,608**",
    "61.0 MB",
    "96.0 MB, or 91.6 MiB",
)


def test_the_page_is_current():
    assert make_claims.page() == PAGE, "run: python docs/make_claims.py"


@pytest.mark.parametrize("figure", FIGURES)
def test_every_figure_of_the_question_is_on_the_page(figure):
    assert figure in PAGE


def test_tables_add_up():
    """The columns of both tables are the sums of what stands in them."""
    tables = re.findall(r"((?:^\|.*\n)+)", PAGE, re.MULTILINE)
    totals = [rows for rows in map(cells, tables) if rows[-1][0] == "**total**"]
    assert len(totals) == 2
    for rows in totals:
        *members, total = rows
        for column in range(1, len(total)):
            if total[column]:
                assert sum(int(row[column].replace(",", "")) for row in members) == int(
                    total[column].strip("*").replace(",", "")
                )


def cells(table):
    return [[cell.strip() for cell in line.strip("|\n").split("|")] for line in table.splitlines()[2:]]


def test_prose_is_filled_and_what_is_no_prose_is_kept():
    lines = ["# A heading", "", "some", "words", "```text", "a", "b", "```", *["a word or two"] * 10]
    filled = " ".join(["a word or two"] * 8)
    expected = ["# A heading", "", "some words", "```text", "a", "b", "```"]
    assert list(make_claims.reflowed(lines))[:7] == expected
    assert list(make_claims.reflowed(lines))[7].startswith(filled[:100])
    assert " ".join(list(make_claims.reflowed(lines))[7:]).split() == ["a", "word", "or", "two"] * 10
