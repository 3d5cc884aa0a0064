"""Counting by products of matrices, for platforms that multiply them faster than they scatter."""

import math

import jax.numpy as jnp
from jax import Array, lax

MOST_CELLS = 1 << 19
"""Bins up to which products are tried: what they take grows with the bins, a scatter does not."""


def count_by_products(index: Array, bins: int, labels: int | None) -> Array:
    """How often each bin is among the indices, ``[bins]`` or ``[labels, bins]``, as int32.

    A bin's number has two digits. Each digit of each index is a row of zeros and a one, and what
    two such matrices multiply to is the table of how often two digits come together.
    """
    low = 1 << math.ceil(math.log2(bins) / 2)
    high = -(-bins // low)
    index = jnp.where((index >= 0) & (index < bins), index, -1)
    # A negative number shifted down stays below 0, where no digit is.
    first = _ones(index >> int(math.log2(low)), high)
    second = _ones(index & (low - 1), low)
    summed = tuple(range(index.ndim - (labels is not None)))
    kept = () if labels is None else (index.ndim - 1,)
    table = lax.dot_general(
        first,
        second,
        ((summed, summed), (kept, kept)),
        preferred_element_type=jnp.int32,
    )
    return table.reshape(*table.shape[:-2], high * low)[..., :bins]


def _ones(digit: Array, size: int) -> Array:
    shape = (*digit.shape, size)
    digits = lax.broadcasted_iota(jnp.int32, shape, digit.ndim)
    return (jnp.broadcast_to(digit[..., None], shape) == digits).astype(jnp.int8)
