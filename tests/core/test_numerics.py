"""Sums that neither saturate nor round away."""

import math

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from metrax.core import numerics
from metrax.core.accumulators import Sum


def exact(x):
    return math.fsum(np.asarray(x, np.float64).ravel().tolist())


def value(pair):
    return float(np.float64(pair[0]) + np.float64(pair[1]))


@pytest.mark.parametrize("n", [0, 1, 7, 8192, 8193, 10_007, 65_536, 100_003, 3 * 2**15])
def test_sums_of_any_length_are_right_to_48_bits(n):
    x = np.random.default_rng(n).normal(size=n).astype(np.float32) + np.float32(100)
    ((hi, lo),) = numerics.sum_pairs(jnp.asarray(x))
    assert value((hi, lo)) == pytest.approx(exact(x), rel=2**-40)
    assert abs(float(lo)) <= np.spacing(np.abs(np.float32(hi)))


@pytest.mark.parametrize("shape", [(3, 50_000), (50_000, 3), (40, 50, 60), (2, 1, 20_001)])
@pytest.mark.parametrize("axes", [None, (0,), (1,), (0, 1)])
def test_sums_over_axes(shape, axes):
    x = np.random.default_rng(0).random(shape).astype(np.float32)
    ((hi, lo),) = numerics.sum_pairs(jnp.asarray(x), axes=axes)
    expected = x.astype(np.float64).sum(axis=axes)
    np.testing.assert_allclose(np.float64(hi) + np.float64(lo), expected, rtol=1e-12)


def test_ones_are_counted_past_the_float32_limit():
    ones = jnp.ones(2**26, jnp.float32)
    ((hi, lo),) = jax.jit(numerics.sum_pairs)(ones)
    assert value((hi, lo)) == 2**26
    ((hi, lo),) = jax.jit(numerics.sum_pairs)(ones[: 2**25 + 3])
    assert value((hi, lo)) == 2**25 + 3


@pytest.mark.parametrize("n", [10_007, 3 * 2**15])
@pytest.mark.parametrize("arrays", [1, 2, 3])
def test_sums_that_need_not_be_exact_are_nearly_so(n, arrays):
    xs = np.random.default_rng(n).random((arrays, n)).astype(np.float32)
    for pair, x in zip(numerics.sum_pairs(*map(jnp.asarray, xs), exact=False), xs, strict=True):
        assert value(pair) == pytest.approx(exact(x), rel=1e-8)


def test_small_integers_and_constants_are_summed_exactly_all_the_same():
    n = 100_003
    whole = np.random.default_rng(0).integers(0, 2**21, n).astype(np.float32)
    ((hi, lo),) = numerics.sum_pairs(jnp.asarray(whole), exact=False)
    assert value((hi, lo)) == exact(whole)
    tenth = np.full(n, 0.1, np.float32)
    (pair,) = numerics.sum_pairs(jnp.asarray(tenth), exact=False)
    assert value(pair) == pytest.approx(exact(tenth), rel=1e-10)


@pytest.mark.parametrize("axes", [None, (0,), (1,), (0, 1)])
def test_sums_over_axes_that_need_not_be_exact(axes):
    x = np.random.default_rng(0).random((20_001, 3)).astype(np.float32)
    ((hi, lo),) = numerics.sum_pairs(jnp.asarray(x), axes=axes, exact=False)
    expected = x.astype(np.float64).sum(axis=axes)
    np.testing.assert_allclose(np.float64(hi) + np.float64(lo), expected, rtol=1e-6)


@pytest.mark.parametrize("exact", [True, False])
@pytest.mark.parametrize("n", [10**6, 2**20])
def test_a_sum_reads_its_inputs_once(n, exact):
    y, p, w = (jnp.ones(n, jnp.float32) for _ in range(3))

    def weighted(y, p, w):
        return Sum.of_each(w * (y - p) ** 2, w, exact=exact)

    cost = jax.jit(weighted).lower(y, p, w).compile().cost_analysis()
    assert cost["bytes accessed"] < 1.1 * (y.nbytes + p.nbytes + w.nbytes)


FLOATS = st.builds(lambda m, e: m * 2.0**e, st.integers(-(2**24), 2**24), st.integers(-30, 30))


@given(FLOATS, FLOATS)
@settings(max_examples=200)
def test_two_sum_is_exact(a, b):
    s, e = numerics.two_sum(jnp.float32(a), jnp.float32(b))
    assert np.float64(s) + np.float64(e) == np.float64(a) + np.float64(b)


@pytest.mark.parametrize("jitted", [False, True])
def test_two_product_is_exact(jitted):
    rng = np.random.default_rng(0)
    a, b = (jnp.asarray(rng.normal(size=1000), jnp.float32) for _ in range(2))
    multiply = jax.jit(numerics.two_product) if jitted else numerics.two_product
    p, e = multiply(a, b)
    np.testing.assert_array_equal(
        np.float64(p) + np.float64(e), np.asarray(a, np.float64) * np.asarray(b, np.float64)
    )


def test_division_of_pairs():
    a, b = (jnp.float32(1e8), jnp.float32(3.0)), (jnp.float32(3e7), jnp.float32(1.0))
    quotient = value(numerics.divide_pairs(a, b))
    assert quotient == pytest.approx(100_000_003 / 30_000_001, rel=2**-44)
    assert value(numerics.divide_pairs(a, (jnp.float32(0), jnp.float32(0)))) == 0


@pytest.mark.parametrize("n", [0, 1, 2**24 + 1, 2**31 - 1])
def test_integers_become_exact_pairs(n):
    assert value(numerics.integer_pair(jnp.int32(n), jnp.float32)) == n
    assert value(numerics.integer_pair(2**40 + 1, jnp.float32)) == 2**40 + 1


def test_safe_division_and_its_gradient():
    assert float(numerics.safe_divide(jnp.float32(3), jnp.float32(0))) == 0
    gradient = jax.grad(lambda d: numerics.safe_divide(jnp.float32(3), d))(jnp.float32(0))
    assert np.isfinite(gradient)


def test_promotion_ends_in_at_least_float32(x64):
    narrow = numerics.promote(jnp.zeros(1, jnp.bfloat16), jnp.zeros(1, jnp.uint8))
    assert {x.dtype.name for x in narrow} == {"float32"}
    wide = numerics.promote(jnp.zeros(1, jnp.float64), jnp.zeros(1, jnp.float16))
    assert {x.dtype.name for x in wide} == {"float64"}


@pytest.mark.parametrize("n", [1, 5, 4096, 12_345, 999_983])
def test_a_cut_axis_keeps_its_elements_in_order(n):
    x = jnp.arange(n, dtype=jnp.float32)
    cut = numerics.split_axis(x, 0, 1000, fill=-1)
    flat = np.asarray(cut).ravel()
    np.testing.assert_array_equal(flat[flat >= 0], np.arange(n))
