"""The families of the zoo: one string for many networks, and a closed form that gives each of them."""

from fractions import Fraction
from functools import cache

import oracles
import pytest

from symcnn import derive, zoo

FAMILIES = [name for name, entry in zoo.items() if any(count.symbols for count in entry.published)]

# Closed forms of the parameters at C = 3, as they can be worked out by hand.
BY_HAND = {
    "cifar_resnet_a": "97216*n - 21926",
    "cifar_resnet_b": "97216*n - 19174",
    "cifar_densenet": "(91*k**2*m**2 - 27*k**2*m + 18*k*m**2 + 1134*k*m + 192*m + 2420)/2",
    "densenet121_k": "6700*k**2 + 34908*k + 1000",
    "mobilenet_v1_alpha": "3139584*α**2 + 1091392*α + 1000",
    "resnext50_gd": "2763*d**2*g + 146476*d*g + 4865320",
    "convnext": "128*n*w**2 + 232*n*w + 1824*w**2 + 10009*w + 1000",
    "unet_depth4": "7574*b**2 + 136*b + 2",
}

# Points that nobody published, where all values are small and no two networks of a family are alike.
SMALL = {
    "cifar_densenet": [{"k": 3, "m": 1}, {"k": 2, "m": 3}],
    "cifar_densenet_bc": [{"k": 4, "m": 2}, {"k": 2, "m": 4}],
    "cifar_preact_resnet": [{"n": 2}, {"n": 3}],
    "cifar_pyramidnet": [{"k": 1, "n": 1}, {"k": 3, "n": 2}],
    "cifar_resnet_a": [{"n": 1}, {"n": 2}],
    "cifar_resnet_b": [{"n": 1}, {"n": 2}],
    "cifar_resnet_bottleneck": [{"n": 1}, {"n": 2}],
    "cifar_resnext": [{"d": 3, "g": 1, "n": 1}, {"d": 2, "g": 5, "n": 2}],
    "cifar_wide_resnet": [{"k": 1, "n": 2}, {"k": 2, "n": 3}],
    "convnext": [{"n": 1, "w": 3}, {"n": 4, "w": 2}],
    "densenet": [{"k": 2, "m": 1, "n": 1}, {"k": 1, "m": 4, "n": 3}],
    "densenet121_k": [{"k": 1}, {"k": 3}],
    "densenet161_k": [{"k": 1}, {"k": 3}],
    "densenet169_k": [{"k": 1}, {"k": 3}],
    "densenet201_k": [{"k": 1}, {"k": 3}],
    "efficientnet": [{"ω": Fraction(1, 3), "δ": Fraction(1, 5)}, {"ω": Fraction(3, 4), "δ": Fraction(5, 4)}],
    "mnasnet_alpha": [{"α": Fraction(1, 9)}, {"α": Fraction(2, 3)}],
    "mobilenet_v1_alpha": [{"α": Fraction(1, 32)}, {"α": Fraction(3, 32)}],
    "mobilenet_v2_alpha": [{"α": Fraction(1, 9)}, {"α": Fraction(10, 9)}],
    "regnet_x": [
        {"w1": 4, "w2": 4, "w3": 6, "w4": 8, "d1": 1, "d2": 2, "d3": 1, "d4": 3, "g": 2},
        {"w1": 3, "w2": 8, "w3": 4, "w4": 12, "d1": 2, "d2": 1, "d3": 3, "d4": 1, "g": 4},
    ],
    "resnext": [{"d": 2, "g": 3, "m": 1, "n": 2}, {"d": 1, "g": 1, "m": 3, "n": 1}],
    "resnext50_gd": [{"d": 1, "g": 1}, {"d": 3, "g": 2}],
    "shufflenet_v2": [{"a": 2, "b": 6, "c": 4, "d": 5}, {"a": 8, "b": 2, "c": 10, "d": 1}],
    "squeezenet": [
        {"b": 8, "i": 4, "f": 1, "ρ": Fraction(1, 4), "σ": Fraction(1, 2)},
        {"b": 6, "i": 12, "f": 3, "ρ": Fraction(1, 3), "σ": Fraction(2, 3)},
    ],
    **{f"unet_depth{depth}": [{"b": 1}, {"b": 3}] for depth in range(1, 7)},
    "vgg": [{"n": 1, "w": 1}, {"n": 5, "w": 3}],
}


@cache
def closed(name):
    """A network with all its symbols open."""
    return derive(name)


def points():
    """Every published count of every family."""
    return [
        pytest.param(name, count, id="-".join([name, count.quantity, *map(str, count.symbols.values())]))
        for name in FAMILIES
        for count in zoo[name].published
    ]


def members():
    """Points of families that are networks of the zoo of their own, told by their parameters.

    `NAME.LIBRARY`, a network as a library builds it, has more layers than the family says.
    """
    alone = {name: entry for name, entry in zoo.items() if name not in FAMILIES and "." not in name}
    return [
        pytest.param(family, count.symbols, name, id=f"{family}-{name}")
        for family in FAMILIES
        for count in zoo[family].published
        for name, entry in alone.items()
        if count.quantity == "params" and count.value in published_params(entry)
    ]


def published_params(entry):
    return {count.value for count in entry.published if count.quantity == "params"}


def small():
    return [
        pytest.param(name, symbols, id="-".join([name, *map(str, symbols.values())]))
        for name in FAMILIES
        for symbols in SMALL[name]
    ]


# --- What was published ---


@pytest.mark.parametrize(("name", "count"), points())
def test_the_closed_form_gives_a_published_count(name, count):
    point = {**zoo[name].input, **count.symbols}
    assert closed(name).total(count.quantity)(**point) == count.value


@pytest.mark.parametrize(("name", "count"), points())
def test_values_put_in_before_building_give_it_too(name, count):
    bound = derive(name, zoo[name].input, symbols=count.symbols)
    assert bound.at().total(count.quantity) == count.value


@pytest.mark.parametrize(("family", "symbols", "name"), members())
def test_a_member_of_a_family_has_the_formulas_of_the_network_alone(family, symbols, name):
    for quantity in ("params", "macs", "activations"):
        assert str(closed(family).total(quantity).at(**symbols)) == str(closed(name).total(quantity))
    assert str(closed(family).params.at(**symbols).domain) == str(closed(name).domain)


def test_families_have_members_among_the_networks():
    assert {name for _, _, name in (case.values for case in members())} >= {
        *("resnet50", "resnet101", "resnet152", "resnext50_32x4d", "resnext101_64x4d", "wide_resnet101_2"),
        *("densenet121", "densenet161", "densenet169", "densenet201", "convnext_tiny", "convnext_large"),
        *("efficientnet_b0", "efficientnet_b7", "mobilenet_v1", "mobilenet_v2", "mnasnet1_3"),
        *("regnet_x_200mf", "regnet_x_32gf", "shufflenet_v2_x0_5", "shufflenet_v2_x2_0", "squeezenet1_0"),
        *("unet", "vgg13", "vgg16", "vgg19", "wrn_28_10", "preact_resnet110"),
    }


# --- Closed forms ---


@pytest.mark.parametrize(("name", "formula"), BY_HAND.items())
def test_the_closed_form_of_the_parameters(name, formula):
    assert str(closed(name).params.at(C=3)) == formula


@pytest.mark.parametrize("depth", range(1, 7))
@pytest.mark.parametrize("b", [1, 7, 64])
def test_the_parameters_of_a_unet_layer_by_layer(depth, b):
    def conv(k, entering, leaving):
        return k * k * entering * leaving + leaving

    widths = [b * 2**level for level in range(depth + 1)]
    counted, channels = 0, 3
    for width in widths:
        counted += conv(3, channels, width) + conv(3, width, width)
        channels = width
    for width in reversed(widths[:-1]):
        counted += conv(2, channels, width) + conv(3, 2 * width, width) + conv(3, width, width)
        channels = width
    counted += conv(1, channels, 2)
    assert closed(f"unet_depth{depth}").params(C=3, H=64, W=64, b=b) == counted


@pytest.mark.parametrize("depth", range(1, 7))
def test_a_unet_halves_its_input_as_often_as_it_is_deep(depth):
    holds = f"H mod {2**depth} = 0 and W mod {2**depth} = 0"
    assert str(closed(f"unet_depth{depth}").domain) == holds


# --- Between the points ---


@pytest.mark.parametrize(("name", "symbols"), small())
def test_the_closed_form_counts_what_brute_force_counts(name, symbols):
    size = {"C": 2, "H": 64, "W": 128} if name.startswith("unet") else {"C": 2, "H": 34, "W": 47}
    counted = oracles.count(zoo[name].notation, **size, **symbols)
    report = closed(name)
    for quantity in ("params", "macs", "activations"):
        assert report.total(quantity)(**size, **symbols) == getattr(counted, quantity)
