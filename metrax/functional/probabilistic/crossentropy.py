"""Cross-entropies and divergences."""

import functools
import math

import jax.numpy as jnp
from jax import Array

from metrax.core.checks import Classes, as_labels, is_one_of, labels_beside, needs_classes
from metrax.core.typing import ArrayLike
from metrax.functional.arguments import along, arrays, floats, mean_over
from metrax.functional.probabilistic.clipping import EPSILON, clipped, smoothed
from metrax.kernels.arithmetic import promote
from metrax.kernels.score_rows import below_top, chosen, log_sum_beside, shared
from metrax.kernels.stable import sigmoid_crossentropy


def binary_crossentropy_loss(
    y_true: ArrayLike,
    y_pred: ArrayLike,
    from_logits: bool = False,
    label_smoothing: float = 0.0,
) -> Array:
    r"""$-y \log \hat p - (1 - y) \log(1 - \hat p)$; what ``BinaryCrossentropy`` averages."""
    true, pred = floats(y_true, y_pred)
    true = smoothed(true, label_smoothing, 2)
    if from_logits:
        return sigmoid_crossentropy(true, pred)
    # The greatest float32 below 1 - 1e-7 is as far from it as 1 is: the logarithms are clipped.
    least, most = math.log(EPSILON), math.log1p(-EPSILON)
    pred = jnp.clip(pred, EPSILON, 1 - float(jnp.finfo(pred.dtype).epsneg))
    yes, no = jnp.minimum(jnp.log(pred), most), jnp.maximum(jnp.log1p(-pred), least)
    return -(true * yes + (1 - true) * no)


def binary_crossentropy(
    y_true: ArrayLike,
    y_pred: ArrayLike,
    from_logits: bool = False,
    label_smoothing: float = 0.0,
    axis: int = -1,
) -> Array:
    r"""Mean cross-entropy of labels 0 and 1, in nats.

    $$-\frac1D \sum_d y_d \log \hat p_d + (1 - y_d) \log(1 - \hat p_d)$$

    Args:
      y_true: labels in [0, 1], ``[..., D]``.
      y_pred: probabilities of label 1, which are clipped to [1e-7, 1 - 1e-7], or logits; the same
        shape.
      from_logits: whether ``y_pred`` holds logits.
      label_smoothing: s in [0, 1]; labels become $y (1 - s) + s / 2$.
      axis: the axis to average over.

    Returns:
      Values of 0 or more without that axis, at most 16.118 from probabilities.

    Raises:
      MetraxError: when the shapes differ or there is no such axis.

    Example:
      >>> from metrax import functional
      >>> loss = functional.binary_crossentropy([[0, 1], [0, 0]], [[.6, .4], [.4, .6]])
      >>> [round(x, 4) for x in loss.tolist()]
      [0.9163, 0.7136]

    References:
      Keras 3, ``keras.metrics.binary_crossentropy``.
    """
    return mean_over(binary_crossentropy_loss(y_true, y_pred, from_logits, label_smoothing), axis)


def categorical_crossentropy(
    y_true: ArrayLike,
    y_pred: ArrayLike,
    from_logits: bool = False,
    label_smoothing: float = 0.0,
    axis: int = -1,
) -> Array:
    r"""Cross-entropy of one-hot or soft labels, $-\sum_c y_c \log \hat p_c$, in nats.

    Args:
      y_true: label distributions, ``[B, ..., C]``.
      y_pred: probabilities, which are scaled to sum to 1 and clipped to [1e-7, 1 - 1e-7], or
        logits; the same shape.
      from_logits: whether ``y_pred`` holds logits.
      label_smoothing: s in [0, 1]; labels become $y (1 - s) + s / C$.
      axis: the class axis.

    Returns:
      Values of 0 or more without the class axis, at most 16.118 from probabilities; of logits
      infinite where the label's is ``-inf``.

    Raises:
      MetraxError: when the shapes differ or there is no class axis beside the batch axis.

    Example:
      >>> from metrax import functional
      >>> functional.categorical_crossentropy(
      ...     [[0, 1, 0], [0, 0, 1]], [[.05, .95, 0.], [.1, .8, .1]]).round(3).tolist()
      [0.05100000277161598, 2.3030002117156982]

    References:
      Keras 3, ``keras.metrics.categorical_crossentropy``.
    """
    true, pred = floats(y_true, y_pred)
    axis = needs_classes("y_pred", pred, axis, "BinaryCrossentropy")
    true = smoothed(true, label_smoothing, pred.shape[axis])
    if from_logits:
        return _crossentropy_of_logits(true, pred, axis)
    return -jnp.sum(true * jnp.log(clipped(pred, axis)), axis=axis)


def sparse_categorical_crossentropy(
    y_true: ArrayLike,
    y_pred: ArrayLike,
    from_logits: bool = False,
    ignore_class: Classes = None,
    axis: int = -1,
) -> Array:
    r"""Cross-entropy of class labels, $-\log \hat p_y$, in nats.

    Args:
      y_true: class indices, ``[B, ...]`` or with a class axis of size one.
      y_pred: probabilities, which are scaled to sum to 1 and clipped to [1e-7, 1 - 1e-7], or
        logits, ``[B, ..., C]``.
      from_logits: whether ``y_pred`` holds logits.
      ignore_class: label whose elements have the value 0, or several.
      axis: the class axis of ``y_pred``.

    Returns:
      Values of 0 or more without the class axis, at most 16.118 from probabilities; NaN for a label
      that is no class, for it has no probability.

    Raises:
      MetraxError: when the shapes do not fit.

    Example:
      >>> from metrax import functional
      >>> functional.sparse_categorical_crossentropy(
      ...     [1, 2], [[.05, .95, 0.], [.1, .8, .1]]).round(3).tolist()
      [0.05100000277161598, 2.3030002117156982]

    References:
      Keras 3, ``keras.metrics.sparse_categorical_crossentropy``.
    """
    true, pred = arrays(y_true, y_pred)
    axis = needs_classes("y_pred", pred, axis, "BinaryCrossentropy")
    (pred,) = promote(pred)
    true = labels_beside(true, pred, axis)
    labels = as_labels(true)
    valid = (labels >= 0) & (labels < pred.shape[axis])
    safe = jnp.where(valid, labels, 0)
    of_label = _crossentropy_of_label if from_logits else _negative_log_of_label
    loss = along(axis, functools.partial(of_label, axis=axis), safe, pred)
    loss = jnp.where(valid, loss, jnp.nan)
    return loss if ignore_class is None else jnp.where(is_one_of(true, ignore_class), 0, loss)


def _crossentropy_of_logits(true: Array, logits: Array, axis: int) -> Array:
    top, depth = below_top(logits, axis)
    # An impossible class, whose logit is -inf, is held at a finite distance: 0 times it is 0.
    far = float(jnp.finfo(logits.dtype).max) / 2
    total = shared(log_sum_beside(logits, top, axis), depth, axis)
    loss = jnp.sum(true * (total - jnp.maximum(depth, -far)), axis=axis)
    # Only such a class, with a share of the labels of EPSILON or more, is as far as this.
    return jnp.where(loss > far * EPSILON, jnp.inf, loss)


def _negative_log_of_label(labels: Array, probabilities: Array, axis: int) -> Array:
    return -jnp.log(chosen(clipped(probabilities, axis), labels, axis))


def _crossentropy_of_label(labels: Array, logits: Array, axis: int) -> Array:
    mine = chosen(logits, labels, axis)
    top, _ = below_top(logits, axis)
    # A logit of -inf cannot be taken off the others; that loss is infinite.
    loss = log_sum_beside(logits, top, axis)
    loss += top - jnp.maximum(mine, float(jnp.finfo(mine.dtype).min))
    return loss + jnp.where(mine == -jnp.inf, jnp.inf, 0)
