"""The ends of intervals, on the scale that fits the range of the values.

References:
  Hill, "Algorithm 396: Student's t-quantiles", 1970. Wilson, "Probable inference, the law of
  succession, and statistical inference", 1927.
"""

import math
from statistics import NormalDist
from typing import NamedTuple

import jax.numpy as jnp
from jax import Array

from metrax.kernels.arithmetic import safe_divide


class Spread(NamedTuple):
    """What is known of the error of each number of a value.

    Attributes:
      error: the standard error.
      freedom: the degrees of freedom that it was estimated with.
      number: how many examples a value at an end of its range is of.
    """

    error: Array
    freedom: Array
    number: Array


def student(level: float, freedom: Array) -> Array:
    """The quantile of Student's distribution that bounds a share of ``level`` about 0."""
    z = NormalDist().inv_cdf((1 + level) / 2)
    terms = (
        (z**3 + z) / 4,
        (5 * z**5 + 16 * z**3 + 3 * z) / 96,
        (3 * z**7 + 19 * z**5 + 17 * z**3 - 15 * z) / 384,
        (79 * z**9 + 776 * z**7 + 1482 * z**5 - 1920 * z**3 - 945 * z) / 92160,
    )
    x = 1 / jnp.maximum(freedom, 1)
    total = jnp.zeros_like(x)
    for term in reversed(terms):
        total = (total + term) * x
    return z + total


def ends(
    value: Array, spread: Spread, t: Array, bounds: tuple[float, float]
) -> tuple[Array, Array]:
    """The ends of intervals of values whose range has these bounds."""
    low, high = bounds
    reach = t * spread.error
    if math.isfinite(low) and math.isfinite(high):
        return _wilson(value, spread, t, low, high)
    if math.isfinite(low):
        return _beyond(value - low, reach, low)
    if math.isfinite(high):
        ours, theirs = _beyond(high - value, reach, -high)
        return -theirs, -ours
    return value - reach, value + reach


def _beyond(x: Array, reach: Array, bound: float) -> tuple[Array, Array]:
    """Those of numbers above 0, on the scale of the logarithm, and a bound more."""
    factor = jnp.exp(jnp.minimum(safe_divide(reach, x), 80))
    apart = x > 0
    return bound + jnp.where(apart, x / factor, x), bound + jnp.where(apart, x * factor, x + reach)


def _wilson(value: Array, spread: Spread, t: Array, low: float, high: float) -> tuple[Array, Array]:
    """Wilson's, of as many examples as a proportion would have with this standard error."""
    width = high - low
    p = jnp.clip((value - low) / width, 0, 1)
    error = spread.error / width
    at_end = (p == 0) | (p == 1)
    n = jnp.where(at_end, spread.number, safe_divide(p * (1 - p), error * error))
    n = jnp.maximum(n, 1e-6)
    below = 1 + t * t / n
    middle = (p + t * t / (2 * n)) / below
    half = t / below * jnp.sqrt(p * (1 - p) / n + (t / (2 * n)) ** 2)
    known = at_end & (spread.number <= 0) | ~at_end & (error == 0)
    ours = jnp.where(known | (p == 0), p, jnp.clip(middle - half, 0, 1))
    theirs = jnp.where(known | (p == 1), p, jnp.clip(middle + half, 0, 1))
    return low + width * ours, low + width * theirs
