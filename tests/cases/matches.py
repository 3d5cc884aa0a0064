"""Cases of exact matches, and of labels of which any is right."""

import numpy as np
from sklearn.metrics import accuracy_score, hamming_loss, zero_one_loss

import metrax
from tests.cases.case import INTEGER_INPUTS, LABELS_OUT_OF_RANGE, Case, mean
from tests.cases.confusion import MISFIT
from tests.cases.counts import rows

LABELS = {INTEGER_INPUTS: "integer predictions are labels, no scores to be cut"}


def near(rng, n):
    """Three tokens a row, of which a few are wrong, and 9 behind the last."""
    y = rng.integers(0, 5, (n, 3))
    p = np.where(rng.random((n, 3)) < 0.8, y, 4 - y)
    y[rng.random(n) < 0.3, 2] = 9
    return y, p


def scored(rng, n):
    """Rows of labels, most of them scored on their side of a half."""
    y, p = rows(rng, n)
    return y, np.where(rng.random(y.shape) < 0.8, (y + p) / 2, p).astype(np.float32)


def several(rng, n):
    """Rows of several labels, some without any, and scores."""
    y, p = rows(rng, n)
    y[rng.random(n) < 0.2] = 0
    return y, p


def listed(rng, n):
    """Lists of labels, filled up with -1, and predicted labels."""
    y = rng.integers(-1, 4, (n, 3))
    return np.sort(y, axis=1)[:, ::-1].copy(), rng.integers(0, 4, n)


def any_right(hit, there):
    kept = there.any(1)
    return lambda w: mean((hit & there).any(1)[kept].astype(float), w[kept])


CASES = [
    Case(
        metrax.ExactMatch(),
        scored,
        lambda y, p, w: accuracy_score(y, p > 0.5, sample_weight=w),
        misfits=MISFIT,
        exempt=LABELS,
        hits=True,
    ),
    Case(
        metrax.ExactMatch(ignore_class=9),
        near,
        lambda y, p, w: mean(((y == p) | (y == 9)).all(1).astype(float), w),
        name="ExactMatch-tokens",
        poison=(77, -5),
        misfits=MISFIT,
        exempt={LABELS_OUT_OF_RANGE: "any whole number is a label"},
        hits=True,
    ),
    Case(
        metrax.ZeroOneLoss(),
        scored,
        lambda y, p, w: zero_one_loss(y, p > 0.5, sample_weight=w),
        misfits=MISFIT,
        exempt=LABELS,
        hits=True,
    ),
    Case(
        metrax.HammingLoss(),
        scored,
        lambda y, p, w: hamming_loss(y, p > 0.5, sample_weight=w),
        misfits=MISFIT,
        exempt=LABELS,
        hits=True,
    ),
    Case(
        metrax.AnyLabelAccuracy(),
        several,
        lambda y, p, w: any_right(np.eye(4)[p.argmax(1)] > 0, y > 0)(w),
        misfits=(*MISFIT, (np.zeros((4, 3)), np.zeros((4, 2)))),
        hits=True,
    ),
    Case(
        metrax.AnyLabelAccuracy(sparse_y_true=True),
        listed,
        lambda y, p, w: any_right(y == p[:, None], y >= 0)(w),
        name="AnyLabelAccuracy-lists",
        perfect=lambda y, p: y[:, 0],
        poison=(77, -5),
        misfits=((np.zeros(4), np.zeros(4)), (np.zeros((4, 3)), np.zeros(3))),
        exempt={
            LABELS_OUT_OF_RANGE: "labels beside labels do not tell how many classes there are",
            INTEGER_INPUTS: "a label of -1, which fills lists up, is none of uint8",
        },
        hits=True,
    ),
]
