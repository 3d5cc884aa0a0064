"""The ends of intervals, on the scale that fits the range of the values.

References:
  Student, "The probable error of a mean", 1908. Wilson, "Probable inference, the law of succession,
  and statistical inference", 1927.
"""

import functools
import math
from statistics import NormalDist
from typing import NamedTuple

import jax.numpy as jnp
import numpy as np
from jax import Array

from metrax.kernels.arithmetic import safe_divide

TERMS = 20
"""Of the series of Student's quantile: it is right to 1e-9, for levels up to 0.999."""


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
    """The quantile of Student's distribution that bounds a share of ``level`` about 0.

    Fewer than one degree of freedom count as one.
    """
    x = 2 / jnp.maximum(freedom, 1) - 1
    first, *terms = _series(level)
    later = last = jnp.zeros_like(x)
    for term in reversed(terms):
        later, last = term + 2 * x * later - last, later
    return jnp.exp(first + x * later - last)


@functools.cache
def _series(level: float) -> tuple[float, ...]:
    """Chebyshev's series of the quantile's logarithm in the inverse of the degrees of freedom."""
    nodes = np.cos(np.pi * (np.arange(TERMS) + 0.5) / TERMS)
    logarithms = [math.log(_quantile(level, 2 / (x + 1))) for x in nodes]
    return tuple(np.polynomial.chebyshev.chebfit(nodes, logarithms, TERMS - 1).tolist())


def _quantile(level: float, freedom: float) -> float:
    r"""The quantile $\sqrt\nu \cot\psi$, where $\psi$ is the angle that the tails take up.

    In the angle their density is $\sin^{\nu-1}$; its integral, and Newton's method from the normal
    distribution's quantile.
    """
    gammas = math.exp(math.lgamma((freedom + 1) / 2) - math.lgamma(freedom / 2))
    x, weights = np.polynomial.legendre.leggauss(100)
    steps = ((x + 1) / 2) ** 4  # powers that are not whole end smoothly
    weights = 4 * weights * ((x + 1) / 2) ** 3 * gammas / math.sqrt(math.pi)
    angle = math.atan(math.sqrt(freedom) / NormalDist().inv_cdf((1 + level) / 2))
    for _ in range(100):
        tails = float(np.sum(angle * weights * np.sin(angle * steps) ** (freedom - 1)))
        density = 2 * gammas / math.sqrt(math.pi) * math.sin(angle) ** (freedom - 1)
        step = math.log((1 - level) / tails) * tails / density
        old, angle = angle, min(max(angle + step, angle / 4), (angle + math.pi / 2) / 2)
        if abs(angle - old) < 1e-15 * old:
            break
    return math.sqrt(freedom) / math.tan(angle)


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
