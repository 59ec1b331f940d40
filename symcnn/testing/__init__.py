"""Networks and points for property tests, and a check of formulas that people write.

    from hypothesis import given
    from symcnn.testing import architectures

    @given(architectures(words=["conv", "pool", "fc"]))
    def test_my_counter(architecture):
        ...

Needs hypothesis: `pip install 'symcnn[hypothesis]'`.
"""

from importlib.util import find_spec

if find_spec("hypothesis") is None:
    raise ModuleNotFoundError(
        "symcnn.testing needs hypothesis: pip install 'symcnn[hypothesis]'", name="hypothesis"
    )

from symcnn.testing.assertions import assert_formula
from symcnn.testing.points import inputs, points, symbol_values
from symcnn.testing.strategies import architectures

__all__ = ["architectures", "assert_formula", "inputs", "points", "symbol_values"]
