"""How targets are read beside predicted probabilities, of label 1 or of classes."""

from collections.abc import Mapping
from typing import NamedTuple

import jax
import jax.numpy as jnp
from jax import Array, lax

from metrax.core.checks import MetraxError, as_labels, describe, needs_axis, same_shape
from metrax.core.domains import NUMBERS, PROBABILITIES, Domain, labels
from metrax.kernels.arithmetic import promote
from metrax.kernels.score_rows import shared


class Rows(NamedTuple):
    """Targets and predictions along a last axis of classes."""

    true: Array
    """Labels ``[B, ...]``, or rows of them ``[B, ..., C]``, as they came."""

    pred: Array
    """Probabilities or logits ``[B, ..., C]``, in a float of 32 bits or more."""

    @property
    def sparse(self) -> bool:
        """Whether targets are labels, one a row."""
        return self.true.ndim < self.pred.ndim

    def targets(self) -> Array:
        """Rows of targets in the dtype of the predictions; of a label that is no class, zeros."""
        if not self.sparse:
            return self.true.astype(self.pred.dtype)
        place = lax.broadcasted_iota(jnp.int32, self.pred.shape, self.pred.ndim - 1)
        return (place == shared(as_labels(self.true), place, -1)).astype(self.pred.dtype)

    def where_a_class(self, values: Array) -> Array:
        """The rows' values, NaN where the label is no class, which no probability was given to."""
        if not self.sparse:
            return values
        given = as_labels(self.true)
        return jnp.where((given >= 0) & (given < self.pred.shape[-1]), values, jnp.nan)


def has_classes(y_true: Array, y_pred: Array, num_classes: int | None) -> bool:
    """Whether the last axis of the predictions holds classes.

    It does if they are told how many there are, or where labels lack that axis. Two arrays of one
    shape are single probabilities of label 1, in whatever shape.
    """
    if num_classes is not None:
        return True
    return y_pred.ndim == y_true.ndim + 1 and y_pred.shape[-1] > 1


def as_rows(y_true: Array, y_pred: Array, num_classes: int | None) -> Rows:
    """Targets beside rows of classes: labels, with or without a last axis of one, or rows."""
    (pred,) = promote(y_pred)
    classes = pred.shape[needs_axis("y_pred", pred, -1)]
    if classes < 2 or num_classes not in (None, classes):
        raise MetraxError(
            f"y_pred: got {describe(y_pred)}; expected a last axis of num_classes="
            f"{num_classes or 'two or more'}. Leave num_classes out for probabilities of label 1"
        )
    if y_true.ndim == pred.ndim and y_true.shape[-1] == 1:
        y_true = y_true[..., 0]
    if y_true.shape not in (pred.shape, pred.shape[:-1]):
        raise MetraxError(
            f"y_true: got {describe(y_true)} for y_pred {describe(y_pred)}; expected labels of "
            f"shape {pred.shape[:-1]}, or one-hot rows of shape {pred.shape}"
        )
    return Rows(y_true, pred)


def as_elements(y_true: Array, y_pred: Array) -> tuple[Array, Array]:
    """Labels 0 and 1, or probabilities of 1, and predictions, in one shape and float dtype."""
    true, pred = promote(*same_shape(y_true, y_pred))
    return true, pred


def probabilities(pred: Array, from_logits: bool, classes: bool) -> Array:
    """The predictions as probabilities."""
    if not from_logits:
        return pred
    return jax.nn.softmax(pred, axis=-1) if classes else jax.nn.sigmoid(pred)


def domains(
    inputs: Mapping[str, Array],
    num_classes: int | None = None,
    from_logits: bool = False,
    sum_to_one: bool = True,
) -> Mapping[str, Domain]:
    """What targets and predictions may hold."""
    y_true, y_pred = inputs["y_true"], inputs["y_pred"]
    scores = NUMBERS if from_logits else PROBABILITIES
    if not has_classes(y_true, y_pred, num_classes):
        return {"y_true": PROBABILITIES, "y_pred": scores}
    rows = scores.lacking(-1)
    rows = rows if from_logits or not sum_to_one else rows._replace(total=1)
    if y_true.ndim == y_pred.ndim and y_true.shape[-1] > 1:
        return {"y_true": PROBABILITIES.lacking(-1), "y_pred": rows}
    labelled = labels(y_pred.shape[-1])
    beside = y_true.ndim == y_pred.ndim
    return {"y_true": labelled.lacking(-1) if beside else labelled, "y_pred": rows}
