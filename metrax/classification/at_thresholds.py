"""The four counts at thresholds."""

import math
from abc import ABC, abstractmethod
from typing import ClassVar

from jax import Array

from metrax.aggregation.of_classes import Thresholds, as_given, check_thresholds, in_order
from metrax.core.statistic import Statistic
from metrax.core.typed import PairMetric
from metrax.statistics.threshold_counts import Counts, ThresholdCounts, ThresholdCountsState


class AtThresholds(PairMetric[ThresholdCountsState, Array], ABC):
    """A count at one or several thresholds, in the order given; of one threshold, a scalar."""

    thresholds: Thresholds = None

    def validate(self) -> None:
        check_thresholds(self.thresholds)

    @property
    def statistic(self) -> Statistic:
        return ThresholdCounts(tuple(sorted(in_order(self.thresholds))))

    def read(self, state: ThresholdCountsState) -> Array:
        return as_given(self._value_at(state.counts()), in_order(self.thresholds))

    @abstractmethod
    def _value_at(self, counts: Counts) -> Array:
        """The value at each threshold; a hook."""


class TruePositives(AtThresholds):
    r"""Weight of the positive examples predicted positive, $\sum w\,y\,[\hat y > t]$.

    ``update(state, y_true, y_pred, w=None)`` takes labels and scores of one shape. Labels are cast
    to bool, but NaN and numbers below 0 count nowhere. The value is 0 or more, and 0 without data;
    a score on the threshold is not above it.

    Args:
      thresholds: one or several in [0, 1], 0.5 by default; several give a vector of values.
      name: defaults to ``"true_positives"``.
      dtype: dtype of the value.

    Raises:
      MetraxError: when shapes differ or a threshold is out of range.

    Example:
      >>> import metrax
      >>> float(metrax.TruePositives()([0, 1, 1, 1], [1, 0, 1, 1]))
      2.0

    References:
      Keras 3, ``keras.metrics.TruePositives``.
    """

    higher_is_better: ClassVar[bool | None] = True
    value_range: ClassVar[tuple[float, float]] = (0, math.inf)

    def _value_at(self, counts: Counts) -> Array:
        return counts.tp


class TrueNegatives(AtThresholds):
    r"""Weight of the negative examples predicted negative, $\sum w\,(1 - y)\,[\hat y \le t]$.

    ``update(state, y_true, y_pred, w=None)`` takes labels and scores of one shape. Labels are cast
    to bool, but NaN and numbers below 0 count nowhere. The value is 0 or more, and 0 without data;
    a NaN score is above no threshold, and counts here for a negative.

    Args:
      thresholds: one or several in [0, 1], 0.5 by default; several give a vector of values.
      name: defaults to ``"true_negatives"``.
      dtype: dtype of the value.

    Raises:
      MetraxError: when shapes differ or a threshold is out of range.

    Example:
      >>> import metrax
      >>> float(metrax.TrueNegatives()([0, 1, 0, 0], [1, 1, 0, 0]))
      2.0

    References:
      Keras 3, ``keras.metrics.TrueNegatives``.
    """

    higher_is_better: ClassVar[bool | None] = True
    value_range: ClassVar[tuple[float, float]] = (0, math.inf)

    def _value_at(self, counts: Counts) -> Array:
        return counts.tn


class FalsePositives(AtThresholds):
    r"""Weight of the negative examples predicted positive, $\sum w\,(1 - y)\,[\hat y > t]$.

    ``update(state, y_true, y_pred, w=None)`` takes labels and scores of one shape. Labels are cast
    to bool, but NaN and numbers below 0 count nowhere. The value is 0 or more, and 0 without data;
    a score on the threshold is not above it.

    Args:
      thresholds: one or several in [0, 1], 0.5 by default; several give a vector of values.
      name: defaults to ``"false_positives"``.
      dtype: dtype of the value.

    Raises:
      MetraxError: when shapes differ or a threshold is out of range.

    Example:
      >>> import metrax
      >>> float(metrax.FalsePositives()([0, 1, 0, 0], [0, 0, 1, 1]))
      2.0

    References:
      Keras 3, ``keras.metrics.FalsePositives``.
    """

    higher_is_better: ClassVar[bool | None] = False
    value_range: ClassVar[tuple[float, float]] = (0, math.inf)

    def _value_at(self, counts: Counts) -> Array:
        return counts.fp


class FalseNegatives(AtThresholds):
    r"""Weight of the positive examples predicted negative, $\sum w\,y\,[\hat y \le t]$.

    ``update(state, y_true, y_pred, w=None)`` takes labels and scores of one shape. Labels are cast
    to bool, but NaN and numbers below 0 count nowhere. The value is 0 or more, and 0 without data;
    a NaN score is above no threshold, and counts here for a positive.

    Args:
      thresholds: one or several in [0, 1], 0.5 by default; several give a vector of values.
      name: defaults to ``"false_negatives"``.
      dtype: dtype of the value.

    Raises:
      MetraxError: when shapes differ or a threshold is out of range.

    Example:
      >>> import metrax
      >>> float(metrax.FalseNegatives()([0, 1, 1, 1], [0, 1, 0, 0]))
      2.0

    References:
      Keras 3, ``keras.metrics.FalseNegatives``.
    """

    higher_is_better: ClassVar[bool | None] = False
    value_range: ClassVar[tuple[float, float]] = (0, math.inf)

    def _value_at(self, counts: Counts) -> Array:
        return counts.fn
