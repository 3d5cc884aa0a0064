"""The mean of any per-example function."""

import math
from collections.abc import Callable
from typing import Any, ClassVar

from metrax.aggregation.arguments import Reading, read_signature
from metrax.aggregation.streams import ReadMean
from metrax.core.checks import MetraxTypeError
from metrax.core.metric import Metric
from metrax.core.statistic import Statistic
from metrax.statistics.function_mean import FunctionMean


class MeanMetricWrapper(ReadMean):
    r"""Weighted mean of any per-example function, $\frac{\sum w\,f(y, \hat y)}{\sum w}$.

    ``update(state, y_true, y_pred, w=None)`` takes what ``fn`` takes. The value is of the
    function's range, and 0 without data.

    Args:
      fn: ``fn(y_true, y_pred, **kwargs)`` with values of shape ``[B, ...]``, each of one example
        alone. It is called in this order, Keras's, unless the name of a parameter says otherwise
        (``predictions``, ``logits`` or ``y_hat`` first; ``targets``, ``labels`` or ``truth``
        second), so every optax loss works as it is. Nothing is broadcast; ``[B]`` is ``[B, 1]`` to
        a function that averages over the last axis. Define it once: another lambda is another
        metric to ``jit``.
      name: defaults to ``"mean_metric_wrapper"``.
      dtype: dtype of the value.
      order: ``("y_pred", "y_true")`` or ``("y_true", "y_pred")``, where names mislead or do not
        tell; it is the wrapper's own and never reaches ``fn``.
      **kwargs: more arguments of ``fn``; they must be hashable.

    Raises:
      MetraxError: when the names of both parameters say the same and no ``order`` is given, or
        ``fn`` mixes the examples of a batch: it returns one value for several, or averages over
        the batch axis.
      MetraxTypeError: when ``fn`` is not callable, requires more than two arrays or returns no
        array of real numbers.

    Example:
      >>> import metrax, optax
      >>> huber = metrax.MeanMetricWrapper(optax.losses.huber_loss, delta=2.0, name="huber")
      >>> float(huber([0., 0.], [1., 3.]))
      2.25

    References:
      Keras 3, ``keras.metrics.MeanMetricWrapper``.
    """

    higher_is_better: ClassVar[bool | None] = None
    value_range: ClassVar[tuple[float, float]] = (-math.inf, math.inf)

    fn: Callable[..., Any]
    order: tuple[str, ...] | None
    kwargs: tuple[tuple[str, Any], ...]

    def __init__(
        self,
        fn: Callable[..., Any],
        name: str | None = None,
        dtype: str | None = None,
        order: tuple[str, ...] | list[str] | None = None,
        **kwargs: Any,
    ) -> None:
        extra = tuple(sorted(kwargs.items()))
        given = {"fn": fn, "order": order, "kwargs": extra, "name": name, "dtype": dtype}
        for field, value in given.items():
            object.__setattr__(self, field, value)
        self.__post_init__()

    def validate(self) -> None:
        if isinstance(self.fn, type | Metric):
            raise MetraxTypeError(
                f"fn: got {self.fn}; expected a function of each example's values. A metric needs "
                "no wrapper"
            )
        self._reading()

    def _arguments(self) -> dict[str, Any]:
        order = {} if self.order is None else {"order": self.order}
        return {"fn": self.fn, "name": self.name, "dtype": self.dtype, **order, **dict(self.kwargs)}

    @property
    def statistic(self) -> Statistic:
        swapped, keywords = self._reading()
        return FunctionMean(self.fn, self.kwargs, predictions_first=swapped, keywords=keywords)

    def _reading(self) -> Reading:
        return read_signature(self.fn, dict(self.kwargs), self.order)
