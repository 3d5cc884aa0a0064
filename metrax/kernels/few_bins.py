"""Sums of weights that fall into few bins: one pass, and integers, which CPUs add in vectors."""

import functools

import jax.numpy as jnp
from jax import Array, lax

from metrax.kernels.fixed_point import BLOCK, sums_in_integers
from metrax.kernels.pairs import Pair
from metrax.kernels.reductions import split_axis
from metrax.kernels.sums import by_platform, sum_pairs

FEW_BINS = 8
"""Up to this many bins, masked sums in one pass beat a scatter."""


def sum_few(index: Array, bins: int, w: Array) -> Pair:
    """How much of the weights ``[rows, columns]`` falls into each bin, ``[columns, bins]``."""
    columns = w.shape[1]
    if columns == 1:  # CPUs add the elements of a row in vectors, not those of a column
        index, w = index[:, 0], w[:, 0]
    pairs = functools.partial(_in_pairs, bins=bins)
    integers = functools.partial(_in_integers, bins=bins)
    add = by_platform(integers, pairs) if w.dtype == jnp.float32 else pairs
    hi, lo = add(index, w)
    return hi.T.reshape(columns, bins), lo.T.reshape(columns, bins)


def _in_pairs(index: Array, w: Array, bins: int) -> Pair:
    masked = (jnp.where(index == b, w, 0) for b in range(bins))
    his, los = zip(*sum_pairs(*masked, axes=(0,)), strict=True)
    return jnp.stack(his), jnp.stack(los)


def _in_integers(index: Array, w: Array, bins: int) -> Pair:
    cut = _blocks(index, -1)
    sums = sums_in_integers(_blocks(w, 0), [cut == b for b in range(bins)])
    exact = sums.finite & (sums.light == 0)
    return lax.cond(exact, lambda *_: sums.pair, functools.partial(_in_pairs, bins=bins), index, w)


def _blocks(x: Array, fill: int) -> Array:
    """``[rows, ...]`` as ``[blocks, at most BLOCK, ...]``."""
    x = split_axis(x, 0, BLOCK, fill=fill, min_rows=64)
    return x.reshape(-1, *x.shape[2:])
