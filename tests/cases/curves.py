"""Cases of areas, curves and points from the scores' own bits, or from the scores themselves."""

from itertools import pairwise

import numpy as np
from scipy.integrate import quad
from scipy.optimize import brentq
from sklearn import metrics as sk

import metrax
from tests.cases.buffers import KEEPS_ROWS
from tests.cases.case import INTEGER_INPUTS, Case, stays_out
from tests.cases.confusion import MISFIT

GRID = {"grid": "probability", "bits": 10}
"""A small state, for rows whose scores lie on its grid: 1 or 1.5 times a power of two."""

NO_FADING = stays_out("rows that are kept cannot count less", "Decayed")
OFF = {INTEGER_INPUTS: "integers of 1 and above are no probabilities"}
MISFITS = (
    (np.zeros((4, 2)), np.zeros((4, 3))),
    (np.zeros((4, 4)), np.zeros((4, 4))),
    (np.zeros(4), np.zeros(4)),
)


def small(rng, shape):
    """Scores on the grid, some above a half, some of them equal."""
    x = rng.choice([1.0, 1.5], shape) * 2.0 ** -rng.integers(2, 6, shape)
    return np.where(rng.random(shape) < 0.4, 1 - x, x).astype(np.float32)


def binary(rng, n):
    y = rng.integers(0, 2, n)
    y[:2] = 0, 1
    p = small(rng, n)
    return y, np.where((y == 1) & (rng.random(n) < 0.5), 1 - p, p).astype(np.float32)


def by_label(rng, n):
    y, p = zip(*(binary(rng, n) for _ in range(3)), strict=True)
    return np.stack(y, 1), np.stack(p, 1)


def by_class(rng, n):
    y = np.concatenate([np.arange(3), rng.integers(0, 3, n)])[:n]
    return y, small(rng, (n, 3))


def numbered(rng, n):
    return np.arange(n), *binary(rng, n)


def of(score, **more):
    """scikit-learn's number, of which labels are the last axis."""
    return lambda y, p, w, *rest: score(y, p, sample_weight=w if not rest else rest[-1], **more)


def each(score):
    return lambda y, p, w: np.array(
        [score(y[:, i], p[:, i], sample_weight=w) for i in range(y.shape[1])]
    )


def hand_and_till(y, p, w):
    """The mean over ordered pairs of classes, by brute force."""
    areas = []
    for i, j in [(i, j) for i in range(3) for j in range(3) if i != j]:
        some = np.isin(y, (i, j))
        areas.append(sk.roc_auc_score(y[some] == i, p[some, i], sample_weight=w[some]))
    return np.mean(areas)


def roc(y, p, w):
    return sk.roc_curve(y, p, sample_weight=w, drop_intermediate=False)


def equal_error(y, p, w):
    fpr, tpr, _ = roc(y, p, w)
    return brentq(lambda x: 1 - x - np.interp(x, fpr, tpr), 0, 1, xtol=1e-14)


def largest_gap(y, p, w):
    fpr, tpr, _ = roc(y, p, w)
    return (tpr - fpr).max()


def log_area(low, high):
    """By quadrature, between every two rates of the curve."""

    def reference(y, p, w):
        fpr, tpr, _ = roc(y, p, w)
        ends = np.unique(np.clip([low, *fpr, high], low, high))
        parts = [quad(lambda f: np.interp(f, fpr, tpr) / f, *x)[0] for x in pairwise(ends)]
        return sum(parts) / np.log(high / low)

    return reference


def detection_cost(prior, false_positive, false_negative):
    def reference(y, p, w):
        fpr, tpr, _ = roc(y, p, w)
        miss, alarm = false_negative * prior, false_positive * (1 - prior)
        return (miss * (1 - tpr) + alarm * fpr).min() / min(miss, alarm)

    return reference


def best_f(beta):
    def reference(y, p, w):
        return max(
            sk.fbeta_score(y, p >= t, beta=beta, sample_weight=w, zero_division=0) for t in p
        )

    return reference


def best_threshold(y, p, w):
    fpr, tpr, thresholds = roc(y, p, w)
    return thresholds[np.argmax(np.round(tpr - fpr, 12))]


def over(buckets, function):
    """A curve at every threshold of a grid, by brute force from ``tp, fp, fn, tn``."""

    def reference(y, p, w):
        t = np.concatenate([[np.inf], buckets[::-1]])
        chosen = p[:, None] >= t
        tp, fp = ((w[:, None] * chosen)[y == k].sum(0) for k in (1, 0))
        with np.errstate(invalid="ignore", divide="ignore"):
            return [*function(tp, fp, w[y == 1].sum(), w[y == 0].sum()), t]

    return reference


def _grid():
    """The scores on the small grid, ascending; above a half, of what float32 has, the next."""
    tails = [m * 2.0**-e for e in range(25, 1, -1) for m in (1.0, 1.5)][1:]
    low = np.array([0.0, *tails, 0.5])
    ulps = low * 2.0**24
    next_up = np.ceil(np.append(ulps[1:], 0)) - 1
    high = 1 - np.where(ulps == np.floor(ulps), ulps, next_up) * 2.0**-24
    return np.concatenate([low, high[:-1][::-1]])


BUCKETS = _grid()


def precision_recall(tp, fp, p, n):
    precision = np.where(tp + fp > 0, tp / (tp + fp), 1)
    return precision[::-1], (tp / p)[::-1]


def lift(tp, fp, p, n):
    share = (tp + fp) / (p + n)
    found = tp / p / share
    return share, np.where(share > 0, found, found[np.argmax(share > 0)])


def flipped(reference):
    def last_reversed(*args):
        *rates, t = reference(*args)
        return [*rates, t[::-1]]

    return last_reversed


def precision_at(bound):
    def reference(y, p, w):
        precision, recall, _ = sk.precision_recall_curve(y, p, sample_weight=w)
        return precision[:-1][recall[:-1] >= bound - 1e-12].max()

    return reference


def row(metric, reference, make=binary, **more):
    misfits = more.pop("misfits", MISFIT)
    return Case(
        metric, make, reference, misfits=misfits, exempt={**OFF, **more.pop("exempt", {})}, **more
    )


ONE_SLOT = {
    "test_integer_weights_are_repetitions": "an example that comes again has its slot already",
    "test_replicates_are_examples_taken_as_often_as_drawn": "so has one that is drawn again",
    "test_automatic_sharding_exchanges_partial_results_only": "examples go to slots that lie "
    "anywhere, and 2^14 of them do not fit",
}

CASES = [
    row(metrax.AUROC(**GRID), of(sk.roc_auc_score)),
    row(metrax.AUROC(**GRID, max_fpr=0.3), of(sk.roc_auc_score, max_fpr=0.3), name="AUROC-partial"),
    row(
        metrax.AUROC(**GRID, num_classes=3),
        of(sk.roc_auc_score, average="macro"),
        by_label,
        name="AUROC-by-label",
        misfits=MISFITS,
    ),
    row(
        metrax.AUROC(**GRID, num_classes=3, average="micro"),
        of(sk.roc_auc_score, average="micro"),
        by_label,
        name="AUROC-micro",
        misfits=MISFITS,
    ),
    row(
        metrax.AUROC(**GRID, num_classes=3, average="weighted"),
        lambda y, p, w: sk.roc_auc_score(np.eye(3)[y], p, average="weighted", sample_weight=w),
        by_class,
        name="AUROC-ovr",
        poison=(77, np.nan),
        misfits=MISFITS,
    ),
    row(
        metrax.AUROC(**GRID, num_classes=3, multi_class="ovo"),
        hand_and_till,
        by_class,
        name="AUROC-ovo",
        poison=(77, np.nan),
        misfits=MISFITS,
    ),
    row(
        metrax.AUROC(exact=512),
        of(sk.roc_auc_score),
        name="AUROC-exact",
        exempt=KEEPS_ROWS | NO_FADING,
    ),
    row(
        metrax.AUROC(by_example=64),
        lambda index, y, p, w: sk.roc_auc_score(y, p, sample_weight=w),
        numbered,
        name="AUROC-by-example",
        keywords=("index", "y_true", "y_pred", "w"),
        poison=(0, np.nan, np.nan),
        exempt=ONE_SLOT | NO_FADING,
    ),
    row(metrax.Gini(**GRID), lambda y, p, w: 2 * sk.roc_auc_score(y, p, sample_weight=w) - 1),
    row(metrax.LogAUC((0.05, 0.6), **GRID), log_area(0.05, 0.6)),
    row(metrax.DetectionCost(0.3, (1.0, 2.0), **GRID), detection_cost(0.3, 1, 2)),
    row(metrax.AveragePrecision(**GRID), of(sk.average_precision_score)),
    row(
        metrax.AveragePrecision(**GRID, num_classes=3, average=None),
        each(sk.average_precision_score),
        by_label,
        name="AveragePrecision-by-label",
        misfits=MISFITS,
    ),
    row(metrax.EqualErrorRate(**GRID), equal_error),
    row(metrax.KSStatistic(**GRID), largest_gap),
    row(metrax.FMax(2.0, **GRID), best_f(2.0)),
    row(metrax.OptimalThreshold(**GRID), best_threshold),
    row(metrax.ROCCurve(**GRID), over(BUCKETS, lambda tp, fp, p, n: (fp / n, tp / p))),
    row(metrax.DETCurve(**GRID), over(BUCKETS, lambda tp, fp, p, n: (fp / n, 1 - tp / p))),
    row(metrax.PrecisionRecallCurve(**GRID), flipped(over(BUCKETS, precision_recall))),
    row(metrax.LiftCurve(**GRID), over(BUCKETS, lift)),
    row(
        metrax.GainCurve(**GRID), over(BUCKETS, lambda tp, fp, p, n: ((tp + fp) / (p + n), tp / p))
    ),
    row(
        metrax.PrecisionAtRecall(0.6, num_thresholds=None, **GRID),
        precision_at(0.6),
        name="PrecisionAtRecall-own-bits",
    ),
]
