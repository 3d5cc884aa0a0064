"""Whether the label is among the k highest scores, found by counting."""

from typing import Literal

import jax.numpy as jnp
from jax import Array

from metrax.core.checks import as_labels, at_least, labels_beside, needs_classes, same_shape
from metrax.core.typing import ArrayLike
from metrax.functional.arguments import along, arrays
from metrax.kernels.highest import first_highest
from metrax.kernels.score_rows import label_rank, label_ties

Ties = Literal["hit", "index", "expected"]


def top_k_categorical_accuracy(
    y_true: ArrayLike, y_pred: ArrayLike, k: int = 5, ties: Ties = "hit"
) -> Array:
    r"""Whether fewer than k scores are above that of the one-hot label.

    $$\left[1 + |\{c : \hat y_c > \hat y_{\arg\max y}\}| \le k\right]$$

    Args:
      y_true: one-hot labels, ``[B, ..., C]``.
      y_pred: scores or logits, ``[B, ..., C]``. A NaN is above every number.
      k: how many of the highest scores count.
      ties: of scores equal to the label's, ``"hit"`` takes none for higher, so ties are hits;
        ``"index"`` those of smaller indices; ``"expected"`` gives the probability of a hit if they
        are shuffled.

    Returns:
      1.0 or 0.0 for each example, ``[B, ...]``, or in between for expected ties. A label whose
      score is NaN is never hit.

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
    return along(-1, lambda t, p: _among_highest(first_highest(t), p, k, ties), true, pred)


def sparse_top_k_categorical_accuracy(
    y_true: ArrayLike,
    y_pred: ArrayLike,
    k: int = 5,
    from_sorted_ids: bool = False,
    ties: Ties = "hit",
) -> Array:
    r"""Whether fewer than k scores are above that of the label.

    $$\left[1 + |\{c : \hat y_c > \hat y_y\}| \le k\right]$$

    Args:
      y_true: class indices, ``[B, ...]`` or ``[B, ..., 1]``. An index that is no class (negative,
        too large, not whole) is never hit, whatever k is.
      y_pred: scores or logits, ``[B, ..., C]``. A NaN is above every number.
      k: how many of the highest scores count.
      from_sorted_ids: whether ``y_pred`` holds class indices instead, ``[B, ..., N]``, from the
        highest score to the lowest, of which the first k count.
      ties: as :func:`top_k_categorical_accuracy` takes it; sorted ids have none.

    Returns:
      1.0 or 0.0 for each example, ``[B, ...]``, or in between for expected ties. A label whose
      score is NaN is never hit.

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
    if from_sorted_ids:
        return along(-1, lambda labels, ids: _among_first(labels, ids, k), labels, pred)
    return along(-1, lambda labels, x: _among_highest(labels, x, k, ties), labels, pred)


def _among_highest(labels: Array, scores: Array, k: int, ties: Ties) -> Array:
    rank = label_rank(labels, scores)
    if ties == "expected":
        room = jnp.clip((k - rank.above) / label_ties(labels, scores), 0, 1)
        return jnp.where(rank.valid, room, 0).astype(jnp.float32)
    before = rank.above + rank.tied_before if ties == "index" else rank.above
    return (rank.valid & (before < k)).astype(jnp.float32)


def _among_first(labels: Array, ids: Array, k: int) -> Array:
    first = as_labels(ids[..., :k])
    match = jnp.any(first == jnp.broadcast_to(labels[..., None], first.shape), axis=-1)
    return (match & (labels >= 0)).astype(jnp.float32)
