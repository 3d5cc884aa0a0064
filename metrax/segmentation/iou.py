"""Intersection over union."""

import jax.numpy as jnp
from jax import Array

from metrax.core.checks import MetraxError
from metrax.core.metric import Metric, Statistic
from metrax.core.numerics import safe_divide
from metrax.statistics.confusion_matrix import ConfusionMatrix, ConfusionMatrixState


class MeanIoU(Metric):
    r"""Mean over classes of the intersection over the union, $\frac{tp}{tp + fp + fn}$.

    ``update(state, y_true, y_pred, w=None)`` takes labels of one shape (or scores along ``axis``).
    Classes that appear neither among the labels nor among the predictions are left out of the
    mean; labels that are no class contribute nothing. Weights count as they are, fractions too.

    Args:
      num_classes: the number of classes.
      ignore_class: true label whose elements do not count.
      sparse_y_true: whether ``y_true`` holds labels; otherwise one-hot rows or scores.
      sparse_y_pred: whether ``y_pred`` holds labels; otherwise scores, whose first maximum counts.
      axis: the class axis of inputs that are not sparse.
      name: defaults to ``"mean_io_u"``.
      dtype: dtype of the value.

    Raises:
      MetraxError: when shapes do not fit or ``num_classes`` is below 1.

    Example:
      >>> import metrax
      >>> round(float(metrax.MeanIoU(num_classes=2)([0, 0, 1, 1], [0, 1, 0, 1])), 6)
      0.333333

    References:
      Keras 3, ``keras.metrics.MeanIoU``; https://en.wikipedia.org/wiki/Jaccard_index.
    """

    num_classes: int
    ignore_class: int | None = None
    sparse_y_true: bool = True
    sparse_y_pred: bool = True
    axis: int = -1

    def validate(self) -> None:
        if self.num_classes < 1:
            raise MetraxError(f"num_classes: got {self.num_classes}; expected 1 or more")

    @property
    def statistic(self) -> Statistic:
        return ConfusionMatrix(
            self.num_classes,
            self.ignore_class,
            self.sparse_y_true,
            self.sparse_y_pred,
            self.axis,
            dtype=self.dtype,
        )

    def read(self, state: ConfusionMatrixState) -> Array:
        matrix = state.matrix
        both = jnp.diagonal(matrix)
        either = matrix.sum(axis=0) + matrix.sum(axis=1) - both
        seen = (either > 0).astype(matrix.dtype)
        return safe_divide(jnp.sum(safe_divide(both, either)), jnp.sum(seen))
