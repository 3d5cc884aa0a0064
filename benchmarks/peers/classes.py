"""Metrics of classes in plain ``jnp``: counts of a batch's labels, and what is read off them."""

from collections.abc import Callable

import jax.numpy as jnp
from jax import Array

from benchmarks.peers.counting import Counts, matrix, total
from benchmarks.workloads import RATES

Rate = Callable[[Array, Array, Array, Array], Array]


def rate_of(classes: int, rate: Rate) -> Counts:
    """The mean over classes of ``rate(tp, fp, fn, tn)``, from three histograms of labels."""

    def sums(y: Array, p: Array, w: Array | None = None) -> tuple[Array, ...]:
        hits = jnp.where(y == p, y, classes)
        return tuple(jnp.bincount(x, w, length=classes) for x in (hits, y, p))

    def read(hits: Array, true: Array, pred: Array) -> Array:
        fp, fn = pred - hits, true - hits
        return jnp.mean(rate(hits, fp, fn, true.sum() - hits - fp - fn))

    return Counts(sums, read, ((classes,),) * 3)


def dice(tp: Array, fp: Array, fn: Array, tn: Array) -> Array:
    """Dice's coefficient."""
    return 2 * tp / (2 * tp + fp + fn)


def threshold(tp: Array, fp: Array, fn: Array, tn: Array) -> Array:
    """The prevalence threshold."""
    found, false = jnp.sqrt(tp / (tp + fn)), jnp.sqrt(fp / (fp + tn))
    return false / (found + false)


def kappa(matrix: Array) -> Array:
    """Cohen's kappa."""
    n = matrix.sum()
    chance = (matrix.sum(0) / n) @ (matrix.sum(1) / n)
    return (jnp.trace(matrix) / n - chance) / (1 - chance)


def whole_matrix(classes: int, read: Callable[[Array], Array]) -> Counts:
    """A confusion matrix, and what is read off all of it."""
    return matrix(classes, lambda hits, both: hits)._replace(read=read)


def generalized(hits: Array, true: Array, pred: Array) -> Array:
    """Dice's coefficient of all classes, weighed by their sizes."""
    return 2 * jnp.sum(hits / true**2) / jnp.sum((true + pred) / true**2)


def report(hits: Array, true: Array, pred: Array) -> dict[str, Array]:
    """Precision, recall and F1 of each class."""
    return {"precision": hits / pred, "recall": hits / true, "f1": 2 * hits / (true + pred)}


def images(classes: int) -> Counts:
    """The mean over images of the mean of Dice's coefficients of the classes that are there."""

    def sums(y: Array, p: Array, w: Array | None = None) -> tuple[Array, Array]:
        true, pred = (x[..., None] == jnp.arange(classes) for x in (y, p))
        hits, true, pred = (x.sum((1, 2)) for x in (true & pred, true, pred))
        there = true + pred > 0
        values = jnp.where(there, 2 * hits / jnp.maximum(true + pred, 1), 0).sum(1) / there.sum(1)
        w = jnp.ones(len(y)) if w is None else w
        return jnp.sum(w * values), jnp.sum(w)

    return Counts(sums, lambda sum_, n: sum_ / n, ((), ()))


def share(of: Callable[[Array, Array], Array]) -> Counts:
    """The share of what is true among ``of(labels, scores)``."""

    def sums(y: Array, p: Array, w: Array | None = None) -> tuple[Array, Array]:
        mask = of(y, p)
        return total(mask, w), total(jnp.ones(mask.shape, bool), w)

    return Counts(sums, lambda hits, n: hits / n, ((), ()))


def right(y: Array, p: Array) -> Array:
    """Which labels are scored on their side of a half."""
    return (p > 0.5) == (y == 1)


def any_right(y: Array, p: Array) -> Array:
    """Whether the label with the highest score is there."""
    return jnp.take_along_axis(y, p.argmax(1)[:, None], 1)[:, 0] > 0


RATE: dict[str, Rate] = {
    "Specificity": lambda tp, fp, fn, tn: tn / (tn + fp),
    "NegativePredictiveValue": lambda tp, fp, fn, tn: tn / (tn + fn),
    "FalsePositiveRate": lambda tp, fp, fn, tn: fp / (fp + tn),
    "FalseNegativeRate": lambda tp, fp, fn, tn: fn / (fn + tp),
    "FalseDiscoveryRate": lambda tp, fp, fn, tn: fp / (fp + tp),
    "FalseOmissionRate": lambda tp, fp, fn, tn: fn / (fn + tn),
    "Prevalence": lambda tp, fp, fn, tn: (tp + fn) / (tp + fp + fn + tn),
    "Informedness": lambda tp, fp, fn, tn: tp / (tp + fn) + tn / (tn + fp) - 1,
    "Markedness": lambda tp, fp, fn, tn: tp / (tp + fp) + tn / (tn + fn) - 1,
    "PositiveLikelihoodRatio": lambda tp, fp, fn, tn: tp * (fp + tn) / (fp * (tp + fn)),
    "NegativeLikelihoodRatio": lambda tp, fp, fn, tn: fn * (fp + tn) / (tn * (tp + fn)),
    "DiagnosticOddsRatio": lambda tp, fp, fn, tn: tp * tn / (fp * fn),
    "PrevalenceThreshold": threshold,
}

COUNTS = {
    **{f"{name} 21": rate_of(21, RATE[name]) for name in RATES.split()},
    "CohenKappa 1000": whole_matrix(1000, kappa),
    "ConfusionMatrix 1000": whole_matrix(1000, lambda matrix: matrix),
    "BalancedAccuracy 1000": rate_of(1000, lambda tp, fp, fn, tn: tp / (tp + fn)),
    "Jaccard 1000": rate_of(1000, lambda tp, fp, fn, tn: tp / (tp + fp + fn)),
    "ClassificationReport 21": rate_of(21, dice)._replace(read=report),
    "Dice 21": rate_of(21, dice),
    "Dice images": images(21),
    "GeneralizedDice 21": rate_of(21, dice)._replace(read=generalized),
    "ExactMatch": share(lambda y, p: right(y, p).all(1)),
    "ZeroOneLoss": share(lambda y, p: ~right(y, p).all(1)),
    "HammingLoss": share(lambda y, p: ~right(y, p)),
    "AnyLabelAccuracy": share(any_right),
}
