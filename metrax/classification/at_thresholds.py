"""Metrics read off the four counts at thresholds: the counts themselves, precision, recall."""

import math
from abc import ABC, abstractmethod
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np
from jax import Array

from metrax.core.checks import MetraxError, at_least, shown
from metrax.core.statistic import Statistic
from metrax.core.typed import PairMetric
from metrax.statistics.threshold_counts import Counts, ThresholdCounts, ThresholdCountsState

Thresholds = float | tuple[float, ...] | list[float] | None


class AtThresholds(PairMetric[ThresholdCountsState, Array], ABC):
    """A value at one or several thresholds, in the order given; of one threshold, a scalar."""

    if TYPE_CHECKING:
        thresholds: Thresholds

    def validate(self) -> None:
        given = self._in_order()
        if not given or (self.thresholds is not None and not all(0 <= t <= 1 for t in given)):
            raise MetraxError(
                f"thresholds: got {shown(self.thresholds)}; expected a number or several in [0, 1]"
            )

    @property
    def statistic(self) -> Statistic:
        return ThresholdCounts(tuple(sorted(self._in_order())))

    def read(self, state: ThresholdCountsState) -> Array:
        values = self._value_at(state.counts())
        order = np.argsort(np.argsort(self._in_order(), kind="stable"), kind="stable")
        return values[0] if len(order) == 1 else values[order]

    @abstractmethod
    def _value_at(self, counts: Counts) -> Array:
        """The value at each threshold; a hook."""

    def _default_threshold(self) -> float:
        """The threshold if none is given; a hook."""
        return 0.5

    def _in_order(self) -> tuple[float, ...]:
        """The thresholds in the order given."""
        given: Any = self._default_threshold() if self.thresholds is None else self.thresholds
        return tuple(float(t) for t in (given if isinstance(given, tuple) else (given,)))


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

    thresholds: Thresholds = None

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

    thresholds: Thresholds = None

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

    thresholds: Thresholds = None

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

    thresholds: Thresholds = None

    def _value_at(self, counts: Counts) -> Array:
        return counts.fn


class Selected(AtThresholds, ABC):
    """A value at thresholds of the highest scores, or of one class, only."""

    if TYPE_CHECKING:
        top_k: int | None
        class_id: int | None

    def validate(self) -> None:
        super().validate()
        at_least(1, top_k=self.top_k)
        at_least(0, class_id=self.class_id)

    @property
    def statistic(self) -> Statistic:
        thresholds = tuple(sorted(self._in_order()))
        return ThresholdCounts(thresholds, self.top_k, self.class_id)

    def _default_threshold(self) -> float:
        return 0.5 if self.top_k is None else -np.inf


class Precision(Selected):
    r"""Share of the positive predictions that are right, $\frac{tp}{tp + fp}$; 0 without any.

    ``update(state, y_true, y_pred, w=None)`` takes labels and scores of one shape. Labels are cast
    to bool, but NaN and numbers below 0 count nowhere.

    Args:
      thresholds: one or several in [0, 1]; a score strictly above counts as positive. The default
        is 0.5, or with ``top_k`` no threshold. Several give a vector of values.
      top_k: only the k highest scores of each row may count as positive; of equal scores the first.
        Scores of one axis are one row.
      class_id: only this entry of the last axis counts.
      name: defaults to ``"precision"``.
      dtype: dtype of the value.

    Raises:
      MetraxError: when shapes differ or an argument is out of range.

    Example:
      >>> import metrax
      >>> round(float(metrax.Precision()([0, 1, 1, 1], [1., 0., 1., 1.])), 6)
      0.666667

    References:
      Keras 3, ``keras.metrics.Precision``.
    """

    aliases: ClassVar[tuple[str, ...]] = ("precision_score", "BinaryPrecision")
    higher_is_better: ClassVar[bool | None] = True
    value_range: ClassVar[tuple[float, float]] = (0, 1)

    thresholds: Thresholds = None
    top_k: int | None = None
    class_id: int | None = None

    def _value_at(self, counts: Counts) -> Array:
        return counts.precision


class Recall(Selected):
    r"""Share of the positive examples that are found, $\frac{tp}{tp + fn}$; 0 without any.

    Called as :class:`Precision` is, with the same arguments and errors.

    Example:
      >>> import metrax
      >>> round(float(metrax.Recall()([0, 1, 1, 1], [1., 0., 1., 1.])), 6)
      0.666667

    References:
      Keras 3, ``keras.metrics.Recall``.
    """

    aliases: ClassVar[tuple[str, ...]] = ("recall_score", "BinaryRecall", "sensitivity")
    higher_is_better: ClassVar[bool | None] = True
    value_range: ClassVar[tuple[float, float]] = (0, 1)

    thresholds: Thresholds = None
    top_k: int | None = None
    class_id: int | None = None

    def _value_at(self, counts: Counts) -> Array:
        return counts.recall
