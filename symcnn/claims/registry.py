"""The ways to count that there are: quantities, conventions, known slips.

A further one is one more record.
"""

from collections.abc import Iterator, Sequence
from typing import Final

from symcnn.claims.rounding import Resized, rounded_down, rounded_up, unpadded
from symcnn.claims.slips import (
    BatchNormOfFour,
    BiasSlip,
    ClassifierUnpooled,
    FirstChannels,
    GroupsIgnored,
    InputChannelsForgotten,
    OutputChannelsSquared,
    RepeatsOnce,
)
from symcnn.claims.ways import BiasEverywhere, ConvolutionsWithoutBias, Kind, Plain, Told, Way, Weighted
from symcnn.conventions import DEFAULT, conventions

Q, C = Kind.QUANTITY, Kind.CONVENTION

QUANTITIES: Final[Sequence[Way]] = (
    Plain("params", "the parameters", Q, "params"),
    Plain("weights", "the weights", Q, "params"),
    Plain("biases", "the biases", Q, "params"),
    Plain("normalization", "the scales and shifts of normalizations", Q, "params"),
    Plain("buffers", "the running means and variances", Q, "params"),
    Plain("macs", "the multiply-accumulates", Q, "macs"),
    Weighted("flops", "the FLOPs (two for each multiply-accumulate)", Q, "macs", weights={"macs": 2}),
    Plain("bias_additions", "the additions of biases", Q, "macs"),
    Plain("activations", "the activations", Q, "activations"),
    Plain("memory", "the bytes of all tensors of a forward pass", Q, "memory", in_bytes=True),
    Plain(
        "peak_memory", "the bytes of the tensors that live at once", Q, "memory", in_bytes=True, adds_up=False
    ),
    Weighted(
        "parameter_memory", "the bytes of the parameters", Q, "memory", in_bytes=True, weights={"params": 1}
    ),
    *(
        Plain(f"{name}_{axis}", f"the {words} over the {axis}", Q, "receptive_field", adds_up=False)
        for name, words in (("receptive_field", "receptive field"), ("stride", "total stride"))
        for axis in ("height", "width")
    ),
)
"""The quantities that a claim may be about, by which others are found too."""

CONVENTIONS: Final[tuple[Way, ...]] = (
    ConvolutionsWithoutBias(
        "unbiased convolutions", "the parameters without the biases of convolutions", C, "params"
    ),
    Weighted(
        "unbiased", "the parameters without any biases", C, "params", weights={"params": 1, "biases": -1}
    ),
    Weighted(
        "with buffers",
        "the parameters with the running means and variances",
        C,
        "params",
        weights={"params": 1, "buffers": 1},
        needs="buffers",
    ),
    BiasEverywhere(
        "biases everywhere",
        "the parameters if each convolution had a bias, normalized or not",
        C,
        "params",
    ),
    BiasEverywhere(
        "biases and buffers everywhere",
        "the parameters with running means and variances, if each convolution had a bias",
        C,
        "params",
        buffers=True,
    ),
    Weighted(
        "macs and biases",
        "the multiply-accumulates with the additions of biases",
        C,
        "macs",
        weights={"macs": 1, "bias_additions": 1},
    ),
    Weighted(
        "flops and biases",
        "the FLOPs (two for each multiply-accumulate) with the additions of biases",
        C,
        "macs",
        weights={"macs": 2, "bias_additions": 1},
    ),
    Weighted(
        "all operations",
        "the multiply-accumulates with all other operations",
        C,
        "macs",
        weights={
            "macs": 1,
            "bias_additions": 1,
            "normalization_ops": 1,
            "activation_ops": 1,
            "pooling_ops": 1,
            "elementwise_ops": 1,
        },
    ),
    Weighted(
        "activations and input",
        "the activations with the input",
        C,
        "activations",
        weights={"activations": 1},
        entering=1,
    ),
    Weighted(
        "windows only",
        "the activations without pools",
        C,
        "activations",
        weights={"activations": 1},
        layers=lambda node: bool(node.layer.macs(*node.shapes)),
    ),
    Weighted(
        "forward and backward",
        "the bytes of all tensors, twice: forward and backward",
        C,
        "memory",
        in_bytes=True,
        weights={"memory": 2},
        entering=2,
    ),
    Weighted(
        "activation memory",
        "the bytes of the activations, without the input",
        C,
        "memory",
        in_bytes=True,
        weights={"activations": 1},
    ),
    Weighted(
        "saved memory",
        "the bytes of the parameters with the running means and variances",
        C,
        "memory",
        in_bytes=True,
        weights={"params": 1, "buffers": 1},
        needs="buffers",
    ),
    Weighted(
        "parameters and gradients",
        "the bytes of the parameters and their gradients",
        C,
        "memory",
        in_bytes=True,
        weights={"params": 2},
    ),
    Weighted(
        "all memory",
        "the bytes of the parameters and of all tensors of a forward pass",
        C,
        "memory",
        in_bytes=True,
        weights={"params": 1, "memory": 1},
        entering=1,
    ),
    *(
        Told(f"{name} {of}", f"{words} as {name} counts them", C, of, convention=name)
        for name in (DEFAULT, *(name for name in conventions if name != DEFAULT))
        for of, words in (
            ("params", "the parameters"),
            ("macs", "the multiply-accumulates"),
            ("activations", "the activations"),
        )
        if name == DEFAULT or (of in conventions[name].rules and conventions[name].rules[of].terms)
    ),
)
"""Ways in which people count the same things."""


def _slips() -> Iterator[Way]:
    """Yield the slips, in each quantity in which they can be made."""
    kind = Kind.SLIP
    for of, what in (("params", "parameters"), ("macs", "multiply-accumulates")):
        yield InputChannelsForgotten(
            "input channels forgotten",
            f"the {what} if each filter read one channel (k·k·cout: input channels forgotten)",
            kind,
            of,
        )
        yield OutputChannelsSquared(
            "output channels squared",
            f"the {what} if each convolution read as many channels as it makes (k·k·cout·cout)",
            kind,
            of,
        )
        yield GroupsIgnored("groups ignored", f"the {what} if groups are ignored (k·k·cin·cout)", kind, of)
        yield ClassifierUnpooled(
            "classifier before the last pool",
            f"the {what} if the classifier read the map before the last pool",
            kind,
            of,
        )
        yield ClassifierUnpooled(
            "classifier at the input's size",
            f"the {what} if the classifier read a map of the input's size",
            kind,
            of,
            whole=True,
        )
        for channels in (1, 3):
            yield FirstChannels(
                f"first layer reads {channels}",
                f"the {what} if the input had {channels} channel{'s' * (channels > 1)}",
                kind,
                of,
                channels=channels,
            )
        yield RepeatsOnce("repeats counted once", f"the {what} if what repeats is counted once", kind, of)
    yield BiasSlip("bias forgotten", "the parameters if biases are forgotten", kind, "params", times=0)
    yield BiasSlip("bias doubled", "the parameters if each bias is counted twice", kind, "params", times=2)
    yield BiasSlip(
        "one bias a layer", "the parameters if each layer had a single bias", kind, "params", each=True
    )
    yield BatchNormOfFour(
        "batch norm counted 4C", "the parameters if a batch normalization had 4·C of them", kind, "params"
    )


def _rounding() -> Iterator[Way]:
    """Yield the slips about the sizes of maps."""
    for of, what in (("params", "parameters"), ("macs", "multiply-accumulates")):
        for name, words, resize in (
            ("floor for ceil", "sizes were rounded down where they are rounded up", rounded_down),
            ("ceil for floor", "sizes were rounded up where pools round down", rounded_up),
            ("padding forgotten", "convolutions had no padding", unpadded),
        ):
            yield Resized(name, f"the {what} if {words}", Kind.SLIP, of, resize=resize)


SLIPS: Final[tuple[Way, ...]] = (*_slips(), *_rounding())
"""The slips."""

WAYS: Final[tuple[Way, ...]] = (*QUANTITIES, *CONVENTIONS, *SLIPS)
"""All ways to count, the plainest first."""
