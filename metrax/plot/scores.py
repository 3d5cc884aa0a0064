"""Rates over thresholds, and the scores themselves."""

from typing import Any

import numpy as np
from matplotlib.axes import Axes

from metrax.core.checks import MetraxError, at_least
from metrax.plot import style
from metrax.plot.outcomes import Outcomes, outcomes, share


def thresholds(
    metric: Any, state: Any, *, label: int | None = None, ax: Axes | None = None
) -> Axes:
    """Precision, recall and F1 over the threshold from which on scores are positive.

    Args:
      metric: what keeps scores, such as ``AUROC`` or ``AUC``.
      state: its state.
      label: which class, if each has scores of its own.
      ax: where to draw, a new figure by default.

    Raises:
      MetraxError: when the state is not the metric's, or ``label`` is none of its classes.

    Example:
      >>> import metrax
      >>> from matplotlib.figure import Figure
      >>> from metrax import plot
      >>> auroc = metrax.AUROC()
      >>> state = auroc.observe([0, 0, 1, 1], [0.25, 0.5, 0.375, 0.75])
      >>> ax = plot.thresholds(auroc, state, ax=Figure().subplots())
      >>> [line.get_label() for line in ax.get_lines()]
      ['precision', 'recall', 'F1']
      >>> ax.get_lines()[1].get_ydata().tolist()
      [0.5, 0.5, 1.0, 1.0]
    """
    found = _one(outcomes(metric, state), label).corners()
    x = found.thresholds[0]
    rates = {
        "precision": share(found.tp, found.tp + found.fp, empty=1.0)[0],
        "recall": share(found.tp, found.positives)[0],
        "F1": share(2 * found.tp, found.tp + found.fp + found.positives)[0],
    }
    ax = style.axes(ax)
    seen = np.isfinite(x)
    for i, (name, y) in enumerate(rates.items()):
        ax.plot(x[seen], y[seen], label=name, **style.line(i, int(seen.sum())))
    ax.set(xlabel="Threshold", ylim=(-0.01, 1.01), **_limits(x[seen]))
    style.legend(ax)
    return ax


def score_histogram(
    metric: Any, state: Any, *, bins: int = 40, label: int | None = None, ax: Axes | None = None
) -> Axes:
    """How the scores of positives and of negatives are distributed.

    Args:
      metric: what keeps scores, such as ``AUROC`` or ``AUC``.
      state: its state.
      bins: how many even bins there are.
      label: which class, if each has scores of its own.
      ax: where to draw, a new figure by default.

    Raises:
      MetraxError: when the state is not the metric's, or an argument is out of range.

    Example:
      >>> import metrax
      >>> from matplotlib.figure import Figure
      >>> from metrax import plot
      >>> auroc = metrax.AUROC()
      >>> state = auroc.observe([0, 0, 1, 1], [0.25, 0.5, 0.375, 0.75])
      >>> ax = plot.score_histogram(auroc, state, bins=4, ax=Figure().subplots())
      >>> [[float(bar.get_height()) for bar in bars] for bars in ax.containers]
      [[0.0, 0.5, 0.5, 0.0], [0.0, 0.5, 0.0, 0.5]]
    """
    at_least(1, bins=bins)
    found = _one(outcomes(metric, state), label)
    at, negatives, positives = scores_of(found)
    low, high = _limits(at).get("xlim", (0, 1))
    edges = np.linspace(low, high, bins + 1)
    ax = style.axes(ax)
    for i, (name, weight) in enumerate((("negatives", negatives), ("positives", positives))):
        heights = np.histogram(np.clip(at, low, high), edges, weights=weight)[0]
        heights = share(heights, heights.sum())
        ax.bar(
            edges[:-1], heights, np.diff(edges), align="edge", alpha=0.6, label=name, **style.bar(i)
        )
    ax.set(xlabel="Score", ylabel="Share of the class")
    style.legend(ax)
    return ax


def scores_of(found: Outcomes) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Scores that occur, amid two thresholds, and the weight of each class about them."""
    high, low = found.thresholds[0, :-1], found.thresholds[0, 1:]
    fp, tp = (np.maximum(np.diff(x[0]), 0) for x in (found.fp, found.tp))
    seen = fp + tp > 0
    high, low, fp, tp = (x[seen] for x in (high, low, fp, tp))
    exact = bool(found.exact[0])
    return (low if exact else np.where(np.isfinite(high), low + (high - low) / 2, low)), fp, tp


def _one(found: Outcomes, label: int | None) -> Outcomes:
    n = len(found.tp)
    if (label is None and n > 1) or (label is not None and not 0 <= label < n):
        raise MetraxError(f"label: got {label} of {n} classes; expected 0 to {n - 1}")
    return found.of(label or 0)


def _limits(x: np.ndarray) -> dict[str, tuple[float, float]]:
    """From the lowest to the highest number; from 0 to 1 if they are between."""
    if not x.size or (x.min() >= -0.001 and x.max() <= 1.001):
        return {"xlim": (0.0, 1.0)}
    return {"xlim": (float(x.min()), float(x.max()))} if x.min() < x.max() else {}
