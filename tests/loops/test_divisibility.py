"""What must divide in every pass of a loop, from the first pass in which it matters."""

import pytest

import symcnn
from symcnn.errors import DomainError

POINT = {"C": 3, "H": 4, "W": 4}


@pytest.mark.parametrize(
    ("text", "allowed"),
    [
        # 4, 5, … channels enter; 2 groups divide 4 alone.
        ("b=conv3g2-{2*cin},conv1-{cin+1}; conv3-4,b xn", {1}),
        # 4, 6, 8, …: all are even; 4 groups divide the first alone.
        ("b=conv3g2-{2*cin},conv1-{cin+2}; conv3-4,b xn", {1, 2, 3, 4, 5}),
        ("b=conv3g4-{4*cin},conv1-{cin+2}; conv3-4,b xn", {1}),
    ],
)
def test_groups_in_every_pass(text, allowed):
    found = set()
    for n in range(1, 6):
        try:
            symcnn.derive(text).params(n=n, **POINT)
        except DomainError:
            with pytest.raises((DomainError, ValueError)):
                symcnn.derive(text, (4, 4, 3), symbols={"n": n})
        else:
            assert symcnn.derive(text, (4, 4, 3), symbols={"n": n}).params()
            found.add(n)
    assert found == allowed
