"""The sum of pairs across rows, which may lie on different devices: plain sums of integers.

Of a reduction of pairs XLA gathers the partial results of all devices on each of them, of a plain
one it exchanges a single result. So pairs are written as integers in units of a power of two that
their rows share, *limbs*, whose sums are exact in whatever order; two exchanges, however many
devices there are. XLA joins the exchanges of sums that do not wait for each other into one.
"""

import functools
import math
from collections.abc import Sequence

import jax.numpy as jnp
import numpy as np
from jax import Array, lax

from metrax.kernels.cuts import cut
from metrax.kernels.devices import one_device
from metrax.kernels.pairs import Pair, add_pairs, two_sum
from metrax.kernels.reductions import add_each, reduce_each

IN_TURN = 1 << 8
"""Pairs that may be added one after the other."""

LEAST_LIMBS = 3
"""Where a sum is not finite, they count what it is of."""


def sum_rows(x: Pair, axes: Sequence[int]) -> Pair:
    """The sum of pairs over ``axes``, exact to all bits of the largest of them and more."""
    hi, lo = x
    axes = tuple(axes)
    rows = math.prod(hi.shape[i] for i in axes)
    if rows == 1 or not hi.size:
        return jnp.sum(hi, axis=axes), jnp.sum(lo, axis=axes)
    if one_device():
        return _in_turn(x, axes, rows)
    info = jnp.finfo(hi.dtype)
    bits = info.bits - 2 - math.ceil(math.log2(rows))
    power = jnp.max(_power(jnp.abs(hi) + jnp.abs(lo)), axis=axes)
    finite = power < 2 * info.maxexp - 1
    # Less than 2^bits units come to the largest number; 0 where there is nothing to scale.
    shift = jnp.where(finite, bits + info.maxexp - 2 - power, 0)
    spread = tuple(jnp.expand_dims(y, axes) for y in (shift, finite))
    limbs = _limbs(hi, lo, bits, *(jnp.broadcast_to(y, hi.shape) for y in spread))
    total = jnp.sum(limbs, axis=[i + 1 for i in axes], dtype=limbs.dtype)
    sums = _scaled(pair_of(total, bits, hi.dtype), -shift)
    positive, negative, neither = total[:LEAST_LIMBS] > 0
    endless = jnp.where(positive, jnp.inf, -jnp.inf)
    endless = jnp.where(neither | (positive & negative), jnp.nan, endless).astype(hi.dtype)
    return jnp.where(finite, sums[0], endless), jnp.where(finite, sums[1], 0)


def _in_turn(x: Pair, axes: tuple[int, ...], rows: int) -> Pair:
    """The sum one after the other; of many rows in two rounds, for every addition rounds."""
    add = functools.partial(reduce_each, add=add_each(add_pairs, width=2))
    if rows <= IN_TURN:
        hi, lo = add(x, axes)
        return hi, lo
    pieces = cut(x[0].shape, axes, rows=1, block=math.isqrt(rows))
    hi, lo = add(add([pieces(y) for y in x], pieces.within), pieces.folded)
    return hi, lo


def _limbs(hi: Array, lo: Array, bits: int, shift: Array, finite: Array) -> Array:
    """Integers, the first in units of ``2**-shift``, each other in ``2**-bits`` of the one before.

    Where ``finite`` is not, ones for what is infinite, minus infinite and no number.
    """
    info = jnp.finfo(hi.dtype)
    integer = jnp.dtype(f"int{info.bits}")
    parts = _scaled((hi, lo), shift)
    limbs = []
    for _ in range(max(LEAST_LIMBS, -(-(2 * info.nmant + 4) // bits))):
        wholes = [jnp.round(x) for x in parts]
        limbs.append(sum(x.astype(integer) for x in wholes))
        parts = [(x - whole) * 2.0**bits for x, whole in zip(parts, wholes, strict=True)]
    marks = [hi == jnp.inf, hi == -jnp.inf, jnp.isnan(hi)]
    marks += [jnp.zeros_like(marks[0])] * (len(limbs) - len(marks))
    chosen = (jnp.where(finite, x, m.astype(integer)) for x, m in zip(limbs, marks, strict=True))
    return jnp.stack(list(chosen))


def pair_of(limbs: Array, bits: int, dtype: np.dtype) -> Pair:
    """The numbers that limbs stand for, in units of the first; each other is ``2**-bits`` of it."""
    digits = list(limbs)
    for i in reversed(range(1, len(digits))):
        carry = digits[i] >> bits
        digits[i], digits[i - 1] = digits[i] - (carry << bits), digits[i - 1] + carry
    low = digits[0] & ((1 << (jnp.iinfo(limbs.dtype).bits * 3 // 8)) - 1)
    hi, lo = two_sum((digits[0] - low).astype(dtype), low.astype(dtype))
    *middle, last = (x.astype(dtype) * 2.0 ** (-bits * i) for i, x in enumerate(digits) if i)
    for x in middle:
        hi, error = two_sum(hi, x)
        lo = lo + error
    return two_sum(hi, lo + last)


def _power(x: Array) -> Array:
    """The bits of the exponent of numbers of 0 or more."""
    info = jnp.finfo(x.dtype)
    bits = lax.bitcast_convert_type(x, jnp.dtype(f"int{info.bits}"))
    return lax.shift_right_logical(bits, jnp.full_like(bits, info.nmant))


def _scaled(x: Pair, shift: Array) -> Pair:
    """Times ``2**shift``, in two steps, for one factor might not be a number of its dtype."""
    info = jnp.finfo(x[0].dtype)
    half = shift // 2
    first, second = (
        lax.bitcast_convert_type((y + (info.maxexp - 1)) << info.nmant, x[0].dtype)
        for y in (half, shift - half)
    )
    return x[0] * first * second, x[1] * first * second
