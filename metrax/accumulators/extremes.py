"""``Max`` and ``Min``: the largest and the smallest value."""

import math
from collections.abc import Sequence
from typing import Any, Self

import jax.numpy as jnp
from jax import Array
from jax.typing import DTypeLike

from metrax.accumulators.sum import Axes
from metrax.core.state import Accumulator


class Max(Accumulator):
    """The largest value seen, ``-inf`` before any; NaN once a NaN was seen.

    Attributes:
      value: ``-inf`` where there is no data.

    Raises:
      MetraxError: in ``each``, when cells and values do not fit, or a number comes without cells.

    Example:
      >>> import metrax
      >>> from metrax import accumulators as acc
      >>> class Of(metrax.Statistic):
      ...     def contribute(self, values, label):
      ...         return acc.Max.each(values, at=label.astype(int), shape=2)
      >>> state = Of().observe({"values": [2., 5., 9.], "label": [0, 0, 1], "w": None})
      >>> state.value.tolist()
      [5.0, 9.0]
    """

    neutral = -math.inf

    value: Array

    @classmethod
    def empty(cls, shape: Sequence[int] = (), dtype: DTypeLike = jnp.float32) -> Self:
        """The maximum of nothing, ``-inf``."""
        return cls(jnp.full(shape, -jnp.inf, dtype))

    @classmethod
    def of(cls, x: Array, axis: Axes = None, where: Array | None = None) -> Self:
        """The maximum of a float array over ``axis``, of the elements chosen by ``where``."""
        return cls(jnp.max(x, axis=axis, initial=-jnp.inf, where=where))

    @classmethod
    def added(cls, rows: Any, x: Array) -> Self:
        return cls(rows.extreme(x, cls.neutral))

    def combine(self, other: Self) -> Self:
        return type(self)(jnp.maximum(self.value, other.value))


class Min(Accumulator):
    """The smallest value seen, ``inf`` before any; NaN once a NaN was seen.

    Attributes:
      value: ``inf`` where there is no data.

    Raises:
      MetraxError: in ``each``, when cells and values do not fit, or a number comes without cells.

    Example:
      >>> import metrax
      >>> from metrax import accumulators as acc
      >>> class Of(metrax.Statistic):
      ...     def contribute(self, values, label):
      ...         return acc.Min.each(values, at=label.astype(int), shape=2)
      >>> state = Of().observe({"values": [2., 5., 9.], "label": [0, 0, 1], "w": None})
      >>> state.value.tolist()
      [2.0, 9.0]
    """

    neutral = math.inf

    value: Array

    @classmethod
    def empty(cls, shape: Sequence[int] = (), dtype: DTypeLike = jnp.float32) -> Self:
        """The minimum of nothing, ``inf``."""
        return cls(jnp.full(shape, jnp.inf, dtype))

    @classmethod
    def of(cls, x: Array, axis: Axes = None, where: Array | None = None) -> Self:
        """The minimum of a float array over ``axis``, of the elements chosen by ``where``."""
        return cls(jnp.min(x, axis=axis, initial=jnp.inf, where=where))

    @classmethod
    def added(cls, rows: Any, x: Array) -> Self:
        return cls(rows.extreme(x, cls.neutral))

    def combine(self, other: Self) -> Self:
        return type(self)(jnp.minimum(self.value, other.value))
