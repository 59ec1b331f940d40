"""The strings of published networks parse, and print canonically."""

import pytest
from references import REFERENCES

from symcnn.notation import parse


@pytest.mark.parametrize("network", REFERENCES, ids=lambda network: network["name"])
def test_published_networks(network: dict[str, str]):
    architecture = parse(network["notation"])
    assert parse(str(architecture)) == architecture
    assert str(architecture).replace(" ", "") == network["notation"].replace(" ", "").replace("{cin}", "cin")
