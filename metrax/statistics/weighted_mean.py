"""Weighted mean of per-example values."""

import contextlib
from collections.abc import Callable, Iterator, Sequence
from typing import Any, Self

import jax.numpy as jnp
from jax import Array
from jax.typing import DTypeLike

from metrax.accumulators.sum import Sum
from metrax.core.checks import Classes, MetraxError, MetraxTypeError, describe, is_one_of
from metrax.core.state import State
from metrax.core.statistic import Statistic
from metrax.core.weights import beside, weighted
from metrax.kernels.arithmetic import safe_divide, widen
from metrax.kernels.pairs import integer_pair, multiply_pairs
from metrax.kernels.sums import count


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
      ignore_class: elements whose first input is this label, or one of these, count neither in
        total nor in weight.
      exact: whether no addition may round; for values that ``fn`` has not rounded already.
    """

    fn: Callable[..., Any]
    kwargs: tuple[tuple[str, Any], ...] = ()
    predictions_first: bool = False
    integer_predictions: bool = False
    ignore_class: Classes = None
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
        w = beside(w, values.shape, dtype)
        if self.ignore_class is not None:
            keep = ~is_one_of(data[0].reshape(values.shape), self.ignore_class)
            w = keep if w is None else jnp.where(keep, w, 0)
        if w is None:
            return MeanState(self._sum(values), Sum.of_integer(values.size, dtype))
        return MeanState(self._total(values, w), self._weight(w, values.size))

    def _total(self, values: Array, w: Array) -> Sum:
        """The weighted sum; what shares a weight is added before it is weighed, if it may round."""
        lacking = [i for i, n in enumerate(w.shape) if n != values.shape[i]]
        if self.exact or not lacking:
            return self._sum(weighted(jnp.broadcast_to(w, values.shape), values))
        return self._sum(weighted(w.squeeze(lacking), self._sum(values, lacking).value))

    def _weight(self, w: Array, elements: int) -> Sum:
        """The total weight of the values, each weight as often as it is shared."""
        # Ones and zeros are counted exactly, other weights may round as float32 does.
        weight = self._sum(w) if w.dtype == bool else Sum.of_each(w, exact=False)[0]
        shared = elements // max(1, w.size)
        if shared == 1:
            return weight
        return Sum(*multiply_pairs(weight.pair, integer_pair(shared, self.accumulates)))

    def _sum(self, x: Array, axis: Sequence[int] | None = None) -> Sum:
        if x.dtype == bool:
            return Sum.of_integer(count(x, axis), self.accumulates)
        return Sum.of_each(x, axis=axis, exact=self.exact)[0]

    def _values(self, data: list[Array], dtype: DTypeLike) -> Array:
        if not self.integer_predictions:
            data = [*data[:1], *(x.astype(dtype) for x in data[1:])]
        with self._blamed(data):
            values = self.fn(*(data[::-1] if self.predictions_first else data), **dict(self.kwargs))
        values = real_values(self.fn, values)
        return values if values.dtype == bool else values.astype(dtype)

    @property
    def _name(self) -> str:
        return getattr(self.fn, "__name__", str(self.fn))

    @contextlib.contextmanager
    def _blamed(self, data: list[Array]) -> Iterator[None]:
        """Name the function and its inputs in what it raises."""
        try:
            yield
        except MetraxError:
            raise
        except Exception as error:
            raise MetraxError(
                f"fn: {self._name} got {' and '.join(map(describe, data))} and raised {error}; "
                "pass what the function takes"
            ) from error


def real_values(fn: Callable[..., Any], values: Any) -> Array:
    """What a function returned, if it is an array of real numbers."""
    if not isinstance(values, Array):
        raise MetraxTypeError(
            f"fn: {fn} returned a {type(values).__name__}; expected an array with one value per "
            "example"
        )
    if jnp.issubdtype(values.dtype, jnp.complexfloating):
        raise MetraxTypeError(
            f"fn: {fn} returned complex numbers ({describe(values)}); return the real part or the "
            "magnitude"
        )
    return values
