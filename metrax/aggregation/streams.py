"""Means and sums of a stream of values, and the mean of any per-example function."""

import math
from abc import ABC
from typing import ClassVar

from jax import Array

from metrax.accumulators.mean import Mean as Total
from metrax.core.statistic import Statistic
from metrax.core.typed import PairMetric, StreamMetric
from metrax.statistics.stream_mean import StreamMean


class ReadMean(PairMetric[Total, Array], ABC):
    """A metric that is the weighted mean of its statistic's values; base of most of them."""

    def read(self, state: Total) -> Array:
        return state.mean


class Mean(StreamMetric[Total, Array]):
    r"""Weighted mean of values, $\frac{\sum w v}{\sum w}$.

    ``update(state, values, w=None)`` takes values of any shape; every element counts, with its
    weight. It may be any number, is 0 without data, and NaN where a value of some weight is. 1e9
    updates keep float32 precision.

    Args:
      name: defaults to ``"mean"``.
      dtype: dtype of the value.

    Raises:
      MetraxError: when the weights' shape does not fit that of the values.
      MetraxTypeError: when the values are not numbers.

    Example:
      >>> import metrax
      >>> mean = metrax.Mean()
      >>> float(mean([1, 3, 5, 7])), float(mean([1, 3, 5, 7], [1, 1, 0, 0]))
      (4.0, 2.0)

    References:
      Keras 3, ``keras.metrics.Mean``.
    """

    aliases: ClassVar[tuple[str, ...]] = ("MeanMetric",)
    higher_is_better: ClassVar[bool | None] = None
    value_range: ClassVar[tuple[float, float]] = (-math.inf, math.inf)

    @property
    def statistic(self) -> Statistic:
        return StreamMean()

    def read(self, state: Total) -> Array:
        return state.mean


class Sum(StreamMetric[Total, Array]):
    r"""Weighted sum of values, $\sum w v$.

    ``update(state, values, w=None)`` takes values of any shape. It may be any number, is 0 without
    data, and NaN where a value of some weight is. Sums of integers are exact to 2^48 inside the
    state; the value is rounded to its dtype once.

    Args:
      name: defaults to ``"sum"``.
      dtype: dtype of the value.

    Raises:
      MetraxError: when the weights' shape does not fit that of the values.
      MetraxTypeError: when the values are not numbers.

    Example:
      >>> import metrax
      >>> total = metrax.Sum()
      >>> float(total([1, 3, 5, 7])), float(total([1, 3, 5, 7], [1, 1, 0, 0]))
      (16.0, 4.0)

    References:
      Keras 3, ``keras.metrics.Sum``.
    """

    aliases: ClassVar[tuple[str, ...]] = ("SumMetric",)
    higher_is_better: ClassVar[bool | None] = None
    value_range: ClassVar[tuple[float, float]] = (-math.inf, math.inf)

    @property
    def statistic(self) -> Statistic:
        return StreamMean()

    def read(self, state: Total) -> Array:
        return state.total.value
