"""Proper scores of probabilities."""

from typing import Literal

import jax
import jax.numpy as jnp
from jax import Array

from metrax.core.checks import MetraxError, shown
from metrax.core.probabilities import (
    Rows,
    as_elements,
    as_rows,
    has_classes,
    probabilities,
)
from metrax.core.typing import ArrayLike
from metrax.functional.arguments import along, arrays
from metrax.functional.probabilistic.crossentropy import (
    binary_crossentropy_loss,
    categorical_crossentropy,
    sparse_categorical_crossentropy,
)
from metrax.kernels.cumulative import running

Half = bool | Literal["auto"]


def brier_score(
    y_true: ArrayLike,
    y_pred: ArrayLike,
    num_classes: int | None = None,
    from_logits: bool = False,
    scale_by_half: Half = "auto",
) -> Array:
    r"""Squared distance of probabilities from the outcome: $(\hat p - y)^2$ of labels 0 and 1.

    Of classes it is $\sum_c (\hat p_c - [y = c])^2$.

    Args:
      y_true: labels 0 and 1, or probabilities of 1, of the shape of ``y_pred``; or classes
        ``[B, ...]``, or with ``num_classes`` one-hot or soft rows, beside ``[B, ..., C]``.
      y_pred: probabilities, or logits.
      num_classes: the length of the last axis of ``y_pred`` if that holds classes; labels that lack
        that axis tell by themselves.
      from_logits: whether ``y_pred`` goes through a sigmoid, or of classes a softmax.
      scale_by_half: whether the score lies in [0, 1], and not in [0, 2]; ``"auto"`` says so of one
        probability, and of two classes.

    Returns:
      A value of 0 or more for each element of ``y_pred``, of classes for each row; NaN for a label
      that is no class.

    Raises:
      MetraxError: when the shapes do not fit, or ``scale_by_half`` is something else.

    Example:
      >>> from metrax import functional
      >>> [round(x, 4) for x in functional.brier_score([0, 1], [.1, .8]).tolist()]
      [0.01, 0.04]
      >>> functional.brier_score([0, 2], [[.5, .25, .25], [0., .5, .5]]).tolist()
      [0.375, 0.5]

    References:
      G. W. Brier, "Verification of forecasts expressed in terms of probability", Monthly Weather
      Review 78 (1950); scikit-learn, ``brier_score_loss``.
    """
    true, pred = arrays(y_true, y_pred)
    if not has_classes(true, pred, num_classes):
        factor = half_of(scale_by_half, 1)
        true, pred = as_elements(true, pred)
        if not from_logits:
            return factor * jnp.square(pred - true)
        # 1 - p of a large logit is 0, and p of its mirror image is not.
        return factor * jnp.square((1 - true) * jax.nn.sigmoid(pred) - true * jax.nn.sigmoid(-pred))
    rows = as_rows(true, pred, num_classes)
    factor = half_of(scale_by_half, rows.pred.shape[-1])
    chance = probabilities(rows.pred, from_logits, classes=True)
    squares = jnp.sum(jnp.square(chance - rows.targets()), axis=-1)
    return rows.where_a_class(factor / 2 * squares)


def half_of(scale_by_half: Half, classes: int) -> int:
    """What a score between 0 and 1 is multiplied by: 1, or 2 if it is not to be halved."""
    if scale_by_half not in ("auto", True, False):
        raise MetraxError(
            f"scale_by_half: got {shown(scale_by_half)}; expected True, False or 'auto'"
        )
    return 1 if scale_by_half is True or (scale_by_half == "auto" and classes < 3) else 2


def log_loss(
    y_true: ArrayLike, y_pred: ArrayLike, num_classes: int | None = None, from_logits: bool = False
) -> Array:
    """Cross-entropy of labels 0 and 1, or of classes, in nats; read as :func:`brier_score` does."""
    true, pred = arrays(y_true, y_pred)
    if not has_classes(true, pred, num_classes):
        return binary_crossentropy_loss(*as_elements(true, pred), from_logits=from_logits)
    rows = as_rows(true, pred, num_classes)
    score = sparse_categorical_crossentropy if rows.sparse else categorical_crossentropy
    return score(*rows, from_logits=from_logits)


def predicted(
    y_true: ArrayLike, y_pred: ArrayLike, num_classes: int | None = None, from_logits: bool = False
) -> Array:
    """The probabilities themselves; what ``WeightedCalibration`` adds up."""
    _, pred = as_elements(*arrays(y_true, y_pred))
    return probabilities(pred, from_logits, classes=False)


def ranked_probability_score(
    y_true: ArrayLike, y_pred: ArrayLike, from_logits: bool = False, normalize: bool = False
) -> Array:
    r"""Squared distance of cumulated probabilities from the outcome, for classes in an order.

    $$\sum_{k=1}^{C-1} \left(\sum_{c \le k} \hat p_c - [y \le k]\right)^2$$

    Args:
      y_true: classes ``[B, ...]``, or one-hot or soft rows ``[B, ..., C]``.
      y_pred: probabilities, or logits, ``[B, ..., C]``, in the order of the classes.
      from_logits: whether ``y_pred`` goes through a softmax.
      normalize: whether to divide by $C - 1$, so that the worst forecast has 1.

    Returns:
      Values of 0 or more, without the class axis; NaN for a label that is no class.

    Raises:
      MetraxError: when the shapes do not fit.

    Example:
      >>> from metrax import functional
      >>> functional.ranked_probability_score([2, 0], [[.5, .25, .25], [1., 0., 0.]]).tolist()
      [0.8125, 0.0]

    References:
      E. S. Epstein, "A scoring system for probability forecasts of ranked categories", Journal of
      Applied Meteorology 8 (1969); A. H. Murphy, "A note on the ranked probability score", Journal
      of Applied Meteorology 10 (1971).
    """
    rows = as_rows(*arrays(y_true, y_pred), None)

    def score(true: Array, pred: Array) -> Array:
        rows = Rows(true, pred)
        apart = running(probabilities(pred, from_logits, classes=True) - rows.targets())
        # The last of them is that of all classes: 0, but for rows that do not sum to 1.
        squares = jnp.sum(jnp.square(apart), axis=-1) - jnp.square(apart[..., -1])
        return rows.where_a_class(squares)

    values = along(-1, score, *rows)
    return values / (rows.pred.shape[-1] - 1) if normalize else values
