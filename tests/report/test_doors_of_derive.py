"""`derive`: every kind of source and of input."""

import pytest

import symcnn
from symcnn.errors import ArgumentError, DomainError, NotationError
from symcnn.pipeline import bound_values, read_size


def test_all_sources_give_the_same():
    text = symcnn.zoo["vgg16"].notation
    sources = ["vgg16", text, symcnn.zoo["vgg16"], symcnn.parse(text), symcnn.derive(text).graph]
    assert {str(symcnn.derive(source).params) for source in sources} == {str(symcnn.derive("vgg16").params)}


@pytest.mark.parametrize("size", ["8x9x3", "8×9×3", (8, 9, 3), [8, 9, 3], {"H": 8, "W": 9, "C": 3}])
def test_all_ways_to_say_the_input(size):
    assert symcnn.derive("conv3-8", size).at().output == (8, 8, 9)
    assert symcnn.derive("conv3-8", input=size).symbols == ()


def test_a_part_of_the_input_may_be_given():
    assert str(symcnn.derive("conv3-8", {"C": 3}).macs) == "216*H*W"


def test_symbols_are_put_in_before_building():
    report = symcnn.derive("conv3-8, (conv3-8)xn", {"C": 3}, symbols={"n": 3})
    assert report.params() == 224 + 3 * 584
    assert [row.label for row in report.items] == ["conv3-8", "(conv3-8)xn"]


@pytest.mark.parametrize(
    ("size", "symbols", "said"),
    [
        ("8x9", None, "'8x9' is no input size\n  it is HEIGHTxWIDTHxCHANNELS"),
        ("8xWx3", None, "is no input size"),
        ("8x-1x3", None, "is no input size"),
        ("٣x3x3", None, "is no input size"),
        ("", None, "is no input size"),
        ("0x1x1", None, "H is positive"),
        ((8, 9.0, 3), None, "W needs an exact number, not the float 9.0"),
        ({"H": 8, "n": 3}, None, "the input has no dimension n\n  its dimensions are H, W and C"),
        ("8x9x3", {"H": 8}, "H is given twice"),
        (None, {"w": 0.5}, "w needs an exact number"),
    ],
)
def test_values_that_are_none_are_refused(size, symbols, said):
    with pytest.raises(ArgumentError, match=said):
        symcnn.derive("conv3-w", size, symbols=symbols)


def test_a_pinned_dimension_cannot_be_contradicted():
    with pytest.raises(ArgumentError, match="the text pins C, but 1 is given") as refused:
        symcnn.derive("input(C=3), conv3-8", {"C": 1})
    assert (refused.value.kind, refused.value.column) == ("argument", 7)
    with pytest.raises(ArgumentError, match=r"C is 2\*k here, but 3 is given"):
        symcnn.derive("input(C=2*k), conv3-8").at(H=4, W=4, C=3, k=5)


def test_an_input_outside_the_domain_is_refused_at_once():
    with pytest.raises(DomainError, match="the input is too small for pool"):
        symcnn.derive("pool", {"H": 1})


def test_a_graph_takes_no_values():
    with pytest.raises(ArgumentError, match="a graph is built already"):
        symcnn.derive(symcnn.derive("pool").graph, {"C": 1})


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("vgg17", "did you mean: vgg"),
        ("resnet52", "did you mean: resnet"),
        ("lenet", "lenet5"),
        ("vgg16.torchvison", "did you mean: vgg16.torchvision"),
    ],
)
def test_a_name_that_is_nearly_one_of_the_zoo(text, hint):
    with pytest.raises(NotationError, match="is no layer, and no network of the zoo") as refused:
        symcnn.derive(text)
    assert hint in refused.value.hint


@pytest.mark.parametrize("text", ["gap", "fc10", "relu6", "drop0.5"])
def test_a_layer_is_not_taken_for_a_name(text):
    assert len(symcnn.derive(text).items) == 1


def test_a_strange_word_is_not_taken_for_a_name():
    with pytest.raises(NotationError, match='unknown layer "zzzz"'):
        symcnn.derive("zzzz")


def test_a_name_in_other_capitals_is_suggested():
    with pytest.raises(NotationError, match='"VGG16" is no layer, and no network of the zoo') as refused:
        symcnn.derive("VGG16")
    assert refused.value.hint == "did you mean: vgg16"


def test_names_that_are_near_are_suggested():
    with pytest.raises(NotationError, match='"vg16" is no layer, and no network of the zoo') as refused:
        symcnn.derive("vg16")
    near = refused.value.hint.removeprefix("did you mean: ").split(", ")
    assert near[0] == "vgg16"
    assert len(near) > 1
    assert set(near) < set(symcnn.zoo)


@pytest.mark.parametrize("size", [(224, 224), (1, 2, 3, 4), 224])
def test_a_size_of_the_wrong_shape_is_refused_in_words(size):
    with pytest.raises(ArgumentError, match='is no input size\n  give "224x224x3", ') as refused:
        symcnn.derive("pool", size)
    assert refused.value.message.startswith(repr(size))


@pytest.mark.parametrize("source", [None, 5, b"pool", ["pool"]])
def test_what_is_no_source_is_refused_in_words(source):
    with pytest.raises(ArgumentError, match=f"a network is given as text, not as {type(source).__name__}"):
        symcnn.derive(source)


def test_bound_values_take_english_names_of_greek_letters():
    assert symcnn.derive("conv3-{32*α}", symbols={"alpha": "1/4"}).params(C=3) == 224


def test_a_size_is_never_shortened():
    with pytest.raises(ArgumentError, match="1,000 digits"):
        bound_values("1" + "0" * 5000 + "x1x1", None)


def test_read_size():
    assert read_size("224x112x3") == (224, 112, 3)
