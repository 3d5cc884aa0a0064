"""Mean errors and similarities of regressions."""

from metrax.core.metric import Statistic
from metrax.functional import regression as fn
from metrax.reduction.reductions import ReadMean
from metrax.statistics.mean import WeightedMean


class MeanSquaredError(ReadMean):
    r"""Weighted mean squared error, $\frac{\sum w (y - \hat y)^2}{\sum w}$, over all elements.

    ``update(state, y_true, y_pred, w=None)`` takes targets and predictions of one shape.

    Args:
      name: defaults to ``"mean_squared_error"``.
      dtype: dtype of the value.

    Raises:
      MetraxError: when the shapes differ; nothing is broadcast.

    Example:
      >>> import metrax
      >>> float(metrax.MeanSquaredError()([[0., 1.], [0., 0.]], [[1., 1.], [0., 0.]]))
      0.25

    References:
      Keras 3, ``keras.metrics.MeanSquaredError``.
    """

    @property
    def statistic(self) -> Statistic:
        return WeightedMean.over(fn.squared_error, self.dtype)


class CosineSimilarity(ReadMean):
    r"""Weighted mean cosine similarity, of $\frac{y \cdot \hat y}{\|y\|\,\|\hat y\|}$.

    ``update(state, y_true, y_pred, w=None)`` takes vectors ``[B, ..., D]``. A zero vector has
    similarity 0 to any other.

    Args:
      axis: the axis of the vectors' components.
      name: defaults to ``"cosine_similarity"``.
      dtype: dtype of the value.

    Raises:
      MetraxError: when the shapes differ or there is no axis beside the batch axis.

    Example:
      >>> import metrax
      >>> cosine = metrax.CosineSimilarity(axis=1)
      >>> round(float(cosine([[0., 1.], [1., 1.]], [[1., 0.], [1., 1.]])), 6)
      0.5

    References:
      https://en.wikipedia.org/wiki/Cosine_similarity; ``keras.metrics.CosineSimilarity``.
    """

    axis: int = -1

    @property
    def statistic(self) -> Statistic:
        return WeightedMean.over(fn.cosine_similarity, self.dtype, axis=self.axis)
