"""Coefficient of determination."""

import math
from typing import ClassVar

import jax.numpy as jnp
from jax import Array

from metrax.core.checks import at_least
from metrax.core.statistic import Statistic
from metrax.core.typed import PairMetric
from metrax.kernels.arithmetic import safe_divide
from metrax.regression.outputs import Aggregation, aggregated
from metrax.statistics.paired_moments import PairedMoments, PairedMomentsState


class R2Score(PairMetric[PairedMomentsState, Array]):
    r"""Coefficient of determination, $1 - \frac{\sum w (y - \hat y)^2}{\sum w (y - \bar y)^2}$.

    ``update(state, y_true, y_pred, w=None)`` takes ``[B, num_outputs]``, or ``[B]`` for one output.
    It is 1 or less, without a lower bound, and 0 without data. An output whose target is constant
    scores 1 if predicted perfectly, else 0. No offset of the targets costs precision: their
    variance is merged from centred moments. Targets whose squares under- or overflow (spreads below
    about 1e-15 or above 1e18) score NaN, and so does a constant below 1e-12 that is not 0.

    Args:
      class_aggregation: ``"uniform_average"`` averages the outputs' scores,
        ``"variance_weighted_average"`` weighs them by their targets' variance, None keeps them.
      num_regressors: p; if above 0 the score is adjusted, $1 - (1 - R^2)\frac{n - 1}{n - p - 1}$,
        where n is the total weight (the number of examples if unweighted). With n at most p + 1
        the score stays unadjusted.
      num_outputs: the length of the last axis; needed for :meth:`init`, not for a single batch.
      name: defaults to ``"r2_score"``.
      dtype: dtype of the value.

    Raises:
      MetraxError: when the shapes differ, are not ``[B, num_outputs]``, or arguments are out of
        range.

    Example:
      >>> import metrax
      >>> r2 = metrax.R2Score(num_outputs=1)
      >>> state = r2.update(r2.init(), [1., 4., 3.], [2., 4., 4.])
      >>> round(float(r2.compute(state)), 6)
      0.571429

    References:
      Keras 3, ``keras.metrics.R2Score``; scikit-learn, ``r2_score`` for constant targets.
    """

    higher_is_better: ClassVar[bool | None] = True
    value_range: ClassVar[tuple[float, float]] = (-math.inf, 1)

    class_aggregation: Aggregation = "uniform_average"
    num_regressors: int = 0
    num_outputs: int | None = None

    def validate(self) -> None:
        at_least(0, num_regressors=self.num_regressors)
        at_least(1, num_outputs=self.num_outputs)

    @property
    def statistic(self) -> Statistic:
        return PairedMoments(self.num_outputs)

    def read(self, state: PairedMomentsState) -> Array:
        residual, spread = state.residual.value, state.moments.spread_x
        constant = spread == 0
        score = 1 - residual / jnp.where(constant, 1, spread)
        score = jnp.where(constant, jnp.where(residual == 0, 1, 0).astype(score.dtype), score)
        score = jnp.where(state.moments.weight.value == 0, 0, score)
        score = aggregated(score, self.class_aggregation, spread)
        return self._adjusted(score, state.moments.weight.value)

    def _adjusted(self, score: Array, n: Array) -> Array:
        if self.num_regressors == 0:
            return score
        n = n if score.ndim else jnp.mean(n)
        degrees = n - self.num_regressors - 1
        adjusted = 1 - (1 - score) * safe_divide(n - 1, degrees)
        return jnp.where(degrees > 0, adjusted, score)
