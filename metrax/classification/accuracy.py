"""Accuracies."""

from collections.abc import Mapping
from typing import ClassVar

from jax import Array

from metrax.aggregation.streams import ReadMean
from metrax.core.checks import Classes
from metrax.core.domains import BINARY, PROBABILITIES, Domain, labels, scores_at
from metrax.core.statistic import Statistic
from metrax.functional.classification import accuracy as fn
from metrax.statistics.weighted_mean import WeightedMean


class Accuracy(ReadMean):
    r"""Share of the elements predicted exactly, $\frac{\sum w\,[y = \hat y]}{\sum w}$.

    ``update(state, y_true, y_pred, w=None)`` takes labels and predicted labels of one shape. It is
    from 0 to 1, and 0 without data. A NaN equals nothing, not even a NaN.

    Args:
      ignore_class: label whose elements count neither as hits nor as misses, or several.
      name: defaults to ``"accuracy"``.
      dtype: dtype of the value.

    Raises:
      MetraxError: when the shapes differ.

    Example:
      >>> import metrax
      >>> float(metrax.Accuracy()([1, 2, 3, 4], [0, 2, 3, 4]))
      0.75

    References:
      Keras 3, ``keras.metrics.Accuracy``.
    """

    aliases: ClassVar[tuple[str, ...]] = ("accuracy_score",)
    higher_is_better: ClassVar[bool | None] = True
    value_range: ClassVar[tuple[float, float]] = (0, 1)

    ignore_class: Classes = None

    def domains(self, **inputs: Array) -> Mapping[str, Domain]:
        whole = Domain(whole=True, hint="scores go into BinaryAccuracy or CategoricalAccuracy")
        return {"y_true": whole, "y_pred": whole}

    @property
    def statistic(self) -> Statistic:
        return WeightedMean(fn.equal, integer_predictions=True, ignore_class=self.ignore_class)


def accuracy_by_shape(y_true: Array, y_pred: Array) -> Array:
    """Binary, categorical or sparse categorical accuracy, whichever the shapes call for."""
    if _is_binary(y_pred):
        return fn.binary_accuracy(y_true, y_pred)
    if _is_sparse(y_true, y_pred):
        return fn.sparse_categorical_accuracy(y_true, y_pred)
    return fn.categorical_accuracy(y_true, y_pred)


def _is_binary(y_pred: Array) -> bool:
    return y_pred.ndim < 2 or y_pred.shape[-1] == 1


def _is_sparse(y_true: Array, y_pred: Array) -> bool:
    return y_true.ndim < y_pred.ndim or y_true.shape[-1] == 1


class AccuracyByShape(ReadMean):
    r"""Binary, categorical or sparse categorical accuracy, as the shapes of the batch tell.

    $$\frac{\sum w\,[y = \hat c]}{\sum w}, \qquad
    \hat c = [\hat y > 0.5] \text{ or } \arg\max_c \hat y_c$$

    This is what ``"acc"`` means in ``compile(metrics=["acc"])``. Scores ``[B]`` or ``[B, 1]`` are
    cut at 0.5; of scores ``[B, ..., C]`` the highest is compared with one-hot labels of that shape
    or with class indices ``[B, ...]`` or ``[B, ..., 1]``. Shapes are static, so nothing is decided
    at run time. The value is from 0 to 1, and 0 without data; of equal scores the first is the
    highest, and a score of 0.5 counts as 0.

    Args:
      name: defaults to ``"accuracy"``.
      dtype: dtype of the value.

    Raises:
      MetraxError: when the shapes do not fit.

    Example:
      >>> import metrax
      >>> accuracy = metrax.get("acc")
      >>> float(accuracy([1, 0], [0.7, 0.8])), float(accuracy([1, 0], [[0.3, 0.7], [0.4, 0.6]]))
      (0.5, 0.5)

    References:
      Keras 3, ``compile(metrics=["accuracy"])``.
    """

    aliases: ClassVar[tuple[str, ...]] = ("acc",)
    higher_is_better: ClassVar[bool | None] = True
    value_range: ClassVar[tuple[float, float]] = (0, 1)

    @classmethod
    def _default_name(cls) -> str:
        return "accuracy"

    def domains(self, **inputs: Array) -> Mapping[str, Domain]:
        y_true, y_pred = inputs["y_true"], inputs["y_pred"]
        if _is_binary(y_pred):
            return {"y_true": BINARY, "y_pred": PROBABILITIES}
        return {"y_true": labels(y_pred.shape[-1])} if _is_sparse(y_true, y_pred) else {}

    @property
    def statistic(self) -> Statistic:
        return WeightedMean.over(
            accuracy_by_shape,
        )


class BinaryAccuracy(ReadMean):
    r"""Share of the scores on their label's side of a threshold.

    $$\frac{\sum w\,[y = [\hat y > t]]}{\sum w}$$

    ``update(state, y_true, y_pred, w=None)`` takes labels 0 and 1 and scores of one shape; every
    element counts. It is from 0 to 1, and 0 without data. A score on the threshold counts as 0, and
    so does a NaN.

    Args:
      threshold: scores strictly above it count as 1.
      name: defaults to ``"binary_accuracy"``.
      dtype: dtype of the value.

    Raises:
      MetraxError: when the shapes differ.

    Example:
      >>> import metrax
      >>> float(metrax.BinaryAccuracy()([1, 1, 0, 0], [0.98, 1.0, 0.0, 0.6]))
      0.75

    References:
      Keras 3, ``keras.metrics.BinaryAccuracy``.
    """

    higher_is_better: ClassVar[bool | None] = True
    value_range: ClassVar[tuple[float, float]] = (0, 1)

    threshold: float = 0.5

    def domains(self, **inputs: Array) -> Mapping[str, Domain]:
        return {"y_true": BINARY, "y_pred": scores_at(self.threshold)}

    @property
    def statistic(self) -> Statistic:
        return WeightedMean.over(fn.on_one_side, threshold=self.threshold)


class CategoricalAccuracy(ReadMean):
    r"""Share of the examples whose highest score is at the one-hot label.

    $$\frac{\sum w\,[\arg\max_c y_c = \arg\max_c \hat y_c]}{\sum w}$$

    ``update(state, y_true, y_pred, w=None)`` takes one-hot labels and scores, ``[B, ..., C]``. It
    is from 0 to 1, and 0 without data. Of equal scores the first is the highest; a row with a NaN
    is no hit.

    Args:
      name: defaults to ``"categorical_accuracy"``.
      dtype: dtype of the value.

    Raises:
      MetraxError: when the shapes differ or there is no class axis beside the batch axis.

    Example:
      >>> import metrax
      >>> float(metrax.CategoricalAccuracy()([[0, 1], [1, 0]], [[.3, .7], [.4, .6]]))
      0.5

    References:
      Keras 3, ``keras.metrics.CategoricalAccuracy``.
    """

    higher_is_better: ClassVar[bool | None] = True
    value_range: ClassVar[tuple[float, float]] = (0, 1)

    @property
    def statistic(self) -> Statistic:
        return WeightedMean.over(
            fn.categorical_accuracy,
        )


class SparseCategoricalAccuracy(ReadMean):
    r"""Share of the examples whose highest score is at the label.

    $$\frac{\sum w\,[y = \arg\max_c \hat y_c]}{\sum w}$$

    ``update(state, y_true, y_pred, w=None)`` takes class indices ``[B, ...]`` (or ``[B, ..., 1]``)
    and scores ``[B, ..., C]``. It is from 0 to 1, and 0 without data. Of equal scores the first is
    the highest; an index that is no class, and a row with a NaN, is no hit.

    Args:
      ignore_class: label whose examples count neither as hits nor as misses, or several, such as
        ``(-100, 255)``.
      name: defaults to ``"sparse_categorical_accuracy"``.
      dtype: dtype of the value.

    Raises:
      MetraxError: when the shapes do not fit.

    Example:
      >>> import metrax
      >>> float(metrax.SparseCategoricalAccuracy()([1, 0], [[.3, .7], [.4, .6]]))
      0.5

    References:
      Keras 3, ``keras.metrics.SparseCategoricalAccuracy``.
    """

    higher_is_better: ClassVar[bool | None] = True
    value_range: ClassVar[tuple[float, float]] = (0, 1)

    ignore_class: Classes = None

    def domains(self, **inputs: Array) -> Mapping[str, Domain]:
        return {"y_true": labels(inputs["y_pred"].shape[-1], self.ignore_class)}

    @property
    def statistic(self) -> Statistic:
        return WeightedMean(fn.sparse_categorical_accuracy, ignore_class=self.ignore_class)
