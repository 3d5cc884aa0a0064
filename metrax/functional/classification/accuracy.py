"""Accuracies: 1 for a hit, 0 for a miss."""

import jax.numpy as jnp
from jax import Array

from metrax.core.checks import as_labels, labels_beside, needs_classes, same_shape
from metrax.core.typing import ArrayLike
from metrax.functional.arguments import along, arrays, floats
from metrax.kernels.highest import first_highest
from metrax.kernels.score_rows import label_rank


def accuracy(y_true: ArrayLike, y_pred: ArrayLike) -> Array:
    r"""Whether each element is predicted exactly: $[y = \hat y]$.

    Args:
      y_true: labels or values, any shape.
      y_pred: predictions of the same shape. Integers are compared as integers.

    Returns:
      1.0 or 0.0 for each element, in the inputs' shape. A NaN equals nothing.

    Raises:
      MetraxError: when the shapes differ.

    Example:
      >>> from metrax import functional
      >>> functional.accuracy([1, 2, 3, 4], [0, 2, 3, 4]).tolist()
      [0.0, 1.0, 1.0, 1.0]

    References:
      Keras 3, ``keras.metrics.Accuracy``.
    """
    return _hits(equal(y_true, y_pred))


def equal(y_true: ArrayLike, y_pred: ArrayLike) -> Array:
    """Whether each element is predicted exactly, as booleans; what ``Accuracy`` counts."""
    given = (x.astype(jnp.int32) if x.dtype == bool else x for x in arrays(y_true, y_pred))
    true, pred = same_shape(*given)
    if not all(jnp.issubdtype(x.dtype, jnp.integer) for x in (true, pred)):
        true, pred = floats(true, pred)
    elif true.dtype != pred.dtype:
        return _equal_integers(true, pred)
    return true == pred


def binary_accuracy(y_true: ArrayLike, y_pred: ArrayLike, threshold: float = 0.5) -> Array:
    r"""Whether each score is on its label's side of the threshold: $[y = [\hat y > t]]$.

    Args:
      y_true: labels 0 and 1, any shape.
      y_pred: scores of the same shape.
      threshold: scores strictly above it count as 1.

    Returns:
      1.0 or 0.0 for each element, in the inputs' shape. A NaN score counts as 0.

    Raises:
      MetraxError: when the shapes differ.

    Example:
      >>> from metrax import functional
      >>> functional.binary_accuracy([1, 1, 0, 0], [0.98, 1.0, 0.0, 0.6]).tolist()
      [1.0, 1.0, 1.0, 0.0]

    References:
      Keras 3, ``keras.metrics.binary_accuracy``.
    """
    return _hits(on_one_side(y_true, y_pred, threshold))


def on_one_side(y_true: ArrayLike, y_pred: ArrayLike, threshold: float = 0.5) -> Array:
    """Whether each score is on its label's side, as booleans; what ``BinaryAccuracy`` counts."""
    true, pred = floats(y_true, y_pred)
    return true == (pred > threshold).astype(true.dtype)


def categorical_accuracy(y_true: ArrayLike, y_pred: ArrayLike) -> Array:
    r"""Whether the highest score is at the one-hot label: $[\arg\max y = \arg\max \hat y]$.

    Args:
      y_true: one-hot labels, ``[B, ..., C]``.
      y_pred: scores or logits, ``[B, ..., C]``. Of equal scores the first is the highest.

    Returns:
      1.0 or 0.0 for each example, ``[B, ...]``. Rows with a NaN are never hits.

    Raises:
      MetraxError: when the shapes differ or there is no class axis beside the batch axis.

    Example:
      >>> from metrax import functional
      >>> functional.categorical_accuracy([[0, 1], [1, 0]], [[.3, .7], [.4, .6]]).tolist()
      [1.0, 0.0]

    References:
      Keras 3, ``keras.metrics.categorical_accuracy``.
    """
    true, pred = same_shape(*arrays(y_true, y_pred))
    needs_classes("y_true", true, -1, "BinaryAccuracy")
    return _hits(along(-1, lambda t, p: _is_best(first_highest(t), p), true, pred))


def sparse_categorical_accuracy(y_true: ArrayLike, y_pred: ArrayLike) -> Array:
    r"""Whether the highest score is at the label: $[y = \arg\max \hat y]$.

    Args:
      y_true: class indices, ``[B, ...]`` or ``[B, ..., 1]``. They are compared as integers; an
        index that is no class (negative, too large, not whole) is never hit.
      y_pred: scores or logits, ``[B, ..., C]``. Of equal scores the first is the highest.

    Returns:
      1.0 or 0.0 for each example, ``[B, ...]``. Rows with a NaN are never hits.

    Raises:
      MetraxError: when the shapes do not fit.

    Example:
      >>> from metrax import functional
      >>> functional.sparse_categorical_accuracy([1, 0], [[.3, .7], [.4, .6]]).tolist()
      [1.0, 0.0]

    References:
      Keras 3, ``keras.metrics.sparse_categorical_accuracy``.
    """
    true, pred = arrays(y_true, y_pred)
    needs_classes("y_pred", pred, -1, "BinaryAccuracy")
    labels = as_labels(labels_beside(true, pred))
    return _hits(along(-1, _is_best, labels, pred))


def _equal_integers(a: Array, b: Array) -> Array:
    signed = jnp.int64 if max(a.dtype.itemsize, b.dtype.itemsize) > 4 else jnp.int32
    # 2^32 - 1 unsigned and -1 have the same bits.
    return (a.astype(signed) == b.astype(signed)) & ((a < 0) == (b < 0))


def _is_best(labels: Array, scores: Array) -> Array:
    # By counting, not by an argmax, which is several times as slow on the CPU.
    rank = label_rank(labels, scores)
    return rank.valid & (rank.above + rank.tied_before == 0)


def _hits(match: Array) -> Array:
    return match.astype(jnp.float32)
