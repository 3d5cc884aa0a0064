"""Cases of confusion matrices, and of agreement beyond chance."""

import numpy as np
from sklearn.metrics import (
    balanced_accuracy_score,
    cohen_kappa_score,
    confusion_matrix,
    multilabel_confusion_matrix,
)

import metrax
from tests.cases.case import Case
from tests.cases.classes import C, binary, highest, labels, labels_and_scores
from tests.cases.confusion import MISFIT
from tests.cases.counts import rows


def kappa(weights):
    return lambda y, p, w: cohen_kappa_score(y, p, weights=weights, sample_weight=w)


CASES = [
    labels(
        metrax.ConfusionMatrix(C),
        lambda y, p, w: confusion_matrix(y, p, labels=range(C), sample_weight=w),
    ),
    labels(
        metrax.ConfusionMatrix(C, normalize="true"),
        lambda y, p, w: confusion_matrix(y, p, normalize="true", sample_weight=w),
        name="ConfusionMatrix-true",
    ),
    Case(
        metrax.ConfusionMatrix(C, multi_label=True, threshold=0.25),
        rows,
        lambda y, p, w: multilabel_confusion_matrix(y, p > 0.25, sample_weight=w),
        name="ConfusionMatrix-labels",
        misfits=MISFIT,
    ),
    labels(metrax.CohenKappa(C), kappa(None)),
    labels(metrax.CohenKappa(C, "linear"), kappa("linear"), name="CohenKappa-linear"),
    labels(metrax.CohenKappa(C, "quadratic"), kappa("quadratic"), name="CohenKappa-quadratic"),
    Case(
        metrax.BalancedAccuracy(C),
        labels_and_scores,
        highest(lambda y, p, w: balanced_accuracy_score(y, p, sample_weight=w)),
        poison=(77, np.nan),
        misfits=(*MISFIT, (np.zeros(4, int), np.zeros((4, 3)))),
    ),
    binary(
        metrax.BalancedAccuracy(adjusted=True),
        lambda y, p, w: balanced_accuracy_score(y, p > 0.5, sample_weight=w, adjusted=True),
        name="BalancedAccuracy-binary",
    ),
]
