"""How long symcnn takes; `benchmarks/README.md` says how to run and read it."""

import subprocess
import sys
from time import perf_counter

import pytest
from pytest_benchmark.fixture import BenchmarkFixture

import symcnn

QUANTITIES = (
    "params",
    "weights",
    "biases",
    "buffers",
    "macs",
    "activations",
    "memory",
    "peak_memory",
    "receptive_field",
)
SHORT, LONG = 100, 10_000


def derive_everything(text: str) -> symcnn.Report:
    """Parse `text` and derive every quantity, each of which is computed when first asked for."""
    report = symcnn.derive(symcnn.parse(text))
    for quantity in QUANTITIES:
        getattr(report, quantity)
    return report


def chain(layers: int) -> str:
    """Return the notation of a plain network: so many convolutions, and a classifier."""
    return "conv3-8," * layers + "gap,fc10"


def seconds(text: str, rounds: int) -> float:
    """Return the shortest of several times that `derive_everything` takes."""
    times: list[float] = []
    for _ in range(rounds):
        start = perf_counter()
        derive_everything(text)
        times.append(perf_counter() - start)
    return min(times)


@pytest.mark.parametrize("name", ["vgg16", "resnet152", "densenet121"])
def test_derive_everything(benchmark: BenchmarkFixture, name: str) -> None:
    text = symcnn.zoo[name].notation
    report = benchmark(derive_everything, text)
    assert report.params(H=224, W=224, C=3) > 0


def test_parse_alone(benchmark: BenchmarkFixture) -> None:
    architecture = benchmark(symcnn.parse, symcnn.zoo["resnet152"].notation)
    assert architecture == symcnn.parse(str(architecture))


def test_time_per_layer(benchmark: BenchmarkFixture) -> None:
    """The time of a long chain is recorded, and its time per layer over that of a short one."""
    report = benchmark.pedantic(derive_everything, args=(chain(LONG),), rounds=3, warmup_rounds=0)
    first, others, classifier = 9 * 3 * 8 + 8, (9 * 8 * 8 + 8) * (LONG - 1), 8 * 10 + 10
    assert report.params(H=32, W=32, C=3) == first + others + classifier
    if benchmark.enabled:
        ratio = (benchmark.stats.stats.min / LONG) / (seconds(chain(SHORT), rounds=20) / SHORT)
        benchmark.extra_info["layers"] = [SHORT, LONG]
        benchmark.extra_info["time_per_layer_ratio"] = round(ratio, 3)
        print(f"\ntime per layer, {LONG} layers over {SHORT}: {ratio:.2f}")


@pytest.mark.parametrize("name", ["cifar_densenet", "cifar_resnet_a", "efficientnet"])
def test_derive_a_family(benchmark: BenchmarkFixture, name: str) -> None:
    """A network whose depth is a symbol."""
    text = symcnn.zoo[name].notation
    report = benchmark(lambda: symcnn.derive(symcnn.parse(text)).params)
    assert report.required


def test_time_does_not_depend_on_the_depth(benchmark: BenchmarkFixture) -> None:
    """The time of a million passes is recorded, and its ratio to that of a hundred."""
    few, many = (f"conv3-64,(conv3-64:bn)x{passes},gap,fc10" for passes in (100, 1_000_000))
    report = benchmark(derive_everything, many)
    assert report.params(C=3) == 9 * 3 * 64 + 64 + 1_000_000 * (9 * 64 * 64 + 2 * 64) + 64 * 10 + 10
    if benchmark.enabled:
        ratio = benchmark.stats.stats.min / seconds(few, rounds=50)
        benchmark.extra_info["depth_ratio"] = round(ratio, 3)
        print(f"\ntime of a million passes over that of a hundred: {ratio:.2f}")


def test_evaluate_at_a_thousand_inputs(benchmark: BenchmarkFixture) -> None:
    macs = symcnn.derive(symcnn.zoo["resnet50"].notation).macs

    def evaluate() -> list[int]:
        return [macs(H=side, W=side, C=3) for side in range(224, 1_224)]

    values = benchmark(evaluate)
    assert len(values) == 1_000
    assert values == sorted(values)


@pytest.mark.parametrize(
    "arguments", [("-c", "pass"), ("-m", "symcnn", "--version")], ids=["python", "symcnn"]
)
def test_start_up(benchmark: BenchmarkFixture, arguments: tuple[str, ...]) -> None:
    """`python` is the least that any Python command takes: compare `symcnn` with it."""
    done = benchmark.pedantic(
        subprocess.run,
        args=([sys.executable, *arguments],),
        kwargs={"check": True, "capture_output": True},
        rounds=20,
        warmup_rounds=1,
    )
    assert done.returncode == 0
