"""Running the command line in this process."""

from dataclasses import dataclass

import pytest

from symcnn.cli import main


@dataclass(frozen=True)
class Done:
    """What a command left behind."""

    code: int
    out: str
    err: str


@pytest.fixture
def cli(capsys):
    """Run `symcnn`: `cli("solve", "vgg16", …)`."""

    def run(*arguments):
        with pytest.raises(SystemExit) as left:
            main(list(arguments))
        out, err = capsys.readouterr()
        return Done(left.value.code, out, err)

    return run
