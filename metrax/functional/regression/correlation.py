"""Similarities of two vectors: cosine, correlation, concordance."""

import functools

import jax.numpy as jnp
from jax import Array, lax

from metrax.core.checks import MetraxError, describe, needs_axis
from metrax.core.typing import ArrayLike
from metrax.functional.arguments import along, floats
from metrax.kernels.score_rows import quotient, shared


def cosine_similarity(y_true: ArrayLike, y_pred: ArrayLike, axis: int = -1) -> Array:
    r"""Cosine of the angle between two vectors, $\frac{y \cdot \hat y}{\|y\|\,\|\hat y\|}$.

    Args:
      y_true: vectors along ``axis``, ``[B, ..., D]``.
      y_pred: vectors of the same shape.
      axis: the axis of the vectors' components.

    Returns:
      Values in [-1, 1], without that axis; 0 where either vector is zero (all components below
      1e-19, whose squares vanish in float32).

    Raises:
      MetraxError: when the shapes differ or there is no axis beside the batch axis.

    Example:
      >>> from metrax import functional
      >>> functional.cosine_similarity([[0., 1.], [1., 0.]], [[1., 0.], [2., 0.]]).tolist()
      [0.0, 1.0]

    References:
      https://en.wikipedia.org/wiki/Cosine_similarity; ``keras.metrics.CosineSimilarity``.
    """
    true, pred = floats(y_true, y_pred)
    return _cosine(true, pred, _needs_features(true, axis))


def pearson_correlation(y_true: ArrayLike, y_pred: ArrayLike, axis: int = -1) -> Array:
    r"""Linear correlation of two vectors' components, $\frac{s_{y\hat y}}{s_y\,s_{\hat y}}$.

    Args:
      y_true: vectors along ``axis``, ``[B, ..., D]``.
      y_pred: vectors of the same shape.
      axis: the axis of the vectors' components.

    Returns:
      Values in [-1, 1], without that axis; 0 where either vector is constant.

    Raises:
      MetraxError: when the shapes differ or there is no axis beside the batch axis.

    Example:
      >>> from metrax import functional
      >>> y_true, y_pred = [[1., 2., 3.], [1., 1., 1.]], [[2., 4., 6.], [1., 2., 3.]]
      >>> functional.pearson_correlation(y_true, y_pred)
      Array([1., 0.], dtype=float32)

    References:
      https://en.wikipedia.org/wiki/Pearson_correlation_coefficient;
      ``keras.metrics.pearson_correlation``.
    """
    true, pred = floats(y_true, y_pred)
    axis = _vector_axis(true, axis)
    return along(axis, functools.partial(_pearson, axis=axis), true, pred)


def concordance_correlation(y_true: ArrayLike, y_pred: ArrayLike, axis: int = -1) -> Array:
    r"""Agreement of two vectors: correlation, lowered by a difference in mean or in spread.

    $$\frac{2 s_{y\hat y}}{s_y^2 + s_{\hat y}^2 + (\bar y - \bar{\hat y})^2}$$

    Args:
      y_true: vectors along ``axis``, ``[B, ..., D]``.
      y_pred: vectors of the same shape.
      axis: the axis of the vectors' components.

    Returns:
      Values in [-1, 1], without that axis; 0 where either vector is constant.

    Raises:
      MetraxError: when the shapes differ or there is no axis beside the batch axis.

    Example:
      >>> from metrax import functional
      >>> y_true = [[0., 2., 2., 4.], [0., 2., 2., 4.]]
      >>> y_pred = [[0., 2., 2., 4.], [2., 4., 4., 6.]]
      >>> functional.concordance_correlation(y_true, y_pred).tolist()
      [1.0, 0.5]

    References:
      Lin, "A concordance correlation coefficient to evaluate reproducibility", 1989;
      ``keras.metrics.concordance_correlation``.
    """
    true, pred = floats(y_true, y_pred)
    axis = _vector_axis(true, axis)
    return along(axis, functools.partial(_concordance, axis=axis), true, pred)


def _pearson(true: Array, pred: Array, axis: int) -> Array:
    return _cosine(_centred(true, axis)[0], _centred(pred, axis)[0], axis)


def _concordance(true: Array, pred: Array, axis: int) -> Array:
    (true, first, mean), (pred, first_pred, mean_pred) = (_centred(x, axis) for x in (true, pred))
    # Of numbers near an offset the difference is exact, their sum with a mean is not.
    gap = jnp.squeeze((first - first_pred) + (mean - mean_pred), axis)
    covariance = jnp.mean(true * pred, axis=axis)
    spread = jnp.mean(jnp.square(true), axis=axis) + jnp.mean(jnp.square(pred), axis=axis)
    return quotient(2 * covariance, spread + jnp.square(gap))


def _vector_axis(true: Array, axis: int) -> int:
    if true.ndim < 2:
        raise MetraxError(
            f"y_true: got {describe(true)}; expected vectors along axis {axis}, beside a batch "
            "axis. For one pair of vectors add that axis, y[None, :]; for one number an example "
            "use the metric with axis=0, which correlates over the whole stream"
        )
    return _needs_features(true, axis)


def _needs_features(true: Array, axis: int) -> int:
    axis = needs_axis("y_true", true, axis)
    if true.shape[axis] == 1:
        raise MetraxError(
            f"y_true: got {describe(true)}, one feature along axis {axis}; expected two or more: "
            "vectors of one number have no correlation, and but two directions. For one number an "
            "example use PearsonCorrelation or ConcordanceCorrelation with axis=0, over the stream"
        )
    return axis


def _centred(x: Array, axis: int) -> tuple[Array, Array, Array]:
    """Vectors less their means, and each mean in two parts that are not rounded together."""
    # The mean of n times 0.1 is not quite 0.1. Taking off the first component before the mean
    # makes a constant vector exactly zero, and an offset of 1e4 costs no digits.
    first = lax.stop_gradient(lax.slice_in_dim(x, 0, 1, axis=axis))
    x = x - jnp.broadcast_to(first, x.shape)
    mean = jnp.mean(x, axis=axis, keepdims=True)
    return x - jnp.broadcast_to(mean, x.shape), first, mean


def _cosine(true: Array, pred: Array, axis: int) -> Array:
    squares, others = (jnp.sum(jnp.square(x), axis=axis) for x in (true, pred))
    nonzero = jnp.sign(squares) * jnp.sign(others)
    # Where a vector is zero, the roots are of something else, or the gradient would be NaN.
    gap = 1 - nonzero
    factor = nonzero / (jnp.sqrt(squares + gap) * jnp.sqrt(others + gap))
    # 0 over 0, NaN, if it vanishes though neither vector does: their norms overflow.
    factor = factor / (jnp.sign(factor) + gap)
    # Scaled before the sum, not after it: see `rows`.
    return jnp.clip(jnp.sum((true * shared(factor, true, axis)) * pred, axis=axis), -1, 1)
