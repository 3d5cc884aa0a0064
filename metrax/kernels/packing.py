"""Which rows go into buffers of a fixed length, in their order."""

import jax.numpy as jnp
from jax import Array, lax


def pack(counts: Array | None, rows: int, capacity: int) -> tuple[Array, Array]:
    """The numbers of the first rows that count, ``[capacity]``, and how many do.

    Args:
      counts: ``[rows]``, whether a row counts; None if all do.
      rows: how many there are, which is also the number in a place that no row has.
      capacity: the length of the buffer.
    """
    if counts is None:
        number = lax.iota(jnp.int32, capacity)
        return jnp.where(number < rows, number, rows), jnp.int32(rows)
    after = jnp.cumsum(counts, dtype=jnp.int32)
    place = jnp.where(counts, after - 1, capacity)
    free = jnp.full(capacity, rows, jnp.int32)
    number = free.at[place].set(lax.iota(jnp.int32, rows), mode="drop")
    return number, jnp.sum(counts, dtype=jnp.int32)


def pack_cells(cell: Array, cells: int, capacity: int) -> tuple[Array, Array]:
    """The same for a buffer in each cell: ``[cells, capacity]`` and ``[cells]``.

    Args:
      cell: ``[rows]``, the cell of each row; a number outside ``[0, cells)`` is none.
      cells: how many there are.
      capacity: the length of each buffer.
    """
    rows = cell.size
    if not rows:
        return jnp.zeros((cells, capacity), jnp.int32), jnp.zeros(cells, jnp.int32)
    cell = jnp.where((cell >= 0) & (cell < cells), cell, cells)
    order = jnp.argsort(cell).astype(jnp.int32)
    starts = jnp.searchsorted(cell[order], lax.iota(jnp.int32, cells + 1)).astype(jnp.int32)
    count = starts[1:] - starts[:-1]
    shape = cells, capacity
    place = lax.broadcasted_iota(jnp.int32, shape, 1)
    at = jnp.minimum(jnp.broadcast_to(starts[:-1, None], shape) + place, rows - 1)
    return jnp.where(place < jnp.broadcast_to(count[:, None], shape), order[at], rows), count


def append(ours: Array, theirs: Array, count: Array) -> Array:
    """Buffers along the last axis one after the other, cut to the length of one.

    Args:
      ours: ``[..., capacity]``.
      theirs: of the same shape, 0 where no row is.
      count: how many places of ``ours`` have a row, of that shape but for a last axis of size one.
    """
    place = lax.broadcasted_iota(jnp.int32, ours.shape, ours.ndim - 1)
    place -= jnp.broadcast_to(count, ours.shape)
    moved = jnp.take_along_axis(theirs, jnp.maximum(place, 0), -1, mode="promise_in_bounds")
    return jnp.where(place < 0, ours, moved)
