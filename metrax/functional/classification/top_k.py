"""Whether the label is among the k highest scores, found by counting."""

import jax.numpy as jnp
from jax import Array

from metrax.core.checks import as_labels, at_least, labels_beside, needs_classes, same_shape
from metrax.core.typing import ArrayLike
from metrax.functional.arguments import along, arrays
from metrax.kernels.highest import first_highest
from metrax.kernels.score_rows import label_rank


def top_k_categorical_accuracy(y_true: ArrayLike, y_pred: ArrayLike, k: int = 5) -> Array:
    r"""Whether fewer than k scores are above that of the one-hot label.

    $$\left[1 + |\{c : \hat y_c > \hat y_{\arg\max y}\}| \le k\right]$$

    Args:
      y_true: one-hot labels, ``[B, ..., C]``.
      y_pred: scores or logits, ``[B, ..., C]``. Scores equal to the label's are not above it, so
        ties are hits; a NaN is above every number.
      k: how many of the highest scores count.

    Returns:
      1.0 or 0.0 for each example, ``[B, ...]``. A label whose score is NaN is never hit.

    Raises:
      MetraxError: when the shapes differ, there is no class axis beside the batch axis, or k is
        below 1.

    Example:
      >>> from metrax import functional
      >>> y_true, y_pred = [[0, 0, 1], [0, 1, 0]], [[.1, .9, .8], [.5, .1, .4]]
      >>> functional.top_k_categorical_accuracy(y_true, y_pred, k=2).tolist()
      [1.0, 0.0]

    References:
      Keras 3, ``keras.metrics.top_k_categorical_accuracy``.
    """
    true, pred = same_shape(*arrays(y_true, y_pred))
    needs_classes("y_true", true, -1, "BinaryAccuracy")
    at_least(1, k=k)
    return along(-1, lambda t, p: _among_highest(first_highest(t), p, k), true, pred)


def sparse_top_k_categorical_accuracy(
    y_true: ArrayLike, y_pred: ArrayLike, k: int = 5, from_sorted_ids: bool = False
) -> Array:
    r"""Whether fewer than k scores are above that of the label.

    $$\left[1 + |\{c : \hat y_c > \hat y_y\}| \le k\right]$$

    Args:
      y_true: class indices, ``[B, ...]`` or ``[B, ..., 1]``. An index that is no class (negative,
        too large, not whole) is never hit, whatever k is.
      y_pred: scores or logits, ``[B, ..., C]``. Scores equal to the label's are not above it, so
        ties are hits; a NaN is above every number.
      k: how many of the highest scores count.
      from_sorted_ids: whether ``y_pred`` holds class indices instead, ``[B, ..., N]``, from the
        highest score to the lowest, of which the first k count.

    Returns:
      1.0 or 0.0 for each example, ``[B, ...]``. A label whose score is NaN is never hit.

    Raises:
      MetraxError: when the shapes do not fit or k is below 1.

    Example:
      >>> from metrax import functional
      >>> functional.sparse_top_k_categorical_accuracy([2, 1], [[.1, .9, .8], [.5, .1, .4]], k=2)
      Array([1., 0.], dtype=float32)
      >>> functional.sparse_top_k_categorical_accuracy(
      ...     [2, 1], [[1, 2, 0], [0, 2, 1]], k=2, from_sorted_ids=True)
      Array([1., 0.], dtype=float32)

    References:
      Keras 3, ``keras.metrics.sparse_top_k_categorical_accuracy``.
    """
    true, pred = arrays(y_true, y_pred)
    if not from_sorted_ids:
        needs_classes("y_pred", pred, -1, "BinaryAccuracy")
    labels = as_labels(labels_beside(true, pred))
    at_least(1, k=k)
    find = _among_first if from_sorted_ids else _among_highest
    return along(-1, lambda labels, x: find(labels, x, k), labels, pred)


def _among_highest(labels: Array, scores: Array, k: int) -> Array:
    rank = label_rank(labels, scores)
    return (rank.valid & (rank.above < k)).astype(jnp.float32)


def _among_first(labels: Array, ids: Array, k: int) -> Array:
    first = as_labels(ids[..., :k])
    match = jnp.any(first == jnp.broadcast_to(labels[..., None], first.shape), axis=-1)
    return (match & (labels >= 0)).astype(jnp.float32)
