"""Histograms count exactly, weighted or not."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from metrax.core.histogram import histogram


def reference(index, bins, w):
    inside = (index >= 0) & (index < bins)
    return np.bincount(index[inside], np.asarray(w, np.float64)[inside], minlength=bins)


@pytest.mark.parametrize("bins", [1, 4, 8, 9, 400, 20_000])
@pytest.mark.parametrize("n", [0, 1, 5000, 50_021])
def test_counts_and_weights(bins, n):
    rng = np.random.default_rng(n)
    index = rng.integers(-2, bins + 2, n).astype(np.int32)
    counts = histogram(jnp.asarray(index), bins, None, jnp.float32)
    np.testing.assert_array_equal(counts.value, reference(index, bins, np.ones(n)))
    w = rng.random(n).astype(np.float32)
    sums = histogram(jnp.asarray(index), bins, jnp.asarray(w), jnp.float32)
    assert sums.hi.shape == (bins,)
    np.testing.assert_allclose(sums.value, reference(index, bins, w), rtol=3e-7)


def test_small_weights_beside_large_ones_keep_their_digits():
    index = jnp.asarray([0, 0, 10, 10, 10], jnp.int32)
    w = jnp.asarray([1e6, 3.0, 1e-9, 2e-9, 0.0], jnp.float32)
    np.testing.assert_allclose(histogram(index, 20, w, jnp.float32).value[10], 3e-9, rtol=1e-6)


def test_weights_that_vanish_in_float32_do_no_harm():
    index, w = jnp.zeros(100, jnp.int32), jnp.full(100, 1e-37, jnp.float32)
    np.testing.assert_allclose(histogram(index, 20, w, jnp.float32).value[0], 1e-35, rtol=1e-6)


def test_weights_of_nothing_are_not_looked_at():
    index = jnp.asarray([0, 12, 12], jnp.int32)
    w = jnp.asarray([0.25, 0.0, 0.5], jnp.float32)
    np.testing.assert_array_equal(
        histogram(index, 16, w, jnp.float32).value, np.eye(16)[0] * 0.25 + np.eye(16)[12] * 0.5
    )


@pytest.mark.slow
@pytest.mark.parametrize("bins", [4, 16])
def test_one_bin_counts_past_two_to_the_24(bins):
    n = 2**25 + 3
    index = jnp.full(n, bins - 1, jnp.int32)
    count = jax.jit(histogram, static_argnums=(1, 3))
    for w in (None, jnp.ones(n, jnp.float32)):
        sums = count(index, bins, w, np.dtype("float32"))
        assert int(sums.hi[-1]) + int(sums.lo[-1]) == n
    tenth = jnp.full(n, 0.1, jnp.float32)
    sums = count(index, bins, tenth, np.dtype("float32"))
    np.testing.assert_allclose(sums.value[-1], n * np.float64(np.float32(0.1)), rtol=1e-7)
