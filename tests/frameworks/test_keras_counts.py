"""The conventions of Keras against what Keras counts of its own networks, and of models of layers."""

from math import prod

import pytest
from frameworks.models import MARKS  # before Keras: it chooses a backend that is installed

import symcnn

keras = pytest.importorskip("keras")
pytestmark = MARKS

CHAINS = (
    "conv3-8:bn, dw3-16:nobias, deconv3s2g2-8, pool, fc10, fc5:nobias",
    "bn, in, ln, gn4, prelu, scale, lrn, [+ conv3s2-16:bn]:proj",
    "[* gap, conv1-4:relu, conv1-16:sigmoid], [| conv1-3:bn:bias], fc10:bn:prelu",
)


def counted(model):
    """What Keras counts: all numbers, and those that are trained."""
    return model.count_params(), sum(prod(w.shape) for w in model.trainable_weights)


def told(numbers):
    """What the conventions say of the same."""
    return tuple(numbers.under(name).params for name in ("keras", "keras-trainable"))


def test_a_network_that_keras_builds():
    """Further ones take a quarter of a minute each; their counts are in `tests/conventions`."""
    model = keras.applications.ResNet50(weights=None)
    assert counted(model) == told(symcnn.derive("resnet50.keras", "224x224x3").at())


@pytest.mark.parametrize("text", CHAINS)
def test_models_of_layers(text):
    from symcnn.frameworks.keras import to_keras

    assert counted(to_keras(text, "8x8x16")) == told(symcnn.derive(text, "8x8x16").at())
