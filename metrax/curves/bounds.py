"""Values with bounds that hold whatever the order of the scores within a bucket is."""

from collections.abc import Callable
from typing import NamedTuple

import jax.numpy as jnp
from jax import Array

from metrax.curves.cumulated import Curve
from metrax.statistics.threshold_counts import Counts


class Certified(NamedTuple):
    """A value, and what it is from all scores: from ``low`` to ``high``."""

    value: Array
    low: Array
    high: Array

    def map(self, change: Callable[[Array], Array]) -> "Certified":
        """All three, through a function that does not decrease."""
        return Certified(*map(change, self))

    def settled(self, curve: Curve, least: float, most: float) -> "Certified":
        """Bounds that are the value where ties are known, rounded outwards, and in a range."""
        value = jnp.clip(self.value, least, most)
        low, high = (jnp.where(curve.exact, self.value, x) for x in (self.low, self.high))
        room = curve.noise * jnp.maximum(1, jnp.abs(value))
        low, high = jnp.minimum(low, value) - room, jnp.maximum(high, value) + room
        return Certified(value, jnp.maximum(low, least), jnp.minimum(high, most))


def best(curve: Curve, rate: Callable[[Counts, Array], Array]) -> Certified:
    """The highest of a rate over all thresholds.

    Args:
      curve: of the scores.
      rate: of the outcomes at some thresholds; more true positives, or fewer false ones, do not
        make it less. It is also given by how much it may miss a condition.
    """

    def highest(counts: Counts, slack: Array) -> Array:
        return jnp.max(rate(counts, slack), axis=-1)

    points, room = curve.points(), curve.noise
    high = jnp.maximum(highest(points, room), highest(curve.corners(), room))
    return Certified(highest(points, jnp.zeros_like(room)), highest(points, -room), high)


def where_best(curve: Curve, rate: Callable[[Counts], Array]) -> Certified:
    """The threshold at which a rate is highest; bounds are of all that may be."""
    points = rate(curve.points())
    at = jnp.argmax(points, axis=-1, keepdims=True)
    thresholds = jnp.broadcast_to(curve.all_thresholds(), points.shape)
    value = jnp.take_along_axis(thresholds, at, axis=-1)[..., 0]
    corners = jnp.maximum(rate(curve.corners()), points[..., 1:])
    corners = jnp.where(curve.exact[..., None], points[..., 1:], corners)
    highest = jnp.max(points, axis=-1, keepdims=True) - curve.noise
    maybe = jnp.concatenate([points[..., :1], corners], axis=-1) >= highest
    low = jnp.min(jnp.where(maybe, thresholds, jnp.inf), axis=-1)
    # A bucket's highest score is below the lowest of the one above it.
    above = jnp.concatenate([thresholds[..., :1], thresholds[..., :-1]], axis=-1)
    above = jnp.where(curve.exact[..., None], thresholds, above)
    high = jnp.max(jnp.where(maybe, above, -jnp.inf), axis=-1)
    return Certified(value, low, high)


def meeting(curve: Curve) -> Certified:
    """The rate at which as many negatives are above a threshold as positives are not."""

    def share(x: Array, whole: Array) -> Array:
        return x / jnp.where(whole > 0, whole, 1)

    fpr, after = share(curve.fp, curve.negatives), share(curve.fp + curve.n, curve.negatives)
    fnr = share(jnp.maximum(curve.positives - curve.tp, 0), curve.positives)
    below = share(jnp.maximum(curve.positives - curve.tp - curve.p, 0), curve.positives)
    at = jnp.argmax(after >= below, axis=-1, keepdims=True)
    fpr, after, fnr, below = (
        jnp.take_along_axis(x, at, axis=-1)[..., 0] for x in (fpr, after, fnr, below)
    )
    gap, turn = fnr - fpr, (fnr - below) + (after - fpr)
    value = fpr + (after - fpr) * gap / jnp.where(turn > 0, turn, 1)
    certified = Certified(value, jnp.maximum(fpr, below), jnp.minimum(after, fnr))
    return certified.map(lambda x: jnp.where(curve.both, x, 0))
