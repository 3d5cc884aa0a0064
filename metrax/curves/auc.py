"""Area under a curve of thresholds."""

import functools
import math
from collections.abc import Mapping
from typing import ClassVar, Literal

import jax.numpy as jnp
from jax import Array

from metrax.core.checks import MetraxError, at_least, shown
from metrax.core.doubts import Doubt
from metrax.core.statistic import Statistic
from metrax.core.typed import PairMetric
from metrax.curves.areas import precision_between
from metrax.kernels.arithmetic import safe_divide
from metrax.statistics.threshold_counts import Counts, ThresholdCounts, ThresholdCountsState

EPSILON = 1e-7
"""The outermost thresholds lie this far outside [0, 1], so that they part no scores."""


UNPARTED = 0.1
"""The share of the pairs of a positive and a negative that thresholds may leave unparted."""

_UNPARTED = (
    f"compute: got more than {UNPARTED:.0%} of the pairs of a positive and a negative between the "
    "same two thresholds, which do not tell how these scores rank; expected thresholds where the "
    "scores are: use metrax.AUROC, which needs none, or pass thresholds"
)
_ABSENT = (
    "compute: got labels that were never positive or never negative, so that their areas say "
    "nothing; expected both of each label: pass absent='skip' to leave them out"
)


class AUC(PairMetric[ThresholdCountsState, Array]):
    r"""Area under the ROC, precision-recall or precision-recall-gain curve.

    $$\sum_{i=1}^{T-1} (x_i - x_{i+1})\,\frac{y_i + y_{i+1}}{2}$$

    Here $x_i$ and $y_i$ are the rates at threshold $i$: for ROC false and true positives over
    negatives and positives, for PR recall and precision.

    ``update(state, y_true, y_pred, w=None)`` takes labels (cast to bool) and scores in [0, 1] of
    one shape; NaN and labels below 0 count nowhere. The curve is drawn through the counts at
    thresholds, so its area approximates the exact one; more thresholds, or thresholds where the
    scores are dense, bring it closer. The counts themselves are exact: they equal ``y_pred > t``
    for every threshold t. Scores outside [0, 1] count as its ends, so the curve reaches both
    corners; of logits that leaves little to rank, so pass ``from_logits=True`` or probabilities. A
    NaN score is above no threshold, not even the lowest: the curve then ends short of its corner.

    The value is from 0 to 1, of gains 1 or less, and 0 without data. Without positive labels it is
    0; without negative ones it is 0 for ROC and 1 for PR.
    Even thresholds cannot part scores that lie close together, such as those of rare events, of
    which most are below the first of 199: the area is then far off (.690 for .806 at scores near
    .001), and :func:`metrax.checked` says so. :class:`~metrax.AUROC` needs no thresholds.

    Args:
      num_thresholds: T, evenly spaced over [0, 1]; the first and last lie 1e-7 outside. None with
        ``thresholds``.
      curve: ``"ROC"``, ``"PR"`` or ``"PRGAIN"``.
      summation_method: ``"interpolation"`` (trapezoids; for PR the interpolation of Davis and
        Goadrich), ``"minoring"`` (lower rectangles) or ``"majoring"`` (upper rectangles).
      name: defaults to ``"auc"``.
      dtype: dtype of the value.
      thresholds: the inner thresholds, in [0, 1], instead of ``num_thresholds``; the end points
        are added.
      multi_label: whether the last axis holds labels, each with a curve of its own, of which the
        areas are averaged. Otherwise all elements are one stream.
      num_labels: the length of that axis; needed for :meth:`init`, not for a single batch.
      label_weights: weights of the labels: in the average if ``multi_label``, else of the entries
        along the last axis.
      from_logits: whether ``y_pred`` goes through a sigmoid first.
      absent: what to do if ``multi_label`` with labels that were never positive or never negative:
        ``"zero"``, as Keras does, averages their areas in (0 but for PR without negatives), so
        that a perfect ranking is not 1; ``"skip"`` leaves them out. If all are absent it is 0.

    Raises:
      MetraxError: when shapes do not fit or an argument is out of range.

    Example:
      >>> import metrax
      >>> auc = metrax.AUC(num_thresholds=3)
      >>> float(auc([0, 0, 1, 1], [0, 0.5, 0.3, 0.9]))
      0.75

    References:
      Keras 3, ``keras.metrics.AUC``. Davis and Goadrich, "The relationship between
      precision-recall and ROC curves", ICML 2006. Flach and Kull, "Precision-recall-gain curves",
      NeurIPS 2015.
    """

    higher_is_better: ClassVar[bool | None] = True

    num_thresholds: int | None = 200
    curve: Literal["ROC", "PR", "PRGAIN"] = "ROC"
    summation_method: Literal["interpolation", "minoring", "majoring"] = "interpolation"
    thresholds: tuple[float, ...] | list[float] | None = None
    multi_label: bool = False
    num_labels: int | None = None
    label_weights: tuple[float, ...] | list[float] | None = None
    from_logits: bool = False
    absent: Literal["zero", "skip"] = "zero"

    @property
    def value_range(self) -> tuple[float, float]:
        return (-math.inf, 1) if self.curve == "PRGAIN" else (0, 1)

    def validate(self) -> None:
        if self.thresholds is None:
            if self.num_thresholds is None:
                raise MetraxError(
                    "num_thresholds: got None; expected a number, or thresholds with it"
                )
            at_least(2, num_thresholds=self.num_thresholds)
        at_least(1, num_labels=self.num_labels)
        if self.thresholds is not None and not all(0 <= t <= 1 for t in self.thresholds):
            raise MetraxError(
                f"thresholds: got {shown(self.thresholds)}; expected numbers in [0, 1]"
            )
        if self.num_labels is not None and not self.multi_label:
            raise MetraxError(
                f"num_labels: got {self.num_labels} without multi_label; expected multi_label=True "
                "with it"
            )
        if self.absent == "skip" and not self.multi_label:
            raise MetraxError("absent: got 'skip' without multi_label; expected multi_label=True")
        weights = self.label_weights
        if weights is not None and not (sum(weights) > 0 and min(weights) >= 0):
            raise MetraxError(
                f"label_weights: got {weights}; expected numbers of 0 or more, not all of them 0"
            )
        if weights is not None and self.num_labels not in (None, len(weights)):
            raise MetraxError(
                f"label_weights: got {len(weights)} of them; expected num_labels={self.num_labels}"
            )

    @property
    def statistic(self) -> Statistic:
        inner = self.thresholds
        if inner is None:
            steps = (self.num_thresholds or 0) - 1
            inner = (i / steps for i in range(1, steps))
        return ThresholdCounts(
            (-EPSILON, *sorted(inner), 1 + EPSILON),
            multi_label=self.multi_label,
            num_labels=self.num_labels,
            label_weights=None if self.multi_label else self.label_weights,  # pyright: ignore[reportArgumentType]
            from_logits=self.from_logits,
            closed=True,
        )

    def read(self, state: ThresholdCountsState) -> Array:
        if self.curve == "PR" and self.summation_method == "interpolation":
            return self._average(_interpolated_pr(state), state)
        widths, y = _CURVES[self.curve](state)
        low, high = y[..., 1:], y[..., :-1]
        heights = {
            "interpolation": (low + high) / 2,
            "minoring": jnp.minimum(low, high),
            "majoring": jnp.maximum(low, high),
        }[self.summation_method]
        return self._average(jnp.sum(widths * heights, axis=-1), state)

    def _doubts(self, state: ThresholdCountsState) -> Mapping[str, Doubt]:
        found = {_UNPARTED: Doubt(jnp.any(_unparted(state) > UNPARTED))}
        if self.multi_label and self.absent == "zero":
            found[_ABSENT] = Doubt(~jnp.all(_present(state)))
        return found

    def _average(self, areas: Array, state: ThresholdCountsState) -> Array:
        """One value of the areas of all labels."""
        if not self.multi_label:
            return areas
        if self.label_weights is None and self.absent == "zero":
            return jnp.mean(areas)
        weights = jnp.ones_like(areas)
        if self.label_weights is not None:
            weights = jnp.asarray(self.label_weights, areas.dtype)
        if weights.shape != areas.shape:
            raise MetraxError(
                f"label_weights: got {weights.size} for {areas.size} labels; expected one each"
            )
        if self.absent == "skip":
            weights = jnp.where(_present(state), weights, 0)
        return safe_divide(jnp.sum(weights * areas), jnp.sum(weights))


def _present(state: ThresholdCountsState) -> Array:
    """Which labels were positive once and negative once."""
    sums = (jnp.sum(x.value, axis=-1) for x in (state.positives, state.negatives))
    return functools.reduce(jnp.logical_and, (x > 0 for x in sums))


def _unparted(state: ThresholdCountsState) -> Array:
    """The share of pairs of a positive and a negative in one bucket."""
    positives, negatives = (
        safe_divide(x, jnp.broadcast_to(jnp.sum(x, axis=-1, keepdims=True), x.shape))
        for x in (state.positives.value, state.negatives.value)
    )
    return jnp.sum(positives * negatives, axis=-1)


def _roc(state: ThresholdCountsState) -> tuple[Array, Array]:
    return _shares(state.negatives.value), state.counts().recall


def _pr(state: ThresholdCountsState) -> tuple[Array, Array]:
    return _shares(state.positives.value), state.counts().precision


def _pr_gain(state: ThresholdCountsState) -> tuple[Array, Array]:
    """Precision gain over recall gain; without true positives they are 1 and 0, as in Keras."""
    tp, fp, tn, fn = state.counts()
    odds = safe_divide(tp + fn, tn + fp)
    recall_gain = jnp.where(tp == 0, 0, jnp.maximum(1 - odds * safe_divide(fn, tp), 0))
    precision_gain = jnp.where(tp == 0, 1, 1 - odds * safe_divide(fp, tp))
    return recall_gain[..., :-1] - recall_gain[..., 1:], precision_gain


_CURVES = {"ROC": _roc, "PR": _pr, "PRGAIN": _pr_gain}
"""Each curve as the widths between thresholds and the heights at them."""


def _shares(buckets: Array) -> Array:
    """What each step from one threshold to the next adds to a rate.

    The bucket's own weight over the total keeps digits that the difference of two rates loses.
    """
    total = jnp.broadcast_to(jnp.sum(buckets, axis=-1, keepdims=True), buckets.shape)
    return safe_divide(buckets, total)[..., 1:-1]


def _interpolated_pr(state: ThresholdCountsState) -> Array:
    """Area with true positives linear in predicted positives between thresholds."""
    counts: Counts = state.counts()
    tp, predicted = counts.tp[..., 1:], (counts.tp + counts.fp)[..., 1:]
    dtp = state.positives.value[..., 1:-1]
    step = dtp + state.negatives.value[..., 1:-1]
    area = precision_between(tp, predicted, dtp, step)
    return safe_divide(jnp.sum(area, axis=-1), counts.tp[..., 0] + counts.fn[..., 0])
