"""Cases of single counts, operating points and F-scores."""

import numpy as np
from sklearn.metrics import f1_score, fbeta_score

import metrax
from tests.cases.case import Case, probabilities
from tests.cases.confusion import MISFIT, closed_curve, curve, label_scores, scores

CLASS_MISFITS = (*MISFIT, (np.zeros((4, 2)), np.zeros((4, 2))), (np.zeros(4), np.zeros(4)))


def noisy(rng, n):
    """Scores that know little of the labels, so that no rate is 0 or 1 by itself."""
    y = rng.integers(0, 2, n)
    return y, (0.1 * y + 0.9 * rng.random(n)).astype(np.float32)


def count(which, *thresholds):
    """The reference of a count, in the order of ``curve``: tp, fp, fn, tn."""
    return lambda y, p, w: np.squeeze(curve(y, p, w, thresholds)[which])


def best(rate, bounded, bound):
    """The highest rate where another is at least a bound, over an even grid of 200 thresholds."""

    def reference(y, p, w):
        counts = closed_curve(y, p, w, [i / 199 for i in range(200)])
        allowed = bounded(*counts) >= bound - 1e-9
        return np.where(allowed, rate(*counts), 0).max()

    return reference


def precision(tp, fp, fn, tn):
    return tp / np.maximum(tp + fp, 1e-300)


def recall(tp, fp, fn, tn):
    return tp / (tp + fn)


def specificity(tp, fp, fn, tn):
    return tn / (tn + fp)


def second_class(reference):
    return lambda y, p, w: reference(y[:, 1], p[:, 1], w)


def rows(rng, n):
    """Rows of labels, each with one class at least, and of scores."""
    labels = rng.integers(0, 2, (n, 4))
    labels[np.arange(n), rng.integers(0, 4, n)] = 1
    return labels, probabilities(rng, n, 4)


def highest(p):
    return (p == p.max(1, keepdims=True)).astype(int)


CASES = [
    Case(metrax.TruePositives(), scores, count(0, 0.5), misfits=MISFIT),
    Case(metrax.FalsePositives([0.2, 0.5]), scores, count(1, 0.2, 0.5), misfits=MISFIT),
    Case(metrax.FalseNegatives(0.6), noisy, count(2, 0.6), misfits=MISFIT),
    Case(metrax.TrueNegatives(), scores, count(3, 0.5), misfits=MISFIT),
    Case(
        metrax.PrecisionAtRecall(0.83),
        noisy,
        best(precision, recall, 0.83),
        misfits=MISFIT,
    ),
    Case(
        metrax.RecallAtPrecision(0.8, class_id=1),
        label_scores,
        second_class(best(recall, precision, 0.8)),
        misfits=(*MISFIT, (np.zeros(4), np.zeros(4))),
    ),
    Case(
        metrax.SensitivityAtSpecificity(0.57),
        noisy,
        best(recall, specificity, 0.57),
        misfits=MISFIT,
    ),
    Case(
        metrax.SpecificityAtSensitivity(0.71),
        noisy,
        best(specificity, recall, 0.71),
        misfits=MISFIT,
    ),
    Case(
        metrax.F1Score(num_classes=4, average="macro"),
        rows,
        lambda y, p, w: f1_score(y, highest(p), average="macro", sample_weight=w, zero_division=0),
        misfits=CLASS_MISFITS,
    ),
    Case(
        metrax.FBetaScore(beta=2.0, threshold=0.25, num_classes=4),
        rows,
        lambda y, p, w: fbeta_score(
            y, p > 0.25, beta=2, average=None, sample_weight=w, zero_division=0
        ),
        misfits=CLASS_MISFITS,
    ),
    Case(
        metrax.FBetaScore("weighted", beta=0.5, threshold=0.25, num_classes=4),
        rows,
        lambda y, p, w: fbeta_score(
            y, p > 0.25, beta=0.5, average="weighted", sample_weight=w, zero_division=0
        ),
        name="FBetaScore-weighted",
        misfits=CLASS_MISFITS,
    ),
    Case(
        metrax.F1Score("micro", threshold=0.3, num_classes=4),
        rows,
        lambda y, p, w: f1_score(y, p > np.float32(0.3), average="micro", sample_weight=w),
        name="F1Score-micro",
        misfits=CLASS_MISFITS,
    ),
]
