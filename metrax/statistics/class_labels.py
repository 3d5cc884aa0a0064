"""What inputs of classes hold: labels, one-hot rows or rows of scores. Their shapes tell, here."""

from collections.abc import Mapping

import jax.numpy as jnp
from jax import Array

from metrax.core.checks import Classes, MetraxError, as_labels, describe, is_one_of, same_shape
from metrax.core.domains import NUMBERS, PROBABILITIES, Domain, labels
from metrax.core.weights import beside
from metrax.kernels.arithmetic import promote
from metrax.kernels.highest import first_highest


def have_rows(y_true: Array, y_pred: Array, num_classes: int) -> tuple[bool, bool]:
    """Whether the last axis of either input is that of classes; else it holds labels.

    An axis is that of classes if there are ``num_classes`` along it. Of inputs that both have such
    an axis, and not one rank, only the one of the higher rank has rows: labels at as many positions
    as there are classes may stand beside scores.
    """
    true, pred = (x.ndim > 1 and x.shape[-1] == num_classes for x in (y_true, y_pred))
    if true and pred and y_true.ndim != y_pred.ndim:
        return y_true.ndim > y_pred.ndim, y_pred.ndim > y_true.ndim
    return true, pred


def class_labels(
    y_true: Array, y_pred: Array, num_classes: int, ignore_class: Classes = None
) -> tuple[Array, Array]:
    """True and predicted classes, int32 of one shape; what is no class is outside ``[0, C)``.

    Args:
      y_true: labels, or rows along a last axis of ``num_classes``, whose first maximum counts.
      y_pred: the same. Floats in the place of labels are scores of class 1 if there are two
        classes, positive above a half; of more classes they raise.
      num_classes: C.
      ignore_class: the true labels that become -1.

    Raises:
      MetraxError: when the shapes do not pair, or floats are given for predicted labels.
    """
    true_rows, pred_rows = have_rows(y_true, y_pred, num_classes)
    true = _first_highest(y_true) if true_rows else as_labels(y_true)
    pred = _first_highest(y_pred) if pred_rows else _predicted(y_pred, num_classes)
    try:
        true, pred = same_shape(true, pred)
    except MetraxError:
        raise MetraxError(
            f"y_true and y_pred: got {describe(y_true)} and {describe(y_pred)}; expected labels of "
            f"one shape, or rows whose last axis is num_classes={num_classes}: scores beside "
            "labels or one-hot rows"
        ) from None
    if ignore_class is not None:
        true = jnp.where(is_one_of(true, ignore_class), -1, true)
    return true, pred


def outcome_cells(
    true: Array, pred: Array, num_classes: int, offsets: tuple[int, int, int], stride: int = 1
) -> Array:
    """Where each element adds, ``[..., 2]``: a hit or a miss of its class, and what is wrong.

    Beside each other they are one scatter, into one accumulator of which few cells are touched.

    Args:
      true: labels.
      pred: predicted labels. What is no class is missed, and wrongly of none.
      num_classes: how many classes there are.
      offsets: the first class's cells of hits, of misses, and of what is wrongly predicted.
      stride: how far the next class's are.
    """
    hit, missed, wrong = offsets
    right, valid = true == pred, (true >= 0) & (true < num_classes)
    named = valid & ~right & (pred >= 0) & (pred < num_classes)
    own = jnp.where(valid, stride * true + jnp.where(right, hit, missed), -1)
    other = jnp.where(named, stride * pred + wrong, -1)
    return jnp.stack([own, other], axis=-1)


def class_weights(num_classes: int, w: Array | None, y_true: Array, y_pred: Array) -> Array | None:
    """The user's weights beside such cells."""
    if w is None:
        return None
    rows = have_rows(y_true, y_pred, num_classes)
    shapes = (
        x.shape[:-1] if row else x.shape for x, row in zip((y_true, y_pred), rows, strict=True)
    )
    lined = beside(w, min(shapes, key=len), w.dtype)
    return None if lined is None else lined[..., None]


def _first_highest(x: Array) -> Array:
    return first_highest(promote(x)[0] if x.dtype == bool else x)


def _predicted(y_pred: Array, num_classes: int) -> Array:
    if not jnp.issubdtype(y_pred.dtype, jnp.floating):
        return as_labels(y_pred)
    if num_classes != 2:
        raise MetraxError(
            f"y_pred: got {describe(y_pred)}, floats in the place of labels; expected integers, "
            f"such as y_pred.astype(int), or scores whose last axis is num_classes={num_classes}"
        )
    return jnp.where(jnp.isnan(y_pred), -1, (y_pred > 0.5).astype(jnp.int32))


def class_domains(
    num_classes: int, ignore_class: Classes, y_true: Array, y_pred: Array
) -> Mapping[str, Domain]:
    """What such inputs may hold, for :func:`metrax.checked`."""
    true_rows, pred_rows = have_rows(y_true, y_pred, num_classes)
    classes = labels(num_classes, ignore_class)
    one_hot = Domain(
        0, 1, axis=-1, total=1, hint="pass one-hot rows; multi_label=True counts each label alone"
    )
    is_score = jnp.issubdtype(y_pred.dtype, jnp.floating) and num_classes == 2
    one_column = PROBABILITIES if is_score else classes._replace(also=())
    return {
        "y_true": one_hot if true_rows else classes,
        "y_pred": NUMBERS.lacking(-1) if pred_rows else one_column,
    }
