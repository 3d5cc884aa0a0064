"""Confusion matrix of class labels."""

from collections.abc import Mapping
from typing import ClassVar

import jax.numpy as jnp
from jax import Array

from metrax.accumulators.sum import Sum
from metrax.core.checks import Classes, MetraxError, as_labels, is_one_of, needs_classes, same_shape
from metrax.core.domains import NUMBERS, Domain, labels, scores_at
from metrax.core.state import State
from metrax.core.statistic import Statistic
from metrax.kernels.arithmetic import promote
from metrax.kernels.highest import first_highest
from metrax.statistics.class_labels import class_domains, class_labels


class ConfusionState(State):
    """``cells[i, j]``: the weight of the elements of class ``i`` that were predicted as ``j``.

    Attributes:
      cells: the sums, ``[C, C]``.

    Example:
      >>> import metrax
      >>> metric = metrax.MeanIoU(num_classes=2)
      >>> state = metric.observe([0, 1, 1], [0, 1, 0])
      >>> state.matrix.tolist()
      [[1.0, 0.0], [1.0, 1.0]]
    """

    cells: Sum

    def _seen(self) -> Sum:
        return self.cells

    @property
    def matrix(self) -> Array:
        """The matrix, rounded to the dtype once."""
        return self.cells.value


class ConfusionCounts(Statistic):
    """The weight in every cell (true class, predicted class), shape ``[C, C]``.

    Args:
      num_classes: C. Labels outside ``[0, C)``, in either input, contribute nothing.
      ignore_class: elements whose true label is this one, or one of these, contribute nothing.
      sparse_y_true: whether ``y_true`` holds labels; otherwise it holds scores or one-hot rows
        along ``axis``, of which the first maximum is the label.
      sparse_y_pred: the same for ``y_pred``.
      axis: the class axis of inputs that are not sparse.
      threshold: if given, ``y_pred`` holds scores, which are class 1 from the threshold on, else 0.
      by_shape: whether the inputs' shapes tell which of them hold labels: those without a last axis
        of ``num_classes``.

    Raises:
      MetraxError: when shapes do not fit, or there are other than ``num_classes`` scores in a row.

    Example:
      >>> import metrax
      >>> counts = metrax.statistics.ConfusionCounts(num_classes=2)
      >>> state = counts.observe({"y_true": [0, 1, 1], "y_pred": [0, 1, 0], "w": [1., 1., 0.5]})
      >>> state.matrix.tolist()
      [[1.0, 0.0], [0.5, 1.0]]
    """

    _of_weights: ClassVar[bool] = True
    aligned: ClassVar[bool] = False  # labels beside rows of scores

    num_classes: int
    ignore_class: Classes = None
    sparse_y_true: bool = True
    sparse_y_pred: bool = True
    axis: int = -1
    threshold: float | None = None
    by_shape: bool = False

    def domains(self, **inputs: Array) -> Mapping[str, Domain]:
        if self.by_shape:
            return class_domains(self.num_classes, self.ignore_class, **inputs)
        classes, scores = labels(self.num_classes, self.ignore_class), NUMBERS.lacking(self.axis)
        y_pred = classes if self.sparse_y_pred else scores
        return {
            "y_true": classes if self.sparse_y_true else scores,
            "y_pred": y_pred if self.threshold is None else scores_at(self.threshold),
        }

    @property
    def _stratum(self) -> int:
        return 2

    def init(self) -> ConfusionState:
        shape = (self.num_classes, self.num_classes)
        return ConfusionState(Sum.zeros(shape, self.accumulates))

    def _label_inputs(self) -> tuple[str, ...]:
        return ("y_true", "y_pred")

    def contribute(self, y_true: Array, y_pred: Array) -> ConfusionState:
        shape = (self.num_classes, self.num_classes)
        if self.by_shape:
            both = class_labels(y_true, y_pred, self.num_classes, self.ignore_class)
            return ConfusionState(Sum.each(1, at=both, shape=shape))
        true = self._labels("y_true", y_true, self.sparse_y_true)
        if self.threshold is not None:
            (scores,) = promote(y_pred)
            y_pred = scores >= self.threshold
        pred = self._labels("y_pred", y_pred, self.sparse_y_pred)
        true, pred = same_shape(true, pred)
        if self.ignore_class is not None:
            true = jnp.where(is_one_of(true, self.ignore_class), -1, true)
        return ConfusionState(Sum.each(1, at=(true, pred), shape=shape))

    def _labels(self, name: str, x: Array, sparse: bool) -> Array:
        if sparse:
            return as_labels(x)
        axis = needs_classes(name, x, self.axis, "BinaryIoU")
        if x.shape[axis] != self.num_classes:
            raise MetraxError(
                f"{name}: got {x.shape[axis]} classes along axis {self.axis} of shape {x.shape}; "
                f"expected num_classes={self.num_classes}"
            )
        return first_highest(x, axis)
