"""The oracle against what a person works out on paper."""

from fractions import Fraction

import pytest
from oracles import Malformed, Refused, count

# --- Layers worked out on paper ------------------------------------------------------------------


def test_a_convolution():
    counts = count("conv3x5s2x1g2-6:bn:bias:relu", 4, 8, 9)
    # 3·5 cells, 2 input channels in each group, 6 outputs; 4 × 9 positions.
    assert (counts.weights, counts.biases, counts.normalization, counts.buffers) == (180, 6, 12, 12)
    assert counts.params == 198
    assert counts.macs == 180 * 4 * 9
    assert counts.output == (6, 4, 9)
    assert counts.bias_additions == counts.normalization_ops == counts.activation_ops == 216
    assert counts.activations == 216
    assert [row.word for row in counts.layers] == ["conv", "bn", "relu"]
    assert counts.layers[0] == ("conv", (6, 4, 9), 186, 6480)


def test_a_transposed_convolution():
    # 9 cells × 16 × 8 at each of the 8 × 8 positions of the input.
    counts = count("deconv3s2-8", 16, 8, 8)
    assert (counts.macs, counts.params, counts.output) == (73_728, 1_160, (8, 16, 16))
    assert count("deconv3s2g4-8", 16, 8, 8).weights == 9 * 16 * 2


def test_a_depthwise_convolution():
    # 9 cells for each of the 8 outputs, whatever the inputs.
    counts = count("dw3-8", 4, 5, 5)
    assert (counts.weights, counts.biases, counts.macs) == (72, 8, 72 * 25)
    assert count("dw3", 4, 5, 5).params == 40


def test_layers_between_others():
    # A scale and a shift for each of 4 channels; a slope for each; nothing.
    assert [count(word, 4, 3, 3).params for word in ("bn", "in", "ln", "gn2", "prelu", "relu", "lrn")] == (
        [8, 8, 8, 8, 4, 0, 0]
    )
    assert [count(word, 4, 3, 3).buffers for word in ("bn", "in")] == [8, 0]
    assert [count(word, 4, 3, 3).normalization_ops for word in ("bn", "gn2", "lrn", "relu")] == [
        36,
        36,
        36,
        0,
    ]
    assert [count(word, 4, 3, 3).activation_ops for word in ("relu", "prelu", "softmax", "bn")] == [
        36,
        36,
        36,
        0,
    ]


def test_the_layers_add_up():
    counts = count("conv3-4:bn:bias:prelu,dw3,[+conv1-4,scale],pool,gn2,fc5", 3, 8, 8)
    assert sum(row.params for row in counts.layers) == counts.params
    assert sum(row.macs for row in counts.layers) == counts.macs
    assert [row.word for row in counts.layers] == "conv bn prelu dw conv scale pool gn fc".split()


def test_pools():
    # 9 elements of each window; 2 channels of 3 × 3 windows.
    assert count("pool3s2p1", 2, 6, 6).pooling_ops == 9 * 18
    # Global and adaptive ones read each element once.
    assert count("gap", 2, 6, 6).pooling_ops == count("adapool4", 2, 6, 6).pooling_ops == 72
    assert count("gap", 2, 6, 6).activations == 2
    assert count("adapool4x2", 2, 6, 6).activations == 16


def test_merges_count_their_extra_operands():
    assert count("[identity+identity+identity]", 2, 3, 3).elementwise_ops == 36
    assert count("[+identity]", 2, 3, 3).elementwise_ops == 18
    assert count("[|identity]", 2, 3, 3).elementwise_ops == 0
    # Squeeze-and-excitation multiplies every element of the map; the broadcast operand costs as much.
    assert count("[*gap]", 2, 3, 3).elementwise_ops == 18
    assert count("scale", 2, 3, 3).elementwise_ops == 18
    assert count("scale", 2, 3, 3).weights == 2


def test_reshaping_layers():
    assert count("pixelshuffle", 8, 3, 3).output == (2, 6, 6)
    assert count("pixelunshuffle3", 2, 6, 6).output == (18, 2, 2)
    assert count("take-2", 8, 3, 3).output == (2, 3, 3)
    assert count("flatten", 8, 3, 3).output == (72, 1, 1)
    # 72 inputs, 5 outputs; a second one has 5 inputs.
    assert count("fc5x2", 8, 3, 3).params == 72 * 5 + 5 + 5 * 5 + 5


# --- Networks worked out on paper ----------------------------------------------------------------


def test_the_first_argument_holds_in_the_first_repeat_only():
    # 3→64, 64→128 and 128→128 channels.
    text = "b(c)=conv3-c; b(64->128)xn"
    assert count(text, 3, 8, 8, n=3).params == 1_792 + 73_856 + 147_584
    # No repeat is a first one.
    assert count("b(c)=conv1-c; (b(2->4))x2", 3, 8, 8).output == (2, 8, 8)


def test_a_projection_follows_channels_and_stride_and_nothing_else():
    # From 16 channels: 28, 40, and in the third pass nothing to project.
    counts = count("([|[+conv3-40]:proj,conv1-12])xn", 16, 8, 8, n=3)
    assert [row.shape[0] for row in counts.layers] == [40, 40, 12, 40, 40, 12, 40, 12]
    # At extent 1 a stride leaves the shape alone; the projection is there all the same.
    projected = count("[+conv3s2-4]:proj", 4, 1, 1)
    assert projected.params == 9 * 16 + 4 + 16 + 4
    assert count("[+conv3s2-4]:opt", 4, 1, 1).elementwise_ops == 0
    assert count("[+conv3s2-4]:pad", 4, 9, 9).elementwise_ops == 4 * 25
    # Wide ResNet-16-k: at k = 1 the first stage needs no projection.
    wide = (
        "use conv:nobias; b(c,s=1)=[+bn,conv3s{s}-c,bn,conv3-c]:proj;"
        "conv3-16,b(16*k)x2,b(32*k,2->1)x2,b(64*k,2->1)x2,bn,gap,fc10"
    )
    assert count(wide, 3, 32, 32, k=1).params == 175_066


def test_a_projection_takes_the_norm_but_not_the_activation_of_convolutions():
    plain = count("use conv:bn:relu; [+conv3-8]:proj", 4, 5, 5)
    # 9·4·8 + 4·8 weights, no bias, two norms of 8 channels; one activation, in f.
    assert (plain.weights, plain.biases, plain.normalization) == (320, 0, 32)
    assert plain.activation_ops == 8 * 25


def test_a_stride_that_is_undone_is_none():
    assert count("[+pool,upsample]:opt", 4, 8, 8).elementwise_ops == 256
    assert count("[+pool,deconv2s2-4]:opt", 4, 8, 8).elementwise_ops == 256
    assert count("[+gap]:opt", 4, 1, 1).elementwise_ops == 0
    assert count("[+pad1,conv3p0-4]:opt", 4, 8, 8).elementwise_ops == 256
    # Both branches halve: the inner sum is counted (4 channels of 4 × 4), and there is no outer one.
    assert count("[+[conv1s2-4+pool]]:opt", 4, 8, 8).elementwise_ops == 64
    # After a global pool, extents are counted afresh: nothing differs here.
    assert count("gap,[+conv1-4]:opt", 4, 8, 8).elementwise_ops == 4


def test_only_what_is_one_by_construction_is_broadcast():
    assert count("[identity*gap,conv3-2]", 2, 4, 4).output == (2, 4, 4)
    assert count("[identity*adapool2,pool]", 2, 4, 4).output == (2, 4, 4)
    assert count("[identity+fc2]", 2, 4, 4).output == (2, 4, 4)
    for text in ("[identity*pool4]", "[identity|gap]", "[identity*gap,upsample2]"):
        with pytest.raises(Refused):
            count(text, 2, 4, 4)
    # A pinned input makes every extent one by construction or not at all.
    assert count("input(H=4,W=4),[identity*pool4]", 2).output == (2, 4, 4)


def test_flags_follow_defaults():
    assert count("use conv:bn; conv3-4:nobn", 2, 4, 4).biases == 4
    assert count("use conv:bn:bias; conv3-4:nobn", 2, 4, 4).biases == 4
    assert count("use conv:nobias; conv3-4", 2, 4, 4).biases == 0
    assert count("use conv:nobias; conv3-4:bias", 2, 4, 4).biases == 4
    assert count("use conv:bn; conv3-4:in", 2, 4, 4).buffers == 0
    assert count("use conv:in; conv3-4:nobn", 2, 4, 4).normalization == 8
    assert count("use depthwise:bn; dw3,conv1-2", 2, 4, 4).normalization == 4
    assert count("conv3-4:relu:norelu", 2, 4, 4).activation_ops == 0
    assert count("use conv:valid; conv3-4,conv3p1-4", 2, 8, 8).output == (4, 6, 6)


def test_activations_of_brackets_groups_and_calls_repeat():
    assert count("[+identity]:relu x3", 2, 2, 2).activation_ops == 24
    assert count("(bn,bn):relu x3", 2, 2, 2).activation_ops == 24
    assert count("D=bn; D:relu x3", 2, 2, 2).activation_ops == 24


def test_cin_is_what_enters_the_definition_it_is_written_in():
    # In `s`, cin is what is squeezed (8); the argument cin/2 is what enters `m` (4), so 2.
    text = "s(r)=[*gap,conv1-r,conv1-{cin}]; m=conv1-8,s(cin/2); m"
    assert [row.shape[0] for row in count(text, 4, 3, 3).layers] == [8, 8, 2, 8]
    # A default sees earlier parameters and cin.
    assert count("f(a,b=a+cin)=conv1-b; f(3)", 4, 3, 3).output == (7, 3, 3)
    # Parameters shadow symbols, inside only.
    assert count("f(n)=conv1-n; f(3),conv1-n", 4, 3, 3, n=5).output == (5, 3, 3)


def test_tags_have_scopes():
    assert count("(conv3-4@a),pool,[upsample|@a]", 2, 4, 4).output == (8, 4, 4)
    assert count("conv3-4@a,([conv3-4|@a])x2", 2, 4, 4).output == (8, 4, 4)
    assert count("[conv3-4@a|@a,conv3-2]", 2, 4, 4).output == (6, 4, 4)
    for text in (
        "(conv3-4@a)x2,@a",
        "f=@a; conv3-4@a,f",
        "f=conv3-4@a; f,@a",
        "conv3-4@a,conv3-4@a",
        "@a,conv3-4@a",
    ):
        with pytest.raises(Malformed):
            count(text, 2, 4, 4)


def test_text_as_papers_have_it():
    assert count("Conv3-64 ×2 , MaxPool, # then\n FC-10,soft-max;", 3, 4, 4).output == (10, 1, 1)
    assert count("x(c)=conv1-c; x(3)x2", 3, 4, 4).params == 24
    assert count("block35(c)=conv1-c; block35(64)x2", 3, 4, 4).params == 256 + 4160
    assert count("D=conv1-3; Dx6", 3, 4, 4).params == 72
    assert count("conv1-wx2", 3, 4, 4, w=3).params == 24
    assert count("relu6x2,drop0.5x2", 3, 4, 4).activation_ops == 96
    assert count("pool3x2", 3, 9, 9).output == (3, 3, 4)
    assert count("pool3 x2", 3, 9, 9).output == (3, 1, 1)


def test_expressions():
    def value(text, **symbols):
        return count(f"conv1-{{{text}}}", 1, 1, 1, **symbols).output[0]

    assert value("2+3*2**3//5") == 2 + 4
    assert value("-2**2+7%4*3") == 5
    assert value("4.5*2") == 9
    assert value("2**3**2") == 512
    assert value("min(7,9)+max(1,2)+floor(7/2)+ceil(7/2)") == 16
    # MobileNet's rule: 12 is nearer to 16 than to 8 when ties go up; 8 would be more than 10 % below 11.
    assert [value(f"round_to({x},8)") for x in (3, 11, 12, 20, 33, 100)] == [8, 16, 16, 24, 32, 104]
    assert value("32*α", α=Fraction(3, 4)) == 24
    assert value("λ*C", **{"lambda": 3}) == 3


def test_pins():
    assert count("input(C=3,H=227,W=H),conv11s4p0-96").output == (96, 55, 55)
    assert count("input(C=k),conv1-{2*C}", H=4, W=4, k=3).output == (6, 4, 4)
    with pytest.raises(Refused):
        count("input(C=3),conv1-2", 4, 4, 4)
