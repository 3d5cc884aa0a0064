"""Averages over classes of ratios of their counts: what is 0/0, and which classes are counted."""

from collections.abc import Callable
from typing import Literal, NamedTuple

import jax.numpy as jnp
import numpy as np
from jax import Array

from metrax.kernels.arithmetic import safe_divide
from metrax.statistics.threshold_counts import Counts

Average = Literal["micro", "macro", "weighted"] | None
AverageOrSamples = Literal["micro", "macro", "weighted", "samples"] | None
Absent = Literal["zero", "skip", "nan"]

Ratio = Callable[[Counts], tuple[Array, Array]]
"""Numerators and denominators of counts of any shape; 0/0 is what has no value."""


class Averaging(NamedTuple):
    """How the values of classes become one; counts and values have classes along the last axis.

    Attributes:
      average: None for a value for each class; ``"micro"`` for that of all counts together;
        ``"macro"`` for the mean, ``"weighted"`` for the mean weighed by the classes' examples.
      absent: classes with neither examples nor predictions are 0 and counted (``"zero"``), left out
        of averages (``"skip"``), or NaN (``"nan"``).
      zero_division: what a 0/0 of another class is, and of one that is skipped.
      uncounted: classes that no mean counts.
    """

    average: Average = None
    absent: Absent = "skip"
    zero_division: float = 0.0
    uncounted: tuple[int, ...] = ()

    def of(self, ratio: Ratio, counts: Counts) -> Array:
        """The average of a ratio; no data is 0."""
        if self.average == "micro":
            value = self.divide(*ratio(Counts(*(jnp.sum(x, axis=-1) for x in counts))))
        else:
            value = self.over(self.divide(*ratio(counts)), counts)
        if not self.zero_division and self.absent != "nan":
            return value
        return jnp.where(has_data(counts, keepdims=self.average is None), value, 0)

    def of_one(self, ratio: Ratio, counts: Counts) -> Array:
        """The ratio itself, of counts that no average is taken of; no data is 0."""
        values = self.divide(*ratio(counts))
        return (
            jnp.where(sum(counts[1:], counts[0]) > 0, values, 0) if self.zero_division else values
        )

    def divide(self, numerator: Array, denominator: Array) -> Array:
        """The quotient; ``zero_division`` where both are 0, infinite where only one is."""
        return divide(numerator, denominator, self.zero_division)

    def over(self, values: Array, counts: Counts) -> Array:
        """The average of values that classes have already."""
        absent = counts.tp + counts.fp + counts.fn == 0
        other = {"zero": 0, "skip": self.zero_division, "nan": jnp.nan}[self.absent]
        values = jnp.where(absent, other, values)
        if self.average is None:
            return values
        weights = counts.tp + counts.fn if self.average == "weighted" else jnp.ones_like(values)
        if self.absent == "skip":
            weights = jnp.where(absent, 0, weights)
        if self.uncounted:
            weights = jnp.where(~np.isin(np.arange(values.shape[-1]), self.uncounted), weights, 0)
        return self._mean(values, weights)

    def _mean(self, values: Array, weights: Array) -> Array:
        total = jnp.sum(jnp.where(weights == 0, 0, values * weights), axis=-1)
        return self.divide(total, jnp.sum(weights, axis=-1))


def has_data(counts: Counts, keepdims: bool = False) -> Array:
    """Whether anything at all has been counted, of whichever class."""
    return jnp.any(sum(counts[1:], counts[0]) > 0, axis=-1, keepdims=keepdims)


def divide(numerator: Array, denominator: Array, zero_division: float = 0.0) -> Array:
    """The quotient; ``zero_division`` where both are 0, infinite where only the denominator is."""
    value, zero = safe_divide(numerator, denominator), denominator == 0
    value = jnp.where(zero & (numerator > 0), jnp.inf, value)
    return jnp.where(zero & (numerator == 0), zero_division, value) if zero_division else value
