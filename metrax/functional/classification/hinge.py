"""Hinge losses."""

import jax.numpy as jnp
from jax import Array

from metrax.core.checks import needs_classes
from metrax.core.typing import ArrayLike
from metrax.functional.arguments import floats, mean_over


def hinge_loss(y_true: ArrayLike, y_pred: ArrayLike) -> Array:
    r"""$\max(1 - y \hat y, 0)$ for each element; what ``Hinge`` averages."""
    true, pred = floats(y_true, y_pred)
    # Keras converts labels if the whole batch is 0 and 1, so the value depended on the batching.
    # Not by `where`: XLA on CPUs would write the signs out before it adds anything up.
    sign = true + (jnp.square(jnp.sign(true)) - 1)
    return jnp.maximum(1 - sign * pred, 0)


def squared_hinge_loss(y_true: ArrayLike, y_pred: ArrayLike) -> Array:
    r"""$\max(1 - y \hat y, 0)^2$ for each element; what ``SquaredHinge`` averages."""
    return jnp.square(hinge_loss(y_true, y_pred))


def hinge(y_true: ArrayLike, y_pred: ArrayLike) -> Array:
    r"""Mean distance short of a margin of 1, $\frac1D \sum_d \max(1 - y_d \hat y_d, 0)$.

    Args:
      y_true: labels -1 and 1, ``[..., D]``; each 0 counts as -1.
      y_pred: signed scores of the same shape.

    Returns:
      Values of 0 or more, of shape ``[...]``; 0 from the margin on.

    Raises:
      MetraxError: when the shapes differ or the arguments are scalars.

    Example:
      >>> from metrax import functional
      >>> functional.hinge([[0, 1], [-1, 1]], [[0.5, 0.5], [-2., 0.]]).tolist()
      [1.0, 0.5]

    References:
      Keras 3, ``keras.metrics.hinge``.
    """
    return mean_over(hinge_loss(y_true, y_pred))


def squared_hinge(y_true: ArrayLike, y_pred: ArrayLike) -> Array:
    r"""Mean squared distance short of a margin, $\frac1D \sum_d \max(1 - y_d \hat y_d, 0)^2$.

    Args:
      y_true: labels -1 and 1, ``[..., D]``; each 0 counts as -1.
      y_pred: signed scores of the same shape.

    Returns:
      Values of 0 or more, of shape ``[...]``; 0 from the margin on.

    Raises:
      MetraxError: when the shapes differ or the arguments are scalars.

    Example:
      >>> from metrax import functional
      >>> functional.squared_hinge([[0, 1], [-1, 1]], [[0.5, 0.5], [-2., 0.]]).tolist()
      [1.25, 0.5]

    References:
      Keras 3, ``keras.metrics.squared_hinge``.
    """
    return mean_over(squared_hinge_loss(y_true, y_pred))


def categorical_hinge(y_true: ArrayLike, y_pred: ArrayLike) -> Array:
    r"""How far the label's score is short of a margin of 1 above the best other one.

    $$\max\left(1 + \max_c (1 - y_c)\,\hat y_c - \sum_c y_c \hat y_c,\; 0\right)$$

    Args:
      y_true: one-hot labels, ``[B, ..., C]``.
      y_pred: scores of the same shape.

    Returns:
      Values of 0 or more without the class axis. The label's own entry counts as 0 among the
      others, so a score below 0 everywhere else does not help, as in Keras.

    Raises:
      MetraxError: when the shapes differ or there is no class axis beside the batch axis.

    Example:
      >>> from metrax import functional
      >>> functional.categorical_hinge([[0, 1], [1, 0]], [[0.5, 1.], [3., 1.]]).tolist()
      [0.5, 0.0]

    References:
      Keras 3, ``keras.metrics.categorical_hinge``.
    """
    true, pred = floats(y_true, y_pred)
    needs_classes("y_true", true, -1, "Hinge")
    positive = jnp.sum(true * pred, axis=-1)
    negative = jnp.max((1 - true) * pred, axis=-1)
    return jnp.maximum(negative - positive + 1, 0)
