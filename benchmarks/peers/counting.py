"""Metrics other than means in plain ``jnp``: sums of a batch, and what is read off them."""

from collections.abc import Callable
from typing import NamedTuple

import jax.numpy as jnp
from jax import Array, lax

from benchmarks.workloads import UNEVEN

THRESHOLDS = 200


class Counts(NamedTuple):
    """``sums(y_true, y_pred, w)`` of a batch, ``read(*sums)`` of all of them, and their shapes."""

    sums: Callable[..., tuple[Array, ...]]
    read: Callable[..., Array]
    shapes: tuple[tuple[int, ...], ...] = ((),)


def total(mask: Array, w: Array | None) -> Array:
    """How many, or how much weight."""
    return jnp.sum(mask) if w is None else jnp.sum(jnp.where(mask, spread(w, mask), 0))


def spread(w: Array, like: Array) -> Array:
    """A weight a row as one an element."""
    return jnp.broadcast_to(w.reshape(-1, *(1,) * (like.ndim - 1)), like.shape)


def single(truth: int, positive: bool) -> Counts:
    """One of the four counts at a threshold of a half."""

    def sums(y: Array, p: Array, w: Array | None = None) -> tuple[Array]:
        return (total((y == truth) & ((p > 0.5) == positive), w),)

    return Counts(sums, lambda count: count)


def ratio(whole: Callable[[Array, Array], Array]) -> Counts:
    """True positives over ``whole(labels, predicted labels)``."""

    def sums(y: Array, p: Array, w: Array | None = None) -> tuple[Array, Array]:
        true, positive = y == 1, p > 0.5
        return total(true & positive, w), total(whole(true, positive), w)

    return Counts(sums, lambda hits, all_of_them: hits / all_of_them, ((), ()))


def even(p: Array) -> Array:
    """How many of evenly spaced thresholds a score is above."""
    last = THRESHOLDS - 1
    return jnp.clip(jnp.ceil(p * last), 0, last).astype(jnp.int32)


def uneven(p: Array) -> Array:
    """How many of other thresholds a score is above."""
    return jnp.searchsorted(jnp.asarray(UNEVEN, jnp.float32), p)


def curve(
    read: Callable[..., Array], bucket: Callable[[Array], Array] = even, labels: int = 1
) -> Counts:
    """Histograms of negatives' and positives' scores, ``read(tp, fp, fn, tn)`` of the counts."""
    cells = THRESHOLDS

    def sums(y: Array, p: Array, w: Array | None = None) -> tuple[Array]:
        index = bucket(p) + cells * (y == 1)
        if labels > 1:
            index = index + 2 * cells * jnp.arange(labels)
        weights = None if w is None else spread(w, p).ravel()
        counts = jnp.bincount(index.ravel(), weights, length=2 * cells * labels)
        return (counts.reshape(labels, 2, cells),)

    def read_counts(counts: Array) -> Array:
        above = jnp.flip(jnp.cumsum(jnp.flip(counts, 2), 2), 2)
        (fp, tp), (n, p) = jnp.moveaxis(above, 1, 0), above[:, :, :1].swapaxes(0, 1)
        return read(tp, fp, p - tp, n - fp)

    return Counts(sums, read_counts, ((labels, 2, cells),))


def area(tp: Array, fp: Array, fn: Array, tn: Array) -> Array:
    """Under the ROC curve."""
    x, y = fp / (fp + tn), tp / (tp + fn)
    return -jnp.trapezoid(jnp.pad(y, ((0, 0), (0, 1))), jnp.pad(x, ((0, 0), (0, 1))))


def log_area(tp: Array, fp: Array, fn: Array, tn: Array) -> Array:
    """The same over the logarithm, of rates from .001 to .1."""
    x = jnp.log(jnp.clip(fp / (fp + tn), 0.001, 0.1))
    return -jnp.trapezoid(tp / (tp + fn), x) / jnp.log(100.0)


Rate = Callable[[Array, Array, Array, Array], Array]


def best(rate: Rate, bounded: Rate) -> Counts:
    """The highest rate where another is four fifths at least."""

    def read(*counts: Array) -> Array:
        return jnp.max(jnp.where(bounded(*counts) >= 0.8, jnp.nan_to_num(rate(*counts)), 0))

    return curve(read)


def precision(tp: Array, fp: Array, fn: Array, tn: Array) -> Array:
    """Share of the positive predictions that are right."""
    return tp / (tp + fp)


def sensitivity(tp: Array, fp: Array, fn: Array, tn: Array) -> Array:
    """Share of the positives that are found."""
    return tp / (tp + fn)


def specificity(tp: Array, fp: Array, fn: Array, tn: Array) -> Array:
    """Share of the negatives that are."""
    return tn / (tn + fp)


BITS = 16
"""Of the floats by which scores are sorted into buckets."""


def leading_bits(p: Array) -> Array:
    """The first bits of a number of 0 or more, in order."""
    return lax.bitcast_convert_type(p, jnp.int32) >> (32 - BITS)


def of_bits(read: Callable[..., Array | tuple[Array, ...]]) -> Counts:
    """Histograms by the scores' own bits, ``read(tp, fp, fn, tn)`` of what they cumulate to."""
    cells = 1 << (BITS - 1)

    def sums(y: Array, p: Array, w: Array | None = None) -> tuple[Array]:
        index = leading_bits(p) + cells * (y == 1)
        return (jnp.bincount(index, w, length=2 * cells).reshape(2, cells),)

    def read_counts(counts: Array) -> Array:
        fp, tp = jnp.flip(jnp.cumsum(jnp.flip(counts, 1), 1), 1).astype(jnp.float32)
        found = read(tp, fp, tp[0] - tp, fp[0] - fp)
        return jnp.stack(found) if isinstance(found, tuple) else found

    return Counts(sums, read_counts, ((2, cells),))


def steps(tp: Array, fp: Array, fn: Array, tn: Array) -> Array:
    """Average precision."""
    gained = tp - jnp.append(tp[1:], 0)
    return jnp.sum(gained * jnp.nan_to_num(tp / (tp + fp))) / tp[0]


def rates(tp: Array, fp: Array, fn: Array, tn: Array) -> tuple[Array, Array]:
    """False and true positives' shares."""
    return fp / fp[0], tp / tp[0]


def f_score(classes: int, beta: float = 1.0) -> Counts:
    """The F-score of each class, the highest score predicted."""

    def sums(y: Array, p: Array, w: Array | None = None) -> tuple[Array, ...]:
        chosen = p == p.max(axis=1, keepdims=True)
        weight = 1 if w is None else w[:, None]
        return tuple(jnp.sum(weight * x, axis=0) for x in (y * chosen, y, chosen))

    def read(hits: Array, true: Array, chosen: Array) -> Array:
        return (1 + beta**2) * hits / (beta**2 * true + chosen)

    return Counts(sums, read, ((classes,),) * 3)


def matrix(
    classes: int,
    read: Callable[[Array, Array], Array],
    label: Callable[[Array], Array] = lambda x: x,
) -> Counts:
    """A confusion matrix, ``read(hits, marginals)`` of its diagonal and both marginals' sum."""

    def sums(y: Array, p: Array, w: Array | None = None) -> tuple[Array]:
        cells = jnp.bincount(label(y) * classes + label(p), w, length=classes**2)
        return (cells.reshape(classes, classes),)

    def read_matrix(matrix: Array) -> Array:
        return read(jnp.diagonal(matrix), matrix.sum(0) + matrix.sum(1))

    return Counts(sums, read_matrix, ((classes, classes),))


def _sums_of_cells(y: Array, p: Array, w: Array | None = None) -> tuple[Array]:
    return (jnp.bincount(y * 21 + p, w, length=21**2).reshape(21, 21),)


def _matthews(matrix: Array) -> Array:
    true, pred, n = matrix.sum(1), matrix.sum(0), matrix.sum()
    true, pred, hits = true / n, pred / n, jnp.trace(matrix) / n
    return (hits - true @ pred) / jnp.sqrt((1 - true @ true) * (1 - pred @ pred))


MATTHEWS = Counts(_sums_of_cells, _matthews, ((21, 21),))
"""Matthews' correlation of 21 classes."""


def iou(hits: Array, marginals: Array) -> Array:
    """Mean intersection over union."""
    return jnp.mean(hits / (marginals - hits))


def of_two(hits: Array, marginals: Array) -> Array:
    """The mean of classes 1 and 2."""
    return iou(hits[1:3], marginals[1:3])


def moments(read: Callable[..., Array]) -> Counts:
    """Number, sums, squares and product, and the mean squared error; ``read`` of their means."""

    def sums(y: Array, p: Array, w: Array | None = None) -> tuple[Array, ...]:
        terms = (jnp.ones_like(y), y, p, y * y, p * p, y * p)
        return tuple(jnp.sum(x if w is None else w * x) for x in terms)

    def read_means(n: Array, *sums: Array) -> Array:
        y, p, yy, pp, yp = (x / n for x in sums)
        return read(y - p, yy - y * y, pp - p * p, yp - y * p, yy + pp - 2 * yp)

    return Counts(sums, read_means, ((),) * 6)


def overlap(y: Array, p: Array, w: Array | None = None) -> tuple[Array, Array]:
    """Of two masks: what they share, and both together."""
    weight = 1 if w is None else spread(w, p)
    return jnp.sum(weight * y * p), jnp.sum(weight * (y + p))


DICE = Counts(overlap, lambda shared, both: 1 - 2 * shared / both, ((), ()))


def together(*parts: Counts) -> Counts:
    """The mean of several, fed together."""

    def sums(y: Array, p: Array, w: Array | None = None) -> tuple[Array, ...]:
        return tuple(x for part in parts for x in part.sums(y, p, w))

    def read(*sums: Array) -> Array:
        left = iter(sums)
        values = [part.read(*(next(left) for _ in part.shapes)) for part in parts]
        return jnp.mean(jnp.stack([jnp.mean(x) for x in values]))

    return Counts(sums, read, tuple(shape for part in parts for shape in part.shapes))


def hits(y: Array, p: Array, w: Array | None = None) -> tuple[Array, Array]:
    """Right sides of a half, and all."""
    return total((p > 0.5) == (y == 1), w), total(jnp.ones(y.shape, bool), w)


def median(x: Array, w: Array) -> Array:
    """The smallest number with half of the weight at or below it."""
    order = jnp.argsort(jnp.where(w > 0, x, jnp.inf))
    below = jnp.cumsum(w[order])
    return x[order][jnp.argmax(below >= below[-1] / 2)]


COUNTS = {
    "DiceLoss": DICE,
    "TverskyLoss": DICE,
    "TruePositives": single(1, True),
    "FalsePositives": single(0, True),
    "TrueNegatives": single(0, False),
    "FalseNegatives": single(1, False),
    "Precision": ratio(lambda true, positive: positive),
    "Recall": ratio(lambda true, positive: true),
    "AUC": curve(area),
    "AUC uneven": curve(area, uneven),
    "by_shard AUC": curve(area),
    "AUC 100 labels": curve(area, labels=100),
    "AUROC": of_bits(area),
    "AUROC max_fpr": of_bits(area),
    "Gini": of_bits(lambda *counts: 2 * area(*counts) - 1),
    "AveragePrecision": of_bits(steps),
    "EqualErrorRate": of_bits(lambda tp, fp, fn, tn: jnp.min(jnp.maximum(fp / fp[0], fn / tp[0]))),
    "LogAUC": of_bits(log_area),
    "DetectionCost": of_bits(lambda tp, fp, fn, tn: jnp.min(fn / tp[0] + 99 * fp / fp[0])),
    "KSStatistic": of_bits(lambda tp, fp, fn, tn: jnp.max(tp / tp[0] - fp / fp[0])),
    "FMax": of_bits(lambda tp, fp, fn, tn: jnp.max(2 * tp / (2 * tp + fp + fn))),
    "OptimalThreshold": of_bits(lambda tp, fp, fn, tn: jnp.argmax(tp / tp[0] - fp / fp[0])),
    "ROCCurve": of_bits(rates),
    "PrecisionRecallCurve": of_bits(lambda tp, fp, fn, tn: (tp / (tp + fp), tp / tp[0])),
    "DETCurve": of_bits(lambda tp, fp, fn, tn: (fp / fp[0], fn / tp[0])),
    "LiftCurve": of_bits(lambda tp, fp, fn, tn: (tp + fp, tp / (tp + fp))),
    "GainCurve": of_bits(lambda tp, fp, fn, tn: (tp + fp, tp / tp[0])),
    "PrecisionAtRecall": best(precision, sensitivity),
    "RecallAtPrecision": best(sensitivity, precision),
    "SensitivityAtSpecificity": best(sensitivity, specificity),
    "SpecificityAtSensitivity": best(specificity, sensitivity),
    "F1Score 10": f_score(10),
    "F1Score 100": f_score(100),
    "FBetaScore 10": f_score(10, beta=2),
    "F1 from 1000 labels": matrix(1000, lambda hits, both: jnp.mean(2 * hits / both)),
    "MeanIoU 1000": matrix(1000, iou),
    "MeanIoU 21": matrix(21, iou),
    "IoU 21": matrix(21, of_two),
    "MatthewsCorrelation 21": MATTHEWS,
    "BinaryIoU": matrix(2, iou, lambda x: (x >= 0.5).astype(jnp.int32)),
    "OneHotIoU 10": matrix(10, of_two, lambda x: x.argmax(axis=1)),
    "OneHotMeanIoU 10": matrix(10, iou, lambda x: x.argmax(axis=1)),
    "Collection": together(
        curve(area),
        ratio(lambda true, positive: positive),
        ratio(lambda true, positive: true),
        Counts(hits, lambda right, n: right / n, ((), ())),
    ),
    "R2Score": moments(lambda gap, yy, pp, yp, errors: 1 - errors / yy),
    "PearsonCorrelation": moments(lambda gap, yy, pp, yp, errors: yp / jnp.sqrt(yy * pp)),
    "ConcordanceCorrelation": moments(
        lambda gap, yy, pp, yp, errors: 2 * yp / (yy + pp + gap * gap)
    ),
}
