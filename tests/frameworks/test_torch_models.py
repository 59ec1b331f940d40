"""Modules of PyTorch: training, sizes, files."""

import pytest
from frameworks.models import MARKS, NET

import symcnn

pytestmark = MARKS


@pytest.fixture
def torch():
    return pytest.importorskip("torch")


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
