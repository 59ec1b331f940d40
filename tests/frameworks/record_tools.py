"""Write `tests/data/tool-counts.json`: what each tool counts of each kind of layer alone.

    PYTHONPATH=tests python -m frameworks.record_tools

Needs all the tools. A layer that is new is added by hand first, with any value, to one of the tools; where a
tool fails, it has null.
"""

import json
import tempfile
from pathlib import Path

from frameworks import tool_models, tools

import symcnn

FILE = Path(__file__).parents[1] / "data" / "tool-counts.json"
INPUT = "8x8x16"
"""The input of each layer."""


def recorded():
    """What the tools have counted, by convention and layer."""
    return json.loads(FILE.read_text(encoding="utf-8"))


def run(name, text, path):
    """What a tool counts of a layer, None where it or PyTorch's exporter fails."""
    graph = symcnn.derive(text, INPUT).graph
    size = (1, *map(int, graph.input.sizes))
    try:
        return tools.ran(name, tool_models.build(graph), size, path)
    except (RuntimeError, NotImplementedError):
        return None


def main():
    texts = dict.fromkeys(text for counts in recorded().values() for text in counts)
    with tempfile.TemporaryDirectory() as directory:
        found = {name: {text: run(name, text, Path(directory)) for text in texts} for name in tools.TOOLS}
    FILE.write_text(json.dumps(found, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
