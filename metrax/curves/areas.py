"""Areas under curves, each with its bounds."""

import math

import jax
import jax.numpy as jnp
from jax import Array

from metrax.curves.bounds import Certified
from metrax.curves.cumulated import Curve
from metrax.kernels.arithmetic import safe_divide
from metrax.kernels.sums import sum_pairs


def roc_area(curve: Curve, max_fpr: float | None = None) -> Certified:
    """Of the curve of true positive rates over false positive rates, up to a rate.

    Negatives and positives of one bucket are in any order: all of one before all of the other at
    worst and at best, and half of the pairs each way in between, which is right for ties.
    """
    n, inside = curve.n, curve.n
    if max_fpr is not None:
        inside = jnp.clip(max_fpr * curve.negatives - curve.fp, 0, n)
    part = inside * safe_divide(inside, n) / 2 if max_fpr is not None else n / 2

    def area(ties: Array) -> Array:
        heights = inside * _share(curve.tp, curve.positives) + ties * _share(
            curve.p, curve.positives
        )
        return safe_divide(total(heights), curve.negatives[..., 0])

    return Certified(area(part), area(jnp.zeros_like(n)), area(inside))


def log_roc_area(curve: Curve, low: float, high: float) -> Certified:
    """The mean true positive rate between two false positive rates, even in their logarithm."""
    before = _share(curve.fp, curve.negatives)
    start, end = (
        jnp.clip(x, low, high) for x in (before, before + _share(curve.n, curve.negatives))
    )
    x = (end - start) / start
    length, rest = jnp.log1p(x), x * rest_of_log1p(x)
    above, tied = _share(curve.tp, curve.positives), _share(curve.p, curve.positives)
    # Within a bucket the curve is a line, of which this is how far its ties have come on average.
    come = start * rest + (start - before) * length
    part = safe_divide(come * tied * curve.negatives, curve.n)

    def mean(ties: Array) -> Array:
        return total(above * length + ties) / math.log(high / low)

    return Certified(mean(part), mean(jnp.zeros_like(part)), mean(tied * length))


def standardized(area: Array, max_fpr: float) -> Array:
    """An area up to a false positive rate, such that it is 1 at best and 1/2 by chance."""
    least = max_fpr**2 / 2
    return (1 + (area - least) / (max_fpr - least)) / 2


def average_precision(curve: Curve) -> Certified:
    r"""The mean over positives of the precision down to each of them.

    Of a bucket's positives and negatives, p and n below tp and fp, all positives come first at
    best, as ties; at worst all negatives, and then positives one by one, which is at least the
    integral of x / (x + fp + n) from tp to tp + p. In between they alternate evenly.
    """
    p, n, tp, fp = curve.p, curve.n, curve.tp, curve.fp
    ties = p * safe_divide(tp + p, tp + fp + p + n)
    best = p * safe_divide(tp + p, tp + fp + p)
    before = tp + fp + n
    x = safe_divide(p, before)
    worst = p * safe_divide(tp + (fp + n) * rest_of_log1p(x), before)
    worst = jnp.where(before > 0, worst, p)
    # A sum over examples is an integral from half an example on; what one weighs is as in the
    # lightest buckets, whose harmonic mean is about it.
    count = jnp.sum(p > 0, axis=-1, keepdims=True).astype(p.dtype)
    light = safe_divide(count, jnp.sum(safe_divide(jnp.ones_like(p), p), axis=-1, keepdims=True))
    half = jnp.minimum(p, light) / 2
    even = precision_between(tp + half, tp + half + fp, p, p + n)
    even = jnp.clip(even, worst, best)
    alone = (n == 0) & (p <= 1.0001 * light)  # one example
    value = jnp.where(alone | curve.exact[..., None], ties, even)
    return Certified(
        *(safe_divide(total(x), curve.positives[..., 0]) for x in (value, worst, best))
    )


def precision_between(tp: Array, predicted: Array, dtp: Array, step: Array) -> Array:
    """The integral of precision over true positives that are even among further predictions.

    With slope = dtp / step and x = step / predicted it is
    slope (tp log(1 + x) + dtp (x - log(1 + x)) / x): no term is negative.
    """
    nothing = predicted == 0
    x = step / jnp.where(nothing, 1, predicted)
    rest = jnp.where(nothing, dtp, dtp * rest_of_log1p(x))
    return safe_divide(dtp, step) * (tp * jnp.log1p(x) + rest)


def rest_of_log1p(x: Array) -> Array:
    """(x - log(1 + x)) / x for x of 0 or more, without cancellation."""
    # log(1 + x) = 2 atanh(s) and x (1 - s) = 2 s, so x - log(1 + x) = x s - 2 (atanh(s) - s).
    s = x / (2 + x)
    power, series = s * s, jnp.zeros_like(s)
    for k in range(23, 1, -2):
        series = power * (series + 1 / k)
    near = s - (1 - s) * series
    return jnp.where(x < 0.5, near, 1 - safe_divide(jnp.log1p(x), x))


@jax.custom_jvp
def total(x: Array) -> Array:
    """The sum along the last axis."""
    ((hi, lo),) = sum_pairs(x, axes=(x.ndim - 1,), exact=False)
    return hi + lo


@total.defjvp
def _(primals: tuple[Array], tangents: tuple[Array]) -> tuple[Array, Array]:
    # JAX cannot transpose a branch by platform of whose results one is not used.
    return total(*primals), jnp.sum(tangents[0], axis=-1)


def _share(x: Array, whole: Array) -> Array:
    return x / jnp.where(whole > 0, whole, 1)
