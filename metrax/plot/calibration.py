"""Reliability diagrams."""

from typing import Any

import numpy as np
from matplotlib.axes import Axes

from metrax.calibration.calibration_error import Reliability, ReliabilityCurve
from metrax.core.checks import MetraxError, MetraxTypeError, shown
from metrax.plot import style
from metrax.plot.curves import Names
from metrax.plot.outcomes import inner
from metrax.statistics.calibration_bins import CalibrationBins


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
        ``BrierDecomposition``), or what a ``ReliabilityCurve`` computed.
      state: its state.
      level: how often the intervals hold the rate that they are of; a computed curve has its own.
      names: of the classes, if each has a curve.
      ax: where to draw, a new figure by default.

    Raises:
      MetraxError: when the state is not the metric's, or there are more names than curves.
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
    metric = inner(metric, state)
    bins = metric._statistic
    if not isinstance(bins, CalibrationBins):
        raise MetraxTypeError(
            f"plot: got {metric}; expected a metric that keeps bins of probabilities, such as "
            "metrax.CalibrationError"
        )
    own = {x: getattr(bins, x) for x in ("n_bins", "multi_class", "num_classes", "from_logits")}
    return ReliabilityCurve(**own, level=level).compute(state)
