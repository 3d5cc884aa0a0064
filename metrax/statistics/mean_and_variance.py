"""Weighted means of outputs, and the variance of their targets."""

from typing import Any, ClassVar, Self

from jax import Array

from metrax.accumulators.comoments import in_range
from metrax.accumulators.mean import Mean
from metrax.accumulators.moments import Moments
from metrax.accumulators.sum import Sum
from metrax.core.rows import rows_of
from metrax.statistics.weighted_mean import WeightedMean


class MeanAndVarianceState(Mean):
    r"""A :class:`Mean`, with the total and the $M_2$ of what it is of, under the same weights.

    Attributes:
      total: $\sum w\,f$.
      weight: $\sum w$.
      target_total: $\sum w\,y$.
      target_m2: $\sum w (y - \bar y)^2$.

    Example:
      >>> import metrax
      >>> metric = metrax.MeanSquaredError(
      ...     num_outputs=2, class_aggregation="variance_weighted_average")
      >>> state = metric.observe([[1., 0.], [3., 0.]], [[1., 1.], [2., 1.]])
      >>> state.mean.tolist(), state.spread.tolist()
      ([0.5, 1.0], [2.0, 0.0])
    """

    target_total: Sum
    target_m2: Sum

    @classmethod
    def added(cls, rows: Any, x: Any, y: Any = None) -> Any:
        # Alone: there may be an `exp` or a `log` in it, which no pass should share.
        (total,) = yield [x]
        moments = yield from Moments.added(rows, y)
        return cls(Sum(*total), moments.weight, moments.total, moments.m2)

    @property
    def targets(self) -> Moments:
        """The moments of the targets."""
        return Moments(self.weight, self.target_total, self.target_m2)

    @property
    def spread(self) -> Array:
        r"""$\sum w (y - \bar y)^2$ of the targets; NaN where its digits are out of range."""
        return in_range(self.target_m2.value, self.weight.value, self.targets.mean)

    def combine(self, other: Any) -> Self:
        moments = self.targets.combine(other.targets)
        total = self.total.combine(other.total)
        return type(self)(total, moments.weight, moments.total, moments.m2)


class MeanAndVariance(WeightedMean):
    r"""$\sum w\,f$ and $\sum w$ of each output, and $\sum w (y - \bar y)^2$ of its targets.

    It takes what :class:`WeightedMean` takes, for a function of single elements.

    Args:
      fn: a function of each element alone, and the other arguments of :class:`WeightedMean`.

    Raises:
      MetraxError: when the values' trailing axes are not ``outputs``.

    Example:
      >>> import metrax
      >>> def error(y_true, y_pred):
      ...     return (y_true - y_pred) ** 2
      >>> statistic = metrax.statistics.MeanAndVariance(error, outputs=(2,))
      >>> y_true, y_pred = [[1., 0.], [3., 0.]], [[1., 1.], [1., 1.]]
      >>> state = statistic.observe({"y_true": y_true, "y_pred": y_pred, "w": None})
      >>> state.mean.tolist(), state.spread.tolist()
      ([2.0, 1.0], [2.0, 0.0])
    """

    aligned: ClassVar[bool] = True

    def init(self) -> MeanAndVarianceState:
        return MeanAndVarianceState.zeros(self.outputs, self.accumulates)

    def contribute(self, y_true: Array, y_pred: Array) -> Any:
        values = self._of_outputs(self._values(self._float(y_true), self._float(y_pred)))
        targets = y_true.astype(self.accumulates).reshape(values.shape)
        return rows_of(MeanAndVarianceState, (values, targets), keep=self._kept)
