"""Promotion, safe division, and sums that neither saturate nor cancel.

A *pair* is an unevaluated sum ``hi + lo`` of two floats with ``|lo| <= ulp(hi) / 2``: about 48
significant bits in float32 and 106 in float64. The error-free transformations are Knuth's two-sum
and Dekker's product (Ogita, Rump and Oishi, "Accurate sum and dot product", SIAM J. Sci. Comput.
26(6), 2005).
"""

import itertools
import math
from collections.abc import Sequence

import jax
import jax.numpy as jnp
import numpy as np
from jax import Array, lax
from jax.typing import DTypeLike

from metrax.core.checks import MetraxError

Pair = tuple[Array, Array]

MAX_ROWS = 1 << 12
"""An axis is cut at multiples of its largest power of two up to this, as shards are."""

BLOCK = 1 << 13
"""Elements added between two renormalisations of a pair."""


def accumulator_dtype(dtype: str | None) -> np.dtype:
    """The dtype that states accumulate in: at least float32; by default JAX's float dtype."""
    if dtype is None:
        return np.dtype(jax.dtypes.canonicalize_dtype(float))
    wide = _at_least_float32(jnp.dtype(dtype))
    if jax.dtypes.canonicalize_dtype(wide) != wide:
        raise MetraxError(
            f"dtype: got {dtype!r} while 64-bit types are off; "
            "call `jax.config.update('jax_enable_x64', True)` first, or pass dtype='float32'"
        )
    return wide


def _at_least_float32(*dtypes: np.dtype) -> np.dtype:
    # Not `jnp.promote_types`, which refuses where the user has set strict promotion.
    return np.dtype(np.float64 if max(d.itemsize for d in dtypes) > 4 else np.float32)


def promote(*arrays: Array) -> tuple[Array, ...]:
    """The arrays in one float dtype of at least 32 bits; integers and booleans become floats."""
    floats = [x.dtype for x in arrays if jnp.issubdtype(x.dtype, jnp.floating)]
    dtype = _at_least_float32(*floats) if floats else accumulator_dtype(None)
    return tuple(x.astype(dtype) for x in arrays)


def widen(x: Array, dtype: DTypeLike) -> Array:
    """A float or boolean array in ``dtype``; an integer array as it is, for it may hold labels."""
    return x if jnp.issubdtype(x.dtype, jnp.integer) else x.astype(dtype)


def safe_divide(numerator: Array, denominator: Array) -> Array:
    """``numerator / denominator``, and 0 where the denominator is 0. Safe to differentiate."""
    zero = denominator == 0
    return jnp.where(zero, 0, numerator / jnp.where(zero, 1, denominator))


def two_sum(a: Array, b: Array) -> Pair:
    """``a + b`` rounded, and the rounding error."""
    # `lax` traces in a third of the time of operators, and every metric traces dozens of these.
    s = lax.add(a, b)
    b_rounded = lax.sub(s, a)
    return s, lax.add(lax.sub(a, lax.sub(s, b_rounded)), lax.sub(b, b_rounded))


def renormalize(hi: Array, lo: Array) -> Pair:
    """The same value with all of ``hi + lo`` that fits moved into ``hi``.

    An infinite ``hi`` stays what it is: the errors of its additions are NaN, and mean nothing.
    """
    s = lax.select(jnp.isfinite(hi), lax.add(hi, lo), hi)
    rest = lax.sub(lo, lax.sub(s, hi))
    return s, lax.select(jnp.isfinite(s), rest, lax.full_like(s, 0))


def add_pairs(a: Pair, b: Pair) -> Pair:
    """``a + b``, renormalised."""
    return renormalize(*_add_loose(a, b))


def two_product(a: Array, b: Array) -> Pair:
    """``a * b`` rounded, and the rounding error."""
    p = a * b
    (a_hi, a_lo), (b_hi, b_lo) = _halves(a), _halves(b)
    return p, ((a_hi * b_hi - p) + a_hi * b_lo + a_lo * b_hi) + a_lo * b_lo


def divide_pairs(a: Pair, b: Pair) -> Pair:
    """``a / b``, and 0 where ``b`` is 0."""
    zero = b[0] == 0
    divisor = jnp.where(zero, 1, b[0])
    quotient = jnp.where(zero, 0, a[0]) / divisor
    product, error = two_product(quotient, divisor)
    rest = (a[0] - product) - error + (a[1] - quotient * b[1])
    return renormalize(quotient, jnp.where(zero, 0, rest / divisor))


def _halves(a: Array) -> Pair:
    # Dekker's split multiplies by 2^12 + 1, and a compiler that contracts that into a fused
    # multiply-add breaks it; rounding to half the mantissa cannot be contracted.
    info = jnp.finfo(a.dtype)
    hi = lax.reduce_precision(a, exponent_bits=info.nexp, mantissa_bits=info.nmant // 2)
    return hi, a - hi


def integer_pair(n: Array | int, dtype: DTypeLike) -> Pair:
    """A non-negative integer below 2^31 (or a Python integer below 2^48) as an exact pair."""
    if isinstance(n, int):
        hi = np.dtype(dtype).type(n)
        return jnp.asarray(hi), jnp.asarray(n - int(hi), dtype)
    high, low = n - n % 4096, n % 4096
    return renormalize(jnp.asarray(high, dtype), jnp.asarray(low, dtype))


def sum_pairs(*arrays: Array, axes: Sequence[int] | None = None, exact: bool = True) -> list[Pair]:
    """The sums of arrays of one shape over ``axes`` (all by default), as pairs, in one pass.

    One variadic reduction reads its inputs once, where sibling ``jnp.sum`` read them once each.
    The rounding error of every addition is carried along, so 2^26 ones sum to 2^26.

    Without ``exact``, neighbours of long arrays are first added by eights or fours, which is three
    times as fast. It moves values that were rounded themselves by no more than that did, on
    average by nothing, and integers below 2^21 not at all.
    """
    axes = tuple(range(arrays[0].ndim)) if axes is None else tuple(axes)
    if not exact and math.prod(arrays[0].shape[i] for i in axes) > BLOCK:
        long = max(axes, key=lambda i: arrays[0].shape[i])
        group = 8 if len(arrays) <= 2 else 4  # XLA fuses no more of them
        arrays = tuple(_add_neighbours(x, long, group) for x in arrays)
    cut, inner, outer = _cut(arrays[0].shape, axes)
    zero = np.zeros((), arrays[0].dtype)
    sums: list[Array] = []
    for x in arrays:
        x = cut(x)
        sums += [x, jnp.zeros_like(x)]
    # Within a block the error term only collects; renormalising at every step is 3 x slower.
    sums = lax.reduce(tuple(sums), (zero,) * len(sums), _add_each(_add_loose), inner)
    if outer:
        sums = lax.reduce(tuple(sums), (zero,) * len(sums), _add_each(add_pairs), outer)
        return list(zip(sums[::2], sums[1::2], strict=True))
    return [renormalize(hi, lo) for hi, lo in zip(sums[::2], sums[1::2], strict=True)]


def count_each(*masks: Array, axis: int) -> list[Array]:
    """How many are true along an axis of each mask, as int32.

    One variadic reduction; sibling sums, of booleans above all, write the masks out as integers.
    """
    ones = tuple(mask.astype(jnp.int32) for mask in masks)

    def add(left: Sequence[Array], right: Sequence[Array]) -> tuple[Array, ...]:
        return tuple(a + b for a, b in zip(left, right, strict=True))

    return lax.reduce(ones, (np.int32(0),) * len(ones), add, (axis,))


def _add_neighbours(x: Array, axis: int, group: int) -> Array:
    """Sums of a few elements each along an axis, all of them of one shard if it is sharded."""
    n = x.shape[axis]
    rows = math.gcd(n, MAX_ROWS)
    length = -(-(n // rows) // group)
    x = x.reshape(*x.shape[:axis], rows, n // rows, *x.shape[axis + 1 :])
    bounds = [min(i * length, n // rows) for i in range(group + 1)]
    parts = [
        lax.slice_in_dim(x, start, end, axis=axis + 1) for start, end in itertools.pairwise(bounds)
    ]
    parts = [_fill_up(part, axis + 1, length) for part in parts]
    while len(parts) > 1:
        parts = [a + b for a, b in zip(parts[::2], parts[1::2], strict=True)]
    return parts[0].reshape(*x.shape[:axis], rows * length, *x.shape[axis + 2 :])


def _fill_up(x: Array, axis: int, length: int, fill: float = 0) -> Array:
    padding = [(0, 0, 0)] * x.ndim
    padding[axis] = (0, length - x.shape[axis], 0)
    return lax.pad(x, np.asarray(fill, x.dtype), padding)


def _add_loose(a: Pair, b: Pair) -> Pair:
    s, e = two_sum(a[0], b[0])
    return s, lax.add(e, lax.add(a[1], b[1]))


def _add_each(add):
    def add_all(left, right):
        pairs = [add(left[i : i + 2], right[i : i + 2]) for i in range(0, len(left), 2)]
        return tuple(x for pair in pairs for x in pair)

    return add_all


def _cut(shape: tuple[int, ...], axes: tuple[int, ...]):
    """How to cut the longest of ``axes`` into blocks: a function, its inner and its outer axes."""
    if math.prod(shape[i] for i in axes) <= BLOCK:
        return (lambda x: x), axes, ()
    long = max(axes, key=lambda i: shape[i])
    after = math.prod(shape[i] for i in axes if i > long)
    outer = (*(i for i in axes if i < long), long, long + 1)
    inner = (long + 2, *(i + 2 for i in axes if i > long))
    return (lambda x: split_axis(x, long, max(1, BLOCK // after))), inner, outer


def split_axis(
    x: Array, axis: int, block: int, *, fill: float = 0, min_rows: int = MAX_ROWS
) -> Array:
    """One axis cut into three, ``(rows, blocks, at most block)``, padded with ``fill`` at the end.

    Rows come first and hold the powers of two in the axis's length, so that an axis sharded over
    devices stays where it is: a cut that crosses shards would gather the whole array.
    """
    n = x.shape[axis]
    rows = math.gcd(n, max(min_rows, 1 << math.ceil(math.log2(max(1, n / block)))))
    length = n // rows
    block = min(block, length)
    blocks = -(-length // block)
    x = x.reshape(*x.shape[:axis], rows, length, *x.shape[axis + 1 :])
    x = _fill_up(x, axis + 1, blocks * block, fill)
    return x.reshape(*x.shape[: axis + 1], blocks, block, *x.shape[axis + 2 :])
