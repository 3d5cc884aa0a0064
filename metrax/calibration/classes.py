"""Proper scores of rows of probabilities."""

import math
from collections.abc import Mapping
from typing import ClassVar

from jax import Array

from metrax.aggregation.streams import ReadMean
from metrax.core.checks import at_least
from metrax.core.domains import Domain
from metrax.core.probabilities import domains
from metrax.core.statistic import Statistic
from metrax.functional.calibration.scores import log_loss, ranked_probability_score
from metrax.statistics.weighted_mean import WeightedMean


class LogLoss(ReadMean):
    r"""Weighted mean of minus the logarithm of what was given to the outcome, $-\log \hat p_y$.

    ``update(state, y_true, y_pred, w=None)`` takes labels 0 and 1 and probabilities of 1 of one
    shape, of which every element counts; or classes ``[B, ...]`` and probabilities ``[B, ..., C]``,
    or with ``num_classes`` one-hot rows too. Probabilities of a row are scaled to sum to 1, and
    clipped to [1e-7, 1 - 1e-7]. A label that is no class makes the value NaN, unless its weight is
    0. No data gives 0. A weight is a repetition. By shape it is :class:`BinaryCrossentropy`,
    :class:`SparseCategoricalCrossentropy` or :class:`CategoricalCrossentropy`.

    Args:
      num_classes: the length of the last axis of ``y_pred`` if that holds classes; labels that lack
        that axis tell by themselves.
      from_logits: whether ``y_pred`` goes through a sigmoid, or of classes a softmax.
      name: defaults to ``"log_loss"``.
      dtype: dtype of the value.

    Raises:
      MetraxError: when the shapes do not fit.

    Example:
      >>> import metrax
      >>> round(float(metrax.LogLoss()([1, 0, 0, 1], [.9, .1, .2, .65])), 5)
      0.21616

    References:
      scikit-learn, ``log_loss``, which clips by the dtype's rounding: 1.2e-7 of float32.
    """

    higher_is_better: ClassVar[bool | None] = False
    value_range: ClassVar[tuple[float, float]] = (0, math.inf)

    num_classes: int | None = None
    from_logits: bool = False

    def validate(self) -> None:
        at_least(2, num_classes=self.num_classes)

    def domains(self, **inputs: Array) -> Mapping[str, Domain]:
        return domains(inputs, self.num_classes, self.from_logits)

    @property
    def statistic(self) -> Statistic:
        return WeightedMean.over(
            log_loss, num_classes=self.num_classes, from_logits=self.from_logits
        )


class RankedProbabilityScore(ReadMean):
    r"""Weighted mean squared distance of cumulated probabilities, for classes in an order.

    $$\sum_{k=1}^{C-1} \left(\sum_{c \le k} \hat p_c - [y \le k]\right)^2$$

    ``update(state, y_true, y_pred, w=None)`` takes classes ``[B, ...]``, or one-hot rows, and
    probabilities ``[B, ..., C]`` in the order of the classes. It is the Brier score of two classes,
    and 0 if all was given to the outcome. A label that is no class makes the value NaN, unless its
    weight is 0. No data gives 0. A weight is a repetition.

    Args:
      from_logits: whether ``y_pred`` goes through a softmax.
      normalize: whether to divide by $C - 1$, so that the worst forecast has 1.
      name: defaults to ``"ranked_probability_score"``.
      dtype: dtype of the value.

    Raises:
      MetraxError: when the shapes do not fit.

    Example:
      >>> import metrax
      >>> rps = metrax.RankedProbabilityScore()
      >>> round(float(rps([2, 0], [[.5, .25, .25], [1., 0., 0.]])), 5)
      0.40625

    References:
      E. S. Epstein, "A scoring system for probability forecasts of ranked categories", Journal of
      Applied Meteorology 8 (1969); A. H. Murphy, "A note on the ranked probability score", Journal
      of Applied Meteorology 10 (1971).
    """

    aliases: ClassVar[tuple[str, ...]] = ("rps", "RPS")
    higher_is_better: ClassVar[bool | None] = False

    from_logits: bool = False
    normalize: bool = False

    @property
    def value_range(self) -> tuple[float, float]:
        """Up to the number of classes less one, unless that is divided by."""
        return 0.0, 1.0 if self.normalize else math.inf

    def domains(self, **inputs: Array) -> Mapping[str, Domain]:
        classes = inputs["y_pred"].shape[-1]
        return domains(inputs, classes, self.from_logits)

    @property
    def statistic(self) -> Statistic:
        return WeightedMean.over(
            ranked_probability_score, from_logits=self.from_logits, normalize=self.normalize
        )
