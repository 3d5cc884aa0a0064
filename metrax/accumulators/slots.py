"""``Slots``: one slot for each example of a data set, addressed by its number."""

import math
from typing import Any, Self

import jax.numpy as jnp
from jax import Array

from metrax.core.rows import rows_of
from metrax.core.state import Accumulator
from metrax.kernels.float_bits import float_of, higher, ordered


class Slots(Accumulator):
    """The rows themselves, each in the slot that its example's number says.

    An example that comes again, from a padded loader or from shards that overlap, finds its slot
    taken and counts once: merging takes the larger of two numbers, which are equal. Rows of weight
    zero, and such whose number is outside, take none.

    Attributes:
      columns: for each array its values, ``[..., slots]``; ``-inf`` where nothing was seen.
      weight: the weights, ``[..., slots]``; ``-inf`` where nothing was seen.

    Example:
      >>> import metrax
      >>> from metrax import accumulators as acc
      >>> class Total(metrax.Metric):
      ...     def contribute(self, values, *, index):
      ...         return acc.Slots.each(values, at=index, shape=10)
      ...     def read(self, state):
      ...         return jax.numpy.where(state.seen, state.columns[0], 0).sum()
      >>> import jax
      >>> total = Total()
      >>> state = total.update(total.init(), [5., 9.], index=[3, 4])
      >>> float(total.compute(total.update(state, [9., 1.], index=[4, 5])))
      15.0
    """

    neutral = -math.inf

    columns: tuple[Array, ...]
    weight: Array

    @classmethod
    def each(
        cls,
        *data: Any,
        at: Any,
        shape: Any,
        keep: int | tuple[int, ...] = (),
        w: Any = None,
    ) -> Self:
        """What each example adds; see :meth:`Accumulator.each`.

        Args:
          *data: arrays of one shape, whose values are kept together: labels and scores.
          at: the number of each example.
          shape: how many slots there are.
          keep: trailing axes of which each place has slots of its own.
          w: factors for the user's weights.
        """
        return rows_of(cls, data, at=at, shape=shape, keep=keep, w=w)

    @classmethod
    def added(cls, rows: Any, *data: Array) -> Self:
        row, none = rows.row, -math.inf
        w = jnp.ones(row.shape, row.dtype) if rows.weights is None else rows.weights
        at = jnp.broadcast_to(rows.places, row.shape)
        at = jnp.where(w == 0, -1, at)
        w = jnp.where(jnp.isnan(w), math.inf, w)  # else it would be lower than that of no example

        def put(x: Array) -> Array:
            # By their bits, for CPUs would take subnormal numbers for zeros.
            slots = ordered(jnp.full(math.prod(row.out), none, row.dtype)).at[at]
            keys = slots.max(ordered(x.astype(row.dtype)), mode="drop", wrap_negative_indices=False)
            return float_of(keys).reshape(row.out)

        return cls(tuple(map(put, data)), put(w.astype(row.dtype)))

    @property
    def seen(self) -> Array:
        """Which slots are taken."""
        return self.weight > -math.inf

    def combine(self, other: Self) -> Self:
        pairs = zip(self.columns, other.columns, strict=True)
        return type(self)(tuple(higher(x, y) for x, y in pairs), higher(self.weight, other.weight))
