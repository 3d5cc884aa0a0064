"""How far probabilities are from how often they come true."""

import dataclasses
import math
from statistics import NormalDist
from typing import ClassVar, Literal, NamedTuple

import jax.numpy as jnp
from jax import Array

from metrax.core.checks import MetraxError, at_least
from metrax.core.statistic import Statistic
from metrax.core.typed import PairMetric
from metrax.functional.calibration.forecasts import check_level
from metrax.kernels.arithmetic import safe_divide
from metrax.statistics.calibration_bins import (
    Binning,
    CalibrationBins,
    CalibrationState,
    MultiClass,
    check_bins,
)

Norm = Literal["l1", "l2", "max"]


class CalibrationError(PairMetric[CalibrationState, Array]):
    r"""How far mean probabilities of bins are from the shares of labels that are 1 in them.

    $$\sum_b \frac{n_b}{n} \left|\bar p_b - \bar y_b\right|$$

    ``update(state, y_true, y_pred, w=None)`` takes labels 0 and 1 and probabilities of 1 of one
    shape, of which every element counts; or classes ``[B, ...]`` and probabilities ``[B, ..., C]``,
    or with ``num_classes`` one-hot rows too. Bins are (a, b], the first with its left edge; they
    are compared in the dtype of ``y_pred`` (float32 for half), and what lies outside [0, 1] is in
    the outer ones. A NaN makes the value NaN, unless its weight is 0; a label that is no class is
    never right. Empty bins count for nothing, no data gives 0. A weight is a repetition.

    Args:
      n_bins: how many bins there are.
      norm: ``"l1"`` is the mean distance, known as ECE, ``"l2"`` the root of the mean of its
        square, ``"max"`` the largest of a bin that is not empty, known as MCE.
      binning: ``"uniform"`` bins are even. ``"quantile"`` ones have equal weight, up to ties: equal
        probabilities are in one bin, and so are those that share one of 128 steps to an octave, of
        p below a half and of 1 - p above. Such a state has 6145 cells, for any ``n_bins``; means
        and rates of the bins are exact, whichever steps they hold.
      multi_class: what is binned of rows of classes: ``"top_label"`` the highest probability, which
        comes true if its class is the label; ``"classwise"`` every class's, each in bins of its
        own, and the value is the mean of the classes' (of all of them, also those that never are).
      num_classes: the length of the last axis of ``y_pred`` if that holds classes; labels that lack
        that axis tell by themselves, but :meth:`init` needs it if ``"classwise"``.
      from_logits: whether ``y_pred`` goes through a sigmoid, or of classes a softmax.
      debias: whether to take from the squares of ``norm="l2"`` what chance adds to them,
        $\frac{\bar y_b (1 - \bar y_b)}{n_b - 1}$ in each bin; bins of weight 1 or less count for
        nothing then, and a sum below 0 is 0.
      bits: how fine the steps are that quantile bins are made of, 10 to 24.
      name: defaults to ``"calibration_error"``.
      dtype: dtype of the value.

    Raises:
      MetraxError: when the shapes do not fit or an argument is out of range.

    Example:
      >>> import metrax
      >>> error = metrax.CalibrationError(n_bins=2)
      >>> round(float(error([0, 1, 0, 1, 1], [.25, .25, .55, .75, .75])), 4)
      0.11
      >>> round(float(error([0, 1, 2], [[.75, .25, 0.], [.5, .25, .25], [.1, .1, .8]])), 4)
      0.3167

    References:
      M. P. Naeini, G. F. Cooper and M. Hauskrecht, "Obtaining well calibrated probabilities using
      Bayesian binning", AAAI 2015; A. Kumar, P. Liang and T. Ma, "Verified uncertainty
      calibration", NeurIPS 2019; M. Kull et al., "Beyond temperature scaling", NeurIPS 2019, for
      the classwise error.
    """

    aliases: ClassVar[tuple[str, ...]] = (
        "ece",
        "ECE",
        "expected_calibration_error",
        "ExpectedCalibrationError",
        "BinaryCalibrationError",
    )
    higher_is_better: ClassVar[bool | None] = False
    value_range: ClassVar[tuple[float, float]] = (0, 1)

    n_bins: int = 15
    norm: Norm = "l1"
    binning: Binning = "uniform"
    multi_class: MultiClass = "top_label"
    num_classes: int | None = None
    from_logits: bool = False
    debias: bool = dataclasses.field(default=False, kw_only=True)
    bits: int = dataclasses.field(default=16, kw_only=True)

    def validate(self) -> None:
        check_bins(self.n_bins, self.bits)
        at_least(2, num_classes=self.num_classes)
        if self.debias and self.norm != "l2":
            raise MetraxError(f"debias: got True with norm={self.norm!r}; expected norm='l2'")

    @property
    def statistic(self) -> Statistic:
        classes = self.multi_class, self.num_classes
        return CalibrationBins.read_by(
            self.binning, self.n_bins, self.bits, classes, self.from_logits
        )

    def read(self, state: CalibrationState) -> Array:
        state = state.in_bins(self.binning, self.n_bins)
        gap, n = jnp.abs(state.gap), state.weight.value
        total = jnp.sum(n, axis=-1)
        if self.norm == "l1":
            errors = safe_divide(jnp.sum(gap, axis=-1), total)
        elif self.norm == "l2":
            squares = gap * safe_divide(gap, n)
            if self.debias:
                chance = state.rate * safe_divide(state.negatives, n - 1)
                squares = jnp.where(n > 1, squares - chance, 0)
            errors = jnp.sqrt(safe_divide(jnp.maximum(jnp.sum(squares, axis=-1), 0), total))
        else:
            errors = jnp.max(safe_divide(gap, n), axis=-1)
        return jnp.mean(errors)


class Reliability(NamedTuple):
    """What was predicted and what came true in each bin, ``[n_bins]``; 0 in an empty one."""

    score: Array
    """The mean predicted probability."""

    rate: Array
    """The share of the labels that are 1."""

    low: Array
    """The low end of the rate's interval."""

    high: Array
    """Its high end."""

    weight: Array
    """The weight of what is in the bin."""


class ReliabilityCurve(PairMetric[CalibrationState, Reliability]):
    r"""Mean probability and share of labels that are 1 in each bin, with Wilson's intervals.

    The ends of a bin's interval are the rates $r$ that a share $\bar y$ of $n$ labels is $z$
    standard deviations from: $|\bar y - r| = z \sqrt{r (1 - r) / n}$, with $\Phi(z) = (1 +
    \text{level}) / 2$.

    It takes what :class:`CalibrationError` takes, and shares its state. A weight is a repetition,
    in the intervals too: weights of 2 make them as narrow as twice the examples would. A bin that
    nothing is in has zeros everywhere, so no data gives zeros.

    Args:
      n_bins: how many bins (a, b] there are.
      level: how often such intervals hold the rate that they are of.
      binning: ``"uniform"`` or ``"quantile"``, as in :class:`CalibrationError`.
      multi_class: what is binned of rows of classes, as in :class:`CalibrationError`;
        ``"classwise"`` gives curves ``[C, n_bins]``.
      num_classes: the length of the last axis of ``y_pred`` if that holds classes.
      from_logits: whether ``y_pred`` goes through a sigmoid, or of classes a softmax.
      bits: how fine the steps are that quantile bins are made of, 10 to 24.
      name: defaults to ``"reliability_curve"``.
      dtype: dtype of the values.

    Raises:
      MetraxError: when the shapes do not fit or an argument is out of range.

    Example:
      >>> import metrax
      >>> curve = metrax.ReliabilityCurve(n_bins=2)([0, 1, 0, 1, 1], [.25, .25, .55, .75, .75])
      >>> [[round(float(x), 4) for x in row] for row in (curve.score, curve.rate)]
      [[0.25, 0.6833], [0.5, 0.6667]]
      >>> [[round(float(x), 4) for x in row] for row in (curve.low, curve.high)]
      [[0.0945, 0.2077], [0.9055, 0.9385]]

    References:
      scikit-learn, ``calibration_curve``; E. B. Wilson, "Probable inference, the law of succession,
      and statistical inference", JASA 22 (1927).
    """

    higher_is_better: ClassVar[bool | None] = None
    value_range: ClassVar[tuple[float, float]] = (0, math.inf)

    n_bins: int = 15
    level: float = 0.95
    binning: Binning = "uniform"
    multi_class: MultiClass = "top_label"
    num_classes: int | None = None
    from_logits: bool = False
    bits: int = dataclasses.field(default=16, kw_only=True)

    def validate(self) -> None:
        check_bins(self.n_bins, self.bits)
        at_least(2, num_classes=self.num_classes)
        check_level(self.level)

    @property
    def statistic(self) -> Statistic:
        classes = self.multi_class, self.num_classes
        return CalibrationBins.read_by(
            self.binning, self.n_bins, self.bits, classes, self.from_logits
        )

    def read(self, state: CalibrationState) -> Reliability:
        state = state.in_bins(self.binning, self.n_bins)
        n = state.weight.value
        z = NormalDist().inv_cdf((1 + self.level) / 2)
        low, high = wilson(state.rate, safe_divide(state.negatives, n), n, z)
        return Reliability(state.score, state.rate, low, high, n)


def wilson(rate: Array, rest: Array, n: Array, z: float) -> tuple[Array, Array]:
    """The ends of Wilson's interval of a rate, and of 1 less it, among ``n``; 0 of nothing.

    They solve a quadratic equation; each end has the other's product with it for its digits.
    """
    spread = z * jnp.sqrt(n * rate * rest + z * z / 4)
    high, high_of_rest = (safe_divide(n * x + z * z / 2 + spread, n + z * z) for x in (rate, rest))
    low = safe_divide(n * rate * rate, (n + z * z) * high)
    # Above one half the distance from 1 has the digits.
    low_of_rest = safe_divide(n * rest * rest, (n + z * z) * high_of_rest)
    high = jnp.where(rate > rest, 1 - low_of_rest, high)
    return low, jnp.where(n > 0, high, 0)
