"""Published counts, with the texts that must reproduce them."""

import json
from pathlib import Path

REFERENCES = json.loads((Path(__file__).parent / "data" / "references.json").read_text(encoding="utf-8"))[
    "networks"
]
VGG16_MAPS = "conv3-64x2,pool,conv3-128x2,pool,conv3-256x3,pool,conv3-512x3,pool,conv3-512x3,pool"


def named(name):
    """The text of a reference."""
    return next(network["notation"] for network in REFERENCES if network["name"] == name)
