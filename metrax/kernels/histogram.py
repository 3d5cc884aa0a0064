"""Counting into bins, exactly."""

import functools
import math
from typing import NamedTuple

import jax.numpy as jnp
import numpy as np
from jax import Array, lax
from jax.typing import DTypeLike

from metrax.kernels.few_bins import FEW_BINS, sum_few
from metrax.kernels.fixed_point import units
from metrax.kernels.pairs import Pair, add_pairs, integer_pair, renormalize
from metrax.kernels.reductions import fold_pairs, split_axis
from metrax.kernels.sums import by_platform, count_columns, count_each

BLOCK = 1 << 14
"""Weights of which plain sums are taken."""

WHOLE = 30
"""Bits that a cell's whole units may come to, in an int32 with room for rounding."""

WHOLE_FLOATS = 23
"""The same in a float32."""

GOLDEN = np.uint32(0x9E3779B9)
"""The golden ratio's fraction, of 2^32: the number whose multiples are spread most evenly."""


def histogram(
    index: Array, bins: int, w: Array | None, dtype: DTypeLike, *, labels: int | None = None
) -> Pair:
    """How much weight falls into each bin, as pairs of shape ``[bins]`` or ``[labels, bins]``.

    Counts are exact, past 2^24 in one bin too. A bin's sum of weights errs by float32's rounding,
    about 1e-7 of it, however many weights and bins there are; by up to 1e-5 where it is of weights
    that are thousands of times lighter than the mean of those added with them.

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
        sums = integer_pair(_counts(index, bins), dtype)
    else:
        w = jnp.ones(index.shape, dtype) if w is None else w.reshape(index.shape)
        sums = _weights(index, bins, w)
    hi, lo = sums
    return (hi.reshape(bins), lo.reshape(bins)) if labels is None else (hi, lo)


def _counts(index: Array, bins: int) -> Array:
    columns = index.shape[1]
    if bins <= FEW_BINS and columns > 1:
        return count_columns(index, bins)
    if bins <= FEW_BINS:
        return jnp.stack(count_each(*(index == b for b in range(bins)), axis=0), axis=-1)
    cells = _cells(index, bins)
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


def _weights(index: Array, bins: int, w: Array) -> Pair:
    """Sums of float weights in blocks, of whole units and of the rests.

    A plain float32 sum stalls at 2^24. Whole units add exactly. A rest is what its weight is above
    or below the whole units it was rounded to, up or down by a sequence that visits all fractions
    alike; so rests cancel however many equal weights fall into one cell, and their sum stays too
    small to lose digits that the whole's float32 could hold. The blocks' sums are folded in pairs.
    """
    columns = index.shape[1]
    if w.size == 0:
        return (jnp.zeros((columns, bins), w.dtype),) * 2
    if bins <= FEW_BINS:
        return sum_few(index, bins, w)
    n = columns * bins
    small = n <= BLOCK
    # A table that fits the nearest cache has one for each block; large ones would dwarf the batch.
    rows = BLOCK if small else len(w)
    cells = _blocks(1 + _cells(index, bins), rows)
    # One index for all blocks: with an axis of blocks XLA writes out two numbers for each weight.
    cells = jnp.where(cells > 0, cells + n * lax.broadcasted_iota(jnp.int32, cells.shape, 0), 0) - 1
    unit, whole, rest = _quantize(_blocks(w, rows), columns, WHOLE_FLOATS if small else WHOLE)
    add, as_one = (functools.partial(f, n=n * len(unit)) for f in (_add_apart, _add_complex))
    if small:
        add = by_platform(as_one, add)
    hi, lo, rest = (x.reshape(len(unit), n) for x in add(cells, whole, rest))
    unit = jnp.broadcast_to(unit, hi.shape)
    pairs = add_pairs(renormalize(hi * unit, lo * unit), (rest, jnp.zeros_like(rest)))
    hi, lo = renormalize(*fold_pairs(pairs, axes=(0,)))
    return hi.reshape(columns, bins), lo.reshape(columns, bins)


def _blocks(x: Array, block: int) -> Array:
    """``[rows, columns]`` as ``[blocks, elements]``, of ``block`` rows each, filled up by 0."""
    x = split_axis(x, 0, block, min_rows=1)
    return x.reshape(math.prod(x.shape[:2]), -1)


class _Quantized(NamedTuple):
    """``unit * whole + rest``, the unit a power of two for each block, ``[blocks, 1]``."""

    unit: Array
    whole: Array
    rest: Array


def _quantize(w: Array, columns: int, bits: int) -> _Quantized:
    """Weights ``[blocks, rows x columns]`` in units of which no column has over ``2**bits``."""
    largest = jnp.abs(w)
    if columns > 1:
        # Of squares: XLA on CPUs leaves a maximum to a library, but not one of absolute values.
        squares = (w * w).reshape(len(w), -1, columns)
        largest = jnp.sqrt(jnp.max(squares, axis=2))
    unit, per_unit, _ = units(jnp.sum(largest, axis=1, keepdims=True), bits)
    scaled = w * jnp.broadcast_to(per_unit, w.shape)
    turned = jnp.floor(scaled + _fractions(w.shape, w.dtype))
    # A weight far below the unit would lose its own digits to a rest of a whole unit.
    whole = jnp.where(jnp.abs(scaled) >= 1 / 16, turned, 0)
    return _Quantized(unit, whole, w - whole * jnp.broadcast_to(unit, w.shape))


def _fractions(shape: tuple[int, ...], dtype: DTypeLike) -> Array:
    """A fraction for each weight: multiples of the golden ratio, which any stride visits evenly."""
    turn = lax.broadcasted_iota(jnp.uint32, shape, 1) * GOLDEN
    # So few bits that a whole number below the largest plus a fraction is not rounded.
    bits = min(max(math.ceil(math.log2(shape[1])) - 7, 1), 23)
    turn = lax.shift_right_logical(turn, jnp.full_like(turn, 32 - bits)).astype(jnp.int32)
    return (turn.astype(dtype) + np.asarray(0.5, dtype)) * np.asarray(2.0**-bits, dtype)


def _add_apart(cells: Array, whole: Array, rest: Array, n: int) -> list[Array]:
    """The sums in each cell of whole units, as a pair, and of rests."""
    wholes = _scatter(cells, whole.astype(jnp.int32), n)
    return [*integer_pair(wholes, rest.dtype), _scatter(cells, rest, n)]


def _add_complex(cells: Array, whole: Array, rest: Array, n: int) -> list[Array]:
    """The same, in one scatter; the two scatters are most of the time that a histogram takes."""
    sums = _scatter(cells, lax.complex(whole, rest), n)
    return [sums.real, jnp.zeros_like(sums.real), sums.imag]


def _cells(index: Array, bins: int) -> Array:
    """One number for each label and bin, of ``[rows, labels]``; -1 outside bins."""
    first = lax.broadcasted_iota(jnp.int32, index.shape, 1) * bins
    return jnp.where((index >= 0) & (index < bins), index + first, -1)


def _scatter(cells: Array, x: Array, n: int) -> Array:
    at = jnp.zeros(n, x.dtype).at[cells.ravel()]
    return at.add(x.ravel(), mode="drop", wrap_negative_indices=False)
