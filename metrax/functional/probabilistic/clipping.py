"""How probabilities are clipped and labels smoothed before logarithms are taken."""

import jax.numpy as jnp
from jax import Array

from metrax.kernels.stable import share

EPSILON = 1e-7
"""Probabilities are clipped to [EPSILON, 1 - EPSILON], as in Keras."""


def smoothed(true: Array, label_smoothing: float, classes: int) -> Array:
    """Labels of which a share is spread evenly over the classes."""
    if isinstance(label_smoothing, float | int) and label_smoothing == 0:
        return true  # XLA keeps an addition of zero, which ends a kernel.
    return true * (1 - label_smoothing) + label_smoothing / classes


def clipped(probabilities: Array, axis: int) -> Array:
    """The probabilities, scaled to sum to 1 along ``axis`` and clipped away from 0 and 1."""
    total = jnp.sum(probabilities, axis=axis, keepdims=True)
    total = jnp.where(total == 0, 1, total)
    scaled = share(probabilities, jnp.broadcast_to(total, probabilities.shape))
    return jnp.clip(scaled, EPSILON, 1 - EPSILON)
