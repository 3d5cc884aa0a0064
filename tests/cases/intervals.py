"""Cases of metrics with the interval that holds their true value, and of pairs of metrics."""

import numpy as np
import scipy.stats

import metrax
from metrax import Estimate
from tests.cases.calibration import NO_PROBABILITIES
from tests.cases.case import (
    DIRECTION,
    INTEGER_INPUTS,
    LABELS_OUT_OF_RANGE,
    MISFITS,
    Case,
)
from tests.cases.combined import numbers, roc, squared
from tests.cases.confusion import MISFIT, grid, scores

WEIGHTS_WEIGH = {
    "test_integer_weights_are_repetitions": "an example of weight two is one example, not two",
}
INLINE = {
    "test_update_is_the_program_of_the_row_that_stands_for_this_one": "its update is inlined",
    "test_a_metric_that_is_not_checked_compiles_to_what_its_statistic_does": "and so it is here",
}


def roc_or_0(y, p, w):
    return roc(y, p, w) if {*y[w > 0]} == {0, 1} else 0


def absolute(y, p, w):
    return np.average(np.abs(y - p), weights=w)


def estimated(reference, error, bounds=(0, 1), freedom=None):
    """The reference with the limits that a standard error and degrees of freedom come to."""

    def interval(*batch):
        *_, w = batch
        value, se = reference(*batch), error(*batch)
        n = w.sum() ** 2 / (w * w).sum()
        t = scipy.stats.t.ppf(0.975, (freedom or (lambda *_: n - 1))(*batch))
        return Estimate(value, *limits(value, se, t, bounds), se)

    return interval


def limits(value, se, t, bounds):
    """Wilson's for values between two bounds, else on the logarithm's scale above 0."""
    if bounds == (-np.inf, np.inf):
        return value - t * se, value + t * se
    if bounds == (0, np.inf):
        return value * np.exp(-t * se / value), value * np.exp(t * se / value)
    n = value * (1 - value) / se**2
    middle, below = value + t * t / (2 * n), 1 + t * t / n
    half = t * np.sqrt(value * (1 - value) / n + t * t / (4 * n * n))
    return (middle - half) / below, (middle + half) / below


def error_of_mean(values):
    """The standard error of a weighted mean, by its examples' own second moments."""

    def error(y, p, w):
        x, n = values(y, p), w.sum() ** 2 / (w * w).sum()
        away = w * (x - np.average(x, weights=w)) / w.sum()
        return np.sqrt((away**2).sum() * n / (n - 1))

    return error


def delong(y, p, w):
    """The weighted form of DeLong's standard error, of scores cut at the grid."""
    s = np.searchsorted(grid(200), p)
    total = 0
    for mine, other, sign in ((y == 1, y == 0, 1), (y == 0, y == 1, -1)):
        v, u = w[mine], w[other]
        wins = sign * np.sign(s[mine][:, None] - s[other][None]) / 2 + 0.5
        own = wins @ u / u.sum()
        m = v.sum() ** 2 / (v * v).sum()
        variance = ((v * (own - np.average(own, weights=v))) ** 2).sum() / v.sum() ** 2
        total += variance * (m / (m - 1) if m > 1 else 1)
    return np.sqrt(total)


def rarer(y, p, w):
    """The effective number of the rarer of positives and negatives, less one."""
    fewest = min(w[y == k].sum() ** 2 / (w[y == k] ** 2).sum() for k in (0, 1)) - 1
    return max(fewest, 1)


def jackknifed(reference, bounds):
    """The reference with the limits of a jackknife over 4 blocks of one cluster each."""

    def interval(*batch):
        *data, ids, w = batch
        value = reference(*data, w)
        kept = [ids != k for k in np.unique(ids)]
        apart = np.array([reference(*(x[k] for x in data), w[k]) for k in kept])
        away, n = (apart - apart.mean()) ** 2, len(kept)
        se = np.sqrt((n - 1) / n * away.sum())
        freedom = min(2 / (((away / away.sum()) ** 2).sum() - 1 / n), n - 1)
        return Estimate(value, *limits(value, se, scipy.stats.t.ppf(0.975, freedom), bounds), se)

    return interval


def clustered(make):
    """Inputs whose examples come in 4 clusters, which are the blocks."""

    def batch(rng, n):
        return *make(rng, n), np.arange(n) % 4

    return batch


CLUSTERS = ("y_true", "y_pred", "clusters", "w")
LIMITS = "its value is four numbers, of which the limits have no direction"
CLUSTERED = {
    "poison": (np.nan, np.nan, 3),
    "keywords": CLUSTERS,
    "exempt": {
        MISFITS: "reads named arrays, of which one is a cluster",
        INTEGER_INPUTS: "reads named arrays, of which one is a cluster",
        DIRECTION: LIMITS,
        LABELS_OUT_OF_RANGE: "the number of a cluster may be any",
    },
}


CASES = [
    Case(
        metrax.Interval(metrax.MeanSquaredError()),
        numbers,
        estimated(squared, error_of_mean(lambda y, p: (y - p) ** 2), (0, np.inf)),
        name="Interval",
        rtol=2e-3,
        exempt={DIRECTION: LIMITS} | WEIGHTS_WEIGH,
        misfits=MISFIT,
    ),
    Case(
        metrax.Interval(metrax.AUC()),
        scores,
        estimated(roc, delong, freedom=rarer),
        name="Interval-AUC",
        rtol=2e-3,
        exempt={DIRECTION: LIMITS, **NO_PROBABILITIES} | WEIGHTS_WEIGH | INLINE,
        misfits=MISFIT,
    ),
    Case(
        metrax.Interval(metrax.AUC(), clusters=True, blocks=4),
        clustered(scores),
        jackknifed(roc_or_0, (0, 1)),
        name="Interval-clusters",
        rtol=5e-3,
        **CLUSTERED,
    ),
    Case(
        metrax.Difference("mse", "mae", clusters=True, blocks=4),
        clustered(numbers),
        jackknifed(lambda y, p, w: squared(y, p, w) - absolute(y, p, w), (-np.inf, np.inf)),
        name="Difference",
        rtol=5e-3,
        **CLUSTERED
        | {
            "exempt": CLUSTERED["exempt"]
            | {"test_integer_weights_are_repetitions": "ends near 0 keep few digits of float32"}
        },
    ),
    Case(
        metrax.Ratio("mse", "mae", clusters=True, blocks=4),
        clustered(numbers),
        jackknifed(lambda y, p, w: squared(y, p, w) / absolute(y, p, w), (0, np.inf)),
        name="Ratio",
        rtol=5e-3,
        **CLUSTERED,
    ),
]
