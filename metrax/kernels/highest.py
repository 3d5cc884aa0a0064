"""The highest scores of rows."""

import jax.numpy as jnp
from jax import Array, lax

LONG = 1 << 5
"""Scores of a row that are worth two passes over it."""

MANY = 1 << 3
"""Highest scores that are found one after the other."""


def highest(scores: Array) -> Array:
    """1 for the highest scores of each row, if not within 1e-9 of zero, and 0 for the others."""
    best = scores >= jnp.broadcast_to(maximum(scores), scores.shape)
    return (best & (jnp.abs(scores) > 1e-9)).astype(scores.dtype)


def maximum(x: Array) -> Array:
    """The maximum of each row, ``[..., 1]``, NaN if there is one.

    Through integers of the same order: XLA on CPUs leaves a maximum of floats to a library, which
    writes it out again for each entry of the row.
    """
    order = _ordered(x)
    mask = jnp.iinfo(order.dtype).max
    top = jnp.max(jnp.where(jnp.isnan(x), mask, order), axis=-1, keepdims=True)
    return lax.bitcast_convert_type(jnp.where(top < 0, top ^ mask, top), x.dtype)


def first_highest(x: Array, axis: int = -1) -> Array:
    """The place of the first maximum of each row, -1 if a NaN is in the row, as int32.

    Of long rows not by ``argmax``, whose reduction of two arrays has XLA gather the partial results
    of all devices that have a part of a row, and is slower on CPUs.

    Args:
      x: scores.
      axis: that of a row's scores.

    Example:
      >>> import jax.numpy as jnp
      >>> from metrax import building
      >>> building.first_highest(jnp.array([[0.2, 0.4, 0.4], [0.1, jnp.nan, 0.3]])).tolist()
      [1, -1]
    """
    axis %= x.ndim
    top = jnp.max(x, axis=axis)
    if x.shape[axis] < LONG:
        return jnp.where(jnp.isnan(top), -1, jnp.argmax(x, axis=axis).astype(jnp.int32))
    place = lax.broadcasted_iota(jnp.int32, x.shape, axis)
    best = x == jnp.broadcast_to(jnp.expand_dims(top, axis), x.shape)
    first = jnp.min(jnp.where(best, place, x.shape[axis]), axis=axis)
    return jnp.where(first < x.shape[axis], first, -1)


def keep_highest(scores: Array, k: int) -> Array:
    """The k highest scores of each row, of equal ones the first; ``-inf`` elsewhere.

    By counting, for no score leaves its device then, where a sort, and ``top_k`` with its scatter,
    have XLA gather them all; and on CPUs in a tenth of a sort's time.

    Args:
      scores: floats, ``[..., C]``; a NaN is never among the highest.
      k: how many to keep, up to C.

    Example:
      >>> import jax.numpy as jnp
      >>> from metrax import building
      >>> building.keep_highest(jnp.array([[3., 1., 2., 2.]]), k=2).tolist()
      [[3.0, -inf, 2.0, -inf]]
    """
    scores = jnp.where(jnp.isnan(scores), -jnp.inf, scores)
    order = _ordered(scores)
    find = _by_turns if k <= MANY else _by_halves
    least, last = (jnp.broadcast_to(x[..., None], order.shape) for x in find(order, k))
    best = (order > least) | ((order == least) & (_places(order) <= last))
    return jnp.where(best, scores, -jnp.inf)


def _ordered(x: Array) -> Array:
    """Integers of the same order as floats that are numbers."""
    integer = jnp.dtype(f"int{8 * x.dtype.itemsize}")
    bits = lax.bitcast_convert_type(x + 0, integer)  # without a negative zero
    return jnp.where(bits < 0, bits ^ jnp.iinfo(integer).max, bits)


def _places(x: Array) -> Array:
    return lax.broadcasted_iota(jnp.int32, x.shape, x.ndim - 1)


def _by_turns(x: Array, k: int) -> tuple[Array, Array]:
    """The k-th highest integer of each row, and its place: the next after the next after ..."""
    info = jnp.iinfo(x.dtype)

    def turn(_: int, found: tuple[Array, Array]) -> tuple[Array, Array]:
        least, last = (jnp.broadcast_to(y[..., None], x.shape) for y in found)
        left = (x < least) | ((x == least) & (_places(x) > last))
        best = jnp.max(jnp.where(left, x, info.min), axis=-1)
        left &= x == jnp.broadcast_to(best[..., None], x.shape)
        return best, jnp.min(jnp.where(left, _places(x), x.shape[-1]), axis=-1)

    # Made of the scores, so that they vary over the mesh axes over which those do.
    nothing = x[..., 0] * 0
    start = nothing + info.max, nothing.astype(jnp.int32) + x.shape[-1]
    return lax.fori_loop(0, k, turn, start)


def _by_halves(x: Array, k: int) -> tuple[Array, Array]:
    """The same, by halving what they can be, whatever k is."""
    info = jnp.iinfo(x.dtype)
    enough = _many(x >= 0) >= k
    zero = x[..., 0] * 0

    def higher(i: Array, least: Array) -> Array:
        more = least + lax.shift_left(jnp.ones_like(least), (info.bits - 2 - i).astype(x.dtype))
        return jnp.where(_many(x >= jnp.broadcast_to(more[..., None], x.shape)) >= k, more, least)

    least = lax.fori_loop(0, info.bits - 1, higher, jnp.where(enough, zero, info.min))
    spread = jnp.broadcast_to(least[..., None], x.shape)
    tied, room = x == spread, k - _many(x > spread)
    bits = max(1, (x.shape[-1] - 1).bit_length())

    def later(i: Array, last: Array) -> Array:
        more = last + lax.shift_left(jnp.ones_like(last), (bits - 1 - i).astype(jnp.int32))
        before = _places(x) < jnp.broadcast_to(more[..., None], x.shape)
        return jnp.where(_many(tied & before) < room, more, last)

    return least, lax.fori_loop(0, bits, later, zero.astype(jnp.int32))


def _many(mask: Array) -> Array:
    return jnp.sum(mask, axis=-1, dtype=jnp.int32)
