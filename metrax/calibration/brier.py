"""The Brier score and what it is made of."""

import dataclasses
from collections.abc import Mapping
from typing import ClassVar, NamedTuple

import jax.numpy as jnp
from jax import Array

from metrax.aggregation.streams import ReadMean
from metrax.core.checks import at_least
from metrax.core.domains import Domain
from metrax.core.probabilities import domains
from metrax.core.statistic import Statistic
from metrax.core.typed import PairMetric
from metrax.functional.calibration.scores import Half, brier_score, half_of
from metrax.kernels.arithmetic import safe_divide
from metrax.statistics.calibration_bins import (
    Binning,
    CalibrationBins,
    CalibrationState,
    check_bins,
)
from metrax.statistics.weighted_mean import WeightedMean


class BrierScore(ReadMean):
    r"""Weighted mean squared distance of probabilities from the outcome, of $(\hat p - y)^2$.

    Of classes it is that of $\sum_c (\hat p_c - [y = c])^2$. ``update(state, y_true, y_pred,
    w=None)`` takes labels 0 and 1 (or probabilities of 1) and probabilities of 1 of one shape, of
    which every element counts; or classes ``[B, ...]`` and probabilities ``[B, ..., C]``, or with
    ``num_classes`` one-hot rows too. A label that is no class makes the value NaN, unless its
    weight is 0. No data gives 0. A weight is a repetition.

    Args:
      num_classes: the length of the last axis of ``y_pred`` if that holds classes; labels that lack
        that axis tell by themselves.
      from_logits: whether ``y_pred`` goes through a sigmoid, or of classes a softmax.
      scale_by_half: whether the score lies in [0, 1], and not in [0, 2]; ``"auto"`` says so of one
        probability, and of two classes.
      name: defaults to ``"brier_score"``.
      dtype: dtype of the value.

    Raises:
      MetraxError: when the shapes do not fit or an argument is out of range.

    Example:
      >>> import metrax
      >>> round(float(metrax.BrierScore()([0, 1, 1, 0], [.1, .9, .8, .3])), 4)
      0.0375
      >>> float(metrax.BrierScore()([0, 2], [[.5, .25, .25], [0., .5, .5]]))
      0.4375

    References:
      G. W. Brier, "Verification of forecasts expressed in terms of probability", Monthly Weather
      Review 78 (1950); scikit-learn, ``brier_score_loss``.
    """

    aliases: ClassVar[tuple[str, ...]] = ("brier_score_loss",)
    higher_is_better: ClassVar[bool | None] = False

    num_classes: int | None = None
    from_logits: bool = False
    scale_by_half: Half = "auto"

    def validate(self) -> None:
        at_least(2, num_classes=self.num_classes)
        half_of(self.scale_by_half, 1)

    @property
    def value_range(self) -> tuple[float, float]:
        """One probability lies in [0, 1] unless it is not to be halved; classes may not."""
        classes = self.num_classes or (2 if self.scale_by_half is True else 3)
        return 0.0, float(half_of(self.scale_by_half, classes))

    def domains(self, **inputs: Array) -> Mapping[str, Domain]:
        return domains(inputs, self.num_classes, self.from_logits)

    @property
    def statistic(self) -> Statistic:
        return WeightedMean.over(
            brier_score,
            num_classes=self.num_classes,
            from_logits=self.from_logits,
            scale_by_half=self.scale_by_half,
        )


class Decomposition(NamedTuple):
    """The three parts of a Brier score, which is the first less the second plus the third."""

    reliability: Array
    """How far probabilities are from how often labels were 1: 0 is best."""

    resolution: Array
    """How far that differs from bin to bin: the more, the better."""

    uncertainty: Array
    """The variance of the labels, whatever was predicted."""


class BrierDecomposition(PairMetric[CalibrationState, Decomposition]):
    r"""Reliability, resolution and uncertainty: the parts of the Brier score.

    $$\underbrace{\sum_b \frac{n_b}{n} (\bar p_b - \bar y_b)^2}_{\text{reliability}} -
    \underbrace{\sum_b \frac{n_b}{n} (\bar y_b - \bar y)^2}_{\text{resolution}} +
    \underbrace{\bar y (1 - \bar y)}_{\text{uncertainty}}$$

    ``update(state, y_true, y_pred, w=None)`` takes labels 0 and 1 and probabilities of one shape.
    The sum is the Brier score of probabilities of which each is replaced by the mean of its bin:
    exactly :class:`BrierScore` if no two of a bin differ, else by about their variance off; more
    bins bring it closer. The bins are those of :class:`CalibrationError`, whose state it shares. No
    data gives three zeros, labels of one kind no resolution and no uncertainty. A weight is a
    repetition.

    Args:
      n_bins: how many bins (a, b] there are.
      binning: ``"uniform"`` or ``"quantile"``, as in :class:`CalibrationError`.
      from_logits: whether ``y_pred`` goes through a sigmoid.
      bits: how fine the steps are that quantile bins are made of, 10 to 24.
      name: defaults to ``"brier_decomposition"``.
      dtype: dtype of the values.

    Raises:
      MetraxError: when the shapes differ, or ``n_bins`` is below 1.

    Example:
      >>> import metrax
      >>> parts = metrax.BrierDecomposition()([0, 0, 1, 1], [.25, .25, .25, .75])
      >>> [round(float(x), 6) for x in parts]
      [0.020833, 0.083333, 0.25]
      >>> round(float(parts.reliability - parts.resolution + parts.uncertainty), 6)
      0.1875

    References:
      A. H. Murphy, "A new vector partition of the probability score", Journal of Applied
      Meteorology 12 (1973).
    """

    higher_is_better: ClassVar[bool | None] = None
    value_range: ClassVar[tuple[float, float]] = (0, 1)

    n_bins: int = 15
    binning: Binning = "uniform"
    from_logits: bool = False
    bits: int = dataclasses.field(default=16, kw_only=True)

    def validate(self) -> None:
        check_bins(self.n_bins, self.bits)

    @property
    def statistic(self) -> Statistic:
        return CalibrationBins.read_by(
            self.binning, self.n_bins, self.bits, ("top_label", None), self.from_logits
        )

    def read(self, state: CalibrationState) -> Decomposition:
        state = state.in_bins(self.binning, self.n_bins)
        n = state.weight.value
        total = jnp.sum(n)
        rate, rest = (safe_divide(jnp.sum(x), total) for x in (state.labels.value, state.negatives))
        apart = jnp.square(state.rate - rate)
        return Decomposition(
            safe_divide(jnp.sum(state.gap * safe_divide(state.gap, n)), total),
            safe_divide(jnp.sum(n * apart), total),
            rate * rest,
        )
