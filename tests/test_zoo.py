"""The zoo reproduces what was published of its networks, exactly."""

import json
from functools import cache
from pathlib import Path

import pytest
from references import REFERENCES

from symcnn import derive, parse, zoo

DATA = Path(__file__).parent / "data"
PUBLISHED = json.loads((DATA / "published-counts.json").read_text(encoding="utf-8"))
TORCHVISION = PUBLISHED["params"]

# The zoo's Inception has no auxiliary head; torchvision's count has it.
OTHER_HEAD = {"inception_v3"}

# A published name stands for a network without symbols; where a reference leaves one open, this entry does.
FAMILY = {
    "mobilenet_v1": "mobilenet_v1_alpha",
    "densenet121": "densenet121_k",
    "densenet161": "densenet161_k",
}

# Model complexity as pycls publishes it (dev/model_complexity.json): flops and acts.
PYCLS = {
    "resnet50": (4_089_185_256, 11_315_688),
    "resnet101": (7_801_406_440, 16_433_640),
    "resnet152": (11_513_627_624, 22_755_816),
    "resnext50_32x4d": (4_230_480_872, 14_602_216),
    "efficientnet_b0": (385_825_092, 6_748_036),
    "efficientnet_b1": (686_817_992, 10_884_328),
    "efficientnet_b2": (993_578_282, 13_832_834),
    "efficientnet_b3": (1_827_162_472, 23_831_296),
    "efficientnet_b4": (4_393_801_064, 49_489_032),
    "efficientnet_b5": (10_266_426_072, 98_857_400),
    "regnet_x_200mf": (199_040_872, 2_164_056),
    "regnet_x_800mf": (799_700_712, 5_148_744),
    "regnet_x_1_6gf": (1_602_850_792, 7_933_512),
    "regnet_x_3_2gf": (3_176_622_952, 11_367_432),
    "regnet_x_8gf": (7_995_133_416, 14_059_688),
    "regnet_x_16gf": (15_940_756_456, 25_515_496),
    "regnet_x_32gf": (31_735_930_792, 36_302_160),
    "regnet_y_400mf": (401_849_056, 3_892_496),
    "regnet_y_1_6gf": (1_612_087_326, 8_044_814),
    "regnet_y_3_2gf": (3_176_496_162, 11_263_418),
    "regnet_y_16gf": (15_911_534_044, 23_041_228),
    "regnet_y_32gf": (32_279_583_362, 30_261_570),
}

# The smallest inputs that torchvision publishes (weights metadata, min_size).
SMALLEST = {
    "alexnet": 63,
    "convnext_tiny": 32,
    "densenet121": 29,
    "googlenet": 15,
    "inception_v3": 75,
    "resnet50": 1,
    "squeezenet1_0": 21,
    "squeezenet1_1": 17,
    "vgg16": 32,
}


def numbers(name, symbols=None):
    """A network of the zoo at its own input."""
    return derived(name, tuple((symbols or {}).items()))


@cache
def derived(name, symbols):
    return derive(name, zoo[name].input, symbols=dict(symbols)).at()


def published():
    """Every published count of every entry."""
    return [
        pytest.param(name, count, id="-".join([name, count.quantity, *map(str, count.symbols.values())]))
        for name, entry in zoo.items()
        for count in entry.published
    ]


@pytest.mark.parametrize(("name", "count"), published())
def test_a_published_count_is_reproduced(name, count):
    assert numbers(name, count.symbols).total(count.quantity) == count.value


# --- torchvision, pycls ---


@pytest.mark.parametrize("name", sorted(TORCHVISION.keys() - OTHER_HEAD))
def test_torchvision_counts_the_same_parameters(name):
    assert numbers(name).params == TORCHVISION[name]


@pytest.mark.parametrize("name", PUBLISHED["gflops"])
def test_torchvision_counts_the_same_operations(name):
    """At the input of each of its weights, in thousand millions with three decimals."""
    for side, gflops in PUBLISHED["gflops"][name]:
        counted = derive(name, f"{side}x{side}x3").at().under("torchvision")
        assert f"{counted.macs / 1e9:.3f}" == gflops


def test_what_torchvision_counts_besides_is_the_auxiliary_head():
    head = "use conv:bn:relu; avgpool5s3, conv1-128, conv5p0-768, gap, fc1000"
    counted = numbers("inception_v3")
    [enters] = [row.output for row in counted.items if row.label == "incC(192)"]
    assert enters == (768, 17, 17)
    beside = derive(head, {"C": 768, "H": 17, "W": 17}).at().params
    assert beside == 3_326_696
    assert counted.params + beside == TORCHVISION["inception_v3"]


@pytest.mark.parametrize("name", PYCLS)
def test_pycls_counts_the_same_complexity(name):
    counted = numbers(name).under("pycls")
    assert (counted.macs, counted.activations) == PYCLS[name]


# --- References ---


@pytest.mark.parametrize("row", REFERENCES, ids=lambda row: row["name"])
def test_a_reference_is_reproduced_from_its_own_notation(row):
    counted = derive(row["notation"], row["input"], symbols=row.get("symbols")).at()
    assert counted.params == row["params"]
    assert counted.macs == row.get("macs", counted.macs)


@pytest.mark.parametrize("row", REFERENCES, ids=lambda row: row["name"])
def test_a_reference_is_in_the_zoo(row):
    name = FAMILY.get(row["name"], row["name"])
    # torchvision's fourth pool of GoogLeNet is 2×2; the reference has 3×3, which counts the same.
    notation = row["notation"]
    if name == "googlenet":
        head, *pools = notation.split("pool3s2:ceil")
        notation = "pool3s2:ceil".join([head, *pools[:-1]]) + "pool2:ceil" + pools[-1]
    assert parse(notation) == parse(zoo[name].notation)
    assert row["input"] == zoo[name].input
    symbols = row.get("symbols", {})
    assert any(p.quantity == "params" and p.symbols == symbols for p in zoo[name].published)
    counted = numbers(name, symbols)
    assert counted.params == row["params"]
    assert counted.macs == row.get("macs", counted.macs)


@pytest.mark.parametrize(("name", "family"), FAMILY.items())
def test_a_published_network_is_one_of_its_family(name, family):
    [row] = [row for row in REFERENCES if row["name"] == name]
    one, member = numbers(name), numbers(family, row["symbols"])
    assert one.params == member.params == row["params"]
    assert one.macs == member.macs


# --- Every file ---


@pytest.mark.parametrize("name", zoo)
def test_an_entry_states_what_it_is(name):
    entry = zoo[name]
    assert entry.title.endswith(".")
    assert entry.published
    assert all(count.source.strip() for count in entry.published)


@pytest.mark.parametrize("name", zoo)
def test_an_entry_survives_being_printed(name):
    architecture = parse(zoo[name].notation)
    assert parse(str(architecture)) == architecture


@pytest.mark.parametrize("name", zoo)
def test_an_entry_has_formulas_that_hold_at_its_input(name):
    """Symbols other than the input's have their published values: a repeat may be made of them."""
    entry = zoo[name]
    symbols = entry.published[0].symbols
    report = derive(name, symbols=symbols)
    assert set(report.symbols) <= {"C", "H", "W"}
    assert entry.input in report.domain
    assert report.params(**entry.input) == numbers(name, symbols).params
    assert report.macs(**entry.input) == numbers(name, symbols).macs


def test_a_published_name_leaves_no_symbol_open():
    concrete = {row["name"] for row in REFERENCES if "symbols" not in row}
    for name in TORCHVISION.keys() | FAMILY.keys() | concrete:
        assert not any(count.symbols for count in zoo[name].published), name


# --- Domains ---


@pytest.mark.parametrize(("name", "least"), SMALLEST.items())
def test_the_smallest_input_is_the_published_one(name, least):
    domain = derive(name).domain
    assert str(domain) == ("every input" if least == 1 else f"H, W ≥ {least}")


def test_unet_halves_its_input_four_times():
    assert str(derive("unet").domain) == "H mod 16 = 0 and W mod 16 = 0"
