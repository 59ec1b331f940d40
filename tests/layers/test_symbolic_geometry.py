"""Kernels, strides, dilations and paddings by symbols: what they have to be is in the domain."""

import pytest

import symcnn

COUNT = {"{k-3}": "k ≥ 4", "3s{k-3}": "k ≥ 4", "3d{k-3}": "k ≥ 4", "{k/2}": "k mod 2 = 0"}
OF_POOLS = {
    "{k-3}": "k ≥ 4 and H, W ≥ k - 3",
    "3s{k-3}": "H, W ≥ 3 and k ≥ 4",
    "3p{k-3}": "3 ≤ k ≤ 4 and H, W ≥ 9 - 2*k",
    "3d{k-3}": "k ≥ 4 and H, W ≥ 2*k - 5",
    "{k/2}": "k mod 2 = 0 and 2*H ≥ k and 2*W ≥ k",
}
DOMAINS = {
    **{f"{word}{geometry}": words for word in ("pool", "avgpool") for geometry, words in OF_POOLS.items()},
    **{f"{word}{geometry}-4": words for word in ("conv", "deconv") for geometry, words in COUNT.items()},
    **{f"dw{geometry}": words for geometry, words in COUNT.items()},
    "conv3p{k-3}-4": "k ≥ 3 and H, W ≥ 9 - 2*k",
    "dw3p{k-3}": "k ≥ 3 and H, W ≥ 9 - 2*k",
    "deconv3p{k-3}-4": "k ≥ 3 and H, W ≥ 2*k - 7",
}


@pytest.mark.parametrize("text", DOMAINS)
def test_domains(text):
    assert str(symcnn.derive(text).domain) == DOMAINS[text]


@pytest.mark.parametrize("text", DOMAINS)
@pytest.mark.parametrize("size", [1, 2, 5])
def test_what_is_built_with_a_number_is_in_the_domain(text, size):
    domain = symcnn.derive(text).domain
    for number in range(1, 9):
        try:
            symcnn.derive(text, (size, size, 4), symbols={"k": number})
            built = True
        except symcnn.SymcnnError:
            built = False
        assert ({"k": number, "H": size, "W": size, "C": 4} in domain) == built, number
