"""Models of real frameworks: each kind, random networks, training, files; and frameworks against each other.

A test runs with the frameworks that are installed. Where two are, models of one seed must agree in what they
compute, so that what one library makes of an operator is checked by another.
"""

import doctest
import os
import re
import shlex
import sys
import warnings
from dataclasses import replace
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path

import networks
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from layers.test_kinds import ALL, SIZES
from networks import effort

import symcnn
from symcnn.answers import Question
from symcnn.errors import DomainError, LimitError, SymcnnError
from symcnn.frameworks import FRAMEWORKS, framework
from symcnn.frameworks.base import RefusedError
from symcnn.frameworks.lowering import lower, numbers_of
from symcnn.layers.operators import elements, pools, products

np = pytest.importorskip("numpy")
INSTALLED = [name for name in FRAMEWORKS if find_spec(name)]
if not INSTALLED:
    pytest.skip("no framework is installed", allow_module_level=True)
for installed in INSTALLED:
    framework(installed)  # which chooses a backend that Keras can import
if "onnx" in INSTALLED:
    import onnx

from symcnn.frameworks import values as starting  # noqa: E402 - numpy may be missing
from symcnn.frameworks.outcomes import Difference  # noqa: E402
from symcnn.frameworks.running import close, run  # noqa: E402
from symcnn.frameworks.verify import repeats, verify  # noqa: E402

pytestmark = [
    # Random networks have softmaxes over one channel, of which Keras warns.
    pytest.mark.filterwarnings("ignore:(?s).*You are using a softmax over axis:UserWarning"),
    # Keras' variables and those of its backends know less of numpy's protocol than numpy 2 asks for.
    pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning"),
]
every = pytest.mark.parametrize("name", INSTALLED)


def agrees(name, numbers):
    """Assert that a framework has the numbers of the package, layer by layer."""
    found = framework(name).inspect(lower(numbers.graph))
    for row, layer in zip(numbers.layers, found, strict=True):
        assert layer.output == row.output, row.label
        assert (layer.params, layer.buffers) == (row.params, row["buffers"]), row.label
        assert layer.macs == (row.macs if name == "torch" else None), row.label


def outputs(numbers, names, seed=1, batch=2):
    """What the models of one seed make of one batch."""
    program = lower(numbers.graph)
    images = np.random.default_rng(seed).standard_normal((batch, *program.input), np.float32)
    found = {}
    for name in names:
        each = framework(name)
        found[name] = each.run(each.build(program, seed), images)
        assert found[name].shape == (batch, *program.result), name
    return found


def same(found):
    """Assert that outputs are the same, and numbers at all."""
    first, *others = found.values()
    assert np.isfinite(first).all()
    for other in others:
        # What rounding does, in sums of up to a few hundred terms, on the scale of the output.
        assert np.abs(first - other).max() <= 1e-4 * max(1e-3, np.abs(first).max())


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


def drawn(text, size, most=200_000):
    """A random network in numbers, unless it cannot be or is large."""
    try:
        numbers = numbers_of(text, (size.H, size.W, size.C))
    except SymcnnError:
        assume(False)
    assume(numbers.params < most and numbers.macs < 100 * most)
    return numbers


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


# --- The page about frameworks ---

PAGE = (Path(__file__).parents[2] / "docs" / "frameworks.md").read_text(encoding="utf-8")


def fenced(kind):
    return re.findall(rf"^```{kind}\n(.*?)^```$", PAGE, re.DOTALL | re.MULTILINE)


def test_the_page_runs():
    for name in FRAMEWORKS:
        pytest.importorskip(name)
    names = {}
    for block in fenced("python"):
        exec(block, names)
    assert doctest.OutputChecker().check_output(fenced("text")[0], f"{names['model']}\n", doctest.ELLIPSIS)
    assert names["keras_model"].count_params() == sum(
        numbers_of("cifar_resnet_a", symbols={"n": 3}).total(quantity) for quantity in ("params", "buffers")
    )


def test_the_sessions_of_the_page(cli, tmp_path, monkeypatch):
    for name in FRAMEWORKS:
        pytest.importorskip(name)
    monkeypatch.chdir(tmp_path)
    for block in fenced("shell"):
        for session in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]:
            command, _, expected = session.partition("\n")
            done = cli(*shlex.split(command)[1:])
            printed = re.sub(r"(PyTorch|ONNX) \S+ +", lambda found: f"{found[1]} ...".ljust(13), done.out)
            assert (done.code, printed) == (0, expected), done.err


# --- Outside of the domain ---

TOO_SMALL = ["pool", "conv3p0-4", "pool3s2p1d2", "conv3p0-4,pool", "avgpool2d2", "deconv3p2-4", "avgpool3"]


@every
@pytest.mark.parametrize("text", TOO_SMALL)
def test_frameworks_refuse_what_the_domain_refuses(name, text):
    each = framework(name)
    graph = symcnn.derive(text, {"C": 3}).graph
    for height, width in [(1, 1), (2, 9), (9, 2)]:
        point = {"H": height, "W": width, "C": 3}
        if point not in graph.domain:
            with warnings.catch_warnings(), pytest.raises(RefusedError):
                each.inspect(lower(graph, point))


@every
def test_what_a_factor_does_not_divide_is_refused(name):
    graph = symcnn.derive("pixelunshuffle", {"C": 3}).graph
    for size in [(4, 5), (5, 4), (1, 4)]:
        with pytest.raises(RefusedError):
            framework(name).inspect(lower(graph, dict(zip("HW", size, strict=True))))


@pytest.mark.parametrize(("name", "share"), [("torch", 1), ("onnx", 1), ("keras", 0.2)])
def test_random_networks_are_refused_outside_of_their_domains(name, share):
    pytest.importorskip(name)

    @effort(share)
    @given(networks.networks(), st.lists(networks.inputs(1, 8), min_size=1, max_size=6))
    def refuses(text, sizes):
        try:
            graph = symcnn.derive(text, {"C": 4}).graph
        except SymcnnError:
            assume(False)
        for point in ({"H": size.H, "W": size.W} for size in sizes):
            if point in graph.domain or repeats(graph, point):
                continue
            try:
                program = lower(graph, point)
            except SymcnnError:
                continue  # no size can be a fraction
            with warnings.catch_warnings(), pytest.raises(RefusedError):
                framework(name).inspect(program)

    refuses()


@every
def test_merges_that_never_fit_are_refused(name):
    graph = symcnn.derive("[pool|conv3s2-3]", {"C": 3}).graph
    with pytest.raises(RefusedError):
        framework(name).inspect(lower(graph, {"H": 5, "W": 4}))


# --- PyTorch ---


@pytest.fixture
def torch():
    return pytest.importorskip("torch")


NET = (
    "use conv:bn; conv3-8:relu,[+conv3s2-16:relu,conv3-16]:proj,[*gap,fc4:relu,fc16:sigmoid],gap,drop0.1,fc3"
)


def test_a_module_trains(torch):
    from symcnn.frameworks.torch import to_torch

    torch.manual_seed(0)
    model = to_torch(NET, "8x8x3").train()
    images, classes = torch.randn(32, 3, 8, 8), torch.arange(32) % 3
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1, momentum=0.9)
    losses = []
    for _ in range(30):
        optimizer.zero_grad()
        loss = torch.nn.functional.cross_entropy(model(images), classes)
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    assert losses[-1] < 0.5 * losses[0]


EVERYTHING = (
    "use conv:bn; conv4s2-8:relu,dw3:gn4:silu,deconv3s2g2-8:in:gelu,conv2d2-8:ln:tanh,scale,lrn,"
    "[+conv3s2-12]:proj,[*gap,fc4:leaky,fc12:sigmoid],[conv1-4:mish|pool3s1p1|avgpool3s1:same],prelu,"
    "shuffle2,upsample,pixelunshuffle,conv1-8:nobn:hswish,[+conv3s2-10]:pad,take-8,gap,drop0.1,"
    "fc5:ln:elu,prelu,fc3"
)
"""All that has parameters, and all ways past it; no bias before a normalization, where it has no effect."""


def test_each_parameter_of_a_module_learns(torch):
    from symcnn.frameworks.torch import to_torch

    torch.manual_seed(0)
    model = to_torch(EVERYTHING, "12x12x3").train()
    before = {name: parameter.clone() for name, parameter in model.named_parameters()}
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    loss = torch.nn.functional.cross_entropy(model(torch.randn(24, 3, 12, 12)), torch.arange(24) % 3)
    loss.backward()
    optimizer.step()
    assert [name for name, parameter in model.named_parameters() if parameter.equal(before[name])] == []


def test_a_module_shows_what_it_is(torch):
    from symcnn.frameworks.torch import to_torch

    text = "conv4-8,deconv2-4,[+conv3s2-8]:pad,avgpool2d2,scale,relu6,take-3"
    shown = repr(to_torch(text, "9x9x3", device="meta"))
    assert shown.splitlines()[1] == f"  {text}"
    assert "(conv4_8): PaddedConv2d(3, 8, kernel_size=(4, 4), stride=(1, 1), sides=[1, 2, 1, 2])" in shown
    assert (
        "(deconv2_4): CroppedConvTranspose2d(8, 4, kernel_size=(2, 2), stride=(1, 1), crop=((1, 0), (1, 0)))"
        in shown
    )
    assert "(avgpoold2): MeanPool2d(kernel_size=(2, 2), stride=(2, 2), padding=((0, 0), (0, 0)), " in shown
    assert "(relu6): Capped(6)" in shown
    assert "(scale): ChannelScale(8)" in shown


@pytest.mark.parametrize(
    "text", ["conv4s2-8,pool3s2:same", "conv3s3-8,avgpool4d2:same", "deconv5s2-4", "dw2"]
)
def test_padding_is_right_at_other_sizes(torch, text):
    from symcnn.frameworks.torch import to_torch

    model = to_torch(text, "16x16x3").eval()
    report = symcnn.derive(text, {"C": 3})
    for height in range(5, 20):
        expected = tuple(size(H=height, W=30 - height) for size in report.output)
        assert tuple(model(torch.zeros(1, 3, height, 30 - height)).shape[1:]) == expected


def test_a_module_is_saved_for_batches_of_any_size(torch, cli, tmp_path):
    path = tmp_path / "net.pt2"
    done = cli("export", NET, "--input", "8x8x3", "-o", str(path), "--seed", "3")
    assert (done.code, done.err) == (0, "")
    from symcnn.frameworks.torch import to_torch

    images = torch.randn(5, 3, 8, 8)
    loaded = torch.export.load(path).module()(images)
    assert torch.allclose(loaded, to_torch(NET, "8x8x3", seed=3).eval()(images), atol=1e-5)


def test_an_operator_without_a_module(torch):
    from symcnn.frameworks.torch.operators import module
    from symcnn.layers.operators import NoCounterpart

    with pytest.raises(NotImplementedError, match="NoCounterpart"):
        module(NoCounterpart("none"))


# --- Keras ---


@pytest.fixture
def keras():
    return pytest.importorskip("keras")


def test_a_model_trains(keras):
    from symcnn.frameworks.keras import to_keras

    keras.utils.set_random_seed(0)
    model = to_keras(
        "use conv:bn; conv3-8:relu,dw3:gn4,deconv2s2g2-8:relu,scale,[+conv3s2-16:relu,conv3-16]:proj,"
        "[*gap,fc4:relu,fc16:sigmoid],prelu,conv1-16:nobn:ln,gap,drop0.1,fc3",
        "8x8x3",
    )
    before = model.get_weights()
    images = np.random.default_rng(0).standard_normal((32, 8, 8, 3), np.float32)
    model.compile(
        keras.optimizers.SGD(0.1, momentum=0.9), keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    )
    history = model.fit(images, np.arange(32) % 3, batch_size=32, epochs=30, verbose=0)
    assert history.history["loss"][-1] < 0.5 * history.history["loss"][0]
    pairs = zip(model.weights, before, model.get_weights(), strict=True)
    assert [weight.path for weight, old, new in pairs if np.array_equal(old, new)] == []
    assert model.layers[1].name == "conv3_8__sides"
    assert model.get_layer("conv3_8").name == "conv3_8"


def test_maps_are_channels_last_whatever_is_usual(keras):
    from symcnn.frameworks.keras import to_keras

    text = "conv3-8:bn,dw3,deconv2s2-4,pool,upsample,avgpool3s1:same,adapool3,prelu,pad1,fc3"
    images = np.random.default_rng(0).standard_normal((2, 6, 6, 3), np.float32)
    expected = to_keras(text, "6x6x3").predict_on_batch(images)
    keras.config.set_image_data_format("channels_first")
    try:
        assert np.allclose(to_keras(text, "6x6x3").predict_on_batch(images), expected)
        assert keras.config.image_data_format() == "channels_first"
    finally:
        keras.config.set_image_data_format("channels_last")


def test_large_models_are_refused_before_they_take_memory(keras):
    from symcnn.frameworks.keras import to_keras

    with pytest.raises(LimitError, match="the model has 4,800,120,000 parameters"):
        to_keras("(fc40000)x3", "1x1x40000")
    (*_, last) = framework("keras").inspect(lower(numbers_of("(fc40000)x3", "1x1x40000").graph))
    assert last.params == 40000 * 40001


def test_models_too_deep_for_keras_are_refused(keras):
    from symcnn.frameworks.keras import to_keras

    with pytest.raises(LimitError, match="1,100 layers are too deep for Keras"):
        to_keras("(identity)x1100", "1x1x1")


@pytest.fixture
def backends(monkeypatch, tmp_path):
    """Choose a backend: `backends(installed, chosen, configured)`."""
    pytest.importorskip("keras")
    from symcnn.frameworks.keras import backend

    def use(installed, chosen=None, configured=None):
        monkeypatch.delitem(sys.modules, "keras")
        monkeypatch.setattr(backend, "find_spec", lambda name: name in installed)
        monkeypatch.setenv("KERAS_HOME", str(tmp_path))
        monkeypatch.delenv("KERAS_BACKEND")
        if chosen:
            monkeypatch.setenv("KERAS_BACKEND", chosen)
        if configured is not None:
            (tmp_path / "keras.json").write_text(configured)
        backend.choose_backend()
        return os.environ.get("KERAS_BACKEND")

    return use


@pytest.mark.parametrize(
    ("installed", "chosen", "configured", "expected"),
    [
        (["jax", "torch"], None, None, "jax"),
        (["tensorflow", "jax"], None, '{"backend": "jax"}', None),
        (["jax"], None, '{"backend": "tensorflow"}', "jax"),
        (["torch"], None, "no JSON", "torch"),
        (["torch"], None, "[]", "torch"),
        (["torch", "numpy"], "numpy", None, "numpy"),
        ([], None, None, None),
    ],
)
def test_a_backend_that_is_installed_is_chosen(backends, installed, chosen, configured, expected):
    assert backends(installed, chosen, configured) == expected


@pytest.mark.parametrize(
    ("installed", "message"),
    [
        (["jax", "torch"], "KERAS_BACKEND is 'caffe', which is not installed, but jax and torch would do"),
        (["caffe"], "KERAS_BACKEND is 'caffe', which is not installed"),
    ],
)
def test_a_backend_that_is_not_installed(backends, installed, message):
    with pytest.raises(ImportError) as caught:
        backends(installed, "caffe")
    assert str(caught.value) == message


def test_a_model_opens_without_symcnn(keras, cli, tmp_path):
    from symcnn.frameworks.keras import to_keras

    text = (
        "use conv:bn; lrn,pool2s1d2:same,avgpool3:ceil,pixelshuffle1,shuffle3,dw3s2d2,deconv3s2d2g3-6,"
        "adapool3,prelu,conv3-8:relu,[+conv3s2-16,conv3-16]:proj,[+conv3s2-20]:pad,[*gap],pool2:same,gap,fc3"
    )
    path = tmp_path / "net.keras"
    done = cli("export", text, "--to", "keras", "--input", "12x12x3", "-o", str(path), "--seed", "3")
    assert (done.code, done.err) == (0, "")
    images = np.random.default_rng(0).standard_normal((2, 12, 12, 3), np.float32)
    loaded = keras.models.load_model(path).predict_on_batch(images)
    assert np.allclose(loaded, to_keras(text, "12x12x3", seed=3).predict_on_batch(images))


@pytest.mark.parametrize("text", ["lrn,[+conv1-8]x2,lrn,[*gap]x2", "avgpool3s1d2,[+conv1-8],[*conv1-8]"])
def test_names_are_not_those_that_keras_gives(keras, text):
    """Keras numbers what has no name, and begins again with each session."""
    from symcnn.frameworks.keras import to_keras

    keras.utils.clear_session()
    names = [operation.name for operation in to_keras(text, "8x8x8").operations]
    assert {"add", "add__branches", "multiply__branches"} < set(names)


def test_an_operator_without_a_layer(keras):
    from symcnn.frameworks.keras.operators import apply
    from symcnn.layers.operators import NoCounterpart

    with pytest.raises(NotImplementedError, match="NoCounterpart"):
        apply(NoCounterpart("none"), None)


# --- ONNX ---


@pytest.fixture
def to_onnx():
    pytest.importorskip("onnx")
    from symcnn.frameworks.onnx import to_onnx

    return to_onnx


def test_parameters_are_counted_one_by_one(to_onnx):
    # Equal ones are not merged: a network before training has many.
    text = "conv3-8:bn,conv3-8:bn:bias,[+conv3-8]xn,fc4"
    model = to_onnx(text, "8x8x8", symbols={"n": 3})
    numbers = numbers_of(text, "8x8x8", {"n": 3})
    held = [onnx.numpy_helper.to_array(initializer) for initializer in model.graph.initializer]
    assert sum(array.size for array in held) == numbers.params + numbers.buffers
    assert len({initializer.name for initializer in model.graph.initializer}) == len(held)


def test_a_model_says_what_it_is(to_onnx):
    model = to_onnx("conv3-8,gap", "5x6x3")
    onnx.checker.check_model(model, full_check=True)
    assert model.producer_name == "symcnn"
    assert model.graph.doc_string == "conv3-8,gap"
    ends = (*model.graph.input, *model.graph.output)
    assert [end.name for end in ends] == ["input", "output"]
    dims = [[dim.dim_param or dim.dim_value for dim in end.type.tensor_type.shape.dim] for end in ends]
    assert dims == [["batch", 3, 5, 6], ["batch", 8]]


def test_a_model_is_saved(to_onnx, cli, tmp_path):
    path = tmp_path / "net.onnx"
    done = cli("export", NET, "--input", "8x8x3", "-o", str(path))
    assert (done.code, done.err) == (0, "")
    assert onnx.load(path) == to_onnx(NET, "8x8x3")


def test_a_large_model_has_its_parameters_beside_it(to_onnx, cli, tmp_path, monkeypatch):
    from symcnn.frameworks.onnx import framework as ours

    monkeypatch.setattr(ours, "MAX_PROTOBUF", ours.MAX_NODES + 1000)
    path = tmp_path / "net.onnx"
    for _ in range(2):
        done = cli("export", NET, "--input", "8x8x3", "-o", str(path))
        assert done.out.startswith(f"wrote {path} and {path}.data: ")
    assert sorted(file.name for file in tmp_path.iterdir()) == ["net.onnx", "net.onnx.data"]
    parameters = numbers_of(NET, "8x8x3")
    assert (tmp_path / "net.onnx.data").stat().st_size < 8 * (parameters.params + parameters.buffers)
    onnx.checker.check_model(path, full_check=True)
    runtime = pytest.importorskip("onnxruntime")
    images = np.zeros((3, 3, 8, 8), np.float32)
    (out,) = runtime.InferenceSession(path, providers=["CPUExecutionProvider"]).run(None, {"input": images})
    assert out.shape == (3, 3)


def test_what_onnx_refuses(to_onnx):
    for text, message in [
        # Inference has (1 − 2)/2 + 1 as 1.
        ("pool", "pool: a window of 2×2 is larger than its map of 1×1"),
        ("conv1x3p0-4", "conv1x3p0_4: a window of 1×3 is larger than its map of 1×1"),
        ("deconv3p2-4", "nothing is left of the map"),
        ("avgpool3s1,fc4", "negative"),
    ]:
        graph = symcnn.derive(text, {"C": 3}).graph
        with pytest.raises(RefusedError, match=re.escape(message)):
            framework("onnx").inspect(lower(graph, {"H": 1, "W": 1}))


def test_an_operator_without_a_node(to_onnx):
    from symcnn.frameworks.onnx.operators import arranged, write
    from symcnn.layers.operators import NoCounterpart

    with pytest.raises(NotImplementedError, match="NoCounterpart"):
        write(NoCounterpart("none"), None)
    assert arranged(NoCounterpart("none"), None, "weight", 7) == 7
