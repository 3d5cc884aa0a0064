"""Floats in the order of their bits, and the grids of them."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from metrax.kernels.float_bits import FloatGrid, ProbabilityGrid, float_of, higher, ordered

TINY = np.float32(1e-45)
HARD = np.float32(
    [-np.inf, -3e38, -1.5, -1e-38, -2e-45, -TINY, -0.0, 0, TINY, 2e-45, 1e-38, 1e-7, 0.5, 1, 3e38]
)
GRIDS = [FloatGrid(10), FloatGrid(16), FloatGrid(24), ProbabilityGrid(10), ProbabilityGrid(16)]


def any_floats(seed, n=4096):
    bits = np.random.default_rng(seed).integers(0, 1 << 32, n, dtype=np.uint32)
    x = bits.view(np.float32)
    return x[np.isfinite(x)]


def probabilities(seed, n=4096):
    rng = np.random.default_rng(seed)
    p = 1 / (1 + np.exp(-rng.normal(size=n) * 8))
    return np.concatenate([p, [0, 1, 0.5, 2.0**-25, 2.0**-30, 1e-42]]).astype(np.float32)


def scores(grid, seed):
    if isinstance(grid, ProbabilityGrid):
        return probabilities(seed)
    return np.concatenate([any_floats(seed), HARD])


@pytest.mark.parametrize("jit", [False, True])
def test_keys_are_in_the_order_of_floats_subnormal_ones_too(jit):
    x = np.sort(np.concatenate([any_floats(0), HARD]))
    key = np.asarray((jax.jit(ordered) if jit else ordered)(jnp.asarray(x)))
    assert (np.diff(key.astype(np.int64)) >= 0).all()
    np.testing.assert_array_equal(np.diff(key.astype(np.int64)) > 0, x[1:] > x[:-1])
    np.testing.assert_array_equal(float_of(jnp.asarray(key)), x)


def test_nan_is_below_all_others():
    keys = ordered(jnp.float32([np.nan, -np.nan, -np.inf]))
    assert keys[0] == keys[1] < keys[2]
    assert higher(jnp.float32(np.nan), jnp.float32(-3)) == -3


def test_the_higher_of_subnormal_numbers():
    assert float_of(jnp.maximum(*ordered(jnp.float32([1e-45, 3e-45])))) == np.float32(3e-45)
    np.testing.assert_array_equal(higher(jnp.float32([TINY]), jnp.float32([0])), [TINY])


@pytest.mark.parametrize("grid", GRIDS, ids=str)
def test_buckets_are_in_the_order_of_scores(grid):
    x = np.sort(scores(grid, 1))
    bucket, dropped = map(np.asarray, jax.jit(grid.place)(jnp.asarray(x)))
    assert bucket.min() >= 0
    assert bucket.max() < grid.size
    assert (np.diff(bucket) >= 0).all()
    same = (np.diff(bucket) == 0) & (x[1:] != x[:-1])
    assert (np.maximum(dropped[1:], dropped[:-1])[same] > 0).all()


@pytest.mark.parametrize("grid", GRIDS, ids=str)
def test_thresholds_part_the_buckets(grid):
    x = scores(grid, 2)
    bucket, dropped = map(np.asarray, grid.place(jnp.asarray(x)))
    on_grid = dropped == 0
    for exact, some in ((False, slice(None)), (True, on_grid)):
        t = np.asarray(grid.thresholds(jnp.asarray(exact)))
        assert (t[1:] >= t[:-1]).all()
        counts = np.searchsorted(np.sort(x[some]), t, side="left")
        expected = np.searchsorted(np.sort(bucket[some]), np.arange(grid.size), side="left")
        np.testing.assert_array_equal(counts[1:], expected[1:])
        if exact:
            np.testing.assert_array_equal(t[bucket[some]], x[some])


def test_what_is_on_the_grid():
    bf16 = jnp.asarray(any_floats(3)).astype(jnp.bfloat16)
    half = jnp.asarray(np.random.default_rng(3).normal(size=999).astype(np.float16))
    assert not FloatGrid(16).place(bf16).dropped.any()
    assert FloatGrid(16).place(half).dropped.any()
    assert not FloatGrid(19).place(half).dropped.any()
    near_one = jnp.asarray(probabilities(4)).astype(jnp.bfloat16)
    far = near_one > 2.0**-25
    assert not ProbabilityGrid(16).place(near_one[far]).dropped.any()
    assert FloatGrid(16).place(jnp.int32([1 << 25])).dropped.any()
    assert not FloatGrid(16).place(jnp.int32([-7, 0, 7])).dropped.any()


def test_numbers_that_are_no_probabilities_are_at_the_ends_and_off_the_grid():
    x = jnp.float32([np.nan, -np.inf, -1e-45, 0, 1, 1.5, np.inf])
    bucket, dropped = ProbabilityGrid(16).place(x)
    last = ProbabilityGrid(16).size - 1
    np.testing.assert_array_equal(bucket, [0, 0, 0, 0, last, last, last])
    np.testing.assert_array_equal(dropped > 0, [True, True, True, False, False, True, True])


def test_float64_scores_are_rounded_in_order(x64):
    x = np.array([1.0, np.nextafter(1.0, 2), 1 + 1e-9, 2.0, 1e-300, 0.0])
    bucket, dropped = FloatGrid(24).place(jnp.asarray(x))
    assert bucket[0] == bucket[1] == bucket[2] < bucket[3]
    np.testing.assert_array_equal(dropped > 0, [False, True, True, False, True, False])
