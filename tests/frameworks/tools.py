"""Running the tools that conventions describe, each on a PyTorch model and an input.

    TOOLS["fvcore"](model, (1, 3, 224, 224), tmp_path) == {"macs": 4111512576, "params": 25557032, ...}

The quantities are named as reports name them. A tool that is not installed raises `ModuleNotFoundError`.
"""

import contextlib
import io
import warnings
from collections.abc import Callable, Mapping
from pathlib import Path

import torch
from torch import nn

Size = tuple[int, ...]
Counts = Mapping[str, int]
Tool = Callable[[nn.Module, Size, Path], Counts]


def calflops(model: nn.Module, size: Size) -> tuple[int, int, int]:
    from calflops import calculate_flops

    answer = calculate_flops(model, input_shape=size, output_as_string=False, print_results=False)
    flops, macs, params = map(int, answer)
    return flops, macs, params


def calflops_macs(model: nn.Module, size: Size, path: Path) -> Counts:
    _, macs, params = calflops(model, size)
    return {"macs": macs, "params": params}


def calflops_flops(model: nn.Module, size: Size, path: Path) -> Counts:
    flops, _, params = calflops(model, size)
    return {"macs": flops, "params": params}


def fvcore(model: nn.Module, size: Size, path: Path) -> Counts:
    from fvcore.nn import ActivationCountAnalysis, FlopCountAnalysis, parameter_count

    flops, outputs = (kind(model, torch.zeros(size)) for kind in (FlopCountAnalysis, ActivationCountAnalysis))
    for analysis in (flops, outputs):
        analysis.unsupported_ops_warnings(enabled=False).uncalled_modules_warnings(enabled=False)
    return {"macs": flops.total(), "activations": outputs.total(), "params": parameter_count(model)[""]}


def thop(model: nn.Module, size: Size, path: Path) -> Counts:
    from thop import profile

    macs, params = profile(model, inputs=(torch.zeros(size),), verbose=False)
    return {"macs": int(macs), "params": int(params)}


def torchinfo(model: nn.Module, size: Size, path: Path) -> Counts:
    from torchinfo import summary

    found = summary(model, input_size=size, verbose=0, device="cpu")
    return {"macs": found.total_mult_adds, "params": found.total_params}


def ptflops(backend: str) -> Tool:
    def run(model: nn.Module, size: Size, path: Path) -> Counts:
        from ptflops import get_model_complexity_info

        options = {"as_strings": False, "print_per_layer_stat": False, "backend": backend}
        macs, params = get_model_complexity_info(model, tuple(size[1:]), **options)
        return {"macs": macs, "params": params}

    return run


def onnx_tool(model: nn.Module, size: Size, path: Path) -> Counts:
    import onnx_tool as tool

    file = str(path / "model.onnx")
    mode = torch.onnx.TrainingMode.PRESERVE  # Else normalizations are folded into convolutions.
    torch.onnx.export(
        model,
        (torch.zeros(size),),
        file,
        dynamo=False,
        opset_version=18,
        training=mode,
        do_constant_folding=False,
    )
    return profiled(tool.Model(file))


def profiled(model: "object") -> Counts:
    """What onnx-tool counts of a graph."""
    model.graph.shape_infer(None)
    model.graph.profile()
    return {"macs": int(model.graph.macs[0]), "params": int(model.graph.params)}


def flop_counter(model: nn.Module, size: Size, path: Path) -> Counts:
    from torch.utils.flop_counter import FlopCounterMode

    with FlopCounterMode(display=False) as counter, torch.no_grad():
        model(torch.zeros(size))
    return {"macs": counter.get_total_flops()}


TOOLS: Mapping[str, Tool] = {
    "calflops": calflops_macs,
    "calflops-flops": calflops_flops,
    "fvcore": fvcore,
    "thop": thop,
    "torchinfo": torchinfo,
    "ptflops-aten": ptflops("aten"),
    "ptflops-pytorch": ptflops("pytorch"),
    "onnx-tool": onnx_tool,
    "torch-flop-counter": flop_counter,
}
"""The tool that each convention describes."""


def ran(name: str, model: nn.Module, size: Size, path: Path) -> Counts:
    """Run a tool, without what it prints and warns of."""
    with warnings.catch_warnings(), contextlib.redirect_stdout(io.StringIO()):
        warnings.simplefilter("ignore")
        return TOOLS[name](model, size, path)
