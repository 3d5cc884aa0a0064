"""The best of one rate where another is high enough, over thresholds."""

from abc import ABC, abstractmethod
from typing import ClassVar

import jax.numpy as jnp
from jax import Array

from metrax.core.checks import MetraxError, at_least
from metrax.core.statistic import Statistic
from metrax.core.typed import PairMetric
from metrax.statistics.threshold_counts import Counts, ThresholdCounts, ThresholdCountsState


class OperatingPoint(PairMetric[ThresholdCountsState, Array], ABC):
    """The maximum of one rate over the thresholds at which another is at least a bound, else 0.

    A subclass declares the bound, named after the rate that it bounds, then ``num_thresholds`` and
    ``class_id``: Keras's order, which fields declared here would come before.
    """

    higher_is_better: ClassVar[bool | None] = True
    value_range: ClassVar[tuple[float, float]] = (0, 1)

    @abstractmethod
    def _rates(self, counts: Counts) -> tuple[Array, Array]:
        """The rate to maximise and the rate that is bounded, at each threshold; a hook."""

    def validate(self) -> None:
        name, bound, n, class_id = self._given()
        if not 0 <= bound <= 1:
            raise MetraxError(f"{name}: got {bound}; expected a number in [0, 1]")
        at_least(1, num_thresholds=n)
        at_least(0, class_id=class_id)

    @property
    def statistic(self) -> Statistic:
        _, _, n, class_id = self._given()
        thresholds = (0.5,) if n == 1 else tuple(i / (n - 1) for i in range(n))
        return ThresholdCounts(thresholds, class_id=class_id, closed=n > 1)

    def read(self, state: ThresholdCountsState) -> Array:
        rate, bounded = self._rates(state.counts())
        return jnp.max(jnp.where(bounded >= self._given()[1], rate, 0))

    def _given(self) -> tuple[str, float, int, int | None]:
        own = {k: v for k, v in self._arguments().items() if k not in ("name", "dtype")}
        (name, bound), (_, n), (_, class_id) = own.items()
        return name, bound, n, class_id


class PrecisionAtRecall(OperatingPoint):
    r"""Highest precision at the thresholds where recall is at least a bound; 0 without any.

    $$\max_{t\,:\,\mathrm{recall}(t) \ge r} \mathrm{precision}(t), \qquad
    \mathrm{precision} = \frac{tp}{tp + fp},\; \mathrm{recall} = \frac{tp}{tp + fn}$$

    ``update(state, y_true, y_pred, w=None)`` takes labels (cast to bool) and scores in [0, 1] of
    one shape; scores outside count as its ends, 0 above no threshold and 1 above all but 1 itself.
    NaN and labels below 0 count nowhere. The value is from 0 to 1; a rate over nothing is 0, so
    that it is 0 without positive labels, and without data.

    Args:
      recall: the bound, in [0, 1].
      num_thresholds: how many thresholds are tried, evenly spaced over [0, 1]; one is 0.5.
      class_id: only this entry of the last axis counts.
      name: defaults to ``"precision_at_recall"``.
      dtype: dtype of the value.

    Raises:
      MetraxError: when shapes differ or an argument is out of range.

    Example:
      >>> import metrax
      >>> float(metrax.PrecisionAtRecall(0.5)([0, 0, 0, 1, 1], [0, 0.3, 0.8, 0.3, 0.8]))
      0.5

    References:
      Keras 3, ``keras.metrics.PrecisionAtRecall``.
    """

    recall: float
    num_thresholds: int = 200
    class_id: int | None = None

    def _rates(self, counts: Counts) -> tuple[Array, Array]:
        return counts.precision, counts.recall


class RecallAtPrecision(OperatingPoint):
    r"""Highest recall at the thresholds where precision is at least a bound; 0 without any.

    $$\max_{t\,:\,\mathrm{precision}(t) \ge p} \mathrm{recall}(t), \qquad
    \mathrm{precision} = \frac{tp}{tp + fp},\; \mathrm{recall} = \frac{tp}{tp + fn}$$

    ``update(state, y_true, y_pred, w=None)`` takes labels (cast to bool) and scores in [0, 1] of
    one shape; scores outside count as its ends, 0 above no threshold and 1 above all but 1 itself.
    NaN and labels below 0 count nowhere. The value is from 0 to 1; a rate over nothing is 0, so
    that it is 0 without positive labels, and without data.

    Args:
      precision: the bound, in [0, 1].
      num_thresholds: how many thresholds are tried, evenly spaced over [0, 1]; one is 0.5.
      class_id: only this entry of the last axis counts.
      name: defaults to ``"recall_at_precision"``.
      dtype: dtype of the value.

    Raises:
      MetraxError: when shapes differ or an argument is out of range.

    Example:
      >>> import metrax
      >>> float(metrax.RecallAtPrecision(0.8)([0, 0, 1, 1], [0, 0.5, 0.3, 0.9]))
      0.5

    References:
      Keras 3, ``keras.metrics.RecallAtPrecision``.
    """

    precision: float
    num_thresholds: int = 200
    class_id: int | None = None

    def _rates(self, counts: Counts) -> tuple[Array, Array]:
        return counts.recall, counts.precision


class SensitivityAtSpecificity(OperatingPoint):
    r"""Highest sensitivity where specificity is at least a bound; 0 without any.

    $$\max_{t\,:\,\mathrm{specificity}(t) \ge s} \mathrm{sensitivity}(t), \qquad
    \mathrm{specificity} = \frac{tn}{tn + fp},\; \mathrm{sensitivity} = \frac{tp}{tp + fn}$$

    ``update(state, y_true, y_pred, w=None)`` takes labels (cast to bool) and scores in [0, 1] of
    one shape; scores outside count as its ends, 0 above no threshold and 1 above all but 1 itself.
    NaN and labels below 0 count nowhere. The value is from 0 to 1; a rate over nothing is 0, so
    that it is 0 without positive labels, without negative ones unless the bound is 0, and without
    data.

    Args:
      specificity: the bound, in [0, 1].
      num_thresholds: how many thresholds are tried, evenly spaced over [0, 1]; one is 0.5.
      class_id: only this entry of the last axis counts.
      name: defaults to ``"sensitivity_at_specificity"``.
      dtype: dtype of the value.

    Raises:
      MetraxError: when shapes differ or an argument is out of range.

    Example:
      >>> import metrax
      >>> float(metrax.SensitivityAtSpecificity(0.5)([0, 0, 0, 1, 1], [0, 0.3, 0.8, 0.3, 0.8]))
      0.5

    References:
      Keras 3, ``keras.metrics.SensitivityAtSpecificity``.
    """

    specificity: float
    num_thresholds: int = 200
    class_id: int | None = None

    def _rates(self, counts: Counts) -> tuple[Array, Array]:
        return counts.recall, counts.specificity


class SpecificityAtSensitivity(OperatingPoint):
    r"""Highest specificity where sensitivity is at least a bound; 0 without any.

    $$\max_{t\,:\,\mathrm{sensitivity}(t) \ge s} \mathrm{specificity}(t), \qquad
    \mathrm{specificity} = \frac{tn}{tn + fp},\; \mathrm{sensitivity} = \frac{tp}{tp + fn}$$

    ``update(state, y_true, y_pred, w=None)`` takes labels (cast to bool) and scores in [0, 1] of
    one shape; scores outside count as its ends, 0 above no threshold and 1 above all but 1 itself.
    NaN and labels below 0 count nowhere. The value is from 0 to 1; a rate over nothing is 0, so
    that it is 0 without negative labels, without positive ones unless the bound is 0, and without
    data.

    Args:
      sensitivity: the bound, in [0, 1].
      num_thresholds: how many thresholds are tried, evenly spaced over [0, 1]; one is 0.5.
      class_id: only this entry of the last axis counts.
      name: defaults to ``"specificity_at_sensitivity"``.
      dtype: dtype of the value.

    Raises:
      MetraxError: when shapes differ or an argument is out of range.

    Example:
      >>> import metrax
      >>> value = metrax.SpecificityAtSensitivity(0.5)([0, 0, 0, 1, 1], [0, 0.3, 0.8, 0.3, 0.8])
      >>> round(float(value), 6)
      0.666667

    References:
      Keras 3, ``keras.metrics.SpecificityAtSensitivity``.
    """

    sensitivity: float
    num_thresholds: int = 200
    class_id: int | None = None

    def _rates(self, counts: Counts) -> tuple[Array, Array]:
        return counts.specificity, counts.recall
