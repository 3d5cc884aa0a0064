"""Curves as named tuples of their points."""

import dataclasses
import math
from abc import ABC
from typing import ClassVar, Literal, NamedTuple, TypeVar

import jax.numpy as jnp
from jax import Array

from metrax.curves.cumulated import Curve, ScoreState
from metrax.curves.score_metric import ScoreMetric
from metrax.kernels.arithmetic import safe_divide

PointsT = TypeVar("PointsT")


class ROCPoints(NamedTuple):
    """Rates at each threshold, which fall."""

    fpr: Array
    tpr: Array
    thresholds: Array


class PrecisionRecallPoints(NamedTuple):
    """Precision and recall at each threshold, which rise."""

    precision: Array
    recall: Array
    thresholds: Array


class DETPoints(NamedTuple):
    """Rates of errors at each threshold, which fall."""

    fpr: Array
    fnr: Array
    thresholds: Array


class LiftPoints(NamedTuple):
    """Lift at each share of the examples, highest scores first."""

    share: Array
    lift: Array
    thresholds: Array


class GainPoints(NamedTuple):
    """Share of the positives in each share of the examples, highest scores first."""

    share: Array
    gain: Array
    thresholds: Array


class ScoreCurve(ScoreMetric[PointsT], ABC):
    """Points at every threshold between buckets of scores; base of all curves.

    Args:
      average: ``"micro"`` for one curve of all classes; None for one each.
    """

    higher_is_better: ClassVar[bool | None] = None
    value_range: ClassVar[tuple[float, float]] = (-math.inf, math.inf)  # thresholds, too

    average: Literal["micro"] | None = dataclasses.field(default=None, kw_only=True)

    def _all(self, state: ScoreState) -> Curve:
        pooled = self.num_classes is not None and self.average == "micro"
        return self._curve(state, pooled=pooled)


class ROCCurve(ScoreCurve[ROCPoints]):
    r"""True positive rate, $\frac{tp}{tp + fn}$, over false positive rate, $\frac{fp}{fp + tn}$.

    ``update(state, y_true, y_pred, w=None)`` takes labels and any real scores, both ``[B]``, or
    those of ``num_classes`` classes, ``[B, C]``, as :class:`AUROC` does. Of several classes each
    has a curve, ``[C, points]``, and with ``average="micro"`` there is one of all. There is a point
    at every threshold between buckets, one more than buckets, so many repeat: the length is fixed,
    ``2**bits + 1``. Each lies on the curve of all scores. The first is (0, 0), at a threshold of
    infinity; scores from the threshold on are positive. Rates without positives, or negatives, are
    0.

    Example:
      >>> import metrax
      >>> roc = metrax.ROCCurve(exact=4)([0, 0, 1, 1], [0.1, 0.4, 0.35, 0.8])
      >>> roc.fpr.tolist(), roc.tpr.tolist()
      ([0.0, 0.0, 0.5, 0.5, 1.0], [0.0, 0.5, 0.5, 1.0, 1.0])

    References:
      scikit-learn, ``roc_curve``.
    """

    def read(self, state: ScoreState) -> ROCPoints:
        curve = self._all(state)
        tp, fp, _, _ = curve.points()
        return ROCPoints(
            _share(fp, curve.negatives), _share(tp, curve.positives), curve.all_thresholds()
        )


class DETCurve(ScoreCurve[DETPoints]):
    r"""False negative rate, $\frac{fn}{tp + fn}$, over false positive rate, $\frac{fp}{fp + tn}$.

    ``update(state, y_true, y_pred, w=None)`` takes labels and any real scores, both ``[B]``, or
    those of ``num_classes`` classes, ``[B, C]``, as :class:`ROCCurve` does; the first point is (0,
    1). Without positives the false negative rate is 0.

    Example:
      >>> import metrax
      >>> det = metrax.DETCurve(exact=4)([0, 0, 1, 1], [0.1, 0.4, 0.35, 0.8])
      >>> det.fpr.tolist(), det.fnr.tolist()
      ([0.0, 0.0, 0.5, 0.5, 1.0], [1.0, 0.5, 0.5, 0.0, 0.0])

    References:
      scikit-learn, ``det_curve``. Martin et al., "The DET curve in assessment of detection task
      performance", 1997.
    """

    def read(self, state: ScoreState) -> DETPoints:
        curve = self._all(state)
        _, fp, _, fn = curve.points()
        return DETPoints(
            _share(fp, curve.negatives), _share(fn, curve.positives), curve.all_thresholds()
        )


class PrecisionRecallCurve(ScoreCurve[PrecisionRecallPoints]):
    r"""Precision, $\frac{tp}{tp + fp}$, over recall, $\frac{tp}{tp + fn}$, at every threshold.

    ``update(state, y_true, y_pred, w=None)`` takes labels and any real scores, both ``[B]``, or
    those of ``num_classes`` classes, ``[B, C]``, as :class:`ROCCurve` does. As in scikit-learn
    thresholds rise, and the last point, at a threshold of infinity, is precision 1 and recall 0; so
    is precision wherever nothing is positive. Without positives recall is 0.

    Example:
      >>> import metrax
      >>> curve = metrax.PrecisionRecallCurve(exact=4)([0, 0, 1, 1], [0.1, 0.4, 0.35, 0.8])
      >>> [round(x, 3) for x in curve.precision.tolist()], curve.recall.tolist()
      ([0.5, 0.667, 0.5, 1.0, 1.0], [1.0, 1.0, 0.5, 0.5, 0.0])

    References:
      scikit-learn, ``precision_recall_curve``.
    """

    def read(self, state: ScoreState) -> PrecisionRecallPoints:
        curve = self._all(state)
        tp, fp, _, _ = curve.points()
        none = tp + fp == 0
        precision = jnp.where(none & _seen(curve, none), 1, safe_divide(tp, tp + fp))
        found = (precision, _share(tp, curve.positives), curve.all_thresholds())
        return PrecisionRecallPoints(*(jnp.flip(x, -1) for x in found))


class LiftCurve(ScoreCurve[LiftPoints]):
    r"""How many times as many positives there are among the highest scores as among all.

    $$\frac{tp}{tp + fp} \Big/ \frac{P}{P + N}$$

    is precision over prevalence, at the share of the examples that every threshold chooses.
    ``update(state, y_true, y_pred, w=None)`` takes labels and any real scores, both ``[B]``, or
    those of ``num_classes`` classes, ``[B, C]``, as :class:`ROCCurve` does; the first point is a
    share of 0 with the lift of the second. Without positives it is 0.

    Example:
      >>> import metrax
      >>> curve = metrax.LiftCurve(exact=4)([0, 0, 1, 1], [0.1, 0.4, 0.35, 0.8])
      >>> curve.share.tolist(), [round(x, 3) for x in curve.lift.tolist()]
      ([0.0, 0.25, 0.5, 0.75, 1.0], [2.0, 2.0, 1.0, 1.333, 1.0])

    References:
      Vuk and Curk, "ROC curve, lift chart and calibration plot", 2006.
    """

    def read(self, state: ScoreState) -> LiftPoints:
        curve = self._all(state)
        tp, fp, _, _ = curve.points()
        share = _share(tp + fp, curve.positives + curve.negatives)
        lift = safe_divide(_share(tp, curve.positives), share)
        first = jnp.argmax(share > 0, axis=-1, keepdims=True)
        lift = jnp.where(share > 0, lift, jnp.take_along_axis(lift, first, axis=-1))
        return LiftPoints(share, lift, curve.all_thresholds())


class GainCurve(ScoreCurve[GainPoints]):
    r"""Share of all positives, $\frac{tp}{P}$, found in each share of the highest scores.

    ``update(state, y_true, y_pred, w=None)`` takes labels and any real scores, both ``[B]``, or
    those of ``num_classes`` classes, ``[B, C]``, as :class:`ROCCurve` does; the first point is (0,
    0). Without positives gain is 0. It is the cumulative accuracy profile, too.

    Example:
      >>> import metrax
      >>> curve = metrax.GainCurve(exact=4)([0, 0, 1, 1], [0.1, 0.4, 0.35, 0.8])
      >>> curve.share.tolist(), curve.gain.tolist()
      ([0.0, 0.25, 0.5, 0.75, 1.0], [0.0, 0.5, 0.5, 1.0, 1.0])

    References:
      Vuk and Curk, "ROC curve, lift chart and calibration plot", 2006.
    """

    def read(self, state: ScoreState) -> GainPoints:
        curve = self._all(state)
        tp, fp, _, _ = curve.points()
        share = _share(tp + fp, curve.positives + curve.negatives)
        return GainPoints(share, _share(tp, curve.positives), curve.all_thresholds())


def _share(x: Array, whole: Array) -> Array:
    return safe_divide(x, jnp.broadcast_to(whole, x.shape))


def _seen(curve: Curve, like: Array) -> Array:
    return jnp.broadcast_to(curve.positives + curve.negatives > 0, like.shape)
