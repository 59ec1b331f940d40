"""What tests of models share: the frameworks that are installed, and how their models are compared.

Whoever imports it is skipped where no framework is.
"""

from importlib.util import find_spec

import pytest
from hypothesis import assume

from symcnn.errors import SymcnnError
from symcnn.frameworks import FRAMEWORKS, framework
from symcnn.frameworks.lowering import lower, numbers_of

np = pytest.importorskip("numpy")
INSTALLED = [name for name in FRAMEWORKS if find_spec(name)]
if not INSTALLED:
    pytest.skip("no framework is installed", allow_module_level=True)
for installed in INSTALLED:
    framework(installed)  # which chooses a backend that Keras can import

MARKS = [
    # Random networks have softmaxes over one channel, of which Keras warns.
    pytest.mark.filterwarnings("ignore:(?s).*You are using a softmax over axis:UserWarning"),
    # Keras' variables and those of its backends know less of numpy's protocol than numpy 2 asks for.
    pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning"),
]
every = pytest.mark.parametrize("name", INSTALLED)

NET = (
    "use conv:bn; conv3-8:relu,[+conv3s2-16:relu,conv3-16]:proj,[*gap,fc4:relu,fc16:sigmoid],gap,drop0.1,fc3"
)
"""A network with each kind of parameter, which trains."""


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


def drawn(text, size, most=200_000):
    """A random network in numbers, unless it cannot be or is large."""
    try:
        numbers = numbers_of(text, (size.H, size.W, size.C))
    except SymcnnError:
        assume(False)
    assume(numbers.params < most and numbers.macs < 100 * most)
    return numbers
