"""Cases of regression metrics over the whole stream."""

import numpy as np
from sklearn.metrics import r2_score

import metrax
from tests.cases.case import Case, mean, normals


def outputs(rng, n):
    y = normals(rng, n, 3)
    return y, y + normals(rng, n, 3) / 2


MISFITS = (
    (np.zeros((4, 3)), np.zeros((4, 1))),
    (np.zeros((4, 3)), np.zeros((4,))),
    (np.zeros((4, 2)), np.zeros((4, 2))),
    (np.zeros((4, 2, 3)), np.zeros((4, 2, 3))),
)


def adjusted(y, p, w):
    r2 = r2_score(y, p, sample_weight=w, multioutput="variance_weighted")
    return 1 - (1 - r2) * (w.sum() - 1) / (w.sum() - 2 - 1)


def correlation(reference):
    """A coefficient of each column, from the weighted covariance matrix."""

    def columns(y, p, w):
        y, p = (x[:, None] if x.ndim == 1 else x for x in (y, p))
        values = [
            reference(np.cov(a, b, aweights=w, ddof=0), np.average(a - b, weights=w))
            for a, b in zip(y.T, p.T, strict=True)
        ]
        return np.squeeze(values)

    return columns


def pearson(cov, gap):
    spread = np.sqrt(cov[0, 0] * cov[1, 1])
    return cov[0, 1] / spread if spread else 0.0  # of a constant


def concordance(cov, gap):
    return 2 * cov[0, 1] / (cov[0, 0] + cov[1, 1] + gap**2)


def within(reference):
    """A coefficient along each row, averaged."""

    def rows(y, p, w):
        pairs = zip(y, p, strict=True)
        return mean(
            np.array([reference(np.cov(a, b, ddof=0), (a - b).mean()) for a, b in pairs]), w
        )

    return rows


ONE_COLUMN = ((np.zeros(4), np.zeros(3)), (np.zeros((4, 2)), np.zeros((4, 2))))
ROWS = ((np.zeros((4, 1)), np.zeros((4, 3))), (np.zeros(4), np.zeros(4)))

CASES = [
    Case(metrax.PearsonCorrelation(), outputs, within(pearson), rtol=1e-5, misfits=ROWS),
    Case(metrax.ConcordanceCorrelation(), outputs, within(concordance), rtol=1e-5, misfits=ROWS),
    Case(
        metrax.PearsonCorrelation(axis=0),
        lambda rng, n: tuple(x[:, 0] for x in outputs(rng, n)),
        correlation(pearson),
        name="PearsonCorrelation-stream",
        misfits=ONE_COLUMN,
    ),
    Case(
        metrax.ConcordanceCorrelation(axis=0, num_outputs=3),
        outputs,
        correlation(concordance),
        name="ConcordanceCorrelation-stream",
        misfits=MISFITS,
    ),
    Case(
        metrax.R2Score(num_outputs=3),
        outputs,
        lambda y, p, w: r2_score(y, p, sample_weight=w),
        misfits=MISFITS,
    ),
    Case(
        metrax.R2Score("variance_weighted_average", num_regressors=2, num_outputs=3),
        lambda rng, n: (outputs(rng, n)[0] * np.float32([1, 2, 3]), normals(rng, n, 3)),
        adjusted,
        name="R2Score-variance-adjusted",
        rtol=1e-5,
        misfits=MISFITS,
    ),
    Case(
        metrax.R2Score(None, num_outputs=1),
        lambda rng, n: tuple(x[:, 0] for x in outputs(rng, n)),
        lambda y, p, w: [r2_score(y, p, sample_weight=w)],
        name="R2Score-one-output",
        misfits=((np.zeros(4), np.zeros(3)),),
    ),
]
