"""Weights in units of a power of two, so that whole ones add without rounding."""

from typing import NamedTuple

import jax.numpy as jnp
from jax import Array, lax


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
