"""The highest scores of rows."""

import jax.numpy as jnp
from jax import Array, lax


def highest(scores: Array) -> Array:
    """1 for the highest scores of each row, if not within 1e-9 of zero, and 0 for the others."""
    best = scores >= jnp.broadcast_to(maximum(scores), scores.shape)
    return (best & (jnp.abs(scores) > 1e-9)).astype(scores.dtype)


def maximum(x: Array) -> Array:
    """The maximum of each row, ``[..., 1]``, NaN if there is one.

    Through integers of the same order: XLA on CPUs leaves a maximum of floats to a library, which
    writes it out again for each entry of the row.
    """
    integer = jnp.dtype(f"int{8 * x.dtype.itemsize}")
    mask = jnp.iinfo(integer).max

    def ordered(bits: Array) -> Array:
        return jnp.where(bits < 0, bits ^ mask, bits)

    order = jnp.where(jnp.isnan(x), mask, ordered(lax.bitcast_convert_type(x, integer)))
    top = ordered(jnp.max(order, axis=-1, keepdims=True))
    return lax.bitcast_convert_type(top, x.dtype)


def keep_highest(scores: Array, k: int) -> Array:
    """The k highest scores of each row, of equal ones the first; ``-inf`` elsewhere."""
    classes = scores.shape[-1]
    # Not `top_k` and a scatter, for which XLA gathers a sharded batch onto every device.
    scores = jnp.where(jnp.isnan(scores), -jnp.inf, scores)
    least = jnp.sort(scores, axis=-1)[..., classes - k, None]
    least = jnp.broadcast_to(least, scores.shape)
    above, level = scores > least, scores == least
    room = k - jnp.sum(above, axis=-1, keepdims=True, dtype=jnp.int32)
    first = jnp.cumsum(level, axis=-1, dtype=jnp.int32) <= jnp.broadcast_to(room, scores.shape)
    return jnp.where(above | (level & first), scores, -jnp.inf)
