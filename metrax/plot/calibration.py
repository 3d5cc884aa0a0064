"""Reliability diagrams."""

from typing import Any

import jax.numpy as jnp
import numpy as np
from matplotlib.axes import Axes

from metrax.accumulators.sum import Sum
from metrax.calibration.calibration_error import Reliability, ReliabilityCurve
from metrax.core.checks import MetraxError, shown
from metrax.plot import style
from metrax.plot.curves import Names
from metrax.plot.outcomes import Outcomes, inner, outcomes
from metrax.plot.scores import scores_of
from metrax.statistics.calibration_bins import Binning, CalibrationBins, CalibrationState

BINS = 15
"""Of a metric that has none of its own."""


def reliability(
    metric: Any,
    state: Any = None,
    *,
    level: float = 0.95,
    names: Names = None,
    ax: Axes | None = None,
) -> Axes:
    """The share of labels that are 1 over the mean probability of each bin, with intervals.

    Args:
      metric: what keeps bins of probabilities (``CalibrationError``, ``ReliabilityCurve``,
        ``BrierDecomposition``), or what a ``ReliabilityCurve`` computed. What keeps scores
        (``AUROC``, ``AUC``) has 15 even bins, of scores as it knows them.
      state: its state.
      level: how often the intervals hold the rate that they are of; a computed curve has its own.
      names: of the classes, if each has a curve.
      ax: where to draw, a new figure by default.

    Raises:
      MetraxError: when the state is not the metric's, or there are more names than curves.

    Example:
      >>> import metrax
      >>> from matplotlib.figure import Figure
      >>> from metrax import plot
      >>> error = metrax.CalibrationError(n_bins=2)
      >>> state = error.observe([0, 1, 1, 1], [0.25, 0.25, 0.75, 1.0])
      >>> ax = plot.reliability(error, state, ax=Figure().subplots())
      >>> ax.containers[0][0].get_xydata().tolist()
      [[0.25, 0.5], [0.875, 1.0]]
    """
    curve = _curve(metric, state, level)
    score, rate, low, high, weight = (style.rows(x) for x in curve)
    single = len(score) == 1 and names is None
    texts = ["_"] if single else style.named(names, len(score))
    ax = style.axes(ax)
    ax.plot((0, 1), (0, 1), **style.PALE)
    for i, text in enumerate(texts):
        seen = weight[i] > 0
        x, y = score[i, seen], rate[i, seen]
        ends = np.maximum([y - low[i, seen], high[i, seen] - y], 0)
        look: dict[str, Any] = style.line(i, len(x)) | {"markevery": 1}
        ax.errorbar(x, y, ends, label=text, capsize=2, elinewidth=0.8, **look)
    ax.set(
        xlabel="Mean predicted probability",
        ylabel="Share of positives",
        xlim=(-0.01, 1.01),
        ylim=(-0.01, 1.01),
        aspect="equal",
    )
    style.legend(ax, loc="upper left")
    return ax


def _curve(metric: Any, state: Any, level: float) -> Reliability:
    if isinstance(metric, Reliability):
        if state is not None:
            raise MetraxError(f"state: got {shown(state)} beside a computed curve; expected None")
        return metric
    metric, state = inner(metric, state)
    bins = metric._statistic
    if isinstance(bins, CalibrationBins):
        n_bins: int = getattr(metric, "n_bins", BINS)
        binning: Binning = getattr(metric, "binning", "uniform")
        classes = bins.multi_class, bins.num_classes, bins.from_logits
        curve = ReliabilityCurve(n_bins, level, binning, *classes, bits=bins.bits)
        return curve.compute(state)
    found = outcomes(metric, state)
    lines = [_binned(found.of(i)) for i in range(len(found.tp))]
    sums = (Sum(jnp.asarray(x, jnp.float32), jnp.zeros(x.shape)) for x in np.stack(lines, 1))
    several = {"multi_class": "classwise", "num_classes": len(lines)} if len(lines) > 1 else {}
    kept = CalibrationState(*(x if several else x.reshape(BINS) for x in sums))
    return ReliabilityCurve(BINS, level, **several).compute(kept)


def _binned(found: Outcomes) -> np.ndarray:
    """Weight, scores and labels by even bins, of scores that are known between two thresholds."""
    at, negatives, positives = scores_of(found)
    if at.size and (at.min() < -0.001 or at.max() > 1.001):
        raise MetraxError(
            f"plot: got scores from {at.min():g} to {at.max():g}; expected probabilities. Logits "
            "need metrax.CalibrationError(from_logits=True)"
        )
    n = negatives + positives
    place = np.clip(np.ceil(at * BINS).astype(int) - 1, 0, BINS - 1)
    return np.stack([np.bincount(place, x, BINS) for x in (n, n * at, positives)])
