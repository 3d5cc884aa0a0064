"""Cases of intersection over union."""

import numpy as np
from sklearn.metrics import jaccard_score

import metrax
from tests.cases.case import Case, one_hot, probabilities
from tests.cases.confusion import MISFIT, scores

C = 4


def images(rng, n):
    """Label maps of three pixels, in which class 3 does not occur."""
    return rng.integers(0, 3, (n, 3)), rng.integers(0, 3, (n, 3))


def mean_iou(classes, ignore=None):
    """scikit-learn's score of each class that occurs, averaged."""

    def reference(y, p, w):
        w = np.broadcast_to(w.reshape(-1, *(1,) * (y.ndim - 1)), y.shape).ravel()
        y, p = y.ravel(), p.ravel()
        keep = y != ignore
        seen = [c for c in classes if c in {*y[keep], *p[keep]}]
        each = jaccard_score(y[keep], p[keep], labels=seen, average=None, sample_weight=w[keep])
        return np.mean(each)

    return reference


def dense(reference, y_axis=-1, p_axis=-1):
    return lambda y, p, w: reference(y.argmax(y_axis), p.argmax(p_axis), w)


def overlapping(alpha, beta):
    """The loss of the totals over all elements."""

    def reference(y, p, w):
        w = w[:, None, None]
        tp, fp, fn = ((w * x).sum() for x in (y * p, (1 - y) * p, y * (1 - p)))
        return 1 - tp / (tp + alpha * fp + beta * fn)

    return reference


def masks(rng, n):
    """Masks of six pixels, and how likely each pixel is thought to be in them."""
    return rng.integers(0, 2, (n, 2, 3)).astype(np.float32), rng.random((n, 2, 3), np.float32)


WRONG_SIZE = (*MISFIT, (np.zeros((4, 3)), np.zeros((4, 3))))
ABSENT = (77, -5)

CASES = [
    Case(
        metrax.MeanIoU(num_classes=C),
        images,
        mean_iou(range(C)),
        poison=ABSENT,
        misfits=MISFIT,
    ),
    Case(
        metrax.MeanIoU(num_classes=C, sparse_y_true=False, sparse_y_pred=False, ignore_class=1),
        lambda rng, n: (probabilities(rng, n, C), probabilities(rng, n, C)),
        dense(mean_iou(range(C), ignore=1)),
        name="MeanIoU-dense",
        misfits=WRONG_SIZE,
    ),
    Case(
        metrax.IoU(C, [0, 2, 3], ignore_class=1),
        images,
        mean_iou([0, 2, 3], ignore=1),
        poison=ABSENT,
        misfits=MISFIT,
    ),
    Case(
        metrax.BinaryIoU(threshold=0.4),
        scores,
        lambda y, p, w: mean_iou([0, 1])(y, (p >= np.float32(0.4)).astype(int), w),
        misfits=MISFIT,
    ),
    Case(
        metrax.OneHotIoU(C, [1, 2], axis=1),
        lambda rng, n: (
            np.moveaxis(one_hot(rng.integers(0, C, (n, 2)), C), -1, 1),
            np.moveaxis(probabilities(rng, n, 2, C), -1, 1),
        ),
        dense(mean_iou([1, 2]), 1, 1),
        misfits=WRONG_SIZE,
    ),
    Case(
        metrax.OneHotMeanIoU(C, sparse_y_pred=True),
        lambda rng, n: (one_hot(rng.integers(0, C, n), C), rng.integers(0, C, n)),
        lambda y, p, w: mean_iou(range(C))(y.argmax(-1), p, w),
        poison=(np.nan, -3),
        misfits=((np.zeros((4, C)), np.zeros(3)), (np.zeros((4, 3)), np.zeros(4))),
    ),
    Case(metrax.DiceLoss(), masks, overlapping(0.5, 0.5), misfits=MISFIT),
    Case(metrax.TverskyLoss(0.3, beta=0.8), masks, overlapping(0.3, 0.8), misfits=MISFIT),
]
