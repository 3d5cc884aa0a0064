"""Sums in cells, for blocks of values and for labels that may lie on different devices."""

import math
from collections.abc import Sequence

import jax.numpy as jnp
from jax import Array, lax

from metrax.kernels.cuts import Cut, cut
from metrax.kernels.devices import one_device

ONE_BLOCK = Cut((), (), (), ())

MANY_ROWS = 1 << 6
"""Blocks of values of several axes, for as many devices."""


FEW_CELLS = 1 << 10
"""Up to so many cells, tables of all blocks are small beside the elements, whoever adds them up."""


def blocks_for(shape: Sequence[int], axes: Sequence[int], cells: int, block: int) -> Cut:
    """Blocks of values; of several axes, all of which may be in shards, more for few cells."""
    rows = math.prod(shape[i] for i in axes)
    blocks = 1 << math.ceil(math.log2(max(1, rows / block)))
    if len(axes) > 1 and block < rows:
        blocks = max(blocks, min(MANY_ROWS, math.prod(shape) // (8 * cells)))
    return cut(shape, axes, rows=blocks, block=block)


def scatter(cells: Array, x: Array, n: int, blocks: Cut = ONE_BLOCK) -> Array:
    """Sums of ``x`` in ``n`` cells, for each block that both are cut into, ``[*blocks, n]``.

    Args:
      cells: the cell of each element; -1 is none.
      x: the elements.
      n: how many cells there are.
      blocks: how they were cut.
    """
    # With batching axes, of which XLA knows that none touches another's cells, what a device sums
    # stays there; sums at one number for block and cell are added up across all devices. But it
    # writes out a number for each element and axis; one device has nothing to keep apart.
    pieces = zip(blocks.across, blocks.outer, strict=True)
    cut, size = [axis for axis, count in pieces if count > 1], n
    apart = tuple(cut[:1] if n <= FEW_CELLS else cut)
    apart = () if one_device() else apart
    for axis in reversed(cut[len(apart) :]):
        before = size * lax.broadcasted_iota(jnp.int32, cells.shape, axis)
        cells, size = jnp.where(cells >= 0, cells + before, -1), size * cells.shape[axis]
    if one_device():
        cells, x = cells.reshape(-1), x.reshape(-1)
    numbers = lax.ScatterDimensionNumbers(
        update_window_dims=(),
        inserted_window_dims=(len(apart),),
        scatter_dims_to_operand_dims=(len(apart),),
        operand_batching_dims=tuple(range(len(apart))),
        scatter_indices_batching_dims=apart,
    )
    table = jnp.zeros((*(x.shape[i] for i in apart), size), x.dtype)
    drop = lax.GatherScatterMode.FILL_OR_DROP
    table = lax.scatter_add(table, cells[..., None], x, numbers, mode=drop)
    return table.reshape(*blocks.outer, n)
