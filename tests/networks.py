"""Random networks as the tests here want them, from the strategies of `symcnn.testing`.

    @given(networks(), inputs())
    def test_it(text, size): ...

Most texts run on most inputs. Some do not, on purpose: a network must be refused as surely as it is counted.
"""

from hypothesis import settings
from hypothesis import strategies as st

from symcnn.testing import strategies
from symcnn.testing.plans import Allowed, Size

__all__ = ["Size", "effort", "inputs", "networks", "rows"]

ANYTHING = Allowed(fitting=False)

inputs = strategies.sizes


def networks(depth: int = 2, most: int = 6) -> st.SearchStrategy[str]:
    """Texts of whole networks."""
    return strategies.texts(ANYTHING, depth, most)


def rows(depth: int = 1, most: int = 4) -> st.SearchStrategy[str]:
    """Texts that mean the same wherever they stand."""
    return strategies.rows(ANYTHING, depth, most)


def effort(share: float) -> settings:
    """Settings with a multiple of the examples that the profile asks for."""
    return settings(max_examples=max(1, round(share * settings().max_examples)))
