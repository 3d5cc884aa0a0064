"""Divergences of predicted distributions, and the Poisson loss."""

import math
from collections.abc import Mapping
from typing import ClassVar

from jax import Array

from metrax.aggregation.streams import ReadMean
from metrax.core.domains import NON_NEGATIVE, PROBABILITIES, Domain
from metrax.core.statistic import Statistic
from metrax.functional.probabilistic import divergence as fn
from metrax.statistics.weighted_mean import WeightedMean


class KLDivergence(ReadMean):
    r"""Weighted mean Kullback-Leibler divergence, $\sum_c y_c \log \frac{y_c}{\hat p_c}$, in nats.

    ``update(state, y_true, y_pred, w=None)`` takes probabilities of one shape, ``[B, ..., C]``,
    which are clipped to [1e-7, 1]. The value is 0 or more, but for that clipping, 16.118 where the
    one has no chance of what the other is sure of, and 0 without data.

    Args:
      name: defaults to ``"kl_divergence"``.
      dtype: dtype of the value.

    Raises:
      MetraxError: when the shapes differ or there is no class axis beside the batch axis.

    Example:
      >>> import metrax
      >>> round(float(metrax.KLDivergence()([[.5, .5], [1., 0.]], [[.5, .5], [.5, .5]])), 5)
      0.34657

    References:
      Keras 3, ``keras.metrics.KLDivergence``.
    """

    aliases: ClassVar[tuple[str, ...]] = ("kld", "KLD", "kullback_leibler_divergence")
    higher_is_better: ClassVar[bool | None] = False
    value_range: ClassVar[tuple[float, float]] = (0, math.inf)

    def domains(self, **inputs: Array) -> Mapping[str, Domain]:
        return {"y_true": PROBABILITIES, "y_pred": PROBABILITIES}

    @property
    def statistic(self) -> Statistic:
        return WeightedMean.over(
            fn.kl_divergence,
        )


class Poisson(ReadMean):
    r"""Weighted mean Poisson loss of counts, of $\hat y - y \log(\hat y + 10^{-7})$.

    ``update(state, y_true, y_pred, w=None)`` takes counts and predicted rates, at least 0, of one
    shape; every element counts. It is the negative log-likelihood but for $\log y!$. It may be any
    number, least where the rate is the count, and 0 without data; a rate of 0 costs 16.118 for each
    that was counted.

    Args:
      name: defaults to ``"poisson"``.
      dtype: dtype of the value.

    Raises:
      MetraxError: when the shapes differ; nothing is broadcast.

    Example:
      >>> import metrax
      >>> round(float(metrax.Poisson()([[0, 2], [1, 1]], [[1., 1.], [1., 2.]])), 6)
      1.076713

    References:
      Keras 3, ``keras.metrics.Poisson``.
    """

    higher_is_better: ClassVar[bool | None] = False
    value_range: ClassVar[tuple[float, float]] = (-math.inf, math.inf)

    def domains(self, **inputs: Array) -> Mapping[str, Domain]:
        return {"y_true": NON_NEGATIVE, "y_pred": NON_NEGATIVE}

    @property
    def statistic(self) -> Statistic:
        return WeightedMean.over(
            fn.poisson_loss,
        )
