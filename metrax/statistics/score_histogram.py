"""Scores by the leading bits of their floats, for curves over every threshold."""

from collections.abc import Mapping
from typing import ClassVar, Literal

import jax.numpy as jnp
from jax import Array

from metrax.accumulators.extremes import Max
from metrax.accumulators.sum import Sum
from metrax.core.domains import PROBABILITIES, Domain
from metrax.core.state import State
from metrax.kernels.float_bits import GRIDS, FloatGrid, ProbabilityGrid
from metrax.statistics.scored import Scored


class ScoreHistogramState(State):
    """How much weight of each side has scores in each bucket.

    Attributes:
      buckets: ``[..., sides, buckets]``, positives before negatives, in ascending order of scores.
      dropped: the largest of what the buckets do not tell, ``[...]``: 0 if all scores were on the
        grid, so that those in one bucket are equal.

    Example:
      >>> import metrax
      >>> state = metrax.AUROC().observe([0, 1, 1], [0.25, 0.25, 0.75])
      >>> state.buckets.value.shape, state.buckets.value.sum(-1).tolist()
      ((2, 65536), [2.0, 1.0])
      >>> float(state.dropped.value)
      0.0
    """

    _lasting: ClassVar[tuple[str, ...]] = ("dropped",)

    buckets: Sum
    dropped: Max

    def _seen(self) -> Sum:
        return self.buckets


class ScoreHistogram(Scored):
    """Positives and negatives by the leading bits of their scores, which keep the scores' order.

    No thresholds are chosen, and no batch decides on them. What curves need to know of scores on
    the grid is known exactly: of bfloat16 and of 8-bit floats at 16 bits, of float16 at 19.

    Args:
      num_classes: C, if each entry of the last axis has a histogram of its own.
      class_id: if given, only this entry of the last axis counts.
      by_class: whether each class is a side of its own.
      bits: of the float: its sign, 8 of its exponent and the rest of its mantissa.
      grid: ``"float"`` for any scores; ``"probability"`` for such from 0 to 1, symmetric about a
        half.

    Example:
      >>> import jax.numpy as jnp
      >>> import metrax
      >>> statistic = metrax.statistics.ScoreHistogram()
      >>> state = statistic.observe({"y_true": [0, 1, 1], "y_pred": [0.25, 0.25, 0.75], "w": None})
      >>> places, _ = statistic.buckets.place(jnp.array([0.25, 0.75]))
      >>> state.buckets.value[:, places].tolist()
      [[1.0, 1.0], [1.0, 0.0]]
    """

    bits: int = 16
    grid: Literal["float", "probability"] = "float"

    @property
    def buckets(self) -> FloatGrid | ProbabilityGrid:
        """The grid."""
        return GRIDS[self.grid](self.bits)

    def domains(self, **inputs: Array) -> Mapping[str, Domain]:
        found = super().domains(**inputs)
        if self.grid == "float":
            return found
        return {**found, "y_pred": PROBABILITIES.lacking(found["y_pred"].axis)}

    @property
    def _stratum(self) -> int | None:
        """A side's; a row of classes is in a cell of each."""
        return 1 if self.num_classes is None else None

    @property
    def _cells(self) -> tuple[int, int]:
        return self.sides, self.buckets.size

    def init(self) -> ScoreHistogramState:
        return ScoreHistogramState(
            Sum.zeros((*self._lead, *self._cells), self.accumulates),
            Max.empty(self._lead, self.accumulates),
        )

    def contribute(self, y_true: Array, y_pred: Array) -> ScoreHistogramState:
        side, scores = self._sides(y_true, y_pred)
        bucket, dropped = self.buckets.place(scores)
        at = jnp.where(side >= 0, bucket + side * self.buckets.size, -1)
        dropped = jnp.where(side >= 0, dropped, 0)
        keep = self._kept
        return ScoreHistogramState(
            Sum.each(1, at=at, shape=self._cells, keep=keep), Max.each(dropped, keep=keep)
        )
