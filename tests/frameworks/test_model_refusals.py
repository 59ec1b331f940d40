"""Inputs outside of a domain are refused by the frameworks, too."""

import warnings

import networks
import pytest
from frameworks.models import MARKS, every
from hypothesis import assume, given
from hypothesis import strategies as st
from networks import effort

import symcnn
from symcnn.errors import SymcnnError
from symcnn.frameworks import framework
from symcnn.frameworks.base import RefusedError
from symcnn.frameworks.lowering import lower
from symcnn.frameworks.verify import repeats

pytestmark = MARKS


TOO_SMALL = ["pool", "conv3p0-4", "pool3s2p1d2", "conv3p0-4,pool", "avgpool2d2", "deconv3p2-4", "avgpool3"]


@every
@pytest.mark.parametrize("text", TOO_SMALL)
def test_frameworks_refuse_what_the_domain_refuses(name, text):
    each = framework(name)
    graph = symcnn.derive(text, {"C": 3}).graph
    for height, width in [(1, 1), (2, 9), (9, 2)]:
        point = {"H": height, "W": width, "C": 3}
        if point not in graph.domain:
            with warnings.catch_warnings(), pytest.raises(RefusedError):
                each.inspect(lower(graph, point))


@every
def test_what_a_factor_does_not_divide_is_refused(name):
    graph = symcnn.derive("pixelunshuffle", {"C": 3}).graph
    for size in [(4, 5), (5, 4), (1, 4)]:
        with pytest.raises(RefusedError):
            framework(name).inspect(lower(graph, dict(zip("HW", size, strict=True))))


@pytest.mark.parametrize(("name", "share"), [("torch", 1), ("onnx", 1), ("keras", 0.2)])
def test_random_networks_are_refused_outside_of_their_domains(name, share):
    pytest.importorskip(name)

    @effort(share)
    @given(networks.networks(), st.lists(networks.inputs(1, 8), min_size=1, max_size=6))
    def refuses(text, sizes):
        try:
            graph = symcnn.derive(text, {"C": 4}).graph
        except SymcnnError:
            assume(False)
        for point in ({"H": size.H, "W": size.W} for size in sizes):
            if point in graph.domain or repeats(graph, point):
                continue
            try:
                program = lower(graph, point)
            except SymcnnError:
                continue  # no size can be a fraction
            with warnings.catch_warnings(), pytest.raises(RefusedError):
                framework(name).inspect(program)

    refuses()


@every
def test_merges_that_never_fit_are_refused(name):
    graph = symcnn.derive("[pool|conv3s2-3]", {"C": 3}).graph
    with pytest.raises(RefusedError):
        framework(name).inspect(lower(graph, {"H": 5, "W": 4}))
