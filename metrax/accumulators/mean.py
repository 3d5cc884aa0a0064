"""``Mean``: a weighted total and the weight."""

from typing import Any

from jax import Array

from metrax.accumulators.sum import Counting, OfSums, Sum
from metrax.kernels.arithmetic import safe_divide


class Mean(Counting, OfSums):
    r"""The weighted total $\sum w x$ and the weight $\sum w$: two thirds of the catalogue.

    Attributes:
      total: $\sum w x$.
      weight: $\sum w$.

    Raises:
      MetraxError: in ``each``, when cells and values do not fit, or a number comes without cells.

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

    total: Sum
    weight: Sum

    @classmethod
    def added(cls, rows: Any, x: Array | None) -> Any:
        total, weight = yield [x, None]
        return cls(Sum(*total), Sum(*weight))

    @property
    def mean(self) -> Array:
        """Total over weight, 0 without weight."""
        return safe_divide(self.total.value, self.weight.value)
