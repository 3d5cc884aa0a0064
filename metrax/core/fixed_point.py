"""Numbers in units of a power of two, so that whole ones add without rounding, and in vectors."""

from collections.abc import Sequence
from typing import NamedTuple

import jax.numpy as jnp
from jax import Array, lax

from metrax.core.numerics import Pair, integer_pair
from metrax.core.reductions import fold_pairs, sum_integers

BLOCK = 1 << 14
"""Rows that are cut into integers in units of the largest of them."""

BITS = 16
"""Of each integer, so that a block's sum of them fits an int32."""

INTEGERS = 3
"""For each number: 48 bits from the block's largest one down."""

DEPTH = 2.0**-30
"""A number below this share of its block's largest would lose digits that float32 has."""


class Units(NamedTuple):
    """Units for the weights along an axis, which is kept with size one."""

    unit: Array
    """The unit; 0 where there is none, for weights that are all 0, not finite or near underflow."""

    per_unit: Array
    """Its inverse; 0 where there is none."""

    nothing: Array
    """Where all weights are 0."""


def units(w: Array, axis: int, bits: int, below: int = 0) -> Units:
    """Units of which the largest weight along ``axis`` is at most ``2**bits``.

    Where the unit, or ``2**-below`` of it, would leave the normal numbers, there is none.
    """
    info = jnp.finfo(w.dtype)
    integer = jnp.dtype(f"int{info.bits}")
    # Of squares: XLA on CPUs leaves maxima of floats to a library, but not those of absolute values
    # or integers, which take as long as all the rest.
    squares = jnp.max(w * w, axis=axis, keepdims=True)
    power = lax.bitcast_convert_type(squares, integer) >> info.nmant
    exponent = ((power + info.maxexp) >> 1) + 1 - bits
    # What weights keep below a unit must not be flushed to zero either.
    fits = (power <= 2 * info.maxexp - 2) & (power > 0) & (exponent > info.nmant + 2 + below)
    unit, per_unit = (
        lax.bitcast_convert_type(jnp.where(fits, e, 0) << info.nmant, w.dtype)
        for e in (exponent, 2 * info.maxexp - 2 - exponent)
    )
    return Units(unit, per_unit, squares == 0)


class Sums(NamedTuple):
    """Sums over both first axes of ``[blocks, rows, ...]``, one for each mask."""

    pair: Pair
    """The sums, ``[masks, ...]``."""

    finite: Array
    """Whether there were units for all blocks; else the sums mean nothing."""

    light: Array
    """How many numbers may have lost digits."""


def sums_in_integers(x: Array, masks: Sequence[Array] | None = None) -> Sums:
    """The sums of float32 numbers chosen by each mask, or of all, through integers."""
    unit, per_unit, nothing = units(x, 1, BITS, below=BITS * (INTEGERS - 1))
    scaled = x * jnp.broadcast_to(per_unit, x.shape)
    light = (jnp.abs(scaled) < DEPTH * 2**BITS) & (x != 0)
    chosen, rest = [], scaled
    for _ in range(INTEGERS):
        whole = jnp.round(rest)
        rest = (rest - whole) * 2.0**BITS
        whole = whole.astype(jnp.int32)
        chosen += [whole] if masks is None else [jnp.where(mask, whole, 0) for mask in masks]
    *wholes, lost = sum_integers(*chosen, light.astype(jnp.int32), axis=1)
    shape = (INTEGERS, len(wholes) // INTEGERS, *lost.shape)
    hi, lo = (y.reshape(shape) for y in integer_pair(jnp.stack(wholes), x.dtype))
    scale = jnp.stack([unit[:, 0] * 2.0 ** (-BITS * i) for i in range(INTEGERS)])
    scale = jnp.broadcast_to(jnp.expand_dims(scale, 1), shape)
    pair = fold_pairs((hi * scale, lo * scale), axes=(0, 2))
    return Sums(pair, ((unit > 0) | nothing).all(), lost.sum())
