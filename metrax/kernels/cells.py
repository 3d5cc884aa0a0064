"""Sums of values by cell, and what is done with rows sorted by cell."""

import math

import jax.numpy as jnp
from jax import Array, lax

from metrax.kernels.limbs import sum_rows
from metrax.kernels.pairs import Pair
from metrax.kernels.scatters import blocks_for, scatter

BLOCK = 1 << 14
"""Values that are added plainly, at least, before pairs take over."""


def sum_cells(cell: Array, cells: int, x: Array) -> Pair:
    """The sums of float values in each cell, ``[cells]``; for values that are rounded anyway.

    Plain sums of blocks of values, of which there are never more cells than values, folded in
    pairs.

    Args:
      cell: the cell of each value, of the values' shape; a number outside ``[0, cells)`` is none.
      cells: how many cells there are.
      x: the values.
    """
    if not x.size:
        return jnp.zeros(cells, x.dtype), jnp.zeros(cells, x.dtype)
    axes = tuple(range(x.ndim))
    blocks = blocks_for(x.shape, axes, cells, max(BLOCK, min(cells, x.size)))
    inside = jnp.where((cell >= 0) & (cell < cells), cell, -1)
    sums = scatter(blocks(inside, fill=-1), blocks(x), cells, blocks)
    return sum_rows((sums, jnp.zeros_like(sums)), axes)


def sum_draws(draws: Array, x: Array) -> Pair:
    """The sums of values ``[B, ...]`` as often as each draw has their example, ``[R, ...]``."""
    sums = jnp.tensordot(draws, x, 1, precision=lax.Precision.HIGHEST)
    return sums, jnp.zeros_like(sums)


FEW_CELLS = 32
"""Up to this many cells a draw's sums are one product of matrices, too."""


def sum_draws_by_cell(draws: Array, cell: Array, cells: int, x: Array) -> Pair:
    """The same by cell, ``[R, cells]``; more cells by one scatter of rows of draws."""
    if cells <= FEW_CELLS:
        masks = jnp.expand_dims(cell, -1) == jnp.arange(cells, dtype=cell.dtype)
        spread = jnp.where(masks, jnp.expand_dims(x, -1), 0)
        return sum_draws(draws, spread.sum(tuple(range(1, x.ndim))))
    weights = draws.T.reshape(-1, *(1,) * (x.ndim - 1), len(draws))
    shape = (*x.shape, len(draws))
    rows = jnp.broadcast_to(weights, shape) * jnp.broadcast_to(x[..., None], shape)
    sums = jnp.zeros((cells, len(draws)), x.dtype).at[cell]
    sums = sums.add(rows, mode="drop", wrap_negative_indices=False).T
    return sums, jnp.zeros_like(sums)


def ranked(cell: Array, cells: int) -> tuple[Array, Array]:
    """The rank of each number's cell among those seen, and which cell each rank is.

    Cells outside ``[0, cells)`` have the rank -1; ranks that no cell has stand for cells beyond
    the last, so that all are distinct and ascend.
    """
    flat = cell.reshape(-1)
    flat = jnp.where((flat >= 0) & (flat < cells), flat, cells)
    order = jnp.argsort(flat)
    ordered = flat[order]
    starts = jnp.concatenate([jnp.zeros(1, bool), ordered[1:] != ordered[:-1]])
    rank = jnp.cumsum(starts, dtype=jnp.int32)
    free = cells + lax.iota(jnp.int32, max(LEAST_RANKS, flat.size))
    which = free.at[rank].set(jnp.where(ordered < cells, ordered, cells + rank))
    rank = jnp.zeros_like(flat).at[order].set(rank, unique_indices=True).reshape(cell.shape)
    inside = (cell >= 0) & (cell < cells)
    return jnp.where(inside, rank, -1), which


LEAST_RANKS = 16
"""More than few enough bins to be counted otherwise than a large state's."""


def doublings(n: int) -> int:
    """How often a run of one must double to be as long as ``n``."""
    return max(1, math.ceil(math.log2(max(2, n))))
