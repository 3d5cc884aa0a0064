"""Means and sums of a stream of values, and the mean of any per-example function."""

import inspect
from abc import ABC
from collections.abc import Callable
from typing import Any, ClassVar

from jax import Array

from metrax.core.metric import Metric
from metrax.core.statistic import Statistic
from metrax.statistics.mean import MeanState, WeightedMean


class ReadMean(Metric, ABC):
    """A metric that is the weighted mean of its statistic's values; base of most of them."""

    def read(self, state: MeanState) -> Array:
        return state.mean


def values_themselves(values: Array) -> Array:
    """The values as they are."""
    return values


class Mean(ReadMean):
    r"""Weighted mean of values, $\frac{\sum w v}{\sum w}$.

    ``update(state, values, w=None)`` takes values of any shape; every element counts, with its
    weight. Without any weight the mean is 0. 1e9 updates keep float32 precision.

    Args:
      name: defaults to ``"mean"``.
      dtype: dtype of the value.

    Example:
      >>> import metrax
      >>> mean = metrax.Mean()
      >>> float(mean([1, 3, 5, 7])), float(mean([1, 3, 5, 7], [1, 1, 0, 0]))
      (4.0, 2.0)

    References:
      Keras 3, ``keras.metrics.Mean``.
    """

    inputs: ClassVar[tuple[str, ...]] = ("values",)

    @property
    def statistic(self) -> Statistic:
        return WeightedMean(values_themselves, exact=True, dtype=self.dtype)


class Sum(Metric):
    r"""Weighted sum of values, $\sum w v$.

    ``update(state, values, w=None)`` takes values of any shape. Sums of integers are exact to 2^48
    inside the state; the value is rounded to its dtype once.

    Args:
      name: defaults to ``"sum"``.
      dtype: dtype of the value.

    Example:
      >>> import metrax
      >>> total = metrax.Sum()
      >>> float(total([1, 3, 5, 7])), float(total([1, 3, 5, 7], [1, 1, 0, 0]))
      (16.0, 4.0)

    References:
      Keras 3, ``keras.metrics.Sum``.
    """

    inputs: ClassVar[tuple[str, ...]] = ("values",)

    @property
    def statistic(self) -> Statistic:
        return WeightedMean(values_themselves, exact=True, dtype=self.dtype)

    def read(self, state: MeanState) -> Array:
        return state.total.value


class MeanMetricWrapper(ReadMean):
    r"""Weighted mean of any per-example function, $\frac{\sum w\,f(y, \hat y)}{\sum w}$.

    Args:
      fn: ``fn(y_true, y_pred, **kwargs)`` with values of shape ``[B, ...]``. A function whose
        second parameter is named like the truth (``targets``, ``labels``, ``y_true``) is called as
        ``fn(y_pred, y_true, **kwargs)``, so every optax loss works as it is. Define it once:
        another lambda is another metric to ``jit``.
      name: defaults to ``"mean_metric_wrapper"``.
      dtype: dtype of the value.
      **kwargs: more arguments of ``fn``; they must be hashable.

    Raises:
      MetraxTypeError: when ``fn`` is not callable or returns no array.

    Example:
      >>> import metrax, optax
      >>> huber = metrax.MeanMetricWrapper(optax.losses.huber_loss, delta=2.0, name="huber")
      >>> float(huber([0., 0.], [1., 3.]))
      2.25

    References:
      Keras 3, ``keras.metrics.MeanMetricWrapper``.
    """

    fn: Callable[..., Any]
    kwargs: tuple[tuple[str, Any], ...]

    def __init__(
        self,
        fn: Callable[..., Any],
        name: str | None = None,
        dtype: str | None = None,
        **kwargs: Any,
    ) -> None:
        given = {"fn": fn, "kwargs": tuple(sorted(kwargs.items())), "name": name, "dtype": dtype}
        for field, value in given.items():
            object.__setattr__(self, field, value)
        self.__post_init__()

    def arguments(self) -> dict[str, Any]:
        return {"fn": self.fn, "name": self.name, "dtype": self.dtype, **dict(self.kwargs)}

    @property
    def statistic(self) -> Statistic:
        swap = takes_predictions_first(self.fn)
        return WeightedMean(self.fn, self.kwargs, predictions_first=swap, dtype=self.dtype)


TRUTHS = frozenset({"y_true", "target", "targets", "label", "labels", "log_targets"})


def takes_predictions_first(fn: Callable[..., Any]) -> bool:
    """Whether the second parameter of ``fn``, and not the first, is named like the truth."""
    try:
        first, second, *_ = inspect.signature(fn).parameters
    except ValueError:  # a builtin without a signature, or fewer than two parameters
        return False
    return second in TRUTHS and first not in TRUTHS
