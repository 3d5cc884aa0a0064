"""Cases of precision, recall and areas under curves."""

import numpy as np
from sklearn.metrics import auc, matthews_corrcoef, precision_score, recall_score

import metrax
from tests.cases.case import INTEGER_INPUTS, Case, probabilities

MISFIT = ((np.zeros((4, 1)), np.zeros((4, 3))), (np.zeros(4), np.zeros(3)))


def scores(rng, n):
    """Labels that the scores know something of."""
    y = rng.integers(0, 2, n)
    return y, np.clip(0.3 * y + 0.7 * rng.random(n), 0, 1).astype(np.float32)


def label_scores(rng, n):
    return rng.integers(0, 2, (n, 4)), probabilities(rng, n, 4)


def curve(y, p, w, thresholds):
    """Brute force: true and false positives and negatives at every threshold."""
    over = p[:, None] > np.asarray(thresholds, np.float32)
    tp, fp = ((w[:, None] * over)[y == k].sum(0) for k in (1, 0))
    return tp, fp, w[y == 1].sum() - tp, w[y == 0].sum() - fp


def grid(n):
    return [-1e-7, *(i / (n - 1) for i in range(1, n - 1)), 1 + 1e-7]


def closed_curve(y, p, w, thresholds):
    """The same where scores beyond the ends belong to the ends."""
    return curve(y, np.clip(p, 0, thresholds[-1]), w, thresholds)


def roc_area(y, p, w, thresholds):
    tp, fp, fn, tn = closed_curve(y, p, w, thresholds)
    return auc(fp / (fp + tn), tp / (tp + fn))


def pr_area(y, p, w, thresholds, heights):
    tp, fp, fn, _ = closed_curve(y, p, w, thresholds)
    precision = tp / np.maximum(tp + fp, 1e-300)
    recall = tp / (tp + fn)
    return (-np.diff(recall) * heights(precision[:-1], precision[1:])).sum()


def top_two_precision(y, p, w):
    chosen = np.argsort(-p, axis=1, kind="stable")[:, :2]
    hits = np.take_along_axis(y, chosen, 1).sum(1)
    return (w * hits).sum() / (2 * w.sum())


def drawn(rng, n):
    """Labels of four classes, of which the predictions know something."""
    y = rng.integers(0, 4, n)
    return y, np.where(rng.random(n) < 0.6, y, rng.integers(0, 4, n))


CASES = [
    Case(
        metrax.Precision(),
        scores,
        lambda y, p, w: precision_score(y, p > 0.5, sample_weight=w),
        misfits=MISFIT,
    ),
    Case(
        metrax.Precision(top_k=2),
        label_scores,
        top_two_precision,
        name="Precision-top-k",
        misfits=MISFIT,
        exempt={
            INTEGER_INPUTS: "integer scores tie, and which of equal scores is among the top k is "
            "arbitrary"
        },
    ),
    Case(
        metrax.Recall(thresholds=[0.7, 0.2, 0.4, 0.5, 0.6]),
        scores,
        lambda y, p, w: [
            recall_score(y, p > np.float32(t), sample_weight=w) for t in (0.7, 0.2, 0.4, 0.5, 0.6)
        ],
        name="Recall-thresholds",
        misfits=MISFIT,
    ),
    Case(
        metrax.Recall(class_id=2, thresholds=0.2),
        label_scores,
        lambda y, p, w: recall_score(y[:, 2], p[:, 2] > np.float32(0.2), sample_weight=w),
        name="Recall-class",
        misfits=(*MISFIT, (np.zeros((4, 2)), np.zeros((4, 2)))),
    ),
    Case(
        metrax.AUC(),
        scores,
        lambda y, p, w: roc_area(y, p, w, grid(200)),
        misfits=MISFIT,
    ),
    Case(
        metrax.AUC(curve="PR", summation_method="majoring", thresholds=(0.5, 0.1, 0.13, 0.9, 0.6)),
        scores,
        lambda y, p, w: pr_area(y, p, w, [-1e-7, 0.1, 0.13, 0.5, 0.6, 0.9, 1 + 1e-7], np.maximum),
        name="AUC-PR-uneven",
        misfits=MISFIT,
    ),
    Case(
        metrax.AUC(num_thresholds=20, multi_label=True, num_labels=4, label_weights=(1, 2, 3, 4)),
        label_scores,
        lambda y, p, w: np.average(
            [roc_area(y[:, i], p[:, i], w, grid(20)) for i in range(4)], weights=[1, 2, 3, 4]
        ),
        name="AUC-multi-label",
        misfits=(*MISFIT, (np.zeros((4, 3)), np.zeros((4, 3))), (np.zeros(4), np.zeros(4))),
        exempt={
            INTEGER_INPUTS: "integer scores of 1 and above leave some labels without positives or "
            "negatives"
        },
    ),
    Case(
        metrax.MatthewsCorrelation(4),
        drawn,
        lambda y, p, w: matthews_corrcoef(y, p, sample_weight=w),
        poison=(77, -5),
        misfits=MISFIT,
    ),
]
