"""Scores themselves with their sides: as many as there is room for."""

import jax.numpy as jnp
from jax import Array

from metrax.accumulators.buffer import Buffer
from metrax.accumulators.sum import Sum
from metrax.kernels.arithmetic import promote
from metrax.statistics.scored import Scored


class KeptScores(Scored):
    """The sides and scores themselves, in a :class:`~metrax.accumulators.Buffer`.

    Args:
      num_classes: C, if each entry of the last axis has a buffer of its own.
      class_id: if given, only this entry of the last axis counts.
      by_class: whether each class is a side of its own.
      capacity: how many examples are kept.

    Example:
      >>> import metrax
      >>> statistic = metrax.statistics.KeptScores(capacity=4)
      >>> state = statistic.observe({"y_true": [0, 1], "y_pred": [0.25, 0.75], "w": None})
      >>> float(metrax.AUROC(exact=4).compute(state))
      1.0
    """

    capacity: int = 1

    def init(self) -> Buffer:
        shape, dtype = (*self._lead, self.capacity), self.accumulates
        rows = jnp.zeros((*self._lead, 2, self.capacity), dtype)
        return Buffer(rows, jnp.zeros(shape, dtype), Sum.zeros(self._lead, dtype))

    def contribute(self, y_true: Array, y_pred: Array) -> Buffer:
        side, scores = self._sides(y_true, y_pred)
        (scores,) = promote(scores)
        sides = side.astype(scores.dtype)
        return Buffer.each(sides, scores, capacity=self.capacity, keep=self._kept, w=side >= 0)
