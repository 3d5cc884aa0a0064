"""Scores of probabilities beside those of the labels' own shares."""

import math
from abc import ABC, abstractmethod
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, ClassVar

import jax.numpy as jnp
from jax import Array

from metrax.core.checks import at_least
from metrax.core.domains import Domain
from metrax.core.probabilities import domains
from metrax.core.statistic import Statistic
from metrax.core.typed import PairMetric
from metrax.functional.calibration.scores import brier_score, log_loss, predicted
from metrax.functional.probabilistic.clipping import EPSILON
from metrax.kernels.arithmetic import safe_divide
from metrax.statistics.value_and_labels import ValueAndLabels, ValueAndLabelsState


class RelativeScore(PairMetric[ValueAndLabelsState, Array], ABC):
    """A score over that of predicting every class's share, known at the end; a base."""

    @abstractmethod
    def _of_shares(self, state: ValueAndLabelsState) -> Array:
        """The score of predicting the shares for every example; a hook."""

    def _ratio(self, state: ValueAndLabelsState) -> tuple[Array, Array]:
        """The two scores."""
        return state.values.mean, self._of_shares(state)


class D2Score(RelativeScore, ABC):
    """The share of a score that predictions save; a base of metrics that take classes too."""

    higher_is_better: ClassVar[bool | None] = True
    value_range: ClassVar[tuple[float, float]] = (-math.inf, 1)

    _perfect: ClassVar[float] = 0
    """The score of perfect predictions."""

    if TYPE_CHECKING:
        num_classes: int | None
        from_logits: bool

    def validate(self) -> None:
        at_least(2, num_classes=self.num_classes)

    def domains(self, **inputs: Array) -> Mapping[str, Domain]:
        return domains(inputs, self.num_classes, self.from_logits)

    def read(self, state: ValueAndLabelsState) -> Array:
        score, of_shares = self._ratio(state)
        perfect = (score <= self._perfect) & (state.values.weight.value != 0)
        saved = 1 - score / jnp.where(of_shares == 0, 1, of_shares)
        undefined = (of_shares == 0) & ~jnp.isnan(score)
        return jnp.where(undefined, perfect.astype(score.dtype), saved)

    def _arguments_of_score(self) -> dict[str, Any]:
        return {"num_classes": self.num_classes, "from_logits": self.from_logits}


class D2LogLoss(D2Score):
    r"""Share of the log loss that predictions save, of that of the labels' own shares.

    $$1 - \frac{\sum w \ell(y, \hat p)}{\sum w\; H(\bar y)}, \qquad
    H(\bar y) = -\sum_c \bar y_c \log \bar y_c$$

    ``update(state, y_true, y_pred, w=None)`` takes labels 0 and 1 and probabilities of 1 of one
    shape; or with ``num_classes`` classes ``[B, ...]``, or one-hot rows, and probabilities
    ``[B, ..., C]``. Probabilities of a row are scaled to sum to 1, and clipped to
    [1e-7, 1 - 1e-7]. It is 1 of perfect predictions, 0 of the shares themselves. Labels of one
    class alone, whose entropy is 0, give 1 if predictions are perfect, else 0, as does no data. A
    label that is no class makes the value NaN, unless its weight is 0. A weight is a repetition.

    Args:
      num_classes: the length of the last axis of ``y_pred`` if that holds classes.
      from_logits: whether ``y_pred`` goes through a sigmoid, or of classes a softmax.
      name: defaults to ``"d2_log_loss"``.
      dtype: dtype of the value.

    Raises:
      MetraxError: when the shapes do not fit.

    Example:
      >>> import metrax
      >>> round(float(metrax.D2LogLoss()([0, 0, 1, 1], [.1, .2, .8, .9])), 4)
      0.763

    References:
      scikit-learn, ``d2_log_loss_score``; D. McFadden, "Conditional logit analysis of qualitative
      choice behavior", 1974, whose pseudo R² it is.
    """

    aliases: ClassVar[tuple[str, ...]] = ("d2_log_loss_score",)
    _perfect = 2 * EPSILON  # probabilities are clipped

    num_classes: int | None = None
    from_logits: bool = False

    @property
    def statistic(self) -> Statistic:
        kwargs = tuple(sorted(self._arguments_of_score().items()))
        return ValueAndLabels(log_loss, kwargs, num_classes=self.num_classes)

    def _of_shares(self, state: ValueAndLabelsState) -> Array:
        return _entropy(state)


class D2Brier(D2Score):
    r"""Share of the Brier score that predictions save, of that of the labels' own shares.

    $$1 - \frac{\sum w \sum_c (\hat p_c - y_c)^2}{\sum w \sum_c \bar y_c (1 - \bar y_c)}$$

    Also known as the Brier skill score, whose reference is the climatology of the data themselves.
    It takes what :class:`D2LogLoss` takes; nothing is scaled or clipped. It is 1 of perfect
    predictions, 0 of the shares themselves. Labels of one class alone give 1 if the score is 0,
    else 0, as does no data. A label that is no class makes the value NaN, unless its weight is 0. A
    weight is a repetition.

    Args:
      num_classes: the length of the last axis of ``y_pred`` if that holds classes.
      from_logits: whether ``y_pred`` goes through a sigmoid, or of classes a softmax.
      name: defaults to ``"d2_brier"``.
      dtype: dtype of the value.

    Raises:
      MetraxError: when the shapes do not fit.

    Example:
      >>> import metrax
      >>> round(float(metrax.D2Brier()([0, 0, 1, 1], [.1, .2, .8, .9])), 4)
      0.9

    References:
      scikit-learn, ``d2_brier_score``; G. W. Brier, "Verification of forecasts expressed in terms
      of probability", Monthly Weather Review 78 (1950).
    """

    aliases: ClassVar[tuple[str, ...]] = ("d2_brier_score", "BrierSkillScore")

    num_classes: int | None = None
    from_logits: bool = False

    @property
    def statistic(self) -> Statistic:
        kwargs = {**self._arguments_of_score(), "scale_by_half": False}
        return ValueAndLabels(
            brier_score, tuple(sorted(kwargs.items())), num_classes=self.num_classes
        )

    def _of_shares(self, state: ValueAndLabelsState) -> Array:
        share, others = state.shares()
        return jnp.sum(share * others)


class NormalizedEntropy(RelativeScore):
    r"""Log loss over the entropy of the labels: below 1 for what predicts better than their share.

    $$\frac{-\sum w \left(y \log \hat p + (1 - y) \log(1 - \hat p)\right)}
    {-\sum w \left(\bar y \log \bar y + (1 - \bar y) \log(1 - \bar y)\right)}$$

    ``update(state, y_true, y_pred, w=None)`` takes labels 0 and 1 and probabilities of 1 of one
    shape, which are clipped to [1e-7, 1 - 1e-7]; every element counts. It is one minus
    :class:`D2LogLoss`, but that labels of one kind alone, whose entropy is 0, give 0, as does no
    data. A weight is a repetition.

    Args:
      from_logits: whether ``y_pred`` goes through a sigmoid.
      name: defaults to ``"normalized_entropy"``.
      dtype: dtype of the value.

    Raises:
      MetraxError: when the shapes differ.

    Example:
      >>> import metrax
      >>> round(float(metrax.NormalizedEntropy()([1, 0], [.2, .3])), 4)
      1.4183

    References:
      X. He et al., "Practical lessons from predicting clicks on ads at Facebook", ADKDD 2014;
      TorchEval, ``BinaryNormalizedEntropy``.
    """

    aliases: ClassVar[tuple[str, ...]] = ("BinaryNormalizedEntropy",)
    higher_is_better: ClassVar[bool | None] = False
    value_range: ClassVar[tuple[float, float]] = (0, math.inf)

    from_logits: bool = False

    @property
    def statistic(self) -> Statistic:
        return _binary(log_loss, self.from_logits)

    def _of_shares(self, state: ValueAndLabelsState) -> Array:
        return _entropy(state)

    def read(self, state: ValueAndLabelsState) -> Array:
        return safe_divide(*self._ratio(state))


class WeightedCalibration(RelativeScore):
    r"""Predicted over observed: $\frac{\sum w \hat p}{\sum w y}$, 1 if right on the whole.

    ``update(state, y_true, y_pred, w=None)`` takes labels 0 and 1 and probabilities of 1 of one
    shape; every element counts. Above 1 there are fewer positives than predicted. Without any it is
    infinite, and 0 if none was predicted either, as for no data. A weight is a repetition.

    Args:
      from_logits: whether ``y_pred`` goes through a sigmoid.
      name: defaults to ``"weighted_calibration"``.
      dtype: dtype of the value.

    Raises:
      MetraxError: when the shapes differ.

    Example:
      >>> import metrax
      >>> calibration = metrax.WeightedCalibration()
      >>> round(float(calibration([1, 1, 0, 0, 1, 0], [.8, .4, .3, .8, .7, .6])), 4)
      1.2

    References:
      TorchEval, ``WeightedCalibration``; TensorFlow Model Analysis, ``Calibration``.
    """

    higher_is_better: ClassVar[bool | None] = None
    value_range: ClassVar[tuple[float, float]] = (0, math.inf)

    from_logits: bool = False

    @property
    def statistic(self) -> Statistic:
        return _binary(predicted, self.from_logits)

    def _of_shares(self, state: ValueAndLabelsState) -> Array:
        return safe_divide(state.labels.value, state.values.weight.value)

    def read(self, state: ValueAndLabelsState) -> Array:
        over, under = state.values.total.value, state.labels.value
        nobody = jnp.where(over == 0, over, jnp.inf * over)
        return jnp.where(under == 0, nobody, over / jnp.where(under == 0, 1, under))


def _binary(fn: Any, from_logits: bool) -> ValueAndLabels:
    return ValueAndLabels(fn, (("from_logits", from_logits), ("num_classes", None)))


def _entropy(state: ValueAndLabelsState) -> Array:
    """The entropy of the labels, of which none is rounded to 0 or 1."""
    share, others = state.shares()
    logs = jnp.where(
        share > 0.5,
        jnp.log1p(-jnp.minimum(others, 0.5)),
        jnp.log(jnp.where(share > 0, share, 1)),
    )
    return -jnp.sum(share * logs)
