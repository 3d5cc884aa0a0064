"""Cross-entropies."""

import math
from collections.abc import Mapping
from typing import ClassVar

from jax import Array

from metrax.aggregation.streams import ReadMean
from metrax.core.checks import Classes, MetraxError
from metrax.core.domains import NUMBERS, PROBABILITIES, Domain, labels
from metrax.core.statistic import Statistic
from metrax.functional.probabilistic import crossentropy as fn
from metrax.statistics.weighted_mean import WeightedMean


class BinaryCrossentropy(ReadMean):
    r"""Weighted mean cross-entropy of labels 0 and 1, $-y \log \hat p - (1 - y) \log(1 - \hat p)$.

    ``update(state, y_true, y_pred, w=None)`` takes labels in [0, 1] and probabilities of label 1 or
    logits of one shape; every element counts. Probabilities are clipped to [1e-7, 1 - 1e-7], so
    that the value is from 0 to 16.118; of logits it is 0 or more. Without data it is 0.

    Args:
      from_logits: whether ``y_pred`` holds logits.
      label_smoothing: s in [0, 1]; labels become $y (1 - s) + s / 2$.
      name: defaults to ``"binary_crossentropy"``.
      dtype: dtype of the value.

    Raises:
      MetraxError: when the shapes differ or ``label_smoothing`` is out of range.

    Example:
      >>> import metrax
      >>> metric = metrax.BinaryCrossentropy()
      >>> round(float(metric([[0, 1], [0, 0]], [[.6, .4], [.4, .6]])), 5)
      0.81492

    References:
      Keras 3, ``keras.metrics.BinaryCrossentropy``.
    """

    aliases: ClassVar[tuple[str, ...]] = ("bce", "BCE")
    higher_is_better: ClassVar[bool | None] = False
    value_range: ClassVar[tuple[float, float]] = (0, math.inf)

    from_logits: bool = False
    label_smoothing: float = 0.0

    def validate(self) -> None:
        _check_smoothing(self.label_smoothing)

    def domains(self, **inputs: Array) -> Mapping[str, Domain]:
        return {"y_true": PROBABILITIES, "y_pred": _scores(self.from_logits)}

    @property
    def statistic(self) -> Statistic:
        return WeightedMean.over(
            fn.binary_crossentropy_loss,
            from_logits=self.from_logits,
            label_smoothing=self.label_smoothing,
        )


class CategoricalCrossentropy(ReadMean):
    r"""Weighted mean cross-entropy of one-hot or soft labels, $-\sum_c y_c \log \hat p_c$, in nats.

    ``update(state, y_true, y_pred, w=None)`` takes label distributions and probabilities or logits
    of one shape, ``[B, ..., C]``. Probabilities are scaled to sum to 1 and clipped to
    [1e-7, 1 - 1e-7], so that the value is from 0 to 16.118, which a row of zeros has; of logits it
    is 0 or more, and infinite where the label's is ``-inf``. Without data it is 0.

    Args:
      from_logits: whether ``y_pred`` holds logits.
      label_smoothing: s in [0, 1]; labels become $y (1 - s) + s / C$.
      axis: the class axis.
      name: defaults to ``"categorical_crossentropy"``.
      dtype: dtype of the value.

    Raises:
      MetraxError: when the shapes differ, there is no class axis beside the batch axis, or
        ``label_smoothing`` is out of range.

    Example:
      >>> import metrax
      >>> metric = metrax.CategoricalCrossentropy()
      >>> round(float(metric([[0, 1, 0], [0, 0, 1]], [[.05, .95, 0.], [.1, .8, .1]])), 6)
      1.176939

    References:
      Keras 3, ``keras.metrics.CategoricalCrossentropy``.
    """

    higher_is_better: ClassVar[bool | None] = False
    value_range: ClassVar[tuple[float, float]] = (0, math.inf)

    from_logits: bool = False
    label_smoothing: float = 0.0
    axis: int = -1

    def validate(self) -> None:
        _check_smoothing(self.label_smoothing)

    def domains(self, **inputs: Array) -> Mapping[str, Domain]:
        rows = _rows(self.from_logits, self.axis)
        return {"y_true": PROBABILITIES.lacking(self.axis), "y_pred": rows}

    @property
    def statistic(self) -> Statistic:
        return WeightedMean.over(
            fn.categorical_crossentropy,
            from_logits=self.from_logits,
            label_smoothing=self.label_smoothing,
            axis=self.axis,
        )


class SparseCategoricalCrossentropy(ReadMean):
    r"""Weighted mean cross-entropy of class labels, $-\log \hat p_y$, in nats.

    ``update(state, y_true, y_pred, w=None)`` takes class indices ``[B, ...]`` and probabilities or
    logits ``[B, ..., C]``. Probabilities are scaled to sum to 1 and clipped to [1e-7, 1 - 1e-7], so
    that the value is from 0 to 16.118; of logits it is 0 or more. Without data it is 0. A label
    that is no class makes the value NaN, unless its weight is 0 or it is ``ignore_class``.

    Args:
      from_logits: whether ``y_pred`` holds logits.
      ignore_class: label whose elements count neither in the sum nor in the total weight, or
        several.
      axis: the class axis of ``y_pred``.
      name: defaults to ``"sparse_categorical_crossentropy"``.
      dtype: dtype of the value.

    Raises:
      MetraxError: when the shapes do not fit.

    Example:
      >>> import metrax
      >>> metric = metrax.SparseCategoricalCrossentropy()
      >>> round(float(metric([1, 2], [[.05, .95, 0.], [.1, .8, .1]])), 6)
      1.176939

    References:
      Keras 3, ``keras.metrics.SparseCategoricalCrossentropy``.
    """

    higher_is_better: ClassVar[bool | None] = False
    value_range: ClassVar[tuple[float, float]] = (0, math.inf)

    from_logits: bool = False
    ignore_class: Classes = None
    axis: int = -1

    def domains(self, **inputs: Array) -> Mapping[str, Domain]:
        y_true, y_pred = inputs["y_true"], inputs["y_pred"]
        classes = labels(y_pred.shape[self.axis], also=self.ignore_class)
        return {
            "y_true": classes.lacking(self.axis) if y_true.ndim == y_pred.ndim else classes,
            "y_pred": _rows(self.from_logits, self.axis),
        }

    @property
    def statistic(self) -> Statistic:
        kwargs = {"axis": self.axis, "from_logits": self.from_logits}
        return WeightedMean(
            fn.sparse_categorical_crossentropy,
            tuple(kwargs.items()),
            ignore_class=self.ignore_class,
        )


def _scores(from_logits: bool) -> Domain:
    return NUMBERS if from_logits else PROBABILITIES


def _rows(from_logits: bool, axis: int) -> Domain:
    rows = _scores(from_logits).lacking(axis)
    return rows if from_logits else rows._replace(total=1)


def _check_smoothing(label_smoothing: float) -> None:
    if not 0 <= label_smoothing <= 1:
        raise MetraxError(f"label_smoothing: got {label_smoothing}; expected 0 to 1")
