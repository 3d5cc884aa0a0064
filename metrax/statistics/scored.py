"""What the statistics of scores share: which side each score is on."""

from abc import ABC
from collections.abc import Mapping
from typing import Any, ClassVar

import jax.numpy as jnp
from jax import Array, lax

from metrax.core.checks import (
    MetraxError,
    as_labels,
    describe,
    labels_beside,
    needs_axis,
    same_shape,
)
from metrax.core.domains import BINARY, NUMBERS, Domain, labels
from metrax.core.statistic import Statistic

POSITIVE, NEGATIVE, NEITHER = 0, 1, -1
"""The sides of a score; of several classes, each class is one."""


class Scored(Statistic, ABC):
    """Scores and which side each is on.

    Labels are cast to bool; a NaN and a number below 0 are none, and count nowhere. With
    ``num_classes`` each entry of the last axis of ``y_pred`` is a class of its own: ``y_true`` is 0
    or 1 for each, or holds the one right class of each row.
    """

    aligned: ClassVar[bool] = False  # labels beside rows of scores

    num_classes: int | None = None
    class_id: int | None = None
    by_class: bool = False

    def domains(self, **inputs: Array) -> Mapping[str, Domain]:
        if self.num_classes is None or inputs["y_true"].shape == inputs["y_pred"].shape:
            return {"y_true": BINARY, "y_pred": NUMBERS}
        return {"y_true": labels(self.num_classes), "y_pred": NUMBERS.lacking(-1)}

    @property
    def sides(self) -> int:
        """How many sides there are."""
        return (self.num_classes or 2) if self.by_class else 2

    @property
    def _kept(self) -> Any:
        return () if self.num_classes is None else -1

    @property
    def _lead(self) -> tuple[int, ...]:
        return () if self.num_classes is None else (self.num_classes,)

    def _sides(self, y_true: Array, y_pred: Array) -> tuple[Array, Array]:
        """The side of each score, an int32, and the scores."""
        if self.num_classes is None:
            y_true, y_pred = same_shape(y_true, y_pred)
            if self.class_id is not None:
                check_class(self.class_id, y_pred)
                y_true, y_pred = y_true[..., self.class_id], y_pred[..., self.class_id]
            return _binary(y_true), y_pred
        needs_axis("y_pred", y_pred, -1)
        if y_pred.shape[-1] != self.num_classes:
            raise MetraxError(
                f"y_pred: got {y_pred.shape[-1]} classes in shape {y_pred.shape}; expected "
                f"num_classes={self.num_classes} along the last axis"
            )
        one_hot = y_true.shape == y_pred.shape
        if one_hot and not self.by_class:
            return _binary(y_true), y_pred
        label = _highest(y_true) if one_hot else as_labels(labels_beside(y_true, y_pred))
        label = jnp.broadcast_to(label[..., None], y_pred.shape)
        known = (label >= 0) & (label < self.num_classes)
        if not self.by_class:
            own = label == lax.broadcasted_iota(jnp.int32, y_pred.shape, y_pred.ndim - 1)
            label = jnp.where(own, POSITIVE, NEGATIVE)
        return jnp.where(known, label, NEITHER), y_pred


def check_class(class_id: int, y_pred: Array) -> None:
    """Raise unless the last axis has an entry of that number."""
    needs_axis("y_pred", y_pred, -1)
    if not 0 <= class_id < y_pred.shape[-1]:
        raise MetraxError(
            f"class_id: got {class_id} for y_pred {describe(y_pred)}; expected 0 to "
            f"{y_pred.shape[-1] - 1}"
        )


def _highest(y_true: Array) -> Array:
    """The class of one-hot rows; of rows without any, none."""
    label = jnp.argmax(y_true, axis=-1).astype(jnp.int32)
    return jnp.where(jnp.any(y_true > 0, axis=-1), label, NEITHER)


def _binary(y_true: Array) -> Array:
    side = jnp.where(y_true.astype(bool), POSITIVE, NEGATIVE)
    if y_true.dtype != bool and not jnp.issubdtype(y_true.dtype, jnp.unsignedinteger):
        side = jnp.where(y_true >= 0, side, NEITHER)
    return side.astype(jnp.int32)
