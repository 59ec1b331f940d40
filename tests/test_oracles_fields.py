"""Receptive fields by the oracle."""

import pytest
from oracles import receptive_field
from references import VGG16_MAPS, named


@pytest.mark.parametrize(
    ("text", "rows"),
    [
        ("conv3-1", 3),
        ("conv3-1x2", 5),
        ("conv3d2-1", 5),
        ("conv3-1x2,pool", 6),  # 5, and one more row
        ("pool,conv3-1", 6),  # three pairs
        ("conv1s2-1,conv3-1", 5),  # rows 0, 2 and 4; the stretch counts
        ("upsample,conv4-1", 3),  # by phase 2 or 3
        ("upsample,conv2-1,conv1s2-1", 1),  # only one phase is left
        ("[conv3-1|conv7-1|identity]", 7),
        ("[+conv3-4,conv3-4]", 5),
        ("[identity*gap]", 240),
        ("conv3-1,gap,conv1-1", 240),
        ("fc1", 240),
        ("pixelunshuffle3,conv3-1", 9),
        ("pixelshuffle,conv3-1", 2),
        ("deconv2s2-1,conv3-1", 2),
        ("adapool7", 36),  # 240/7 is 34 and 2/7, which reaches into 36 rows at most
        ("pad2,conv3p0-1", 3),
        # The next ones are what the gradient of one output reaches, in PyTorch, with positive weights.
        ("conv3-1x2,avgpool,conv3-1,conv3s2-1,conv5d2-1", 46),
        ("deconv3s2-1,conv3-1", 3),
        ("deconv3s2-1,conv1s2-1", 1),
        ("avgpool,deconv2s2-1,conv3-1", 4),
        ("avgpool,deconv4s2-1,conv3-1,conv1s2-1", 6),
        ("conv3s2-1x2,deconv3s2-1x2,conv9-1", 19),
        ("conv3s2-1x2,deconv5s3-1,conv3s2-1", 15),
        ("conv3-1x2,avgpool2s2,conv3-1x2,deconv3s2p1-1,conv3-1x2", 20),
        ("deconv3s2d2-1,conv3-1", 4),
        ("deconv3s2d3-1,conv3-1", 5),
        ("deconv5s3d2-1,conv3s2-1", 4),
        ("conv3-1,deconv2s2d3p1-1", 3),
        ("deconv4s4-1,avgpool4", 1),
        ("deconv1s2-1,conv1s2-1", 1),
    ],
)
def test_receptive_fields(text, rows):
    assert receptive_field(text, 4, 240, 240) == (rows, rows)


@pytest.mark.parametrize("n", range(20, 25))
def test_a_phase_that_comes_once_in_a_period_is_found(n):
    # Of 16 positions, only the last one's window of 2 reaches into the next row.
    for text in ("upsample4,upsample4,conv2-4", "deconv4s4-4x2,conv2-4", "upsample4,pixelshuffle4,conv2-4"):
        assert receptive_field(text, 16, n, n) == (2, 2)
    assert receptive_field("[pixelunshuffle2,conv1-4|pool]", 4, 2 * n, 2 * n) == (2, 2)


def test_receptive_field_of_each_axis():
    assert receptive_field("conv3x5s2x1-4,conv1x3-4", 4, 20, 20) == (3, 7)
    assert receptive_field("conv3-4,gap", 4, 20, 30) == (20, 30)


def test_receptive_fields_of_published_networks():
    # Padding counts, so that a small input does not shrink them.
    assert receptive_field(VGG16_MAPS, 3, 224, 224) == (212, 212)
    assert receptive_field(VGG16_MAPS, 3, 64, 64) == (212, 212)
    assert receptive_field(named("alexnet").rsplit(",", 2)[0], 3, 224, 224) == (195, 195)
    assert receptive_field(named("resnet18").rsplit(",", 2)[0], 3, 224, 224) == (435, 435)
    # 11 after the pool, then 3×3 convolutions at strides of 4 (four), 8 (four), 16 (six) and 32 (two):
    # 11 + 24 + 8 + 48 + 16 + 160 + 32 + 128. With the strides on the 1×1 convolutions it would be 483.
    assert receptive_field(named("resnet50").rsplit(",", 2)[0], 3, 224, 224) == (427, 427)
