"""Regression errors."""

import jax.numpy as jnp
import optax
from jax import Array

from metrax.core.typing import ArrayLike
from metrax.functional.arguments import floats, mean_over
from metrax.kernels.stable import log_cosh_of, squared_log_quotient

EPSILON = 1e-7
"""The least denominator of a relative error and the least argument of a logarithm, as in Keras."""


def squared_error(y_true: ArrayLike, y_pred: ArrayLike) -> Array:
    r"""$(y - \hat y)^2$ for each element; what ``MeanSquaredError`` averages."""
    true, pred = floats(y_true, y_pred)
    return jnp.square(true - pred)


def absolute_error(y_true: ArrayLike, y_pred: ArrayLike) -> Array:
    r"""$|y - \hat y|$ for each element; what ``MeanAbsoluteError`` averages."""
    true, pred = floats(y_true, y_pred)
    return jnp.abs(true - pred)


def absolute_percentage_error(y_true: ArrayLike, y_pred: ArrayLike) -> Array:
    r"""$100\,|y - \hat y| / \max(|y|, 10^{-7})$; what ``MeanAbsolutePercentageError`` averages."""
    true, pred = floats(y_true, y_pred)
    return 100 * jnp.abs((true - pred) / jnp.maximum(jnp.abs(true), EPSILON))


def squared_logarithmic_error(y_true: ArrayLike, y_pred: ArrayLike) -> Array:
    r"""$(\log(1 + y) - \log(1 + \hat y))^2$; what ``MeanSquaredLogarithmicError`` averages."""
    true, pred = (jnp.maximum(x, EPSILON) for x in floats(y_true, y_pred))
    return squared_log_quotient(true, pred)


def log_cosh_error(y_true: ArrayLike, y_pred: ArrayLike) -> Array:
    r"""$\log\cosh(\hat y - y)$ for each element; what ``LogCoshError`` averages."""
    true, pred = floats(y_true, y_pred)
    return log_cosh_of(pred - true)


def mean_squared_error(y_true: ArrayLike, y_pred: ArrayLike) -> Array:
    r"""Mean of the squared errors of each example, $\frac1D \sum_d (y_d - \hat y_d)^2$.

    Args:
      y_true: targets, ``[..., D]``.
      y_pred: predictions of the same shape.

    Returns:
      Values of 0 or more, of shape ``[...]``, in the squared unit of the inputs; NaN where one is.

    Raises:
      MetraxError: when the shapes differ or the arguments are scalars.

    Example:
      >>> from metrax import functional
      >>> functional.mean_squared_error([[0., 1.], [0., 0.]], [[1., 1.], [1., 2.]]).tolist()
      [0.5, 2.5]

    References:
      Keras 3, ``keras.metrics.mean_squared_error``.
    """
    return mean_over(squared_error(y_true, y_pred))


def mean_absolute_error(y_true: ArrayLike, y_pred: ArrayLike) -> Array:
    r"""Mean of the absolute errors of each example, $\frac1D \sum_d |y_d - \hat y_d|$.

    Args:
      y_true: targets, ``[..., D]``.
      y_pred: predictions of the same shape.

    Returns:
      Values of 0 or more, of shape ``[...]``, in the unit of the inputs; NaN where one is.

    Raises:
      MetraxError: when the shapes differ or the arguments are scalars.

    Example:
      >>> from metrax import functional
      >>> functional.mean_absolute_error([[0., 1.], [0., 0.]], [[1., 1.], [1., 2.]]).tolist()
      [0.5, 1.5]

    References:
      Keras 3, ``keras.metrics.mean_absolute_error``.
    """
    return mean_over(absolute_error(y_true, y_pred))


def mean_absolute_percentage_error(y_true: ArrayLike, y_pred: ArrayLike) -> Array:
    r"""Mean of the relative errors of each example, $\frac{100}D \sum_d |y_d - \hat y_d| / |y_d|$.

    Args:
      y_true: targets, ``[..., D]``; $|y_d|$ below 1e-7 counts as 1e-7.
      y_pred: predictions of the same shape.

    Returns:
      Values of 0 or more, of shape ``[...]``, in percent: 0 where a target of 0 was predicted, 1e9
      where it was predicted as 1.

    Raises:
      MetraxError: when the shapes differ or the arguments are scalars.

    Example:
      >>> from metrax import functional
      >>> functional.mean_absolute_percentage_error([[2., 4.], [1., 1.]], [[1., 4.], [1., 3.]])
      Array([ 25., 100.], dtype=float32)

    References:
      Keras 3, ``keras.metrics.mean_absolute_percentage_error``.
    """
    return mean_over(absolute_percentage_error(y_true, y_pred))


def mean_squared_logarithmic_error(y_true: ArrayLike, y_pred: ArrayLike) -> Array:
    r"""Mean squared difference of logarithms, of $(\log(1 + y_d) - \log(1 + \hat y_d))^2$.

    Args:
      y_true: targets, ``[..., D]``; values below 1e-7 count as 1e-7.
      y_pred: predictions of the same shape, the same.

    Returns:
      Values of 0 or more, of shape ``[...]``; NaN where an input is.

    Raises:
      MetraxError: when the shapes differ or the arguments are scalars.

    Example:
      >>> from metrax import functional
      >>> round(float(functional.mean_squared_logarithmic_error([1., 3.], [0., 3.])), 4)
      0.2402

    References:
      Keras 3, ``keras.metrics.mean_squared_logarithmic_error``.
    """
    return mean_over(squared_logarithmic_error(y_true, y_pred))


def log_cosh(y_true: ArrayLike, y_pred: ArrayLike) -> Array:
    r"""Mean logarithm of the error's hyperbolic cosine, $\frac1D \sum_d \log\cosh(\hat y_d - y_d)$.

    It is $e^2 / 2$ for small errors, to full precision, and $|e| - \log 2$ for large ones.

    Args:
      y_true: targets, ``[..., D]``.
      y_pred: predictions of the same shape.

    Returns:
      Values of 0 or more, of shape ``[...]``; NaN where an input is.

    Raises:
      MetraxError: when the shapes differ or the arguments are scalars.

    Example:
      >>> from metrax import functional
      >>> [f"{x:.6g}" for x in functional.log_cosh([[0.], [0.]], [[3e-4], [1e4]])]
      ['4.5e-08', '9999.31']

    References:
      Keras 3, ``keras.metrics.log_cosh``.
    """
    return mean_over(log_cosh_error(y_true, y_pred))


def huber(y_true: ArrayLike, y_pred: ArrayLike, delta: float = 1.0) -> Array:
    r"""Mean of errors that are squared near zero and linear beyond $\delta$.

    $$\frac1D \sum_d h(\hat y_d - y_d), \qquad
    h(e) = \begin{cases} e^2 / 2 & |e| \le \delta \\ \delta |e| - \delta^2 / 2 & |e| > \delta
    \end{cases}$$

    Args:
      y_true: targets, ``[..., D]``.
      y_pred: predictions of the same shape.
      delta: where the error becomes linear.

    Returns:
      Values of 0 or more, of shape ``[...]``; NaN where an input is.

    Raises:
      MetraxError: when the shapes differ or the arguments are scalars.

    Example:
      >>> from metrax import functional
      >>> functional.huber([[0., 0.], [0., 0.]], [[1., 0.], [3., 0.]]).tolist()
      [0.25, 1.25]

    References:
      https://en.wikipedia.org/wiki/Huber_loss; ``keras.metrics.huber``; optax for the loss.
    """
    true, pred = floats(y_true, y_pred)
    return mean_over(optax.losses.huber_loss(pred, true, delta=delta))
