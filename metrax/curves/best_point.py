"""The best of all thresholds."""

import dataclasses
from typing import ClassVar, Literal

import jax.numpy as jnp
from jax import Array

from metrax.core.checks import MetraxError
from metrax.curves.bounds import Certified, best, meeting, where_best
from metrax.curves.cumulated import Curve
from metrax.curves.score_metric import CertifiedMetric
from metrax.kernels.arithmetic import safe_divide
from metrax.statistics.threshold_counts import Counts


class EqualErrorRate(CertifiedMetric):
    r"""The rate $\mathrm{FPR}(t) = \mathrm{FNR}(t)$: as many false alarms as misses, as shares.

    ``update(state, y_true, y_pred, w=None)`` takes labels and any real scores, both ``[B]``, or
    those of ``num_classes`` classes, ``[B, C]``, as :class:`AUROC` does. Between two distinct
    scores the curve is a line. One class only, or no data: 0.

    Example:
      >>> import metrax
      >>> float(metrax.EqualErrorRate()([0, 0, 1, 1], [0.1, 0.4, 0.35, 0.8]))
      0.5

    References:
      Martin et al., "The DET curve in assessment of detection task performance", 1997.
    """

    aliases: ClassVar[tuple[str, ...]] = ("eer", "EER", "BinaryEER")
    higher_is_better: ClassVar[bool | None] = False

    def _measure(self, curve: Curve) -> Certified:
        return meeting(curve)


class KSStatistic(CertifiedMetric):
    r"""Largest difference of true and false positive rate over all thresholds.

    $$\max_t \; \mathrm{TPR}(t) - \mathrm{FPR}(t)$$

    ``update(state, y_true, y_pred, w=None)`` takes labels and any real scores, both ``[B]``, or
    those of ``num_classes`` classes, ``[B, C]``, as :class:`AUROC` does. It is the one-sided
    two-sample statistic of Kolmogorov and Smirnov, of positives above negatives, and the largest of
    Youden's J: never below 0. One class only, or no data: 0.

    Example:
      >>> import metrax
      >>> float(metrax.KSStatistic()([0, 0, 1, 1], [0.1, 0.4, 0.35, 0.8]))
      0.5

    References:
      SciPy, ``scipy.stats.ks_2samp``. Youden, "Index for rating diagnostic tests", 1950.
    """

    higher_is_better: ClassVar[bool | None] = True

    def _measure(self, curve: Curve) -> Certified:
        found = best(curve, lambda counts, slack: youden(counts))
        return found.map(lambda x: jnp.where(curve.both, x, 0))


class FMax(CertifiedMetric):
    r"""Highest F-score over all thresholds.

    $$\max_t \frac{(1 + \beta^2)\, tp}{(1 + \beta^2)\, tp + \beta^2 fn + fp}$$

    ``update(state, y_true, y_pred, w=None)`` takes labels and any real scores, both ``[B]``, or
    those of ``num_classes`` classes, ``[B, C]``, as :class:`AUROC` does. Without positives, or
    without data, it is 0.

    Args:
      beta: how many times as much recall counts as precision.

    Example:
      >>> import metrax
      >>> round(float(metrax.FMax()([0, 0, 1, 1], [0.1, 0.4, 0.35, 0.8])), 6)
      0.8

    References:
      Lipton, Elkan and Naryanaswamy, "Optimal thresholding of classifiers to maximize F1 measure",
      2014.
    """

    aliases: ClassVar[tuple[str, ...]] = ("fmax",)
    higher_is_better: ClassVar[bool | None] = True

    beta: float = 1.0

    def validate(self) -> None:
        super().validate()
        if not self.beta > 0:
            raise MetraxError(f"beta: got {self.beta}; expected a number above 0")

    def _measure(self, curve: Curve) -> Certified:
        return best(curve, lambda counts, slack: f_score(counts, self.beta))


class DetectionCost(CertifiedMetric):
    r"""Lowest expected cost of misses and false alarms over all thresholds, normalized.

    $$\min_t \frac{c_m\, \pi\, \mathrm{FNR}(t) + c_f\, (1 - \pi)\, \mathrm{FPR}(t)}
    {\min(c_m\, \pi,\; c_f\, (1 - \pi))}$$

    ``update(state, y_true, y_pred, w=None)`` takes labels and any real scores, both ``[B]``, or
    those of ``num_classes`` classes, ``[B, C]``, as :class:`AUROC` does. How many positives the
    data have does not matter, but how many are to be expected, $\pi$. One is the cost of calling
    all positive, or all negative, whichever is cheaper. One class only, or no data: 0.

    Args:
      prior: the share $\pi$ of positives to be expected, between 0 and 1.
      cost: what a false positive $c_f$ and a false negative $c_m$ cost, above 0, in the order of
        :class:`OptimalThreshold`.

    Example:
      >>> import metrax
      >>> cost = metrax.DetectionCost(prior=0.5)
      >>> float(cost([0, 0, 1, 1], [0.1, 0.4, 0.35, 0.8]))
      0.5

    References:
      NIST, "2016 Speaker Recognition Evaluation Plan", its minimum detection cost.
    """

    aliases: ClassVar[tuple[str, ...]] = ("minDCF", "min_dcf")
    higher_is_better: ClassVar[bool | None] = False

    prior: float = 0.01
    cost: tuple[float, float] | list[float] = (1.0, 1.0)

    def validate(self) -> None:
        super().validate()
        if not 0 < self.prior < 1:
            raise MetraxError(f"prior: got {self.prior}; expected a number between 0 and 1")
        if len(self.cost) != 2 or not min(self.cost) > 0:
            raise MetraxError(
                f"cost: got {self.cost}; expected two numbers above 0, of a false positive and of "
                "a false negative"
            )

    def _measure(self, curve: Curve) -> Certified:
        miss, alarm = self._costs

        def saved(counts: Counts, slack: Array) -> Array:
            misses = safe_divide(counts.fn, counts.tp + counts.fn)
            alarms = safe_divide(counts.fp, counts.fp + counts.tn)
            return -(miss * misses + alarm * alarms) / min(miss, alarm)

        found = best(curve, saved)
        lowest = Certified(-found.value, -found.high, -found.low)
        return lowest.map(lambda x: jnp.where(curve.both, jnp.minimum(x, 1), 0))

    @property
    def _magnified(self) -> float:
        return max(self._costs) / min(self._costs)

    @property
    def _costs(self) -> tuple[float, float]:
        """What it costs to miss all positives, and to call all negatives positive."""
        false_positive, false_negative = self.cost
        return false_negative * self.prior, false_positive * (1 - self.prior)


class OptimalThreshold(CertifiedMetric):
    r"""The threshold $\arg\max_t \mathrm{criterion}(t)$: from it on scores are best positive.

    ``update(state, y_true, y_pred, w=None)`` takes labels and any real scores, both ``[B]``, or
    those of ``num_classes`` classes, ``[B, C]``, as :class:`AUROC` does. Of several classes each
    has a threshold. :meth:`bounds` are the lowest and the highest threshold that may be the best,
    as far as the buckets tell. Of equally good ones it is the highest; infinity if nothing is best
    called positive, 0 without data.

    Args:
      criterion: what is best: the largest ``"youden"``, true less false positive rate; ``"f1"``; or
        the lowest ``"cost"``.
      cost: of a false positive and of a false negative.

    Example:
      >>> import metrax
      >>> best = metrax.OptimalThreshold("f1", exact=4)
      >>> round(float(best([0, 0, 1, 1], [0.1, 0.4, 0.35, 0.8])), 6)
      0.35

    References:
      Youden, "Index for rating diagnostic tests", 1950.
    """

    higher_is_better: ClassVar[bool | None] = None
    value_range: ClassVar[tuple[float, float]] = (-float("inf"), float("inf"))

    criterion: Literal["youden", "f1", "cost"] = "youden"
    cost: tuple[float, float] | list[float] = (1.0, 1.0)
    average: None = dataclasses.field(default=None, kw_only=True)
    tolerance: float | None = dataclasses.field(default=None, kw_only=True)

    def validate(self) -> None:
        super().validate()
        if len(self.cost) != 2 or not min(self.cost) >= 0:
            raise MetraxError(
                f"cost: got {self.cost}; expected two numbers of 0 or more, of a false positive "
                "and of a false negative"
            )

    def _measure(self, curve: Curve) -> Certified:
        rates = {"youden": youden, "f1": f_score, "cost": self._saved}
        return where_best(curve, rates[self.criterion])

    def _settled(self, found: Certified, curve: Curve) -> Certified:
        return found  # scores are not rounded

    def _saved(self, counts: Counts) -> Array:
        """What positive calls save, of what there is to be saved or lost."""
        false_positive, false_negative = self.cost
        whole = counts.tp + counts.fn, counts.tn + counts.fp
        most = false_negative * whole[0] + false_positive * whole[1]
        return safe_divide(false_negative * counts.tp - false_positive * counts.fp, most)


def youden(counts: Counts) -> Array:
    """True less false positive rate."""
    return counts.recall - safe_divide(counts.fp, counts.tn + counts.fp)


def f_score(counts: Counts, beta: float = 1.0) -> Array:
    """The F-score, 0 without positives and without positive predictions."""
    hits = (1 + beta**2) * counts.tp
    return safe_divide(hits, hits + beta**2 * counts.fn + counts.fp)
