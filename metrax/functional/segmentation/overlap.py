"""Losses of overlapping masks: Dice and Tversky."""

from collections.abc import Sequence

import jax.numpy as jnp
from jax import Array

from metrax.core.typing import ArrayLike
from metrax.functional.arguments import floats
from metrax.kernels.arithmetic import safe_divide

Axes = int | Sequence[int] | None


def dice(y_true: ArrayLike, y_pred: ArrayLike, axis: Axes = None) -> Array:
    r"""One minus the overlap of two masks over the mean of their sizes.

    $$1 - \frac{2 \sum y \hat y}{\sum y + \sum \hat y}$$

    Args:
      y_true: masks or probabilities, any shape.
      y_pred: masks or probabilities of the same shape.
      axis: the axis or axes to sum over; all by default.

    Returns:
      Values in [0, 1], without those axes; 1 where both masks are empty, as in Keras.

    Raises:
      MetraxError: when the shapes differ.

    Example:
      >>> from metrax import functional
      >>> functional.dice([[1., 1., 0.], [0., 0., 1.]], [[1., 0., 0.], [1., 0., 0.]], axis=1)
      Array([0.3333333, 1.       ], dtype=float32)

    References:
      https://en.wikipedia.org/wiki/Dice-S%C3%B8rensen_coefficient; ``keras.losses.dice``.
    """
    true, pred = floats(y_true, y_pred)
    overlap, sizes = _total(true * pred, axis), _total(true, axis) + _total(pred, axis)
    return 1 - safe_divide(2 * overlap, sizes)


def tversky(
    y_true: ArrayLike,
    y_pred: ArrayLike,
    alpha: float = 0.5,
    beta: float = 0.5,
    axis: Axes = None,
) -> Array:
    r"""One minus the overlap over itself and the weighted errors.

    $$1 - \frac{tp}{tp + \alpha\,fp + \beta\,fn}, \qquad tp = \sum y \hat y,\;
    fp = \sum (1 - y)\,\hat y,\; fn = \sum y\,(1 - \hat y)$$

    Args:
      y_true: masks or probabilities, any shape.
      y_pred: masks or probabilities of the same shape.
      alpha: weight of false positives. (Keras 3.15 applies it to false negatives, against its own
        documentation.)
      beta: weight of false negatives.
      axis: the axis or axes to sum over; all by default.

    Returns:
      Values in [0, 1], without those axes; 1 where nothing overlaps and nothing is wrong.

    Raises:
      MetraxError: when the shapes differ.

    Example:
      >>> from metrax import functional
      >>> functional.tversky([[1., 1., 0.]], [[1., 0., 0.]], alpha=0.2, beta=1.0, axis=1).tolist()
      [0.5]

    References:
      Salehi, Erdogmus and Gholipour, "Tversky loss function for image segmentation using 3D fully
      convolutional deep networks", 2017; ``keras.losses.tversky``.
    """
    true, pred = floats(y_true, y_pred)
    tp = _total(true * pred, axis)
    fp, fn = _total((1 - true) * pred, axis), _total(true * (1 - pred), axis)
    return 1 - safe_divide(tp, tp + alpha * fp + beta * fn)


def _total(x: Array, axis: Axes) -> Array:
    return jnp.sum(x, axis=axis if axis is None or isinstance(axis, int) else tuple(axis))
