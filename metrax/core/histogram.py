"""Counting into bins, exactly."""

import math

import jax
import jax.numpy as jnp
import numpy as np
from jax import Array, lax
from jax.typing import DTypeLike

from metrax.core.accumulators import Sum
from metrax.core.numerics import BLOCK, Pair, add_pairs, renormalize, split_axis
from metrax.core.weights import weighted

FEW_BINS = 8
"""Up to this many bins, masked sums in one pass beat a scatter."""


def histogram(index: Array, bins: int, w: Array | None, dtype: DTypeLike) -> Sum:
    """How much weight falls into each bin, as a ``Sum`` of shape ``[bins]``.

    Counts are exact, past 2^24 in one bin too; weights are summed without losing their low bits.

    Args:
      index: int32 bin numbers of any shape; a number outside ``[0, bins)`` counts nowhere.
      bins: how many bins there are.
      w: weights of the shape of ``index``, or None to count.
      dtype: the float dtype of the sums.
    """
    if w is None and index.size < 2**31:
        return Sum.of_integer(_counts(index, bins), dtype)
    w = jnp.ones(index.shape, dtype) if w is None else w
    if bins <= FEW_BINS:
        each = Sum.of_each(*(weighted(w, (index == b).astype(dtype)) for b in range(bins)))
        return jax.tree.map(lambda *xs: jnp.stack(xs), *each)
    skip = (w == 0) | (index < 0)
    return _weights(jnp.where(skip, bins, index).ravel(), bins, w.ravel())


def _counts(index: Array, bins: int) -> Array:
    if bins <= FEW_BINS:
        hits = tuple((index == b).astype(jnp.int32) for b in range(bins))
        return jnp.stack(lax.reduce(hits, (np.int32(0),) * bins, _add_all, range(index.ndim)))
    index = jnp.where(index < 0, bins, index).ravel()
    return jnp.zeros(bins, jnp.int32).at[index].add(1, mode="drop")


def _add_all(xs: tuple[Array, ...], ys: tuple[Array, ...]) -> tuple[Array, ...]:
    return tuple(x + y for x, y in zip(xs, ys, strict=True))


def _weights(index: Array, bins: int, w: Array) -> Sum:
    """Scatter-add of float weights in blocks, each weight cut in two so that the heads add exactly.

    A plain float32 scatter-add stalls at 2^24. In a block the heads are multiples of one unit, and
    together at most 2^24 units, so no addition of heads rounds; the tails are half a unit or less.
    The blocks' sums are then folded in pairs.
    """
    if index.size == 0:
        return Sum.zeros((bins,), w.dtype)
    # Never more cells than weights: a thousand classes squared would dwarf the batch.
    block = max(BLOCK, min(bins, index.size))
    index = split_axis(index, 0, block, fill=bins, min_rows=1)
    w = split_axis(w, 0, block, min_rows=1)
    index, w = (x.reshape(-1, x.shape[-1]) for x in (index, w))
    head_and_tail = jnp.stack(_cut_weights(w), axis=-1)
    empty = jnp.zeros((bins, 2), w.dtype)
    sums = jax.vmap(lambda i, x: empty.at[i].add(x, mode="drop"))(index, head_and_tail)
    zero = np.zeros((), w.dtype)
    pairs = lax.reduce((sums[..., 0], sums[..., 1]), (zero, zero), add_pairs, (0,))
    return Sum(*renormalize(*pairs))


def _cut_weights(w: Array) -> Pair:
    info = jnp.finfo(w.dtype)
    largest = jnp.max(jnp.abs(w), axis=1, keepdims=True)
    digits = info.nmant + 1
    exponent = jnp.frexp(largest)[1] + math.ceil(math.log2(w.shape[1])) - digits
    unit = jnp.ldexp(jnp.ones_like(largest), jnp.maximum(exponent, info.minexp))
    head = jnp.round(w / jnp.broadcast_to(unit, w.shape)) * jnp.broadcast_to(unit, w.shape)
    # Below the smallest normal numbers a tail would be flushed to zero, so nothing is cut there.
    cut = jnp.broadcast_to(exponent > info.minexp + digits, w.shape)
    head = jnp.where(cut, head, 0)
    return head, w - head
