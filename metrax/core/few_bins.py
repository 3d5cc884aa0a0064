"""Sums of weights that fall into few bins: one pass, and integers, which CPUs add in vectors."""

import functools

import jax.numpy as jnp
from jax import Array, lax

from metrax.core.accumulators import Sum
from metrax.core.fixed_point import units
from metrax.core.numerics import Pair, integer_pair
from metrax.core.sums import by_platform, fold_pairs, split_axis, sum_integers, sum_pairs

FEW_BINS = 8
"""Up to this many bins, masked sums in one pass beat a scatter."""

BLOCK = 1 << 14
"""Rows whose weights are cut into integers, in units of the largest one."""

BITS = 16
"""Of each integer, so that a block's sum of them fits an int32."""

INTEGERS = 3
"""For each weight: 48 bits from the block's largest one down."""

DEPTH = 2.0**-30
"""Lighter than this beside the largest, a weight would lose digits, and all are added in pairs."""


def sum_few(index: Array, bins: int, w: Array) -> Sum:
    """How much of the weights ``[rows, columns]`` falls into each bin, ``[columns, bins]``."""
    columns = w.shape[1]
    if columns == 1:  # CPUs add the elements of a row in vectors, not those of a column
        index, w = index[:, 0], w[:, 0]
    pairs = functools.partial(_in_pairs, bins=bins)
    integers = functools.partial(_in_integers, bins=bins)
    add = by_platform(integers, pairs) if w.dtype == jnp.float32 else pairs
    return Sum(*(x.T.reshape(columns, bins) for x in add(index, w)))


def _in_pairs(index: Array, w: Array, bins: int) -> Pair:
    masked = (jnp.where(index == b, w, 0) for b in range(bins))
    his, los = zip(*sum_pairs(*masked, axes=(0,)), strict=True)
    return jnp.stack(his), jnp.stack(los)


def _in_integers(index: Array, w: Array, bins: int) -> Pair:
    cut, weights = _blocks(index, -1), _blocks(w, 0)
    unit, per_unit, nothing = units(weights, 1, BITS, below=BITS * (INTEGERS - 1))
    scaled = weights * jnp.broadcast_to(per_unit, weights.shape)
    light = (jnp.abs(scaled) < DEPTH * 2**BITS) & (weights != 0)
    masked, rest = [], scaled
    for _ in range(INTEGERS):
        whole = jnp.round(rest)
        masked += [jnp.where(cut == b, whole.astype(jnp.int32), 0) for b in range(bins)]
        rest = (rest - whole) * 2.0**BITS
    *sums, lost = sum_integers(*masked, light.astype(jnp.int32), axis=1)
    # One for each integer and bin, of all blocks and columns.
    hi, lo = (
        x.reshape(INTEGERS, bins, *lost.shape) for x in integer_pair(jnp.stack(sums), w.dtype)
    )
    scale = jnp.stack([unit[:, 0] * 2.0 ** (-BITS * i) for i in range(INTEGERS)])
    scale = jnp.broadcast_to(jnp.expand_dims(scale, 1), hi.shape)
    exact = ((unit > 0) | nothing).all() & (lost == 0).all()

    def add(_: Array, __: Array) -> Pair:
        return fold_pairs((hi * scale, lo * scale), axes=(0, 2))

    return lax.cond(exact, add, functools.partial(_in_pairs, bins=bins), index, w)


def _blocks(x: Array, fill: int) -> Array:
    """``[rows, ...]`` as ``[blocks, at most BLOCK, ...]``."""
    x = split_axis(x, 0, BLOCK, fill=fill, min_rows=64)
    return x.reshape(-1, *x.shape[2:])
