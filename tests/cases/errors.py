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
OUTPUTS_MISFIT = (
    *MISFIT,
    (np.zeros((4, 3)), np.zeros((4, 3))),
    (np.zeros((4, 4, 5)), np.zeros((4, 4, 5))),
)
C = 5


def vectors(rng, n):
    return normals(rng, n, 4), normals(rng, n, 4)


def amounts(rng, n):
    """Targets that are not near zero, and predictions near them."""
    y = 0.5 + rng.random((n, 3), np.float32)
    return y, y + normals(rng, n, 3) / 4


def series(rng, n):
    """Three steps of each of two outputs."""
    return normals(rng, n, 3, 2), normals(rng, n, 3, 2)


def matrices(rng, n):
    """Outputs in two rows of three, of which some vary more than others."""
    y = 0.5 + rng.random((n, 2, 3), np.float32) * np.float32([1, 2, 4])
    return y, y + rng.random((n, 2, 3), np.float32)


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


def by_output(reference, multioutput):
    """A reference of scikit-learn's for the outputs along the last axis, steps as examples."""

    def outputs(y, p, w):
        w = np.repeat(w, y.shape[1])
        y, p = (x.reshape(-1, x.shape[-1]) for x in (y, p))
        return reference(y, p, sample_weight=w, multioutput=multioutput)

    return outputs


def by_variance(reference):
    """The mean of the outputs' values, weighed by the variances of their targets."""

    def outputs(y, p, w):
        y, p = (x.reshape(len(x), -1) for x in (y, p))
        variances = [np.cov(column, aweights=w, ddof=0) for column in y.T]
        return reference(y, p, sample_weight=w, multioutput=variances)

    return outputs


def signs(y, p=None):
    return np.where(y == 0, -1, y)


def short_of_margin(y, p):
    return np.maximum(1 - signs(y) * p, 0)


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
        metrax.MeanSquaredError(num_outputs=2),
        series,
        by_output(mean_squared_error, "raw_values"),
        name="MeanSquaredError-outputs",
        misfits=OUTPUTS_MISFIT,
    ),
    Case(
        metrax.RootMeanSquaredError(num_outputs=2, class_aggregation="uniform_average"),
        series,
        by_output(root_mean_squared_error, "uniform_average"),
        name="RootMeanSquaredError-uniform",
        misfits=OUTPUTS_MISFIT,
    ),
    Case(
        metrax.MeanSquaredLogarithmicError(
            num_outputs=(2, 3), class_aggregation="variance_weighted_average"
        ),
        matrices,
        by_variance(mean_squared_log_error),
        name="MeanSquaredLogarithmicError-variance",
        rtol=1e-5,
        misfits=(*OUTPUTS_MISFIT, (np.zeros((4, 3, 2)), np.zeros((4, 3, 2)))),
    ),
    Case(
        metrax.Hinge(),
        margins,
        lambda y, p, w: mean(short_of_margin(y, p), w),
        perfect=signs,
        misfits=MISFIT,
    ),
    Case(
        metrax.SquaredHinge(),
        margins,
        lambda y, p, w: mean(short_of_margin(y, p) ** 2, w),
        perfect=signs,
        misfits=MISFIT,
    ),
    Case(
        metrax.CategoricalHinge(),
        scored,
        short_of_best,
        misfits=(*MISFIT, (np.zeros(4), np.zeros(4))),
    ),
]
