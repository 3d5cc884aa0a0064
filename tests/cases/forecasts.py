"""Cases of scores of forecasts: of ensembles, quantiles, intervals and distributions."""

import numpy as np
from scipy.stats import norm
from sklearn.metrics import mean_pinball_loss

import metrax
from tests.cases.case import Case, mean, normals

LEVELS = (0.1, 0.4, 0.5, 0.9)
FORECAST_MISFITS = (
    (np.zeros(4), np.zeros(4)),
    (np.zeros(3), np.zeros((4, 2))),
    (np.zeros((4, 2)), np.zeros((4, 2))),
    (np.zeros((4, 2)), np.zeros((4, 1, 2))),
)
LENGTH_MISFITS = (*FORECAST_MISFITS, (np.zeros(4), np.zeros((4, 3))))


def forecasts(size):
    """Numbers, and as many that predict each."""

    def make(rng, n):
        y = normals(rng, n)
        return y, y[:, None] / 2 + normals(rng, n, size)

    return make


def tied(size, *more):
    """The same, some of them equal to what they predict."""

    def make(rng, n):
        y = np.round(normals(rng, n, *more))
        return y, np.round(normals(rng, n, *more, size))

    return make


def moments(rng, n):
    """Numbers, and mean and standard deviation of their forecasts."""
    y = normals(rng, n)
    return y, np.stack([y + normals(rng, n), 0.5 + rng.random(n, np.float32)], -1)


def intervals(rng, n):
    y = normals(rng, n)
    low = y - 0.7 + normals(rng, n) / 2
    return y, np.stack([low, low + 2 * rng.random(n, np.float32)], -1)


def everywhere(y, x):
    """What was observed as every member, quantile or end."""
    return np.repeat(y[..., None], x.shape[-1], -1)


def surely(y, x):
    """What was observed as the mean, with a standard deviation of 0."""
    return np.stack([y, 0 * y], -1)


def crps(pairs):
    """By its definition, the second sum divided by ``pairs`` of the number of members."""

    def reference(y, x, w):
        apart = np.abs(x[..., :, None] - x[..., None, :]).sum((-1, -2))
        return mean(np.abs(x - y[..., None]).mean(-1) - apart / 2 / pairs(x.shape[-1]), w)

    return reference


def gaussian(y, x, w):
    mu, sigma = x.T
    z = (y - mu) / sigma
    return mean(sigma * (z * (2 * norm.cdf(z) - 1) + 2 * norm.pdf(z) - np.pi**-0.5), w)


def quantiles(y, x, w):
    each = (
        mean_pinball_loss(y, q, alpha=a, sample_weight=w) for q, a in zip(x.T, LEVELS, strict=True)
    )
    return 2 * np.mean([*each])


def winkler(y, x, w):
    """From the pinball losses of the ends."""
    low, high = (
        mean_pinball_loss(y, q, alpha=a, sample_weight=w)
        for q, a in zip(x.T, (0.1, 0.9), strict=True)
    )
    return (low + high) / 0.1


def covered(y, x, w):
    return mean((x[:, 0] <= y) & (y <= x[:, 1]), w)


def ranks(y, x, w):
    """A bin for each rank; a tie belongs to several in equal parts."""
    histogram = np.zeros(x.shape[-1] + 1)
    for i in range(len(y)):
        low, ties = (x[i] < y[i]).sum(), (x[i] == y[i]).sum()
        histogram[low : low + ties + 1] += w[i] / (ties + 1)
    return histogram / histogram.sum()


def transforms(y, x, w):
    z = norm.cdf((y - x[:, 0]) / x[:, 1])
    at = np.searchsorted(np.arange(7) / 6, z) - 1
    return np.bincount(at, w, 6) / w.sum()


CASES = [
    Case(
        metrax.CRPS(),
        tied(5, 3),
        crps(lambda m: m**2),
        rtol=1e-5,
        perfect=everywhere,
        misfits=FORECAST_MISFITS,
    ),
    Case(
        metrax.CRPS(fair=True),
        forecasts(72),
        crps(lambda m: m * (m - 1)),
        name="CRPS-fair",
        rtol=1e-5,
        perfect=everywhere,
        misfits=(*FORECAST_MISFITS, (np.zeros(4), np.zeros((4, 1)))),
        apart="more members than are compared with each other are sorted",
    ),
    Case(
        metrax.GaussianCRPS(), moments, gaussian, rtol=1e-5, perfect=surely, misfits=LENGTH_MISFITS
    ),
    Case(
        metrax.QuantileCRPS(LEVELS),
        forecasts(4),
        quantiles,
        perfect=everywhere,
        misfits=LENGTH_MISFITS,
    ),
    Case(
        metrax.IntervalScore(level=0.8),
        intervals,
        winkler,
        rtol=1e-5,
        perfect=everywhere,
        misfits=LENGTH_MISFITS,
    ),
    Case(
        metrax.IntervalCoverage(),
        intervals,
        covered,
        perfect=everywhere,
        misfits=LENGTH_MISFITS,
        hits=True,
    ),
    Case(
        metrax.Sharpness(),
        intervals,
        lambda y, x, w: mean(x[:, 1] - x[:, 0], w),
        perfect=everywhere,
        misfits=LENGTH_MISFITS,
    ),
    Case(
        metrax.PITHistogram(n_bins=6), tied(5), ranks, perfect=everywhere, misfits=FORECAST_MISFITS
    ),
    Case(
        metrax.PITHistogram(n_bins=6, distribution="gaussian"),
        moments,
        transforms,
        name="PITHistogram-gaussian",
        perfect=surely,
        misfits=LENGTH_MISFITS,
    ),
]
