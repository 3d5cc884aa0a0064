"""``Buffer``: the rows themselves, as many as there is room for."""

import math
from typing import Any, Self

import jax
import jax.numpy as jnp
from jax import Array

from metrax.accumulators.sum import Sum
from metrax.core.checks import MetraxError, at_least, blame
from metrax.core.refused import or_nan
from metrax.core.rows import Rows, places, rows_of
from metrax.core.state import Accumulator
from metrax.core.weights import is_zero, weighted
from metrax.kernels.packing import append, pack, pack_cells


class Buffer(Accumulator):
    """The rows themselves with their weights, up to ``capacity`` of them, for exact statistics.

    Rows of weight zero take no place. The order of the rows is unspecified. Once there were more
    than fit, a metric's values are NaN, and :func:`metrax.checked` says how many were refused. It
    is not elementwise: :func:`metrax.pmerge` sends it whole, every device's to every device. An
    update gathers a batch that lies on several devices; :func:`metrax.by_shard` spares that.

    Numbers are kept in the dtype that states accumulate in: whole ones are exact to 2^24 in
    float32. Updating and merging cost O(capacity + batch).

    Attributes:
      rows: ``[..., arrays, capacity]``, those that there are first, then zeros.
      weight: their weights, ``[..., capacity]``; 0 where no row is.
      refused: how many rows of some weight found no place.

    Raises:
      MetraxError: in ``each``, when ``capacity`` is below 1, or there are more cells than memory.

    Example:
      >>> import jax.numpy as jnp
      >>> import metrax
      >>> from metrax import accumulators as acc
      >>> class Median(metrax.Metric):
      ...     def contribute(self, values):
      ...         return acc.Buffer.each(values, capacity=1000)
      ...     def read(self, state):
      ...         order = jnp.argsort(jnp.where(state.weight > 0, state.values, jnp.inf))
      ...         before = jnp.cumsum(state.weight[order])
      ...         return state.values[order[jnp.searchsorted(before, before[-1] / 2)]]
      >>> median = Median()
      >>> state = median.update(median.init(), [5., 9., 1.], [1., 0., 1.])
      >>> float(median.compute(median.update(state, [2., 3.])))
      2.0
    """

    neutral = 0.0
    elementwise = False

    rows: Array
    weight: Array
    refused: Sum

    @classmethod
    def each(
        cls,
        *data: Any,
        capacity: int,
        at: Any = None,
        shape: Any = None,
        keep: int | tuple[int, ...] = (),
        w: Any = None,
    ) -> Self:
        """What each example adds; see :meth:`Accumulator.each`.

        Args:
          *data: arrays of one shape, whose values are kept together: labels and scores.
          capacity: how many rows are kept; of each group, kept axis and cell.
          at: the cell of each row, of which each has a buffer.
          shape: the shape of the cells.
          keep: trailing axes of which each place has a buffer.
          w: factors for the user's weights.
        """
        with blame("Buffer.each"):
            at_least(1, capacity=capacity)
        return rows_of(cls, data, at=at, shape=shape, keep=keep, w=w, capacity=int(capacity))

    @classmethod
    def added(cls, rows: Any, *data: Array | None) -> Self:
        row, w = rows.row, rows.weights
        arrays = [_ones(row) if x is None else x for x in data]
        at = places(row) if row.scattered or row.keep else None
        if rows.draws is None:
            return cls._packed(row, at, arrays, w)
        w = _ones(row) if w is None else w.astype(row.dtype)

        def replicate(draw: Array) -> Self:
            often = draw.astype(row.dtype).reshape(-1, *(1,) * (len(row.shape) - 1))
            return cls._packed(row, at, arrays, weighted(jnp.broadcast_to(often, row.shape), w))

        return jax.vmap(replicate)(rows.draws)

    @classmethod
    def _packed(cls, row: Rows, at: Array | None, arrays: list[Array], w: Array | None) -> Self:
        """The buffers of some rows, whose weights may be those of a replicate."""
        capacity, cells, number = row.told("capacity"), math.prod(row.out), math.prod(row.shape)
        if cells * capacity >= 1 << 31:
            raise MetraxError(
                f"Buffer: got {cells} cells of a capacity of {capacity} each, beyond int32; "
                "expected fewer groups or cells, or a smaller capacity"
            )
        counts = None if w is None else ~is_zero(w).reshape(-1)
        if at is None:
            chosen, count = pack(counts, number, capacity)
        else:
            cell = jnp.broadcast_to(at, row.shape).reshape(-1)
            cell = cell if counts is None else jnp.where(counts, cell, -1)
            chosen, count = pack_cells(cell, cells, capacity)

        def taken(x: Array) -> Array:
            flat = jnp.pad(x.astype(row.dtype).reshape(-1), (0, 1))  # for places without a row
            found = flat.at[chosen].get(mode="promise_in_bounds")
            return found.reshape(*row.out, capacity)

        return cls(
            jnp.stack([taken(x) for x in arrays], axis=-2),
            taken(_ones(row) if w is None else w),
            Sum.of_integer(jnp.maximum(count - capacity, 0).reshape(row.out), row.dtype),
        )

    @property
    def capacity(self) -> int:
        """How many rows there is room for."""
        return self.weight.shape[-1]

    @property
    def data(self) -> tuple[Array, ...]:
        """The values of each array, ``[..., capacity]``, in the order given to :meth:`each`."""
        return tuple(self.rows[..., i, :] for i in range(self.rows.shape[-2]))

    @property
    def values(self) -> Array:
        """The values of the first array, ``[..., capacity]``; 0 where ``weight`` is 0."""
        return self.data[0]

    @property
    def overflowed(self) -> Array:
        """Whether there were more rows than fit."""
        return self.refused.value > 0

    def or_nan(self, value: Any) -> Any:
        """A tree of values, NaN if some buffer overflowed; ``compute`` does so by itself."""
        return or_nan(jnp.any(self.overflowed), value)

    def _lost(self) -> Array:
        return self.refused.value

    def combine(self, other: Self) -> Self:
        mine, theirs = (
            jnp.sum(x.weight != 0, axis=-1, keepdims=True, dtype=jnp.int32) for x in (self, other)
        )
        over = jnp.maximum(mine + theirs - self.capacity, 0).squeeze(-1)
        return type(self)(
            append(self.rows, other.rows, mine[..., None, :]),
            append(self.weight, other.weight, mine),
            self.refused.combine(other.refused).combine(Sum.of_integer(over, self.weight.dtype)),
        )


def _ones(row: Rows) -> Array:
    return jnp.ones(row.shape, row.dtype)
