"""``Latest``, ``Highest`` and ``Lowest``: one value of a stream, and the step at which it was."""

from abc import ABC, abstractmethod
from typing import Any, Self

import jax
import jax.numpy as jnp
from jax import Array

from metrax.core.checks import MetraxTypeError, describe
from metrax.core.rows import rows_of
from metrax.core.state import Accumulator

WHOLE = 20
"""Bits of a step in its lower part: both parts are exact in float32."""


class Stepped(Accumulator, ABC):
    """A value and its step; base of accumulators that keep one of them.

    Attributes:
      value: 0 where there is no data.
      high: the step over 2^20, -1 before any.
      low: the rest of the step.
    """

    value: Array
    high: Array
    low: Array

    @classmethod
    def each(
        cls,
        value: Any,
        step: Any,
        *,
        at: Any = None,
        shape: Any = None,
        keep: int | tuple[int, ...] = (),
        w: Any = None,
    ) -> Self:
        """What each example adds; see :meth:`Accumulator.each`.

        Args:
          value: the values.
          step: the step of each, or one for all: integers from 0; a value below that is left out.
          at: the cell of each row.
          shape: the shape of the cells.
          keep: trailing axes that have values of their own.
          w: factors for the user's weights, of which only zero counts.
        """
        step = jnp.asarray(step)
        if not jnp.issubdtype(step.dtype, jnp.integer):
            raise MetraxTypeError(f"step: got {describe(step)}; expected an integer")
        step = jnp.broadcast_to(step, jnp.shape(value))
        step = jnp.maximum(step, -1)
        parts = step >> WHOLE, jnp.where(step < 0, 0, step & ((1 << WHOLE) - 1))
        value = jnp.where(step < 0, 0, value)
        return rows_of(cls, (value, *parts), at=at, shape=shape, keep=keep, w=w)

    @classmethod
    def lift(cls, value: Array, high: Array, low: Array, w: Array | None) -> Self:
        return cls(value, high, low)

    @classmethod
    def empty_like(cls, like: Any) -> Self:
        zero = jnp.zeros(like.value.shape, like.value.dtype)
        return cls(zero, jnp.full_like(zero, -1), zero)

    @property
    def step(self) -> Array:
        """The step of the value, an int32; -1 before any."""
        step = self.high.astype(jnp.int32) * (1 << WHOLE) + self.low.astype(jnp.int32)
        return jnp.where(self.high < 0, -1, step)

    def combine(self, other: Self) -> Self:
        none, theirs = self.high < 0, other.high >= 0
        take = theirs & (none | self._yields(other))
        return jax.tree.map(lambda x, y: jnp.where(take, y, x), self, other)

    @abstractmethod
    def _yields(self, other: Any) -> Array:
        """Whether the other's value is the one to keep, where both have one; a hook."""

    def _is_later(self, other: Self) -> tuple[Array, Array]:
        """Whether the other's step is later, and whether it is the same."""
        same = (self.high == other.high) & (self.low == other.low)
        later = (other.high > self.high) | ((other.high == self.high) & (other.low > self.low))
        return later, same


class Latest(Stepped):
    """The value of the latest step; of several at one step the largest.

    Example:
      >>> import jax.numpy as jnp
      >>> import metrax
      >>> from metrax import accumulators as acc
      >>> class Now(metrax.Metric):
      ...     def contribute(self, values, *, step):
      ...         return acc.Latest.each(values, step)
      ...     def read(self, state):
      ...         return {"value": state.value, "step": state.step}
      >>> {k: float(v) for k, v in Now()([2., 9., 5.], step=jnp.arange(3)).items()}
      {'value': 5.0, 'step': 2.0}
    """

    def _yields(self, other: Any) -> Array:
        later, same = self._is_later(other)
        return later | (same & ((other.value > self.value) | jnp.isnan(other.value)))


class Highest(Stepped):
    """The largest value and the earliest step at which it was; NaN only if there is nothing else.

    Example:
      >>> import jax.numpy as jnp
      >>> import metrax
      >>> from metrax import accumulators as acc
      >>> class Peak(metrax.Metric):
      ...     def contribute(self, values, *, step):
      ...         return acc.Highest.each(values, step)
      ...     def read(self, state):
      ...         return {"value": state.value, "step": state.step}
      >>> {k: float(v) for k, v in Peak()([2., 9., 9.], step=jnp.arange(3)).items()}
      {'value': 9.0, 'step': 1.0}
    """

    def _yields(self, other: Any) -> Array:
        later, same = self._is_later(other)
        better = self._gap(other) > 0
        even = (other.value == self.value) | (jnp.isnan(other.value) & jnp.isnan(self.value))
        return better | jnp.isnan(self.value) & ~jnp.isnan(other.value) | even & ~later & ~same

    def _gap(self, other: Any) -> Array:
        return other.value - self.value


class Lowest(Highest):
    """The smallest value and the earliest step at which it was; as :class:`Highest`.

    Example:
      >>> import jax.numpy as jnp
      >>> import metrax
      >>> from metrax import accumulators as acc
      >>> class Dip(metrax.Metric):
      ...     def contribute(self, values, *, step):
      ...         return acc.Lowest.each(values, step)
      ...     def read(self, state):
      ...         return {"value": state.value, "step": state.step}
      >>> {k: float(v) for k, v in Dip()([7., 3., 3.], step=jnp.arange(3)).items()}
      {'value': 3.0, 'step': 1.0}
    """

    def _gap(self, other: Any) -> Array:
        return self.value - other.value
