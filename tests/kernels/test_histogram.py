"""Histograms count exactly, weighted or not."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from metrax.accumulators.sum import Sum
from metrax.kernels import histogram as kernel

compiled = jax.jit(kernel.histogram, static_argnums=(1, 3), static_argnames=("labels", "among"))
"""Compiled as a whole: each of its operations alone takes as long as all of them."""


def histogram(index, bins, w, dtype, **kwargs):
    return Sum(*compiled(index, bins, w, np.dtype(dtype), **kwargs))


def reference(index, bins, w):
    inside = (index >= 0) & (index < bins)
    return np.bincount(index[inside], np.asarray(w, np.float64)[inside], minlength=bins)


@pytest.mark.usefixtures("one_or_several")
@pytest.mark.parametrize("bins", [1, 8, 9, 400, 20_000])
@pytest.mark.parametrize("n", [0, 50_021])
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


@pytest.mark.usefixtures("one_or_several")
@pytest.mark.parametrize("bins", [2, 8, 9])
@pytest.mark.parametrize("weighted", [False, True])
@pytest.mark.parametrize("rows", [(), (20, 31), (40_003,)])
def test_labels_have_their_own_bins(bins, weighted, rows):
    rng = np.random.default_rng(bins)
    index = rng.integers(-2, bins + 2, (*rows, 3)).astype(np.int32)
    w = rng.integers(0, 2**22, index.shape).astype(np.float32) / 4 if weighted else None
    sums = histogram(jnp.asarray(index), bins, w, jnp.float32, labels=3)
    assert sums.hi.shape == (3, bins)
    for label in range(3):
        weights = np.ones(index.shape) if w is None else w
        expected = reference(index[..., label], bins, weights[..., label])
        got = np.float64(sums.hi[label]) + np.float64(sums.lo[label])
        if w is None:
            np.testing.assert_array_equal(got, expected)
        else:
            np.testing.assert_allclose(got, expected, rtol=1e-7)


@pytest.mark.parametrize("bins", [2, 8, 9])
def test_weights_of_few_bits_are_added_without_rounding(bins):
    rng = np.random.default_rng(bins)
    index = rng.integers(-2, bins + 2, 40_003).astype(np.int32)
    w = rng.integers(0, 2**15, index.shape).astype(np.float32) / 4
    sums = histogram(jnp.asarray(index), bins, w, jnp.float32)
    got = np.float64(sums.hi) + np.float64(sums.lo)
    np.testing.assert_array_equal(got, reference(index, bins, w))


@pytest.mark.parametrize("bins", [300**2, 1000**2, 2000**2])
@pytest.mark.parametrize(("weight", "rtol"), [(0.1, 2e-7), ("random", 2e-7), ("two kinds", 3e-6)])
def test_digits_do_not_depend_on_the_number_of_bins(bins, weight, rtol):
    # Hundreds of thousands of rows in a bin; one kind is 700 times as light as the other.
    n, rng = 2**21, np.random.default_rng(0)
    index = rng.integers(0, 4, n).astype(np.int32) * (bins // 5)
    kinds = {"random": rng.random(n), "two kinds": np.where(index == 0, 0.7, 1e-3)}
    w = np.full(n, weight) if weight == 0.1 else kinds[weight]
    w = w.astype(np.float32)
    sums = histogram(jnp.asarray(index), bins, jnp.asarray(w), jnp.float32)
    at = np.unique(index)
    np.testing.assert_allclose(sums.value[at], reference(index, bins, w)[at], rtol=rtol)
    assert float(jnp.sum(sums.value != 0)) == len(at)


@pytest.mark.parametrize("n", [1000, 40_000])
def test_every_bin_counts_by_its_own_inverse(n):
    # Counts go through multiples of odd numbers modulo 2^32, so each number has to be undone.
    bins = n // 2
    counts = histogram(jnp.arange(n, dtype=jnp.int32) % bins, bins, None, jnp.float32)
    np.testing.assert_array_equal(counts.value, 2)


@pytest.mark.parametrize("bins", [4, 16])
@pytest.mark.parametrize("outliers", [[1e6, -3e7], [1e30]])
def test_an_outlier_costs_digits_in_its_own_block_only(bins, outliers):
    n = 2**19
    w = np.full(n, 0.1, np.float32)
    w[n // 3 :] = 0
    index = np.ones(n, np.int32)
    w[: len(outliers)], index[: len(outliers)] = outliers, 0
    sums = histogram(jnp.asarray(index), bins, jnp.asarray(w), jnp.float32)
    others = np.float64(w)[len(outliers) :].sum()
    np.testing.assert_allclose(sums.value[1], others, rtol=1e-7 if bins == 4 else 3e-5)
    np.testing.assert_allclose(sums.value[0], np.float32(outliers).sum(), rtol=1e-6)


@pytest.mark.parametrize("bins", [4, 16])
def test_weights_of_either_sign_and_any_size(bins):
    rng = np.random.default_rng(bins)
    index = rng.integers(0, bins, 300_000).astype(np.int32)
    w = (rng.normal(size=300_000) * np.exp(3 * rng.normal(size=300_000))).astype(np.float32)
    sums = histogram(jnp.asarray(index), bins, jnp.asarray(w), jnp.float32)
    scale = reference(index, bins, np.abs(w))
    assert np.all(np.abs(sums.value - reference(index, bins, w)) < 1e-7 * scale)


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


@pytest.mark.usefixtures("one_or_several")
@pytest.mark.parametrize("shape", [(40, 50, 60), (8, 60_000), (60_000, 8), (3, 5, 7001)])
@pytest.mark.parametrize("bins", [4, 400, 3000])
def test_axes_need_not_be_joined(shape, bins):
    rng = np.random.default_rng(bins)
    index = rng.integers(-2, bins + 2, shape).astype(np.int32)
    counts = histogram(jnp.asarray(index), bins, None, jnp.float32)
    np.testing.assert_array_equal(counts.value, reference(index, bins, np.ones(shape)))
    w = rng.random(shape).astype(np.float32)
    sums = histogram(jnp.asarray(index), bins, jnp.asarray(w), jnp.float32)
    np.testing.assert_allclose(sums.value, reference(index, bins, w), rtol=3e-7)
