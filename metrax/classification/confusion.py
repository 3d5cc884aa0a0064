"""The confusion matrix itself."""

from typing import ClassVar, Literal

import jax.numpy as jnp
from jax import Array

from metrax.core.checks import Classes, MetraxError, at_least
from metrax.core.statistic import Statistic
from metrax.core.typed import PairMetric
from metrax.kernels.arithmetic import safe_divide
from metrax.statistics.confusion_counts import ConfusionCounts, ConfusionState
from metrax.statistics.threshold_counts import ThresholdCounts, ThresholdCountsState


class ConfusionMatrix(PairMetric[ConfusionState | ThresholdCountsState, Array]):
    r"""The weight of the elements of class i that are predicted as j, $n_{ij}$: ``[C, C]``.

    ``update(state, y_true, y_pred, w=None)`` takes labels (integers of any shape), one-hot rows or
    rows of scores ``[..., num_classes]``, of which the first highest counts; of two classes, also
    scores of class 1, positive above a half. Elements of labels, true or predicted, that are no
    class contribute nothing. With ``multi_label``, or a ``threshold``, each entry of the last axis
    is a label of its own, and there is a matrix for each, ``[L, 2, 2]``: $\begin{pmatrix} tn & fp
    \\ fn & tp \end{pmatrix}$. No data is 0 everywhere.

    Args:
      num_classes: how many classes or labels there are.
      normalize: ``"true"`` divides by the sums of rows, ``"pred"`` of columns, ``"all"`` of the
        whole matrix; None by nothing. What has nothing to be divided by is 0.
      ignore_class: true label whose elements do not count, or several.
      multi_label: whether each entry of the last axis is a label of its own.
      threshold: a score strictly above is positive, in [0, 1]; 0.5 with ``multi_label``.
      name: defaults to ``"confusion_matrix"``.
      dtype: dtype of the value.

    Raises:
      MetraxError: when shapes do not fit or an argument is out of range.

    Example:
      >>> import metrax
      >>> metrax.ConfusionMatrix(num_classes=3)([2, 0, 2, 2, 0, 1], [0, 0, 2, 2, 0, 2]).tolist()
      [[2.0, 0.0, 0.0], [0.0, 0.0, 1.0], [1.0, 0.0, 2.0]]

    References:
      scikit-learn, ``confusion_matrix`` and ``multilabel_confusion_matrix``.
    """

    higher_is_better: ClassVar[bool | None] = None

    num_classes: int
    normalize: Literal["true", "pred", "all"] | None = None
    ignore_class: Classes = None
    multi_label: bool = False
    threshold: float | None = None

    @property
    def value_range(self) -> tuple[float, float]:
        """Weights, or shares of them."""
        return (0.0, float("inf") if self.normalize is None else 1.0)

    def validate(self) -> None:
        at_least(1 if self._is_cut else 2, num_classes=self.num_classes)
        if self.threshold is not None and not 0 <= self.threshold <= 1:
            raise MetraxError(f"threshold: got {self.threshold}; expected a number in [0, 1]")

    @property
    def _is_cut(self) -> bool:
        return self.multi_label or self.threshold is not None

    @property
    def statistic(self) -> Statistic:
        if not self._is_cut:
            return ConfusionCounts(self.num_classes, self.ignore_class, by_shape=True)
        return ThresholdCounts(
            (0.5 if self.threshold is None else self.threshold,),
            multi_label=True,
            num_labels=self.num_classes,
            size_argument="num_classes",
            ignore_class=self.ignore_class,
        )

    def read(self, state: ConfusionState | ThresholdCountsState) -> Array:
        matrix = state.matrix if isinstance(state, ConfusionState) else _of_labels(state)
        if self.normalize is None:
            return matrix
        axes = {"true": (-1,), "pred": (-2,), "all": (-2, -1)}[self.normalize]
        total = jnp.sum(matrix, axis=axes, keepdims=True)
        return safe_divide(matrix, jnp.broadcast_to(total, matrix.shape))


def _of_labels(state: ThresholdCountsState) -> Array:
    tp, fp, tn, fn = (x[..., 0] for x in state.counts())
    rows = [jnp.stack([tn, fp], axis=-1), jnp.stack([fn, tp], axis=-1)]
    return jnp.stack(rows, axis=-2)
