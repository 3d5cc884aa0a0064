"""Proper scores of forecasts of numbers: ensembles, normal distributions, quantiles, intervals."""

import math
from typing import Literal

import jax
import jax.numpy as jnp
from jax import Array, lax

from metrax.core.checks import MetraxError, describe, shown
from metrax.core.typing import ArrayLike
from metrax.functional.arguments import along
from metrax.functional.calibration.reading import observed_beside
from metrax.kernels.arithmetic import safe_divide
from metrax.kernels.score_rows import shared

BY_PAIRS = 64
"""Up to this many members comparing each with each takes a tenth of the time of sorting them."""

MEMBERS = "the members of an ensemble"
MOMENTS = "mean and standard deviation"
ENDS = "the low and the high end of an interval"


def crps(y_true: ArrayLike, y_pred: ArrayLike, fair: bool = False) -> Array:
    r"""Continuous ranked probability score of an ensemble, $E|X - y| - \frac12 E|X - X'|$.

    $$\frac1M \sum_i |x_i - y| - \frac{1}{2 M^2} \sum_{i,j} |x_i - x_j|$$

    It is the area between the ensemble's distribution function, squared, and that of the outcome,
    and the absolute error of an ensemble of one.

    Args:
      y_true: what was observed, ``[B, ...]``.
      y_pred: the members, ``[B, ..., M]``, in any order.
      fair: whether to divide the second sum by $2 M (M - 1)$, so that the score does not favour
        large ensembles: it is then that of the distribution which the members were drawn from.

    Returns:
      Values without the axis of members, of 0 or more; NaN where a member is NaN.

    Raises:
      MetraxError: when the shapes do not fit, or a ``fair`` ensemble has less than two members.

    Example:
      >>> from metrax import functional
      >>> functional.crps([0., 2.], [[-1., 3.], [2., 2.]]).tolist()
      [1.0, 0.0]
      >>> functional.crps([0., 2.], [[-1., 3.], [2., 2.]], fair=True).tolist()
      [0.0, 0.0]

    References:
      T. Gneiting and A. E. Raftery, "Strictly proper scoring rules, prediction, and estimation",
      JASA 102 (2007); C. A. T. Ferro, "Fair scores for ensemble forecasts", Quarterly Journal of
      the Royal Meteorological Society 140 (2014).
    """
    true, pred = observed_beside(y_true, y_pred, MEMBERS)
    members = pred.shape[-1]
    if fair and members < 2:
        raise MetraxError(f"fair: got {describe(pred)}, one member; expected two or more")
    # Of the members in order, each beyond y adds |x - y| as often as others are further out, and
    # once more by half if a member counts as apart from itself: sums of what is not negative,
    # where the two means cancel.
    own, pairs = (0.0, members * (members - 1)) if fair else (0.5, members**2)

    def score(true: Array, pred: Array) -> Array:
        if members <= BY_PAIRS:
            below = _below(pred)
        else:
            pred = jnp.sort(pred, axis=-1)
            below = lax.broadcasted_iota(pred.dtype, pred.shape, pred.ndim - 1)
        error = pred - shared(true, pred, -1)
        further = jnp.where(error > 0, members - 1 - below, below)
        return jnp.sum(jnp.abs(error) * (further + own), axis=-1) * (2 / pairs)

    return along(-1, score, true, pred)


def _below(x: Array) -> Array:
    """How many others are below each, equal ones counting half, along the last axis."""
    # One after the other: XLA on CPUs vectorises this, and no comparison within a sum.
    twice = jnp.full_like(x, -1)
    for i in range(x.shape[-1]):
        other = jnp.broadcast_to(x[..., i : i + 1], x.shape)
        twice += (other < x).astype(x.dtype) + (other <= x).astype(x.dtype)
    return twice / 2


def gaussian_crps(y_true: ArrayLike, y_pred: ArrayLike) -> Array:
    r"""Continuous ranked probability score of normal distributions.

    $$\sigma \left(z (2 \Phi(z) - 1) + 2 \varphi(z) - \frac{1}{\sqrt\pi}\right), \qquad
    z = \frac{y - \mu}{\sigma}$$

    Args:
      y_true: what was observed, ``[B, ...]``.
      y_pred: mean and standard deviation of each forecast, ``[B, ..., 2]``.

    Returns:
      Values of 0 or more, ``[B, ...]``; of a standard deviation of 0 the absolute error, of one
      below 0 NaN.

    Raises:
      MetraxError: when the shapes do not fit.

    Example:
      >>> from metrax import functional
      >>> values = functional.gaussian_crps([0., 1.], [[0., 1.], [0., 2.]])
      >>> [round(x, 4) for x in values.tolist()]
      [0.2337, 0.6628]

    References:
      T. Gneiting, A. E. Raftery, A. H. Westveld and T. Goldman, "Calibrated probabilistic
      forecasting using ensemble model output statistics and minimum CRPS estimation", Monthly
      Weather Review 133 (2005).
    """
    true, pred = observed_beside(y_true, y_pred, MOMENTS, size=2)
    error, scale = jnp.abs(true - pred[..., 0]), pred[..., 1]
    sure = scale == 0
    z = error / jnp.where(sure, 1, scale)
    apart = error * jax.lax.erf(z / math.sqrt(2))
    rest = scale * (jnp.exp(-z * z / 2) * math.sqrt(2 / math.pi) - 1 / math.sqrt(math.pi))
    return jnp.where(scale < 0, jnp.nan, jnp.where(sure, error, apart + rest))


def quantile_crps(
    y_true: ArrayLike, y_pred: ArrayLike, quantiles: tuple[float, ...] | list[float]
) -> Array:
    r"""Continuous ranked probability score of predicted quantiles: twice their mean pinball loss.

    $$\frac2Q \sum_q \max\left(\tau_q (y - x_q), (\tau_q - 1)(y - x_q)\right)$$

    Args:
      y_true: what was observed, ``[B, ...]``.
      y_pred: the quantiles, ``[B, ..., Q]``.
      quantiles: the level of each, in (0, 1). Evenly spread ones, such as ``(i + 0.5) / Q``, make
        the sum approach the score; of others it is a weighted one.

    Returns:
      Values of 0 or more, ``[B, ...]``.

    Raises:
      MetraxError: when the shapes do not fit, or a level is out of range.

    Example:
      >>> from metrax import functional
      >>> functional.quantile_crps([1., 2.], [[0., 3.], [2., 2.]], quantiles=(.25, .75)).tolist()
      [0.75, 0.0]

    References:
      F. Laio and S. Tamea, "Verification tools for probabilistic forecasts of continuous
      hydrological variables", Hydrology and Earth System Sciences 11 (2007); scikit-learn,
      ``mean_pinball_loss``.
    """
    check_quantiles(quantiles)
    true, pred = observed_beside(y_true, y_pred, "a quantile for each level", len(quantiles))
    level = jnp.broadcast_to(jnp.asarray(quantiles, pred.dtype), pred.shape)
    error = shared(true, pred, -1) - pred
    return 2 * jnp.mean(jnp.maximum(level * error, (level - 1) * error), axis=-1)


def check_quantiles(quantiles: tuple[float, ...] | list[float]) -> None:
    """Raise for levels that are none."""
    if not quantiles or not all(0 < x < 1 for x in quantiles):
        raise MetraxError(f"quantiles: got {shown(quantiles)}; expected numbers between 0 and 1")


def interval_score(y_true: ArrayLike, y_pred: ArrayLike, level: float = 0.95) -> Array:
    r"""Width of an interval, and what the outcome lies outside it, as its level asks for.

    $$(u - l) + \frac2\alpha (l - y)_+ + \frac2\alpha (y - u)_+, \qquad \alpha = 1 - \text{level}$$

    Args:
      y_true: what was observed, ``[B, ...]``.
      y_pred: the low and the high end of each interval, ``[B, ..., 2]``.
      level: the share of outcomes that the intervals are to cover, in (0, 1).

    Returns:
      Values of 0 or more, ``[B, ...]``.

    Raises:
      MetraxError: when the shapes do not fit, or ``level`` is out of range.

    Example:
      >>> from metrax import functional
      >>> functional.interval_score([1., 5.], [[0., 4.], [0., 4.]], level=0.5).tolist()
      [4.0, 8.0]

    References:
      T. Gneiting and A. E. Raftery, "Strictly proper scoring rules, prediction, and estimation",
      JASA 102 (2007); its author calls it the Winkler score, too.
    """
    check_level(level)
    true, low, high = _interval(y_true, y_pred)
    outside = jnp.maximum(low - true, 0) + jnp.maximum(true - high, 0)
    return (high - low) + 2 / (1 - level) * outside


def check_level(level: float) -> None:
    """Raise for a level that is none."""
    if not 0 < level < 1:
        raise MetraxError(f"level: got {level}; expected a number between 0 and 1, such as 0.95")


def interval_covered(y_true: ArrayLike, y_pred: ArrayLike) -> Array:
    """Whether each interval holds what was observed, its ends included, as booleans."""
    true, low, high = _interval(y_true, y_pred)
    return (low <= true) & (true <= high)


def interval_width(y_true: ArrayLike, y_pred: ArrayLike) -> Array:
    """The width of each interval; below 0 where its ends are in the other order."""
    _, low, high = _interval(y_true, y_pred)
    return high - low


def _interval(y_true: ArrayLike, y_pred: ArrayLike) -> tuple[Array, Array, Array]:
    true, pred = observed_beside(y_true, y_pred, ENDS, size=2)
    return true, pred[..., 0], pred[..., 1]


Distribution = Literal["ensemble", "gaussian"]


def transform_shares(
    y_true: ArrayLike, y_pred: ArrayLike, n_bins: int, distribution: Distribution
) -> Array:
    """How the probability integral transform of each outcome is spread over bins of [0, 1].

    Of an ensemble it is known between two steps of its distribution function, and spread evenly
    over what lies between them. The shares of each outcome sum to 1, along a new last axis.
    """
    if distribution == "gaussian":
        true, pred = observed_beside(y_true, y_pred, MOMENTS, size=2)
        mean, scale = pred[..., 0], pred[..., 1]
        place = jax.scipy.special.ndtr(safe_divide(true - mean, scale))
        # Where all is at one number, outcomes are below it, above it or anywhere in it.
        low, high = (
            n_bins * jnp.where(scale == 0, step.astype(pred.dtype), place)
            for step in (true > mean, true >= mean)
        )
        low, high = (jnp.where((scale >= 0) & ~jnp.isnan(place), x, jnp.nan) for x in (low, high))
    else:
        true, pred = observed_beside(y_true, y_pred, MEMBERS)
        other = shared(true, pred, -1)
        steps = [jnp.sum(x.astype(pred.dtype), axis=-1) for x in (pred < other, pred <= other)]
        known = ~(jnp.isnan(true) | jnp.any(jnp.isnan(pred), axis=-1))
        low, high = (
            jnp.where(known, x * n_bins / (pred.shape[-1] + 1), jnp.nan)
            for x in (steps[0], steps[1] + 1)
        )
    return _overlaps(low, high, n_bins)


def _overlaps(low: Array, high: Array, n_bins: int) -> Array:
    """The share of [low, high] in each bin (i, i + 1]; of a point all of it in the bin it ends."""
    shape = (*low.shape, n_bins)
    start = lax.broadcasted_iota(low.dtype, shape, low.ndim)
    low, high = (jnp.broadcast_to(x[..., None], shape) for x in (low, high))
    within = jnp.clip(high, start, start + 1) - jnp.clip(low, start, start + 1)
    inside = (high > start) | (start == 0)
    point = (inside & ((high <= start + 1) | (start == n_bins - 1))).astype(low.dtype)
    shares = jnp.where(high > low, safe_divide(within, high - low), point)
    return jnp.where(jnp.isnan(low), jnp.nan, shares)
