"""Numbers that are claimed: true ones hold, and others are explained."""

import json
import time
from dataclasses import replace

import networks
import oracles
import pytest
from hypothesis import assume, given
from networks import effort

import symcnn
from symcnn.claims import check, search
from symcnn.claims.parts import ordinal
from symcnn.errors import ArgumentError, DomainError, SymcnnError, UnsupportedError

VGG16 = symcnn.derive("vgg16")
LISTED = ("params", "weights", "macs", "activations")


def numbers_of(text, size):
    """A network at an input, unless it is none there."""
    try:
        return symcnn.derive(text).at(**size._asdict())
    except SymcnnError:
        return None


@effort(0.2)
@given(networks.networks(), networks.inputs())
def test_what_brute_force_counts_is_true_and_one_more_is_not(text, size):
    numbers = numbers_of(text, size)
    assume(numbers is not None)
    counts = oracles.count(text, *size)
    for quantity in LISTED:
        count = getattr(counts, quantity)
        assert numbers.check(f"{quantity} = {count}").holds is True
        assert numbers.check(f"{quantity} = {count + 1}").holds is False


@effort(0.2)
@given(networks.networks(), networks.inputs())
def test_the_count_of_each_layer_is_explained_by_that_layer(text, size):
    numbers = numbers_of(text, size)
    assume(numbers is not None)
    for row in numbers.layers:
        verdict = numbers.check(row.params)
        if verdict.holds is False and row.params:
            explained = {i for e in verdict.explanations if "params" in e.names for i in e.layers}
            assert set(row.nodes) <= explained


@effort(0.2)
@given(networks.networks(), networks.inputs())
def test_the_count_of_each_item_is_explained_by_that_item(text, size):
    numbers = numbers_of(text, size)
    assume(numbers is not None)
    for row in numbers.items:
        verdict = numbers.check(f"macs = {row.macs}")
        if verdict.holds is False and row.macs:
            counted = {i for i in row.nodes if numbers.answer("macs").per_node[i] != 0}
            assert counted in [set(e.layers) for e in verdict.explanations] or any(
                counted <= set(e.layers) and e.value == row.macs for e in verdict.explanations
            )


@effort(0.2)
@given(networks.networks(), networks.inputs())
def test_explanations_say_what_is_so(text, size):
    """What an explanation adds up of its layers is what it says they come to."""
    numbers = numbers_of(text, size)
    assume(numbers is not None)
    for claim in ("59", "~100", "0.5K", "memory = 2KB"):
        verdict = numbers.check(claim)
        assert list(verdict.explanations) == sorted(verdict.explanations, key=lambda e: e.cost)
        for e in verdict.explanations:
            amount = verdict.claim.number.amount
            read = verdict.claim.number.binary if "1024" in e.words else amount
            assert read.match(e.value) == e.match
            if e.name == "params" and e.kinds == ("a part of the network",):
                values = [numbers.row_value("params", (i,)) for i in e.layers]
                assert e.value in (sum(values), values[0])


SEED = {
    "138357544": (True, None),
    "138M": (True, None),
    "0.138G": (True, None),
    "138.35M": (True, None),
    "macs = 15.5G": (True, None),
    "memory = 61MB": (True, None),
    "memory = 58.1MiB": (True, None),
    "0.59M": (False, "the parameters of the second and third conv3-256, each"),
    "weights = 0.59M": (False, "the weights of the second and third conv3-256, each"),
    "589824": (False, "the weights of the second and third conv3-256, each"),
    "295,168": (False, "the parameters of the first conv3-256"),
    "294,912": (False, "the weights of the first conv3-256"),
    "1,475,328": (False, "the parameters of conv3-256x3"),
    "1,180,160": (False, "the parameters of the first conv3-512"),
    "138,344,128": (False, "the weights"),
    "138,353,320": (False, "the parameters without the biases of convolutions"),
    "102,764,544": (False, "the parameters of the first fc4096"),
    "14,714,688": (False, "the parameters of the convolutions"),
    "123,642,856": (False, "the parameters of the fully connected layers"),
    "15.5G": (False, "the multiply-accumulates"),
    "macs = 30,940,528,640": (False, "the FLOPs (two for each multiply-accumulate)"),
    "macs = 15,483,821,032": (False, "the multiply-accumulates with the additions of biases"),
    "activations = 15,237,608": (False, "the activations with the input"),
    "memory = 30.5MB": (False, "the bytes of all tensors of a forward pass, in float16"),
    "memory = 122MB": (False, "the bytes of all tensors, twice: forward and backward"),
    "memory = 58.1MB": (False, "the bytes of all tensors of a forward pass, counting 1024 for 1000"),
    f"{138357544 + (8 * 8 - 7 * 7) * 512 * 4096}": (False, "the parameters, at 256×256"),
    "138,356,392": (False, "the parameters if the input had 1 channel"),
    "memory = 93MB": (False, None),
    "93MB": (False, None),
}


@pytest.mark.parametrize("claim", SEED)
def test_what_people_say_of_vgg16(claim):
    holds, first = SEED[claim]
    verdict = VGG16.check(claim)
    assert verdict.holds is holds
    assert (verdict.explanations[0].words if verdict.explanations else None) == first


def test_an_explanation_has_its_calculation_its_contrast_and_its_place():
    params, weights, *_ = VGG16.check("0.59M").explanations
    assert (params.calculation, params.value) == ("3·3·256·256 + 256", 590080)
    assert (weights.calculation, weights.value) == ("3·3·256·256", 589824)
    assert weights.contrast == "the first has 294,912, since 128 channels enter it"
    (place,) = weights.places
    text = symcnn.zoo["vgg16"].notation
    assert (place.label, text[place.span.start : place.span.end]) == ("conv3-256", "conv3-256x3")
    assert VGG16.check("1,475,328").explanations[0].calculation == "295,168 + 590,080 + 590,080"
    both = symcnn.derive("conv3-8x3").check(1168).explanations[0]
    assert (both.words, both.calculation) == (
        "the parameters of the second and third conv3-8 together",
        "2·584",
    )


def test_layers_of_one_count_that_differ_otherwise_say_no_reason():
    report = symcnn.derive("input(C=8),conv3-8,(conv3-8,pool)x2,gap")
    verdict = report.check("macs = 28,901,376")
    assert verdict.explanations[0].words == "the multiply-accumulates of the first and second conv3-8, each"
    assert verdict.explanations[0].contrast == "the third has 7,225,344"


def test_equal_layers_of_several_items_are_one_explanation():
    told, words = far("2,359,808")
    assert told[0] == "the parameters of the second to sixth conv3-512, each"
    assert "the first has 1,180,160, since 256 channels enter it" in words
    assert len(VGG16.check(2359808).explanations[0].places) == 2


def test_what_nothing_explains_shows_what_there_is():
    words = str(VGG16.check("memory = 93MB"))
    assert "nothing that was tried gives this number" in words
    assert "(15,237,608 elements of 4 bytes): 60,950,432" in words
    assert "23,125,000 to 23,375,000 elements of 4 bytes" in words
    assert "24,248,320 to 24,510,464 elements of 4 bytes, if 1024 stands for 1000" in words


def test_a_unit_that_says_what_it_is_has_one_reading():
    words = str(VGG16.check("memory = 93MiB"))
    assert "24,379,392" not in words
    assert "elements of 4 bytes\n" in words
    assert "1024 stands" not in words


def test_keras_counts_a_bias_before_each_normalization():
    (explanation,) = symcnn.derive("resnet50").check(25_636_712).explanations
    assert explanation.name == "biases and buffers everywhere"
    assert explanation.value == 25_557_032 + 26_560 + 53_120


def test_numbers_are_checked_at_the_input_of_the_zoo_entry():
    assert symcnn.derive("lenet5").check(61_706).point == {"H": 28, "W": 28, "C": 1}
    assert symcnn.derive("conv3-64").check(1792).point == {"H": 224, "W": 224, "C": 3}
    pinned = symcnn.derive("input(C=k),conv3-64").at(k=3, H=8, W=8).check(1792)
    assert (pinned.holds, pinned.point) == (True, {"k": 3, "H": 8, "W": 8})
    assert symcnn.derive("input(C=3),conv3-64").check(1792).point == {"C": 3, "H": 224, "W": 224}


def test_formulas_at_a_point_are_numbers():
    numbers = symcnn.derive("cifar_resnet_a").at(n=9, C=3, H=32, W=32)
    assert numbers.check("97216*n - 21926").holds is True
    assert "= 853,009" in str(numbers.check("97216*n - 21926 - n"))
    with pytest.raises(DomainError):
        numbers.check("n // (n - 9)")


def test_symbols_need_a_value():
    with pytest.raises(ArgumentError, match="a value for n") as error:
        symcnn.derive("cifar_resnet_a").check("0.85M")
    assert "-D n=1" in error.value.hint
    assert check(symcnn.derive("cifar_resnet_a"), "0.85M", {"n": 9}).holds is True
    with pytest.raises(ArgumentError, match="there is no symbol"):
        check(VGG16, "138M", {"q": 9})
    with pytest.raises(ArgumentError, match="C is 3"):
        check(symcnn.derive("input(C=3),conv3-64"), 1792, {"C": 4})
    with pytest.raises(DomainError, match="too small"):
        check(VGG16, "138M", {"H": 8})


def test_what_has_no_closed_form_is_said():
    report = symcnn.derive("adapool3,conv3-4")
    for claim in ("receptive_field_height = 3", "receptive_field_height = C"):
        with pytest.raises(UnsupportedError, match="no simple closed form"):
            report.check(claim)


def test_receptive_fields_and_strides_may_be_claimed():
    report = symcnn.derive("conv3-8,pool,conv3-8")
    assert report.check("receptive_field_height = 8").holds is True
    assert report.check("stride_width = 2").holds is True
    assert report.check("stride_width = 3").holds is False
    assert str(report.check("stride_width = 2")).startswith("holds: the total stride over the width is 2 at")


def test_loops_are_counted_once_and_in_their_first_pass():
    report = symcnn.derive("(conv3-64,conv3-64)x1000")
    verdict = report.check(9 * 3 * 64 + 64 + 36928)
    assert "repeats counted once" in verdict.explanations[0].names
    assert report.check(1792 + 1999 * 36928).holds is True
    assert report.check(36928).explanations[0].words == "the parameters of the second conv3-64"


@pytest.mark.parametrize(
    "text", [",".join(f"conv3-{i % 50 + 3}" for i in range(400)), "b=conv3-{cin+1}; b x1000000"]
)
def test_long_networks_are_answered_promptly(text):
    report = symcnn.derive(text)
    start = time.process_time()
    report.check("0.59M")
    report.check("3*C + 4")
    assert time.process_time() - start < 20


def test_layers_in_loops_are_counted_in_all_passes():
    explanation = symcnn.derive("(conv3-64)x1000").check(999 * 36928).explanations[0]
    assert explanation.words == "the parameters of conv3-64 ×(999)"
    assert explanation.calculation == ""


def test_what_has_no_closed_form_is_not_tried():
    open_memory = symcnn.derive("conv3-8@a,(conv3-8)xn,[@a + identity]").at(n=70, C=3, H=8, W=8)
    assert open_memory.check("parameter_memory = 1").explanations == ()
    with pytest.raises(UnsupportedError):
        open_memory.check("memory = 1")


def test_a_pinned_input_is_not_varied():
    assert symcnn.derive("input(C=3,H=8,W=8),conv3-8").check("macs = 1").holds is False
    other = symcnn.derive("conv3-8").check("macs = 72*256*256*3").explanations
    assert [e.words for e in other] == ["the multiply-accumulates, at 256×256"]
    assert symcnn.derive("input(H=8,W=8),conv3-8,conv3-8").check(664).explanations[0].words == (
        "the parameters if the input had 1 channel"
    )


def test_grouped_first_layers_keep_their_channels():
    verdict = symcnn.derive("conv3g3-6").check(9 * 6 + 7)
    assert not any(name.startswith("first layer") for e in verdict.explanations for name in e.names)


def test_single_layers_of_very_long_networks_are_tried_for_the_quantity_alone(monkeypatch):
    report = symcnn.derive("conv3-8,pool,conv3-16,fc10")
    monkeypatch.setattr(search, "MAX_LAYERS", 2)
    assert report.check(1168).explanations[0].words == "the parameters of conv3-16"
    assert report.check(1152).explanations == ()


def test_maps_that_vanish_or_do_not_fit_are_no_explanation():
    # Without padding, the branches of a residual have other sizes, and a small map vanishes.
    for text in (
        "conv3-8,[+conv3-8],fc10",
        "conv5-8,conv5-8,fc10",
        "(conv3-8)x100,fc10",
        "[conv3-8|conv1-8],fc10",
    ):
        verdict = symcnn.derive(text).at(C=3, H=6, W=6).check("macs = 1")
        assert verdict.holds is False
        assert not any("padding forgotten" in e.names for e in verdict.explanations)


def test_a_verdict_is_neither_true_nor_false_and_prints():
    verdict = VGG16.check("138M")
    with pytest.raises(TypeError, match=r"verdict\.holds"):
        bool(verdict)
    assert repr(verdict) == str(verdict)
    assert str(verdict).startswith(
        "holds: the parameters are 138,357,544 at 224×224×3, which is 138M, rounded\n"
    )
    assert str(VGG16.check(138357544)).startswith("holds: the parameters are 138,357,544 at 224×224×3\n")


def test_a_claim_is_printed_in_one_line_without_what_drives_a_terminal():
    verdict = VGG16.check("params =\n 3*3 # \x1b[31m")
    assert "not 3*3 # [31m = 9\n" in str(verdict)
    assert verdict.to_json()["claim"] == "params = 3*3 # [31m"


def test_a_network_without_a_text_has_no_excerpts():
    graph = replace(symcnn.derive("conv3-8,conv3-8").graph, text="")
    words = str(symcnn.derive(graph).check(584))
    assert "the parameters of the second conv3-8: 3·3·8·8 + 8 = 584" in words
    assert "^" not in words


def test_json_is_plain():
    answer = json.loads(json.dumps(VGG16.check("0.59M").to_json()))
    assert (answer["verdict"], answer["value"], answer["quantity"]) == ("refuted", 138357544, "params")
    assert answer["claimed"] == {"from": 585000, "to": 595000}
    assert answer["explanations"][0]["value"] == 590080
    fraction = VGG16.check("4.5").to_json()
    assert fraction["claimed"] == {"from": "89/20", "to": "91/20"}


def test_many_explanations_are_counted():
    words = str(symcnn.derive("conv3-8,bn,in,ln,gn4,gn2,gn8,gn1").check(16))
    assert "  5. the parameters of gn2: " in words
    assert "  6. " not in words
    assert "more, further fetched" in words
    assert "50 or more of" in str(symcnn.derive("mobilenet_v2").check("0.3 GFLOPs"))


def far(claim, text="vgg16"):
    verdict = symcnn.derive(text).check(claim)
    return [e.words for e in verdict.explanations if not e.aside], str(verdict)


def test_few_digits_that_anything_gives_are_explained_by_nothing():
    told, words = far("7.7 GFLOPs", "resnet50")
    assert told == []
    assert "nothing simple gives this number; 8 of " in words
    assert "candidates give it, as likely by chance" in words
    assert "it is 5.8 % less than that" in words
    told, words = far("14MB", "mobilenet_v1")
    assert told == []
    assert " % less" not in words
    assert far("0.5M")[0] == []


def test_how_far_a_number_is_from_what_it_should_be_is_said_where_nothing_explains_it():
    assert "it is 544 less than that" in far("138357000")[1]
    assert "it is 1.8 % less than that" in far("60M", "alexnet")[1]
    assert "it is 0.083 % less than that" in far("61.05M", "alexnet")[1]
    assert "it is 2.5 % more than that" in far("32M", "input(C=3,H=2,W=2),conv1-7804000")[1]
    assert " than that" not in far("1M")[1]


def test_what_is_little_different_from_a_simpler_explanation_is_not_told():
    told, words = far("0.59M")
    assert told == [
        "the parameters of the second and third conv3-256, each",
        "the weights of the second and third conv3-256, each",
        "the first conv3-256: the parameters if each convolution read as many channels as it makes"
        " (k·k·cout·cout)",
    ]
    assert "and 2 more, little different from a simpler one" in words
    assert far("553MB")[0] == ["the bytes of the parameters"]
    told, words = far("15.5 GFLOPs")
    assert told[0] == "the multiply-accumulates"


def test_what_a_file_of_weights_holds():
    told, _ = far("98MB", "resnet50")
    assert told == [
        "the bytes of the parameters with the running means and variances, counting 1024 for 1000"
    ]


def test_zero_is_not_explained_by_what_there_is_not():
    assert symcnn.derive("vgg16").check(0).explanations == ()


def test_slips_that_change_nothing_are_none():
    for explanation in VGG16.check("15.5G").explanations:
        assert not any("3 channels" in words for words in (explanation.words, *explanation.also))


def test_many_layers_are_named_by_their_ends():
    words = symcnn.derive("conv3-8,(conv3-8)x12").check(584).explanations[0].words
    assert words == "the parameters of the second to 13th conv3-8, each"
    apart = symcnn.derive("([conv3-8|conv3-4],conv1-8)x8").check(104).explanations[0]
    assert apart.words == "the parameters of the first to eighth conv1-8, each"
    some = symcnn.derive("conv3-4,(conv3-4,dw3,conv3-4,bn,conv3-8,conv3-4)x6").check(292).explanations[0]
    assert some.words == "the parameters of the fourth, seventh, tenth, 13th and 2 more conv3-4, each"


def test_numbers_as_words():
    assert [ordinal(n) for n in (1, 10, 11, 12, 13, 21, 22, 23, 101, 111)] == [
        "first", "tenth", "11th", "12th", "13th", "21st", "22nd", "23rd", "101st", "111th"
    ]  # fmt: skip
