"""Means of what the counts of each single example come to: of each row of labels, of each image."""

from collections.abc import Mapping

import jax.numpy as jnp
from jax import Array, lax

from metrax.accumulators.mean import Mean
from metrax.core.checks import Classes, MetraxError, same_shape
from metrax.core.domains import Domain
from metrax.core.metric import Metric
from metrax.core.statistic import Statistic
from metrax.kernels.arithmetic import promote
from metrax.kernels.highest import highest, keep_highest
from metrax.kernels.sums import count_each
from metrax.statistics.class_counts import ClassCounts
from metrax.statistics.class_labels import class_labels
from metrax.statistics.threshold_counts import Counts, ThresholdCounts, is_label


class MeanOfCounts(Statistic):
    """The weighted mean of a value of each example's own counts.

    Args:
      metric: has ``_of_counts(counts)``, which takes counts ``[..., C]`` and returns a value for
        each example, or for each example and class.
      counts: says how the inputs are read: labels by :class:`ClassCounts`, scores cut at a
        threshold, or the highest of rows, by :class:`ThresholdCounts`, there each entry of the last
        axis if ``multi_label``.
      per_image: whether an example is all that lies behind the first axis; else a row of labels.
      num_values: how many values an example has; None for one.

    Example:
      >>> import metrax
      >>> from metrax import statistics
      >>> class Exact(metrax.Mean):
      ...     def _of_counts(self, counts):
      ...         return (counts.fp + counts.fn).sum(-1) == 0
      >>> statistic = statistics.MeanOfCounts(Exact(), statistics.ClassCounts(3))
      >>> inputs = {"y_true": [[0, 1], [1, 1]], "y_pred": [[0, 1], [1, 0]], "w": [1., 1.]}
      >>> float(statistic.observe(inputs).mean)
      0.5
    """

    metric: Metric
    counts: ClassCounts | ThresholdCounts
    per_image: bool = False
    num_values: int | None = None

    @property
    def aligned(self) -> bool:  # pyright: ignore[reportIncompatibleVariableOverride]
        """Whether no labels may stand beside rows of scores."""
        return self.counts.aligned

    def domains(self, **inputs: Array) -> Mapping[str, Domain]:
        return self.counts.domains(**inputs)

    def init(self) -> Mean:
        return Mean.zeros(() if self.num_values is None else (self.num_values,), self.accumulates)

    def _label_inputs(self) -> tuple[str, ...]:
        return self.counts._label_inputs()

    def contribute(self, y_true: Array, y_pred: Array) -> Mean:
        true, pred, known = self._outcomes(y_true, y_pred)
        counts = self._counted(true, pred, known)
        values = self.metric._of_counts(counts)  # pyright: ignore[reportAttributeAccessIssue]
        seen = sum(counts[1:], counts[0]) > 0
        if self.num_values is None:
            return Mean.each(values, w=jnp.any(seen, axis=-1))
        if getattr(self.metric, "absent", "zero") == "skip":
            seen = counts.tp + counts.fp + counts.fn > 0
        return Mean.each(values, w=seen[..., -self.num_values :], keep=-1)

    def _outcomes(self, y_true: Array, y_pred: Array) -> tuple[Array, Array, Array]:
        """Whether each element is, and is predicted to be, of each class, and whether it counts."""
        if isinstance(self.counts, ClassCounts):
            return self._of_labels(
                self.counts.num_classes, self.counts.ignore_class, y_true, y_pred
            )
        y_true, y_pred = same_shape(y_true, y_pred)
        (scores,) = promote(y_pred)
        if self.counts.row_highest:
            scores = highest(scores)
        if self.counts.top_k is not None:
            scores = keep_highest(scores, self.counts.top_k)
        known = is_label(y_true, self.counts.ignore_class)
        known = jnp.ones_like(y_true, bool) if known is None else known
        whole = y_true.astype(bool), scores > self.counts.thresholds[0], known
        if not self.counts.multi_label:
            return tuple(x[..., None] for x in whole)  # pyright: ignore[reportReturnType]
        return whole

    def _of_labels(
        self, n: int, ignore_class: Classes, y_true: Array, y_pred: Array
    ) -> tuple[Array, Array, Array]:
        labels = class_labels(y_true, y_pred, n, ignore_class)
        shape = (*labels[0].shape, n)
        classes = lax.broadcasted_iota(jnp.int32, shape, len(shape) - 1)
        true, pred = (jnp.broadcast_to(x[..., None], shape) == classes for x in labels)
        known = (labels[0] >= 0) & (labels[0] < n)
        return true, pred, jnp.broadcast_to(known[..., None], shape)

    def _counted(self, true: Array, pred: Array, known: Array) -> Counts:
        """The counts of each example, ``[..., C]``."""
        last = true.ndim - 1
        axes = tuple(range(1, last)) if self.per_image else (last - 1,)
        if 0 in axes or not axes:
            kind = (
                "images, [B, ..., positions]" if self.per_image else "rows of labels, [B, ..., L]"
            )
            raise MetraxError(
                f"y_true: got {'x'.join(map(str, true.shape[:last])) or 'a number'} elements; "
                f"expected {kind}: an axis beside the batch's"
            )
        outcomes = (true & pred, ~true & pred, ~true & ~pred, true & ~pred)
        counted = count_each(*(x & known for x in outcomes), axes=axes)
        return Counts(*(x.astype(self.accumulates) for x in counted))
