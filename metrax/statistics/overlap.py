"""Totals of two masks' overlap and of what one has and the other lacks."""

from collections.abc import Mapping

from jax import Array

from metrax.accumulators.sum import Sum
from metrax.core.checks import same_shape
from metrax.core.domains import PROBABILITIES, Domain
from metrax.core.state import State
from metrax.core.statistic import Statistic
from metrax.core.weights import align, weighted
from metrax.kernels.arithmetic import promote


class OverlapState(State):
    r"""The weighted sums $\sum y \hat y$, $\sum (1 - y) \hat y$ and $\sum y (1 - \hat y)$."""

    tp: Sum
    fp: Sum
    fn: Sum
    weight: Sum


class Overlap(Statistic):
    """The overlap of masks or probabilities, and false positives and negatives, over all elements.

    Ratios of these totals are right for any split of the data, where a mean of each batch's ratio
    is not.
    """

    def domains(self, **inputs: Array) -> Mapping[str, Domain]:
        return {"y_true": PROBABILITIES, "y_pred": PROBABILITIES}

    def init(self) -> OverlapState:
        return OverlapState(*(Sum.zeros((), self.accumulates) for _ in range(4)))

    def summarize(self, y_true: Array, y_pred: Array, w: Array | None) -> OverlapState:
        dtype = self.accumulates
        true, pred = (x.astype(dtype) for x in promote(*same_shape(y_true, y_pred)))
        w = align(w, true.shape, dtype)
        each = (true * pred, (1 - true) * pred, true * (1 - pred))
        sums = [weighted(w, x) for x in each]
        if w is None:
            tp, fp, fn = Sum.of_each(*sums, exact=False)
            return OverlapState(tp, fp, fn, Sum.of_integer(true.size, dtype))
        tp, fp, fn, weight = Sum.of_each(*sums, w, exact=False)
        return OverlapState(tp, fp, fn, weight)
