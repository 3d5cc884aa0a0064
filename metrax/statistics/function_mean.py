"""Weighted mean of a function that somebody else wrote."""

import dataclasses
from collections.abc import Callable, Iterator
from typing import Any

from jax import Array

from metrax.core.by_example import Batch, why_not_by_example
from metrax.core.checks import MetraxError, lined_up
from metrax.statistics.weighted_mean import WeightedMean, real_values


@dataclasses.dataclass(frozen=True)
class Call:
    """A function of truth and prediction, and how it takes them."""

    fn: Callable[..., Any]
    kwargs: tuple[tuple[str, Any], ...]
    predictions_first: bool
    keywords: tuple[str, ...] | None

    def __call__(self, y_true: Array, y_pred: Array) -> Array:
        data = (y_pred, y_true) if self.predictions_first else (y_true, y_pred)
        if self.keywords is None:
            values = self.fn(*data, **dict(self.kwargs))
        else:
            values = self.fn(**dict(zip(self.keywords, data, strict=True)), **dict(self.kwargs))
        return real_values(self.fn, values)


class FunctionMean(WeightedMean):
    r"""$\sum w\,f$ and $\sum w$ of a function that is looked at before it is trusted.

    Nothing is left to broadcast, and the function must give an example the same value in any batch:
    a mean over batches of what was a mean over a batch would depend on how the data was split. A
    function that averages over the last axis takes vectors ``[B]`` as ``[B, 1]``.

    Args:
      keywords: the names of the function's two arrays in its order, if they go by keyword.

    Raises:
      MetraxError: when the function mixes the examples of a batch, or fails.
      MetraxTypeError: when it returns no array of real numbers.

    Example:
      >>> import metrax
      >>> def gap(y_true, y_pred):
      ...     return abs(y_true - y_pred)
      >>> mean = metrax.statistics.FunctionMean(gap)
      >>> state = mean.observe({"y_true": [1., 2.], "y_pred": [1., 5.], "w": None})
      >>> float(state.mean)
      1.5
    """

    keywords: tuple[str, ...] | None = None

    def _values(self, y_true: Array, y_pred: Array) -> Array:
        call = Call(self.fn, self.kwargs, self.predictions_first, self.keywords)
        data = (y_true, y_pred)
        y_true, y_pred = lined_up(y_true, y_pred.astype(self.accumulates))
        if not y_true.ndim:
            return self._called(call, data, y_true, y_pred)
        reasons = []
        for inputs in _ways(y_true, y_pred):
            reason = why_not_by_example(call, Batch.like(*inputs))
            if reason is None:
                return self._called(call, data, *inputs)
            reasons.append(reason)
        self._called(call, data, y_true, y_pred)  # what it raises says more
        raise MetraxError(
            f"fn: {self._name} {reasons[0]}; expected values of each example, [B, ...], that do "
            "not depend on the others. Leave the batch axis out of its means, or make a metric of "
            "the totals, as metrax.DiceLoss is"
        )

    def _called(self, call: Call, data: tuple[Array, Array], *inputs: Array) -> Array:
        with self._blamed(*data):
            return call(*inputs).astype(self.accumulates)


def _ways(y_true: Array, y_pred: Array) -> Iterator[tuple[Array, Array]]:
    """The arrays, and vectors with an axis of one element, over which a function may average."""
    yield y_true, y_pred
    if y_true.ndim == y_pred.ndim == 1:
        yield y_true[:, None], y_pred[:, None]
