"""Sums of weights that fall into few bins: one pass, and integers, which CPUs add in vectors."""

import functools
from collections.abc import Sequence

import jax.numpy as jnp
from jax import Array, lax

from metrax.kernels.cuts import cut_for_sums
from metrax.kernels.fixed_point import BLOCK, sums_in_integers
from metrax.kernels.limbs import sum_rows
from metrax.kernels.pairs import Pair
from metrax.kernels.reductions import partial_pairs
from metrax.kernels.sums import by_platform

FEW_BINS = 8
"""Up to this many bins, masked sums in one pass beat a scatter."""


def sum_few(index: Array, bins: int, w: Array, axes: Sequence[int]) -> Pair:
    """How much of the weights over ``axes`` falls into each bin, ``[bins, ...]``."""
    rows = cut_for_sums(w.shape, axes, BLOCK)
    pairs = functools.partial(_in_pairs, bins=bins, axes=rows.within)
    integers = functools.partial(_in_integers, bins=bins, axes=rows.within)
    add = by_platform(integers, pairs) if w.dtype == jnp.float32 else pairs
    return sum_rows(add(rows(index, fill=-1), rows(w)), [i + 1 for i in rows.folded])


def _in_pairs(index: Array, w: Array, bins: int, axes: Sequence[int]) -> Pair:
    masked = [jnp.where(index == b, w, 0) for b in range(bins)]
    his, los = zip(*partial_pairs(masked, axes), strict=True)
    return jnp.stack(his), jnp.stack(los)


def _in_integers(index: Array, w: Array, bins: int, axes: Sequence[int]) -> Pair:
    sums = sums_in_integers(w, axes, [index == b for b in range(bins)])
    exact = jnp.sum(sums.unknown + sums.light) == 0
    pairs = functools.partial(_in_pairs, bins=bins, axes=axes)
    return lax.cond(exact, lambda *_: sums.pair, pairs, index, w)
