"""Cases of regression metrics over the whole stream."""

import numpy as np
from sklearn.metrics import r2_score

import metrax
from tests.cases.case import Case, normals


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


CASES = [
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
