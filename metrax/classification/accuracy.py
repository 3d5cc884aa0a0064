"""Accuracies."""

from metrax.core.metric import Statistic
from metrax.functional import accuracies as fn
from metrax.reduction.reductions import ReadMean
from metrax.statistics.mean import WeightedMean


class Accuracy(ReadMean):
    r"""Share of the elements predicted exactly, $\frac{\sum w\,[y = \hat y]}{\sum w}$.

    ``update(state, y_true, y_pred, w=None)`` takes labels and predicted labels of one shape.

    Args:
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

    @property
    def statistic(self) -> Statistic:
        return WeightedMean(fn.accuracy, integer_predictions=True, dtype=self.dtype)


class BinaryAccuracy(ReadMean):
    r"""Share of the scores on their label's side of a threshold.

    ``update(state, y_true, y_pred, w=None)`` takes labels 0 and 1 and scores of one shape; every
    element counts.

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

    threshold: float = 0.5

    @property
    def statistic(self) -> Statistic:
        return WeightedMean.over(fn.binary_accuracy, self.dtype, threshold=self.threshold)


class CategoricalAccuracy(ReadMean):
    r"""Share of the examples whose highest score is at the one-hot label.

    ``update(state, y_true, y_pred, w=None)`` takes one-hot labels and scores, ``[B, ..., C]``.

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

    @property
    def statistic(self) -> Statistic:
        return WeightedMean.over(fn.categorical_accuracy, self.dtype)


class SparseCategoricalAccuracy(ReadMean):
    r"""Share of the examples whose highest score is at the label.

    ``update(state, y_true, y_pred, w=None)`` takes class indices ``[B, ...]`` (or ``[B, ..., 1]``)
    and scores ``[B, ..., C]``. An index that is no class is never a hit.

    Args:
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

    @property
    def statistic(self) -> Statistic:
        return WeightedMean.over(fn.sparse_categorical_accuracy, self.dtype)
