"""Ratios of rates: likelihood ratios, odds, and the prevalence at which a test is worth it."""

from abc import ABC
from typing import ClassVar

import jax.numpy as jnp
import numpy as np
from jax import Array

from metrax.aggregation.of_classes import AveragedOfClasses
from metrax.kernels.arithmetic import safe_divide
from metrax.statistics.threshold_counts import Counts


def rates(counts: Counts) -> tuple[Array, Array, Array]:
    """Shares of positives and of negatives predicted positive; 1 where there are both, else 0."""
    positive, negative = counts.tp + counts.fn, counts.fp + counts.tn
    both = ((positive > 0) & (negative > 0)).astype(positive.dtype)
    return safe_divide(counts.tp, positive), safe_divide(counts.fp, negative), both


class Odds(AveragedOfClasses, ABC):
    """A ratio without an upper end."""

    value_range: ClassVar[tuple[float, float]] = (0.0, np.inf)


class PositiveLikelihoodRatio(Odds):
    r"""How many times as often positives are predicted positive as negatives are.

    $$LR_+ = \frac{tp / (tp + fn)}{fp / (fp + tn)}$$

    Called as :class:`~metrax.Specificity` is, with the same arguments and errors. Without false
    positives it is infinite if there are true ones, else ``zero_division``, as without positive or
    without negative examples (scikit-learn gives NaN for all of these); no data is 0.

    Example:
      >>> import metrax
      >>> float(metrax.PositiveLikelihoodRatio()([0, 0, 1, 1], [0.1, 0.8, 0.7, 0.9]))
      2.0

    References:
      scikit-learn, ``class_likelihood_ratios``;
      https://en.wikipedia.org/wiki/Likelihood_ratios_in_diagnostic_testing.
    """

    higher_is_better: ClassVar[bool | None] = True

    def _ratio(self, counts: Counts) -> tuple[Array, Array]:
        sensitivity, false_rate, both = rates(counts)
        return both * sensitivity, both * false_rate


class NegativeLikelihoodRatio(Odds):
    r"""How many times as often positives are predicted negative as negatives are.

    $$LR_- = \frac{fn / (tp + fn)}{tn / (fp + tn)}$$

    Called as :class:`~metrax.Specificity` is, with the same arguments and errors. Without true
    negatives it is infinite if there are false ones, else ``zero_division``, as without positive or
    without negative examples (scikit-learn gives NaN for all of these); no data is 0.

    Example:
      >>> import metrax
      >>> float(metrax.NegativeLikelihoodRatio()([0, 0, 1, 1], [0.1, 0.2, 0.3, 0.9]))
      0.5

    References:
      scikit-learn, ``class_likelihood_ratios``;
      https://en.wikipedia.org/wiki/Likelihood_ratios_in_diagnostic_testing.
    """

    higher_is_better: ClassVar[bool | None] = False

    def _ratio(self, counts: Counts) -> tuple[Array, Array]:
        _, _, both = rates(counts)
        missed = safe_divide(counts.fn, counts.tp + counts.fn)
        return both * missed, both * safe_divide(counts.tn, counts.fp + counts.tn)


class DiagnosticOddsRatio(Odds):
    r"""The odds of a positive prediction of positives over those of negatives.

    $$\frac{tp \cdot tn}{fp \cdot fn}$$

    Called as :class:`~metrax.Specificity` is, with the same arguments and errors. Without errors of
    one kind it is infinite if there are hits of both, else ``zero_division``; no data is 0.

    Example:
      >>> import metrax
      >>> odds = metrax.DiagnosticOddsRatio()
      >>> float(odds([0, 0, 0, 1, 1, 1], [0.1, 0.2, 0.8, 0.7, 0.9, 0.3]))
      4.0

    References:
      https://en.wikipedia.org/wiki/Diagnostic_odds_ratio.
    """

    higher_is_better: ClassVar[bool | None] = True

    def _ratio(self, counts: Counts) -> tuple[Array, Array]:
        # Of shares, for a product of counts may be beyond floats.
        positive, negative = counts.tp + counts.fn, counts.fp + counts.tn
        tp, fn = (safe_divide(x, positive) for x in (counts.tp, counts.fn))
        tn, fp = (safe_divide(x, negative) for x in (counts.tn, counts.fp))
        return tp * tn, fp * fn


class PrevalenceThreshold(AveragedOfClasses):
    r"""The prevalence below which positive predictions lose their worth quickly.

    $$\frac{\sqrt{FPR}}{\sqrt{TPR} + \sqrt{FPR}}$$

    Here TPR and FPR are the shares of the positives and of the negatives that are predicted
    positive. Called as :class:`~metrax.Specificity` is, with the same arguments and errors. Without
    positive or without negative examples, or without positive predictions, it is ``zero_division``;
    no data is 0.

    Example:
      >>> import metrax
      >>> threshold = metrax.PrevalenceThreshold()
      >>> round(float(threshold([0, 0, 0, 0, 1], [0.1, 0.2, 0.3, 0.8, 0.9])), 6)
      0.333333

    References:
      J. Balayla, "Prevalence threshold and the geometry of screening curves", PLoS ONE 15 (2020).
    """

    higher_is_better: ClassVar[bool | None] = False
    value_range: ClassVar[tuple[float, float]] = (0.0, 1.0)

    def _ratio(self, counts: Counts) -> tuple[Array, Array]:
        sensitivity, false_rate, both = rates(counts)
        root = jnp.sqrt(false_rate)
        return both * root, both * (jnp.sqrt(sensitivity) + root)
