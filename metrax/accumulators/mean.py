"""``Mean``: a weighted total and the weight."""

from collections.abc import Sequence
from typing import Any, Self

import jax.numpy as jnp
from jax import Array
from jax.typing import DTypeLike

from metrax.accumulators.sum import Sum
from metrax.core.rows import rows_of
from metrax.core.state import Accumulator
from metrax.kernels.arithmetic import safe_divide


class Mean(Accumulator):
    r"""The weighted total $\sum w x$ and the weight $\sum w$: two thirds of the catalogue.

    Example:
      >>> import jax.numpy as jnp
      >>> import metrax
      >>> from metrax import accumulators as acc
      >>> class Recall(metrax.Statistic):
      ...     def contribute(self, y_true, y_pred):          # of each of three classes
      ...         return acc.Mean.each(y_true == y_pred, at=y_true, shape=3)
      >>> state = Recall().observe({"y_true": [0, 1, 1, 2], "y_pred": [0, 1, 2, 0], "w": None})
      >>> state.mean.tolist()
      [1.0, 0.5, 0.0]
    """

    neutral = 0.0
    _counts = True

    total: Sum
    weight: Sum

    @classmethod
    def zeros(cls, shape: Sequence[int] = (), dtype: DTypeLike = jnp.float32) -> Self:
        """The mean of nothing."""
        return cls(Sum.zeros(shape, dtype), Sum.zeros(shape, dtype))

    @classmethod
    def each(
        cls,
        x: Any,
        *,
        at: Any = None,
        shape: Any = None,
        keep: int | tuple[int, ...] = (),
        w: Any = None,
        exact: bool = False,
    ) -> Self:
        """What each example adds; see :meth:`Sum.each`."""
        return rows_of(cls, (x,), at=at, shape=shape, keep=keep, w=w, exact=exact or None)

    @classmethod
    def added(cls, rows: Any, x: Array | None) -> Any:
        total, weight = yield [x, None]
        return cls(Sum(*total), Sum(*weight))

    @property
    def mean(self) -> Array:
        """Total over weight, 0 without weight."""
        return safe_divide(self.total.value, self.weight.value)

    def combine(self, other: Self) -> Self:
        return type(self)(self.total.combine(other.total), self.weight.combine(other.weight))
