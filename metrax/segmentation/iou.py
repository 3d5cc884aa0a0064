"""Intersection over union."""

import contextlib
from abc import ABC, abstractmethod
from typing import ClassVar

import jax.numpy as jnp
import numpy as np
from jax import Array

from metrax.core.checks import Classes, MetraxError, at_least
from metrax.core.typed import PairMetric
from metrax.kernels.arithmetic import safe_divide
from metrax.statistics.confusion_counts import ConfusionCounts, ConfusionState


class MeanOverClasses(PairMetric[ConfusionState, Array], ABC):
    """Intersection over union of some classes of a confusion matrix, averaged."""

    higher_is_better: ClassVar[bool | None] = True
    value_range: ClassVar[tuple[float, float]] = (0, 1)

    @property
    @abstractmethod
    def statistic(self) -> ConfusionCounts:
        """The confusion matrix; a hook."""

    @abstractmethod
    def _targets(self) -> tuple[int, ...]:
        """The classes to average over; a hook."""

    def _fill(self) -> None:
        # Keras's classes write int32, the dtype of their counts, into every configuration.
        with contextlib.suppress(TypeError):
            if np.issubdtype(np.dtype(self.dtype), np.integer) and self.dtype is not None:
                object.__setattr__(self, "dtype", None)
        super()._fill()

    def validate(self) -> None:
        classes = self.statistic.num_classes
        at_least(1, num_classes=classes)
        if not self._targets() or not all(0 <= i < classes for i in self._targets()):
            raise MetraxError(
                f"target_class_ids: got {self._targets()}; expected classes from 0 to {classes - 1}"
            )

    def read(self, state: ConfusionState) -> Array:
        matrix, chosen = state.matrix, np.asarray(self._targets())
        both = jnp.diagonal(matrix)
        either = matrix.sum(axis=0) + matrix.sum(axis=1) - both
        ratios, seen = safe_divide(both, either)[chosen], (either > 0)[chosen]
        return safe_divide(jnp.sum(ratios), jnp.sum(seen.astype(matrix.dtype)))


class IoU(MeanOverClasses):
    r"""Intersection over union, $\frac{tp}{tp + fp + fn}$, averaged over some classes.

    ``update(state, y_true, y_pred, w=None)`` takes labels of one shape (or scores along ``axis``).
    Classes that appear neither among the labels nor among the predictions are left out of the mean;
    labels that are no class contribute nothing. The value is from 0 to 1, and 0 where none of the
    classes appears, as without data. Weights count as they are, fractions too.

    Args:
      num_classes: the number of classes.
      target_class_ids: the classes to average over.
      ignore_class: true label whose elements do not count, or several.
      sparse_y_true: whether ``y_true`` holds labels; otherwise one-hot rows or scores.
      sparse_y_pred: whether ``y_pred`` holds labels; otherwise scores, whose first maximum counts.
      axis: the class axis of inputs that are not sparse.
      name: defaults to ``"io_u"``.
      dtype: dtype of the value.

    Raises:
      MetraxError: when shapes do not fit or an argument is out of range.

    Example:
      >>> import metrax
      >>> iou = metrax.IoU(num_classes=2, target_class_ids=[0])
      >>> round(float(iou([0, 0, 1, 1], [0, 1, 0, 1])), 6)
      0.333333

    References:
      Keras 3, ``keras.metrics.IoU``; https://en.wikipedia.org/wiki/Jaccard_index.
    """

    num_classes: int
    target_class_ids: tuple[int, ...] | list[int]
    ignore_class: Classes = None
    sparse_y_true: bool = True
    sparse_y_pred: bool = True
    axis: int = -1

    @property
    def statistic(self) -> ConfusionCounts:
        return _matrix(self, self.sparse_y_true)

    def _targets(self) -> tuple[int, ...]:
        return tuple(self.target_class_ids)


class MeanIoU(MeanOverClasses):
    r"""Intersection over union, averaged over all classes.

    $$\frac1{|S|} \sum_{c \in S} \frac{tp_c}{tp_c + fp_c + fn_c}$$

    Here $S$ are the classes that appear among the labels or the predictions.
    ``update(state, y_true, y_pred, w=None)`` takes labels of one shape (or scores along ``axis``).
    Labels that are no class contribute nothing. The value is from 0 to 1, and 0 without data.

    Args:
      num_classes: the number of classes.
      ignore_class: true label whose elements do not count, or several.
      sparse_y_true: whether ``y_true`` holds labels; otherwise one-hot rows or scores.
      sparse_y_pred: whether ``y_pred`` holds labels; otherwise scores, whose first maximum counts.
      axis: the class axis of inputs that are not sparse.
      name: defaults to ``"mean_io_u"``.
      dtype: dtype of the value.

    Raises:
      MetraxError: when shapes do not fit or an argument is out of range.

    Example:
      >>> import metrax
      >>> round(float(metrax.MeanIoU(num_classes=2)([0, 0, 1, 1], [0, 1, 0, 1])), 6)
      0.333333

    References:
      Keras 3, ``keras.metrics.MeanIoU``.
    """

    num_classes: int
    ignore_class: Classes = None
    sparse_y_true: bool = True
    sparse_y_pred: bool = True
    axis: int = -1

    @property
    def statistic(self) -> ConfusionCounts:
        return _matrix(self, self.sparse_y_true)

    def _targets(self) -> tuple[int, ...]:
        return tuple(range(self.num_classes))


class BinaryIoU(MeanOverClasses):
    r"""Intersection over union of scores cut at a threshold, averaged over classes 0 and 1.

    $$\frac12 \sum_{c \in \{0, 1\}} \frac{tp_c}{tp_c + fp_c + fn_c}$$

    ``update(state, y_true, y_pred, w=None)`` takes labels 0 and 1 and scores of one shape. A class
    that appears neither among the labels nor among the predictions is left out of the mean. The
    value is from 0 to 1, and 0 without data.

    Args:
      target_class_ids: the classes to average over: 0, 1 or both.
      threshold: scores at or above it are class 1. (Elsewhere it is strictly above, as in Keras.)
      ignore_class: true label whose elements do not count, or several; labels other than 0 and 1
        contribute nothing anyway.
      name: defaults to ``"binary_io_u"``.
      dtype: dtype of the value.

    Raises:
      MetraxError: when shapes differ or an argument is out of range.

    Example:
      >>> import metrax
      >>> iou = metrax.BinaryIoU(target_class_ids=[0, 1], threshold=0.3)
      >>> round(float(iou([0, 1, 0, 1], [0.1, 0.2, 0.4, 0.7])), 6)
      0.333333

    References:
      Keras 3, ``keras.metrics.BinaryIoU``.
    """

    target_class_ids: tuple[int, ...] | list[int] = (0, 1)
    threshold: float = 0.5
    ignore_class: Classes = None

    @property
    def statistic(self) -> ConfusionCounts:
        return ConfusionCounts(2, self.ignore_class, threshold=self.threshold)

    def _targets(self) -> tuple[int, ...]:
        return tuple(self.target_class_ids)


class OneHotIoU(MeanOverClasses):
    r"""Intersection over union of one-hot labels, averaged over some classes.

    $$\frac1{|S|} \sum_{c \in S} \frac{tp_c}{tp_c + fp_c + fn_c}$$

    Here $S$ are those of ``target_class_ids`` that appear among the labels or the predictions.
    ``update(state, y_true, y_pred, w=None)`` takes one-hot labels and scores, ``[B, ..., C]``. A
    row of zeros, like any of equal entries, is of the first class. The value is from 0 to 1, and 0
    without data.

    Args:
      num_classes: C.
      target_class_ids: the classes to average over.
      ignore_class: true label whose elements do not count, or several.
      sparse_y_pred: whether ``y_pred`` holds labels, ``[B, ...]``.
      axis: the class axis.
      name: defaults to ``"one_hot_io_u"``.
      dtype: dtype of the value.

    Raises:
      MetraxError: when shapes do not fit or an argument is out of range.

    Example:
      >>> import metrax
      >>> iou = metrax.OneHotIoU(num_classes=3, target_class_ids=[0, 2])
      >>> y_true = [[0, 0, 1], [1, 0, 0], [0, 1, 0], [1, 0, 0]]
      >>> y_pred = [[.2, .3, .5], [.1, .2, .7], [.5, .3, .1], [.1, .4, .5]]
      >>> round(float(iou(y_true, y_pred)), 6)
      0.166667

    References:
      Keras 3, ``keras.metrics.OneHotIoU``.
    """

    num_classes: int
    target_class_ids: tuple[int, ...] | list[int]
    ignore_class: Classes = None
    sparse_y_pred: bool = False
    axis: int = -1

    @property
    def statistic(self) -> ConfusionCounts:
        return _matrix(self, sparse_y_true=False)

    def _targets(self) -> tuple[int, ...]:
        return tuple(self.target_class_ids)


class OneHotMeanIoU(MeanOverClasses):
    r"""Intersection over union of one-hot labels, averaged over all classes.

    $$\frac1{|S|} \sum_{c \in S} \frac{tp_c}{tp_c + fp_c + fn_c}$$

    Here $S$ are the classes that appear among the labels or the predictions.
    ``update(state, y_true, y_pred, w=None)`` takes one-hot labels and scores, ``[B, ..., C]``. A
    row of zeros, like any of equal entries, is of the first class. The value is from 0 to 1, and 0
    without data.

    Args:
      num_classes: the number of classes.
      ignore_class: true label whose elements do not count, or several.
      sparse_y_pred: whether ``y_pred`` holds labels, ``[B, ...]``.
      axis: the class axis.
      name: defaults to ``"one_hot_mean_io_u"``.
      dtype: dtype of the value.

    Raises:
      MetraxError: when shapes do not fit or an argument is out of range.

    Example:
      >>> import metrax
      >>> iou = metrax.OneHotMeanIoU(num_classes=3)
      >>> y_true = [[0, 0, 1], [1, 0, 0], [0, 1, 0], [1, 0, 0]]
      >>> y_pred = [[.2, .3, .5], [.1, .2, .7], [.5, .3, .1], [.1, .4, .5]]
      >>> round(float(iou(y_true, y_pred)), 6)
      0.111111

    References:
      Keras 3, ``keras.metrics.OneHotMeanIoU``.
    """

    num_classes: int
    ignore_class: Classes = None
    sparse_y_pred: bool = False
    axis: int = -1

    @property
    def statistic(self) -> ConfusionCounts:
        return _matrix(self, sparse_y_true=False)

    def _targets(self) -> tuple[int, ...]:
        return tuple(range(self.num_classes))


def _matrix(
    metric: IoU | MeanIoU | OneHotIoU | OneHotMeanIoU, sparse_y_true: bool
) -> ConfusionCounts:
    return ConfusionCounts(
        metric.num_classes,
        metric.ignore_class,
        sparse_y_true=sparse_y_true,
        sparse_y_pred=metric.sparse_y_pred,
        axis=metric.axis,
        dtype=metric.dtype,
    )
