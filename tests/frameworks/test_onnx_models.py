"""Models in ONNX: parameters, files, what it refuses."""

import re

import pytest
from frameworks.models import MARKS, NET, np

import symcnn
from symcnn.frameworks import framework
from symcnn.frameworks.base import RefusedError
from symcnn.frameworks.lowering import lower, numbers_of

onnx = pytest.importorskip("onnx")
pytestmark = MARKS


@pytest.fixture
def to_onnx():
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
