"""What ``read`` returns: it must be arrays."""

from typing import TYPE_CHECKING, Any

import jax
import jax.numpy as jnp
import numpy as np
from jax import Array

from metrax.core.checks import BY_VALUE, TRACED, MetraxError, MetraxTypeError, shown
from metrax.core.state import is_state

if TYPE_CHECKING:
    from metrax.core.metric import Metric


def value_of(metric: "Metric", state: Any) -> Any:
    """What ``read`` of a metric returns, which must be arrays; for ``compute``, while tracing."""
    name = f"read: {type(metric).__name__}"
    try:
        value = metric.read(state)
    except BY_VALUE as error:
        raise MetraxError(f"{name} raised {error}; {TRACED}") from error
    leaves = jax.tree.leaves(value, is_leaf=lambda x: x is None or is_state(x))
    if not leaves or not all(isinstance(x, Array | np.ndarray | np.generic) for x in leaves):
        raise MetraxTypeError(
            f"{name} returned {shown(value)}; expected an array made of the state's, such as "
            "state.mean, or a dict or named tuple of such"
        )
    return value


def as_dtype(value: Any, dtype: Any) -> Any:
    """A tree of values in a dtype; whole numbers, such as steps, stay what they are."""

    def cast(x: Any) -> Any:
        return x.astype(dtype) if jnp.issubdtype(x.dtype, jnp.inexact) else x

    return jax.tree.map(cast, value)
