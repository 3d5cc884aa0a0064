"""Co-moments of targets and predictions, per output."""

import jax.numpy as jnp
from jax import Array

from metrax.accumulators.moments import CoMoments
from metrax.accumulators.sum import Sum
from metrax.core.checks import MetraxError, describe, same_shape
from metrax.core.state import State
from metrax.core.statistic import Statistic
from metrax.core.weights import align, weighted


class PairedMomentsState(State):
    """Co-moments of ``y_true`` (x) and ``y_pred`` (y), and the sum of squared residuals.

    The residual could be had from the co-moments, but only as a difference of large numbers.
    """

    moments: CoMoments
    residual: Sum


class PairedMoments(Statistic):
    """Co-moments over the batch axis of every output, shape ``[num_outputs]``.

    Args:
      num_outputs: the length of the last axis; 1 also takes ``[B]``. None only works for one
        batch, whose shape tells.
    """

    num_outputs: int | None = None

    def init(self) -> PairedMomentsState:
        if self.num_outputs is None:
            raise MetraxError(
                "num_outputs: not given, and the state's shape depends on it; pass it to the "
                "constructor, such as num_outputs=1 for targets of shape (B,) or (B, 1)"
            )
        shape = (self.num_outputs,)
        return PairedMomentsState(
            CoMoments.zeros(shape, self.accumulates), Sum.zeros(shape, self.accumulates)
        )

    def summarize(self, y_true: Array, y_pred: Array, w: Array | None) -> PairedMomentsState:
        dtype = self.accumulates
        x, y = same_shape(y_true.astype(dtype), y_pred.astype(dtype))
        if x.ndim == 1 and self.num_outputs in (None, 1):
            x, y = x[:, None], y[:, None]
        if x.ndim != 2 or self.num_outputs not in (None, x.shape[1]):
            raise MetraxError(
                f"y_true and y_pred: got {describe(y_true)} and {describe(y_pred)}; expected "
                f"(B, {self.num_outputs or 'num_outputs'})"
                + (" or (B,)" if self.num_outputs in (None, 1) else "")
            )
        w = align(w, x.shape, dtype)
        squares = weighted(w, jnp.square(x - y))
        moments, (residual,) = CoMoments.with_sums(x, y, w, squares, axis=0)
        return PairedMomentsState(moments, residual)
