"""Proper scores, coverage and histograms of forecasts of numbers."""

import math
from abc import ABC
from collections.abc import Mapping
from typing import ClassVar

from jax import Array

from metrax.aggregation.streams import ReadMean
from metrax.core.checks import at_least
from metrax.core.domains import NUMBERS, Domain
from metrax.core.statistic import Statistic
from metrax.functional.calibration import forecasts as fn
from metrax.statistics.weighted_mean import WeightedMean


class ForecastScore(ReadMean, ABC):
    """A mean over forecasts that have an axis more than what was observed; a base."""

    higher_is_better: ClassVar[bool | None] = False
    value_range: ClassVar[tuple[float, float]] = (0, math.inf)

    def domains(self, **inputs: Array) -> Mapping[str, Domain]:
        beside = inputs["y_true"].ndim == inputs["y_pred"].ndim
        return {
            "y_true": NUMBERS.lacking(-1) if beside else NUMBERS,
            "y_pred": NUMBERS.lacking(-1),
        }


class CRPS(ForecastScore):
    r"""Weighted mean continuous ranked probability score of ensembles.

    $$\frac1M \sum_i |x_i - y| - \frac{1}{2 M^2} \sum_{i,j} |x_i - x_j|$$

    ``update(state, y_true, y_pred, w=None)`` takes what was observed, ``[B, ...]``, and the members
    of each ensemble, ``[B, ..., M]``, in any order. It has the unit of what is predicted, and is
    the mean absolute error of ensembles of one. A NaN member makes the value NaN, unless its weight
    is 0. No data gives 0. A weight is a repetition.

    Args:
      fair: whether to divide the second sum by $2 M (M - 1)$, so that the score does not favour
        large ensembles: it is then that of the distribution which the members were drawn from.
      name: defaults to ``"crps"``.
      dtype: dtype of the value.

    Raises:
      MetraxError: when the shapes do not fit, or a ``fair`` ensemble has less than two members.

    Example:
      >>> import metrax
      >>> round(float(metrax.CRPS()([0., 2.], [[-1., 1., 3.], [2., 2., 2.]])), 4)
      0.3889
      >>> round(float(metrax.CRPS(fair=True)([0., 2.], [[-1., 1., 3.], [2., 2., 2.]])), 4)
      0.1667

    References:
      T. Gneiting and A. E. Raftery, "Strictly proper scoring rules, prediction, and estimation",
      JASA 102 (2007); C. A. T. Ferro, "Fair scores for ensemble forecasts", Quarterly Journal of
      the Royal Meteorological Society 140 (2014).
    """

    aliases: ClassVar[tuple[str, ...]] = (
        "ContinuousRankedProbabilityScore",
        "continuous_ranked_probability_score",
    )

    fair: bool = False

    @property
    def statistic(self) -> Statistic:
        return WeightedMean.over(fn.crps, fair=self.fair)


class GaussianCRPS(ForecastScore):
    r"""Weighted mean continuous ranked probability score of normal distributions.

    $$\sigma \left(z (2 \Phi(z) - 1) + 2 \varphi(z) - \frac{1}{\sqrt\pi}\right), \qquad
    z = \frac{y - \mu}{\sigma}$$

    ``update(state, y_true, y_pred, w=None)`` takes what was observed, ``[B, ...]``, and mean and
    standard deviation of each forecast, ``[B, ..., 2]``. A standard deviation of 0 gives the
    absolute error, one below 0 makes the value NaN. No data gives 0. A weight is a repetition.

    Args:
      name: defaults to ``"gaussian_crps"``.
      dtype: dtype of the value.

    Raises:
      MetraxError: when the shapes do not fit.

    Example:
      >>> import metrax
      >>> round(float(metrax.GaussianCRPS()([0., 1.], [[0., 1.], [0., 2.]])), 4)
      0.4483

    References:
      T. Gneiting, A. E. Raftery, A. H. Westveld and T. Goldman, "Calibrated probabilistic
      forecasting using ensemble model output statistics and minimum CRPS estimation", Monthly
      Weather Review 133 (2005).
    """

    @property
    def statistic(self) -> Statistic:
        return WeightedMean.over(fn.gaussian_crps)


class QuantileCRPS(ForecastScore):
    r"""Weighted mean continuous ranked probability score of quantiles: twice their pinball loss.

    $$\frac2Q \sum_q \max\left(\tau_q (y - x_q), (\tau_q - 1)(y - x_q)\right)$$

    ``update(state, y_true, y_pred, w=None)`` takes what was observed, ``[B, ...]``, and the
    predicted quantiles, ``[B, ..., Q]``. No data gives 0. A weight is a repetition.

    Args:
      quantiles: the level of each quantile, in (0, 1). Evenly spread ones, such as
        ``(i + 0.5) / Q``, make it approach the score; of others it is a weighted one.
      name: defaults to ``"quantile_crps"``.
      dtype: dtype of the value.

    Raises:
      MetraxError: when the shapes do not fit, or a level is out of range.

    Example:
      >>> import metrax
      >>> crps = metrax.QuantileCRPS(quantiles=(.25, .5, .75))
      >>> round(float(crps([1., 2.], [[0., 1., 4.], [1., 2., 3.]])), 4)
      0.5

    References:
      F. Laio and S. Tamea, "Verification tools for probabilistic forecasts of continuous
      hydrological variables", Hydrology and Earth System Sciences 11 (2007); scikit-learn,
      ``mean_pinball_loss``.
    """

    quantiles: tuple[float, ...] | list[float]

    def validate(self) -> None:
        fn.check_quantiles(self.quantiles)

    @property
    def statistic(self) -> Statistic:
        return WeightedMean.over(fn.quantile_crps, quantiles=self.quantiles)


class IntervalScore(ForecastScore):
    r"""Weighted mean width of intervals, and of what outcomes lie outside them.

    $$(u - l) + \frac2\alpha (l - y)_+ + \frac2\alpha (y - u)_+, \qquad \alpha = 1 - \text{level}$$

    ``update(state, y_true, y_pred, w=None)`` takes what was observed, ``[B, ...]``, and the low and
    the high end of each interval, ``[B, ..., 2]``. It is lowest for the quantiles
    $\alpha / 2$ and $1 - \alpha / 2$. No data gives 0. A weight is a repetition.

    Args:
      level: the share of outcomes that the intervals are to cover, in (0, 1).
      name: defaults to ``"interval_score"``.
      dtype: dtype of the value.

    Raises:
      MetraxError: when the shapes do not fit, or ``level`` is out of range.

    Example:
      >>> import metrax
      >>> float(metrax.IntervalScore(level=0.5)([1., 5.], [[0., 4.], [0., 4.]]))
      6.0

    References:
      T. Gneiting and A. E. Raftery, "Strictly proper scoring rules, prediction, and estimation",
      JASA 102 (2007); R. L. Winkler, "A decision-theoretic approach to interval estimation", JASA
      67 (1972).
    """

    aliases: ClassVar[tuple[str, ...]] = ("winkler_score", "WinklerScore")

    level: float = 0.95

    def validate(self) -> None:
        fn.check_level(self.level)

    @property
    def statistic(self) -> Statistic:
        return WeightedMean.over(fn.interval_score, level=self.level)


class IntervalCoverage(ForecastScore):
    r"""Share of outcomes that intervals cover, $[l \le y \le u]$, to be held against their level.

    ``update(state, y_true, y_pred, w=None)`` takes what was observed, ``[B, ...]``, and the low and
    the high end of each interval, ``[B, ..., 2]``, which belong to it. An interval with a NaN
    covers nothing, nor does one whose ends are in the other order. No data gives 0. A weight is a
    repetition.

    Args:
      name: defaults to ``"interval_coverage"``.
      dtype: dtype of the value.

    Raises:
      MetraxError: when the shapes do not fit.

    Example:
      >>> import metrax
      >>> float(metrax.IntervalCoverage()([1., 5.], [[0., 4.], [0., 4.]]))
      0.5

    References:
      P. F. Christoffersen, "Evaluating interval forecasts", International Economic Review 39
      (1998).
    """

    higher_is_better: ClassVar[bool | None] = None
    value_range: ClassVar[tuple[float, float]] = (0, 1)

    @property
    def statistic(self) -> Statistic:
        return WeightedMean.over(fn.interval_covered)


class Sharpness(ForecastScore):
    r"""Weighted mean width of predicted intervals, $\frac{\sum w (u - l)}{\sum w}$.

    ``update(state, y_true, y_pred, w=None)`` takes what was observed, ``[B, ...]``, whose values do
    not matter, and the low and the high end of each interval, ``[B, ..., 2]``. It has the unit of
    what is predicted. Of forecasts of which as many hold the truth as should
    (:class:`IntervalCoverage`) the sharper ones are better. Ends in the other order count below 0.
    No data gives 0. A weight is a repetition.

    Args:
      name: defaults to ``"sharpness"``.
      dtype: dtype of the value.

    Raises:
      MetraxError: when the shapes do not fit.

    Example:
      >>> import metrax
      >>> float(metrax.Sharpness()([1., 5.], [[0., 4.], [0., 3.]]))
      3.5

    References:
      T. Gneiting, F. Balabdaoui and A. E. Raftery, "Probabilistic forecasts, calibration and
      sharpness", Journal of the Royal Statistical Society B 69 (2007).
    """

    aliases: ClassVar[tuple[str, ...]] = ("MPIW", "mean_prediction_interval_width")
    higher_is_better: ClassVar[bool | None] = None
    value_range: ClassVar[tuple[float, float]] = (-math.inf, math.inf)

    @property
    def statistic(self) -> Statistic:
        return WeightedMean.over(fn.interval_width)


class PITHistogram(ForecastScore):
    r"""How often outcomes fall into each part of what was predicted: a flat histogram if right.

    The probability integral transform of an outcome is $F(y)$, its place in the predicted
    distribution, which is even over [0, 1] if forecasts are calibrated. A hump in the middle says
    that they are too wide, a trough that they are too narrow, a slope that they are biased.

    ``update(state, y_true, y_pred, w=None)`` takes what was observed, ``[B, ...]``, and the members
    of each ensemble, ``[B, ..., M]``, in any order, or mean and standard deviation ``[B, ..., 2]``.
    An outcome with r members below it is anywhere in $[r, r + 1] / (M + 1)$, and in
    $[r, r + t + 1] / (M + 1)$ if t members equal it; it is spread evenly over the bins there, and
    nothing is drawn. So $M + 1$ bins make the histogram of ranks. The value holds the bins' shares,
    ``[n_bins]``, which sum to 1; all are 0 of no data. A NaN, and a standard deviation below 0,
    make them NaN, unless their weight is 0. A weight is a repetition.

    Args:
      n_bins: how many even bins (a, b] there are.
      distribution: what ``y_pred`` holds: ``"ensemble"`` or ``"gaussian"``.
      name: defaults to ``"pit_histogram"``.
      dtype: dtype of the values.

    Raises:
      MetraxError: when the shapes do not fit, or ``n_bins`` is below 1.

    Example:
      >>> import metrax
      >>> ensembles = [[-1., 1., 3.], [2., 2., 2.]]
      >>> metrax.PITHistogram(n_bins=4)([0., 2.], ensembles).tolist()
      [0.125, 0.625, 0.125, 0.125]

    References:
      T. Gneiting, F. Balabdaoui and A. E. Raftery, "Probabilistic forecasts, calibration and
      sharpness", JRSS B 69 (2007); C. Czado, T. Gneiting and L. Held, "Predictive model assessment
      for count data", Biometrics 65 (2009), for the even spread.
    """

    higher_is_better: ClassVar[bool | None] = None
    value_range: ClassVar[tuple[float, float]] = (0, 1)

    n_bins: int = 10
    distribution: fn.Distribution = "ensemble"

    def validate(self) -> None:
        at_least(1, n_bins=self.n_bins)

    @property
    def statistic(self) -> Statistic:
        kwargs = (("distribution", self.distribution), ("n_bins", self.n_bins))
        return WeightedMean(fn.transform_shares, kwargs, outputs=(self.n_bins,))
