"""Weighted mean of per-example values."""

from collections.abc import Callable
from typing import Any, Self

import jax.numpy as jnp
from jax import Array
from jax.typing import DTypeLike

from metrax.core.accumulators import Sum
from metrax.core.checks import MetraxError, MetraxTypeError, describe
from metrax.core.numerics import safe_divide, widen
from metrax.core.state import State
from metrax.core.statistic import Statistic
from metrax.core.weights import align, weighted


class MeanState(State):
    """The sum of the weighted values and the sum of the weights."""

    total: Sum
    weight: Sum

    @property
    def mean(self) -> Array:
        """Total over weight, 0 without weight."""
        return safe_divide(self.total.value, self.weight.value)


class WeightedMean(Statistic):
    r"""$\sum w\,f$ and $\sum w$ over all elements of $f(\text{y\_true}, \text{y\_pred})$.

    Args:
      fn: maps the inputs to values of shape ``[B, ...]``. It sees floats in the accumulators'
        dtype, integer predictions too; an integer ``y_true`` stays as it is, for it may be labels.
      kwargs: more keyword arguments of ``fn``, as sorted ``(name, value)`` pairs; :meth:`over`
        makes them from keywords.
      predictions_first: whether to call ``fn(y_pred, y_true)``.
      integer_predictions: whether ``fn`` takes integer predictions as they are.
      ignore_class: elements whose first input is this label count neither in total nor in weight.
      exact: whether no addition may round; for values that ``fn`` has not rounded already.
    """

    fn: Callable[..., Any]
    kwargs: tuple[tuple[str, Any], ...] = ()
    predictions_first: bool = False
    integer_predictions: bool = False
    ignore_class: int | None = None
    exact: bool = False

    @classmethod
    def over(cls, fn: Callable[..., Any], dtype: str | None, **kwargs: Any) -> Self:
        """The weighted mean of ``fn(*inputs, **kwargs)``."""
        return cls(fn, tuple(sorted(kwargs.items())), dtype=dtype)

    def init(self) -> MeanState:
        return MeanState(Sum.zeros((), self.accumulates), Sum.zeros((), self.accumulates))

    def summarize(self, *inputs: Any) -> MeanState:
        *data, w = inputs
        dtype = self.accumulates
        data = [widen(x, dtype) for x in data]
        values = self._values(data, dtype)
        w = align(w, values.shape, dtype)
        if self.ignore_class is not None:
            keep = data[0].reshape(values.shape) != self.ignore_class
            w = jnp.where(keep, 1 if w is None else w, 0).astype(dtype)
        if w is None:
            (total,) = Sum.of_each(values, exact=self.exact)
            return MeanState(total, Sum.of_integer(values.size, dtype))
        return MeanState(*Sum.of_each(weighted(w, values), w, exact=self.exact))

    def _values(self, data: list[Array], dtype: DTypeLike) -> Array:
        if not self.integer_predictions:
            data = [*data[:1], *(x.astype(dtype) for x in data[1:])]
        try:
            values = self.fn(*(data[::-1] if self.predictions_first else data), **dict(self.kwargs))
        except (TypeError, ValueError) as error:
            if isinstance(error, MetraxError):
                raise
            name = getattr(self.fn, "__name__", self.fn)
            raise MetraxError(
                f"fn: {name} got {' and '.join(map(describe, data))} and raised {error}; pass "
                "what the function takes"
            ) from error
        if not isinstance(values, Array):
            raise MetraxTypeError(
                f"fn: {self.fn} returned a {type(values).__name__}; expected an array with one "
                "value per example"
            )
        return values.astype(dtype)
