"""The highest scores of rows, without sorting them."""

import jax.numpy as jnp
import numpy as np
import pytest

from metrax.kernels.highest import MANY, first_highest, keep_highest


def rows(classes):
    """Scores with many ties, and rows of what is no number, infinite or zero."""
    x = np.round(np.random.default_rng(classes).normal(size=(50, classes)), 1).astype(np.float32)
    x[0], x[1], x[2], x[3, ::2], x[4, 1] = -np.inf, np.nan, -0.0, np.inf, np.nan
    x[2, 1] = 0
    return x


@pytest.mark.parametrize(
    ("classes", "k"), [(5, 5), (7, 2), (33, MANY), (33, MANY + 1), (64, 64), (100, 1)]
)
def test_the_highest_stay_of_equal_ones_the_first(classes, k):
    scores = np.where(np.isnan(rows(classes)), -np.inf, rows(classes))
    first = np.argsort(-scores - 0.0, axis=-1, kind="stable")[:, :k]
    expected = np.full_like(scores, -np.inf)
    np.put_along_axis(expected, first, np.take_along_axis(scores, first, -1), -1)
    np.testing.assert_array_equal(keep_highest(jnp.asarray(rows(classes)), k), expected)


def test_the_highest_of_float64(x64):
    scores = np.random.default_rng(0).normal(size=(20, 40))
    for k in (3, 20):
        kept = np.isfinite(keep_highest(jnp.asarray(scores), k))
        np.testing.assert_array_equal(kept, scores >= np.sort(scores)[:, -k, None])


@pytest.mark.parametrize("axis", [-1, 0, 1])
@pytest.mark.parametrize("classes", [5, 40])
def test_the_first_maximum_is_found_where_there_is_one(classes, axis):
    x = np.moveaxis(rows(classes)[:, :, None], 1, axis)
    expected = np.where(np.isnan(x).any(axis), -1, np.argmax(x, axis))
    np.testing.assert_array_equal(first_highest(jnp.asarray(x), axis), expected)
