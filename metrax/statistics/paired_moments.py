"""Co-moments of targets and predictions, per output."""

import jax.numpy as jnp
from jax import Array

from metrax.accumulators.comoments import CoMoments
from metrax.accumulators.sum import Sum
from metrax.core.checks import MetraxError, describe
from metrax.core.state import State
from metrax.core.statistic import Statistic


class PairedMomentsState(State):
    r"""Co-moments of ``y_true`` (x) and ``y_pred`` (y), and the sum of squared residuals.

    The residual could be had from the co-moments, but only as a difference of large numbers.

    Attributes:
      moments: of each output.
      residual: $\sum w (y - \hat y)^2$ of each output.

    Example:
      >>> import metrax
      >>> state = metrax.R2Score(num_outputs=1).observe([1., 4., 3.], [2., 4., 4.])
      >>> state.residual.value.tolist(), state.moments.total_x.value.tolist()
      ([2.0], [8.0])
    """

    moments: CoMoments
    residual: Sum


class PairedMoments(Statistic):
    """Co-moments over the batch axis of every output, shape ``[num_outputs]``.

    Args:
      num_outputs: the length of the last axis; 1 also takes ``[B]``. None only works for one
        batch, whose shape tells.

    Raises:
      MetraxError: when the shapes differ or are not ``[B, num_outputs]``, and in ``init`` without
        ``num_outputs``.

    Example:
      >>> import metrax
      >>> statistic = metrax.statistics.PairedMoments(num_outputs=1)
      >>> state = statistic.observe({"y_true": [1., 4., 3.], "y_pred": [2., 4., 4.], "w": None})
      >>> state.residual.value.tolist()
      [2.0]
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

    def example(self) -> tuple[tuple[int, ...], ...]:
        return ((self.num_outputs or 1,),) * 2

    def contribute(self, y_true: Array, y_pred: Array) -> PairedMomentsState:
        x, y = y_true.astype(self.accumulates), y_pred.astype(self.accumulates)
        if x.ndim == 1 and self.num_outputs in (None, 1):
            x, y = x[:, None], y[:, None]
        if x.ndim != 2 or self.num_outputs not in (None, x.shape[1]):
            raise MetraxError(
                f"y_true and y_pred: got {describe(y_true)} and {describe(y_pred)}; expected "
                f"(B, {self.num_outputs or 'num_outputs'})"
                + (" or (B,)" if self.num_outputs in (None, 1) else "")
            )
        return PairedMomentsState(
            CoMoments.each(x, y, keep=-1), Sum.each(jnp.square(x - y), keep=-1)
        )
