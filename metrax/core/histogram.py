"""Counting into bins, exactly."""

import math
from typing import NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jax import Array, lax
from jax.typing import DTypeLike

from metrax.core.accumulators import Sum
from metrax.core.numerics import add_pairs, integer_pair, renormalize
from metrax.core.sums import count_columns, count_each, split_axis

FEW_BINS = 8
"""Up to this many bins, masked sums in one pass beat a scatter."""

BLOCK = 1 << 14
"""Rows of weights of which plain sums are taken."""

GOLDEN = np.uint32(0x9E3779B9)
"""The golden ratio's fraction, of 2^32: the number whose multiples are spread most evenly."""


def histogram(
    index: Array, bins: int, w: Array | None, dtype: DTypeLike, *, labels: int | None = None
) -> Sum:
    """How much weight falls into each bin, as a ``Sum`` of shape ``[bins]`` or ``[labels, bins]``.

    Counts are exact, past 2^24 in one bin too; weights are summed without losing their low bits.

    Args:
      index: int32 bin numbers of any shape; a number outside ``[0, bins)`` counts nowhere.
      bins: how many bins there are.
      w: weights of the shape of ``index``, or None to count.
      dtype: the float dtype of the sums.
      labels: the length of the last axis of ``index`` if each of its entries has its own bins.
    """
    columns = 1 if labels is None else labels
    index = index.reshape(index.size // max(columns, 1), columns)
    if w is None and index.size < 2**31:
        sums = Sum.of_integer(_counts(index, bins), dtype)
    else:
        w = jnp.ones(index.shape, dtype) if w is None else w.reshape(index.shape)
        sums = _weights(index, bins, w)
    return sums.reshape(bins) if labels is None else sums


def _counts(index: Array, bins: int) -> Array:
    columns = index.shape[1]
    if bins <= FEW_BINS and columns > 1:
        return count_columns(index, bins)
    if bins <= FEW_BINS:
        return jnp.stack(count_each(*(index == b for b in range(bins)), axis=0), axis=-1)
    cells = _cells(index[None], bins)
    if 2 * columns * bins > index.size:
        return _scatter(cells, jnp.ones_like(cells), columns * bins).reshape(columns, bins)
    # XLA writes out a scatter's indices and its updates, a constant too. Odd numbers can be both:
    # a cell 2 i + 1 then holds its count times 2 i + 1, which has an inverse modulo 2^32.
    cells = 2 * cells + 1
    multiples = _scatter(cells, cells, 2 * columns * bins)[1::2]
    return (multiples * _inverses(columns * bins)).reshape(columns, bins)


def _inverses(n: int) -> np.ndarray:
    """Of the first n odd numbers, modulo 2^32, by Newton's iteration."""
    odd = 2 * np.arange(n, dtype=np.uint32) + np.uint32(1)
    inverse = odd
    for _ in range(4):
        inverse = inverse * (np.uint32(2) - odd * inverse)
    return inverse.view(np.int32)


def _weights(index: Array, bins: int, w: Array) -> Sum:
    """Sums of float weights in blocks, of whole units as integers and of the rests as floats.

    A plain float32 sum stalls at 2^24. The integers add exactly. A rest is what its weight is above
    or below the whole units it was rounded to, up or down by a sequence that visits all fractions
    alike; so rests cancel however many equal weights fall into one cell, and their sum stays too
    small to lose digits that the whole's float32 could hold. The blocks' sums are folded in pairs.
    """
    rows, columns = w.shape
    if w.size == 0:
        return Sum.zeros((columns, bins), w.dtype)
    if bins <= FEW_BINS:
        masked = (jnp.where(index == b, w, 0) for b in range(bins))
        each = Sum.of_each(*masked, axis=0, exact=False)
        return jax.tree.map(lambda *xs: jnp.stack(xs, axis=-1), *each)
    # Never more cells than weights: a thousand classes squared would dwarf the batch.
    block = max(BLOCK, min(columns * bins, rows))
    index, w = _blocks(index, block, -1), _blocks(w, block, 0)
    unit, whole, rest = _quantize(w)
    # One index for all blocks: with an axis of blocks XLA writes out two numbers for each weight.
    cells, shape = _cells(index, bins), (len(w), columns, bins)
    wholes, rests = (_scatter(cells, x, math.prod(shape)).reshape(shape) for x in (whole, rest))
    hi, lo = (x * jnp.broadcast_to(unit, x.shape) for x in integer_pair(wholes, w.dtype))
    pairs = add_pairs(renormalize(hi, lo), (rests, jnp.zeros_like(rests)))
    zero = np.zeros((), w.dtype)
    return Sum(*renormalize(*lax.reduce(pairs, (zero, zero), add_pairs, (0,))))


def _blocks(x: Array, block: int, fill: int) -> Array:
    """``[rows, columns]`` as ``[blocks, at most block, columns]``."""
    x = split_axis(x, 0, block, fill=fill, min_rows=1)
    return x.reshape(-1, *x.shape[2:])


class _Quantized(NamedTuple):
    """``unit * whole + rest``, the unit a power of two for each block, ``[blocks, 1, 1]``."""

    unit: Array
    whole: Array
    rest: Array


def _quantize(w: Array) -> _Quantized:
    info = jnp.finfo(w.dtype)
    integer = jnp.dtype(f"int{info.bits}")
    bits = lax.bitcast_convert_type(w, integer) & jnp.iinfo(integer).max
    largest = jnp.max(bits >> info.nmant, axis=(1, 2), keepdims=True)
    # A unit so small that all the block's weights in one bin do not overflow an int32.
    exponent = largest + math.ceil(math.log2(w.shape[1])) - 29
    # Below the smallest normal numbers a rest would be flushed to zero, so nothing is cut there,
    # nor where there is an infinity or a NaN.
    cut = (largest <= info.maxexp - info.minexp) & (exponent > info.nmant + 2)
    unit, per_unit = (
        lax.bitcast_convert_type(jnp.where(cut, e, 0) << info.nmant, w.dtype)
        for e in (exponent, 2 * info.maxexp - 2 - exponent)
    )
    scaled = w * jnp.broadcast_to(per_unit, w.shape)
    whole = jnp.where(jnp.isnan(scaled), 0, jnp.floor(scaled + _dither(w.shape, w.dtype)))
    return _Quantized(unit, whole.astype(jnp.int32), w - whole * jnp.broadcast_to(unit, w.shape))


def _dither(shape: tuple[int, int, int], dtype: DTypeLike) -> Array:
    """Fractions that any stride through the array visits evenly: multiples of the golden ratio."""
    block, row, column = (lax.broadcasted_iota(jnp.uint32, shape, axis) for axis in range(3))
    place = (block * np.uint32(shape[1]) + row) * np.uint32(shape[2]) + column
    # So few bits that a whole number below the largest plus a fraction is not rounded.
    bits = min(max(math.ceil(math.log2(shape[1])) - 7, 1), 23)
    turn = lax.shift_right_logical(place * GOLDEN, jnp.full_like(place, 32 - bits))
    return (turn.astype(dtype) + np.asarray(0.5, dtype)) * np.asarray(2.0**-bits, dtype)


def _cells(index: Array, bins: int) -> Array:
    """One number for each block, label and bin, of ``[blocks, rows, labels]``; -1 outside bins."""
    block, label = (lax.broadcasted_iota(jnp.int32, index.shape, axis) for axis in (0, 2))
    first = (block * index.shape[2] + label) * bins
    return jnp.where((index >= 0) & (index < bins), index + first, -1)


def _scatter(cells: Array, x: Array, n: int) -> Array:
    at = jnp.zeros(n, x.dtype).at[cells.ravel()]
    return at.add(x.ravel(), mode="drop", wrap_negative_indices=False)
