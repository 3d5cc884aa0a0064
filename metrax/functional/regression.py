"""Regression errors and similarities."""

import jax.numpy as jnp
from jax import Array
from jax.typing import ArrayLike

from metrax.core.checks import MetraxError, describe, needs_axis
from metrax.core.numerics import safe_divide
from metrax.functional.arguments import floats


def squared_error(y_true: ArrayLike, y_pred: ArrayLike) -> Array:
    r"""$(y - \hat y)^2$ for each element; what ``MeanSquaredError`` averages."""
    true, pred = floats(y_true, y_pred)
    return jnp.square(true - pred)


def mean_squared_error(y_true: ArrayLike, y_pred: ArrayLike) -> Array:
    r"""Mean of the squared errors of each example, $\frac1D \sum_d (y_d - \hat y_d)^2$.

    Args:
      y_true: targets, ``[..., D]``.
      y_pred: predictions of the same shape.

    Returns:
      Values of shape ``[...]``, in the squared unit of the inputs.

    Raises:
      MetraxError: when the shapes differ or the arguments are scalars.

    Example:
      >>> from metrax import functional
      >>> functional.mean_squared_error([[0., 1.], [0., 0.]], [[1., 1.], [1., 2.]]).tolist()
      [0.5, 2.5]

    References:
      Keras 3, ``keras.metrics.mean_squared_error``.
    """
    return _over_last_axis(squared_error(y_true, y_pred))


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
    axis = needs_axis("y_true", true, axis)
    dot = jnp.sum(true * pred, axis=axis)
    norm, other = _norm(true, axis), _norm(pred, axis)
    return jnp.clip(safe_divide(safe_divide(dot, norm), other), -1, 1)


def _norm(x: Array, axis: int) -> Array:
    squares = jnp.sum(jnp.square(x), axis=axis)
    zero = squares == 0
    # The inner `where` keeps the gradient of the root at zero from becoming NaN.
    return jnp.where(zero, 0, jnp.sqrt(jnp.where(zero, 1, squares)))


def _over_last_axis(values: Array) -> Array:
    if values.ndim == 0:
        raise MetraxError(
            f"y_true and y_pred: got scalars ({describe(values)}); expected at least one axis"
        )
    return jnp.mean(values, axis=-1)
