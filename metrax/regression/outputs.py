"""Means of errors, of all elements or of each output, and how outputs become one number."""

import dataclasses
import math
from abc import ABC
from collections.abc import Callable
from typing import Any, ClassVar, Literal

import jax.numpy as jnp
from jax import Array

from metrax.accumulators.mean import Mean
from metrax.core.checks import MetraxError, at_least
from metrax.core.statistic import Statistic
from metrax.core.typed import PairMetric
from metrax.kernels.arithmetic import safe_divide
from metrax.statistics.mean_and_variance import MeanAndVariance, MeanAndVarianceState
from metrax.statistics.weighted_mean import WeightedMean

Aggregation = Literal["uniform_average", "variance_weighted_average"] | None
"""How outputs' values become one; None keeps them."""


def aggregated(values: Array, how: Aggregation, spread: Array | None = None) -> Array:
    """The outputs' values, or their average.

    Args:
      values: one for each output.
      how: None keeps the values.
      spread: the outputs' weights where they are averaged by variance; alike if all are 0.
    """
    if how is None:
        return values
    if how == "uniform_average" or spread is None:
        return jnp.mean(values)
    total = jnp.sum(spread)
    weighted = safe_divide(jnp.sum(spread * values), total)
    return jnp.where(total == 0, jnp.mean(values), weighted)


class MeanError(PairMetric[Mean, Array], ABC):
    """A weighted mean of what :attr:`_error` is of each element; base of the means of errors."""

    higher_is_better: ClassVar[bool | None] = False
    value_range: ClassVar[tuple[float, float]] = (0, math.inf)

    _error: ClassVar[Callable[..., Array]]

    num_outputs: int | tuple[int, ...] | None = dataclasses.field(default=None, kw_only=True)
    class_aggregation: Aggregation = dataclasses.field(default=None, kw_only=True)

    @property
    def _outputs(self) -> tuple[int, ...]:
        given = () if self.num_outputs is None else self.num_outputs
        return given if isinstance(given, tuple) else (given,)

    def _arguments(self) -> dict[str, Any]:
        """Those that 0.1 had not are left out, unless they are given."""
        new = {"num_outputs", "class_aggregation"}
        given = super()._arguments()
        return {k: x for k, x in given.items() if k not in new or x is not None}

    def validate(self) -> None:
        for length in self._outputs:
            at_least(1, num_outputs=length)
        if self.class_aggregation is not None and not self._outputs:
            raise MetraxError(
                f"class_aggregation: got {self.class_aggregation!r} without outputs; expected "
                "num_outputs, the shape of the trailing axes, beside it, such as num_outputs=3"
            )

    @property
    def statistic(self) -> Statistic:
        by_variance = self.class_aggregation == "variance_weighted_average"
        kind = MeanAndVariance if by_variance else WeightedMean
        return kind(type(self)._error, outputs=self._outputs)

    def read(self, state: Mean) -> Array:
        spread = state.spread if isinstance(state, MeanAndVarianceState) else None
        return aggregated(self._of_mean(state.mean), self.class_aggregation, spread)

    def _of_mean(self, mean: Array) -> Array:
        """An output's value, from its mean; a hook."""
        return mean
