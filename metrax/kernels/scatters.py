"""Sums in cells, for blocks of values and for labels that may lie on different devices."""

import math
from collections.abc import Sequence

import jax
import jax.numpy as jnp
from jax import Array, lax

from metrax.kernels.cuts import Cut, cut

MANY_ROWS = 1 << 6
"""Blocks of values of several axes, for as many devices."""


def blocks_for(shape: Sequence[int], axes: Sequence[int], cells: int, block: int) -> Cut:
    """Blocks of values; of several axes, all of which may be in shards, more for few cells."""
    rows = math.prod(shape[i] for i in axes)
    blocks = 1 << math.ceil(math.log2(max(1, rows / block)))
    if len(axes) > 1 and block < rows:
        blocks = max(blocks, min(MANY_ROWS, math.prod(shape) // (8 * cells)))
    return cut(shape, axes, rows=blocks, block=block)


def scatter(cells: Array, x: Array, n: int, apart: Sequence[int]) -> Array:
    """Sums of ``x`` in ``n`` cells, for each place along the axes ``apart``; -1 is no cell.

    A scatter with batching axes, of which XLA knows that none touches another's cells: one device's
    stay there, where those of one number for cell and place would be added up across all devices.
    Where there is but one device, such a number is faster.
    """
    long = tuple(i for i in apart if x.shape[i] > 1)
    if jax.device_count() == 1:
        return _by_number(cells, x, n, long).reshape(*(x.shape[i] for i in apart), n)
    numbers = lax.ScatterDimensionNumbers(
        update_window_dims=(),
        inserted_window_dims=(len(long),),
        scatter_dims_to_operand_dims=(len(long),),
        operand_batching_dims=tuple(range(len(long))),
        scatter_indices_batching_dims=long,
    )
    table = jnp.zeros((*(x.shape[i] for i in long), n), x.dtype)
    drop = lax.GatherScatterMode.FILL_OR_DROP
    table = lax.scatter_add(table, cells[..., None], x, numbers, mode=drop)
    return table.reshape(*(x.shape[i] for i in apart), n)


def _by_number(cells: Array, x: Array, n: int, long: Sequence[int]) -> Array:
    if long:
        place = jnp.zeros_like(cells)
        for axis in long:
            place = place * x.shape[axis] + lax.broadcasted_iota(cells.dtype, cells.shape, axis)
        cells = jnp.where(cells >= 0, cells + place * n, -1)
    table = jnp.zeros(math.prod(x.shape[i] for i in long) * n, x.dtype).at[cells]
    return table.add(x, mode="drop", wrap_negative_indices=False)
