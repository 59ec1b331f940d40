"""What the oracle refuses: inputs that a network cannot take, and texts that are none."""

from fractions import Fraction

import pytest
from oracles import Malformed, Refused, count
from references import named


@pytest.mark.parametrize(
    ("text", "shape"),
    [
        ("conv5p0-4", (3, 4, 9)),
        ("pool3,conv3p2-4", (3, 2, 8)),  # nothing is left in between, though padding would make 2 of it
        ("pool3s2p2", (3, 9, 9)),  # padded by more than half the window
        ("deconv2s1p2-4", (3, 3, 3)),
        ("conv3g2-4", (3, 9, 9)),
        ("conv3g2-5", (4, 9, 9)),
        ("dw3-6", (4, 9, 9)),
        ("gn", (48, 4, 4)),
        ("pixelshuffle", (6, 4, 4)),
        ("pixelunshuffle", (6, 4, 5)),
        ("shuffle", (3, 4, 4)),
        ("take-5", (4, 4, 4)),
        ("conv3-{C-3}", (3, 4, 4)),
        ("conv3-{C/2}", (3, 4, 4)),
        ("(conv3-4)x{C-3}", (3, 4, 4)),
        ("conv3-{1/(C-3)}", (3, 4, 4)),
        ("[conv3-4+conv3-5]", (3, 4, 4)),
        ("[conv3-4|pool]", (3, 4, 4)),
        ("[+conv3s2-4]:pad", (5, 8, 8)),  # zeros do not take channels away
        ("[+conv3p0-3]:proj", (3, 8, 8)),  # by stride and channels nothing differs, but the shapes do
        ("conv3-{9**9**9**9}", (3, 4, 4)),
        ("d=conv1-{2*cin}; d x1000000", (3, 4, 4)),
    ],
)
def test_what_cannot_run_is_refused(text, shape):
    with pytest.raises(Refused) as refusal:
        count(text, *shape)
    assert not isinstance(refusal.value, Malformed)


@pytest.mark.parametrize("h", [31, 32, 33, 40, 48])
def test_a_unet_runs_where_it_halves_evenly(h):
    if h % 16:
        with pytest.raises(Refused):
            count(named("unet"), 3, h, 32)
    else:
        assert count(named("unet"), 3, h, 32).output == (2, h, 32)


@pytest.mark.parametrize(
    "text",
    [
        *(
            "",
            "conv64",
            "conv3-",
            "conv-64",
            "pools2",
            "pool3xn",
            "conv3-CxN",
            "conv3-expand",
            "con3-4",
            "conv1.5-4",
        ),
        *(
            "conv3-64x2:bn",
            "conv3-64:bnx2",
            "conv3s2s2-4",
            "conv3q2-4",
            "pool3g2",
            "dw3g2",
            "gap2",
            "relu-4",
            "pad",
        ),
        *(
            "conv3-4:ceil",
            "pool:bn",
            "relu:bn",
            "conv3-4:proj",
            "[|conv3-4]:proj",
            "[conv3-4+pool]:proj",
            "conv3-4:bn8",
        ),
        *(
            "conv3p1-4:valid",
            "pool3s1p1:same",
            "fc",
            "fc4-4",
            "conv3-4,",
            "conv3-4,,pool",
            ",conv3-4",
            "conv3-4 pool",
        ),
        *("[conv3-4]", "[]", "[conv3-4|]", "[conv3-4|pool+pool]", "(conv3-4", "conv3-4)", "[+conv3-4", "()"),
        *(
            "f(a)=conv3-a; f",
            "f(a)=conv3-a; f(1,2)",
            "f(a)=conv3-a; f(b=2)",
            "f(a)=conv3-a; f(2,a=2)",
            "g(2)",
        ),
        *(
            "f=g; g=f; f",
            "f=conv3-4; f=conv3-5; f",
            "conv=pool; conv",
            "f(C)=conv3-C; f(3)",
            "f(a)=conv3-a; f({3})",
        ),
        *(
            "conv3-{cin}",
            "conv3-{2->1}",
            "conv3-{}",
            "conv3-{2+}",
            "conv3-{f(2)}",
            "conv3-{min(}",
            "conv3-{floor(1,2)}",
        ),
        *(
            "use conv",
            "use con:bn; conv3-4",
            "conv3-4; use conv:bn",
            "conv3-4; f=pool",
            "f=pool;",
            "@a",
            "conv3-4,@a x2",
        ),
        *(
            "conv3-4,input(C=3)",
            "input(D=3),conv3-4",
            "input(C=3,C=3),conv3-4",
            "input(C=3->4),conv3-4",
            "input()",
        ),
    ],
)
def test_what_is_not_in_the_notation_is_malformed(text):
    with pytest.raises(Malformed):
        count(text, 3, 8, 8, N=2, n=2, expand=2)


def test_a_symbol_needs_a_value_that_it_may_have():
    with pytest.raises(KeyError):
        count("conv3-w", 3, 4, 4)
    with pytest.raises(Refused):
        count("conv3-{2*w}", 3, 4, 4, w=Fraction(1, 2))
    with pytest.raises(Refused):
        count("conv3-{2-w}", 3, 4, 4, w=0)
    with pytest.raises(Refused, match="whole"):
        count("conv3-{3*α}", 3, 4, 4, α=Fraction(1, 2))
