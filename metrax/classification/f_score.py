"""F-scores: weighted harmonic means of precision and recall."""

import math
from abc import ABC, abstractmethod
from typing import TYPE_CHECKING, ClassVar, Literal

import jax.numpy as jnp
from jax import Array

from metrax.core.checks import MetraxError, at_least
from metrax.core.statistic import Statistic
from metrax.core.typed import PairMetric
from metrax.kernels.arithmetic import safe_divide
from metrax.statistics.threshold_counts import ThresholdCounts, ThresholdCountsState

Average = Literal["micro", "macro", "weighted"] | None


class FScore(PairMetric[ThresholdCountsState, Array], ABC):
    """The F-score of each class, and a mean of them."""

    if TYPE_CHECKING:
        average: Average

    @abstractmethod
    def _settings(self) -> tuple[float, float | None, int | None]:
        """Beta, threshold and number of classes; a hook."""

    def validate(self) -> None:
        beta, threshold, num_classes = self._settings()
        if not 0 < beta < math.inf:
            raise MetraxError(f"beta: got {beta}; expected a finite number above 0")
        if threshold is not None and not 0 < threshold <= 1:
            raise MetraxError(f"threshold: got {threshold}; expected None or a number in (0, 1]")
        at_least(1, num_classes=num_classes)

    @property
    def statistic(self) -> Statistic:
        _, threshold, num_classes = self._settings()
        return ThresholdCounts(
            (0.5 if threshold is None else threshold,),
            row_highest=threshold is None,
            multi_label=True,
            num_labels=num_classes,
            size_argument="num_classes",
        )

    def read(self, state: ThresholdCountsState) -> Array:
        tp, fp, _, fn = (x[..., 0] for x in state.counts())
        if self.average == "micro":
            return self._score(jnp.sum(tp), jnp.sum(fp), jnp.sum(fn))
        scores, support = self._score(tp, fp, fn), tp + fn
        if self.average == "macro":
            return jnp.mean(scores)
        if self.average == "weighted":
            return safe_divide(jnp.sum(scores * support), jnp.sum(support))
        return scores

    def _score(self, tp: Array, fp: Array, fn: Array) -> Array:
        # The harmonic mean multiplied out: exact where precision or recall is 0, or both are 1.
        square = self._settings()[0] ** 2
        hits = (1 + square) * tp
        return safe_divide(hits, hits + square * fn + fp)


class FBetaScore(FScore):
    r"""F-beta score, $\frac{(1 + \beta^2)\,tp}{(1 + \beta^2)\,tp + \beta^2\,fn + fp}$.

    ``update(state, y_true, y_pred, w=None)`` takes labels (cast to bool) and scores of one shape,
    ``[B, C]``; NaN and labels below 0 count nowhere. A class without positive examples and
    predictions scores 0.

    Args:
      average: None for a value per class; ``"micro"`` for the score of all counts together;
        ``"macro"`` for the mean over classes; ``"weighted"`` weighs it by the positive examples.
      beta: how many times more recall counts than precision.
      threshold: scores strictly above it are positive; None takes the highest of each row, all of
        them if they tie, none if they are zero.
      num_classes: C; needed for :meth:`init`, not for a single batch.
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

    higher_is_better: ClassVar[bool | None] = True
    value_range: ClassVar[tuple[float, float]] = (0, 1)

    average: Average = None
    beta: float = 1.0
    threshold: float | None = None
    num_classes: int | None = None

    @classmethod
    def _default_name(cls) -> str:
        return "fbeta_score"

    def _settings(self) -> tuple[float, float | None, int | None]:
        return self.beta, self.threshold, self.num_classes


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

    higher_is_better: ClassVar[bool | None] = True
    value_range: ClassVar[tuple[float, float]] = (0, 1)

    average: Average = None
    threshold: float | None = None
    num_classes: int | None = None

    @classmethod
    def _default_name(cls) -> str:
        return "f1_score"

    def _settings(self) -> tuple[float, float | None, int | None]:
        return 1.0, self.threshold, self.num_classes
