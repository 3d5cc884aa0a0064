"""Calibration and scores of forecasts in plain ``jnp``."""

from collections.abc import Callable

import jax.numpy as jnp
from jax import Array

from benchmarks.peers.counting import Counts, spread, total

BINS = 15


def by_bin(read: Callable[..., Array]) -> Counts:
    """Weight, probabilities and labels of each of even bins."""

    def sums(y: Array, p: Array, w: Array | None = None) -> tuple[Array]:
        at = jnp.clip(jnp.ceil(p * BINS).astype(jnp.int32) - 1, 0, BINS - 1).ravel()
        weight = jnp.ones(p.shape) if w is None else spread(w, p)
        terms = (x.ravel() for x in (weight, weight * p, weight * y))
        return (jnp.stack([jnp.bincount(at, x, length=BINS) for x in terms]),)

    return Counts(sums, lambda bins: read(*bins), ((3, BINS),))


def expected_error(n: Array, score: Array, label: Array) -> Array:
    """The mean distance of probabilities and rates."""
    return jnp.sum(jnp.abs(score - label)) / jnp.sum(n)


def curve(n: Array, score: Array, label: Array) -> Array:
    """Means, rates, their intervals and weights."""
    rate, z2 = jnp.nan_to_num(label / n), 1.959964**2
    half = jnp.sqrt(z2 * (n * rate * (1 - rate) + z2 / 4))
    ends = [jnp.where(n > 0, (label + z2 / 2 + x) / (n + z2), 0) for x in (-half, half)]
    return jnp.stack([jnp.nan_to_num(score / n), rate, *ends, n])


def parts(n: Array, score: Array, label: Array) -> Array:
    """Reliability, resolution and uncertainty."""
    rate, base = jnp.nan_to_num(label / n), jnp.sum(label) / jnp.sum(n)
    reliability = jnp.nan_to_num((score - label) ** 2 / n)
    terms = (jnp.sum(x) / jnp.sum(n) for x in (reliability, n * (rate - base) ** 2))
    return jnp.stack([*terms, base * (1 - base)])


def beside_labels(
    value: Callable[[Array, Array], Array], read: Callable[[Array, Array], Array]
) -> Counts:
    """A value's mean and the labels', ``read`` of both."""

    def sums(y: Array, p: Array, w: Array | None = None) -> tuple[Array, ...]:
        return total(value(y, p), w), total(y, w), total(jnp.ones(y.shape), w)

    return Counts(sums, lambda values, labels, n: read(values / n, labels / n), ((),) * 3)


def entropy(p: Array) -> Array:
    """Of a share of labels."""
    return -p * jnp.log(p) - (1 - p) * jnp.log(1 - p)


def log_loss(y: Array, p: Array) -> Array:
    """Of labels and their probabilities."""
    return -y * jnp.log(p) - (1 - y) * jnp.log(1 - p)


def covered(y: Array, x: Array) -> Array:
    """Whether intervals hold what was observed."""
    return ((x[:, 0] <= y) & (y <= x[:, 1])).astype(jnp.float32)


def mean_of_each(value: Callable[[Array, Array], Array], shape: tuple[int, ...] = ()) -> Counts:
    """The mean over examples."""

    def sums(y: Array, p: Array, w: Array | None = None) -> tuple[Array, Array]:
        values = value(y, p)
        if w is None:
            return values.sum(0), jnp.float32(len(y))
        return (w.reshape(-1, *(1,) * len(shape)) * values).sum(0), w.sum()

    return Counts(sums, lambda values, n: values / n, (shape, ()))


def ranks(y: Array, x: Array) -> Array:
    """The rank of what was observed among the members, as a row of one bin more."""
    rank = (x < y[:, None]).sum(1)
    return (rank[:, None] == jnp.arange(x.shape[1] + 1)[None]).astype(jnp.float32)


COUNTS = {
    "CalibrationError": by_bin(expected_error),
    "ReliabilityCurve": by_bin(curve),
    "BrierDecomposition": by_bin(parts),
    "D2LogLoss": beside_labels(log_loss, lambda value, rate: 1 - value / entropy(rate)),
    "D2Brier": beside_labels(
        lambda y, p: (y - p) ** 2, lambda value, rate: 1 - value / (rate * (1 - rate))
    ),
    "NormalizedEntropy": beside_labels(log_loss, lambda value, rate: value / entropy(rate)),
    "WeightedCalibration": beside_labels(lambda y, p: p, lambda value, rate: value / rate),
    "IntervalCoverage": mean_of_each(covered),
    "Sharpness": mean_of_each(lambda y, x: x[:, 1] - x[:, 0]),
    "PITHistogram 10": mean_of_each(ranks, (11,)),
}
