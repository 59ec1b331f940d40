"""`symcnn ARCH`."""

from collections.abc import Sequence

from symcnn.cli.options import ARCH, counting, declare, dtypes, questions


@declare(hidden=True)
@ARCH
@questions
@dtypes
@counting
def command(
    arch: str, size: str | None, define: Sequence[str], of: str | None, dtype: str, convention: str
) -> None:
    """Print the table by item, the closed forms, their domain and the convention."""
    from symcnn.console import ask, print_table

    print_table(ask(arch, size, define, convention), of=of, dtype=dtype, closed=True)
