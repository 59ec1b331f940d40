"""Which backend Keras computes with."""

import json
import os
import sys
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Final

BACKENDS: Final = ("tensorflow", "jax", "torch")
"""The packages of the backends that train, in the order in which one that is installed is chosen."""

OTHERS: Final = ("numpy", "openvino")
"""Those of the backends that do not."""


def choose_backend() -> None:
    """Choose one that is installed, unless one was chosen: Keras asks for TensorFlow, installed or not.

    Raises:
        ImportError: if one was chosen that there is not.
    """
    if "keras" in sys.modules:
        return
    found = [name for name in BACKENDS if find_spec(name)]
    chosen = os.environ.get("KERAS_BACKEND")
    if chosen is None and found and _configured() not in found:
        os.environ["KERAS_BACKEND"] = found[0]
    if chosen is not None and not (chosen in BACKENDS + OTHERS and find_spec(chosen)):
        instead = f", but {' and '.join(found)} would do" if found else ""
        raise ImportError(f"KERAS_BACKEND is {chosen!r}, which is not installed{instead}")


def _configured() -> Any:
    """Return the backend of the user's configuration, None if there is none that can be read."""
    home = os.environ.get("KERAS_HOME") or Path("~", ".keras").expanduser()
    try:
        return json.loads(Path(home, "keras.json").read_text(encoding="utf-8")).get("backend")
    except (OSError, ValueError, AttributeError):
        return None
