"""Hits and both kinds of errors of every class, without a confusion matrix."""

from collections.abc import Mapping
from typing import Any, ClassVar

import jax
import jax.numpy as jnp
from jax import Array, lax

from metrax.accumulators.sum import Sum
from metrax.core.checks import Classes
from metrax.core.domains import Domain
from metrax.core.state import State
from metrax.core.statistic import Statistic
from metrax.kernels.limbs import sum_rows
from metrax.kernels.pairs import Pair, add_pairs
from metrax.statistics.class_labels import (
    class_domains,
    class_labels,
    class_weights,
    outcome_cells,
)
from metrax.statistics.threshold_counts import Counts

HITS, MISSED, WRONG = range(3)


class ClassCountsState(State):
    """Of each class the weight of its hits, of its elements missed, and of those wrongly its own.

    ``outcomes[0, k]``: of class k and predicted as k; ``[1, k]``: of class k, predicted otherwise;
    ``[2, k]``: predicted as k, of another class. Shape ``[3, C]``.

    Attributes:
      outcomes: the sums, ``[3, C]``.

    Example:
      >>> from metrax import statistics
      >>> inputs = {"y_true": [0, 1], "y_pred": [0, 0], "w": [1., 1.]}
      >>> statistics.ClassCounts(2).observe(inputs).outcomes.value.tolist()
      [[1.0, 0.0], [0.0, 1.0], [1.0, 0.0]]
    """

    outcomes: Sum

    def _seen(self) -> Sum:
        return jax.tree.map(lambda x: x[..., :WRONG, :], self.outcomes)

    @property
    def hits(self) -> Array:
        """The weight of each class's elements that are predicted rightly."""
        return self.outcomes.value[..., HITS, :]

    @property
    def true(self) -> Array:
        """The weight of each class's elements."""
        return self._sum(HITS, MISSED)

    @property
    def predicted(self) -> Array:
        """The weight of the elements predicted as each class."""
        return self._sum(HITS, WRONG)

    def counts(self) -> Counts:
        """The four outcomes of each class against all others, shape ``[C]``."""
        tp, fp, tn, fn = (hi + lo for hi, lo in self.pairs())
        return Counts(tp=tp, fp=fp, tn=tn, fn=fn)

    def pairs(self) -> tuple[Pair, Pair, Pair, Pair]:
        """The same, not rounded: tp, fp, tn, fn."""
        tp, fn, fp = (self._pair(i) for i in (HITS, MISSED, WRONG))
        hi, lo = (jnp.broadcast_to(x[..., None], fp[0].shape) for x in self.total())
        others = add_pairs(add_pairs(tp, fn), fp)
        tn = add_pairs((hi, lo), (-others[0], -others[1]))
        # The sums of fractional weights are rounded, each in its own way.
        below = tn[0] < 0
        return tp, fp, (jnp.where(below, 0, tn[0]), jnp.where(below, 0, tn[1])), fn

    def total(self) -> Pair:
        """The weight of all elements, not rounded."""
        true = jax.tree.map(lambda x: x[..., :WRONG, :], self.outcomes.pair)
        return sum_rows(true, [true[0].ndim - 2, true[0].ndim - 1])

    def _sum(self, i: int, j: int) -> Array:
        return lax.add(*add_pairs(self._pair(i), self._pair(j)))

    def _pair(self, i: int) -> Pair:
        hi, lo = self.outcomes.pair
        return hi[..., i, :], lo[..., i, :]


class ClassCounts(Statistic):
    """Hits and errors of each class, ``[3, C]``: what precision, recall and their kin need.

    A thousand classes take 24 kB, the confusion matrix of as many 8 MB. An element adds to one cell
    if it is a hit, to two if not: what its class misses, and what another has wrongly.

    Args:
      num_classes: C. Elements whose true label is outside ``[0, C)`` contribute nothing; those
        predicted as no class, such as where a score is NaN, are missed by their own.
      ignore_class: elements whose true label is this one, or one of these, contribute nothing.

    Example:
      >>> from metrax import statistics
      >>> inputs = {"y_true": [0, 0, 1], "y_pred": [0, 1, 1], "w": [1., 1., 1.]}
      >>> state = statistics.ClassCounts(2).observe(inputs)
      >>> state.outcomes.value.tolist()
      [[1.0, 1.0], [1.0, 0.0], [0.0, 1.0]]
    """

    _of_weights: ClassVar[bool] = True
    aligned: ClassVar[bool] = False  # labels beside rows of scores

    num_classes: int
    ignore_class: Classes = None

    def domains(self, **inputs: Array) -> Mapping[str, Domain]:
        return class_domains(self.num_classes, self.ignore_class, **inputs)

    def init(self) -> ClassCountsState:
        return ClassCountsState(Sum.zeros((3, self.num_classes), self.accumulates))

    def _label_inputs(self) -> tuple[str, ...]:
        return ("y_true", "y_pred")

    def contribute(self, y_true: Array, y_pred: Array) -> ClassCountsState:
        n = self.num_classes
        true, pred = class_labels(y_true, y_pred, n, self.ignore_class)
        cells = outcome_cells(true, pred, n, (HITS * n, MISSED * n, WRONG * n))
        return ClassCountsState(Sum.each(1, at=cells, shape=(3, n)))

    def _weights(self, w: Array | None, *inputs: Any) -> Array | None:
        return class_weights(self.num_classes, w, *inputs)
