"""Cases of calibration, and of proper scores of probabilities."""

import numpy as np
from scipy.special import expit, softmax, xlogy
from scipy.stats import norm

import metrax
from tests.cases.case import INTEGER_INPUTS, Case, mean, normals, one_hot
from tests.cases.confusion import MISFIT, scores
from tests.cases.means import C, binary, sparse

NO_PROBABILITIES = {INTEGER_INPUTS: "integers are no probabilities of anything"}
CLASS_MISFITS = (
    *MISFIT,
    (np.zeros((4, 2), int), np.zeros((4, C))),
    (np.zeros(3, int), np.zeros((4, C))),
)
BINARY_MISFITS = (*MISFIT, (np.zeros(4, int), np.zeros((4, 3))))


def surest(y, p):
    """Logits of the labels, or of rows of classes."""
    rows = one_hot(y, p.shape[-1]) if y.ndim < p.ndim else y
    return 60.0 * (2 * rows - 1)


def brier(y, p, w):
    return mean((p - y) ** 2, w)


def brier_of_classes(y, p, w):
    return mean(((p - np.eye(C)[y]) ** 2).sum(-1), w)


def half_brier_of_logits(y, p, w):
    return mean(((softmax(p, -1) - y) ** 2).sum(-1) / 2, w)


def log_loss_of_logits(y, p, w):
    return mean(-xlogy(y, expit(p)) - xlogy(1 - y, expit(-p)), w)


def log_loss_of_classes(y, p, w):
    return mean(-np.log(np.take_along_axis(p, y[:, None], -1)[:, 0] / p.sum(-1)), w)


def ranked(y, p, w):
    gaps = np.cumsum(p, -1) - np.cumsum(np.eye(C)[y], -1)
    return mean((gaps[:, :-1] ** 2).sum(-1), w)


def binned(p, y, w, n_bins):
    """Weight, mean probability and rate of each bin that is not empty, and which they are."""
    edges = np.arange(n_bins + 1) / n_bins
    at = np.clip(np.searchsorted(edges, p) - 1, 0, n_bins - 1)
    seen = np.unique(at)
    weight, score, rate = (
        np.array([f(at == b) for b in seen])
        for f in (
            lambda m: w[m].sum(),
            lambda m: np.average(p[m], weights=w[m]),
            lambda m: np.average(y[m], weights=w[m]),
        )
    )
    return seen, weight, score, rate


def error(norm_of, n_bins):
    def reference(y, p, w):
        _, weight, score, rate = binned(p, y, w, n_bins)
        return norm_of(np.abs(score - rate), weight / weight.sum())

    return reference


def halved(rng, n):
    """Scores so far below the rates that chance does not explain all of it."""
    y, p = scores(rng, n)
    return y, p / 2


def debiased(n_bins):
    def reference(y, p, w):
        _, weight, score, rate = binned(p, y, w, n_bins)
        some = weight > 1
        n, gap, rate = weight[some], (score - rate)[some], rate[some]
        squares = n / weight.sum() * (gap**2 - rate * (1 - rate) / (n - 1))
        return np.sqrt(max(squares.sum(), 0))

    return reference


def of_equal_weight(p, y, w, n_bins):
    """The same of bins of which each holds a share of the weight, by their order."""
    order = np.argsort(p)
    p, y, w = p[order], y[order], w[order]
    at = np.floor(n_bins * (np.cumsum(w) - w) / w.sum()).astype(int)
    at = np.array([at[p == x].min() for x in p])
    seen = np.unique(at)
    return [
        np.array([f(at == b) for b in seen])
        for f in (
            lambda m: w[m].sum(),
            lambda m: np.average(p[m], weights=w[m]),
            lambda m: np.average(y[m], weights=w[m]),
        )
    ]


def l2_of(weight, score, rate):
    return l2(np.abs(score - rate), weight / weight.sum())


def l1(gap, share):
    return (share * gap).sum()


def l2(gap, share):
    return np.sqrt((share * gap**2).sum())


def largest(gap, share):
    return gap.max()


def top_label(reference):
    return lambda y, p, w: reference(p.argmax(-1) == y, p.max(-1), w)


def classwise(reference):
    def mean_of_classes(y, p, w):
        p = softmax(p, -1)
        return np.mean([reference(y == c, p[:, c], w) for c in range(C)])

    return mean_of_classes


def reliability(y, p, w):
    """The curve, with the roots of the equation that ends of Wilson's intervals solve."""
    seen, weight, score, rate = binned(p, y, w, 15)
    z = norm.ppf(0.95)
    ends = [
        sorted(np.roots([n + z**2, -(2 * n * r + z**2), n * r**2]).real)
        for n, r in zip(weight, rate, strict=True)
    ]
    curve = np.zeros((5, 15))
    curve[:, seen] = [score, rate, *np.transpose(ends), weight]
    return curve


def decomposed(y, p, w):
    _, weight, score, rate = binned(p, y, w, 4)
    share, base = weight / weight.sum(), np.average(y, weights=w)
    return [
        (share * (score - rate) ** 2).sum(),
        (share * (rate - base) ** 2).sum(),
        base * (1 - base),
    ]


def saved(score, of_shares):
    return lambda y, p, w: 1 - score(y, p, w) / of_shares(y, w)


def entropy(y, w):
    share = np.bincount(y.ravel(), np.broadcast_to(w[:, None], (len(w), y.size // len(w))).ravel())
    share = share[share > 0] / share.sum()
    return -(share * np.log(share)).sum()


def spread(y, w):
    rate = np.average(y, weights=w)
    return rate * (1 - rate)


def logits(rng, n):
    y = rng.integers(0, 2, n)
    return y, (2 * y - 1 + normals(rng, n)).astype(np.float32)


CASES = [
    Case(metrax.BrierScore(), binary, brier, misfits=CLASS_MISFITS),
    Case(
        metrax.BrierScore(),
        sparse,
        brier_of_classes,
        name="BrierScore-classes",
        poison=(77, np.nan),
        misfits=CLASS_MISFITS,
        exempt=NO_PROBABILITIES,
    ),
    Case(
        metrax.BrierScore(num_classes=C, from_logits=True, scale_by_half=True),
        lambda rng, n: (one_hot(rng.integers(0, C, n), C), normals(rng, n, C)),
        half_brier_of_logits,
        name="BrierScore-logits",
        perfect=surest,
        misfits=CLASS_MISFITS,
    ),
    Case(
        metrax.LogLoss(from_logits=True),
        logits,
        log_loss_of_logits,
        perfect=surest,
        misfits=CLASS_MISFITS,
    ),
    Case(
        metrax.RankedProbabilityScore(),
        sparse,
        ranked,
        poison=(77, np.nan),
        misfits=(*CLASS_MISFITS[1:], (np.zeros(4), np.zeros(4))),
        exempt=NO_PROBABILITIES,
    ),
    Case(
        metrax.CalibrationError(),
        scores,
        error(l1, 15),
        rtol=1e-5,
        misfits=CLASS_MISFITS,
        exempt=NO_PROBABILITIES,
    ),
    Case(
        metrax.CalibrationError(4, norm="l2", num_classes=C),
        sparse,
        top_label(error(l2, 4)),
        name="CalibrationError-top-label",
        rtol=1e-5,
        poison=(77, np.nan),
        misfits=(*CLASS_MISFITS, (np.zeros(4), np.zeros(4)), (np.zeros(4), np.zeros((4, 3)))),
        exempt=NO_PROBABILITIES,
    ),
    Case(
        metrax.CalibrationError(
            5, norm="max", multi_class="classwise", num_classes=C, from_logits=True
        ),
        lambda rng, n: (rng.integers(0, C, n), normals(rng, n, C)),
        classwise(error(largest, 5)),
        name="CalibrationError-classwise",
        rtol=1e-5,
        poison=(77, np.nan),
        perfect=surest,
        misfits=(*CLASS_MISFITS, (np.zeros(4), np.zeros(4)), (np.zeros(4), np.zeros((4, 3)))),
    ),
    Case(
        metrax.CalibrationError(6, norm="l2", binning="quantile", bits=12),
        lambda rng, n: (rng.integers(0, 2, n), rng.integers(0, 17, n).astype(np.float32) / 16),
        lambda y, p, w: l2_of(*of_equal_weight(p, y, w, 6)),
        name="CalibrationError-quantile",
        rtol=1e-5,
        misfits=CLASS_MISFITS,
        exempt=NO_PROBABILITIES,
    ),
    Case(
        metrax.CalibrationError(4, norm="l2", debias=True),
        halved,
        debiased(4),
        name="CalibrationError-debias",
        rtol=1e-5,
        misfits=CLASS_MISFITS,
        exempt=NO_PROBABILITIES,
    ),
    Case(
        metrax.ReliabilityCurve(level=0.9),
        scores,
        reliability,
        rtol=1e-5,
        misfits=CLASS_MISFITS,
        exempt=NO_PROBABILITIES,
    ),
    Case(
        metrax.BrierDecomposition(n_bins=4),
        scores,
        decomposed,
        rtol=1e-5,
        misfits=CLASS_MISFITS,
        exempt=NO_PROBABILITIES,
    ),
    Case(
        metrax.D2LogLoss(num_classes=C),
        sparse,
        saved(log_loss_of_classes, entropy),
        rtol=1e-5,
        poison=(77, np.nan),
        misfits=(*CLASS_MISFITS, (np.zeros(4), np.zeros(4)), (np.zeros(4), np.zeros((4, 3)))),
        exempt=NO_PROBABILITIES,
    ),
    Case(
        metrax.D2Brier(),
        scores,
        saved(brier, spread),
        rtol=1e-5,
        misfits=BINARY_MISFITS,
    ),
    Case(
        metrax.NormalizedEntropy(from_logits=True),
        logits,
        lambda y, p, w: log_loss_of_logits(y, p, w) / entropy(y, w),
        rtol=1e-5,
        perfect=surest,
        misfits=BINARY_MISFITS,
    ),
    Case(
        metrax.WeightedCalibration(),
        scores,
        lambda y, p, w: np.average(p, weights=w) / np.average(y, weights=w),
        misfits=BINARY_MISFITS,
    ),
]
