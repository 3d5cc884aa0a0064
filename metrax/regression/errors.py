"""Mean errors and similarities of regressions."""

from collections.abc import Mapping
from typing import ClassVar

import jax.numpy as jnp
from jax import Array

from metrax.aggregation.streams import ReadMean
from metrax.core.domains import NON_NEGATIVE, NUMBERS, Domain
from metrax.core.statistic import Statistic
from metrax.functional.regression import errors as fn
from metrax.functional.regression.correlation import cosine_similarity
from metrax.regression.outputs import MeanError
from metrax.statistics.weighted_mean import WeightedMean


class MeanSquaredError(MeanError):
    r"""Weighted mean squared error, $\frac{\sum w (y - \hat y)^2}{\sum w}$, over all elements.

    ``update(state, y_true, y_pred, w=None)`` takes targets and predictions of one shape. With
    ``num_outputs`` they are ``[B, ..., *num_outputs]``, and each output has a value of its own. A
    value is 0 or more, and 0 without data.

    Args:
      num_outputs: the shape of the trailing axes that have values of their own: 24 gives 24 of
        them, ``(24, 3)`` a matrix. A last axis of length 1 may be left out: 1 also takes ``[B]``,
        and gives a vector of one value.
      class_aggregation: None keeps the outputs' values, ``"uniform_average"`` averages them,
        ``"variance_weighted_average"`` weighs them by $\sum w (y - \bar y)^2$ of their targets, as
        :class:`R2Score` does. An output without weight has the value 0.
      name: defaults to ``"mean_squared_error"``.
      dtype: dtype of the value.

    Raises:
      MetraxError: when the shapes differ, for nothing is broadcast, or do not end in
        ``num_outputs``; when that is below 1, or ``class_aggregation`` is given without it.

    Example:
      >>> import metrax
      >>> float(metrax.MeanSquaredError()([[0., 1.], [0., 0.]], [[1., 1.], [0., 0.]]))
      0.25
      >>> each = metrax.MeanSquaredError(num_outputs=2)
      >>> each([[0., 1.], [0., 0.]], [[1., 1.], [0., 0.]]).tolist()
      [0.5, 0.0]

    References:
      Keras 3, ``keras.metrics.MeanSquaredError``.
    """

    aliases: ClassVar[tuple[str, ...]] = ("mse", "MSE")

    _error = staticmethod(fn.squared_error)


class RootMeanSquaredError(MeanError):
    r"""Root of the weighted mean squared error, $\sqrt{\frac{\sum w (y - \hat y)^2}{\sum w}}$.

    ``update(state, y_true, y_pred, w=None)`` takes targets and predictions of one shape. The state
    is ``MeanSquaredError``'s, and the root is taken of all data, not of each batch. It is 0 or
    more, and 0 without data.

    Args:
      num_outputs: the shape of the outputs with values of their own; see :class:`MeanSquaredError`.
      class_aggregation: None keeps them; see :class:`MeanSquaredError`.
      name: defaults to ``"root_mean_squared_error"``.
      dtype: dtype of the value.

    Raises:
      MetraxError: when shapes or arguments do not fit, as :class:`MeanSquaredError`'s.

    Example:
      >>> import metrax
      >>> float(metrax.RootMeanSquaredError()([[0., 1.], [0., 0.]], [[1., 1.], [0., 0.]]))
      0.5

    References:
      Keras 3, ``keras.metrics.RootMeanSquaredError``.
    """

    aliases: ClassVar[tuple[str, ...]] = ("rmse", "RMSE")

    _error = staticmethod(fn.squared_error)

    def _of_mean(self, mean: Array) -> Array:
        return jnp.sqrt(mean)


class MeanAbsoluteError(MeanError):
    r"""Weighted mean absolute error, $\frac{\sum w |y - \hat y|}{\sum w}$, over all elements.

    ``update(state, y_true, y_pred, w=None)`` takes targets and predictions of one shape. It is 0 or
    more, and 0 without data.

    Args:
      num_outputs: the shape of the outputs with values of their own; see :class:`MeanSquaredError`.
      class_aggregation: None keeps them; see :class:`MeanSquaredError`.
      name: defaults to ``"mean_absolute_error"``.
      dtype: dtype of the value.

    Raises:
      MetraxError: when shapes or arguments do not fit, as :class:`MeanSquaredError`'s.

    Example:
      >>> import metrax
      >>> float(metrax.MeanAbsoluteError()([[0., 1.], [0., 0.]], [[1., 1.], [0., 0.]]))
      0.25

    References:
      Keras 3, ``keras.metrics.MeanAbsoluteError``.
    """

    aliases: ClassVar[tuple[str, ...]] = ("mae", "MAE")

    _error = staticmethod(fn.absolute_error)


class MeanAbsolutePercentageError(MeanError):
    r"""Weighted mean relative error in percent, of $100\,|y - \hat y| / \max(|y|, 10^{-7})$.

    ``update(state, y_true, y_pred, w=None)`` takes targets and predictions of one shape. It is 0 or
    more, and 0 without data; of a target of 0 a prediction of 0 has the error 0, and one of 1 that
    of 1e9 percent.

    Args:
      num_outputs: the shape of the outputs with values of their own; see :class:`MeanSquaredError`.
      class_aggregation: None keeps them; see :class:`MeanSquaredError`.
      name: defaults to ``"mean_absolute_percentage_error"``.
      dtype: dtype of the value.

    Raises:
      MetraxError: when shapes or arguments do not fit, as :class:`MeanSquaredError`'s.

    Example:
      >>> import metrax
      >>> float(metrax.MeanAbsolutePercentageError()([[2., 4.], [1., 1.]], [[1., 4.], [1., 3.]]))
      62.5

    References:
      Keras 3, ``keras.metrics.MeanAbsolutePercentageError``.
    """

    aliases: ClassVar[tuple[str, ...]] = ("mape", "MAPE")

    _error = staticmethod(fn.absolute_percentage_error)


class MeanSquaredLogarithmicError(MeanError):
    r"""Weighted mean squared difference of logarithms, of $(\log(1 + y) - \log(1 + \hat y))^2$.

    ``update(state, y_true, y_pred, w=None)`` takes targets and predictions of one shape; values
    below 1e-7 count as 1e-7. The value is 0 or more, and 0 without data.

    Args:
      num_outputs: the shape of the outputs with values of their own; see :class:`MeanSquaredError`.
      class_aggregation: None keeps them; see :class:`MeanSquaredError`.
      name: defaults to ``"mean_squared_logarithmic_error"``.
      dtype: dtype of the value.

    Raises:
      MetraxError: when shapes or arguments do not fit, as :class:`MeanSquaredError`'s.

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

    _error = staticmethod(fn.squared_logarithmic_error)


class LogCoshError(MeanError):
    r"""Weighted mean logarithm of the error's hyperbolic cosine, of $\log\cosh(\hat y - y)$.

    ``update(state, y_true, y_pred, w=None)`` takes targets and predictions of one shape. The value
    is $e^2 / 2$ for small errors, to full precision, and $|e| - \log 2$ for large ones; 0 without
    data.

    Args:
      num_outputs: the shape of the outputs with values of their own; see :class:`MeanSquaredError`.
      class_aggregation: None keeps them; see :class:`MeanSquaredError`.
      name: defaults to ``"logcosh"``.
      dtype: dtype of the value.

    Raises:
      MetraxError: when shapes or arguments do not fit, as :class:`MeanSquaredError`'s.

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

    _error = staticmethod(fn.log_cosh_error)


class CosineSimilarity(ReadMean):
    r"""Weighted mean cosine similarity, of $\frac{y \cdot \hat y}{\|y\|\,\|\hat y\|}$.

    ``update(state, y_true, y_pred, w=None)`` takes vectors ``[B, ..., D]``. It is from -1 to 1, and
    0 without data. A zero vector has similarity 0 to any other.

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
    higher_is_better: ClassVar[bool | None] = True
    value_range: ClassVar[tuple[float, float]] = (-1, 1)

    axis: int = -1

    def domains(self, **inputs: Array) -> Mapping[str, Domain]:
        return dict.fromkeys(self.inputs, NUMBERS.lacking(self.axis))

    @property
    def statistic(self) -> Statistic:
        return WeightedMean.over(cosine_similarity, axis=self.axis)
