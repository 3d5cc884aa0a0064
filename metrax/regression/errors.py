"""Mean errors and similarities of regressions."""

from collections.abc import Mapping
from typing import ClassVar

import jax.numpy as jnp
from jax import Array

from metrax.accumulators.mean import Mean
from metrax.aggregation.streams import ReadMean
from metrax.core.domains import NON_NEGATIVE, NUMBERS, Domain
from metrax.core.statistic import Statistic
from metrax.core.typed import PairMetric
from metrax.functional.regression import errors as fn
from metrax.functional.regression.correlation import cosine_similarity
from metrax.statistics.weighted_mean import WeightedMean


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

    aliases: ClassVar[tuple[str, ...]] = ("mse", "MSE")

    @property
    def statistic(self) -> Statistic:
        return WeightedMean.over(
            fn.squared_error,
        )


class RootMeanSquaredError(PairMetric[Mean, Array]):
    r"""Root of the weighted mean squared error, $\sqrt{\frac{\sum w (y - \hat y)^2}{\sum w}}$.

    ``update(state, y_true, y_pred, w=None)`` takes targets and predictions of one shape. The state
    is ``MeanSquaredError``'s, and the root is taken of all data, not of each batch.

    Args:
      name: defaults to ``"root_mean_squared_error"``.
      dtype: dtype of the value.

    Raises:
      MetraxError: when the shapes differ; nothing is broadcast.

    Example:
      >>> import metrax
      >>> float(metrax.RootMeanSquaredError()([[0., 1.], [0., 0.]], [[1., 1.], [0., 0.]]))
      0.5

    References:
      Keras 3, ``keras.metrics.RootMeanSquaredError``.
    """

    aliases: ClassVar[tuple[str, ...]] = ("rmse", "RMSE")

    @property
    def statistic(self) -> Statistic:
        return WeightedMean.over(
            fn.squared_error,
        )

    def read(self, state: Mean) -> Array:
        return jnp.sqrt(state.mean)


class MeanAbsoluteError(ReadMean):
    r"""Weighted mean absolute error, $\frac{\sum w |y - \hat y|}{\sum w}$, over all elements.

    ``update(state, y_true, y_pred, w=None)`` takes targets and predictions of one shape.

    Args:
      name: defaults to ``"mean_absolute_error"``.
      dtype: dtype of the value.

    Raises:
      MetraxError: when the shapes differ; nothing is broadcast.

    Example:
      >>> import metrax
      >>> float(metrax.MeanAbsoluteError()([[0., 1.], [0., 0.]], [[1., 1.], [0., 0.]]))
      0.25

    References:
      Keras 3, ``keras.metrics.MeanAbsoluteError``.
    """

    aliases: ClassVar[tuple[str, ...]] = ("mae", "MAE")

    @property
    def statistic(self) -> Statistic:
        return WeightedMean.over(
            fn.absolute_error,
        )


class MeanAbsolutePercentageError(ReadMean):
    r"""Weighted mean relative error in percent, of $100\,|y - \hat y| / \max(|y|, 10^{-7})$.

    ``update(state, y_true, y_pred, w=None)`` takes targets and predictions of one shape.

    Args:
      name: defaults to ``"mean_absolute_percentage_error"``.
      dtype: dtype of the value.

    Raises:
      MetraxError: when the shapes differ; nothing is broadcast.

    Example:
      >>> import metrax
      >>> float(metrax.MeanAbsolutePercentageError()([[2., 4.], [1., 1.]], [[1., 4.], [1., 3.]]))
      62.5

    References:
      Keras 3, ``keras.metrics.MeanAbsolutePercentageError``.
    """

    aliases: ClassVar[tuple[str, ...]] = ("mape", "MAPE")

    @property
    def statistic(self) -> Statistic:
        return WeightedMean.over(
            fn.absolute_percentage_error,
        )


class MeanSquaredLogarithmicError(ReadMean):
    r"""Weighted mean squared difference of logarithms, of $(\log(1 + y) - \log(1 + \hat y))^2$.

    ``update(state, y_true, y_pred, w=None)`` takes targets and predictions of one shape; values
    below 1e-7 count as 1e-7.

    Args:
      name: defaults to ``"mean_squared_logarithmic_error"``.
      dtype: dtype of the value.

    Raises:
      MetraxError: when the shapes differ; nothing is broadcast.

    Example:
      >>> import metrax
      >>> msle = metrax.MeanSquaredLogarithmicError()
      >>> round(float(msle([[0., 1.], [0., 0.]], [[1., 1.], [0., 0.]])), 6)
      0.120113

    References:
      Keras 3, ``keras.metrics.MeanSquaredLogarithmicError``.
    """

    aliases: ClassVar[tuple[str, ...]] = (
        "msle",
        "MSLE",
        "mean_squared_log_error",
        "MeanSquaredLogError",
    )

    def domains(self, **inputs: Array) -> Mapping[str, Domain]:
        return {"y_true": NON_NEGATIVE, "y_pred": NON_NEGATIVE}

    @property
    def statistic(self) -> Statistic:
        return WeightedMean.over(
            fn.squared_logarithmic_error,
        )


class LogCoshError(ReadMean):
    r"""Weighted mean logarithm of the error's hyperbolic cosine, of $\log\cosh(\hat y - y)$.

    ``update(state, y_true, y_pred, w=None)`` takes targets and predictions of one shape. The value
    is $e^2 / 2$ for small errors, to full precision, and $|e| - \log 2$ for large ones.

    Args:
      name: defaults to ``"logcosh"``.
      dtype: dtype of the value.

    Raises:
      MetraxError: when the shapes differ; nothing is broadcast.

    Example:
      >>> import metrax
      >>> round(float(metrax.LogCoshError()([[0., 1.], [0., 0.]], [[1., 1.], [0., 0.]])), 6)
      0.108445

    References:
      Keras 3, ``keras.metrics.LogCoshError``.
    """

    aliases: ClassVar[tuple[str, ...]] = ("log_cosh",)

    @classmethod
    def _default_name(cls) -> str:
        return "logcosh"

    @property
    def statistic(self) -> Statistic:
        return WeightedMean.over(
            fn.log_cosh_error,
        )


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

    aliases: ClassVar[tuple[str, ...]] = ("cosine", "cosine_proximity")

    axis: int = -1

    def domains(self, **inputs: Array) -> Mapping[str, Domain]:
        return dict.fromkeys(self.inputs, NUMBERS.lacking(self.axis))

    @property
    def statistic(self) -> Statistic:
        return WeightedMean.over(cosine_similarity, axis=self.axis)
