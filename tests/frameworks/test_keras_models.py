"""Models of Keras: training, backends, files, limits."""

import os
import sys

import pytest
from frameworks.models import MARKS, np

from symcnn.errors import LimitError
from symcnn.frameworks import framework
from symcnn.frameworks.lowering import lower, numbers_of

pytestmark = MARKS


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
