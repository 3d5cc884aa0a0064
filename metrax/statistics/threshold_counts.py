"""True and false positives and negatives at many thresholds, from one histogram of the scores."""

import itertools
from collections.abc import Mapping
from typing import Any, ClassVar, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jax import Array, lax

from metrax.accumulators.sum import Sum
from metrax.core.checks import (
    Classes,
    MetraxError,
    describe,
    is_one_of,
    needs_axis,
    needs_classes,
    same_shape,
    shown,
)
from metrax.core.domains import BINARY, NUMBERS, PROBABILITIES, Domain
from metrax.core.state import State
from metrax.core.statistic import Statistic
from metrax.core.weights import align
from metrax.kernels.arithmetic import promote, safe_divide
from metrax.kernels.buckets import bucket
from metrax.kernels.highest import highest, keep_highest
from metrax.kernels.sums import running_sums
from metrax.statistics.class_labels import (
    class_domains,
    class_labels,
    class_weights,
    have_rows,
    outcome_cells,
)
from metrax.statistics.scored import check_class


class Counts(NamedTuple):
    """Weights of the four outcomes at each threshold, shape ``[..., T]``.

    Attributes:
      tp: of the positives above the threshold.
      fp: of the negatives above it.
      tn: of the negatives that are not.
      fn: of the positives that are not.

    Example:
      >>> import metrax
      >>> counts = metrax.Recall(thresholds=[0.2, 0.5]).observe([0, 1, 1], [0.3, 0.4, 0.9]).counts()
      >>> counts.tp.tolist(), counts.fp.tolist(), counts.recall.tolist()
      ([2.0, 1.0], [1.0, 0.0], [1.0, 0.5])
    """

    tp: Array
    fp: Array
    tn: Array
    fn: Array

    @property
    def precision(self) -> Array:
        """Tp / (tp + fp), 0 without positive predictions."""
        return safe_divide(self.tp, self.tp + self.fp)

    @property
    def recall(self) -> Array:
        """Tp / (tp + fn), 0 without positive examples."""
        return safe_divide(self.tp, self.tp + self.fn)

    @property
    def specificity(self) -> Array:
        """Tn / (tn + fp), 0 without negative examples."""
        return safe_divide(self.tn, self.tn + self.fp)


class ThresholdCountsState(State):
    """Weights of the positive and the negative examples by bucket, shape ``[..., 2, T + 1]``.

    A score's bucket is the number of thresholds below it, so it exceeds threshold ``j`` exactly if
    its bucket is above ``j``.

    Attributes:
      buckets: the sums.

    Example:
      >>> import metrax
      >>> state = metrax.Recall(thresholds=[0.2, 0.5]).observe([0, 1, 1], [0.3, 0.4, 0.9])
      >>> state.positives.value.tolist(), state.negatives.value.tolist()
      ([0.0, 1.0, 1.0], [0.0, 1.0, 0.0])
    """

    buckets: Sum

    def _seen(self) -> Sum:
        return self.buckets

    @property
    def positives(self) -> Sum:
        """Of the positive examples, shape ``[..., T + 1]``."""
        return jax.tree.map(lambda x: x[..., 0, :], self.buckets)

    @property
    def negatives(self) -> Sum:
        """Of the negative examples."""
        return jax.tree.map(lambda x: x[..., 1, :], self.buckets)

    def counts(self) -> Counts:
        """The outcomes at each threshold, in ascending order of thresholds."""
        # Positives and negatives, from either end: a difference would lose what is small beside it.
        hi, lo = (jnp.moveaxis(x, -2, 0) for x in self.buckets.pair)
        ends = [jnp.stack([x, jnp.flip(x, -1)]) for x in (hi, lo)]
        (fn, tn), (tp, fp) = lax.add(*running_sums((ends[0], ends[1])))
        tp, fp = (jnp.flip(x, -1)[..., 1:] for x in (tp, fp))
        return Counts(tp=tp, fp=fp, tn=tn[..., :-1], fn=fn[..., :-1])


class ThresholdCounts(Statistic):
    """How the scores of positive and of negative examples fall between thresholds.

    One scatter-add whatever the number of thresholds, and the counts equal ``y_pred > t`` for
    every threshold, scores that lie on a threshold included. Labels are cast to bool; a NaN and a
    number below 0 are none, and count nowhere.

    Args:
      thresholds: ascending. They are compared in the dtype of ``y_pred`` (float32 for half).
      top_k: if given, all but the k highest scores of each row become ``-inf`` first; ``[C]`` is
        one row.
      class_id: if given, only this entry of the last axis counts.
      row_highest: if so, the highest scores of each row become 1 and the others 0 first; scores
        within 1e-9 of zero are never highest. With ``num_labels``, inputs may be labels too; then
        nobody counts true negatives.
      multi_label: whether to count each entry of the last axis on its own.
      num_labels: the length of the last axis if ``multi_label``.
      label_weights: factors for the weights along the last axis.
      from_logits: whether ``y_pred`` goes through a sigmoid first.
      closed: whether scores below 0 count as 0, and those above the highest threshold as that, so
        that a curve through the counts ends in its corners; NaN stays above no threshold.
      size_argument: what the metric calls ``num_labels``, for messages.
      ignore_class: elements whose true label is this one, or one of these, count nowhere.

    Raises:
      MetraxError: when thresholds do not ascend, shapes do not fit, or an argument is out of range;
        in ``init`` when ``num_labels`` is needed and not given.

    Example:
      >>> import metrax
      >>> statistic = metrax.statistics.ThresholdCounts((0.2, 0.5))
      >>> state = statistic.observe({"y_true": [0, 1, 1], "y_pred": [0.3, 0.4, 0.9], "w": None})
      >>> state.counts().tp.tolist()
      [2.0, 1.0]
    """

    _of_weights: ClassVar[bool] = True

    thresholds: tuple[float, ...]
    top_k: int | None = None
    class_id: int | None = None
    row_highest: bool = False
    multi_label: bool = False
    num_labels: int | None = None
    label_weights: tuple[float, ...] | None = None
    from_logits: bool = False
    closed: bool = False
    size_argument: str = "num_labels"
    ignore_class: Classes = None

    @property
    def aligned(self) -> bool:  # pyright: ignore[reportIncompatibleVariableOverride]
        """Whether no labels may stand beside rows of scores."""
        return not self.row_highest

    def domains(self, **inputs: Array) -> Mapping[str, Domain]:
        if self._hold_labels(**inputs):
            return class_domains(self.num_labels or 0, self.ignore_class, **inputs)
        bounded = not (self.from_logits or self.row_highest) and np.isfinite(self.thresholds).all()
        also = (x,) if isinstance(x := self.ignore_class, int) else tuple(x or ())
        truth = BINARY._replace(also=also)
        return {"y_true": truth, "y_pred": PROBABILITIES if bounded else NUMBERS}

    def validate(self) -> None:
        if any(not a <= b for a, b in itertools.pairwise(self.thresholds)):
            raise MetraxError(
                f"thresholds: got {shown(self.thresholds)}; expected them in ascending order: "
                "tuple(sorted(thresholds))"
            )

    def _label_inputs(self) -> tuple[str, ...]:
        return ("y_true", "y_pred")

    def init(self) -> ThresholdCountsState:
        if self.multi_label and self.num_labels is None:
            raise MetraxError(
                f"{self.size_argument}: not given, and the state's shape depends on it; pass the "
                f"length of the last axis to the constructor, such as {self.size_argument}=10"
            )
        labels = (self.num_labels,) if self.multi_label and self.num_labels else ()
        return ThresholdCountsState(Sum.zeros((*labels, *self._cells), self.accumulates))

    def _batched(self, *inputs: Any) -> bool:
        return self.top_k is None or inputs[-1].ndim != 1  # of scores, a vector is one row

    @property
    def _stratum(self) -> int | None:
        """A side's: a row of scores that are compared with each other is in several cells."""
        apart = not (self.multi_label or self.row_highest)
        return 1 if apart and (self.top_k is None or self.class_id is not None) else None

    @property
    def _cells(self) -> tuple[int, int]:
        return 2, len(self.thresholds) + 1

    def contribute(self, y_true: Array, y_pred: Array) -> ThresholdCountsState:
        if self._hold_labels(y_true, y_pred):
            return self._of_labels(y_true, y_pred)
        if self.row_highest:
            y_true, y_pred = same_shape(y_true, y_pred)
        (scores,) = promote(y_pred)
        positive, known = y_true.astype(bool), is_label(y_true, self.ignore_class)
        if self.top_k is not None and scores.ndim == 1:
            positive, scores = positive[None], scores[None]
            known = None if known is None else known[None]
        if self.from_logits:
            scores = jax.nn.sigmoid(scores)
        elif self.closed:
            scores = jnp.clip(scores, 0, self.thresholds[-1])
        if self.row_highest:
            needs_classes("y_pred", scores, -1, "threshold=0.5")
            scores = highest(scores)
        if self.top_k is not None:
            _check_top_k(self.top_k, scores)
            scores = keep_highest(scores, self.top_k)
        if self.class_id is not None:
            check_class(self.class_id, scores)
            positive, scores = positive[..., self.class_id], scores[..., self.class_id]
            known = None if known is None else known[..., self.class_id]
        at = bucket(scores, self.thresholds) + jnp.where(positive, 0, self._cells[1])
        at = at if known is None else jnp.where(known, at, -1)
        keep = -1 if self._labels(scores) else ()
        return ThresholdCountsState(Sum.each(1, at=at, shape=self._cells, keep=keep))

    def _hold_labels(self, y_true: Array, y_pred: Array) -> bool:
        """Whether the inputs hold labels, not a row of classes each."""
        if not self.row_highest or self.num_labels is None:
            return False
        return have_rows(y_true, y_pred, self.num_labels) != (True, True)

    def _of_labels(self, y_true: Array, y_pred: Array) -> ThresholdCountsState:
        """Hits, misses and wrong predictions, where a row of booleans would have them."""
        n, (_, sides) = self.num_labels or 0, self._cells
        true, pred = class_labels(y_true, y_pred, n, self.ignore_class)
        cells = outcome_cells(true, pred, n, (1, 0, sides + 1), stride=2 * sides)
        return ThresholdCountsState(Sum.each(1, at=cells, shape=(n, *self._cells)))

    def _weights(self, w: Array | None, *inputs: Any) -> Array | None:
        if self._hold_labels(*inputs):
            return class_weights(self.num_labels or 0, w, *inputs)
        shape = same_shape(*inputs)[1].shape
        w = align(w, shape, self.accumulates)
        if self.label_weights is not None:
            w = self._factors(w, shape)
        if w is not None and self.top_k is not None and w.ndim == 1:
            w = w[None]
        return w if w is None or self.class_id is None else w[..., self.class_id]

    def _factors(self, w: Array | None, shape: tuple[int, ...]) -> Array:
        """The weights times those of the labels."""
        factors = self.label_weights or ()
        if not shape or shape[-1] != len(factors):
            raise MetraxError(
                f"label_weights: got {len(factors)} for y_pred of shape {shape}; "
                "expected one for each entry of the last axis"
            )
        each = jnp.broadcast_to(jnp.asarray(factors, self.accumulates), shape)
        return each if w is None else w * each

    def _labels(self, y_pred: Array) -> bool:
        """Whether each entry of the last axis has counts of its own, which there must be."""
        if self.multi_label:
            needs_axis("y_pred", y_pred, -1)
            if self.num_labels not in (None, y_pred.shape[-1]):
                raise MetraxError(
                    f"y_pred: got {y_pred.shape[-1]} labels in shape {y_pred.shape}; expected "
                    f"{self.size_argument}={self.num_labels}"
                )
        return self.multi_label


def is_label(y_true: Array, ignore_class: Classes = None) -> Array | None:
    """Where a label is one that counts; None if all do, by their dtype."""
    unsigned = y_true.dtype == bool or jnp.issubdtype(y_true.dtype, jnp.unsignedinteger)
    known = None if unsigned else y_true >= 0
    if ignore_class is None:
        return known
    counted = ~is_one_of(y_true, ignore_class)
    return counted if known is None else known & counted


def _check_top_k(k: int, scores: Array) -> None:
    classes = scores.shape[needs_axis("y_pred", scores, -1)]
    if k > classes:
        raise MetraxError(
            f"top_k: got {k} for y_pred {describe(scores)}; expected {classes} or less"
        )
