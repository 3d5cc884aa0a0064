"""Spread, extremes and number of a stream of values."""

import math
from abc import ABC
from typing import Any, ClassVar

import jax.numpy as jnp
from jax import Array

from metrax import accumulators as acc
from metrax.core.checks import at_least
from metrax.core.typed import StreamMetric
from metrax.kernels.arithmetic import safe_divide


class _Spread(StreamMetric[acc.Moments, Array], ABC):
    """A metric of the weighted squared deviations from the mean."""

    higher_is_better: ClassVar[bool | None] = None
    value_range: ClassVar[tuple[float, float]] = (0, math.inf)

    ddof: int = 0

    def validate(self) -> None:
        at_least(0, ddof=self.ddof)

    def contribute(self, values: Array) -> Any:
        return acc.Moments.each(values)

    def _variance(self, state: acc.Moments) -> Array:
        free = jnp.maximum(state.weight.value - self.ddof, 0)
        return safe_divide(state.m2.value, free)


class Variance(_Spread):
    r"""Weighted variance of values, $\frac{\sum w (v - \bar v)^2}{\sum w - \text{ddof}}$.

    ``update(state, values, w=None)`` takes values of any shape; every element counts, with its
    weight. An offset of 1e4 costs no digits. No data, and no more weight than ``ddof``, give 0; a
    NaN among the values gives NaN.

    Args:
      ddof: 0 for the population's variance, 1 for the estimate from a sample.
      name: defaults to ``"variance"``.
      dtype: dtype of the value.

    Raises:
      MetraxError: when ``ddof`` is below 0.

    Example:
      >>> import metrax
      >>> float(metrax.Variance()([1., 2., 3., 6.])), float(metrax.Variance(ddof=1)([1., 3.]))
      (3.5, 2.0)

    References:
      ``numpy.var``; Chan, Golub and LeVeque, "Updating formulae and a pairwise algorithm for
      computing sample variances", 1979.
    """

    def read(self, state: acc.Moments) -> Array:
        return self._variance(state)


class Std(_Spread):
    r"""Weighted standard deviation of values, the root of :class:`Variance`.

    $$\sqrt{\frac{\sum w (v - \bar v)^2}{\sum w - \text{ddof}}}$$

    Called as :class:`Variance` is, with the same argument and errors; no data give 0.

    Args:
      ddof: 0 for the population's deviation, 1 for the estimate from a sample.
      name: defaults to ``"std"``.
      dtype: dtype of the value.

    Example:
      >>> import metrax
      >>> float(metrax.Std()([10_001., 10_003.]))
      1.0

    References:
      ``numpy.std``; clu, ``clu.metrics.Std``.
    """

    aliases: ClassVar[tuple[str, ...]] = ("StandardDeviation", "stddev")

    def read(self, state: acc.Moments) -> Array:
        return jnp.sqrt(self._variance(state))


class _Extreme(StreamMetric[dict[str, Any], Array], ABC):
    """The largest or the smallest of the values that have weight."""

    higher_is_better: ClassVar[bool | None] = None
    value_range: ClassVar[tuple[float, float]] = (-math.inf, math.inf)
    _kind: ClassVar[type[acc.Max] | type[acc.Min]]

    def contribute(self, values: Array) -> Any:
        # An infinite value is what there is before any data, too: something else must say so.
        return {"value": self._kind.each(values), "seen": acc.Max.each(jnp.ones_like(values))}

    def read(self, state: dict[str, Any]) -> Array:
        return state["value"].value


class Max(_Extreme):
    r"""Largest value, $\max_{w_i \ne 0} v_i$.

    ``update(state, values, w=None)`` takes values of any shape; of the weights only zero counts. No
    data give 0, a NaN among the values NaN. :class:`Extremes` tells at which step it was.

    Args:
      name: defaults to ``"max"``.
      dtype: dtype of the value.

    Example:
      >>> import metrax
      >>> float(metrax.Max()([1., 5., 9.], [1, 1, 0]))
      5.0

    References:
      ``numpy.max``; torchmetrics, ``torchmetrics.MaxMetric``.
    """

    aliases: ClassVar[tuple[str, ...]] = ("MaxMetric",)
    _kind = acc.Max


class Min(_Extreme):
    r"""Smallest value, $\min_{w_i \ne 0} v_i$.

    Called as :class:`Max` is; no data give 0.

    Args:
      name: defaults to ``"min"``.
      dtype: dtype of the value.

    Example:
      >>> import metrax
      >>> float(metrax.Min()([4., 2., 3.]))
      2.0

    References:
      ``numpy.min``; torchmetrics, ``torchmetrics.MinMetric``.
    """

    aliases: ClassVar[tuple[str, ...]] = ("MinMetric",)
    _kind = acc.Min


class Count(StreamMetric[acc.Sum, Array]):
    r"""How many values there were: their weight, $\sum w$.

    ``update(state, values, w=None)`` takes values of any shape, whatever they are, NaN too. Counts
    are exact to 2^48 inside the state; the value is rounded to its dtype once. No data give 0.

    Args:
      name: defaults to ``"count"``.
      dtype: dtype of the value.

    Example:
      >>> import metrax
      >>> float(metrax.Count()([[1., 2.], [3., 4.]])), float(metrax.Count()([5., 6.], [1, 0]))
      (4.0, 1.0)

    References:
      ``numpy.size``; clu, the ``count`` of ``clu.metrics.Average``.
    """

    higher_is_better: ClassVar[bool | None] = None
    value_range: ClassVar[tuple[float, float]] = (0, math.inf)

    def contribute(self, values: Array) -> Any:
        return acc.Sum.each(jnp.ones(values.shape, bool))

    def read(self, state: acc.Sum) -> Array:
        return state.value
