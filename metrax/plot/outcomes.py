"""What is read off a state for pictures: the outcomes at every threshold, on the host."""

from typing import Any, NamedTuple

import jax
import numpy as np

from metrax.core.checks import MetraxTypeError, shown
from metrax.core.metric import Metric
from metrax.curves.score_metric import ScoreMetric
from metrax.statistics.threshold_counts import ThresholdCounts, ThresholdCountsState


class Outcomes(NamedTuple):
    """Weights ``[lines, points]`` at thresholds that fall, so that what is positive grows."""

    tp: np.ndarray
    fp: np.ndarray
    tn: np.ndarray
    fn: np.ndarray
    thresholds: np.ndarray
    exact: np.ndarray
    """Whether nothing but ties lies between two thresholds, ``[lines]``."""

    @property
    def positives(self) -> np.ndarray:
        """The weight of all positives, ``[lines, 1]``."""
        return (self.tp + self.fn)[:, :1]

    @property
    def negatives(self) -> np.ndarray:
        """The weight of all negatives, ``[lines, 1]``."""
        return (self.fp + self.tn)[:, :1]

    def of(self, i: int) -> "Outcomes":
        """One line, at every threshold."""
        return Outcomes._make(x[i : i + 1] for x in self)

    def corners(self) -> "Outcomes":
        """One line, of points that differ in a count from the one before."""
        new = np.ones(self.tp.shape[1], bool)
        new[1:] = (np.diff(self.tp[0]) != 0) | (np.diff(self.fp[0]) != 0)
        return Outcomes._make([*(x[:, new] for x in self[:-1]), self.exact])


def share(part: np.ndarray, whole: Any, empty: float = 0.0) -> np.ndarray:
    """``part / whole``, and something else of nothing."""
    whole = np.broadcast_to(whole, part.shape)
    return np.where(whole > 0, part / np.where(whole > 0, whole, 1), empty)


def inner(metric: Any, state: Any) -> tuple[Metric, Any]:
    """The metric in its wrappers, if it is one, and its state, if that is there."""
    if not isinstance(metric, Metric):
        raise MetraxTypeError(
            f"plot: got {shown(metric)}; expected (metric, state), or what a curve's compute gave"
        )
    if state is None:
        raise MetraxTypeError(
            f"plot: got {metric} without a state; expected (metric, state), as update returns it"
        )
    while (held := metric._held(state)) is not None:
        metric, state = held
    return metric, state


def outcomes(metric: Any, state: Any) -> Outcomes:
    """The outcomes of a metric's scores.

    Raises:
      MetraxTypeError: when the metric does not keep scores, or the state is missing.
    """
    metric, state = inner(metric, state)
    jax.eval_shape(metric.compute, state)  # which says if the state is another's
    if isinstance(metric._statistic, ThresholdCounts):
        return _of_counts(metric._statistic, state)
    if isinstance(metric, ScoreMetric) and getattr(metric, "multi_class", "ovr") == "ovr":
        return _of_scores(metric, state)
    raise MetraxTypeError(
        f"plot: got {metric} and its {type(state).__name__}; expected a metric that keeps scores, "
        "such as metrax.AUROC"
    )


def _of_scores(metric: ScoreMetric, state: Any) -> Outcomes:
    several = metric.num_classes is not None
    pooled = several and getattr(metric, "average", None) == "micro"

    def read(state: Any) -> Any:
        curve = metric._curve(state, pooled=pooled)
        return (*curve.points(), curve.all_thresholds(), curve.exact)

    *columns, exact = (np.asarray(x) for x in jax.jit(read)(state))
    return Outcomes._make([*map(_rows, columns), np.atleast_1d(exact)])


def _rows(x: np.ndarray) -> np.ndarray:
    return np.atleast_2d(x.astype(np.float64))


def _of_counts(statistic: ThresholdCounts, state: ThresholdCountsState) -> Outcomes:
    counts = jax.jit(type(state).counts)(state)
    columns = [np.atleast_2d(np.asarray(x, np.float64))[:, ::-1] for x in counts]
    thresholds = np.broadcast_to(np.asarray(statistic.thresholds)[::-1], columns[0].shape)
    return Outcomes._make([*columns, thresholds, np.zeros(len(columns[0]), bool)])
