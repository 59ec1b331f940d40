"""The strings of published networks parse, and print canonically."""

import json
from pathlib import Path

import pytest

from symcnn.notation import parse

NETWORKS = json.loads((Path(__file__).parents[1] / "data" / "references.json").read_text(encoding="utf-8"))[
    "networks"
]


@pytest.mark.parametrize("network", NETWORKS, ids=lambda network: network["name"])
def test_published_networks(network: dict[str, str]):
    architecture = parse(network["notation"])
    assert parse(str(architecture)) == architecture
    assert str(architecture).replace(" ", "") == network["notation"].replace(" ", "").replace("{cin}", "cin")
