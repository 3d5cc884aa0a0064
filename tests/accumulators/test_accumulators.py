"""Accumulators against float64."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

import metrax
from metrax.accumulators import CoMoments, Max, Min, Moments, Sum


def data(offset, n=3000):
    rng = np.random.default_rng(0)
    x = (offset + rng.normal(size=(n, 2))).astype(np.float32)
    y = (0.5 * x + rng.normal(size=(n, 2))).astype(np.float32)
    return x, y, rng.random((n, 2)).astype(np.float32)


def thirds(*arrays):
    return [[jnp.asarray(x[i::3]) for x in arrays] for i in range(3)]


def test_sums_merge_exactly():
    state = Sum(jnp.float32(2.0**24), jnp.float32(0))
    one = Sum.of(jnp.ones((), jnp.float32))
    for _ in range(5):
        state = metrax.merge(state, one)
    assert int(state.hi) + int(state.lo) == 2**24 + 5


def test_extremes():
    x = jnp.asarray([3.0, -1.0, 7.0])
    assert float(Max.of(x).merge(Max.empty()).value) == 7
    assert float(Min.of(x).merge(Min.empty()).value) == -1
    assert float(Max.of(x, where=x < 5).value) == 3
    assert float(Max.empty().value) == -np.inf
    assert np.isnan(Max.of(x).merge(Max(jnp.float32(np.nan))).value)


@pytest.mark.parametrize("offset", [0, 1e4])
def test_moments_match_float64(offset):
    x, _, w = data(offset)
    parts = [Moments.of(x, w, axis=0) for x, w in thirds(x, w)]
    x, w = np.float64(x), np.float64(w)
    mean = (w * x).sum(0) / w.sum(0)
    variance = (w * (x - mean) ** 2).sum(0) / w.sum(0)
    for state in (metrax.merge(*parts), metrax.merge(Moments.zeros((2,)), *parts[::-1])):
        np.testing.assert_allclose(state.mean, mean, rtol=1e-7, atol=1e-8)
        np.testing.assert_allclose(state.variance, variance, rtol=1e-6)


@pytest.mark.parametrize("offset", [0, 1e4])
def test_comoments_match_float64(offset):
    x, y, w = data(offset)
    parts = [CoMoments.of(x, y, w, axis=0) for x, y, w in thirds(x, y, w)]
    x, y, w = np.float64(x), np.float64(y), np.float64(w)
    dx = x - (w * x).sum(0) / w.sum(0)
    dy = y - (w * y).sum(0) / w.sum(0)
    state = metrax.merge(*parts)
    np.testing.assert_allclose(state.c_xy.value, (w * dx * dy).sum(0), rtol=2e-6)
    np.testing.assert_allclose(state.m2_x.value, (w * dx * dx).sum(0), rtol=2e-6)
    np.testing.assert_allclose(state.m2_y.value, (w * dy * dy).sum(0), rtol=2e-6)


def test_moments_one_at_a_time_do_not_drift():
    x = (1e4 + np.random.default_rng(1).normal(size=20_000)).astype(np.float32)

    def step(state, value):
        return metrax.merge(state, Moments.of(value)), None

    state, _ = jax.jit(lambda xs: jax.lax.scan(step, Moments.zeros(), xs))(x)
    np.testing.assert_allclose(state.mean, np.float64(x).mean(), rtol=1e-7)
    np.testing.assert_allclose(state.variance, np.float64(x).var(), rtol=1e-5)


def test_moments_ignore_what_has_no_weight():
    state = Moments.of(jnp.asarray([1.0, np.nan, 3.0]), jnp.asarray([1.0, 0.0, 1.0]))
    assert float(state.mean) == 2
    assert float(state.variance) == 1
    assert float(Moments.zeros().variance) == 0
