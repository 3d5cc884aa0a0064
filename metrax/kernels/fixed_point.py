"""Numbers in units of a power of two, so that whole ones add without rounding, and in vectors."""

from collections.abc import Sequence
from typing import NamedTuple

import jax.numpy as jnp
from jax import Array, lax

from metrax.kernels.limbs import pair_of
from metrax.kernels.pairs import Pair
from metrax.kernels.reductions import sum_integers

BLOCK = 1 << 14
"""Rows that are cut into integers in units of their own."""

FIRST_BITS = 30
"""Of the sum of a block's first integers: at least 16 of the mean of its numbers."""

BITS = 16
"""Of each further integer, so that a block's sum of them fits an int32."""

INTEGERS = 3
"""For each number: 48 bits from its block's mean down."""

LIGHT = 2.0**-14
"""Of a unit: a smaller number would lose digits that float32 has."""


class Units(NamedTuple):
    """Units for numbers that share a total."""

    unit: Array
    """The unit; 0 where there is none, for a total that is 0, not finite or near underflow."""

    per_unit: Array
    """Its inverse; 0 where there is none."""

    nothing: Array
    """Where the total is 0."""


def units(total: Array, bits: int, below: int = 0) -> Units:
    """Units of which there are at most ``2**bits`` in a total of magnitudes.

    They follow what numbers come to, not the largest of them, so a few heavy ones cost the others
    nothing. Where the unit, or ``2**-below`` of it, would leave the normal numbers, there is none.
    """
    info = jnp.finfo(total.dtype)
    power = lax.bitcast_convert_type(total, jnp.dtype(f"int{info.bits}")) >> info.nmant
    exponent = power + 1 - bits
    # What numbers keep below a unit must not be flushed to zero either.
    fits = (power <= 2 * info.maxexp - 2) & (exponent > info.nmant + 2 + below)
    unit, per_unit = (
        lax.bitcast_convert_type(jnp.where(fits, e, 0) << info.nmant, total.dtype)
        for e in (exponent, 2 * info.maxexp - 2 - exponent)
    )
    return Units(unit, per_unit, total == 0)


class Sums(NamedTuple):
    """Sums over some axes, one for each mask."""

    pair: Pair
    """The sums, ``[masks, ...]``."""

    unknown: Array
    """How many units there were not, for each of which the sums mean nothing."""

    light: Array
    """How many numbers may have lost digits."""


def sums_in_integers(x: Array, axes: Sequence[int], masks: Sequence[Array] | None = None) -> Sums:
    """The sums over ``axes`` of float32 numbers chosen by each mask, or of all."""
    total = jnp.sum(jnp.abs(x), axis=tuple(axes), keepdims=True)
    unit, per_unit, nothing = units(total, FIRST_BITS, below=BITS * (INTEGERS - 1))
    scaled = x * jnp.broadcast_to(per_unit, x.shape)
    light = (jnp.abs(scaled) < LIGHT) & (x != 0)
    chosen, rest = [], scaled
    for _ in range(INTEGERS):
        whole = jnp.round(rest)
        rest = (rest - whole) * 2.0**BITS
        whole = whole.astype(jnp.int32)
        chosen += [whole] if masks is None else [jnp.where(mask, whole, 0) for mask in masks]
    *wholes, lost = sum_integers(*chosen, light.astype(jnp.int32), axes=axes)
    shape = (INTEGERS, len(wholes) // INTEGERS, *lost.shape)
    hi, lo = pair_of(jnp.stack(wholes).reshape(shape), BITS, x.dtype)
    scale = jnp.broadcast_to(unit.reshape(lost.shape), hi.shape)
    unknown = jnp.where((unit > 0) | nothing, 0, 1).reshape(lost.shape)
    return Sums((hi * scale, lo * scale), unknown, lost)
