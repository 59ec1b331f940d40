"""How hypothesis searches, and how tests run the command line.

Of the profiles below `HYPOTHESIS_PROFILE=thorough pytest` chooses one by name;
without it, `ci` is on where the environment has `CI`, and `default` elsewhere.
"""

import os
import sys
from dataclasses import dataclass
from io import BytesIO, TextIOWrapper

import pytest
from hypothesis import HealthCheck, Phase, settings

from symcnn.cli import main

# No profile has a deadline: an example that is slow once, on a busy machine, is no failure.
settings.register_profile("default", deadline=None)
settings.register_profile(
    "ci",
    deadline=None,
    derandomize=True,  # The same commit gives the same verdict; new examples are sought elsewhere.
    database=None,
    print_blob=True,
    suppress_health_check=[HealthCheck.too_slow],  # This one measures the machine, too.
)
settings.register_profile(
    "mutation",  # Once for each mutant: few examples, the same ones each time, and none are shrunk.
    settings.get_profile("ci"),
    max_examples=10,
    phases=[Phase.explicit, Phase.generate],
)
settings.register_profile("thorough", deadline=None, max_examples=5_000, print_blob=True)

settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE") or ("ci" if os.environ.get("CI") else "default"))


@dataclass(frozen=True)
class Done:
    """What a command left behind."""

    code: int
    out: str
    err: str


@pytest.fixture
def cli(capsysbinary, monkeypatch):
    """Run `symcnn` in this process: `cli("eval", "vgg16", stdin=b"")`."""

    def run(*arguments, stdin=b""):
        monkeypatch.setattr(sys, "stdin", TextIOWrapper(BytesIO(stdin), encoding="utf-8"))
        with pytest.raises(SystemExit) as left:
            main(list(arguments))
        out, err = capsysbinary.readouterr()
        return Done(left.value.code, out.decode("utf-8"), err.decode("utf-8"))

    return run
