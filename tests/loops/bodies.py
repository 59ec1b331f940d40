"""Networks with loops: what is repeated, how often, and what stands around it."""

from hypothesis import strategies as st

import symcnn
from symcnn.errors import DomainError, NotationError, UnsupportedError

SUMS = (
    "params weights biases normalization buffers macs bias_additions normalization_ops activation_ops "
    "pooling_ops elementwise_ops activations"
).split()
MEMORY = ["memory", "peak_memory"]
FIELDS = ["receptive_field_height", "receptive_field_width", "stride_height", "stride_width"]

DEFINITIONS = (
    "double=conv3-{2*cin};more=conv3-{cin+3};fewer=conv3-{max(cin-2,3)};capped=conv1-{min(2*cin,24)};"
    "half=conv1-{cin/2};bottle=conv1-{2*cin},dw3,conv1-4;"
    "se=[*gap,conv1-2,conv1-{cin}];"
    "res(c,s=1)=[+conv3s{s}-c:bn,conv3-c]:proj;zero(c,s=1)=[+conv3s{s}-c]:pad;opt(c,s=1)=[+conv3s{s}-c]:opt;"
    "wide(c)=conv3-c;strided(s)=conv3s{s}-4;"
)

STEPS = (
    "conv3-4",
    "conv3-4:bn:relu",
    "conv3-5,conv3g5-10",
    "conv3p0-4",
    "conv5p1-4",
    "conv3s2-4",
    "conv5s3p0-4",
    "conv1x3p0-4",
    "conv3s2x1-4",
    "pool",
    "pool:ceil",
    "pool3s2",
    "pool3s2p1",
    "pool3s1",
    "dw3",
    "dw3s2:bn",
    "bn",
    "relu",
    "pad1",
    "upsample2",
    "deconv2s2-4",
    "deconv4s2p1-4:relu",
    "[|conv3-3]",
    "[|bn,conv3-2:relu]",
    "[conv3-3|conv1-2|identity]",
    "[+dw3]",
    "[+conv3-6]:proj",
    "[+conv3s2-6]:opt",
    "[|[+conv3-16]:proj,conv1-4]",
    "[|[+conv3-11]:opt,conv1-3]",
    "double",
    "more",
    "fewer",
    "capped",
    "double,half",
    "bottle",
    "conv3-6,se",
    "res(6)",
    "opt(6)",
    "conv3-4@t,conv3-4,[@t|identity],conv1-4",
)
"""What a pass may be made of, alone or one after another."""

CALLS = (
    "res(4->8)",
    "res(6,2->1)",
    "zero(12,2->1)",
    "opt(6,2->1)",
    "opt(4->8)",
    "wide(4->8)",
    "strided(2->1)",
    "strided(1->2)",
)
"""What is repeated and differs between the first pass and the later ones."""

COUNTS = ("n", "n", "n", "{n+1}", "{n-1}", "{2*n}", "{n//2}")
BEFORE = ("", "conv3-4,", "conv3-8,", "conv3-12,pool,", "conv1-6@a,")
AFTER = ("", "", ",pool", ",gap,fc3", ",[+conv3-4]:proj", ",conv3p0-4")


@st.composite
def loops(draw, depth=1):
    """One item that is repeated."""
    kind = draw(
        st.sampled_from(["row", "row", "row", "call", "branches", "nested", "around"][: 5 + 2 * depth])
    )
    count = draw(st.sampled_from(COUNTS))
    steps = st.lists(st.sampled_from(STEPS), min_size=1, max_size=2).map(",".join)
    if kind == "call":
        return f"{draw(st.sampled_from(CALLS))} x{count}"
    if kind == "branches":
        body = draw(st.sampled_from(["conv3-4", "dw3", "more", "conv3-3:bn,[|conv1-2]"]))
        return f"[({body})x{count}|conv1-2]"
    if kind == "nested":
        inner = draw(loops(depth=0))
        return f"({inner},{draw(steps)})x{count}"
    if kind == "around":
        return f"[+({draw(steps)})x{count}]:{draw(st.sampled_from(['proj', 'opt']))}"
    return f"({draw(steps)})x{count}"


@st.composite
def networks(draw):
    """A network with a loop in it."""
    before, after = draw(st.sampled_from(BEFORE)), draw(st.sampled_from(AFTER))
    return f"{DEFINITIONS}{before}{draw(loops())}{after}"


def sizes():
    """An input, as channels, height and width."""
    extents = st.one_of(st.integers(1, 12), st.integers(13, 70))
    return st.tuples(st.sampled_from([1, 2, 3, 4, 6, 8, 16]), extents, extents)


def built(text, point):
    """The network with everything written out, None where it cannot be built."""
    size = (point["H"], point["W"], point["C"])
    try:
        return symcnn.derive(text, size, symbols={k: v for k, v in point.items() if k not in "CHW"}).at()
    except (DomainError, NotationError):
        return None


def why_not(text):
    """What is said where there is no closed form, None where there is one."""
    try:
        symcnn.derive(text)
    except UnsupportedError as error:
        return error.message
    except NotationError:
        return None
    return None


def value(table, quantity, **point):
    """A quantity of the whole network, None where there is no closed form."""
    try:
        found = table.total(quantity)
    except UnsupportedError:
        return None
    return found(**point) if point else found


def differences(text, points, quantities=(*SUMS, *MEMORY, *FIELDS)):
    """Where a closed form and the network written out differ; nowhere, if all is well."""
    try:
        closed = symcnn.derive(text)
    except UnsupportedError:
        raise
    except NotationError as error:
        return [(point, "refused", error.message) for point in points if built(text, point) is not None]
    wrong = []
    for point in points:
        unrolled = built(text, point)
        if (point in closed.domain) != (unrolled is not None):
            wrong.append((point, "domain", str(closed.domain), unrolled is not None))
        elif unrolled is not None:
            numbers = closed.at(**point)
            if numbers.output != unrolled.output:
                wrong.append((point, "output", numbers.output, unrolled.output))
            for quantity in quantities:
                one, two = value(closed, quantity, **point), value(unrolled, quantity)
                if one != two and not (one is None and quantity in (*MEMORY, *FIELDS)):
                    wrong.append((point, quantity, one, two))
    return wrong
