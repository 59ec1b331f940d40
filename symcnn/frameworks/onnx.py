"""Networks as ONNX models, for inference at one height and width and any batch."""

from collections.abc import Mapping, Sequence
from functools import singledispatch
from math import prod
from pathlib import Path
from typing import Any, Final

import symcnn
from symcnn.frameworks import needed
from symcnn.frameworks.base import Framework, Layer, RefusedError
from symcnn.frameworks.program import Program, Source, Step, lower, numbers_of
from symcnn.frameworks.windows import padded, shares
from symcnn.layers import operators as op
from symcnn.pipeline import Size

with needed("onnx"):
    import numpy as np
    import onnx
    from onnx import TensorProto, helper, numpy_helper

    from symcnn.frameworks.values import initial

OPSET: Final = 20
"""The version of the operators: the first with `Gelu`; dilated means came before."""

IR_VERSION: Final = 9
"""The version of the format that came with it."""

MAX_PROTOBUF: Final = 2**31 - 1
"""Bytes that one message of protocol buffers can have."""

MAX_NODES: Final = 2**27
"""Bytes that are left for all nodes; the longest networks take less."""


def to_onnx(
    source: Source,
    input: Size | None = None,
    *,
    symbols: Mapping[str, object] | None = None,
    seed: int = 0,
) -> Any:
    """Build an ONNX model.

    Each parameter is an initializer of its own, named as `conv3_64.weight`;
    normalizations use their running statistics, dropout does nothing.

    Args:
        source: a text in the notation, the name or the entry of a network of
            the zoo, or a parsed architecture.
        input: height, width and channels, as `derive` takes them; by default
            what the text pins, then the input of the zoo entry, then 224x224x3.
        symbols: values of further symbols.
        seed: of the values of weights; the same seed gives the same model in
            every framework.

    Returns:
        An `onnx.ModelProto` from `input`, (batch, C, H, W), to `output`,
        (batch, C, H, W), or (batch, C) where the output is 1×1 for every
        input, as after `fc` and `gap`.

    Raises:
        NotationError: if the text is no network.
        DomainError: if the network cannot take the input.
        UnsupportedError: if a layer has no counterpart.
        LimitError: if it is too large.

    >>> model = to_onnx("conv3-8:relu, pool, fc10", "8x8x3")
    >>> [node.op_type for node in model.graph.node]
    ['Conv', 'Relu', 'MaxPool', 'Flatten', 'Gemm']
    >>> [initializer.name for initializer in model.graph.initializer]
    ['conv3_8.weight', 'conv3_8.bias', 'fc10.weight', 'fc10.bias']
    """
    return FRAMEWORK.build(lower(numbers_of(source, input, symbols).graph), seed)


def held(step: Step, tensor: op.Tensor) -> str:
    """Return the name of a parameter."""
    return f"{step.name}.{tensor.name.replace(' ', '_')}"


class Nodes:
    """The nodes of one step.

    Attributes:
        step: the step.
        inputs: the names of the tensors that enter.
        output: the name of the one that goes on.
        held: the names of the parameters.
        nodes: the nodes so far.
    """

    def __init__(self, step: Step, inputs: Sequence[str], output: str) -> None:
        self.step = step
        self.inputs = list(inputs)
        self.output = output
        self.held = [held(step, tensor) for tensor in step.operator.tensors]
        self.nodes: list[Any] = []

    def add(self, kind: str, inputs: Sequence[str], part: str = "", **attributes: Any) -> str:
        """Add a node; return the name of its output, which is that of the step unless it is a part."""
        name = f"{self.step.name}.{part}" if part else self.step.name
        output = name if part else self.output
        self.nodes.append(helper.make_node(kind, inputs, [output], name, **attributes))
        return output

    def constant(self, name: str, value: Any, kind: Any) -> str:
        """Add a constant, which is no parameter and therefore no initializer."""
        tensor = numpy_helper.from_array(np.asarray(value, kind), name)
        return self.add("Constant", [], name, value=tensor)


def _pads(sides: op.Sides) -> list[int]:
    """Return sides as ONNX has them: all starts, then all ends."""
    return [before for before, _ in sides] + [after for _, after in sides]


# --- One operator --------------------------------------------------------------------------------


@singledispatch
def write(operator: op.Operator, to: Nodes) -> None:
    """Write the nodes of an operator."""
    raise NotImplementedError(type(operator).__name__)


@write.register
def _(o: op.Convolve, to: Nodes) -> None:
    to.add(
        "Conv",
        [*to.inputs, *to.held],
        kernel_shape=o.kernel_size,
        strides=o.stride,
        pads=_pads(o.padding),
        dilations=o.dilation,
        group=o.groups,
    )


@write.register
def _(o: op.ConvolveTransposed, to: Nodes) -> None:
    to.add(
        "ConvTranspose",
        [*to.inputs, *to.held],
        kernel_shape=o.kernel_size,
        strides=o.stride,
        pads=[before for before, _ in o.crop] + [max(0, after) for _, after in o.crop],
        output_padding=[max(0, -after) for _, after in o.crop],
        dilations=o.dilation,
        group=o.groups,
    )


@write.register
def _(o: op.Pool, to: Nodes) -> None:
    windows: dict[str, Any] = {
        "kernel_shape": o.kernel_size,
        "strides": o.stride,
        "dilations": o.dilation,
    }
    # ONNX's `ceil_mode` may add a window on nothing but padding: what overhangs is padding here.
    sides = padded(o, to.step.shape[1:])
    # onnxruntime takes less than a window of padding.
    narrow = all(max(pads) < size for pads, size in zip(sides, o.kernel_size, strict=True))
    if o.kind == "max" and narrow:
        to.add("MaxPool", to.inputs, pads=_pads(sides), **windows)
    elif o.kind == "max":
        to.add("MaxPool", [_widened(to, sides, -np.inf)], **windows)
    elif not any(map(any, sides)):
        to.add("AveragePool", to.inputs, **windows)
    else:
        # A mean over what counts is one over all cells, times the cells over those that count.
        factors = np.outer(*shares(o, to.step.shape[1:]))
        means = to.add("AveragePool", [_widened(to, sides, 0)], "means", **windows)
        to.add("Mul", [means, to.constant("shares", factors, np.float32)])


def _widened(to: Nodes, sides: op.Sides, value: float) -> str:
    """Return the input with a value around it."""
    (top, bottom), (left, right) = sides
    around = to.constant("sides", [0, 0, top, left, 0, 0, bottom, right], np.int64)
    return to.add("Pad", [*to.inputs, around, to.constant("edge", value, np.float32)], "padded")


@write.register
def _(o: op.GlobalPool, to: Nodes) -> None:
    to.add("GlobalAveragePool" if o.kind == "avg" else "GlobalMaxPool", to.inputs)


def means(size: int, output: int) -> list[list[float]]:
    """Return the matrix, output × size, that takes the means of an adaptive pool along an axis."""
    rows: list[list[float]] = []
    for i in range(output):
        start, end = i * size // output, -(-(i + 1) * size // output)
        rows.append([(start <= j < end) / (end - start) for j in range(size)])
    return rows


@write.register
def _(o: op.AdaptivePool, to: Nodes) -> None:
    _, height, width = to.step.shape
    rows = to.constant("rows", means(height, o.output_size[0]), np.float32)
    columns = to.constant("columns", np.transpose(means(width, o.output_size[1])), np.float32)
    to.add("MatMul", [to.add("MatMul", [rows, *to.inputs], "pooled"), columns])


@write.register
def _(o: op.Linear, to: Nodes) -> None:
    to.add("Gemm", [*to.inputs, *to.held])


@write.register
def _(o: op.Normalize, to: Nodes) -> None:
    if o.kind == "batch":
        to.add("BatchNormalization", [*to.inputs, *to.held], epsilon=op.EPSILON, momentum=1 - op.MOMENTUM)
    elif o.groups == o.channels:
        to.add("InstanceNormalization", [*to.inputs, *to.held], epsilon=op.EPSILON)
    elif o.kind == "group":
        _normalize_groups(o, to)
    else:
        last = to.add("Transpose", to.inputs, "channels_last", perm=[0, 2, 3, 1])
        done = to.add("LayerNormalization", [last, *to.held], "normalized", axis=-1, epsilon=op.EPSILON)
        to.add("Transpose", [done], perm=[0, 3, 1, 2])


def _normalize_groups(o: op.Normalize, to: Nodes) -> None:
    """Normalize groups as instances, as ONNX infers no shape of its own group normalization."""
    ones, zeros = (to.constant(n, [v] * o.groups, np.float32) for n, v in (("ones", 1), ("zeros", 0)))
    folded = to.add("Reshape", [*to.inputs, to.constant("groups", [0, o.groups, -1], np.int64)], "folded")
    normal = to.add("InstanceNormalization", [folded, ones, zeros], "normalized", epsilon=op.EPSILON)
    back = to.add("Reshape", [normal, to.constant("shape", [0, *to.step.shape], np.int64)], "unfolded")
    scale, shift = to.held
    to.add("Add", [to.add("Mul", [back, scale], "scaled"), shift])


@write.register
def _(o: op.NormalizeResponse, to: Nodes) -> None:
    if o.size % 2:
        to.add("LRN", to.inputs, size=o.size, alpha=o.alpha, beta=o.beta, bias=o.k)
        return
    # Of an even number of neighbors, LRN has the larger half behind, and onnxruntime refuses it.
    channels, height, width = to.step.shape
    squared = to.add("Mul", [*to.inputs, *to.inputs], "squared")
    rows = to.constant("rows", [0, 1, channels, height * width], np.int64)
    back = to.constant("map", [0, channels, height, width], np.int64)
    folded = to.add("Reshape", [squared, rows], "folded")
    pooled = to.add(
        "AveragePool",
        [folded],
        "pooled",
        kernel_shape=[o.size, 1],
        pads=[o.size // 2, 0, (o.size - 1) // 2, 0],
        count_include_pad=1,
    )
    unfolded = to.add("Reshape", [pooled, back], "unfolded")
    alpha = to.add("Mul", [unfolded, to.constant("alpha", o.alpha, np.float32)], "scaled")
    base = to.add("Add", [alpha, to.constant("k", o.k, np.float32)], "base")
    to.add("Div", [*to.inputs, to.add("Pow", [base, to.constant("beta", o.beta, np.float32)], "power")])


@write.register
def _(o: op.ScaleChannels, to: Nodes) -> None:
    to.add("Mul", [*to.inputs, *to.held])


ACTIVATIONS: Final[Mapping[str, tuple[str, Mapping[str, Any]]]] = {
    "elu": ("Elu", {}),
    "gelu": ("Gelu", {}),
    "hsigmoid": ("HardSigmoid", {"alpha": 1 / 6, "beta": 0.5}),
    "hswish": ("HardSwish", {}),
    "mish": ("Mish", {}),
    "sigmoid": ("Sigmoid", {}),
    "softmax": ("Softmax", {"axis": 1}),
    "tanh": ("Tanh", {}),
}
"""The activations that are one node without a number."""


@write.register
def _(o: op.Activate, to: Nodes) -> None:
    if o.kind == "leaky":
        to.add("LeakyRelu", to.inputs, alpha=o.value)
    elif o.kind == "silu":
        to.add("Mul", [*to.inputs, to.add("Sigmoid", to.inputs, "sigmoid")])
    elif o.kind == "relu" and o.value is None:
        to.add("Relu", to.inputs)
    elif o.kind == "relu":
        ends = to.constant("least", 0, np.float32), to.constant("cap", o.value, np.float32)
        to.add("Clip", [*to.inputs, *ends])
    else:
        kind, attributes = ACTIVATIONS[o.kind]
        to.add(kind, to.inputs, **attributes)


@write.register
def _(o: op.LearnedSlope, to: Nodes) -> None:
    to.add("PRelu", [*to.inputs, *to.held])


@write.register
def _(o: op.Drop, to: Nodes) -> None:
    # It does nothing here; onnxruntime takes only ratios below 1.
    ratio = min(o.rate, float(np.nextafter(np.float32(1), np.float32(0))))
    to.add("Dropout", [*to.inputs, to.constant("ratio", ratio, np.float32)])


@write.register
def _(o: op.Identity, to: Nodes) -> None:
    to.add("Identity", to.inputs)


@write.register
def _(o: op.Pad, to: Nodes) -> None:
    (top, bottom), (left, right) = o.sides
    to.add("Pad", [*to.inputs, to.constant("sides", [0, 0, top, left, 0, 0, bottom, right], np.int64)])


@write.register
def _(o: op.PadChannels, to: Nodes) -> None:
    to.add("Pad", [*to.inputs, to.constant("sides", [0] * 5 + [o.more, 0, 0], np.int64)])


LAST: Final = 2**63 - 1
"""An end that is beyond every axis."""


def _slice(to: Nodes, ends: Sequence[int], axes: Sequence[int], steps: Sequence[int]) -> None:
    numbers = {"starts": [0] * len(axes), "ends": ends, "axes": axes, "steps": steps}
    to.add("Slice", [*to.inputs, *(to.constant(name, value, np.int64) for name, value in numbers.items())])


@write.register
def _(o: op.Subsample, to: Nodes) -> None:
    _slice(to, [LAST, LAST], [2, 3], o.stride)


@write.register
def _(o: op.TakeChannels, to: Nodes) -> None:
    _slice(to, [o.channels], [1], [1])


@write.register
def _(o: op.Upsample, to: Nodes) -> None:
    scales = to.constant("scales", [1, 1, *o.factor], np.float32)
    to.add(
        "Resize",
        [*to.inputs, "", scales],
        mode="nearest",
        coordinate_transformation_mode="asymmetric",
        nearest_mode="floor",
    )


def _rearrange(to: Nodes, parts: Sequence[int], order: Sequence[int], shape: Sequence[int]) -> None:
    """Reshape to parts, put these in another order, and reshape to a map."""
    split = to.add("Reshape", [*to.inputs, to.constant("parts", [0, *parts], np.int64)], "split")
    moved = to.add("Transpose", [split], "moved", perm=order)
    to.add("Reshape", [moved, to.constant("shape", [0, *shape], np.int64)])


@write.register
def _(o: op.ShuffleChannels, to: Nodes) -> None:
    c, h, w = to.step.shape
    _rearrange(to, [o.groups, c // o.groups, h, w], [0, 2, 1, 3, 4], [c, h, w])


@write.register
def _(o: op.PixelShuffle, to: Nodes) -> None:
    to.add("DepthToSpace", to.inputs, blocksize=o.factor, mode="CRD")


@write.register
def _(o: op.PixelUnshuffle, to: Nodes) -> None:
    # SpaceToDepth has the channels of one position apart.
    r = o.factor
    c, h, w = to.step.shape
    _rearrange(to, [c, h // r, r, w // r, r], [0, 1, 3, 5, 2, 4], [c * r * r, h // r, w // r])


@write.register
def _(o: op.Flatten, to: Nodes) -> None:
    to.add("Flatten", to.inputs)


@write.register
def _(o: op.Unflatten, to: Nodes) -> None:
    to.add("Unsqueeze", [*to.inputs, to.constant("axes", [2, 3], np.int64)])


@write.register
def _(o: op.Concatenate, to: Nodes) -> None:
    to.add("Concat", to.inputs, axis=1)


@write.register
def _(o: op.Add, to: Nodes) -> None:
    _fold("Add", to)


@write.register
def _(o: op.Multiply, to: Nodes) -> None:
    _fold("Mul", to)


def _fold(kind: str, to: Nodes) -> None:
    first, *others = to.inputs
    for number, other in enumerate(others, start=1):
        first = to.add(kind, [first, other], "" if number == len(others) else str(number))


# --- Parameters ----------------------------------------------------------------------------------


def arranged(step: Step, name: str, values: Any) -> Any:
    """Return a parameter in the layout of ONNX."""
    operator = step.operator
    match operator, name:
        case op.Convolve(), "weight":
            rows, columns = operator.kernel_size
            return values.reshape(rows, columns, -1, operator.out_channels).transpose(3, 2, 0, 1)
        case op.ConvolveTransposed(), "weight":
            return values.transpose(2, 3, 0, 1)
        case op.Linear(), "weight":
            return values.reshape(-1, operator.out_features)
        case op.ScaleChannels(), _:
            return values.reshape(-1, 1, 1)
        case op.Normalize(kind="group", groups=groups, channels=channels), _ if groups < channels:
            return values.reshape(-1, 1, 1)
        case op.LearnedSlope(), _:
            return values if step.vector else values.reshape(-1, 1, 1)
        case _:
            return values


class Onnx(Framework):
    """ONNX: shapes by its own inference; it counts no MACs."""

    key = "onnx"
    package = "onnx"
    refuses = False

    def build(self, program: Program, seed: int | None) -> Any:
        """Build the model; without a seed its parameters are inputs without values."""
        batch: list[int | str] = ["batch"]
        inputs = [helper.make_tensor_value_info("input", TensorProto.FLOAT, [*batch, *program.input])]
        initializers: list[Any] = []
        if seed is None:
            for step, tensor in program.tensors():
                # Memory for all zeros is not touched.
                shape = arranged(step, tensor.name, np.broadcast_to(np.float32(0), tensor.shape)).shape
                inputs.append(helper.make_tensor_value_info(held(step, tensor), TensorProto.FLOAT, shape))
        else:
            for step, tensor, values in initial(program, seed):
                array = np.ascontiguousarray(arranged(step, tensor.name, values))
                initializers.append(numpy_helper.from_array(array, held(step, tensor)))
        names = ["input", *(step.name for step in program.steps)]
        names[program.output] = "output"
        nodes: list[Any] = []
        for number, step in enumerate(program.steps, start=1):
            to = Nodes(step, [names[i] for i in step.inputs], names[number])
            write(step.operator, to)
            nodes += to.nodes
        # What is inferred, nobody states.
        shape = [*batch, *program.result] if seed is not None else [None] * (1 + len(program.result))
        output = helper.make_tensor_value_info("output", TensorProto.FLOAT, shape)
        graph = helper.make_graph(nodes, "network", inputs, [output], initializers, program.text.strip())
        return helper.make_model(
            graph,
            opset_imports=[helper.make_opsetid("", OPSET)],
            ir_version=IR_VERSION,
            producer_name="symcnn",
            producer_version=symcnn.__version__,
        )

    def save(self, model: Any, path: Path) -> None:
        """Write the model; over 2 GB the parameters go to a file beside it, PATH.data, as ONNX wants it."""
        size = sum(len(initializer.raw_data) for initializer in model.graph.initializer)
        apart = size > MAX_PROTOBUF - MAX_NODES
        data = f"{path.name}.data"
        if apart:
            # Other than the model, it is added to where it exists.
            path.with_name(data).unlink(missing_ok=True)
        onnx.save_model(model, path, save_as_external_data=apart, location=data if apart else None)

    def inspect(self, program: Program) -> list[Layer]:
        model = self.build(program, None)
        try:
            onnx.checker.check_model(model, full_check=True)
            inferred = onnx.shape_inference.infer_shapes(model, strict_mode=True, data_prop=True).graph
        except (onnx.checker.ValidationError, onnx.shape_inference.InferenceError) as error:
            raise RefusedError(str(error)) from None
        shapes = {
            value.name: tuple(dim.dim_value for dim in value.type.tensor_type.shape.dim)
            for value in (*inferred.input, *inferred.value_info, *inferred.output)
        }
        if not all(size >= 1 for shape in shapes.values() for size in shape[1:]):
            raise RefusedError(f"nothing is left of the map: {shapes}")
        names = ["input", *(step.name for step in program.steps)]
        names[program.output] = "output"
        return [
            self._layer(program, index, shapes, names[number]) for index, number in enumerate(program.layers)
        ]

    @staticmethod
    def _layer(program: Program, index: int, shapes: Mapping[str, tuple[int, ...]], output: str) -> Layer:
        counts = {True: 0, False: 0}
        for step, tensor in program.tensors():
            if step.node == index:
                counts[tensor.trained] += prod(shapes[held(step, tensor)])
        channels, height, width = (*shapes[output][1:], 1, 1)[:3]
        return Layer((channels, height, width), counts[True], counts[False], None)

    def run(self, model: Any, images: Any) -> Any:
        with needed("onnx"):
            import onnxruntime
        session = onnxruntime.InferenceSession(model.SerializeToString(), providers=["CPUExecutionProvider"])
        return session.run(None, {"input": images})[0]


FRAMEWORK: Final = Onnx()
