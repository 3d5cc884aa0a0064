"""F-scores: weighted harmonic means of precision and recall."""

import dataclasses
import math
from abc import ABC, abstractmethod
from typing import ClassVar

from jax import Array

from metrax.aggregation.averages import Absent, AverageOrSamples
from metrax.aggregation.of_classes import OfClasses, Reading
from metrax.core.checks import MetraxError, at_least
from metrax.core.statistic import Statistic
from metrax.statistics.threshold_counts import Counts, ThresholdCounts


class FScore(OfClasses, ABC):
    """The F-score of each class, and a mean of them, with Keras's defaults."""

    higher_is_better: ClassVar[bool | None] = True
    value_range: ClassVar[tuple[float, float]] = (0.0, 1.0)
    _later: ClassVar[tuple[str, ...]] = ("absent", "zero_division", "ignore_class", "multi_label")

    absent: Absent = dataclasses.field(default="zero", kw_only=True)

    @abstractmethod
    def _square(self) -> float:
        """The square of beta; a hook."""

    def validate(self) -> None:
        if self._fields.threshold is not None and not 0 < self._fields.threshold <= 1:
            raise MetraxError(
                f"threshold: got {self._fields.threshold}; expected None or a number in (0, 1]"
            )
        at_least(1, num_classes=self._fields.num_classes)

    @property
    def _reading(self) -> Reading:
        if self._fields.average == "samples":
            return "samples"
        # Rows of classes are read as Keras does, and labels beside them; it ignores none.
        ignores = self.ignore_class is not None and self._fields.num_classes is not None
        return "labels" if self._takes_highest and ignores else "multi_label"

    @property
    def _takes_highest(self) -> bool:
        """Whether the highest scores of a row are its classes, all that tie."""
        return self._fields.threshold is None and not self.multi_label

    def _at(self) -> tuple[float, ...]:
        return (0.5 if self._fields.threshold is None else self._fields.threshold,)

    def _per_label(self) -> Statistic:
        return dataclasses.replace(super()._per_label(), row_highest=self._takes_highest)

    def _of_rows(self) -> ThresholdCounts:
        return dataclasses.replace(super()._of_rows(), row_highest=self._takes_highest)

    def _ratio(self, counts: Counts) -> tuple[Array, Array]:
        # The harmonic mean multiplied out: exact where precision or recall is 0, or both are 1.
        square = self._square()
        hits = (1 + square) * counts.tp
        return hits, hits + square * counts.fn + counts.fp


class FBetaScore(FScore):
    r"""F-beta score, $\frac{(1 + \beta^2)\,tp}{(1 + \beta^2)\,tp + \beta^2\,fn + fp}$.

    ``update(state, y_true, y_pred, w=None)`` takes labels (cast to bool) and scores of one shape,
    ``[B, ..., C]``; NaN and labels below 0 count nowhere. With ``num_classes``, and without a
    ``threshold``, labels (integers of any shape, ``[B, ...]``) may stand in the place of either. A
    class without positive examples and predictions scores 0, and so does no data.

    Args:
      average: None for a value per class; ``"micro"`` for the score of all counts together;
        ``"macro"`` for the mean over classes; ``"weighted"`` weighs it by the positive examples.
        ``"samples"`` is the mean over rows of labels, each of its own counts.
      beta: how many times more recall counts than precision.
      threshold: scores strictly above it are positive; None takes the highest of each row, all of
        them if they tie, none if they are zero.
      num_classes: C; needed for :meth:`init`, not for a single batch.
      absent: what a class with neither examples nor predictions is: 0 and counted in averages
        (``"zero"``), left out of them (``"skip"``, as in scikit-learn), or NaN (``"nan"``).
      zero_division: what 0/0 is, where ``absent`` does not say it.
      ignore_class: true label whose elements do not count, or several. No mean counts such a class,
        and of rows the first highest counts alone.
      multi_label: whether scores are cut at a half where no ``threshold`` is given.
      name: defaults to ``"fbeta_score"``.
      dtype: dtype of the value.

    Raises:
      MetraxError: when shapes do not fit or an argument is out of range.

    Example:
      >>> import metrax
      >>> fbeta = metrax.FBetaScore(beta=2.0, threshold=0.5)
      >>> y_true = [[1, 1, 1], [1, 0, 0], [1, 1, 0]]
      >>> fbeta(y_true, [[.2, .6, .7], [.2, .6, .6], [.6, .8, 0.]]).round(6).tolist()
      [0.3846150040626526, 0.9090909957885742, 0.8333330154418945]

    References:
      Keras 3, ``keras.metrics.FBetaScore``; https://en.wikipedia.org/wiki/F-score.
    """

    average: AverageOrSamples = None
    beta: float = 1.0
    threshold: float | None = None
    num_classes: int | None = None

    @classmethod
    def _default_name(cls) -> str:
        return "fbeta_score"

    def validate(self) -> None:
        super().validate()
        if not 0 < self.beta < math.inf:
            raise MetraxError(f"beta: got {self.beta}; expected a finite number above 0")

    def _square(self) -> float:
        return self.beta**2


class F1Score(FScore):
    r"""F1 score, $\frac{2\,tp}{2\,tp + fn + fp}$: :class:`FBetaScore` with beta 1.

    Called as :class:`FBetaScore` is, with the same arguments but ``beta``, and the same errors.

    Example:
      >>> import metrax
      >>> f1 = metrax.F1Score(threshold=0.5, average="micro")
      >>> y_true = [[1, 1, 1], [1, 0, 0], [1, 1, 0]]
      >>> round(float(f1(y_true, [[.2, .6, .7], [.2, .6, .6], [.6, .8, 0.]])), 6)
      0.666667

    References:
      Keras 3, ``keras.metrics.F1Score``; https://en.wikipedia.org/wiki/F-score.
    """

    average: AverageOrSamples = None
    threshold: float | None = None
    num_classes: int | None = None

    @classmethod
    def _default_name(cls) -> str:
        return "f1_score"

    def _square(self) -> float:
        return 1.0
