"""Totals of two masks' overlap and of what one has and the other lacks."""

from collections.abc import Mapping

from jax import Array

from metrax.accumulators.mean import Mean
from metrax.accumulators.sum import Sum
from metrax.core.domains import PROBABILITIES, Domain
from metrax.core.state import State
from metrax.core.statistic import Statistic
from metrax.kernels.arithmetic import promote


class OverlapState(State):
    r"""The weighted sums $\sum y \hat y$, $\sum (1 - y) \hat y$ and $\sum y (1 - \hat y)$.

    Attributes:
      tp: the first sum, and the weight of all elements.
      fp: the second.
      fn: the third.

    Example:
      >>> import metrax
      >>> state = metrax.DiceLoss().observe([[1., 1., 0.]], [[1., 0., 0.5]])
      >>> float(state.tp.total.value), float(state.fp.value), float(state.fn.value)
      (1.0, 0.5, 1.0)
    """

    tp: Mean
    fp: Sum
    fn: Sum


class Overlap(Statistic):
    """The overlap of masks or probabilities, and false positives and negatives, over all elements.

    Ratios of these totals are right for any split of the data, where a mean of each batch's ratio
    is not.

    Raises:
      MetraxError: when the shapes differ.

    Example:
      >>> import metrax
      >>> masks = {"y_true": [[1., 1., 0.]], "y_pred": [[1., 0., 0.5]], "w": None}
      >>> state = metrax.statistics.Overlap().observe(masks)
      >>> float(state.tp.total.value), float(state.fp.value), float(state.fn.value)
      (1.0, 0.5, 1.0)
    """

    def domains(self, **inputs: Array) -> Mapping[str, Domain]:
        return {"y_true": PROBABILITIES, "y_pred": PROBABILITIES}

    def init(self) -> OverlapState:
        dtype = self.accumulates
        return OverlapState(Mean.zeros((), dtype), Sum.zeros((), dtype), Sum.zeros((), dtype))

    def contribute(self, y_true: Array, y_pred: Array) -> OverlapState:
        true, pred = (x.astype(self.accumulates) for x in promote(y_true, y_pred))
        return OverlapState(
            Mean.each(true * pred), Sum.each((1 - true) * pred), Sum.each(true * (1 - pred))
        )
