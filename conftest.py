"""What `pytest --doctest-modules symcnn` imports: a framework's module only where the framework is installed."""

from importlib.util import find_spec

NEEDS = {"torch": "torch", "keras": "keras", "onnx": "onnx", "values": "numpy", "running": "numpy"}

collect_ignore = [f"symcnn/frameworks/{name}.py" for name, package in NEEDS.items() if not find_spec(package)]
