"""The page about the networks of the zoo says what the program derives."""

import doctest
import re
from pathlib import Path

import make_gallery
import pytest

import symcnn

ROOT = Path(__file__).parents[1]
PAGE = (ROOT / "docs" / "gallery.md").read_text(encoding="utf-8")
FAMILIES, OTHERS = PAGE.split("\n## Single networks\n")

CLOSED_FORMS = (
    "97216*n - 21926",
    "(91*k**2*m**2 - 27*k**2*m + 18*k*m**2 + 1134*k*m + 192*m + 2420)/2",
    "6700*k**2 + 34908*k + 1000",
    "3139584*α**2 + 1091392*α + 1000",
)


def test_the_page_is_current():
    assert make_gallery.page() == PAGE, "run: python docs/make_gallery.py"


def test_the_examples_in_its_docstrings():
    assert doctest.testmod(make_gallery).failed == 0


def test_every_network_is_on_the_page_once():
    sections = re.findall(r"^### (\w+)$", FAMILIES, re.MULTILINE)
    rows = re.findall(r"^\| `([\w.]+)` \|", OTHERS, re.MULTILINE)
    assert sorted([*sections, *rows]) == sorted(symcnn.zoo)
    for name in rows:
        assert set(symcnn.derive(name).symbols) <= {"C", "H", "W"}


@pytest.mark.parametrize("formula", CLOSED_FORMS)
def test_closed_forms_are_on_the_page(formula):
    assert f"Parameters for C = 3: `{formula}`\n" in FAMILIES


def test_every_published_count_of_a_family_is_in_its_section():
    sections = dict(part.split("\n", 1) for part in FAMILIES.split("\n### ")[1:])
    for name, section in sections.items():
        for count in symcnn.zoo[name].published:
            assert f"| {count.quantity} | {count.value:,} | {count.source} |\n" in section


def test_places_on_the_page_that_it_refers_to_exist():
    headings = re.findall("^##+ (.*)$", PAGE, re.MULTILINE)
    places = {re.sub(r"[^\w -]", "", heading).lower().replace(" ", "-") for heading in headings}
    assert set(re.findall(r"\]\(#([^)]*)\)", PAGE)) <= places


@pytest.mark.parametrize("name", ["squeezenet", "cifar_densenet"])
def test_long_formulas_are_broken_between_terms(name):
    formula = str(symcnn.derive(name).macs)
    lines = make_gallery.broken(formula)
    assert " ".join(lines) == formula
    assert all(line.startswith(("+ ", "- ")) for line in lines[1:])
    assert all(line.count("(") == line.count(")") for line in lines[1:-1])
    assert len(lines) > 1
    assert max(map(len, lines)) <= make_gallery.WIDTH
