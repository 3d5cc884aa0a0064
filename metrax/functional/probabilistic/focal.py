"""Focal cross-entropies: well-classified examples count less."""

from collections.abc import Sequence

import jax
import jax.numpy as jnp
from jax import Array

from metrax.core.checks import MetraxError, needs_classes
from metrax.core.typing import ArrayLike
from metrax.core.weights import weighted
from metrax.functional.arguments import floats, mean_over
from metrax.functional.probabilistic.crossentropy import (
    EPSILON,
    binary_crossentropy_loss,
    clipped,
    smoothed,
)
from metrax.kernels.score_rows import below_top, log_sum_beside, shared


def binary_focal_crossentropy(
    y_true: ArrayLike,
    y_pred: ArrayLike,
    apply_class_balancing: bool = False,
    alpha: float = 0.25,
    gamma: float = 2.0,
    from_logits: bool = False,
    label_smoothing: float = 0.0,
    axis: int = -1,
) -> Array:
    r"""Mean cross-entropy of labels 0 and 1, each times $(1 - p_t)^\gamma$, in nats.

    $$-(1 - p_t)^\gamma \left(y \log \hat p + (1 - y) \log(1 - \hat p)\right), \qquad
    p_t = y \hat p + (1 - y)(1 - \hat p)$$

    Args:
      y_true: labels in [0, 1], ``[..., D]``.
      y_pred: probabilities of label 1, which are clipped to [1e-7, 1 - 1e-7], or logits; the same
        shape.
      apply_class_balancing: whether label 1 weighs ``alpha`` and label 0 ``1 - alpha``.
      alpha: the weight of label 1.
      gamma: how fast the weight of an example falls as its prediction improves.
      from_logits: whether ``y_pred`` holds logits.
      label_smoothing: s in [0, 1]; labels become $y (1 - s) + s / 2$.
      axis: the axis to average over.

    Returns:
      Values of 0 or more without that axis, at most 16.118 from probabilities.

    Raises:
      MetraxError: when the shapes differ or there is no such axis.

    Example:
      >>> from metrax import functional
      >>> loss = functional.binary_focal_crossentropy([[0, 1], [0, 0]], [[.6, .4], [.4, .6]])
      >>> [round(x, 4) for x in loss.tolist()]
      [0.3299, 0.2058]

    References:
      Lin, Goyal, Girshick, He and Dollár, "Focal loss for dense object detection", 2017;
      ``keras.metrics.binary_focal_crossentropy``.
    """
    true, pred = floats(y_true, y_pred)
    values = binary_crossentropy_loss(true, pred, from_logits, label_smoothing)
    true = smoothed(true, label_smoothing, 2)
    # 1 - p of a large logit is 0, and p of its mirror image is not.
    chance, rest = map(jax.nn.sigmoid, (pred, -pred)) if from_logits else (pred, 1 - pred)
    missed = true * rest + (1 - true) * chance
    if apply_class_balancing:
        values = values * (true * alpha + (1 - true) * (1 - alpha))
    return mean_over(values * _focus(missed, gamma, from_logits), axis)


def categorical_focal_crossentropy(
    y_true: ArrayLike,
    y_pred: ArrayLike,
    alpha: float | Sequence[float] = 0.25,
    gamma: float = 2.0,
    from_logits: bool = False,
    label_smoothing: float = 0.0,
    axis: int = -1,
) -> Array:
    r"""Cross-entropy of one-hot labels, each term times $(1 - \hat p_c)^\gamma$, in nats.

    $$-\sum_c \alpha_c (1 - \hat p_c)^\gamma\, y_c \log \hat p_c$$

    Args:
      y_true: label distributions, ``[B, ..., C]``.
      y_pred: probabilities, which are scaled to sum to 1 and clipped to [1e-7, 1 - 1e-7], or
        logits; the same shape.
      alpha: the weight of every class, or one for each.
      gamma: how fast the weight of an example falls as its prediction improves.
      from_logits: whether ``y_pred`` holds logits.
      label_smoothing: s in [0, 1]; labels become $y (1 - s) + s / C$.
      axis: the class axis.

    Returns:
      Values of 0 or more without the class axis, at most 16.118 times alpha from probabilities.

    Raises:
      MetraxError: when the shapes differ, there is no class axis beside the batch axis, or
        ``alpha`` has another length.

    Example:
      >>> from metrax import functional
      >>> y_true, y_pred = [[0, 1, 0], [0, 0, 1]], [[.05, .9, .05], [.1, .85, .05]]
      >>> loss = functional.categorical_focal_crossentropy(y_true, y_pred)
      >>> [round(x, 6) for x in loss.tolist()]
      [0.000263, 0.675912]

    References:
      Lin, Goyal, Girshick, He and Dollár, "Focal loss for dense object detection", 2017;
      ``keras.metrics.categorical_focal_crossentropy``.
    """
    true, pred = floats(y_true, y_pred)
    axis = needs_classes("y_pred", pred, axis, "binary_focal_crossentropy")
    true = smoothed(true, label_smoothing, pred.shape[axis])
    if from_logits:
        top, depth = below_top(pred, axis)
        logs = depth - shared(log_sum_beside(pred, top, axis), depth, axis)
        missed = -jnp.expm1(logs)
        # A class that is not the label's adds nothing, even if its logit is minus infinity.
        terms = weighted(true, logs)
    else:
        chance = clipped(pred, axis)
        terms, missed = true * jnp.log(chance), 1 - chance
    factors = _along(alpha, pred, axis) * _focus(missed, gamma, from_logits)
    return -jnp.sum(factors * terms, axis=axis)


def _focus(missed: Array, gamma: float, from_logits: bool) -> Array:
    # A power below one has an infinite slope at zero.
    least = float(jnp.finfo(missed.dtype).tiny) if from_logits else EPSILON
    # Products are vectorised, powers are not.
    whole = isinstance(gamma, float | int) and float(gamma).is_integer()
    return jnp.power(jnp.maximum(missed, least), int(gamma) if whole else gamma)


def _along(alpha: float | Sequence[float], pred: Array, axis: int) -> Array:
    """Alpha in the shape of the predictions, its entries along the class axis."""
    factors = jnp.asarray(alpha, pred.dtype)
    if factors.shape not in ((), (pred.shape[axis],)):
        raise MetraxError(
            f"alpha: got shape {factors.shape} for {pred.shape[axis]} classes; expected a number "
            "or one for each class"
        )
    if factors.ndim:
        factors = jnp.expand_dims(factors, [i for i in range(pred.ndim) if i != axis])
    return jnp.broadcast_to(factors, pred.shape)
