"""The conventions against the tools that they describe, on networks and chains of layers.

What the tools count of each kind of layer alone is recorded, and the record is checked here. A tool that is
not installed is skipped; `.ci/run` installs them all.
"""

import subprocess
import sys
from importlib.util import find_spec

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

import symcnn
from symcnn.conventions import conventions
from symcnn.errors import SymcnnError

torch = pytest.importorskip("torch")

from frameworks import record_tools, tool_models, tools  # noqa: E402 - they import torch, too

MODULES = {"ptflops-aten": "ptflops", "ptflops-pytorch": "ptflops", "calflops-flops": "calflops"}
MODULES |= {"onnx-tool": "onnx_tool", "torch-flop-counter": "torch"}

UNET = symcnn.zoo["unet"].notation
NETWORKS = {
    "vgg16": ("vgg16.torchvision", "224x224x3"),
    "resnet50": ("resnet50.torchvision", "224x224x3"),
    "mobilenet_v2": ("mobilenet_v2.torchvision", "224x224x3"),
    "unet": (f"use conv:relu; {UNET}", "64x64x3"),
}
"""What the tools are tried on: a name of the zoo or a text, and the input."""

RECORDED = record_tools.recorded()
LAYERS = list(RECORDED["fvcore"])
"""Each kind of layer alone."""


def present(name):
    """Skip if the tool of a convention is not installed."""
    if find_spec(MODULES.get(name, name)) is None:
        pytest.skip(f"{name} is not installed")


def counted(name, report):
    """What the convention says of the quantities that it has a rule for."""
    told = report.under(name)
    return {quantity: told.total(quantity) for quantity in conventions[name].rules}


def printed(name, report, path):
    """What the tool says of the same network."""
    return tools.ran(name, tool_models.build(report.graph), (1, *report.input), path)


def test_every_tool_is_tried():
    others = {name for name, c in conventions.items() if c.library == "torchvision"} - {"torchvision"}
    assert others == set(tools.TOOLS)


@pytest.fixture(scope="module", params=NETWORKS)
def network(request):
    """A network's report, and its model."""
    report = symcnn.derive(*NETWORKS[request.param]).at()
    return report, tool_models.build(report.graph)


@pytest.mark.parametrize("name", tools.TOOLS)
def test_networks(name, network, tmp_path):
    present(name)
    report, model = network
    assert tools.ran(name, model, (1, *report.input), tmp_path) == counted(name, report)


@pytest.mark.parametrize("text", LAYERS)
@pytest.mark.parametrize("name", tools.TOOLS)
def test_each_layer_alone_is_as_recorded(name, text, tmp_path):
    """What the conventions say of these is compared in `tests/conventions`, without the tools."""
    present(name)
    assert record_tools.run(name, text, tmp_path) == RECORDED[name][text]


def test_a_local_response_normalization_as_one_node():
    present("onnx-tool")
    import onnx
    import onnx_tool
    from onnx import TensorProto, helper

    shape = [1, 16, 8, 8]
    x, y = (helper.make_tensor_value_info(name, TensorProto.FLOAT, shape) for name in "xy")
    graph = helper.make_graph([helper.make_node("LRN", ["x"], ["y"], size=5)], "lrn", [x], [y])
    found = tools.profiled(onnx_tool.Model(helper.make_model(graph)))
    assert found["macs"] == symcnn.derive("lrn5", "8x8x16").at().under("onnx-tool").macs
    assert onnx.checker.check_graph(graph) is None


@pytest.mark.parametrize(
    ("layer", "error"),
    [("Conv2d(4, 4, 1), Upsample(scale_factor=(2.0, 3.0))", "TypeError"), ("ReLU()", "StopIteration")],
)
def test_what_calflops_fails_on(layer, error):
    """In a process of its own: where it fails, the functions that it has replaced stay replaced."""
    present("calflops")
    script = f"""
from calflops import calculate_flops
from torch.nn import *
calculate_flops(Sequential({layer}), input_shape=(1, 4, 4, 4))
"""
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert error in done.stderr.splitlines()[-1]


CHAINED = st.sampled_from([text for text in LAYERS if text not in {"adapool7", "shuffle2", "take-4"}])


@settings(max_examples=20)
@given(st.lists(CHAINED, min_size=2, max_size=6), st.sampled_from(sorted(set(tools.TOOLS) - {"onnx-tool"})))
def test_layers_one_after_the_other(items, name):
    present(name)
    try:
        report = symcnn.derive(", ".join(items), "16x16x16").at()
    except SymcnnError:
        assume(False)
    flat = next((i for i, item in enumerate(items) if "flatten" in item or "fc" in item), len(items))
    assume(flat >= len(items) - 1)  # What is flat takes no maps' layers.
    defects = (d for q in ("macs", "params") for d in conventions[name].defects_in(report.graph, q))
    assume(all(defect.exact for defect in defects))
    assert printed(name, report, None) == counted(name, report)
