"""Counting into bins, exactly."""

import functools
import math
from collections.abc import Callable
from typing import NamedTuple

import jax.numpy as jnp
import numpy as np
from jax import Array, lax
from jax.typing import DTypeLike

from metrax.kernels.cuts import Cut
from metrax.kernels.few_bins import FEW_BINS, sum_few
from metrax.kernels.fixed_point import units
from metrax.kernels.hashing import GOLDEN
from metrax.kernels.limbs import sum_rows
from metrax.kernels.pairs import Pair, add_pairs, integer_pair, renormalize
from metrax.kernels.products import MOST_CELLS, count_by_products
from metrax.kernels.scatters import blocks_for, scatter
from metrax.kernels.sums import by_platform, count_columns, count_each

Put = Callable[[Array, Array], Array]

BLOCK = 1 << 14
"""Weights of which plain sums are taken."""

WHOLE = 30
"""Bits that a cell's whole units may come to, in an int32 with room for rounding."""

WHOLE_FLOATS = 23
"""The same in a float32."""

SPARE, FEW_CELLS = 1 << 6, 1 << 14
"""Spare cells, and up to how many others they are few beside."""


def histogram(
    index: Array,
    bins: int,
    w: Array | None,
    dtype: DTypeLike,
    *,
    labels: int | None = None,
    among: int | None = None,
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
      among: how many bins there are of which these are chosen: sums are those of that many, bit for
        bit.
    """
    if not index.size:
        nothing = jnp.zeros((*index.shape[-1:] * (labels is not None), bins), dtype)
        return nothing, nothing
    if w is None and index.size < 2**31:
        return integer_pair(_counts(index, bins, labels), dtype)
    w = jnp.ones(index.shape, dtype) if w is None else w
    return _weights(index, bins, labels, w, among or (labels or 1) * bins)


def _counts(index: Array, bins: int, labels: int | None) -> Array:
    axes = tuple(range(index.ndim - (labels is not None)))
    if bins <= FEW_BINS and labels is not None and labels > 1:
        return count_columns(index, bins)
    if bins <= FEW_BINS:
        return jnp.stack(count_each(*(index == b for b in range(bins)), axes=axes), axis=-1)
    count = functools.partial(count_by_products, bins=bins, labels=labels)
    if bins > MOST_CELLS:
        count = functools.partial(_scattered_ones, bins=bins, labels=labels)
    scattered = functools.partial(_scattered, bins=bins, labels=labels)
    return lax.platform_dependent(index, tpu=count, default=scattered)


def _scattered_ones(index: Array, bins: int, labels: int | None) -> Array:
    shape = _shape(bins, labels)
    n = math.prod(shape)
    cells = _cells(index, bins, labels)
    return scatter(cells, jnp.ones_like(cells), n + _spare(n))[:n].reshape(shape)


def _scattered(index: Array, bins: int, labels: int | None) -> Array:
    shape = _shape(bins, labels)
    n = math.prod(shape)
    if 2 * n > index.size:
        return _scattered_ones(index, bins, labels)
    # XLA writes out a scatter's indices and its updates, a constant too. Odd numbers can be both:
    # a cell 2 i + 1 then holds its count times 2 i + 1, which has an inverse modulo 2^32.
    cells = 2 * _cells(index, bins, labels) + 1
    found = scatter(cells, cells, 2 * (n + _spare(n)))[1 : 2 * n : 2]
    return (found * _inverses(n)).reshape(shape)


def _shape(bins: int, labels: int | None) -> tuple[int, ...]:
    return (bins,) if labels is None else (labels, bins)


def _cells(index: Array, bins: int, labels: int | None) -> Array:
    """One number for each label and bin; outside bins a spare one, or -1."""
    inside = (index >= 0) & (index < bins)
    n = (labels or 1) * bins
    if labels is not None:
        index = index + bins * lax.broadcasted_iota(jnp.int32, index.shape, index.ndim - 1)
    if not _spare(n) or not index.ndim:
        return jnp.where(inside, index, -1)
    long = max(range(index.ndim), key=lambda axis: index.shape[axis])
    turn = lax.broadcasted_iota(jnp.int32, index.shape, long) % SPARE
    return jnp.where(inside, index, n + turn)


def _spare(n: int) -> int:
    """How many cells are added for what counts nowhere.

    Each element that a scatter drops, while it adds others, costs CPUs as much as ten that are
    added; into one cell as many would wait for each other.
    """
    return SPARE if n <= FEW_CELLS else 0


def _inverses(n: int) -> np.ndarray:
    """Of the first n odd numbers, modulo 2^32, by Newton's iteration."""
    odd = 2 * np.arange(n, dtype=np.uint32) + np.uint32(1)
    inverse = odd
    for _ in range(4):
        inverse = inverse * (np.uint32(2) - odd * inverse)
    return inverse.view(np.int32)


def _weights(index: Array, bins: int, labels: int | None, w: Array, among: int) -> Pair:
    """Sums of float weights in blocks, of whole units and of the rests.

    A plain float32 sum stalls at 2^24. Whole units add exactly. A rest is what its weight is above
    or below the whole units it was rounded to, up or down by a sequence that visits all fractions
    alike; so rests cancel however many equal weights fall into one cell, and their sum stays too
    small to lose digits that the whole's float32 could hold. The blocks' sums are folded in pairs.
    """
    axes = tuple(range(w.ndim - (labels is not None)))
    kept = w.shape[len(axes) :]
    if bins <= FEW_BINS:
        hi, lo = sum_few(index, bins, w, axes)
        return jnp.moveaxis(hi, 0, -1), jnp.moveaxis(lo, 0, -1)
    # A table that fits the nearest cache has one for each block; large ones would dwarf the batch.
    small = among <= BLOCK
    blocks = blocks_for(w.shape, axes, among, BLOCK if small else w.size)
    unit, whole, rest = _quantize(blocks, blocks(w), WHOLE_FLOATS if small else WHOLE)
    n = (labels or 1) * bins
    put = functools.partial(scatter, n=n + _spare(n), blocks=blocks)
    add, as_one = (functools.partial(f, put=put) for f in (_add_apart, _add_complex))
    if small:
        add = by_platform(as_one, add)
    sums = add(blocks(_cells(index, bins, labels), fill=-1), whole, rest)
    hi, lo, rest = (x[..., :n].reshape(*blocks.outer, *kept, bins) for x in sums)
    unit = jnp.broadcast_to(jnp.expand_dims(unit, range(unit.ndim, hi.ndim)), hi.shape)
    pairs = add_pairs(renormalize(hi * unit, lo * unit), (rest, jnp.zeros_like(rest)))
    return sum_rows(pairs, axes)


class _Quantized(NamedTuple):
    """``unit * whole + rest``, the unit a power of two for each block."""

    unit: Array
    whole: Array
    rest: Array


def _quantize(blocks: Cut, w: Array, bits: int) -> _Quantized:
    """Weights in units of which no label has over ``2**bits`` in a block."""
    largest = jnp.abs(w)
    labels = tuple(range(2 * len(blocks.axes), w.ndim))
    if labels and w.shape[-1] > 1:
        # Of squares: XLA on CPUs leaves a maximum to a library, but not one of absolute values.
        largest = jnp.sqrt(jnp.max(w * w, axis=-1, keepdims=True))
    total = jnp.sum(largest, axis=blocks.within, keepdims=True)
    unit, per_unit, _ = units(total, bits)
    scaled = w * jnp.broadcast_to(per_unit, w.shape)
    turned = jnp.floor(scaled + _fractions(w.shape, (*blocks.within, *labels), w.dtype))
    # A weight far below the unit would lose its own digits to a rest of a whole unit.
    whole = jnp.where(jnp.abs(scaled) >= 1 / 16, turned, 0)
    rest = w - whole * jnp.broadcast_to(unit, w.shape)
    return _Quantized(unit.reshape(blocks.outer), whole, rest)


def _fractions(shape: tuple[int, ...], axes: tuple[int, ...], dtype: DTypeLike) -> Array:
    """A fraction for each weight: multiples of the golden ratio, which any stride visits evenly."""
    place, stride = jnp.zeros(shape, jnp.uint32), 1
    for axis in reversed(axes):
        place += lax.broadcasted_iota(jnp.uint32, shape, axis) * np.uint32(stride)
        stride *= shape[axis]
    turn = place * np.uint32(GOLDEN)
    # So few bits that a whole number below the largest plus a fraction is not rounded.
    bits = min(max(math.ceil(math.log2(stride)) - 7, 1), 23)
    turn = lax.shift_right_logical(turn, jnp.full_like(turn, 32 - bits)).astype(jnp.int32)
    return (turn.astype(dtype) + np.asarray(0.5, dtype)) * np.asarray(2.0**-bits, dtype)


def _add_apart(cells: Array, whole: Array, rest: Array, put: Put) -> list[Array]:
    """The sums in each cell of whole units, as a pair, and of rests."""
    wholes = put(cells, whole.astype(jnp.int32))
    return [*integer_pair(wholes, rest.dtype), put(cells, rest)]


def _add_complex(cells: Array, whole: Array, rest: Array, put: Put) -> list[Array]:
    """The same, in one scatter; the two scatters are most of the time that a histogram takes."""
    sums = put(cells, lax.complex(whole, rest))
    return [sums.real, jnp.zeros_like(sums.real), sums.imag]
