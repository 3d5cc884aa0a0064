"""Cases of rates of classes: counts of each, and averages of what is read off them."""

import numpy as np
from sklearn.metrics import (
    classification_report,
    f1_score,
    precision_score,
    recall_score,
)

import metrax
from tests.cases.case import SHAPES_THAT_PAIR, Case, one_hot, probabilities
from tests.cases.confusion import MISFIT, drawn
from tests.cases.counts import noisy, rows

C = 4
ABSENT = (77, -5)


def labels_and_scores(rng, n):
    """Labels, and rows of scores that know something of them."""
    y = rng.integers(0, C, n)
    return y, (one_hot(y, C) + 2 * probabilities(rng, n, C)).astype(np.float32)


def positions(rng, n):
    """Three positions a row: labels, and scores of classes."""
    y, p = labels_and_scores(rng, 3 * n)
    return y.reshape(n, 3), p.reshape(n, 3, C)


def rows_and_scores(rng, n):
    y, p = labels_and_scores(rng, n)
    return one_hot(y, C), p


def highest(reference):
    """A reference of labels for rows of scores, at as many positions as there may be."""

    def of_scores(y, p, w):
        y = y.argmax(-1) if y.ndim == p.ndim else y
        w = np.broadcast_to(w.reshape(-1, *(1,) * (y.ndim - 1)), y.shape)
        return reference(y.ravel(), p.argmax(-1).ravel(), w.ravel())

    return of_scores


def counted(y, p, w):
    """tp, fp, fn and tn of each class against the others."""
    true, pred = (x[:, None] == np.arange(C) for x in (y, p))
    outcomes = (true & pred, ~true & pred, true & ~pred, ~true & ~pred)
    return [(w[:, None] * x).sum(0) for x in outcomes]


def of_classes(rate, average="macro"):
    """A rate of labels by its definition, and its average."""

    def reference(y, p, w):
        counts = counted(y, p, w)
        if average == "micro":
            return rate(*(x.sum() for x in counts))
        support = counts[0] + counts[2]
        values = rate(*counts)
        if average is None:
            return values
        return np.average(values, weights=support if average == "weighted" else None)

    return reference


def of_all(score, average):
    """scikit-learn's score of labels, the classes that do not occur counted as 0."""
    return lambda y, p, w: score(
        y, p, labels=range(C), average=average, sample_weight=w, zero_division=0
    )


def of_labels(score, average, at=0.25, **arguments):
    """scikit-learn's score of rows of labels, each there or not."""
    return lambda y, p, w: score(
        y, p > np.float32(at), average=average, sample_weight=w, **arguments
    )


def of_one(rate):
    """A rate of labels 0 and 1, and of scores cut at a half."""

    def reference(y, p, w):
        true, pred = y == 1, p > 0.5
        masks = (true & pred, ~true & pred, true & ~pred, ~true & ~pred)
        return rate(*(w[x].sum() for x in masks))

    return reference


def threshold(tp, fp, fn, tn):
    found, false = np.sqrt(tp / (tp + fn)), np.sqrt(fp / (fp + tn))
    return false / (found + false)


def odds(tp, fp, fn, tn):
    return tp * tn / (fp * fn)


def informed(tp, fp, fn, tn):
    return tp / (tp + fn) + tn / (tn + fp) - 1


def marked(tp, fp, fn, tn):
    return tp / (tp + fp) + tn / (tn + fn) - 1


def specificity(tp, fp, fn, tn):
    return tn / (tn + fp)


def report(y, p, w):
    return classification_report(y, p, sample_weight=w, output_dict=True)


def positive_ratio(tp, fp, fn, tn):
    return tp / (tp + fn) / (fp / (fp + tn))


def negative_ratio(tp, fp, fn, tn):
    return fn / (tp + fn) / (tn / (fp + tn)) if tn else 0


def labels(metric, reference, **more):
    """A row of labels and predicted labels."""
    return Case(metric, drawn, reference, poison=ABSENT, misfits=MISFIT, **more)


def binary(metric, reference, **more):
    """A row of labels 0 and 1 and of scores."""
    return Case(metric, noisy, reference, misfits=MISFIT, **more)


CASES = [
    labels(
        metrax.Precision(num_classes=C, average=None),
        of_all(precision_score, None),
        name="Precision-classes",
    ),
    Case(
        metrax.Recall(num_classes=C, average="weighted"),
        positions,
        highest(of_all(recall_score, "weighted")),
        name="Recall-positions",
        poison=(77, np.nan),
        misfits=(*MISFIT, (np.zeros((4, 3), int), np.zeros((4, 4)))),
    ),
    Case(
        metrax.Precision(num_classes=C, average="macro", ignore_class=2),
        rows_and_scores,
        highest(
            lambda y, p, w: precision_score(
                y[y != 2],
                p[y != 2],
                labels=[0, 1, 3],
                average="macro",
                sample_weight=w[y != 2],
                zero_division=0,
            )
        ),
        name="Precision-rows",
        misfits=MISFIT,
        exempt={SHAPES_THAT_PAIR: "labels [B, 1] beside rows of scores are labels [B]"},
    ),
    Case(
        metrax.Precision(0.25, num_classes=C, average="macro"),
        rows,
        of_labels(precision_score, "macro"),
        name="Precision-labels",
        misfits=(*MISFIT, (np.zeros(4), np.zeros(4))),
    ),
    Case(
        metrax.Recall(0.25, average="samples"),
        rows,
        of_labels(recall_score, "samples", zero_division=0),
        name="Recall-samples",
        misfits=(*MISFIT, (np.zeros(4), np.zeros(4))),
    ),
    labels(
        metrax.F1Score("macro", num_classes=C),
        of_all(f1_score, "macro"),
        name="F1Score-labels",
    ),
    labels(
        metrax.FBetaScore("micro", num_classes=C, ignore_class=(1, -1), zero_division=1.0),
        lambda y, p, w: f1_score(y[y != 1], p[y != 1], average="micro", sample_weight=w[y != 1]),
        name="FBetaScore-ignore",
    ),
    labels(metrax.Specificity(C), of_classes(specificity)),
    binary(metrax.Specificity(), of_one(specificity), name="Specificity-binary"),
    labels(
        metrax.NegativePredictiveValue(C, "weighted"),
        of_classes(lambda tp, fp, fn, tn: tn / (tn + fn), "weighted"),
    ),
    labels(
        metrax.FalsePositiveRate(C, None),
        of_classes(lambda tp, fp, fn, tn: fp / (fp + tn), None),
    ),
    labels(
        metrax.FalseNegativeRate(C, "micro"),
        of_classes(lambda tp, fp, fn, tn: fn / (fn + tp), "micro"),
    ),
    labels(
        metrax.FalseDiscoveryRate(C, absent="zero"),
        of_classes(lambda tp, fp, fn, tn: fp / (fp + tp)),
    ),
    labels(
        metrax.FalseOmissionRate(C),
        of_classes(lambda tp, fp, fn, tn: fn / (fn + tn)),
    ),
    labels(
        metrax.Prevalence(C, None),
        of_classes(lambda tp, fp, fn, tn: (tp + fn) / (tp + fp + fn + tn), None),
    ),
    labels(metrax.Informedness(C), of_classes(informed)),
    labels(metrax.Markedness(C, None), of_classes(marked, None)),
    binary(metrax.PositiveLikelihoodRatio(), of_one(positive_ratio)),
    binary(metrax.NegativeLikelihoodRatio(), of_one(negative_ratio)),
    labels(metrax.DiagnosticOddsRatio(C, "micro"), of_classes(odds, "micro")),
    labels(metrax.PrevalenceThreshold(C), of_classes(threshold)),
    labels(metrax.ClassificationReport(C), report),
]
