"""Which backend Keras is going to run on, known before it is imported."""

import json
import os
import sys
from pathlib import Path

from metrax.core.checks import MetraxError


def require_jax() -> None:
    """Raise if importing Keras now would load another backend than JAX, such as TensorFlow.

    Raises:
      MetraxError: naming the backend and the variable to set.
    """
    if "keras" not in sys.modules and (backend := _configured()) != "jax":
        raise MetraxError(complaint(backend))


def complaint(backend: str) -> str:
    """What to do about another backend than JAX."""
    return (
        f"as_keras: Keras runs on the backend {backend!r}; metrax needs JAX. Set the environment "
        "variable KERAS_BACKEND=jax before Keras is imported"
    )


def _configured() -> str:
    """As Keras decides: the environment, then its file, then TensorFlow."""
    if given := os.environ.get("KERAS_BACKEND"):
        return given
    home = os.environ.get("KERAS_HOME") or Path("~/.keras").expanduser()
    try:
        settings = json.loads((Path(home) / "keras.json").read_text())
        return str(settings.get("backend", "tensorflow"))
    except (OSError, ValueError, AttributeError):
        return "tensorflow"
