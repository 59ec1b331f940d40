"""Which backend Keras computes with."""

import json
import os
import sys
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Final

BACKENDS: Final = ("tensorflow", "jax", "torch")
"""The packages of Keras' backends, in the order in which one that is installed is chosen."""


def choose_backend() -> None:
    """Choose one that is installed, unless it was chosen: Keras asks for TensorFlow, installed or not."""
    if "keras" in sys.modules or "KERAS_BACKEND" in os.environ or _configured() in installed():
        return
    os.environ["KERAS_BACKEND"] = next(iter(installed()), BACKENDS[0])


def installed() -> list[str]:
    """Return the backends that are installed."""
    return [name for name in BACKENDS if find_spec(name)]


def _configured() -> Any:
    """Return the backend of the user's configuration, None if there is none that can be read."""
    home = os.environ.get("KERAS_HOME") or Path("~", ".keras").expanduser()
    try:
        return json.loads(Path(home, "keras.json").read_text(encoding="utf-8")).get("backend")
    except (OSError, ValueError, AttributeError):
        return None
