"""Precision and recall."""

import dataclasses
from abc import ABC
from typing import ClassVar

import numpy as np
from jax import Array

from metrax.aggregation.averages import Absent, AverageOrSamples
from metrax.aggregation.of_classes import OfClasses, Thresholds, in_order
from metrax.core.checks import MetraxError, at_least
from metrax.core.statistic import Statistic
from metrax.statistics.threshold_counts import Counts, ThresholdCounts


class Selected(OfClasses, ABC):
    """A rate of the highest scores, of one class, or of each class, with Keras's defaults."""

    higher_is_better: ClassVar[bool | None] = True
    value_range: ClassVar[tuple[float, float]] = (0.0, 1.0)
    _later: ClassVar[tuple[str, ...]] = (
        "num_classes",
        "average",
        "absent",
        "zero_division",
        "ignore_class",
        "multi_label",
    )

    absent: Absent = dataclasses.field(default="zero", kw_only=True)

    def validate(self) -> None:
        super().validate()
        at_least(1, top_k=self._fields.top_k)
        at_least(0, class_id=self._fields.class_id)
        if self._fields.class_id is not None and self._reading != "pooled":
            raise MetraxError(
                f"class_id: got {self._fields.class_id} with num_classes or average='samples'; "
                "expected one of them: average=None gives a value for each class"
            )

    def _at(self) -> tuple[float, ...]:
        return in_order(self._fields.thresholds, 0.5 if self._fields.top_k is None else -np.inf)

    def _is_cut(self) -> bool:
        return self._fields.thresholds is not None or self._fields.top_k is not None

    def _pooled(self) -> Statistic:
        thresholds = tuple(sorted(self._at()))
        return ThresholdCounts(
            thresholds, self._fields.top_k, self._fields.class_id, ignore_class=self.ignore_class
        )

    def _per_label(self) -> Statistic:
        return dataclasses.replace(super()._per_label(), top_k=self._fields.top_k)

    def _of_rows(self) -> ThresholdCounts:
        return dataclasses.replace(super()._of_rows(), top_k=self._fields.top_k)


class Precision(Selected):
    r"""Share of the positive predictions that are right, $\frac{tp}{tp + fp}$.

    ``update(state, y_true, y_pred, w=None)`` takes labels and scores of one shape, all elements
    one stream: labels are cast to bool, but NaN and numbers below 0 count nowhere. With
    ``num_classes`` inputs are of one class each: labels (integers of any shape), one-hot rows or
    rows of scores ``[..., num_classes]``, of which the first highest counts. With ``num_classes``
    and ``thresholds``, ``top_k`` or ``multi_label`` each entry of the last axis is a label of its
    own, there or not. Without positive predictions it is ``zero_division``; no data is 0.

    Args:
      thresholds: one or several in [0, 1]; a score strictly above counts as positive. The default
        is 0.5, or with ``top_k`` no threshold. Several give a vector of values.
      top_k: only the k highest scores of each row may count as positive; of equal scores the first.
        Scores of one axis are one row.
      class_id: only this entry of the last axis counts.
      num_classes: how many classes or labels have counts of their own.
      average: of the classes: ``"micro"`` pools all counts, ``"macro"`` is the mean,
        ``"weighted"`` the mean weighed by each class's examples, None a value for each class.
        ``"samples"`` is the mean over rows of labels, each of its own counts, and needs no
        ``num_classes``.
      absent: what a class with neither examples nor predictions is: 0 and counted in averages
        (``"zero"``), left out of them (``"skip"``, as in scikit-learn), or NaN (``"nan"``).
      zero_division: what 0/0 is.
      ignore_class: true label whose elements do not count, or several. No mean counts such a class.
      multi_label: whether each entry of the last axis is a label of its own.
      name: defaults to ``"precision"``.
      dtype: dtype of the value.

    Raises:
      MetraxError: when shapes differ or an argument is out of range.

    Example:
      >>> import metrax
      >>> round(float(metrax.Precision()([0, 1, 1, 1], [1., 0., 1., 1.])), 6)
      0.666667
      >>> precision = metrax.Precision(num_classes=3, average=None)
      >>> precision([0, 1, 2, 0, 1, 2], [0, 2, 1, 0, 0, 1]).round(4).tolist()
      [0.666700005531311, 0.0, 0.0]

    References:
      Keras 3, ``keras.metrics.Precision``; scikit-learn, ``precision_score``.
    """

    aliases: ClassVar[tuple[str, ...]] = ("precision_score", "BinaryPrecision")

    thresholds: Thresholds = None
    top_k: int | None = None
    class_id: int | None = None
    num_classes: int | None = None
    average: AverageOrSamples = "micro"

    def _ratio(self, counts: Counts) -> tuple[Array, Array]:
        return counts.tp, counts.tp + counts.fp


class Recall(Selected):
    r"""Share of the positive examples that are found, $\frac{tp}{tp + fn}$.

    Called as :class:`Precision` is, with the same arguments and errors. Without positive examples
    it is ``zero_division``; no data is 0.

    Example:
      >>> import metrax
      >>> round(float(metrax.Recall()([0, 1, 1, 1], [1., 0., 1., 1.])), 6)
      0.666667
      >>> recall = metrax.Recall(num_classes=3, average="macro")
      >>> round(float(recall([0, 1, 2, 0, 1, 2], [0, 2, 1, 0, 0, 1])), 6)
      0.333333

    References:
      Keras 3, ``keras.metrics.Recall``; scikit-learn, ``recall_score``.
    """

    aliases: ClassVar[tuple[str, ...]] = ("recall_score", "BinaryRecall", "sensitivity")

    thresholds: Thresholds = None
    top_k: int | None = None
    class_id: int | None = None
    num_classes: int | None = None
    average: AverageOrSamples = "micro"

    def _ratio(self, counts: Counts) -> tuple[Array, Array]:
        return counts.tp, counts.tp + counts.fn
