"""How weights line up with values."""

import jax.numpy as jnp
from jax import Array
from jax.typing import DTypeLike

from metrax.core.checks import MetraxError, describe


def align(w: Array | None, shape: tuple[int, ...], dtype: DTypeLike) -> Array | None:
    """Weights broadcast to the values' ``shape``; ``None`` (weight one everywhere) stays ``None``.

    Takes and raises what :func:`beside` does.
    """
    w = beside(w, shape, dtype)
    return None if w is None else jnp.broadcast_to(w, shape)


def beside(w: Array | None, shape: tuple[int, ...], dtype: DTypeLike) -> Array | None:
    """Weights of the rank of the values' ``shape``, of size one along axes that they lack.

    ``w`` may be a scalar, ``[B]``, any leading part of ``shape``, or ``shape`` with axes of size
    one; a trailing axis of size one is squeezed when ``w`` has one axis too many. So a weight per
    example reaches every element of that example, never the last axis by chance.

    Raises:
      MetraxError: for any other shape.
    """
    if w is None:
        return None
    original = w
    if w.ndim == len(shape) + 1 and w.shape[-1] == 1:
        w = w[..., 0]
    fits = w.ndim <= len(shape) and all(a in (1, b) for a, b in zip(w.shape, shape, strict=False))
    if not fits:
        raise MetraxError(
            f"w: got {describe(original)} for values of shape {shape}; expected a scalar, a "
            f"leading part of that shape such as {shape[:1]}, or that shape with axes of size one"
        )
    return w.reshape(*w.shape, *(1,) * (len(shape) - w.ndim)).astype(dtype)


def is_zero(w: Array) -> Array:
    """Where weights, which may be booleans, are 0."""
    return ~w if w.dtype == bool else w == 0


def weighted(w: Array | None, values: Array) -> Array:
    """``w * values``, and 0 where the weight is 0 whatever the value is, NaN and infinity too.

    Either may hold booleans, both only if both do, and then so does the result.
    """
    if w is None:
        return values
    if values.dtype == bool:
        return values & w if w.dtype == bool else jnp.where(values, w, 0)
    return jnp.where(w, values, 0) if w.dtype == bool else jnp.where(is_zero(w), 0, w * values)
