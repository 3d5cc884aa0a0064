"""The best of one rate where another is high enough, over thresholds."""

from abc import ABC, abstractmethod
from typing import Any, ClassVar

import jax.numpy as jnp
from jax import Array

from metrax.core.checks import MetraxError, at_least, shown
from metrax.core.doubts import Doubt
from metrax.core.statistic import Statistic
from metrax.curves.bounds import Certified, best
from metrax.curves.cumulated import Curve
from metrax.curves.score_metric import CertifiedMetric
from metrax.statistics.threshold_counts import Counts, ThresholdCounts, ThresholdCountsState


class OperatingPoint(CertifiedMetric, ABC):
    """The maximum of one rate over the thresholds at which another is at least a bound, else 0.

    A subclass declares the bound, named after the rate that it bounds, then ``num_thresholds``,
    ``class_id`` and ``thresholds``: Keras's order, which fields declared here would come before.

    Args:
      num_thresholds: how many thresholds are tried, evenly spaced over [0, 1]; one is 0.5. None
        tries all that the scores' own bits tell apart, of any real scores; then there are
        ``bounds``, and the arguments from ``bits`` on are used.
      class_id: only this entry of the last axis counts.
      thresholds: the thresholds that are tried, in [0, 1], instead.
    """

    higher_is_better: ClassVar[bool | None] = True
    value_range: ClassVar[tuple[float, float]] = (0, 1)
    _bounded: ClassVar[str]

    @abstractmethod
    def _rates(self, counts: Counts) -> tuple[Array, Array]:
        """The rate to maximise and the rate that is bounded, at each threshold; a hook."""

    def validate(self) -> None:
        super().validate()
        name, bound = self._bound
        if not 0 <= bound <= 1:
            raise MetraxError(f"{name}: got {bound}; expected a number in [0, 1]")
        at_least(1, num_thresholds=self._own("num_thresholds"))
        at_least(0, class_id=self._own("class_id"))
        thresholds = self._own("thresholds")
        if thresholds is not None and not all(0 <= t <= 1 for t in thresholds):
            raise MetraxError(f"thresholds: got {shown(thresholds)}; expected numbers in [0, 1]")
        if self._binned and self.num_classes is not None:
            raise MetraxError(
                f"num_classes: got {self.num_classes} with thresholds; expected class_id=, or "
                "num_thresholds=None with it"
            )

    @property
    def statistic(self) -> Statistic:
        class_id, given = self._own("class_id"), self._own("thresholds")
        if not self._binned:
            return super().statistic
        if given is not None:
            return ThresholdCounts(tuple(sorted(given)), class_id=class_id)
        n = self._own("num_thresholds")
        thresholds = (0.5,) if n == 1 else tuple(i / (n - 1) for i in range(n))
        return ThresholdCounts(thresholds, class_id=class_id, closed=n > 1)

    def _scored(self) -> dict[str, Any]:
        return {**super()._scored(), "class_id": self._own("class_id")}

    def read(self, state: Any) -> Array:
        if not self._binned:
            return super().read(state)
        counts: ThresholdCountsState = state
        return jnp.max(self._rate(counts.counts(), jnp.zeros(())), axis=-1)

    def _certified(self, state: Any) -> Certified:
        if self._binned:
            raise MetraxError(
                "bounds: got thresholds, between which nothing is known; expected "
                "num_thresholds=None, for the scores' own bits"
            )
        return super()._certified(state)

    def _doubts(self, state: Any) -> dict[str, Doubt]:
        return {} if self._binned else dict(super()._doubts(state))

    def _measure(self, curve: Curve) -> Certified:
        return best(curve, self._rate)

    def _rate(self, counts: Counts, slack: Array) -> Array:
        rate, bounded = self._rates(counts)
        least = jnp.asarray(self._bound[1], bounded.dtype)
        return jnp.where(bounded >= least - slack.astype(bounded.dtype), rate, 0)

    @property
    def _binned(self) -> bool:
        return self._own("thresholds") is not None or self._own("num_thresholds") is not None

    @property
    def _bound(self) -> tuple[str, float]:
        """The name and the value of what bounds the other rate."""
        return self._bounded, self._own(self._bounded)

    def _own(self, name: str) -> Any:
        """A field that each subclass declares."""
        return getattr(self, name)


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

    _bounded: ClassVar[str] = "recall"

    recall: float
    num_thresholds: int | None = 200
    class_id: int | None = None
    thresholds: tuple[float, ...] | list[float] | None = None

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

    _bounded: ClassVar[str] = "precision"

    precision: float
    num_thresholds: int | None = 200
    class_id: int | None = None
    thresholds: tuple[float, ...] | list[float] | None = None

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

    _bounded: ClassVar[str] = "specificity"

    specificity: float
    num_thresholds: int | None = 200
    class_id: int | None = None
    thresholds: tuple[float, ...] | list[float] | None = None

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

    _bounded: ClassVar[str] = "sensitivity"

    sensitivity: float
    num_thresholds: int | None = 200
    class_id: int | None = None
    thresholds: tuple[float, ...] | list[float] | None = None

    def _rates(self, counts: Counts) -> tuple[Array, Array]:
        return counts.specificity, counts.recall
