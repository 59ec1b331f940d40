"""Models run side by side."""

from collections.abc import Iterator, Sequence
from typing import Any, Final

import numpy as np

from symcnn.errors import SymcnnError
from symcnn.frameworks.base import Framework
from symcnn.frameworks.outcomes import Difference, Outcome, titled
from symcnn.frameworks.program import Program

TOLERANCE: Final = 1e-3
"""How far outputs may be apart, as a share of the greatest number, or of `LEAST`."""

LEAST: Final = 0.1
"""What rounding is compared to, at the least."""


def run(frameworks: Sequence[Framework], size: str, program: Program) -> Iterator[Outcome]:
    """Run the models of one seed on one image: they have to have the shape stated, and one output."""
    image = np.random.default_rng(0).standard_normal((1, *program.input), np.float32)
    first, compared = None, ""
    for each in frameworks:
        try:
            output = each.run(each.build(program, 0), image)
        except SymcnnError:
            raise
        except Exception as error:  # noqa: BLE001 - each framework has errors of its own
            failed = Difference("the network", "model", "runs", f"fails ({error})")
            yield Outcome(titled(each), size, "fails", (failed,))
            continue
        differences: list[Difference] = []
        words = "runs" if first is None else f"runs, with the values of {compared}"
        if output.shape[1:] != program.result:
            differences.append(Difference("the output", "shape", program.result, output.shape[1:]))
        elif first is not None and not close(first, output):
            differences.append(Difference("the output", "values", f"those of {compared}", "others"))
        if first is None:
            first, compared = output, each.name
        yield Outcome(titled(each), size, words, tuple(differences))


def close(one: Any, two: Any) -> bool:
    """Tell whether two outputs are the same, but for rounding."""
    # What cancels leaves its rounding, however small the rest is.
    scale = abs(one[np.isfinite(one)]).max(initial=LEAST)
    return bool(np.allclose(one, two, rtol=0, atol=TOLERANCE * scale, equal_nan=True))
