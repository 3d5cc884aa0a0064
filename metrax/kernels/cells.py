"""Sums of values by cell, and what is done with rows sorted by cell."""

import math
from collections.abc import Sequence

import jax.numpy as jnp
from jax import Array, lax

from metrax.kernels.histogram import histogram
from metrax.kernels.limbs import sum_rows
from metrax.kernels.pairs import Pair
from metrax.kernels.scatters import blocks_for, scatter
from metrax.kernels.sums import PLAIN_LIMIT, by_platform

LEAST_BLOCK, BLOCK = 1 << 10, 1 << 14
"""Values that are added plainly before pairs take over: about four to a cell, within these."""


def sum_cells(
    cell: Array, cells: int, arrays: Sequence[Array], among: int | None = None, of: int = 0
) -> list[Pair]:
    """The sums of float arrays in each cell, ``[cells]``; of values that are rounded anyway.

    Plain sums of blocks of values, and of those, in pairs where there are so many that a float32
    would not count them; of very many cells, histograms. Ones are counted exactly.

    Args:
      cell: the cell of each value, of the arrays' shape; a number outside ``[0, cells)`` is none.
      cells: how many cells there are.
      arrays: the values, of one shape.
      among: as in :func:`~metrax.kernels.histogram.histogram`.
      of: how many numbers the values are sums of, if of more than they are.
    """
    x, n = arrays[0], among or cells
    if n > BLOCK:  # a table for each block would dwarf the batch
        return [histogram(cell, cells, x, x.dtype, among=n) for x in arrays]
    if not x.size:
        return [(jnp.zeros(cells, x.dtype), jnp.zeros(cells, x.dtype)) for _ in arrays]
    # An axis of one element would make columns of the arrays.
    single = [i for i in range(1, x.ndim) if x.shape[i] == 1]
    cell, *arrays = (y.squeeze(single) for y in (cell, *arrays))
    x, axes = arrays[0], tuple(range(cell.ndim))
    blocks = blocks_for(x.shape, axes, n, min(max(4 * n, LEAST_BLOCK), BLOCK))
    cell = blocks(jnp.where((cell >= 0) & (cell < cells), cell, -1), fill=-1)

    def apart(cell: Array, *arrays: Array) -> list[Array]:
        return [scatter(cell, x, cells, blocks) for x in arrays]

    def in_twos(cell: Array, *arrays: Array) -> list[Array]:
        twos = [lax.complex(*arrays[i : i + 2]) for i in range(0, len(arrays) - 1, 2)]
        both = [y for x in apart(cell, *twos) for y in (x.real, x.imag)]
        return [*both, *apart(cell, *arrays[len(both) :])]

    # Scatters are most of the time, and CPUs add complex numbers in that of real ones.
    wide = x.dtype == jnp.float64 or len(arrays) == 1
    sums = (apart if wide else by_platform(in_twos, apart))(cell, *map(blocks, arrays))
    if max(x.size, of) <= PLAIN_LIMIT:
        return [(s, jnp.zeros_like(s)) for s in (jnp.sum(x, axis=axes) for x in sums)]
    return [sum_rows((x, jnp.zeros_like(x)), axes) for x in sums]


def sum_draws(draws: Array, x: Array) -> Pair:
    """The sums of values ``[B, ...]`` as often as each draw has their example, ``[R, ...]``."""
    sums = jnp.tensordot(draws, x, 1, precision=lax.Precision.HIGHEST)
    return sums, jnp.zeros_like(sums)


FEW_CELLS = 32
"""Up to this many cells a draw's sums are one product of matrices, too."""


def sum_draws_by_cell(draws: Array, cell: Array, cells: int, x: Array) -> Pair:
    """The same by cell, ``[R, cells]``; more cells by one scatter of rows of draws."""
    if cells <= FEW_CELLS:
        shape = (*x.shape, cells)
        at = lax.broadcasted_iota(cell.dtype, shape, x.ndim)
        here = jnp.broadcast_to(cell[..., None], shape) == at
        spread = jnp.where(here, jnp.broadcast_to(x[..., None], shape), 0)
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
