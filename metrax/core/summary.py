"""What a state prints as: its class, its arrays' shapes and dtypes, and the weight it has seen."""

from typing import Any

import jax
import numpy as np
from jax.core import Tracer

from metrax.core.checks import describe
from metrax.core.state import Accumulator, State, field_names


def summary(state: State) -> str:
    """One line, however large the state; arrays are not looked into, but for the weight."""
    weight = _total(state._seen())
    seen = "" if weight is None else f"; weight seen {weight:g}"
    return f"{_short(state)[:-1]}{seen})"


def _short(state: State) -> str:
    fields = (f"{name}={_field(getattr(state, name))}" for name in field_names(type(state)))
    inside = _kinds(state) if isinstance(state, Accumulator) else ", ".join(fields)
    return f"{type(state).__name__}({inside})"


def _field(value: Any) -> str:
    return _short(value) if isinstance(value, State) else _kinds(value)


def _kinds(part: Any) -> str:
    """The distinct dtypes and shapes of a part's arrays."""
    return ", ".join(dict.fromkeys(map(_kind, jax.tree.leaves(part))))


def _kind(x: Any) -> str:
    # JAX puts what it likes into a pytree's leaves: axes, shardings, placeholders.
    array = hasattr(x, "dtype") and hasattr(x, "shape")
    return describe(x) if array else type(x).__name__


def _total(part: Any) -> float | None:
    """The sum of all elements, of a pair's too, where it can be known."""
    arrays = jax.tree.leaves(part)
    if not arrays or not all(map(_is_here, arrays)):
        return None
    return float(sum(np.asarray(x, np.float64).sum() for x in arrays))


def _is_here(x: Any) -> bool:
    if isinstance(x, jax.Array):
        return not isinstance(x, Tracer) and x.is_fully_addressable and not x.is_deleted()
    return isinstance(x, np.ndarray)
