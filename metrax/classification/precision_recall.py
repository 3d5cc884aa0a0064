"""Precision and recall: ratios of counts at thresholds."""

from abc import ABC, abstractmethod
from typing import Any

import numpy as np
from jax import Array

from metrax.core.checks import MetraxError
from metrax.core.metric import Metric, Statistic
from metrax.core.numerics import safe_divide
from metrax.statistics.threshold_counts import Counts, ThresholdCounts, ThresholdCountsState

Thresholds = float | tuple[float, ...] | list[float] | None


class CountsRatio(Metric, ABC):
    """A ratio of the four counts, at one or several thresholds.

    Args:
      thresholds: a number or several in [0, 1]; a score strictly above counts as positive. The
        default is 0.5, or with ``top_k`` no threshold. One threshold gives a scalar, several give
        a vector in their order.
      top_k: only the k highest scores of each row may count as positive.
      class_id: only this entry of the last axis counts.
    """

    thresholds: Thresholds = None
    top_k: int | None = None
    class_id: int | None = None

    def validate(self) -> None:
        if not all(0 <= t <= 1 for t in self._in_order()) and self.thresholds is not None:
            raise MetraxError(f"thresholds: got {self.thresholds}; expected numbers in [0, 1]")
        if not self._in_order():
            raise MetraxError("thresholds: got none; expected at least one number in [0, 1]")
        if self.top_k is not None and self.top_k < 1:
            raise MetraxError(f"top_k: got {self.top_k}; expected 1 or more")
        if self.class_id is not None and self.class_id < 0:
            raise MetraxError(f"class_id: got {self.class_id}; expected 0 or more")

    @property
    def statistic(self) -> Statistic:
        return ThresholdCounts(
            tuple(sorted(self._in_order())), self.top_k, self.class_id, dtype=self.dtype
        )

    def read(self, state: ThresholdCountsState) -> Array:
        ratios = self.ratio(state.counts())
        order = np.argsort(np.argsort(self._in_order(), kind="stable"), kind="stable")
        return ratios[0] if len(order) == 1 else ratios[order]

    @abstractmethod
    def ratio(self, counts: Counts) -> Array:
        """The ratio at each threshold; a hook."""

    def _in_order(self) -> tuple[float, ...]:
        if self.thresholds is None:
            return (0.5,) if self.top_k is None else (-np.inf,)
        several: Any = self.thresholds if isinstance(self.thresholds, tuple) else (self.thresholds,)
        return tuple(float(t) for t in several)


class Precision(CountsRatio):
    r"""Share of the positive predictions that are right, $\frac{tp}{tp + fp}$; 0 without any.

    ``update(state, y_true, y_pred, w=None)`` takes labels (cast to bool) and scores of one shape.

    Args:
      thresholds: a number or several in [0, 1]; a score strictly above counts as positive. The
        default is 0.5, or with ``top_k`` no threshold. Several give a vector of values.
      top_k: only the k highest scores of each row may count as positive.
      class_id: only this entry of the last axis counts.
      name: defaults to ``"precision"``.
      dtype: dtype of the value.

    Raises:
      MetraxError: when shapes differ or an argument is out of range.

    Example:
      >>> import metrax
      >>> precision = metrax.Precision()
      >>> round(float(precision([0, 1, 1, 1], [1., 0., 1., 1.])), 6)
      0.666667

    References:
      Keras 3, ``keras.metrics.Precision``.
    """

    def ratio(self, counts: Counts) -> Array:
        return safe_divide(counts.tp, counts.tp + counts.fp)


class Recall(CountsRatio):
    r"""Share of the positive examples that are found, $\frac{tp}{tp + fn}$; 0 without any.

    ``update(state, y_true, y_pred, w=None)`` takes labels (cast to bool) and scores of one shape.

    Args:
      thresholds: a number or several in [0, 1]; a score strictly above counts as positive. The
        default is 0.5, or with ``top_k`` no threshold. Several give a vector of values.
      top_k: only the k highest scores of each row may count as positive.
      class_id: only this entry of the last axis counts.
      name: defaults to ``"recall"``.
      dtype: dtype of the value.

    Raises:
      MetraxError: when shapes differ or an argument is out of range.

    Example:
      >>> import metrax
      >>> recall = metrax.Recall()
      >>> round(float(recall([0, 1, 1, 1], [1., 0., 1., 1.])), 6)
      0.666667

    References:
      Keras 3, ``keras.metrics.Recall``.
    """

    def ratio(self, counts: Counts) -> Array:
        return safe_divide(counts.tp, counts.tp + counts.fn)
