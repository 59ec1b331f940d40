"""`symcnn ARCH`."""

from collections.abc import Sequence

from symcnn.cli.options import ARCH, declare, dtypes, questions


@declare(hidden=True)
@ARCH
@questions
@dtypes
def command(arch: str, size: str | None, define: Sequence[str], of: str | None, dtype: str) -> None:
    """Print the table by item, the closed forms, their domain and the convention."""
    from symcnn.console import ask, print_table

    print_table(ask(arch, size, define), of=of, dtype=dtype, closed=True)
