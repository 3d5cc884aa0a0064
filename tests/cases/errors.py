"""Cases of errors and margins that are averaged over elements."""

import numpy as np
from sklearn.metrics import (
    mean_absolute_error,
    mean_absolute_percentage_error,
    mean_squared_error,
    mean_squared_log_error,
    root_mean_squared_error,
)

import metrax
from tests.cases.case import Case, mean, normals, one_hot

MISFIT = (
    (np.zeros((4, 1)), np.zeros((4, 3))),
    (np.zeros((4, 3)), np.zeros(4)),
    (np.zeros(4), np.zeros(3)),
)
C = 5


def vectors(rng, n):
    return normals(rng, n, 4), normals(rng, n, 4)


def amounts(rng, n):
    """Targets that are not near zero, and predictions near them."""
    y = 0.5 + rng.random((n, 3), np.float32)
    return y, y + normals(rng, n, 3) / 4


def margins(rng, n):
    """Labels 0 and -1, which mean the same, and 1."""
    return rng.integers(-1, 2, (n, 2)).astype(np.float32), normals(rng, n, 2)


def scored(rng, n):
    return one_hot(rng.integers(0, C, n), C), normals(rng, n, C)


def by_element(reference):
    """A reference of scikit-learn's for single numbers, over all elements."""

    def all_elements(y, p, w):
        return reference(y.ravel(), p.ravel(), sample_weight=np.repeat(w, y[0].size))

    return all_elements


def short_of_margin(y, p):
    return np.maximum(1 - np.where(y == 0, -1, y) * p, 0)


def short_of_best(y, p, w):
    gap = 1 + np.max((1 - y) * p, axis=1) - np.einsum("nc,nc->n", y, p)
    return mean(np.where(gap > 0, gap, 0), w)


CASES = [
    Case(metrax.MeanSquaredError(), vectors, by_element(mean_squared_error), misfits=MISFIT),
    Case(
        metrax.RootMeanSquaredError(),
        vectors,
        by_element(root_mean_squared_error),
        misfits=MISFIT,
    ),
    Case(metrax.MeanAbsoluteError(), vectors, by_element(mean_absolute_error), misfits=MISFIT),
    Case(
        metrax.MeanAbsolutePercentageError(),
        amounts,
        lambda y, p, w: 100 * by_element(mean_absolute_percentage_error)(y, p, w),
        misfits=MISFIT,
    ),
    Case(
        metrax.MeanSquaredLogarithmicError(),
        lambda rng, n: (rng.random((n, 2), np.float32), 4 * rng.random((n, 2), np.float32)),
        by_element(mean_squared_log_error),
        rtol=1e-5,
        misfits=MISFIT,
    ),
    Case(
        metrax.LogCoshError(),
        lambda rng, n: (normals(rng, n), 3 * normals(rng, n)),
        lambda y, p, w: mean(np.logaddexp(p - y, y - p) - np.log(2), w),
        misfits=MISFIT,
    ),
    Case(
        metrax.Hinge(),
        margins,
        lambda y, p, w: mean(short_of_margin(y, p), w),
        misfits=MISFIT,
    ),
    Case(
        metrax.SquaredHinge(),
        margins,
        lambda y, p, w: mean(short_of_margin(y, p) ** 2, w),
        misfits=MISFIT,
    ),
    Case(
        metrax.CategoricalHinge(),
        scored,
        short_of_best,
        misfits=(*MISFIT, (np.zeros(4), np.zeros(4))),
    ),
]
