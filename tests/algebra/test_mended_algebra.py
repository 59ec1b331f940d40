"""What was found wrong once, and must stay right."""

import base64
import pickle
import subprocess
import sys

import pytest

import symcnn
from symcnn.algebra.arithmetic import is_whole
from symcnn.errors import DomainError, NotationError

POINT = {"C": 3, "H": 8, "W": 8}


def python(code, *arguments):
    """What a program prints; one that takes longer is an error."""
    return subprocess.run(
        [sys.executable, "-c", code, *arguments],
        env={"PYTHONPATH": ":".join(sys.path)},
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    ).stdout


def test_powers_with_negative_exponents():
    with pytest.raises(DomainError):
        symcnn.derive("conv3-{3*2**(n - 3)}").params(n=2, **POINT)


def test_floors_of_powers_with_negative_exponents():
    assert symcnn.derive("conv1-{1 + floor(2**(n - 3))}").biases(n=1, **POINT) == 1


def test_negative_divisors():
    with pytest.raises(DomainError):
        symcnn.derive("conv3-{floor(64/(k - 5))}").params(k=3, **POINT)


def test_divisors_that_are_zero():
    with pytest.raises(DomainError):
        symcnn.derive("conv3-{floor(64/(k - 5))}").params(k=5, **POINT)


def test_zero_by_a_part_of_the_values():
    with pytest.raises(DomainError):
        symcnn.derive("conv3-{m/(k - 1)}").params.at(k=1)


def test_exponents_that_values_make_fractions():
    with pytest.raises(DomainError):
        symcnn.derive("conv3-{2**α}").params(alpha="1/2", **POINT)


def test_divisors_of_divisors():
    params = symcnn.derive("conv1-{3/(1/(k - 1))}").biases
    assert eval(str(params), {"k": 5}) == params(k=5, **POINT)


def test_powers_of_powers_in_latex():
    assert r"}^{" not in symcnn.derive("conv1-{2**n},conv1-{2**n}").params.latex.replace(r"\right)", "")


@pytest.mark.parametrize(
    ("one", "two"), [("pool,conv3p0-1", "conv3p0-1,conv3p0-1,pool"), ("pool,pad1", "pad2,pool")]
)
def test_one_function_has_one_form(one, two):
    assert symcnn.derive(one).output[1].value == symcnn.derive(two).output[1].value


@pytest.mark.parametrize("text", ["conv3-{1 - α}", "conv3-{5 - k},conv3-{k - 5}", "[conv1-{k*k}+conv1-2]"])
def test_what_never_works_is_a_mistake(text):
    with pytest.raises(NotationError):
        symcnn.derive(text)


def test_residues_of_large_moduli_are_combined_promptly():
    python("import symcnn; symcnn.derive('conv3-{k/99991},conv3-{k/99989}')")


def test_signs_of_high_powers_are_found_promptly():
    python("import symcnn; symcnn.derive('conv3-{k - 9**900},conv3-{7//(k**4000000 + 1) + 1}')")


def test_the_order_of_conditions():
    code = "import symcnn; print(symcnn.derive('conv{a-b}x{c-d}s{e-f}x{g-h}-3').domain)"
    assert {python(code) for _ in range(6)} == {"a ≥ b + 1 and c ≥ d + 1 and e ≥ f + 1 and g ≥ h + 1\n"}


def test_pickles_in_another_process():
    value = symcnn.derive("conv3-{min(k, m)}").output[0].value
    assert is_whole(value)
    code = (
        "import base64, pickle, sys; from symcnn.algebra.arithmetic import is_whole;"
        "print(is_whole(pickle.loads(base64.b64decode(sys.argv[1]))))"
    )
    assert python(code, base64.b64encode(pickle.dumps(value)).decode()) == "True\n"


def test_a_sum_says_where_in_which_text():
    both = symcnn.derive("conv3-4").params + symcnn.derive("conv3-5,conv3-7,pool9").params
    with pytest.raises(DomainError) as caught:
        both(C=3, H=1, W=1)
    error = caught.value
    assert error.source[error.span.start : error.span.end] == "pool9"


def test_a_thousand_digits_are_allowed():
    assert symcnn.derive(f"conv1-{'9' * 1000}").biases() == 10**1000 - 1
