"""What the scripts here have in common: how a page is written, or compared with what there is."""

import sys
from collections.abc import Iterable, Iterator, Sequence
from difflib import unified_diff
from pathlib import Path


def table(headings: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[str]:
    """Yield the lines of a table in Markdown."""
    yield f"| {' | '.join(headings)} |"
    yield f"|{' --- |' * len(headings)}"
    for row in rows:
        yield f"| {' | '.join(row)} |"


def code(words: str) -> str:
    """Return words as code in Markdown."""
    return f"`{words}`"


def main(arguments: Sequence[str], path: Path, new: str) -> int:
    """Write a page, or print how it differs if `--check` is given; return the exit code."""
    if "--check" not in arguments:
        path.write_text(new, encoding="utf-8")
        return 0
    old = path.read_text(encoding="utf-8") if path.exists() else ""
    lines = (text.splitlines(keepends=True) for text in (old, new))
    sys.stdout.writelines(unified_diff(*lines, f"docs/{path.name}", "as it should be"))
    return int(old != new)
