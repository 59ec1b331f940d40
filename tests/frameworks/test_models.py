"""Models of real frameworks: each kind, random networks; and frameworks against each other.

A test runs with the frameworks that are installed. Where two are, models of one seed must agree in what they
compute, so that what one library makes of an operator is checked by another.
"""

from dataclasses import replace
from importlib import import_module

import networks
import pytest
from frameworks.models import INSTALLED, MARKS, agrees, drawn, every, np, outputs, same
from hypothesis import assume, given
from layers.test_kinds import ALL, SIZES
from networks import effort

import symcnn
from symcnn.answers import Question
from symcnn.errors import DomainError, LimitError
from symcnn.frameworks import FRAMEWORKS, framework
from symcnn.frameworks import values as starting
from symcnn.frameworks.lowering import lower, numbers_of
from symcnn.frameworks.outcomes import Difference
from symcnn.frameworks.running import close, run
from symcnn.frameworks.verify import verify
from symcnn.layers.operators import elements, pools, products

pytestmark = MARKS


PLACES = [
    # Paddings that differ between sides, or are wide; windows that overhang; with and without dilation.
    "conv2-4",
    "conv4s3d2-3",
    "conv4x3s1x2-3",
    "conv3s2d2g2-4",
    "dw4s2x1-16",
    "dw3s2d2",
    "avgpool3s2p1:ceil",
    "avgpool2d2:same",
    "avgpool3s2d2p1:ceil",
    "avgpool2s3:ceil",
    "avgpool3x1:same",
    "pool3s2p1:ceil",
    "pool2s3:ceil",
    "pool4s2:same",
    "pool2s2d3:same",
    "pool3s2d2p1:ceil",
    "deconv4-3",
    "deconv5s2-3",
    "deconv1s3-4",
    "deconv2x1s3x2-4",
    "deconv3s2d2g2-4",
    "deconv2d3g4-8",
    "deconv3s2p1-4",
    "deconv2s3p0-4",
    # Vectors, and where vectors and maps meet.
    "fc10:bn:prelu,prelu,fc5:ln",
    "[*gap,fc4:relu,fc4:sigmoid],conv3-4",
    "[fc3|fc4],[+fc7],gn7,softmax",
    "fc4,conv1-5,flatten",
    "[gap|fc3|gmp]",
    # Joins.
    "[+conv3s2-16]:pad",
    "[conv3-4+conv5-4+identity]",
    "[conv3-4*conv5-4*gap]",
    "lrn4",
    "lrn2",
    "adapool5x3",
    "relu0",
    "leaky0",
    "drop0",
    "drop1",
]


def items():
    """Items with the inputs that they take."""
    for text in [*(item for _, item in ALL), *PLACES]:
        for channels, height, width in SIZES:
            size = (height, width, channels)
            try:
                symcnn.derive(text, size)
            except (DomainError, symcnn.NotationError):
                continue
            yield pytest.param(text, size, id=f"{text}-{height}x{width}x{channels}")


@pytest.mark.parametrize(("text", "size"), [*items()])
def test_every_kind(text, size):
    numbers = numbers_of(text, size)
    for name in INSTALLED:
        agrees(name, numbers)
    same(outputs(numbers, INSTALLED))


@pytest.mark.parametrize(("name", "share"), [("torch", 5), ("onnx", 2), ("keras", 0.5)])
def test_random_networks(name, share):
    pytest.importorskip(name)

    @effort(share)
    @given(networks.networks(), networks.inputs(4, 12))
    def agree(text, size):
        agrees(name, drawn(text, size))

    agree()


@pytest.mark.skipif(len(INSTALLED) < 2, reason="two frameworks are needed")
@pytest.mark.parametrize(("names", "share"), [(["torch", "onnx"], 2), (["torch", "keras"], 0.3)])
def test_random_networks_compute_the_same(names, share):
    for name in names:
        pytest.importorskip(name)

    @effort(share)
    @given(networks.networks(), networks.inputs(4, 12))
    def agree(text, size):
        numbers = drawn(text, size)
        # Softmax of an infinite sum, a window on nothing but padding: what is no number has no right value.
        with np.errstate(all="ignore"):
            found = list(outputs(numbers, names).values())
        assume(all(np.isfinite(output).all() for output in found))
        assert close(found[0], found[1])

    agree()


@every
@pytest.mark.parametrize(
    "entry", ["resnet18", "mobilenet_v2", "unet", "cifar_densenet_bc", "shufflenet_v2_x1_0"]
)
def test_networks_of_the_zoo(name, entry):
    symbols = dict(symcnn.zoo[entry].published[0].symbols)
    agrees(name, numbers_of(symcnn.zoo[entry], "64x64x3", symbols))


# --- Starting values ---


@every
def test_the_seed_decides(name):
    numbers = numbers_of("conv3-8:relu,fc4", "6x6x3")
    one, again, two = (outputs(numbers, [name], seed)[name] for seed in (1, 1, 2))
    assert np.array_equal(one, again)
    assert not np.allclose(one, two)


def test_starting_values():
    program = lower(numbers_of("conv3-64,conv5g2-128:bn,fc200,prelu", "8x8x16").graph)
    found = {f"{step.name}.{tensor.name}": values for step, tensor, values in starting.initial(program, 0)}
    assert {name: values.shape for name, values in found.items()}["conv3_64.weight"] == (3, 3, 16, 64)
    for name, fan_in in [("conv3_64", 9 * 16), ("conv5g2_128", 25 * 32), ("fc200", 64 * 128)]:
        weight = found[f"{name}.weight"]
        assert weight.dtype == np.float32
        assert abs(weight.std() / np.sqrt(2 / fan_in) - 1) < 0.05
        assert abs(weight.mean()) < weight.std() / 20
    assert not found["conv3_64.bias"].any()
    assert (found["bn.running variance"] == 1).all()
    assert (found["prelu.slope"] == 0.25).all()


def test_values_are_drawn_piece_by_piece(monkeypatch):
    program = lower(numbers_of("conv3-4", "4x4x3").graph)
    whole, _ = (values for *_, values in starting.initial(program, 3))
    monkeypatch.setattr(starting, "MAX_DRAWN", 7)
    pieces, _ = (values for *_, values in starting.initial(program, 3))
    assert np.array_equal(whole, pieces)
    assert len({*whole.flat}) > 100


def test_more_parameters_than_can_be_held():
    with pytest.raises(
        LimitError, match=r"the model has 4,800,120,000 parameters: models of at most 2,000,000,000"
    ):
        starting.initial(lower(numbers_of("(fc40000)x3", "1x1x40000").graph), 0)


# --- Running side by side ---


def test_models_run_side_by_side():
    program = lower(numbers_of("conv3-8:relu,fc4", "6x6x3").graph)
    found = list(run([framework(name) for name in INSTALLED], "6x6x3", program))
    assert [outcome.differences for outcome in found] == [()] * len(INSTALLED)
    assert found[0].verdict == "runs"


class Another:
    """A framework whose model gives an output of its own."""

    name, key, package = "Another", "torch", "numpy"

    def __init__(self, output):
        self.output = output

    def build(self, program, seed):
        return None

    def run(self, model, images):
        return self.output


def test_what_runs_otherwise_differs():
    program = lower(numbers_of("fc2", "1x1x3").graph)
    fine, other, shape = (Another(np.array(a, np.float32)) for a in ([[1, 2]], [[1, 3]], [[1, 2, 3]]))
    found = [outcome.differences for outcome in run([fine, fine, other, shape], "1x1x3", program)]
    assert found[:2] == [(), ()]
    assert found[2] == (Difference("the output", "values", "those of Another", "others"),)
    assert found[3] == (Difference("the output", "shape", (2,), (3,)),)


def test_what_is_not_close():
    one = np.array([1.0, np.inf, 1e-3])
    assert close(one, np.array([1.0009, np.inf, 1e-3]))
    assert not close(one, np.array([1.002, np.inf, 1e-3]))
    assert not close(one, np.array([1.0, 7.0, 1e-3]))
    shares = np.full(1000, 1e-3)
    assert not close(shares, np.linspace(0, 2e-3, 1000))


SABOTAGED = {
    "stride": (products.Convolve, {"stride": (1, 1)}),
    "groups": (products.Convolve, {"groups": 1}),
    "kernel": (products.ConvolveTransposed, {"kernel_size": (3, 2)}),
    "kind": (pools.Pool, {"kind": "avg"}),
    "slope": (elements.Activate, {"value": 0.5}),
    "norm": (elements.Normalize, {"groups": 1}),
}


@pytest.mark.parametrize("sabotage", SABOTAGED)
@every
def test_a_wrong_operator_is_reported(name, sabotage, monkeypatch):
    dispatch = {"torch": "module", "keras": "apply", "onnx": "write"}[name]
    chosen = getattr(import_module(f"symcnn.frameworks.{name}.operators"), dispatch)
    kind, change = SABOTAGED[sabotage]
    right = chosen.dispatch(kind)
    others = [other for other in ("torch", "onnx") if other != name and other in INSTALLED]
    question = Question("conv3s2-8,dw3,deconv2s2-6,pool,gn2,leaky,fc10", {"H": 9, "W": 8})
    try:
        chosen.register(kind)(lambda o, *inputs: right(replace(o, **change), *inputs))
        found = list(verify(question, [*others, name]))
    finally:
        chosen.register(kind)(right)
    wrong = {outcome.framework.split()[0] for outcome in found if outcome.differences}
    assert wrong == {FRAMEWORKS[name].title}


def test_a_model_that_does_not_run_is_reported():
    class Broken(Another):
        def run(self, model, images):
            raise KeyError("anything")

    program = lower(numbers_of("fc2", "1x1x3").graph)
    fine = Another(np.array([[1, 2]], np.float32))
    first, *others = run([Broken(None), fine, fine], "1x1x3", program)
    assert [str(difference) for difference in first.differences] == [
        "the network: model runs here, fails ('anything') there"
    ]
    assert [outcome.verdict for outcome in others] == ["runs", "runs, with the values of Another"]


def test_what_is_too_large_is_no_difference():
    program = lower(numbers_of("(fc40000)x3", "1x1x40000").graph)
    with pytest.raises(LimitError):
        list(run([framework(INSTALLED[0])], "1x1x40000", program))


@every
def test_verified_by_command(cli, name):
    done = cli(
        "verify", "use conv:bn; conv3-8,[+conv3s2-16]:proj,pool,fc10", "--with", name, "--input", "32x32x3"
    )
    assert done.code == 0, done.out
    assert " runs" in done.out
