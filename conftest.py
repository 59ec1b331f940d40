"""What `pytest --doctest-modules symcnn` imports: modules that need a framework only where that is."""

from importlib.util import find_spec

NEEDS = {"torch": "torch", "keras": "keras", "onnx": "onnx", "values.py": "numpy", "running.py": "numpy"}

collect_ignore = [f"symcnn/frameworks/{name}" for name, package in NEEDS.items() if not find_spec(package)]
