"""Divergences of distributions, and the Poisson loss."""

import jax.numpy as jnp
from jax import Array

from metrax.core.checks import needs_classes
from metrax.core.typing import ArrayLike
from metrax.functional.arguments import floats, mean_over
from metrax.functional.probabilistic.clipping import EPSILON
from metrax.kernels.stable import relative_entropy


def poisson_loss(y_true: ArrayLike, y_pred: ArrayLike) -> Array:
    r"""$\hat y - y \log(\hat y + 10^{-7})$ for each element; what ``Poisson`` averages."""
    true, pred = floats(y_true, y_pred)
    return pred - true * jnp.log(pred + EPSILON)


def kl_divergence(y_true: ArrayLike, y_pred: ArrayLike) -> Array:
    r"""Kullback-Leibler divergence of two distributions, $\sum_c y_c \log \frac{y_c}{\hat p_c}$.

    Args:
      y_true: probabilities, ``[B, ..., C]``, which are clipped to [1e-7, 1].
      y_pred: probabilities of the same shape, the same.

    Returns:
      Values of 0 or more, but for the clipping, without the last axis, in nats; 16.118 where the
      one has no chance of what the other is sure of.

    Raises:
      MetraxError: when the shapes differ or there is no class axis beside the batch axis.

    Example:
      >>> from metrax import functional
      >>> loss = functional.kl_divergence([[.5, .5], [1., 0.]], [[.5, .5], [.5, .5]])
      >>> [round(x, 4) for x in loss.tolist()]
      [0.0, 0.6931]

    References:
      Keras 3, ``keras.metrics.kl_divergence``.
    """
    true, pred = (jnp.clip(x, EPSILON, 1) for x in floats(y_true, y_pred))
    needs_classes("y_true", true, -1, "BinaryCrossentropy")
    return jnp.sum(relative_entropy(true, pred), axis=-1)


def poisson(y_true: ArrayLike, y_pred: ArrayLike) -> Array:
    r"""Mean Poisson loss of counts, $\frac1D \sum_d \hat y_d - y_d \log(\hat y_d + 10^{-7})$.

    The negative log-likelihood of the counts, but for $\log y_d!$.

    Args:
      y_true: counts, ``[..., D]``.
      y_pred: predicted rates of the same shape, at least 0.

    Returns:
      Values of shape ``[...]``, which may be any numbers; a rate of 0 costs 16.118 for each that
      was counted, and 0 for none.

    Raises:
      MetraxError: when the shapes differ or the arguments are scalars.

    Example:
      >>> from metrax import functional
      >>> loss = functional.poisson([[0, 2], [1, 1]], [[1., 1.], [1., 2.]])
      >>> [round(x, 4) for x in loss.tolist()]
      [1.0, 1.1534]

    References:
      Keras 3, ``keras.metrics.poisson``.
    """
    return mean_over(poisson_loss(y_true, y_pred))
